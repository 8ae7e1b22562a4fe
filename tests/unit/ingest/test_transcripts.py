"""Transcripts that exist: our own lines, and which file of a folder is whose."""

import hashlib
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from pipeline.ingest.transcripts import (
    Archive,
    names_of,
    raw_line,
    read_archive,
    read_transcript,
)
from tests.unit.ingest.documents import genesys, own, raw, srt

TURN: dict[str, object] = {"side": "agent", "start_s": 4, "end_s": 5, "text": "good morning"}
CALL: dict[str, object] = {
    "call_id": "C1",
    "duration_s": 20,
    "turns": [TURN, {"side": "customer", "start_s": 6, "end_s": 9,
                     "words": [["hello", 6, 6.6], ["there", 6.4, 7], [" ", 7, 7.1]]}],
}  # fmt: skip


def line(**changes: object) -> bytes:
    return json.dumps({**CALL, **changes}).encode()


def with_turn(**changes: object) -> bytes:
    return line(turns=[{**TURN, **changes}])


def test_words_are_spread_by_letters_over_a_turn_that_has_none() -> None:
    transcript = read_transcript(line(), "C1", "en")
    words = [(w.text, w.start_s, w.end_s) for w in transcript.turns[0].words]
    border = pytest.approx(4 + 4 / 11)
    assert words == [("good", 4.0, border), ("morning", border, 5.0)]
    assert transcript.facts.timing_confidence == 0.5


def test_overlapping_words_are_one_stretch_and_blank_ones_are_none() -> None:
    transcript = read_transcript(line(), "C1", "en")
    assert transcript.speech == {"agent": ((4.0, 5.0),), "customer": ((6.0, 7.0),)}
    assert transcript.turns[1].text == "hello there"


def test_a_side_that_says_nothing_is_there() -> None:
    assert read_transcript(with_turn(), "C1", "en").speech["customer"] == ()
    assert read_transcript(line(turns=[]), "C1", "en").turns == ()


@pytest.mark.parametrize("changes", [{"channels": 1}, {"turns": [{**TURN, "side": "unknown"}]}])
def test_mono_has_no_sides(changes: dict[str, object]) -> None:
    transcript = read_transcript(line(**changes), "C1", "en")
    assert transcript.facts.channels == 1
    assert set(transcript.speech) == {"unknown"}


def test_words_without_time_are_kept_and_take_a_moment() -> None:
    transcript = read_transcript(with_turn(end_s=4, text="yes"), "C1", "en")
    assert [(t.start_s, t.end_s, t.text) for t in transcript.turns] == [(4.0, 4.05, "yes")]


def test_logged_hold_is_not_estimated_and_none_is_none() -> None:
    held = read_transcript(line(hold=[[8, 12], [10, 15]]), "C1", "en").hold
    assert [(h.span, h.how) for h in held] == [((8.0, 15.0), "telephony")]
    assert read_transcript(line(hold=[]), "C1", "en").hold == ()


def test_null_is_as_good_as_missing() -> None:
    assert read_transcript(with_turn(words=None), "C1", "en").turns[0].text == "good morning"
    assert read_transcript(line(language=None, hold=None), "C1", "xx").turns


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "not whole JSON: Expecting"),
        (b"[1]", "JSON of no format that is known"),
        (line(turns=None), "turns: got NoneType, expected a list"),
        (line(turns={}), "turns: got dict, expected a list"),
        (line(turns=["x"]), "turn 0: expected an object"),
        (line(call_id=5), "call_id: expected text"),
        (line(duration_s="20"), "duration_s: got '20', expected seconds"),
        (line(duration_s=True), "duration_s: got 'True', expected seconds"),
        (line(duration_s=-1), "duration_s: got '-1', expected seconds"),
        (line(duration_s=float("nan")), "duration_s: got 'nan', expected seconds"),
        (line(duration_s=float("inf")), "duration_s: got 'inf', expected seconds"),
        (line(duration_s=10**30), r"duration_s: got '\[number\]', expected seconds"),
        (line(channels=3), "channels: got '3', expected 1 or 2"),
        (line(channels=2.0), "channels: got '2.0', expected 1 or 2"),
        (line(channels=True), "channels: got 'True', expected 1 or 2"),
        (line(channels="2"), "channels: got '2', expected 1 or 2"),
        (line(language=["en"]), "language: got"),
        (line(language="no language"), "language: got 'no language', expected a code"),
        (line(hold=5), "hold: expected a list"),
        (line(hold=[[9, 8]]), "hold: expected a list"),
        (line(hold=[[0, 99]]), "hold: expected a list of .* within the call"),
        (line(hold=[[-1, 8]]), "hold: expected a list"),
        (with_turn(start_s=-1), "turn 0: times: got '-1' to '5', expected seconds within the call"),
        (with_turn(start_s=5, end_s=4), "turn 0: times: got '5' to '4'"),
        (with_turn(end_s=22), "turn 0: times: got '4' to '22'"),
        (with_turn(end_s=None), "turn 0: times: got '4' to 'None'"),
        (with_turn(side="supervisor"), "turn 0: side: got 'supervisor', expected one of agent"),
        (with_turn(side=["agent"]), "turn 0: side: got"),
        (with_turn(text=None), "turn 0: neither text nor words"),
        (with_turn(text=7), "turn 0: text: expected text"),
        (with_turn(text="\ud800"), "turn 0: text: expected text"),
        (with_turn(words=[["x", 4, 99]]), "turn 0: words: expected a list of"),
        (with_turn(words=[["x", 5, 4]]), "turn 0: words: expected a list of"),
        (with_turn(words=[["x", -1, 4]]), "turn 0: words: expected a list of"),
        (with_turn(words=[["x", 4]]), "turn 0: words: expected a list of"),
        (with_turn(words=[["\udfff", 4, 5]]), "turn 0: words: expected a list of"),
        (with_turn(words="x"), "turn 0: words: expected a list of"),
    ],
)
def test_what_is_no_transcript_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_transcript(raw, "C1", "en")


def test_every_way_in_which_it_is_none_is_told_but_not_thousands() -> None:
    with pytest.raises(ValueError, match=r"duration_s: .*; turn 0: side: .*; turn 1") as caught:
        read_transcript(line(duration_s=None, turns=[{**TURN, "side": "x"}] * 5000), "C1", "en")
    assert len(str(caught.value)) < 1000


def test_a_refusal_quotes_nothing_that_redaction_would_remove() -> None:
    with pytest.raises(ValueError, match=r"my card is \[\w+\]") as caught:
        read_transcript(with_turn(side="my card is 4111 1111 1111 1111"), "C1", "en")
    assert "4111" not in str(caught.value)


def test_what_is_said_is_redacted() -> None:
    said = "my card number is four" + " one" * 15
    (turn,) = read_transcript(with_turn(text=said), "C1", "en").turns
    assert "[" in turn.text and "one" not in turn.text


def test_an_archive_finds_every_line_and_refuses_the_others(tmp_path: Path) -> None:
    lines = [line(), b"", b"{x", b"[1]", b"5", b"[" * 100_000, line(call_id=""),
             line(call_id="\ud800"),
             b'{"call_id": "\xe9"}', b'{"call_id": "N", "duration_s": ' + b"9" * 5000 + b"}",
             line(), line(call_id="C2")]  # fmt: skip
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "two.jsonl").write_bytes(line(call_id="C3") + b"\n" + line(call_id="C2"))
    (tmp_path / "notes.txt").write_text("not a transcript", encoding="utf-8")
    archive = read_archive(tmp_path)
    assert sorted(archive.lines) == ["C1", "C2", "C3"]
    assert [r.where for r in archive.refusals] == [
        *(f"a/one.jsonl, line {number}" for number in range(3, 12)),
        "notes.txt",
        "two.jsonl, line 2",
    ]
    assert "'C1' stands in an earlier line" in archive.refusals[8].why
    for call_id, place in archive.lines.items():
        assert json.loads(raw_line(tmp_path, place))["call_id"] == call_id


def test_the_hash_follows_the_content_not_the_place(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(line() + b"\n")
    first = read_archive(tmp_path).lines["C1"]
    (tmp_path / "a.jsonl").write_bytes(line(call_id="C0") + b"\n" + line() + b"\n")
    second = read_archive(tmp_path).lines["C1"]
    assert (first.content_hash, first.offset) == (second.content_hash, 0)
    assert second.offset > 0


LOG = pd.DataFrame(
    [("C1", "tapes/r1.wav", None), ("C2", None, "second.json"), ("C3", None, None),
     ("C4", None, None)],
    columns=["call_id", "recording", "transcript"],
)  # fmt: skip
STORED = pd.DataFrame(
    [("of-last-year", "transcript", "h", "v")],
    columns=["call_id", "source", "content_hash", "tried"],
)


@pytest.mark.parametrize(
    ("file", "call_id"),
    [
        ("C3.json", "C3"),
        ("deep/er/C3.vtt", "C3"),
        ("C3.wav.json", "C3"),
        ("r1.json", "C1"),
        ("second.json", "C2"),
        ("C3_analysis_2026-03-31T14_05_00Z.json", "C3"),
        ("job-77.json", "C4"),
        ("of-last-year.json", "of-last-year"),
        ("nobody.srt", None),
    ],
)
def test_a_file_is_its_calls_by_the_log_by_its_name_or_by_the_vendors_id(
    tmp_path: Path, file: str, call_id: str | None
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    vendors = {**genesys(), "conversationId": "C4" if file == "job-77.json" else "of-their-own"}
    written = srt() if file.endswith(("vtt", "srt")) else json.dumps(vendors)
    (tmp_path / file).write_text(written, encoding="utf-8")
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert list(archive.lines) == ([call_id] if call_id else [])
    whys = [] if call_id else ["no call in the call log belongs to it"]
    assert [refusal.why for refusal in archive.refusals] == whys


def test_files_of_one_name_in_several_folders_are_their_own_calls(tmp_path: Path) -> None:
    log = LOG.assign(
        recording=["mon/1.wav", "tue/1.wav", "tue/9.wav", "thu/8.wav"], transcript=None
    )
    for file in ("mon/1.json", "tue/1.json", "1.json"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(raw("srt"))
    archive = read_archive(tmp_path, names_of(log, STORED))
    assert {call: line.file for call, line in archive.lines.items()} == {
        "C1": "mon/1.json",
        "C2": "tue/1.json",
    }
    assert [(r.where, r.why.split(";")[0]) for r in archive.refusals] == [
        ("1.json", "several calls in the call log have its name")
    ]


@pytest.mark.parametrize("written", [own("C4"), own("C99"), {**genesys(), "conversationId": "C4"}])
def test_a_transcript_that_says_it_is_another_calls_is_refused(
    tmp_path: Path, written: dict[str, object]
) -> None:
    (tmp_path / "C3.json").write_text(json.dumps(written), encoding="utf-8")
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert archive.lines == {}
    assert [r.why[:16] for r in archive.refusals] == ["call 'C3' by its"]


def test_a_vendors_own_id_says_nothing_against_a_files_name(tmp_path: Path) -> None:
    written = {**genesys(), "conversationId": "of-their-own"}
    (tmp_path / "C3.json").write_text(json.dumps(written), encoding="utf-8")
    assert list(read_archive(tmp_path, names_of(LOG, STORED)).lines) == ["C3"]


def test_a_name_that_no_table_can_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.json")).write_bytes(raw("whisper"))
    (refusal,) = read_archive(tmp_path, names_of(LOG, STORED)).refusals
    assert refusal.why == "its name is no plain text"
    assert refusal.where.isascii()


def test_a_line_too_long_for_one_call_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    with (tmp_path / "one.jsonl").open("wb") as file:
        file.truncate(70 * 2**20)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + line(call_id="C3") + b"\n")
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert json.loads(raw_line(tmp_path, archive.lines["C3"]))["call_id"] == "C3"
    assert [r.where for r in archive.refusals] == ["one.jsonl, line 1"]


def test_of_two_transcripts_of_a_call_the_first_counts(tmp_path: Path) -> None:
    for name in ("C3.json", "C3.vtt"):
        (tmp_path / name).write_bytes(raw("whisper" if name.endswith("json") else "webvtt"))
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert archive.lines["C3"].file == "C3.json"
    assert [(r.where, "C3.json" in r.why) for r in archive.refusals] == [("C3.vtt", True)]


def test_sounds_and_hidden_files_beside_transcripts_are_passed_over(tmp_path: Path) -> None:
    for name in ("C3.wav", ".DS_Store", "C3.MP3"):
        (tmp_path / name).write_bytes(b"\0\1\2")
    assert read_archive(tmp_path, names_of(LOG, STORED)) == Archive({}, ())


def test_a_bad_file_stops_none_beside_it(tmp_path: Path) -> None:
    (tmp_path / "C1.json").write_bytes(raw("whisper")[:-40])
    (tmp_path / "C2.json").write_bytes(b"")
    (tmp_path / "C3.json").write_bytes(raw("whisper"))
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert list(archive.lines) == ["C3"]
    assert {r.where: r.why.split(":")[0] for r in archive.refusals} == {
        "C1.json": "not whole JSON",
        "C2.json": "the file is empty",
    }


def test_a_file_too_large_for_one_call_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "C1.json").open("wb") as file:
        file.truncate(200 * 2**20)
    archive = read_archive(tmp_path, names_of(LOG, STORED))
    assert [r.why for r in archive.refusals] == ["200 MB, expected at most 64 for one call"]


def test_a_file_that_was_read_once_is_known_by_its_hash_for_its_own_call_only(
    tmp_path: Path,
) -> None:
    content = b"no transcript, and never looked at"
    for name in ("C3.json", "C4.json"):
        (tmp_path / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    stored = STORED.assign(call_id="C3", content_hash=digest)
    archive = read_archive(tmp_path, names_of(LOG, stored))
    assert list(archive.lines) == ["C3"]
    assert [refusal.where for refusal in archive.refusals] == ["C4.json"]
