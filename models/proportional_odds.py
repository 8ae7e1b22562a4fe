"""The 0-10 answer as proportional odds: likelihood, gradient and observed information.

P(Y <= k) = F(theta_k - eta), F the logistic function (McCullagh 1980), eta = held . gamma +
doses . beta_s in segment s. With a = F(theta_upper - eta), b = F(theta_lower - eta) and p = a - b:

    d log p / d eta       = a + b - 1
    -d2 log p / d eta2    = a(1 - a) + b(1 - b)
    d2 log p / d theta_u d eta = a(1 - a),  d2 log p / d theta_l d eta = b(1 - b)
    d2 log p / d theta_u d theta_l = a(1 - a) b(1 - b) / p^2

so that every derivative is closed and the information in eta is positive everywhere.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from models.arrays import Array, IntArray, floats

LAST_DETRACTOR, LAST_PASSIVE = 6, 8
LEAST_PROBABILITY = 1e-12
STEPS = 25
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Scale:
    """The answers that occur. Levels nobody chose have no cut of their own (they are merged).

    `level` numbers each answer among `values`. Because only empty levels vanish, Detractors and
    Promoters never share a level with Passives.
    """

    values: Array
    level: IntArray

    @classmethod
    def of(cls, score: Array) -> "Scale":
        """The levels of these scores."""
        values, level = np.unique(score, return_inverse=True)
        return cls(values, level.astype(np.int64))

    @property
    def cuts(self) -> int:
        """Number of thresholds."""
        return len(self.values) - 1

    def start(self) -> Array:
        """The thresholds that fit the shares when nothing else is known."""
        shares = np.bincount(self.level) / len(self.level)
        return floats(logit(np.cumsum(shares)[:-1]))

    def nps(self, eta: Array, theta: Array) -> Array:
        """100 (P(>= 9) - P(<= 6)) at each eta, in points."""
        below = _padded(theta)
        detractors = expit(below[int((self.values <= LAST_DETRACTOR).sum())] - eta)
        not_promoters = expit(below[int((self.values <= LAST_PASSIVE).sum())] - eta)
        return floats(100.0 * (1.0 - not_promoters - detractors))

    def detractor_share(self, eta: Array, theta: Array) -> Array:
        """P(<= 6) at each eta."""
        cut = _padded(theta)[int((self.values <= LAST_DETRACTOR).sum())]
        return floats(expit(cut - eta))


@dataclass(frozen=True)
class Answers:
    """Answered surveys in segments: `columns` is rows x (held + doses), `doses` the count of the
    last ones, `slices` the rows of each segment."""

    scale: Scale
    columns: Array
    doses: int
    slices: tuple[slice, ...]

    @property
    def width(self) -> int:
        """Parameters of one segment: thresholds, confounders, behaviours."""
        return self.scale.cuts + int(self.columns.shape[1])


@dataclass(frozen=True)
class Curvature:
    """The log-likelihood around a point, per segment s: rhs_s . p - p' information_s p / 2.

    `information` is segments x width x width and `rhs` segments x width, in the order thresholds,
    confounders, behaviours. `score` and `weight` are per row: d log p / d eta, and minus its slope.
    """

    information: Array
    rhs: Array
    log_likelihood: float
    score: Array
    weight: Array

    def discounted(self, design_effect: float) -> "Curvature":
        """The same with the evidence of n / design_effect answers."""
        return Curvature(
            self.information / design_effect, self.rhs / design_effect,
            self.log_likelihood / design_effect, self.score, self.weight,
        )  # fmt: skip


@dataclass(frozen=True)
class _Rows:
    """Per row: p, both densities, and the number of the upper threshold."""

    a: Array
    b: Array
    p: Array
    fa: Array
    fb: Array


def log_likelihood(answers: Answers, points: Array) -> float:
    """At `points`, segments x width."""
    rows = _rows(answers, points)
    return float(np.log(rows.p).sum())


def linear_predictor(answers: Answers, points: Array) -> Array:
    """eta of every row at `points`, segments x width."""
    eta = np.empty(len(answers.columns))
    for rows, point in zip(answers.slices, points, strict=True):
        eta[rows] = answers.columns[rows] @ point[answers.scale.cuts :]
    return eta


def curvature(answers: Answers, points: Array) -> Curvature:
    """Second-order expansion of the log-likelihood around `points`, segments x width."""
    rows = _rows(answers, points)
    weight = rows.fa + rows.fb
    score = rows.a + rows.b - 1.0
    information = np.stack([_information(answers, rows, weight, s) for s in answers.slices], axis=0)
    gradient = np.stack([_gradient(answers, rows, score, s) for s in answers.slices], axis=0)
    rhs = gradient + np.einsum("sij,sj->si", information, points)
    return Curvature(information, rhs, float(np.log(rows.p).sum()), score, weight)


def scores(answers: Answers, points: Array) -> Array:
    """Rows x width: each row's derivative of its log-likelihood."""
    rows = _rows(answers, points)
    out = np.empty((len(answers.columns), answers.width))
    cuts = answers.scale.cuts
    out[:, :cuts] = _at_cuts(answers.scale, rows.fa / rows.p, -rows.fb / rows.p)
    out[:, cuts:] = answers.columns * (rows.a + rows.b - 1.0)[:, None]
    return out


def cross_information(answers: Answers, points: Array, new: Array) -> Array:
    """Width x m: information shared by the parameters and those of `new` columns, rows x m."""
    rows = _rows(answers, points)
    cuts = _at_cuts(answers.scale, rows.fa, rows.fb)
    weighted = (rows.fa + rows.fb)[:, None] * new
    return np.vstack([-(cuts.T @ new), answers.columns.T @ weighted])


def maximum_likelihood(scale: Scale, columns: Array) -> Array:
    """Thresholds and slopes without any prior, by Newton: the plain model, for tests and checks."""
    answers = Answers(scale, columns, columns.shape[1], (slice(0, len(columns)),))
    point = np.r_[scale.start(), np.zeros(columns.shape[1])][None]
    for _ in range(STEPS):
        around = curvature(answers, point)
        step = np.linalg.solve(around.information[0], around.rhs[0])[None] - point
        while log_likelihood(answers, point + step) < around.log_likelihood - TOLERANCE:
            step = step / 2.0
        point = point + step
        if np.abs(step).max() < TOLERANCE:
            break
    return floats(point[0])


def _padded(theta: Array) -> Array:
    return floats(np.r_[-np.inf, theta, np.inf])


def _rows(answers: Answers, points: Array) -> _Rows:
    """Densities of every row; thresholds out of order give the least probability, never NaN."""
    eta = linear_predictor(answers, points)
    theta = _padded(points[0, : answers.scale.cuts])
    level = answers.scale.level
    a, b = expit(theta[level + 1] - eta), expit(theta[level] - eta)
    p = np.maximum(a - b, LEAST_PROBABILITY)
    return _Rows(a, b, p, a * (1.0 - a), b * (1.0 - b))


def _at_cuts(scale: Scale, upper: Array, lower: Array) -> Array:
    """Rows x cuts: `upper` at each row's upper threshold, `lower` at its lower one."""
    n = len(scale.level)
    placed = np.zeros((n, scale.cuts + 2))
    placed[np.arange(n), scale.level + 1] = upper
    placed[np.arange(n), scale.level] = lower
    return placed[:, 1:-1]


def _information(answers: Answers, rows: _Rows, weight: Array, where: slice) -> Array:
    """Observed information of one segment, width x width."""
    cuts, columns = answers.scale.cuts, answers.columns[where]
    level = answers.scale.level[where]
    part = Scale(answers.scale.values, level)
    fa, fb = rows.fa[where], rows.fb[where]
    crossed = fa * fb / rows.p[where] ** 2
    out = np.empty((answers.width, answers.width))
    half = columns * np.sqrt(weight[where])[:, None]
    out[cuts:, cuts:] = half.T @ half
    out[:cuts, cuts:] = -(_at_cuts(part, fa, fb).T @ columns)
    out[cuts:, :cuts] = out[:cuts, cuts:].T
    both = np.bincount(level + 1, fa + crossed, cuts + 2) + np.bincount(
        level, fb + crossed, cuts + 2
    )
    beside = np.bincount(level, crossed, cuts + 1)[1:cuts]
    out[:cuts, :cuts] = np.diag(both[1 : cuts + 1]) - np.diag(beside, 1) - np.diag(beside, -1)
    return out


def _gradient(answers: Answers, rows: _Rows, score: Array, where: slice) -> Array:
    cuts = answers.scale.cuts
    level = answers.scale.level[where]
    up = np.bincount(level + 1, rows.fa[where] / rows.p[where], cuts + 2)
    down = np.bincount(level, rows.fb[where] / rows.p[where], cuts + 2)
    return floats(np.r_[(up - down)[1 : cuts + 1], answers.columns[where].T @ score[where]])
