"""Surveys beside calls: whose, which, and only what came before the answer."""

import pandas as pd
import pytest

from pipeline.behaviours import registered
from pipeline.join import JoinOptions, contexts_of, join, joined_table, within
from tests.unit.made_rows import calls_frame, no_behaviours, surveys_frame, utc

Row = tuple[str, str | None, str | None, str | None, float | None]
CALLS = calls_frame(
    [
        ("C1", "K1", "2026-01-01T00:00Z"),
        ("C2", "K1", "2026-01-09T00:00Z"),
        ("C3", None, "2026-01-02T00:00Z"),
        ("C4", None, "2026-01-03T00:00Z"),
        ("C5", "K5", "2026-01-03T00:00Z"),
    ]
)


def joined(*surveys: Row, calls: pd.DataFrame = CALLS) -> pd.DataFrame:
    table = join(calls, surveys_frame(list(surveys)), no_behaviours())
    joined_table().check(table)
    return table


def pairs(*surveys: Row) -> list[tuple[str, str]]:
    table = joined(*surveys).dropna(subset=["invitation_id"])
    return list(zip(table["invitation_id"], table["call_id"], strict=True))


def test_an_answer_meets_all_the_calls_of_its_customer_before_it() -> None:
    assert pairs(("S1", "K1", None, "2026-01-05", 9)) == [("S1", "C1")]
    assert pairs(("S1", "K1", None, "2026-01-10", 9)) == [("S1", "C1"), ("S1", "C2")]


def test_a_call_at_the_moment_of_the_answer_is_not_before_it() -> None:
    assert pairs(("S1", "K1", None, "2026-01-01T00:00Z", 9)) == []


def test_calls_longer_ago_than_90_days_are_left_out() -> None:
    assert pairs(("S1", "K1", None, "2026-04-01T00:00Z", 9)) == [("S1", "C1"), ("S1", "C2")]
    assert pairs(("S1", "K1", None, "2026-04-01T00:00:01Z", 9)) == [("S1", "C2")]


def test_a_survey_about_a_call_meets_it_though_nobody_knows_the_customer() -> None:
    assert pairs(("S1", None, "C3", "2026-01-05", 3)) == [("S1", "C3")]


def test_a_survey_about_a_call_of_the_same_customer_meets_it_once() -> None:
    assert pairs(("S1", "K1", "C1", "2026-01-05", 3)) == [("S1", "C1")]


def test_a_survey_that_names_its_customer_otherwise_still_meets_its_call() -> None:
    table = joined(("S1", "K9", "C5", "2026-01-05", 3))
    row = table[table["call_id"] == "C5"].iloc[0]
    assert (row["invitation_id"], row["customer_id"]) == ("S1", "K9")


def test_unknown_customers_are_not_one_customer() -> None:
    assert pairs(("S1", None, "C3", "2026-01-05", 3)) == [("S1", "C3")]
    assert pairs(("S1", None, None, "2026-01-05", 3)) == []


def test_calls_that_no_invitation_reaches_stay_alone() -> None:
    table = joined(("S1", "K1", None, "2026-01-05", 9))
    alone = table[table["invitation_id"].isna()]
    assert alone["call_id"].tolist() == ["C2", "C3", "C4", "C5"]
    assert alone["days_before_survey"].isna().all()


def test_an_unanswered_invitation_is_no_survey() -> None:
    row = joined(("S1", "K1", None, "2026-01-05", None)).iloc[0]
    assert (row["invitation_id"], pd.isna(row["survey_id"])) == ("S1", True)


def test_an_invitation_without_any_time_reaches_the_day_of_its_call() -> None:
    assert pairs(("S1", "K1", "C1", None, None)) == [("S1", "C1")]
    assert pairs(("S1", "K1", None, None, None)) == []


WINDOWS = {b.name: b.window_days for b in registered() if b.window_days is not None}


def test_what_looks_ahead_has_a_window() -> None:
    assert WINDOWS == {"first_call_resolution": 7, "fcr_1d": 1, "fcr_14d": 14, "fcr_30d": 30,
                       "fcr_net": 7}  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_must_have_closed_before_the_answer(name: str) -> None:
    resolved = no_behaviours().reindex(["C1", "C5"]).assign(call_id=["C1", "C5"])
    resolved[[name, "agent_talk_share", "repeat_contact_within_7d"]] = 1.0
    closed = utc("2026-01-01") + pd.Timedelta(WINDOWS[name], "D")
    answers: list[Row] = [
        ("S1", "K1", "C1", str(closed), 9),
        ("S2", "K1", "C1", str(closed - pd.Timedelta(seconds=1)), 9),
    ]
    table = join(CALLS, surveys_frame(answers), resolved)
    asked = table[table["call_id"] == "C1"].set_index("invitation_id")
    assert asked[name].to_dict()["S1"] == 1.0
    assert pd.isna(asked[name].to_dict()["S2"])
    assert asked["agent_talk_share"].eq(1.0).all()
    assert asked["repeat_contact_within_7d"].eq(1.0).all()
    assert table[table["call_id"] == "C5"][name].tolist() == [1.0]


def test_days_before_the_answer() -> None:
    row = joined(("S1", "K1", None, "2026-01-02T12:00Z", 9)).iloc[0]
    assert (row["days_before_survey"], row["started_at"]) == (1.5, utc("2026-01-01"))


@pytest.mark.parametrize(("n_calls", "n_surveys", "rows"), [(0, 1, 0), (5, 0, 5), (0, 0, 0)])
def test_without_calls_or_surveys(n_calls: int, n_surveys: int, rows: int) -> None:
    surveys = surveys_frame([("S1", "K1", "C1", "2026-01-05", 9.0)]).iloc[:n_surveys]
    table = join(CALLS.iloc[:n_calls], surveys, no_behaviours())
    assert joined_table().to_arrow(table).num_rows == rows


def test_any_column_may_be_the_segment() -> None:
    calls = CALLS.assign(region="north")
    table = join(calls, surveys_frame([]), no_behaviours(), JoinOptions(segment="region"))
    assert set(table["segment"]) == {"north"}


def test_a_shorter_look_back_keeps_calls_of_no_invitation() -> None:
    table = joined(("S1", "K1", None, "2026-01-10", 9))
    assert within(table, 5)["call_id"].tolist() == ["C2", "C3", "C4", "C5"]
    assert len(within(table, 9)) == len(table)


def test_contexts_are_those_that_vary() -> None:
    frame = pd.DataFrame({"queue": ["a", "b"], "reason": ["x", "x"], "team": [None, "t"]})
    assert contexts_of(frame, ["reason", "queue", "team", "site"]) == ["queue"]
