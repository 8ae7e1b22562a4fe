"""What the model says of answers it has not seen: each agent's surveys by the other agents' fit.

Leaving a fold out is a subtraction: the log-likelihood's expansion is a sum over rows, so the
expansion of the others is the whole minus the fold's own, and one solve gives the fit without it
(one Newton step, variances held).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

from models.arrays import Array, FlagArray, IntArray, floats
from models.fitting import Fit
from models.pooling import posterior
from models.proportional_odds import LAST_DETRACTOR, Answers, Curvature, Scale, curvature
from models.study import Model

FOLDS = 5
WHISPER = 1.0
"""Pseudo-information that keeps a cut-point where the whole fit has it if the others do not know
the level."""


@dataclass(frozen=True)
class HeldOut:
    """Per answer: eta from the other agents' fit, and the log-probability of the answer given,
    by the model and by the shares alone."""

    eta: Array
    log_model: Array
    log_shares: Array
    detractor: FlagArray

    @property
    def auc(self) -> float:
        """Chance that a Detractor has a lower eta than another; 0.5 without either."""
        bad, good = int(self.detractor.sum()), int((~self.detractor).sum())
        if not bad or not good:
            return 0.5
        ranks = stats.rankdata(-self.eta)
        return float((ranks[self.detractor].sum() - bad * (bad + 1) / 2.0) / (bad * good))


def held_out_of(model: Model) -> HeldOut:
    """Predict every answer from the fit to the other folds; folds are whole agents."""
    fitted, answers = model.fit, model.fit.answers
    fold = _folds(model.study.agent)
    n = len(fold)
    eta, log_model, log_shares = np.zeros(n), np.zeros(n), np.zeros(n)
    for k in range(FOLDS):
        rows = np.flatnonzero(fold == k)
        if not len(rows):
            continue
        part = _subset(answers, rows)
        points = posterior(_without(fitted, part, model.design_effect),
                           fitted.posterior.layout, fitted.prior).points  # fmt: skip
        eta[rows], log_model[rows] = _predicted(part, points)
        log_shares[rows] = _share_logs(answers.scale, fold != k, rows)
    return HeldOut(eta, log_model, log_shares, model.study.score <= LAST_DETRACTOR)


def _folds(agent: IntArray) -> IntArray:
    """Whole agents, dealt round by code; rows instead where agents are fewer than folds."""
    if np.unique(agent).size < FOLDS:
        return np.arange(len(agent), dtype=np.int64) % FOLDS
    return np.where(agent >= 0, agent, np.arange(len(agent))) % FOLDS


def _subset(answers: Answers, rows: IntArray) -> Answers:
    ends = [int(np.searchsorted(rows, s.stop)) for s in answers.slices]
    slices = tuple(slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True))
    scale = Scale(answers.scale.values, answers.scale.level[rows])
    return Answers(scale, answers.columns[rows], answers.doses, slices)


def _without(fitted: Fit, part: Answers, design_effect: float) -> Curvature:
    """The expansion of all answers but `part`."""
    points = fitted.posterior.points
    own = curvature(part, points).discounted(design_effect)
    cuts = np.arange(fitted.scale.cuts)
    information = fitted.around.information - own.information
    rhs = fitted.around.rhs - own.rhs
    information[:, cuts, cuts] += WHISPER
    rhs[:, cuts] += WHISPER * points[:, cuts]
    return Curvature(information, rhs, 0.0, own.score, own.weight)


def _predicted(part: Answers, points: Array) -> tuple[Array, Array]:
    """eta, and log-probability of each answer."""
    eta = np.empty(len(part.columns))
    cuts = part.scale.cuts
    for rows, point in zip(part.slices, points, strict=True):
        eta[rows] = part.columns[rows] @ point[cuts:]
    theta = np.r_[-np.inf, points[0, :cuts], np.inf]
    level = part.scale.level
    p = expit(theta[level + 1] - eta) - expit(theta[level] - eta)
    return eta, np.log(np.maximum(p, 1e-6))


def _share_logs(scale: Scale, others: FlagArray, rows: IntArray) -> Array:
    counts = np.bincount(scale.level[others], minlength=len(scale.values)) + 0.5
    return floats(np.log(counts / counts.sum())[scale.level[rows]])
