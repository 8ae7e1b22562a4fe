"""Behaviours per call: cleaned, clipped, and on a scale on which a line is a fair summary.

A value is clipped (0.5-99.5 %), put on an *even* scale and standardised: its dose. The even scale
is log(1 + (v - low) / offset) with the offset at which the calls are least skewed, or the value
itself where it is not skewed. For a dose that is nearly normal the slope of a line is the average
slope of whatever the truth is (Stein's lemma), so that the change from P25 to P75 is right even if
the truth is no line; on raw seconds a few very long calls decide it instead. Measured on simulated
centres: coverage of skewed behaviours .48 on raw values, .83 on the even scale.

Behaviours that bend beyond that (`shapes`) get the two bends of a restricted cubic spline in the
dose, knots at P5, P35, P65 and P95 (Harrell, *Regression Modeling Strategies*, 2.4.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from models.arrays import Array, FlagArray, floats
from models.subjects import Subject
from models.survey_rows import LEAST_ANSWERS, Calls, Surveys

CLIP = (0.005, 0.995)
KNOTS = (0.05, 0.35, 0.65, 0.95)
LEAST_GAP = 0.02
"""Knots closer than this share of their range would make bends of a single value."""
OFFSETS = np.r_[np.geomspace(0.02, 20.0, 25), np.inf]
"""Candidates for the offset, in ranges of the value; infinite is the value itself."""
SAMPLE = 20_000
"""Calls on which quantiles and skewness are read: more would not move them."""
SAME = 1e-9


@dataclass(frozen=True)
class Shape:
    """How a value becomes a dose, and a dose its bends.

    `side` is -1 where the long tail is below. `knots` is None where the values are too few to bend;
    `bend_centre` makes the bends' mean 0 over the calls, as `centre` and `scale` make the dose's
    mean 0 and SD 1.
    """

    low: float
    high: float
    offset: float = np.inf
    side: float = 1.0
    centre: float = 0.0
    scale: float = 1.0
    knots: tuple[float, ...] | None = None
    bend_centre: tuple[float, float] = (0.0, 0.0)

    def evened(self, values: Array) -> Array:
        """The clipped value on a scale on which the calls are not skewed."""
        clipped = np.clip(values, self.low, self.high)
        if not np.isfinite(self.offset):
            return clipped
        tail = clipped - self.low if self.side > 0 else self.high - clipped
        return floats(self.side * np.log1p(tail / self.offset))

    def dose(self, values: Array) -> Array:
        """What a line is drawn in; NaN stays NaN."""
        return (self.evened(values) - self.centre) / self.scale

    def value(self, dose: Array) -> Array:
        """The value that has this dose: the inverse of `dose`, within the clipped range."""
        line = np.asarray(dose) * self.scale + self.centre
        if np.isfinite(self.offset):
            tail = self.offset * np.expm1(self.side * line)
            line = self.low + tail if self.side > 0 else self.high - tail
        return floats(np.clip(line, self.low, self.high))

    def bends(self, values: Array) -> Array:
        """n x 2: the two bends; NaN stays NaN. Needs knots."""
        assert self.knots is not None, "a behaviour with few values cannot bend"
        return floats(spline_bends(self.dose(values), self.knots) - np.asarray(self.bend_centre))


@dataclass(frozen=True)
class Behaviours:
    """The behaviours that enter the fit. `values` is calls x behaviours, NaN where unknown; `bent`
    numbers those with a curve."""

    subjects: tuple[Subject, ...]
    values: Array
    binary: FlagArray
    shapes: tuple[Shape, ...]
    bent: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names, in the order of the columns."""
        return tuple(subject.name for subject in self.subjects)

    @property
    def bends(self) -> FlagArray:
        """Whether each behaviour has a curve."""
        return np.isin(np.arange(len(self.subjects)), self.bent)

    @cached_property
    def doses(self) -> Array:
        """Calls x behaviours, mean 0 and SD 1 over the calls, NaN where unknown."""
        columns = [shape.dose(self.values[:, j]) for j, shape in enumerate(self.shapes)]
        return np.column_stack(columns) if columns else np.zeros((len(self.values), 0))

    def basis(self, j: int, values: Array) -> Array:
        """n x 1, or n x 3 where the behaviour bends: what its coefficients multiply."""
        dose = self.shapes[j].dose(values)[:, None]
        return np.hstack([dose, self.shapes[j].bends(values)]) if j in self.bent else dose


def spline_bends(values: Array, knots: tuple[float, ...]) -> Array:
    """n x 2: the bends of a restricted cubic spline, linear beyond the outer knots.

    r_j(v) = [(v-k_j)+^3 - (v-k_3)+^3 (k_4-k_j)/(k_4-k_3) + (v-k_4)+^3 (k_3-k_j)/(k_4-k_3)]
    / (k_4-k_1)^2 for j = 1, 2 (Harrell 2.25).
    """
    _, _, third, fourth = knots
    cubes = [np.maximum(values - knot, 0.0) ** 3 for knot in knots]
    columns = [
        cubes[j]
        - cubes[2] * (fourth - knots[j]) / (fourth - third)
        + cubes[3] * (third - knots[j]) / (fourth - third)
        for j in (0, 1)
    ]
    return np.column_stack(columns) / (fourth - knots[0]) ** 2


def behaviours_of(
    calls: Calls, surveys: Surveys, subjects: Sequence[Subject]
) -> tuple[Behaviours, list[str]]:
    """The ranked subjects that can enter a fit, and a warning for each that cannot."""
    kept: list[Subject] = []
    columns: list[Array] = []
    warnings: list[str] = []
    for subject in {s.name: s for s in subjects if s.ranked}.values():
        values, remarks = _cleaned(calls.frame, subject.name)
        why_not = _why_not(values, surveys, subject.name)
        warnings += remarks + why_not
        if not why_not:
            kept.append(subject)
            columns.append(values)
    values = np.column_stack(columns) if columns else np.zeros((len(calls), 0))
    binary = [s.binary or _is_binary(values[:, j]) for j, s in enumerate(kept)]
    shapes = tuple(shape_of(values[:, j], binary[j]) for j in range(len(kept)))
    return Behaviours(tuple(kept), values, np.asarray(binary, dtype=np.bool_), shapes), warnings


def _cleaned(frame: pd.DataFrame, name: str) -> tuple[Array, list[str]]:
    """The column as numbers; what is no finite number is unknown, and said so."""
    if name not in frame:
        return np.full(len(frame), np.nan), []
    column = frame[name]
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(values)
    odd = column.notna().to_numpy(dtype=np.bool_) & np.isnan(values)
    kinds = {"an infinite value": int(infinite.sum()), "a value that is no number": int(odd.sum())}
    remarks = [
        f"{name}: {count} calls have {kind}, treated as unknown; measure them again."
        for kind, count in kinds.items()
        if count
    ]
    return np.where(infinite, np.nan, values), remarks


def _why_not(values: Array, surveys: Surveys, name: str) -> list[str]:
    """Why a behaviour cannot be ranked: column, harm, remedy."""
    behind = surveys.weights[: surveys.n_answered]
    known = int((behind @ np.isfinite(values).astype(np.float64) > 0).sum())
    if known < LEAST_ANSWERS:
        return [
            f"{name}: known on {known} answered surveys, expected at least {LEAST_ANSWERS}, so it "
            "is not ranked; measure it on more calls."
        ]
    used = values[np.unique(behind.indices)]
    low, high = np.nanmin(used), np.nanmax(used)
    if high - low <= SAME * max(1.0, abs(low), abs(high)):
        return [
            f"{name}: the same value on every surveyed call, so nothing can be said of it and it "
            "is not ranked; check how it is measured."
        ]
    return []


def _is_binary(values: Array) -> bool:
    return bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all())


def shape_of(values: Array, binary: bool) -> Shape:
    """A standardised dose, with knots in reserve where the values are many enough to bend."""
    every = values[np.isfinite(values)]
    known = every[:: len(every) // SAMPLE + 1]
    low, high = np.quantile(known, CLIP)
    if binary or high - low <= SAME * max(1.0, abs(high)):
        low, high = every.min(), every.max()
    shape = Shape(float(low), float(high))
    if not binary:
        shape = _unskewed(shape, known)
    line = shape.evened(every)
    shape = replace(shape, centre=float(line.mean()), scale=float(line.std()))
    return shape if binary else _with_knots(shape, known)


def _unskewed(shape: Shape, known: Array) -> Shape:
    """The offset of the logarithm at which the skewness of the calls is nearest to zero."""
    side = 1.0 if stats.skew(np.clip(known, shape.low, shape.high)) >= 0 else -1.0
    offsets = (shape.high - shape.low) * OFFSETS
    scales = [replace(shape, offset=float(offset), side=side) for offset in offsets]
    skews = [abs(float(stats.skew(scale.evened(known)))) for scale in scales]
    return scales[int(np.argmin(np.nan_to_num(skews, nan=np.inf)))]


def _with_knots(shape: Shape, known: Array) -> Shape:
    dose = shape.dose(known)
    knots = tuple(float(q) for q in np.quantile(dose, KNOTS))
    if not np.diff(knots).min() > LEAST_GAP * (knots[-1] - knots[0]) > 0:
        return shape
    first, second = spline_bends(dose, knots).mean(axis=0)
    return replace(shape, knots=knots, bend_centre=(float(first), float(second)))
