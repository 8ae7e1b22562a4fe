"""Segment pages: the ranked behaviours, each with its evidence."""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pipeline.behaviours.register import Behaviour
from pipeline.nps import Nps, answer_class, nps
from pipeline.report.charts import Curve, Interval, Scale, curve, interval, scale
from pipeline.report.material import Material, Row, rows, structs
from pipeline.report.moments import Moments, MomentView, playing
from pipeline.report.sentences import Estimate, effect_sentence, in_words, label_of
from pipeline.report.wording import (
    YES_NO_UNITS,
    count,
    effect,
    figures,
    mean_text,
    percent,
    quantity,
    signed,
)
from pipeline.small_numbers import HIDDEN_BELOW, hidden

DIRECTIONS = {
    "up": "NPS up with more of it",
    "down": "NPS down with more of it",
    "middle": "NPS highest in between",
    "ends": "NPS highest at both ends",
    "none": "no direction",
}
CLASSES = ("promoter", "passive", "detractor")


class Fact(NamedTuple):
    """A named figure with what it means."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class DriverView:
    """A row of DRIVERS as a page shows it; `proof` is where its numbers lead."""

    name: str
    proof: str
    label: str
    rank: int
    ranks: str
    verdict: str
    effect: str
    sentence: str
    borrowed: bool
    mark: Interval
    curve: Curve | None
    facts: tuple[Fact, ...]
    notes: str
    behaviour: Behaviour | None
    moments: tuple[MomentView, ...]


@dataclass(frozen=True)
class Beside:
    """A behaviour that is shown but not ranked: its mean by what the customer answered."""

    behaviour: Behaviour
    proof: str
    why: str
    means: tuple[str, ...]


@dataclass(frozen=True)
class SegmentPage:
    """Everything on a segment’s page."""

    name: str
    page: str
    nps: Nps
    n_agents: int | None
    axis: Scale
    drivers: tuple[DriverView, ...]
    beside: tuple[Beside, ...]
    playing: str


Drivers = dict[str, tuple[DriverView, ...]]
"""By segment, the strongest first."""


def segment_pages(material: Material, views: Drivers) -> tuple[SegmentPage, ...]:
    """A page for every segment in DRIVERS, among the answers or in the call log."""
    axes = {s: _axis(found) for s, found in material.tables.drivers.groupby("segment")}
    return tuple(
        SegmentPage(
            name=segment,
            page=page,
            nps=nps(material.answers.loc[material.answers["segment"] == segment, "score"]),
            n_agents=_agents(material, segment),
            axis=axes.get(segment, scale([])),
            drivers=views.get(segment, ()),
            beside=beside(material, segment),
            playing=playing(material, (m for v in views.get(segment, ()) for m in v.moments)),
        )
        for segment, page in material.segment_pages.items()
    )


def driver_views(material: Material, moments: Moments) -> Drivers:
    """The ranked behaviours of each segment in DRIVERS."""
    found = material.tables.drivers.sort_values(["segment", "rank", "behaviour"])
    views = {}
    for segment, group in found.groupby("segment", sort=True):
        axis = _axis(group)
        views[str(segment)] = tuple(
            _view(row, axis, material, moments.get((str(segment), row["behaviour"]), ()))
            for row in rows(group)
        )
    return views


def beside(material: Material, segment: str) -> tuple[Beside, ...]:
    """The behaviours that are not ranked, with their means by class of answer.

    A survey counts once: a behaviour is first averaged over the survey's calls.
    """
    unranked = [b for b in material.behaviours.values() if why_not_ranked(b)]
    answered = material.answered_rows
    answered = answered[answered["survey_segment"] == segment]
    known = [b for b in unranked if b.name in answered]
    if not known or answered.empty:
        return ()
    per_survey = answered.groupby("survey_id")[[b.name for b in known]].mean()
    classes = answered.groupby("survey_id")["score"].first().map(answer_class)
    groups = per_survey.astype(float).groupby(classes)
    means, counts = (frame.reindex(CLASSES) for frame in (groups.mean(), groups.count()))
    return tuple(
        Beside(
            behaviour=b,
            proof=material.proof(b.name, segment),
            why=why_not_ranked(b),
            means=tuple(
                _mean(b, float(value), n)
                for value, n in zip(means[b.name], counts[b.name].fillna(0), strict=True)
            ),
        )
        for b in known
    )


def _mean(behaviour: Behaviour, mean: float, n: float) -> str:
    if hidden(int(n)):
        return f"hidden: fewer than {HIDDEN_BELOW}"
    shown = mean_text(mean, behaviour.unit, binary=behaviour.binary)
    return f"{shown} (n\u00a0=\u00a0{count(n)})"


def why_not_ranked(behaviour: Behaviour) -> str:
    """Why a behaviour does not compete in the ranking; empty for one that does."""
    if behaviour.owner == "customer":
        return "the customer’s own doing or mood: half of the answer already"
    if behaviour.ranked:
        return ""
    return "overlaps with a ranked behaviour, as its sum, a part or another view of it"


def _agents(material: Material, segment: str) -> int | None:
    drivers = material.tables.drivers
    found = drivers.loc[drivers["segment"] == segment, "n_agents"].dropna()
    return int(found.max()) if len(found) else None


def _axis(group: pd.DataFrame) -> Scale:
    return scale([*group["ci_low"].astype(float), *group["ci_high"].astype(float)])


def _view(row: Row, axis: Scale, material: Material, moments: tuple[MomentView, ...]) -> DriverView:
    behaviour = material.behaviours.get(row["behaviour"])
    estimate = Estimate(**{f: row[f] for f in Estimate.__dataclass_fields__})
    label = label_of(behaviour, row["behaviour"])
    ends = (row["effect_points"], row["ci_low"], row["ci_high"])
    return DriverView(
        name=row["behaviour"],
        proof=material.proof(row["behaviour"], row["segment"]),
        label=label,
        rank=int(row["rank"]),
        ranks=f"{int(row['rank_low'])} to {int(row['rank_high'])}",
        verdict=row["verdict"],
        effect=effect(*ends, unit=""),
        sentence=effect_sentence(estimate, label, binary=_binary(row, behaviour)),
        borrowed=row["estimated_on"] == "borrowed",
        mark=interval(axis, *ends),
        curve=_curve(row),
        facts=tuple(_facts(row, behaviour)),
        notes=in_words(row["notes"] or "", material.behaviours),
        behaviour=behaviour,
        moments=moments,
    )


def _binary(row: Row, behaviour: Behaviour | None) -> bool:
    return behaviour.binary if behaviour else row["unit"] in YES_NO_UNITS


def _curve(row: Row) -> Curve | None:
    points = [(float(p["value"]), float(p["points"])) for p in structs(row["curve"])]
    return curve(points, unit=row["unit"], from_value=row["from_value"], to_value=row["to_value"])


def _facts(row: Row, behaviour: Behaviour | None) -> list[Fact]:
    binary = _binary(row, behaviour)
    low, high = (
        quantity(row[f"{end}_value"], row["unit"], binary=binary) for end in ("from", "to")
    )
    ends = (row["effect_points"], row["ci_low"], row["ci_high"])
    facts = [
        Fact("From → to", f"{low} → {high}", "from no to yes" if binary else
             "from a low to a high value among the segment’s calls"),
        Fact("Within agents, adjusted", effect(*ends),
             "the same agent’s calls compared, others held: what coaching can use"),
    ]  # fmt: skip
    facts += _beside_facts(row)
    facts.append(
        Fact(
            "Strength",
            f"{figures(row['strength_points'])} points",
            "what ranks: how far the curve moves NPS over the segment’s usual calls",
        )
    )
    if row["robustness"] is not None:
        facts.append(_robustness(row["robustness"]))
    return [*facts, _expected(row), _sample(row)]  # fmt: skip


def _beside_facts(row: Row) -> list[Fact]:
    facts = []
    if row["between_agents_points"] is not None:
        facts.append(
            Fact(
                "Between agents",
                f"{_rounded(row['between_agents_points'])} points",
                "agents’ averages compared; for comparison, without an interval",
            )
        )
    if row["raw_effect_points"] is not None:
        facts.append(
            Fact(
                "Raw",
                f"{_rounded(row['raw_effect_points'])} points",
                "without any adjustment; for comparison, without an interval",
            )
        )
    return facts  # fmt: skip


def _rounded(points: float) -> str:
    return signed(points, 1 if abs(points) < 5 else 0)


def _robustness(value: float) -> Fact:
    return Fact("Robustness", percent(value),
                "an unmeasured cause would have to explain this much of what is left in both the "
                "behaviour and the answers to explain the effect away")  # fmt: skip


def _expected(row: Row) -> Fact:
    expected, found = str(row["expected_direction"]), str(row["direction"])
    return Fact(
        "Expected before any fit",
        DIRECTIONS.get(expected, expected),
        f"the estimate’s own direction: {DIRECTIONS.get(found, found)}",
    )


def _sample(row: Row) -> Fact:
    if hidden(row["n_surveys"]):
        return Fact("Rests on", f"fewer than {HIDDEN_BELOW} answers", "and the other segments")
    return Fact(
        "Rests on",
        f"{count(row['n_surveys'])} answers",
        f"{count(row['n_promoters'])} Promoters, {count(row['n_detractors'])} Detractors, "
        f"{count(row['n_agents'])} agents",
    )
