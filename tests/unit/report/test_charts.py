"""Where marks stand on the charts."""

import re
from itertools import product

import pytest

from pipeline.report.charts import Scale, curve, interval, scale, strip
from pipeline.report.site import STYLE, TEMPLATES


def test_places_on_a_scale() -> None:
    axis = Scale(-10.0, 10.0)
    assert [axis.x(v) for v in (-10, 0, 5, 99)] == ["0%", "50%", "75%", "100%"]


def test_a_scale_holds_its_values_and_zero() -> None:
    axis = scale([4.0, 9.0])
    assert axis.low < 0
    assert axis.high > 9


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [float("nan")], [-1e-3, 1e-3], [-90.0, 80.0]])
def test_any_values_give_a_scale_with_a_few_ticks(values: list[float]) -> None:
    ticks = scale(values).ticks
    assert 1 <= len(ticks) <= 8
    assert sum(tick.zero for tick in ticks) == 1


def test_a_bar_runs_from_zero_to_the_estimate() -> None:
    marks = interval(Scale(-10.0, 10.0), -5.0, -8.0, -2.0)
    assert (marks.bar, marks.bar_width, marks.zero) == ("25%", "25%", "50%")
    assert (marks.low, marks.x, marks.high) == ("10%", "25%", "40%")


def test_a_curve_falls_where_nps_falls() -> None:
    shape = curve([(0.0, 0.0), (4.0, -5.0), (8.0, -11.0)], unit="s", from_value=0.0, to_value=8.0)
    assert shape is not None
    heights = [float(pair.split(",")[1]) for pair in shape.points.split()]
    assert heights == sorted(heights)
    assert heights[0] == shape.zero_y
    assert (shape.lowest, shape.highest) == ("−11.0", "0.0")


def test_two_points_are_no_curve() -> None:
    assert curve([(0.0, 0.0), (1.0, 8.0)], unit="yes/no", from_value=0.0, to_value=1.0) is None


def test_marks_of_equal_values_stand_together() -> None:
    marks = strip([("current", "This agent", 5.0, "5 s"), ("best", "Best", 5.0, "5 s")])
    assert marks[0].x == marks[1].x == "50%"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour if len(colour) == 6 else "".join(2 * c for c in colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_its_ground(scheme: int) -> None:
    style = (TEMPLATES / STYLE).read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]+);", block))
    pairs = [*product(("ink", "soft", "link"), ("paper", "raised", "warn"))]
    pairs += [(k, f"{k}-wash") for k in ("up", "down", "turn", "calm")]
    assert {p: contrast(colours[p[0]], colours[p[1]]) for p in pairs
            if contrast(colours[p[0]], colours[p[1]]) < 4.5} == {}  # fmt: skip
