"""Contacts of any log: as the definitions say one call at a time, in any order of rows."""

from dataclasses import dataclass
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.behaviours.contact import first_call_resolution, repeat_contact_within_7d
from pipeline.behaviours.contacts import DAY_US, Ints, end_of_log, linked

WEEK = 7 * 1440
START = pd.Timestamp("2026-01-01T00:00Z")

Row = tuple[str | None, str | None, int, int | None, int, str]
MINUTES = st.one_of(st.integers(0, 8), st.integers(0, 30 * 1440))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["K1", "K1", "K2", None]),
        st.sampled_from(["bill", "Bill", "move", None]),
        MINUTES,
        st.one_of(st.none(), st.integers(0, 6)),
        st.integers(0, 1),
        st.sampled_from(["phone", "chat", "callback"]),
    ),
    max_size=12,
)


def log_of(rows: list[Row]) -> pd.DataFrame:
    names = ["customer_id", "reason", "minute", "minutes", "transfers", "channel"]
    log = pd.DataFrame(rows, columns=names)
    return log.assign(
        call_id=[call_id(number) for number in range(len(log))],
        started_at=START + log["minute"].astype("int64") * pd.Timedelta(minutes=1),
        duration_s=log["minutes"].astype(float) * 60,
    )


def call_id(number: int) -> str:
    return f"C{number:02}"


@dataclass
class Contact:
    """A contact by the definition; `start` in minutes."""

    call_id: str
    customer: str
    reason: str | None
    start: int
    channel: str


def contacts_of(rows: list[Row]) -> list[Contact]:
    """The contacts that customers began, found row by row."""
    found: list[Contact] = []
    earlier: list[tuple[str, int, int, bool]] = []
    known = [(customer, start, call_id(number), reason, length, transfers, channel)
             for number, (customer, reason, start, length, transfers, channel) in enumerate(rows)
             if customer is not None]  # fmt: skip
    for customer, start, call, reason, length, transfers, channel in sorted(
        known, key=lambda row: row[:3]
    ):
        continues = any(
            start < end or start == begun or (passed_on and start <= end + 1)
            for whose, begun, end, passed_on in earlier
            if whose == customer
        )
        if not continues:
            found.append(Contact(call, customer, None, start, channel))
        if found[-1].reason is None and reason is not None:
            found[-1].reason = reason.lower()
        earlier.append((customer, start, start + (length or 0), transfers > 0))
    return [one for one in found if one.channel != "callback"]


def expected(rows: list[Row]) -> dict[str, tuple[float | None, float | None]]:
    """First call resolution and repeat of each call, by the definitions; None: unknown."""
    contacts = contacts_of(rows)
    starts = [start for _, _, start, _, _, channel in rows if channel != "callback"]
    values: dict[str, tuple[float | None, float | None]] = {
        call_id(number): (None, None) for number in range(len(rows))
    }
    for one in contacts:
        if one.reason is None:
            continue
        own = [other for other in contacts if other.customer == one.customer]
        same = [other.start - one.start for other in own if other.reason == one.reason]
        unnamed = [other.start - one.start for other in own if other.reason is None]
        again = any(0 < apart <= WEEK for apart in same)
        before = any(0 < -apart <= WEEK for apart in same)
        is_open = one.start + WEEK > max(starts)
        is_unclear = not again and any(0 < apart <= WEEK for apart in unnamed)
        is_early = one.start - WEEK < min(starts)
        was_unclear = any(0 < -apart <= WEEK for apart in unnamed)
        values[one.call_id] = (
            None if before or is_open or is_unclear else float(not again),
            1.0 if before else None if is_early or was_unclear else 0.0,
        )
    return values


@settings(max_examples=100)
@given(ROWS, st.randoms(use_true_random=False))
def test_as_by_definition_in_any_order_of_rows(rows: list[Row], shuffled: Random) -> None:
    log = log_of(rows)
    mixed = log.sample(frac=1, random_state=shuffled.randrange(1000))
    resolved, repeat = first_call_resolution(mixed), repeat_contact_within_7d(mixed)
    for table in (resolved, repeat):
        assert list(table.index) == list(mixed["call_id"])
        assert (table["value"].isna() == table["reason"].notna()).all()
    said = {
        call: tuple(None if pd.isna(v) else v for v in (resolved.value[call], repeat.value[call]))
        for call in log["call_id"]
    }
    assert said == expected(rows)
    assert (resolved["moment"].notna() == (resolved["value"] == 0)).all()
    assert (repeat["moment"].notna() == (repeat["value"] == 1)).all()


def test_linked_is_done_once() -> None:
    log = linked(log_of([("K1", "bill", 0, None, 0, "phone")]))
    assert linked(log) is log


@pytest.mark.parametrize("apart_s", [0, 1, 3600])
def test_a_customer_with_ten_thousand_calls(apart_s: int) -> None:
    count = 10_000
    log = pd.DataFrame({"call_id": [f"C{i:05}" for i in range(count)], "customer_id": "K1",
                        "reason": "bill"})  # fmt: skip
    log["started_at"] = START + pd.to_timedelta(np.arange(count) * apart_s, unit="s")
    value = first_call_resolution(log)["value"]
    assert value.notna().sum() == (apart_s == 3600)  # else the log is shorter than the window
    assert repeat_contact_within_7d(log)["value"].sum() == (count - 1 if apart_s else 0)


def days(*numbers: float) -> Ints:
    return np.round(np.array(numbers) * DAY_US).astype(np.int64)


def test_the_log_ends_with_its_last_call() -> None:
    assert end_of_log(days(3, 1, 20)) == 20 * DAY_US
    assert end_of_log(days(5)) == 5 * DAY_US
    assert end_of_log(days(*np.arange(0, 60, 0.1), 66)) == 66 * DAY_US


def test_a_few_calls_dated_ahead_do_not_end_the_log() -> None:
    busy = np.arange(600) / 10
    assert end_of_log(days(*busy, 70, 400)) == days(59.9)[0]
    assert end_of_log(days(*busy, *np.arange(70, 72, 0.1))) == days(71.9)[0]  # it opened again
    assert end_of_log(days(1, 2, 3, 2000, 2100)) == 3 * DAY_US
