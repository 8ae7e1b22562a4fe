"""Coefficients into NPS points, by g-computation.

For one behaviour in one segment, everybody asked keeps all else (`held`), and the behaviour is set
to a value in every call of the window; the NPS that the model then expects is averaged:

    M(t) = mean over customers of 100 (P(>= 9) - P(<= 6)) at held + t,
    t = coefficients . basis(value)

The effect is M at the upper end minus M at the lower end (METHOD.md, 7).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from models.arrays import Array, floats
from models.proportional_odds import Scale

CUSTOMERS = 100
"""Customers are summarised by this many quantiles of what is held; the error is below 0.01
points, for the expected NPS is smooth in it."""
GRID = 81
VALUES = 64
STRENGTH = 1.349
"""P75 - P25 of a normal in SDs: strength is on the scale of an effect from P25 to P75."""
AROUND = 5.0
CURVE = (0.05, 0.15, 0.25, 0.35, 0.5, 0.65, 0.75, 0.85, 0.95)


@dataclass(frozen=True)
class Response:
    """Expected NPS as a function of t, by a cubic spline over [-reach, reach]."""

    reach: float
    spline: CubicSpline

    def __call__(self, t: Array) -> Array:
        """NPS in points at each t; flat beyond the reach."""
        return floats(self.spline(np.clip(t, -self.reach, self.reach)))


@dataclass(frozen=True)
class Dial:
    """What a behaviour can be set to in a segment: the two ends, the curve, and how it is spread.

    Each `..._basis` has one row per value and one column per coefficient: one for a line, three for
    a curve. `spread_basis` are the segment's calls, with `share` summing to 1.
    """

    low: float
    high: float
    curve: Array
    low_basis: Array
    high_basis: Array
    curve_basis: Array
    spread_basis: Array
    share: Array

    @property
    def span(self) -> Array:
        """From the lower to the upper end, per coefficient."""
        return self.high_basis - self.low_basis

    def effect(self, response: Response, coefficients: Array) -> Array:
        """Points from the lower to the upper end, one per row of coefficients."""
        return response(coefficients @ self.high_basis) - response(coefficients @ self.low_basis)

    def strength(self, response: Response, coefficients: Array) -> Array:
        """1.349 x SD of the dose-response over the calls, one per row of coefficients."""
        points = response(coefficients @ self.spread_basis.T)
        centred = points - (points @ self.share)[:, None]
        return floats(STRENGTH * np.sqrt(centred**2 @ self.share))

    def shape(self, response: Response, coefficients: Array) -> Array:
        """Points at each value of the curve, relative to the lower end."""
        start = response(np.atleast_1d(self.low_basis @ coefficients))
        return response(self.curve_basis @ coefficients) - start


def dial_of(values: Array, basis: Callable[[Array], Array], binary: bool) -> Dial:
    """The ends for a segment's calls, answered or not: P25 and P75, or 0 and 1 for a binary.

    Where P25 = P75 the ends are that value and the median of the values that differ from it (so 0
    and the usual size of a rare event).
    """
    known = values[np.isfinite(values)]
    low, high = (0.0, 1.0) if binary else _ends(known)
    curve = np.asarray([low, high])
    if not binary:
        curve = np.unique(np.r_[curve, np.quantile(known, CURVE)])
    ends = basis(np.asarray([low, high]))
    spread, share = _spread(known)
    return Dial(low, high, curve, ends[0], ends[1], basis(curve), basis(spread), share)


def _ends(known: Array) -> tuple[float, float]:
    low, high = np.quantile(known, [0.25, 0.75])
    others = known[known != low]
    if low == high and len(others):
        low, high = sorted((low, np.median(others)))
    return float(low), float(high)


def _spread(known: Array) -> tuple[Array, Array]:
    """The values and their shares: exact for a few values, else equally likely quantiles."""
    values, counts = np.unique(known, return_counts=True)
    if len(values) <= VALUES:
        return values, counts / counts.sum()
    quantiles = np.quantile(known, (np.arange(VALUES) + 0.5) / VALUES)
    return quantiles, np.full(VALUES, 1.0 / VALUES)


def response_of(scale: Scale, theta: Array, held: Array, share: Array, reach: float) -> Response:
    """The response of customers whose other contributions are `held`, weighted by `share`."""
    summary = _quantiles(held, share)
    reach = max(reach, 0.1)
    grid = np.linspace(-reach, reach, GRID)
    points = scale.nps(summary[:, None] + grid, theta).mean(axis=0)
    return Response(reach, CubicSpline(grid, points))


def reach_of(dial: Dial, coefficients: Array, errors: Array) -> float:
    """How far t can get while each coefficient stays within a few standard errors."""
    every = np.vstack([dial.low_basis, dial.high_basis, dial.spread_basis])
    return float((np.abs(every) @ (np.abs(coefficients) + AROUND * errors)).max())


def _quantiles(held: Array, share: Array) -> Array:
    """CUSTOMERS equally likely values of a weighted sample."""
    order = np.argsort(held, kind="stable")
    reached = np.cumsum(share[order]) - share[order] / 2.0
    at = (np.arange(CUSTOMERS) + 0.5) / CUSTOMERS * share.sum()
    return floats(np.interp(at, reached, held[order]))
