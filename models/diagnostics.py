"""How well the model holds: one measure per row, with what it means."""

import numpy as np
import pandas as pd
from scipy import stats

from models.arrays import Array, FlagArray
from models.fitting import Fit
from models.held_out import HeldOut
from models.proportional_odds import LAST_DETRACTOR, LAST_PASSIVE, Scale, maximum_likelihood
from models.study import Model
from models.survey_rows import ANSWERED, UNANSWERED

DIAGNOSTICS = ["measure", "value", "meaning"]
LEAST_SPLIT = 30


def diagnostics_of(model: Model, apart: HeldOut) -> pd.DataFrame:
    """Columns measure, value, meaning; a value is null where it cannot be computed."""
    rows = [*_sizes(model), *_holds(model, apart), *_agents(model), *_respondents(model)]
    return pd.DataFrame(rows, columns=DIAGNOSTICS)


def _sizes(model: Model) -> list[tuple[str, float | None, str]]:
    surveys = model.study.surveys
    answered = float(surveys.share[surveys.role == ANSWERED].sum())
    asked = answered + float(surveys.share[surveys.role == UNANSWERED].sum())
    effective = answered / model.design_effect
    return [
        ("answers", answered, "Answered surveys with a call in the window."),
        ("response_rate", answered / asked, "Answered share of the surveys with such a call."),
        ("design_effect", model.design_effect, "How much less the answers tell because agents or "
         "customers repeat."),
        ("effective_answers", effective, "Answers divided by the design effect."),
    ]  # fmt: skip


def _holds(model: Model, apart: HeldOut) -> list[tuple[str, float | None, str]]:
    low, high = _two_cuts(model)
    return [
        ("held_out_log_loss", -float(apart.log_model.mean()), "Of the 0-10 answer, agents held "
         "out; lower is better."),
        ("baseline_log_loss", -float(apart.log_shares.mean()), "The same from the shares of the "
         "answers alone."),
        ("held_out_auc", apart.auc, "Chance that a Detractor is told from another; 0.5 is none."),
        ("slope_at_6_7", low, "Slope of the predictor when only Detractor or not is fitted; 1 if "
         "the odds are proportional and effects are not over-stated."),
        ("slope_at_8_9", high, "The same for Promoter or not."),
    ]  # fmt: skip


def _two_cuts(model: Model) -> tuple[float | None, float | None]:
    """Slope of the model's own predictor at the two cuts that make the NPS."""
    eta = model.eta[: model.study.surveys.n_answered]
    return (
        _slope(eta, model.study.score > LAST_DETRACTOR),
        _slope(eta, model.study.score > LAST_PASSIVE),
    )


def _slope(eta: Array, high: FlagArray) -> float | None:
    if min(high.sum(), (~high).sum()) < LEAST_SPLIT or np.ptp(eta) == 0:
        return None
    point = maximum_likelihood(Scale.of(high.astype(np.float64)), eta[:, None])
    return float(point[-1])


def _agents(model: Model) -> list[tuple[str, float | None, str]]:
    chi2, count = _within_against_between(model.fit, model)
    p = float(stats.chi2.sf(chi2, count)) if count else None
    return [
        ("agents", float(model.study.n_agents), "Agents with an answer."),
        ("within_is_between_p", p, "Wald test that behaviours matter within agents as they do "
         "between them; small: agents differ in more than is measured."),
    ]  # fmt: skip


def _within_against_between(fitted: Fit, model: Model) -> tuple[float, int]:
    """Wald statistic of between minus within slopes, and how many there are."""
    column = model.study.design.agent_column
    at = fitted.posterior
    compared = np.flatnonzero(column >= 0)
    if not len(compared):
        return 0.0, 0
    contrast = np.zeros((len(compared), at.layout.width))
    contrast[np.arange(len(compared)), at.layout.cuts + column[compared]] = 1.0
    contrast[np.arange(len(compared)), at.layout.effects.start + compared] = -1.0
    difference = contrast @ at.common
    inverse = np.linalg.pinv(contrast @ at.covariance @ contrast.T, hermitian=True)
    return float(difference @ inverse @ difference), len(compared)


def _respondents(model: Model) -> list[tuple[str, float | None, str]]:
    """How unlike those who answer are, in standard deviations of each behaviour."""
    roles, doses = model.study.surveys.role, model.study.design.doses
    if not (roles == UNANSWERED).any():
        return []
    answered, silent = doses[roles == ANSWERED], doses[roles == UNANSWERED]
    spread = np.maximum(answered.std(axis=0), 1e-12)
    differences = (answered.mean(axis=0) - silent.mean(axis=0)) / spread
    return [
        (f"respondents_differ:{name}", float(difference), "Mean of those who answered minus the "
         "others', in standard deviations; beyond 0.1 is worth a look.")
        for name, difference in zip(model.study.behaviours.names, differences, strict=True)
    ]  # fmt: skip
