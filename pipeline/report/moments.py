"""Moments to listen to: the events behind a number, by call and time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.report.material import Material, Row, rows, structs
from pipeline.report.sentences import in_sentence, label_of
from pipeline.report.wording import clock, quantity

MOST_MOMENTS = 5
SIDES = {"agent": "Agent", "customer": "Customer"}

PLAYS = (
    "Moments play from the redacted copies of the recordings, from two seconds before to the end; "
    "the time opens the same stretch by itself. A copy is silent where a secret was said, and a "
    "moment in such a stretch with it. Where there is nothing to play, the call came as a "
    "transcript or its copy is gone."
)
NO_COPIES = (
    "To play moments here, set “recordings” under [privacy] in attune.toml: a folder for redacted "
    "copies of the calls that are heard from then on. The pages play from that folder; nothing is "
    "copied into them."
)
NONE_OF_THESE = (
    "None of these calls has a redacted copy to play: they came as transcripts, were heard before "
    "copies were made, or their copies are gone."
)


@dataclass(frozen=True)
class MomentView:
    """A moment as a page shows it; `side` and `quote` may be empty (a silence has neither).

    `time` is empty for what the whole call log tells: it is at no time of the call, and the call is
    played whole. `play` is the address of the stretch, relative to the report's folder, and empty
    where nothing can be played.
    """

    call_id: str
    time: str
    length: str
    side: str
    kind: str
    quote: str
    play: str


Moments = dict[tuple[str, str], tuple[MomentView, ...]]
"""By segment and behaviour."""


def moments_by_segment(material: Material) -> Moments:
    """Up to five moments per segment and behaviour, each of another call.

    Contested moments are left out. Those that can be played come first, then the surest, then the
    longest; kinds take turns (empathic, unhelpful, empathic …). Ties by call id, so that the same
    tables give the same page.
    """
    found = material.tables.moments
    found = found[found["contested"] != True]  # noqa: E712
    found = found[found["call_id"].isin(material.segment_of.index)]
    found = found.assign(
        segment=found["call_id"].map(material.segment_of),
        _plays=_plays(found["call_id"], material),
    )
    chosen = _telling(found).groupby(["segment", "behaviour"], sort=False).head(MOST_MOMENTS)
    views: dict[tuple[str, str], list[MomentView]] = {}
    for row in rows(chosen):
        views.setdefault((row["segment"], row["behaviour"]), []).append(view(material, row))
    return {key: tuple(value) for key, value in views.items()}


def excerpts(material: Material, behaviour: str, cell: object) -> tuple[MomentView, ...]:
    """The moments of a FOCUS row, in the order in which they were chosen."""
    label = in_sentence(label_of(material.behaviours.get(behaviour), behaviour))
    found: Sequence[Row] = structs(cell)
    return tuple(
        view(material, {**row, "behaviour": behaviour, "kind": "" if row["quote"] else label})
        for row in found[:MOST_MOMENTS]
    )


def view(material: Material, row: Row) -> MomentView:
    """A row of MOMENTS, or an excerpt of FOCUS, as a page shows it."""
    call_id, start_s, end_s = str(row["call_id"]), row["start_s"], row["end_s"]
    behaviour = material.behaviours.get(row["behaviour"])
    timed = behaviour is None or behaviour.measure_log is None
    return MomentView(
        call_id=call_id,
        time=clock(start_s) if timed else "",
        length=quantity(round(end_s - start_s, 1), "s") if timed else "",
        side=SIDES.get(row.get("side") or "", ""),
        kind=row.get("kind") or "",
        quote=row.get("quote") or "",
        play=material.recordings.stretch(call_id, start_s, end_s),
    )


def playing(material: Material, shown: Iterable[MomentView]) -> str:
    """What a page says once about playing the moments on it; empty where there are none."""
    playable = [bool(moment.play) for moment in shown]
    if any(playable):
        return PLAYS
    if not playable:
        return ""
    return NO_COPIES if material.options.recordings is None else NONE_OF_THESE


def _plays(call_ids: pd.Series, material: Material) -> pd.Series:
    there = {call: material.recordings.has(str(call)) for call in call_ids.unique()}
    return call_ids.map(there).astype(bool)


def _telling(found: pd.DataFrame) -> pd.DataFrame:
    """One moment per call, segment and behaviour, those to show first at the top."""
    ordered = found.assign(
        _sure=found["confidence"].astype(float).fillna(0.0).round(1),
        _length_s=found["end_s"] - found["start_s"],
    ).sort_values(
        ["_plays", "_sure", "_length_s", "call_id", "behaviour", "moment"],
        ascending=[False, False, False, True, True, True],
        kind="stable",
    )
    single = ordered.drop_duplicates(["call_id", "behaviour"])
    turn = single.groupby(["segment", "behaviour", "_plays", "kind"], dropna=False).cumcount()
    return single.assign(_turn=turn).sort_values(
        ["_plays", "_turn"], ascending=[False, True], kind="stable"
    )
