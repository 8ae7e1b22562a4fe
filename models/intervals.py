"""How sure: design effect, shrinkage-aware intervals, rank ranges, p and q, shares."""

from functools import lru_cache

import numpy as np
from scipy import stats
from scipy.special import ndtr

from models.arrays import Array, IntArray, floats, group_sums, whole
from models.fitting import Fit
from models.proportional_odds import scores

FEW_AGENTS = 30
"""With fewer clusters the normal is too narrow and t(G - 1) takes its place (METHOD.md, 13)."""
LEAST_KEPT = 0.02
MANY = 1e7
"""Degrees of freedom at which F and chi-square are the same."""


def design_effect(fitted: Fit, clusters: IntArray) -> float:
    """How many times the model's variance the clustered one is, at least 1.

    The geometric mean, over the common within coefficients, of sandwich over model variance
    (Liang & Zeger 1986, times G / (G - 1)). `clusters` is one code per answered survey, -1 for a
    cluster of its own. 1 with fewer than two clusters.
    """
    if np.unique(clusters).size < 2 or fitted.scale.cuts == 0:
        return 1.0
    at = fitted.posterior
    influence = common_scores(fitted) @ at.covariance[:, at.layout.effects]
    sandwich = np.diag(clustered(influence, clusters))
    return max(1.0, float(np.exp(np.log(sandwich / _model_variance(fitted)).mean())))


def clustered(rows: Array, clusters: IntArray) -> Array:
    """Variance of the sum of `rows` when only clusters are independent; -1 is a cluster alone."""
    alone = clusters.max(initial=0) + 1 + np.arange(len(clusters))
    _, code = np.unique(np.where(clusters >= 0, clusters, alone), return_inverse=True)
    groups = int(code.max()) + 1
    sums = group_sums(rows, code, groups)
    return floats(sums.T @ sums * groups / max(groups - 1.0, 1.0))


def common_scores(fitted: Fit) -> Array:
    """Answers x width: each one's score for the common parameters, segments' own eliminated."""
    at, answers = fitted.posterior, fitted.answers
    seen = scores(answers, at.points)
    for s, rows in enumerate(answers.slices):
        seen[rows] += seen[rows][:, at.layout.effects] @ _pull(fitted, s)
    return seen


def _pull(fitted: Fit, s: int) -> Array:
    """What eliminating segment s's own deviations takes from a score: behaviours x width."""
    pull = fitted.posterior.maps[s].copy()
    places = np.arange(pull.shape[1])[fitted.posterior.layout.effects]
    pull[np.arange(len(places)), places] -= 1.0
    return floats(pull)


def _model_variance(fitted: Fit) -> Array:
    """Sampling variance of the common effects if the model and independence hold."""
    at = fitted.posterior
    weights = at.covariance[:, at.layout.effects]
    total = np.zeros(weights.shape[1])
    for s, information in enumerate(fitted.around.information):
        seen = weights.copy()
        seen[at.layout.effects] += _pull(fitted, s) @ weights
        total += (seen * (information @ seen)).sum(axis=0)
    return total


def critical_widths(fitted: Fit, level: float, df: float) -> Array:
    """Segments x behaviours: half the length of an interval in posterior SDs.

    Robust empirical Bayes (Armstrong, Kolesar & Plagborg-Moller 2022, eq. 5): with w the share of
    an estimate that shrinkage keeps and V its posterior variance, the estimator has SD sqrt(w V)
    and a bias whose square is (1 - w) / w variances on average; the critical value holds the
    coverage on average over effects, whatever their distribution.
    """
    variance = np.diagonal(fitted.posterior.effect_covariance, axis1=1, axis2=2)
    prior = fitted.prior
    kept = np.clip(1.0 - variance / (prior.omega2 + prior.tau2), LEAST_KEPT, 1.0)
    size = fitted.posterior.mean_square + prior.tau2
    bias2 = (1.0 - kept) ** 2 * size / (kept * variance)
    critical = np.interp(np.sqrt(bias2), *_critical_values(round(1.0 - level, 6)))
    wider = stats.t.ppf((1.0 + level) / 2.0, df) / stats.norm.ppf((1.0 + level) / 2.0)
    return floats(np.sqrt(kept) * critical * wider)


@lru_cache
def _critical_values(alpha: float) -> tuple[Array, Array]:
    """Critical values at root mean square biases from 0 to 30 SDs."""
    bias = np.r_[np.linspace(0.0, 3.0, 31), np.geomspace(3.2, 30.0, 15)]
    return bias, np.asarray([critical_value(b * b, alpha) for b in bias])


def critical_value(bias2: float, alpha: float) -> float:
    """Smallest c with P(|Z + b| > c) <= alpha for every distribution of b with E b^2 = bias2."""
    low, high = 0.0, float(stats.norm.ppf(1.0 - alpha / 2.0) + np.sqrt(bias2 / alpha) + 1.0)
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _worst_miss(bias2, middle) > alpha else (low, middle)
    return high


def _worst_miss(bias2: float, critical: float) -> float:
    """sup E r(b^2), r(t) = P(|Z + sqrt t| > c), over E b^2 = bias2: the concave majorant of r.

    r is convex, then concave, so the majorant is a chord from t = 0 up to where it touches r, and
    r itself beyond (Armstrong et al., appendix B).
    """

    def miss(t: Array) -> Array:
        b = np.sqrt(t)
        return floats(ndtr(-critical - b) + ndtr(b - critical))

    start = float(miss(np.zeros(1))[0])
    grid = np.linspace(1e-6, (critical + 4.0) ** 2, 2000)
    touch = float(grid[np.argmax((miss(grid) - start) / grid)])
    if bias2 >= touch:
        return float(miss(np.asarray([bias2]))[0])
    slope = (float(miss(np.asarray([touch]))[0]) - start) / touch
    return start + slope * bias2


def degrees_of_freedom(agents: int) -> float:
    """Of the t that stands in for the normal; infinite from FEW_AGENTS on, or without agents."""
    return np.inf if agents >= FEW_AGENTS or agents == 0 else float(max(agents - 1, 1))


def p_values(statistic: Array, freedom: Array, df: float) -> Array:
    """Of no association: chi-square (F with few agents) of the posterior mean's whole curve.

    `freedom` counts coefficients: 1 for a line, 3 for a curve.
    """
    denominator = min(df, MANY)
    return floats(stats.f.sf(statistic / freedom, freedom, denominator))


def q_values(p: Array) -> Array:
    """Benjamini & Hochberg (1995) adjusted p-values, in the order given."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    q = np.empty_like(p)
    q[order] = np.minimum(adjusted, 1.0)
    return q


def ranks_of(strengths: Array) -> IntArray:
    """1 for the largest along the last axis; the earlier wins among equals."""
    order = np.argsort(-strengths, axis=-1, kind="stable")
    return whole(np.argsort(order, axis=-1, kind="stable") + 1)


def rank_ranges(drawn: Array, rank: IntArray, level: float) -> tuple[IntArray, IntArray]:
    """Best and worst rank of each behaviour over draws x behaviours, containing its rank."""
    ranks = ranks_of(drawn)
    tail = (1.0 - level) / 2.0
    low = np.quantile(ranks, tail, axis=0, method="lower").astype(np.int64)
    high = np.quantile(ranks, 1.0 - tail, axis=0, method="higher").astype(np.int64)
    return np.minimum(low, rank), np.maximum(high, rank)


def wilson(k: int, n: int, level: float) -> tuple[float, float]:
    """Interval of a share k of n (Wilson 1927)."""
    z = float(stats.norm.ppf((1.0 + level) / 2.0))
    share, spread = k / n, z * z / n
    middle = share + spread / 2.0
    half = z * np.sqrt(share * (1.0 - share) / n + spread / (4.0 * n))
    return float((middle - half) / (1.0 + spread)), float((middle + half) / (1.0 + spread))
