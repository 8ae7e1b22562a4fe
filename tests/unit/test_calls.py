"""CALLS before anything is heard, and what of it changed since the last run."""

from pathlib import Path

import pandas as pd

from pipeline.ingest.calls import NOTHING, UNCLAIMED, Sound, calls_table, changed
from pipeline.ingest.refusals import Refusal
from pipeline.store import Store
from pipeline.tables import CALLS
from tests.unit.made_rows import calls_frame

LOG = calls_frame([("C1", "K1", "2026-01-05T10:00Z"), ("C2", None, "2026-01-05T11:00Z")])
HEARD = {"C1": Sound("recording", "C1.wav", "h1")}


def stored(tmp_path: Path, calls: pd.DataFrame) -> pd.DataFrame:
    store = Store(tmp_path)
    store.append(CALLS, calls)
    return store.read(CALLS)


def test_a_call_with_sound_waits_and_one_without_is_refused() -> None:
    calls, refusals = calls_table(LOG, HEARD)
    assert calls["source"].tolist() == ["recording", "none"]
    assert calls["eligible"].tolist() == [None, False]
    assert calls["why_not"].fillna("").tolist() == ["", NOTHING]
    assert refusals == [Refusal("call", "call C2", NOTHING)]
    assert CALLS.to_arrow(calls).num_rows == 2


def test_a_transcript_of_no_call_is_refused() -> None:
    _, refusals = calls_table(LOG, {**HEARD, "C9": Sound("transcript", "t.jsonl", "h")})
    assert refusals[-1] == Refusal("transcript", "t.jsonl, call C9", UNCLAIMED)


def test_nothing_changed(tmp_path: Path) -> None:
    calls, _ = calls_table(LOG, HEARD)
    assert changed(calls, stored(tmp_path, calls)).empty


def test_everything_is_new_in_an_empty_store() -> None:
    calls, _ = calls_table(LOG, HEARD)
    assert len(changed(calls, calls.iloc[:0])) == 2


def test_other_sound_is_to_be_heard_again_and_other_words_of_the_log_are_not(
    tmp_path: Path,
) -> None:
    calls, _ = calls_table(LOG, HEARD)
    tried = calls.assign(tried=pd.Series(["v1", None]), channels=2, eligible=[True, False])
    known = stored(tmp_path, tried)
    assert changed(calls, known).empty
    other_team = changed(calls.assign(team="T"), known)
    assert other_team["tried"].tolist()[0] == "v1"
    other_sound, _ = calls_table(LOG, {"C1": Sound("recording", "C1.wav", "h2")})
    again = changed(other_sound, known)
    assert again["call_id"].tolist() == ["C1"]
    assert again["tried"].isna().all()


def test_a_recording_that_went_away_does_not_take_along_what_was_heard(tmp_path: Path) -> None:
    known = stored(tmp_path, calls_table(LOG, HEARD)[0])
    silent, refusals = calls_table(LOG, {})
    assert NOTHING in {refusal.why for refusal in refusals}
    assert changed(silent, known).empty
    later = changed(silent.assign(queue="other"), known).set_index("call_id").loc["C1"]
    assert (later["source"], later["queue"]) == ("recording", "other")


def test_the_transcript_of_a_recording_that_went_away_is_not_read_instead_of_what_was_heard(
    tmp_path: Path,
) -> None:
    text, _ = calls_table(LOG, {"C1": Sound("transcript", "C1.json", "t1")})
    made, _ = calls_table(LOG, HEARD)
    heard = stored(tmp_path / "heard", made.assign(tried=pd.Series(["v1", None])))
    assert changed(text, heard).empty
    never = stored(tmp_path / "never", made)
    assert changed(text, never)["source"].tolist() == ["transcript"]
    refused = made.assign(tried=pd.Series(["v1", None]), why_not=["refused: truncated", NOTHING])
    assert len(changed(text, stored(tmp_path / "refused", refused))) == 1


def test_a_log_without_rows(tmp_path: Path) -> None:
    calls, refusals = calls_table(LOG.iloc[:0], {})
    assert (len(calls), refusals) == (0, [])
    assert changed(calls, stored(tmp_path, calls_table(LOG, HEARD)[0])).empty
