"""Moments of the whole log, and those that a person has contested."""

from datetime import date

import pandas as pd
import pytest

from pipeline.behaviours.whole_log import calls_of_other_moments, log_moments, still_contested
from pipeline.tables import MOMENTS

Event = tuple[str, str, float, float, bool]


def moments(*events: Event) -> pd.DataFrame:
    """MOMENTS of call, kind, start, end and whether it is contested."""
    frame = pd.DataFrame(events, columns=["call_id", "kind", "start_s", "end_s", "contested"])
    frame = frame.assign(
        call_date=date(2026, 1, 5), behaviour="dead_air_s", side="agent",
        moment=frame.groupby("call_id").cumcount(), quote=None, confidence=None,
    )  # fmt: skip
    return frame[MOMENTS.names]


@pytest.mark.parametrize(
    ("start_s", "end_s", "found"),
    [(10, 20, True), (12, 21, True), (10, 15, True), (10, 14, False), (20, 30, False)],
)
def test_an_event_is_found_again_where_it_was(start_s: float, end_s: float, found: bool) -> None:
    stored = moments(("A", "dead air", 10, 20, True))
    fresh = moments(("A", "dead air", 0, 5, False), ("A", "dead air", start_s, end_s, False))
    assert still_contested(fresh, stored)["contested"].tolist() == [False, found]


def test_only_the_same_kind_in_the_same_call_is_the_same_event() -> None:
    stored = moments(("A", "dead air", 10, 20, True), ("B", "dead air", 10, 20, False))
    fresh = moments(("A", "hold", 10, 20, False), ("B", "dead air", 10, 20, False))
    assert not still_contested(fresh, stored)["contested"].any()
    assert still_contested(fresh.iloc[:0], stored).empty
    assert still_contested(fresh, stored.iloc[:0])["contested"].tolist() == [False, False]


def test_rows_of_events_in_the_whole_log() -> None:
    rows = pd.DataFrame({"call_id": ["A", "B", "C"], "call_date": [date(2026, 1, 5)] * 3})
    told = pd.DataFrame({"moment": ["called again", None, "called again"]}, index=["A", "B", "C"])
    found = log_moments(rows, {"fcr_1d": told}, pd.Series({"A": 61.5}))
    assert found[["call_id", "kind", "start_s", "end_s"]].values.tolist() == [
        ["A", "called again", 0.0, 61.5],
        ["C", "called again", 0.0, 0.0],
    ]
    assert MOMENTS.to_arrow(found).num_rows == 2
    none = log_moments(rows.iloc[:0], {"fcr_1d": told}, pd.Series(dtype=float))
    assert MOMENTS.to_arrow(none).num_rows == 0


def test_calls_whose_moments_changed() -> None:
    one, other = ("A", "x", 0.0, 5.0, False), ("B", "x", 0.0, 5.0, False)
    assert calls_of_other_moments(moments(one, other), moments(one, (*other[:4], True))) == set()
    assert calls_of_other_moments(moments(one), moments(one, other)) == {"B"}
    assert calls_of_other_moments(moments(("A", "x", 0.0, 6.0, False)), moments(one)) == {"A"}
    assert calls_of_other_moments(moments(), moments()) == set()
