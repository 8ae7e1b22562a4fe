"""Whose a call is, and taking it out: earlier versions count, another customer's calls do not."""

from pathlib import Path

import pandas as pd

from pipeline.ingest.recordings import BOTH
from pipeline.privacy.forgetting import ORDER, Person, person_of, remove_rows
from pipeline.store import Store
from pipeline.tables import CALLS, FORGOTTEN, QUARANTINE, SURVEYS, TABLES
from tests.unit.made_rows import calls_frame, surveys_frame, utc

DAY = "2026-01-05T10:00Z"


def filled(store: Store, *owners: tuple[str, str | None], **recordings: str) -> None:
    """CALLS with (call_id, customer_id), and their recordings by call_id."""
    rows = calls_frame([(call, customer, DAY) for call, customer in owners])
    recording = rows["call_id"].map(recordings).astype(object)
    rows["recording"] = recording.where(recording.notna(), None)
    store.replace_calls(CALLS, rows, list(zip(rows["call_id"], rows["call_date"], strict=True)))


def asked(store: Store, *rows: tuple[str, str | None, str | None]) -> None:
    """SURVEYS with (survey_id, customer_id, call_id)."""
    store.overwrite(SURVEYS, surveys_frame([(*row, None, None) for row in rows]), "")


def person(calls: str = "", surveys: str = "", files: str = "") -> Person:
    names = frozenset({"K1"})
    return Person(names, *(frozenset(one.split()) for one in (calls, surveys, files)))


def test_nobody_knows_them(tmp_path: Path) -> None:
    assert person_of(Store(tmp_path), {"K1"}) == person()
    assert not person().is_known


def test_what_is_theirs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    filled(store, ("a", "K1"), ("b", "K2"), ("c", "K1"), a=f"a1.wav{BOTH}a2.wav", b="b.wav")
    asked(store, ("s1", "K1", None), ("s2", None, "c"), ("s3", "K2", "b"), ("s4", None, None))
    assert person_of(store, {"K1"}) == person("a c", "s1 s2", "a1.wav a2.wav")


def test_a_call_without_a_customer_is_theirs_if_their_survey_is_about_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    filled(store, ("a", None), ("b", "K2"))
    asked(store, ("s1", "K1", "a"), ("s2", "K1", "b"))
    assert person_of(store, {"K1"}) == person("a", "s1 s2")


def test_a_call_that_was_theirs_and_is_another_s_is_not_theirs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    filled(store, ("a", "K1"), ("b", "K1"))
    filled(store, ("a", "K2"))
    assert person_of(store, {"K1"}) == person("b")


def test_what_was_removed_already_is_known_until_the_purge(tmp_path: Path) -> None:
    store = Store(tmp_path)
    filled(store, ("a", "K1"), ("b", "K2"), a="a.wav")
    asked(store, ("s1", "K1", None), ("s2", "K2", None))
    known = person_of(store, {"K1"})
    for table in (SURVEYS, CALLS):
        assert remove_rows(store, known, table) == 1
    assert person_of(store, {"K1"}) == known == person("a", "s1", "a.wav")
    for table in (SURVEYS, CALLS):
        store.purge(table)
    assert person_of(store, {"K1"}) == person()


def test_a_file_of_several_people_is_nobodys(tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = {"a": "monday.jsonl", "b": "both.json", "c": "own.json"}
    filled(store, *((call, "K1") for call in "abc"), ("d", "K2"), **names, d="both.json")
    assert person_of(store, {"K1"}).files == {"own.json"}


def test_a_file_under_an_earlier_name_is_theirs_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    filled(store, ("a", "K1"), a="old/a.wav")
    filled(store, ("a", "K1"), a="new/a.wav")
    assert person_of(store, {"K1"}).files == {"old/a.wav", "new/a.wav"}


def test_refusals_that_name_them_go(tmp_path: Path) -> None:
    store = Store(tmp_path)
    told = [("call C1", "x"), ("C1_agent.wav", "x"), ("call C10", "x"), ("log.csv, line 3", "x"),
            ("call C7", "its recording is that of call C1 already"),
            ("call C8", "like C1-2")]  # fmt: skip
    seen = {"what": "recording", "first_seen": utc(DAY), "last_seen": utc(DAY)}
    rows = pd.DataFrame([{"where": where, "why": why, **seen} for where, why in told])
    store.overwrite(QUARANTINE, rows, "as before")
    assert remove_rows(store, person("C1"), QUARANTINE) == 3
    left = store.read(QUARANTINE)["where"].tolist()
    assert left == ["call C10", "call C8", "log.csv, line 3"]
    assert store.fingerprint(QUARANTINE) == "as before"
    assert remove_rows(store, person("C1"), QUARANTINE) == 0


def test_every_table_is_gone_through_and_those_that_tell_whose_it_is_come_last() -> None:
    assert {table.name for table in ORDER} == {table.name for table in TABLES} - {FORGOTTEN.name}
    assert ORDER[-2:] == (SURVEYS, CALLS)
