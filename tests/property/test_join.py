"""JOINED of any calls and surveys: every pair that belongs together once, and none other."""

from random import Random

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.join import LOOK_BACK, join, joined_table
from tests.unit.made_rows import calls_frame, no_behaviours, surveys_frame

CUSTOMERS = st.sampled_from(["K1", "K2", "K3", None])
START = pd.Timestamp("2026-01-01T00:00Z")
DAYS = st.integers(0, 200)
CALLS = st.lists(st.tuples(CUSTOMERS, DAYS), max_size=10)
SURVEYS = st.lists(
    st.tuples(
        CUSTOMERS, st.one_of(st.none(), st.integers(0, 11)), DAYS, st.one_of(st.none(), st.just(9))
    ),
    max_size=8,
)
BEHAVIOURS = no_behaviours()

Call = tuple[str | None, int]
Survey = tuple[str | None, int | None, int, int | None]


def moment(day: int) -> pd.Timestamp:
    return START + pd.Timedelta(day, "D")


def calls_of(drawn: list[Call]) -> pd.DataFrame:
    return calls_frame(
        [(f"C{i:02}", customer, str(moment(day))) for i, (customer, day) in enumerate(drawn)]
    )


def surveys_of(drawn: list[Survey]) -> pd.DataFrame:
    rows = []
    for number, (customer, about, day, score) in enumerate(drawn):
        call_id = None if about is None else f"C{about:02}"
        rows.append((f"S{number:02}", customer, call_id, str(moment(day)), score))
    return surveys_frame(rows)


def expected(calls: list[Call], surveys: list[Survey]) -> set[tuple[str, str]]:
    """The pairs, by the definition, one at a time."""
    return {
        (f"S{i:02}", f"C{j:02}")
        for i, (customer, about, answered, _) in enumerate(surveys)
        for j, (caller, called) in enumerate(calls)
        if (customer is not None and customer == caller) or about == j
        if pd.Timedelta(0) < moment(answered) - moment(called) <= LOOK_BACK
    }


@settings(max_examples=25)  # each makes three tables: 60 ms
@given(CALLS, SURVEYS, st.randoms(use_true_random=False))
def test_each_pair_once_in_any_order_of_rows(
    calls: list[Call], surveys: list[Survey], shuffled: Random
) -> None:
    logged, asked = calls_of(calls), surveys_of(surveys)
    table = join(logged, asked, BEHAVIOURS)
    joined_table().check(table)
    met = table.dropna(subset=["invitation_id"])
    pairs = list(zip(met["invitation_id"], met["call_id"], strict=True))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected(calls, surveys)
    assert set(table["call_id"]) == set(logged["call_id"])
    alone = table[table["invitation_id"].isna()]["call_id"]
    assert sorted(alone) == sorted(set(table["call_id"]) - {call_id for _, call_id in pairs})
    seed = shuffled.randrange(1000)
    mixed = join(
        logged.sample(frac=1, random_state=seed),
        asked.sample(frac=1, random_state=seed),
        BEHAVIOURS,
    )
    pd.testing.assert_frame_equal(mixed, table)
