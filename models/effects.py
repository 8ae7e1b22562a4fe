"""Every behaviour in every segment: how it can be set, how NPS responds, and its coefficients."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from models.arrays import Array, IntArray, floats
from models.call_values import SAMPLE
from models.intervals import critical_widths
from models.points import Dial, Response, dial_of, reach_of, response_of
from models.pooling import Posterior
from models.study import Model, Study
from models.subjects import RankOptions
from models.survey_rows import FRESH


@dataclass(frozen=True)
class Effect:
    """One behaviour in one segment. `coefficients` (a slope, and two bends where it bends) have
    posterior `covariance`; `drawn` are draws x coefficients."""

    dial: Dial
    response: Response
    coefficients: Array
    covariance: Array
    drawn: Array
    width: float

    @property
    def points(self) -> float:
        """NPS points from the lower to the upper end."""
        return float(self.dial.effect(self.response, self.coefficients[None])[0])

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of `points`: `width` posterior SDs of t from end to end, either way.

        The coefficients move along S u / sqrt(u' S u), u the span between the ends: where their
        expectation goes when the change in t is `width` SDs off.
        """
        span = self.dial.span
        spread = float(np.sqrt(span @ self.covariance @ span))
        step = self.width * (self.covariance @ span) / spread if spread > 0 else 0.0 * span
        moved = np.stack([self.coefficients - step, self.coefficients, self.coefficients + step])
        points = self.dial.effect(self.response, moved)
        return float(points.min()), float(points.max())

    @property
    def strength(self) -> float:
        """1.349 x SD of the dose-response."""
        return float(self.dial.strength(self.response, self.coefficients[None])[0])

    @property
    def drawn_strengths(self) -> Array:
        """Strength of each draw."""
        return self.dial.strength(self.response, self.drawn)

    @property
    def curve(self) -> Array:
        """Points at `dial.curve`, relative to the lower end."""
        return self.dial.shape(self.response, self.coefficients)

    @property
    def statistic(self) -> float:
        """Wald chi-square of all coefficients."""
        inverse = np.linalg.pinv(self.covariance, hermitian=True)
        return float(self.coefficients @ inverse @ self.coefficients)

    def points_at(self, slope: float) -> float:
        """Points if the slope were this one."""
        moved = self.coefficients.copy()
        moved[0] = slope
        return float(self.dial.effect(self.response, moved[None])[0])


Effects = tuple[tuple[Effect, ...], ...]
"""Segments x behaviours."""


@dataclass(frozen=True)
class Draws:
    """Draws from the posterior: of the common parameters, draws x width, and of each segment's
    slopes, segments x draws x behaviours."""

    common: Array
    slopes: Array


def draws_of(at: Posterior, options: RankOptions) -> Draws:
    """Seeded joint draws: common parameters first, then each segment's slopes given them."""
    rng = np.random.default_rng(options.seed)
    noise = rng.standard_normal((options.draws, len(at.common)))
    common = at.common + noise @ _root(at.covariance).T
    own = rng.standard_normal((len(at.maps), options.draws, at.layout.behaviours))
    around = np.stack([n @ _root(c).T for n, c in zip(own, at.own, strict=True)])
    slopes = common @ at.maps.transpose(0, 2, 1) + at.offsets[:, None] + around
    return Draws(common, floats(slopes))


def effects_of(model: Model, options: RankOptions, draws: Draws) -> Effects:
    """Set up every behaviour in every segment."""
    at = model.fit.posterior
    widths = critical_widths(model.fit, options.level, model.df)
    return tuple(
        tuple(_effect(model, draws, s, j, float(widths[s, j])) for j in range(at.layout.behaviours))
        for s in range(len(at.maps))
    )


def _effect(model: Model, draws: Draws, s: int, j: int, width: float) -> Effect:
    study, at = model.study, model.fit.posterior
    bends = bend_places(model, j)
    coefficients = np.r_[at.effects[s, j], at.common[bends]]
    covariance = _covariance(at, s, j, bends)
    basis = partial(study.behaviours.basis, j)
    dial = dial_of(_values_in(study, s, j), basis, bool(study.behaviours.binary[j]))
    asked = np.flatnonzero((study.design.segment == s) & (study.surveys.role != FRESH))
    own = study.design.doses[asked, j] * coefficients[0]
    own = own + study.design.held[np.ix_(asked, bends - at.layout.cuts)] @ coefficients[1:]
    errors = np.sqrt(np.diag(covariance)) * max(1.0, width / 2.0)
    response = response_of(
        model.fit.scale, model.fit.theta, model.eta[asked] - own, study.surveys.share[asked],
        reach_of(dial, coefficients, errors),
    )  # fmt: skip
    drawn = np.column_stack([draws.slopes[s, :, j], draws.common[:, bends]])
    return Effect(dial, response, coefficients, covariance, drawn, width)


def bend_places(model: Model, j: int) -> IntArray:
    """Where behaviour j's two bends stand among the common parameters; empty without."""
    start = int(model.study.design.bend_column[j])
    if start < 0:
        return np.zeros(0, dtype=np.int64)
    return model.fit.posterior.layout.cuts + start + np.arange(2)


def _covariance(at: Posterior, s: int, j: int, bends: IntArray) -> Array:
    """Of a segment's slope and the bends."""
    rows = np.zeros((1 + len(bends), len(at.common)))
    rows[0] = at.maps[s, j]
    rows[np.arange(1, 1 + len(bends)), bends] = 1.0
    covariance = rows @ at.covariance @ rows.T
    covariance[0, 0] += at.own[s, j, j]
    return floats(covariance)


def _values_in(study: Study, s: int, j: int) -> Array:
    """The behaviour in the segment's calls; in all calls where the segment has it nowhere."""
    own = study.calls_of_segment[s]
    values = study.behaviours.values[own[:: len(own) // SAMPLE + 1], j]
    return values if np.isfinite(values).any() else study.behaviours.values[:, j]


def _root(covariance: Array) -> Array:
    """A square root that does not mind a covariance that is singular or zero."""
    values, vectors = np.linalg.eigh(covariance)
    return floats(vectors * np.sqrt(np.maximum(values, 0.0)))
