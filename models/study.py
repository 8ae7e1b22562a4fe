"""The study behind a ranking: the data as the model sees them, and the fitted model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from models.arrays import Array, IntArray
from models.call_values import Behaviours, behaviours_of
from models.design import Design, bent, design_of
from models.fitting import Fit, answers_of, discounted, fit, layout_of, predicted
from models.intervals import degrees_of_freedom, design_effect
from models.shapes import bent_of
from models.subjects import RankOptions, Subject
from models.survey_rows import Calls, Surveys, calls_of, surveys_of


@dataclass(frozen=True)
class Study:
    """Calls, surveys, behaviours and what is held, in rows that belong together."""

    calls: Calls
    surveys: Surveys
    behaviours: Behaviours
    design: Design
    warnings: tuple[str, ...]

    @property
    def score(self) -> Array:
        """The answers."""
        return self.surveys.score[: self.surveys.n_answered]

    @cached_property
    def calls_of_segment(self) -> tuple[IntArray, ...]:
        """The calls of each fitted segment, answered or not."""
        place = {name: k for k, name in enumerate(self.calls.segments)}
        return tuple(
            np.flatnonzero(self.calls.segment == place[name]) for name in self.design.segments
        )

    @property
    def agent(self) -> IntArray:
        """The agent of each answer, -1 if unknown."""
        return self.surveys.agent[: self.surveys.n_answered]

    @property
    def n_agents(self) -> int:
        """Agents with an answer."""
        return int(np.unique(self.agent[self.agent >= 0]).size)


@dataclass(frozen=True)
class Model:
    """A study with its final fit. `eta` is the linear predictor of every survey of the design."""

    study: Study
    fit: Fit
    design_effect: float
    df: float
    eta: Array

    @property
    def agent_slopes(self) -> Array:
        """Slope of each behaviour between agents: that of their means; NaN without.

        Because doses are partialled out, it is the whole association between agents and not only
        what exceeds the one within.
        """
        column, at = self.study.design.agent_column, self.fit.posterior
        slopes = at.common[at.layout.cuts + np.maximum(column, 0)]
        return np.where(column >= 0, slopes, np.nan)


def study_of(
    frame: pd.DataFrame,
    subjects: Sequence[Subject],
    contexts: Sequence[str],
    options: RankOptions,
) -> Study:
    """Turn checked JOINED rows into a study."""
    calls = calls_of(frame, options)
    surveys, survey_warnings = surveys_of(frame, calls, options)
    behaviours, behaviour_warnings = behaviours_of(calls, surveys, subjects)
    design, context_warnings = design_of(calls, surveys, behaviours, contexts)
    warnings = (*survey_warnings, *behaviour_warnings, *context_warnings)
    return Study(calls, surveys, behaviours, design, warnings)


def model_of(study: Study) -> Model:
    """Fit lines, bend those that bend, fit again, and discount for clusters."""
    fitted = _fit(study)
    chosen = bent_of(fitted, study.behaviours, study.surveys, study.agent)
    if chosen:
        study = _bent(study, chosen)
        fitted = _fit(study)
    customer = study.surveys.customer[: study.surveys.n_answered]
    effect = max(design_effect(fitted, study.agent), design_effect(fitted, customer))
    final = discounted(fitted, effect)
    return Model(
        study=study,
        fit=final,
        design_effect=effect,
        df=degrees_of_freedom(study.n_agents),
        eta=predicted(study.design, final.posterior),
    )


def _fit(study: Study) -> Fit:
    answers = answers_of(study.design, study.surveys.score)
    return fit(answers, layout_of(study.design, answers.scale))


def _bent(study: Study, chosen: tuple[int, ...]) -> Study:
    behaviours = replace(study.behaviours, bent=chosen)
    design = bent(study.design, study.surveys, behaviours)
    return replace(study, behaviours=behaviours, design=design)
