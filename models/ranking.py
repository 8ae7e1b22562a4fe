"""From a JOINED table to DRIVERS, FOCUS and FOLLOW_UPS: the order of the steps, no arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from models.agents import focus_of
from models.diagnostics import DIAGNOSTICS, diagnostics_of
from models.drivers import drivers_of
from models.effects import draws_of, effects_of
from models.follow_ups import follow_ups_of
from models.held_out import held_out_of
from models.joined_rows import checked
from models.study import model_of, study_of
from models.subjects import RankOptions, Subject
from pipeline.tables import DRIVERS, FOCUS, FOLLOW_UPS

__all__ = ["RankOptions", "Ranking", "Subject", "rank"]


@dataclass(frozen=True)
class Ranking:
    """What a ranking says: the tables DRIVERS, FOCUS and FOLLOW_UPS, how well the model holds
    (`diagnostics`: measure, value, meaning), and what could not be done (`warnings`)."""

    drivers: pd.DataFrame
    focus: pd.DataFrame
    follow_ups: pd.DataFrame
    diagnostics: pd.DataFrame
    warnings: tuple[str, ...]


DEFAULTS = RankOptions()


def rank(
    joined: pd.DataFrame,
    subjects: Sequence[Subject],
    contexts: Sequence[str],
    options: RankOptions = DEFAULTS,
    *,
    moments: pd.DataFrame | None = None,
    teams: Mapping[str, str] | None = None,
) -> Ranking:
    """Rank the behaviours of each segment, and derive focus lists and follow-ups.

    `contexts` are columns of `joined` that are held. `moments` (MOMENTS) illustrate focus lists,
    `teams` gives each agent's team. Raises ContractError for a table without rows or scores, a
    score that is no whole number from 0 to 10, and fewer than 30 answers.
    """
    frame, gaps = checked(joined, options)
    study = study_of(frame, subjects, contexts, options)
    warnings = (*gaps, *study.warnings)
    if not study.behaviours.subjects:
        return _nothing(warnings)
    model = model_of(study)
    effects = effects_of(model, options, draws_of(model.fit.posterior, options))
    drivers = drivers_of(model, effects, options)
    apart = held_out_of(model)
    return Ranking(
        drivers=drivers,
        focus=focus_of(model, effects, drivers, options, moments=moments, teams=teams),
        follow_ups=follow_ups_of(model, apart, options),
        diagnostics=diagnostics_of(model, apart),
        warnings=warnings,
    )


def _nothing(warnings: tuple[str, ...]) -> Ranking:
    """No behaviour can be ranked; the warnings say why."""
    drivers, focus, follow_ups = (
        pd.DataFrame(columns=table.names) for table in (DRIVERS, FOCUS, FOLLOW_UPS)
    )
    return Ranking(drivers, focus, follow_ups, pd.DataFrame(columns=DIAGNOSTICS), warnings)
