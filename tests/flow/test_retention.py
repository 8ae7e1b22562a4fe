"""Retention in a run: what is too old goes, out of older versions too, and does not come back."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from pipeline.behaviours import behaviours_table
from pipeline.join import joined_table
from pipeline.privacy.copies import copy_name
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, MOMENTS, SURVEYS, TRACKS, TURNS
from tests.flow.conftest import NOW, run_plain

MUCH_LATER = NOW + timedelta(days=90)


def with_terms(centre: Path, terms: str) -> None:
    path = centre / "attune.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[retention]\n{terms}\n")


def middle_day(store: Store) -> tuple[date, int]:
    """A day with calls before and after it, and how many days before the run it is."""
    days = sorted(store.read(CALLS, columns=["call_date"])["call_date"])
    day: date = days[len(days) // 2]
    return day, (NOW.date() - day).days


def days_of(store: Store) -> dict[str, date]:
    tables = (CALLS, TURNS, ACTIVITY, TRACKS, MOMENTS, behaviours_table())
    return {t.name: store.read(t, columns=["call_date"])["call_date"].min() for t in tables}


def test_words_go_and_the_numbers_that_they_gave_stay(centre: Path, store: Store) -> None:
    day, age = middle_day(store)
    before = store.read(behaviours_table())
    with_terms(centre, f"turns = {age}\nmoments = {age}")
    tally = run_plain(centre)
    assert days_of(store)["TURNS"] >= day and days_of(store)["MOMENTS"] >= day
    pd.testing.assert_frame_equal(store.read(behaviours_table()), before)
    assert tally.measured == tally.read == tally.heard == 0
    assert run_plain(centre).tables_written == []


def test_old_calls_go_from_every_table_and_are_not_taken_in_again(
    centre: Path, store: Store
) -> None:
    day, age = middle_day(store)
    old = set(store.read(CALLS).query("call_date < @day")["call_id"])
    assert old
    with_terms(centre, f"calls = {age}")
    run_plain(centre)
    again = run_plain(centre)
    assert again.tables_written == [] and any("older" in note for note in again.notes)
    assert min(days_of(store).values()) >= day
    assert not old & set(store.read(joined_table())["call_id"])
    for table in (CALLS, TURNS, joined_table()):
        files = [p for p in store.path(table).rglob("*.parquet") if "_delta_log" not in p.parts]
        for path in files:
            assert not old & set(pd.read_parquet(path, columns=["call_id"])["call_id"])
    audit = [json.loads(line) for line in (centre / "audit.jsonl").read_text().splitlines()]
    assert [entry["what"]["CALLS"] for entry in audit if entry["action"] == "retention"] == [
        len(old)
    ]


def test_recordings_and_their_copies_go_when_their_term_is_over(centre: Path, store: Store) -> None:
    recordings = sorted((centre / "recordings").iterdir())
    copies = [centre / "redacted" / copy_name(path.stem) for path in recordings]
    assert all(path.is_file() for path in copies)
    run_plain(centre, MUCH_LATER)
    heard = store.read(ACTIVITY).query("source == 'recording'")
    with_terms(centre, "recordings = 1\nredacted_recordings = 1")
    run_plain(centre, MUCH_LATER)
    assert not any(path.exists() for path in (*recordings, *copies))
    pd.testing.assert_frame_equal(store.read(ACTIVITY).query("source == 'recording'"), heard)
    assert run_plain(centre, MUCH_LATER).tables_written == []


def test_old_answers_go_and_are_not_taken_in_again(centre: Path, store: Store) -> None:
    asked = store.read(SURVEYS)["answered_at"].dropna().sort_values()
    middle = asked.iloc[len(asked) // 2]
    age = (NOW - middle.to_pydatetime()).days
    with_terms(centre, f"surveys = {age}")
    run_plain(centre)
    left = store.read(SURVEYS)
    since = datetime.combine(NOW.date() - timedelta(days=age), datetime.min.time(), UTC)
    assert len(left) and (left["answered_at"].dropna() >= since).all()
    assert run_plain(centre).tables_written == []
