"""The first page: what was heard, how NPS stands, what goes with it in each segment."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.nps import Benchmark, Comparison, Nps, benchmark, compare, nps
from pipeline.report.charts import Interval, Scale, interval, scale
from pipeline.report.material import CUTS, NO_SEGMENT, Material
from pipeline.report.segments import Drivers, DriverView
from pipeline.report.wording import signed

STRONGEST = 3
_COMPARED: dict[Comparison, str] = {
    "above": "is above",
    "below": "is below",
    "not distinguishable": "cannot be told apart from",
}
CUT_NAMES = {"brand": "Brand", "region": "Region", "channel": "Channel", "mode": "Survey mode"}


@dataclass(frozen=True)
class Heard:
    """How much there is: calls, hours, answers, days."""

    logged: int
    heard: int
    heard_hours: float
    read: int
    measured: int
    invited: int
    answered: int
    other_answers: int
    first: pd.Timestamp | None
    last: pd.Timestamp | None


@dataclass(frozen=True)
class NpsRow:
    """NPS of a group, with its marks; a hidden group has none."""

    name: str
    page: str | None
    nps: Nps
    mark: Interval | None
    against_average: str


@dataclass(frozen=True)
class NpsCut:
    """NPS by the values of one column."""

    title: str
    rows: tuple[NpsRow, ...]


@dataclass(frozen=True)
class Reference:
    """A benchmark of the industry, and in words whether NPS can be told apart from it."""

    verdict: str
    name: str


@dataclass(frozen=True)
class SegmentSummary:
    """The strongest behaviours of a segment."""

    name: str
    page: str
    drivers: tuple[DriverView, ...]


@dataclass(frozen=True)
class Overview:
    """Everything on the first page."""

    heard: Heard
    nps: Nps
    references: tuple[Reference, ...]
    industry: Benchmark
    axis: Scale
    average_x: str
    top_x: str
    cuts: tuple[NpsCut, ...]
    segments: tuple[SegmentSummary, ...]


def overview(material: Material, drivers: Drivers) -> Overview:
    """Work out the first page."""
    industry = benchmark(material.options.benchmark)
    overall = nps(material.answers["score"])
    groups = {column: _by(material, column) for column in ("segment", "mode", *CUTS)}
    axis = _axis([overall, *(v for found in groups.values() for v in found.values())], industry)
    cuts = [_cut(material, c, found, axis, industry) for c, found in groups.items()]
    return Overview(
        heard=heard(material),
        nps=overall,
        references=references(overall, industry),
        industry=industry,
        axis=axis,
        average_x=axis.x(industry.average),
        top_x=axis.x(industry.top_quartile),
        cuts=tuple(cut for cut in cuts if cut.title == "Segment" or len(cut.rows) > 1),
        segments=strongest(material, drivers),
    )


def heard(material: Material) -> Heard:
    """Count what the report rests on."""
    activity, invitations = material.tables.activity, material.invitations
    recorded = activity[activity["source"] == "recording"]
    answered = int(invitations["score"].notna().sum())
    started = material.call_log["started_at"].dropna()
    return Heard(
        logged=len(material.call_log),
        heard=len(recorded),
        heard_hours=float(recorded["duration_s"].sum()) / 3600,
        read=int((activity["source"] == "transcript").sum()),
        measured=len(material.measured_calls),
        invited=len(invitations),
        answered=len(material.answers),
        other_answers=answered - len(material.answers),
        first=started.min() if len(started) else None,
        last=started.max() if len(started) else None,
    )


def references(value: Nps, industry: Benchmark) -> tuple[Reference, ...]:
    """The industry's benchmarks, each with whether NPS can be told apart from it."""
    known = [
        ("the average", industry.average),
        ("“good”", industry.good),
        ("the top quartile", industry.top_quartile),
        ("the level of a systemic issue", industry.issue_below),
    ]
    return tuple(
        Reference(_COMPARED[compare(value, points)], f"{name} ({signed(points)})")
        for name, points in sorted(
            ((n, p) for n, p in known if p is not None), key=lambda pair: pair[1]
        )
    )


def strongest(material: Material, drivers: Drivers) -> tuple[SegmentSummary, ...]:
    """The three strongest behaviours of each segment, by rank."""
    return tuple(
        SegmentSummary(segment, page, drivers[segment][:STRONGEST])
        for segment, page in material.segment_pages.items()
        if segment in drivers
    )


def _by(material: Material, column: str) -> dict[str, Nps]:
    answers = material.answers
    names = answers[column].astype(object).where(answers[column].notna(), None)
    missing = NO_SEGMENT if column == "segment" else f"(no {column})"
    names = pd.Series([missing if n is None else str(n) for n in names], dtype=object)
    scores = answers["score"].reset_index(drop=True)
    return {str(name): nps(group) for name, group in scores.groupby(names, sort=True)}


def _cut(
    material: Material, column: str, found: dict[str, Nps], axis: Scale, industry: Benchmark
) -> NpsCut:
    pages = material.segment_pages if column == "segment" else {}
    title = CUT_NAMES.get(column, "Segment")
    return NpsCut(
        title, tuple(_row(name, pages.get(name), v, axis, industry) for name, v in found.items())
    )


def _row(name: str, page: str | None, value: Nps, axis: Scale, industry: Benchmark) -> NpsRow:
    if value.status == "hidden":
        return NpsRow(name, page, value, None, "too few answers to say")
    mark = interval(axis, value.points, value.low, value.high)
    return NpsRow(name, page, value, mark, _against(value, industry.average))


def _against(value: Nps, points: int) -> str:
    if value.status == "hidden":
        return "too few answers to say"
    return f"{_COMPARED[compare(value, points)]} {signed(points)}"


def _axis(values: Sequence[Nps], industry: Benchmark) -> Scale:
    shown = [v for v in values if v.status != "hidden"]
    ends = [end for v in shown for end in (v.low, v.high)]
    return scale(ends, around=(0, industry.average, industry.top_quartile))
