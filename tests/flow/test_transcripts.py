"""Runs on transcripts of other makers: alone, several formats in a folder, and with recordings."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.behaviours import behaviours_table
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, QUARANTINE, TURNS
from tests.flow.conftest import LATER, Cli, run_plain
from tests.unit.ingest.documents import JSON_DOCUMENTS, raw

TEXTS = {"srt": "srt", "srt_named": "srt", "webvtt": "vtt"}
SECRET = "4111 1111 1111 1111"
NO_SUCH_MODEL = 'model = "no/such/model"'


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, attune: Cli) -> Path:
    """A centre that has transcripts only, one of every format and some that are none, run."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "transcripts").mkdir()
    for name in [*JSON_DOCUMENTS, *TEXTS]:
        written = raw(name).replace(b"harbour", SECRET.encode()).replace(b'"C1', b'"other')
        (folder / "transcripts" / f"{name}.{TEXTS.get(name, 'json')}").write_bytes(written)
    bad = {"half.json": raw("genesys")[:500] + SECRET.encode(), "nobody.vtt": raw("webvtt"),
           "notes.txt": SECRET.encode(), "genesys.srt": raw("srt"), "empty.json": b""}  # fmt: skip
    for name, content in bad.items():
        (folder / "transcripts" / name).write_bytes(content)
    rows = [f"{name},2026-03-0{1 + i % 9}T10:00:00Z,A{i % 2}"
            for i, name in enumerate([*JSON_DOCUMENTS, *TEXTS, "half"])]  # fmt: skip
    log = "\n".join(["call_id,started_at,agent_id", *rows])
    (folder / "call_log.csv").write_text(log, encoding="utf-8")
    (folder / "attune.toml").write_text(
        '[call_log]\npath = "call_log.csv"\n[transcripts]\npath = "transcripts"\n'
        f"[speech]\n{NO_SUCH_MODEL}\n[run]\nmax_refused_share = 1.0\nworkers = 1\n",
        encoding="utf-8",
    )
    done = attune("run", "-c", str(folder / "attune.toml"), "--plain")
    assert done.returncode == 0, done.stderr
    return folder


def test_every_format_reaches_the_behaviours(imported: Path) -> None:
    store = Store(imported / "store")
    measured = store.read(behaviours_table()).set_index("call_id")
    assert set(measured.index) >= {*JSON_DOCUMENTS, *TEXTS}
    assert store.read(TURNS).groupby("call_id").size().min() >= 1
    reasons = {
        call_id: {entry["behaviour"]: entry["reason"] for entry in entries}
        for call_id, entries in measured["unknown"].items()
    }
    for name in ("call_analytics", "deepgram", "genesys", "ccai_insights"):
        assert measured.loc[name, "agent_talk_share"] == pytest.approx(5 / 8.4, abs=0.01)
    for name in ("contact_lens", "webvtt", "srt_named"):
        assert "times of turns, not of words" in reasons[name]["agent_talk_share"]
    assert "who speaks is not known" in reasons["whisper_timestamped"]["agent_talk_share"]
    assert measured["dead_air_s"].notna()["whisper_timestamped"]


def test_what_is_no_transcript_is_in_quarantine_and_harms_no_other_call(imported: Path) -> None:
    refused = Store(imported / "store").read(QUARANTINE).set_index("where")["why"]
    assert refused["half.json"].startswith("not whole JSON")
    assert refused["empty.json"] == "the file is empty"
    assert "no format that is known" in refused["notes.txt"]
    assert refused["nobody.vtt"] == "no call in the call log belongs to it"
    assert "genesys.json" in refused["genesys.srt"]


def test_nothing_that_a_vendor_left_in_is_kept_anywhere(imported: Path) -> None:
    turns = Store(imported / "store").read(TURNS)
    assert turns["text"].str.contains(r"\[card\]").sum() >= len(JSON_DOCUMENTS)
    for table in (TURNS, QUARANTINE, CALLS, ACTIVITY):
        assert "1111" not in Store(imported / "store").read(table).to_csv()


def test_a_second_run_reads_only_what_changed(imported: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(imported, tmp_path / "again"))
    assert run_plain(folder, LATER).read == 0
    (folder / "transcripts" / "half.json").write_bytes(raw("assemblyai"))
    assert run_plain(folder, LATER).read == 1


def words_of(store: Store, call_id: str) -> list[dict[str, Any]]:
    turns = store.read(TURNS)
    rows = turns[turns["call_id"] == call_id].to_dict("records")
    return [{**word, "side": row["side"]} for row in rows for word in row["words"]]


def deepgram(words: list[dict[str, Any]], late_s: float) -> dict[str, Any]:
    """The words as a vendor would have them who hears one channel, on a clock of its own."""
    said = [
        {"word": word["word"], "start": word["start_s"] + late_s, "end": word["end_s"] + late_s,
         "confidence": 0.75, "speaker": int(word["side"] == "agent")}
        for word in sorted(words, key=lambda word: float(word["start_s"]))
    ]  # fmt: skip
    return {"results": {"channels": [{"alternatives": [{"words": said}]}]}}


def spans(store: Store, call_id: str) -> list[tuple[str, float, float]]:
    row = store.read(ACTIVITY).set_index("call_id").loc[call_id]
    return [(one["side"], one["start_s"], one["end_s"]) for one in row["speech"]]


def test_with_a_recording_words_are_the_vendors_times_are_the_sounds_and_no_model_is_needed(
    ran: Path, tmp_path: Path
) -> None:
    heard = Store(ran / "store")
    recording = sorted((ran / "recordings").glob("*.wav"))[0]
    call_id = recording.stem
    log = pd.read_csv(ran / "call_log.csv", dtype=str)
    log[log["call_id"] == call_id].to_csv(tmp_path / "call_log.csv", index=False)
    for folder in ("recordings", "transcripts"):
        (tmp_path / folder).mkdir()
    shutil.copy(recording, tmp_path / "recordings")
    words = words_of(heard, call_id)
    (tmp_path / "transcripts" / f"{call_id}.json").write_text(json.dumps(deepgram(words, 4.0)))
    (tmp_path / "attune.toml").write_text(
        '[call_log]\npath = "call_log.csv"\n[transcripts]\npath = "transcripts"\n'
        f'[recordings]\npath = "recordings"\n[speech]\n{NO_SUCH_MODEL}\n[run]\nworkers = 1\n',
        encoding="utf-8",
    )
    tally = run_plain(tmp_path)
    assert (tally.heard, tally.read) == (1, 0)
    store = Store(tmp_path / "store")
    assert spans(store, call_id) == spans(heard, call_id)
    found = words_of(store, call_id)
    assert {word["probability"] for word in found} == {0.75}
    assert [(w["side"], w["word"]) for w in found] == [(w["side"], w["word"]) for w in words]
    apart = [abs(a["start_s"] - b["start_s"]) for a, b in zip(found, words, strict=True)]
    assert max(apart) < 0.3
    assert run_plain(tmp_path, LATER).heard == 0
    # The recording is deleted, the transcript stays: what was heard in the sound stays, too.
    (tmp_path / "recordings" / recording.name).unlink()
    assert run_plain(tmp_path, LATER).read == 0
    assert spans(store, call_id) == spans(heard, call_id)
