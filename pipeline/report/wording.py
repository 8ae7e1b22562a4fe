"""Numbers as people read them: signs, units, intervals; no false precision, no number alone."""

import math
import re
from datetime import datetime

import pandas as pd

from pipeline.nps import Nps
from pipeline.small_numbers import HIDDEN_BELOW

MINUS = "−"
NARROW_INTERVAL_POINTS = 5.0
UNITS_OF_SHARES = ("share",)
UNIT_OF_COUNTS = "count"
"""Says nothing that the number does not."""
YES_NO_UNITS = ("yes/no", "0 or 1")


def number(value: float, decimals: int = 0) -> str:
    """A number with thousands apart and a real minus sign; never a minus before zero."""
    text = f"{abs(value):,.{decimals}f}"
    return text if value >= 0 or float(text.replace(",", "")) == 0 else MINUS + text


def count(value: float) -> str:
    """A whole number of things."""
    return number(value)


def counted(value: float, singular: str, plural: str | None = None) -> str:
    """A number and its noun: "1 call", "12,345 calls"."""
    return f"{count(value)} {singular if value == 1 else plural or singular + 's'}"


def signed(value: float, decimals: int = 0) -> str:
    """A number that always shows its sign, except zero."""
    text = number(value, decimals)
    return f"+{text}" if value > 0 and float(text.replace(",", "")) != 0 else text


def effect(value: float, low: float, high: float, unit: str = " points") -> str:
    """An effect with its interval: "−11 points (−15 to −7)".

    Whole points, unless the interval is narrower than 5 points or an end of it would round to 0:
    then one decimal, so that an interval without 0 is never printed as if it touched it.
    """
    touches = any(round(end) == 0 for end in (low, high))
    decimals = 1 if high - low < NARROW_INTERVAL_POINTS or touches else 0
    ends = f"{signed(low, decimals)} to {signed(high, decimals)}"
    return f"{signed(value, decimals)}{unit} ({ends})"


def nps_text(value: Nps) -> str:
    """NPS with its interval, "+45 (29 to 58)", or that the group is too small."""
    if value.status == "hidden":
        return f"hidden: fewer than {HIDDEN_BELOW} answers"
    plain = value.low >= 0
    ends = [number(end) if plain else signed(end) for end in (value.low, value.high)]
    return f"{signed(value.points)} ({ends[0]} to {ends[1]})"


def percent(share: float) -> str:
    """A share as a whole percentage, with a decimal below 10 % unless it is whole."""
    value = 100 * share
    whole = abs(value) >= 10 or abs(value - round(value)) < 0.05
    return f"{number(value, 0 if whole else 1)}\u00a0%"


def quantity(value: float | None, unit: str, *, binary: bool = False, mean: bool = False) -> str:
    """A behaviour's value with its unit: "8 s", "42 %", "yes", "3.5 (scale 0–5)".

    `mean`: the average of a yes-or-no over calls is the percentage of calls with a yes.
    """
    if value is None or math.isnan(value):
        return "unknown"
    if binary or unit in YES_NO_UNITS:
        return f"{percent(value)} of calls" if mean else ("yes" if value >= 0.5 else "no")
    if unit in UNITS_OF_SHARES:
        return percent(value)
    shown = figures(value)
    if is_scale(unit):
        return f"{shown} (scale {unit})"
    return shown if unit in ("", UNIT_OF_COUNTS) else f"{shown}\u00a0{unit}"


def mean_text(value: float, unit: str, *, binary: bool) -> str:
    """A mean over calls, in a table that names the unit once: a scale's ends are left out."""
    return quantity(value, "" if is_scale(unit) else unit, binary=binary, mean=True)


def is_scale(unit: str) -> bool:
    """Whether a unit is a scale with ends, such as "0–5" or "−1…1", and not a measure."""
    return re.fullmatch(r"[−-]?[\d.]+[–…]\d+", unit) is not None


def figures(value: float) -> str:
    """Three significant figures at most, two decimals: 1,234 · 56.7 · 8 · 0.25; three below 0.1."""
    if value == 0:
        return "0"
    most = 2 if abs(value) >= 0.1 else 3
    decimals = min(most, max(0, 2 - math.floor(math.log10(abs(value)))))
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def clock(seconds: float) -> str:
    """A time in a call as mm:ss; past the hour the minutes go on, as players show them."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


def moment_in_time(value: datetime | pd.Timestamp | None) -> str:
    """Day and minute in UTC, the same in every locale."""
    return "unknown" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d, %H:%M} UTC"


def time_of_day(value: datetime | pd.Timestamp | None) -> str:
    """The minute in UTC, where the day is a heading already."""
    return "unknown" if pd.isna(value) else f"{pd.Timestamp(value):%H:%M} UTC"


def day(value: datetime | pd.Timestamp | None) -> str:
    """A day, the same in every locale."""
    return "unknown" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"
