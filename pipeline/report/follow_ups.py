"""Follow-ups: calls with the characteristics that went with Detractors, by the day they are due."""

from dataclasses import dataclass

from pipeline.report.material import Material, Row, rows
from pipeline.report.sentences import in_words
from pipeline.report.wording import count, day, moment_in_time, percent, time_of_day
from pipeline.small_numbers import HIDDEN_BELOW, hidden

MOST_CALLS = 500


@dataclass(frozen=True)
class Reason:
    """A behaviour with its value in the call, in words; `proof` is where its numbers lead."""

    text: str
    proof: str


@dataclass(frozen=True)
class FollowUp:
    """A call worth a follow-up."""

    call_id: str
    agent_id: str
    agent_page: str | None
    segment: str
    started: str
    similar: str
    reasons: tuple[Reason, ...]
    due: str


@dataclass(frozen=True)
class DueDay:
    """The calls due on a day."""

    day: str
    calls: tuple[FollowUp, ...]


@dataclass(frozen=True)
class FollowUpsPage:
    """Everything on the follow-up page."""

    days: tuple[DueDay, ...]
    total: int
    shown: int


def follow_ups(material: Material) -> FollowUpsPage:
    """The latest days first, in a day the highest share first; the 500 latest at most."""
    found = material.tables.follow_ups
    ordered = found.assign(_day=[day(due) for due in found["due_at"]]).sort_values(
        ["_day", "detractor_share", "call_id"], ascending=[False, False, True]
    )
    shown = ordered.head(MOST_CALLS)
    days = [
        DueDay(str(due), tuple(_view(material, row) for row in rows(group)))
        for due, group in shown.groupby("_day", sort=False)
    ]
    return FollowUpsPage(tuple(days), len(found), len(shown))


def similar(row: Row) -> str:
    """What became of similar calls: "34 of 80 (43 %; 33 % to 53 %)"; never a predicted answer."""
    if hidden(int(row["n_similar"])):
        return f"fewer than {HIDDEN_BELOW} similar calls: too few to say"
    ends = f"{percent(row['share_low'])} to {percent(row['share_high'])}"
    return (
        f"{count(row['n_detractors'])} of {count(row['n_similar'])} "
        f"({percent(row['detractor_share'])}; {ends})"
    )


def _view(material: Material, row: Row) -> FollowUp:
    agent = row["agent_id"]
    return FollowUp(
        call_id=str(row["call_id"]),
        agent_id=agent or "",
        agent_page=material.agent_pages.get(agent) if agent else None,
        segment=row["segment"] or "",
        started=moment_in_time(row["started_at"]),
        similar=similar(row),
        reasons=_reasons(material, row),
        due=time_of_day(row["due_at"]),
    )


def _reasons(material: Material, row: Row) -> tuple[Reason, ...]:
    """FOLLOW_UPS has them in one text: "Dead air 42 s (usually 11 s); Recap given: no"."""
    text = in_words(row["reasons"] or "", material.behaviours)
    return tuple(
        Reason(part, _proof(material, part, row["segment"])) for part in text.split("; ") if part
    )


def _proof(material: Material, reason: str, segment: str | None) -> str:
    """The behaviour whose label the reason begins with; of several the longest label."""
    said = reason.casefold()
    named = [b for b in material.behaviours.values() if said.startswith(b.label.casefold())]
    longest = max(named, key=lambda b: len(b.label), default=None)
    return material.proof(longest.name, segment) if longest else ""
