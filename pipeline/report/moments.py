"""Moments to listen to: the events behind a number, by call and time."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.report.material import Material, Row, rows, structs
from pipeline.report.wording import clock, quantity

MOST_MOMENTS = 5
SIDES = {"agent": "Agent", "customer": "Customer"}


@dataclass(frozen=True)
class MomentView:
    """A moment as a page shows it; `side` and `quote` may be empty (a silence has neither)."""

    call_id: str
    time: str
    length: str
    side: str
    kind: str
    quote: str


def moments_by_segment(material: Material) -> dict[tuple[str, str], tuple[MomentView, ...]]:
    """Up to five moments per segment and behaviour, each of another call.

    Contested moments are left out. The surest come first, then the longest; ties by call id, so
    that the same tables give the same page.
    """
    log = material.call_log[["call_id", "segment"]].drop_duplicates("call_id")
    found = material.tables.moments
    found = found[found["contested"] != True].merge(log, on="call_id")  # noqa: E712
    found = found[found["segment"].notna()]
    chosen = _surest(found).groupby(["segment", "behaviour"], sort=True).head(MOST_MOMENTS)
    views: dict[tuple[str, str], list[MomentView]] = {}
    for row in rows(chosen):
        views.setdefault((row["segment"], row["behaviour"]), []).append(view(row))
    return {key: tuple(value) for key, value in views.items()}


def excerpts(cell: object) -> tuple[MomentView, ...]:
    """The moments of a FOCUS row, in the order in which they were chosen."""
    found: Sequence[Row] = structs(cell)
    return tuple(view(row) for row in found[:MOST_MOMENTS])


def view(row: Row) -> MomentView:
    """A row of MOMENTS, or an excerpt of FOCUS, as a page shows it."""
    return MomentView(
        call_id=str(row["call_id"]),
        time=clock(row["start_s"]),
        length=quantity(round(row["end_s"] - row["start_s"], 1), "s"),
        side=SIDES.get(row.get("side") or "", ""),
        kind=row.get("kind") or "",
        quote=row.get("quote") or "",
    )


def _surest(found: pd.DataFrame) -> pd.DataFrame:
    """One moment per call, segment and behaviour, the surest and then the longest first."""
    ordered = found.assign(
        _sure=found["confidence"].astype(float).fillna(0.0).round(1),
        _length_s=found["end_s"] - found["start_s"],
    ).sort_values(
        ["_sure", "_length_s", "call_id", "behaviour", "moment"],
        ascending=[False, False, True, True, True],
        kind="stable",
    )
    return ordered.drop_duplicates(["call_id", "behaviour"])
