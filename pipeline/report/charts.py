"""Geometry of the charts: where marks stand, in percent of the width; the templates draw them.

Horizontal charts use percentages instead of a view box, so that they fit a phone without shrinking
dots or text.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.wording import quantity, signed

CURVE_WIDTH, CURVE_HEIGHT = 320, 150
CURVE_MARGIN = 10


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    x: str
    label: str
    zero: bool


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` to `high`."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Place of a value, in percent of the width, within 0–100."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def x(self, value: float) -> str:
        """Place of a value as an SVG length."""
        return f"{self.at(value):g}%"

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """About five round values with their places."""
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        values = [k * step for k in range(first, last + 1)]
        decimals = 0 if step >= 1 else 1
        return tuple(Tick(self.x(v), signed(v, decimals), v == 0) for v in values)


@dataclass(frozen=True)
class Interval:
    """A dot with its interval and a bar from zero, as SVG lengths."""

    x: str
    low: str
    high: str
    zero: str
    bar: str
    bar_width: str


@dataclass(frozen=True)
class Curve:
    """A dose-response curve in a view box of 320 by 150, with its axes' words."""

    points: str
    zero_y: float
    from_x: float
    to_x: float
    lowest: str
    highest: str
    first: str
    last: str


@dataclass(frozen=True)
class Mark:
    """A named place on a strip: whose value it is, the value in words, where it stands."""

    kind: str
    label: str
    text: str
    x: str


def scale(values: Sequence[float], *, around: Sequence[float] = (0.0,)) -> Scale:
    """An axis that holds all values and those it is read around, with a little room at the ends."""
    inside = [v for v in (*values, *around) if math.isfinite(v)] or [0.0]
    low, high = min(inside), max(inside)
    room = 0.06 * (high - low) or 1.0
    return Scale(low - room, high + room)


def interval(axis: Scale, value: float, low: float, high: float) -> Interval:
    """The marks of an estimate with its interval."""
    zero, at = axis.at(0.0), axis.at(value)
    return Interval(
        x=axis.x(value),
        low=axis.x(low),
        high=axis.x(high),
        zero=axis.x(0.0),
        bar=f"{min(zero, at):g}%",
        bar_width=f"{abs(at - zero):.4g}%",
    )


def curve(
    points: Sequence[tuple[float, float]], *, unit: str, from_value: float, to_value: float
) -> Curve | None:
    """The curve of NPS points against a behaviour's value; None below three different values.

    Two points are a straight line between numbers that the page states anyway.
    """
    ordered = sorted((v, p) for v, p in points if math.isfinite(v) and math.isfinite(p))
    values = [value for value, _ in ordered]
    if len(set(values)) < 3:
        return None
    heights = [height for _, height in ordered]
    across = scale((), around=values)
    up = scale(heights)
    return Curve(
        points=" ".join(f"{_across(across, v):g},{_up(up, p):g}" for v, p in ordered),
        zero_y=_up(up, 0.0),
        from_x=_across(across, from_value),
        to_x=_across(across, to_value),
        lowest=signed(min(heights), 1),
        highest=signed(max(heights), 1),
        first=quantity(values[0], unit),
        last=quantity(values[-1], unit),
    )


def strip(values: Sequence[tuple[str, str, float, str]]) -> tuple[Mark, ...]:
    """Marks (kind, label, value, the value in words) on one axis of their own."""
    axis = scale((), around=[value for _, _, value, _ in values])
    return tuple(Mark(kind, label, text, axis.x(value)) for kind, label, value, text in values)


def _across(axis: Scale, value: float) -> float:
    return round(axis.at(value) / 100 * CURVE_WIDTH, 1)


def _up(axis: Scale, value: float) -> float:
    inside = CURVE_HEIGHT - 2 * CURVE_MARGIN
    return round(CURVE_HEIGHT - CURVE_MARGIN - axis.at(value) / 100 * inside, 1)


def _round_step(rough: float) -> float:
    """The next 1, 2, 5 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
