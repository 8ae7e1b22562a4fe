"""What is wrong with transcripts: mended where the meaning is certain, else refused."""

import codecs
import json
from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcript_formats.decoding import NOT_UTF8
from pipeline.ingest.transcripts import read_transcript
from pipeline.speech.transcript import Transcript
from tests.unit.ingest import documents
from tests.unit.ingest.documents import JSON_DOCUMENTS, raw

SECRET = "4111 1111 1111 1111"


def read(value: object) -> Transcript:
    written = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_transcript(written, "C1", "en")


def analytics(change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    """The Call Analytics document with its turns changed."""
    document = documents.call_analytics()
    change(document["Transcript"])
    return document


def segments(*times: tuple[object, object]) -> dict[str, Any]:
    """Whisper segments without words, at these times."""
    return {"segments": [{"start": a, "end": b, "text": "good morning to you"} for a, b in times]}


@pytest.mark.parametrize("name", JSON_DOCUMENTS)
def test_half_a_json_is_refused_and_nothing_of_it_is_quoted(name: str) -> None:
    written = raw(name)
    with pytest.raises(ValueError, match=r"not whole JSON: .*, line 1$"):
        read_document(written[: len(written) // 2])


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (codecs.BOM_UTF8, "the file is empty"),
        (b"RIFF\x00\x01", "not text: it has zero bytes"),
        (b"dear customer, thank you", "no format that is known"),
        (b"{}", "JSON of no format that is known"),
        (b"[]", "JSON of no format that is known"),
        (b"[[1, 2]]", "JSON of no format that is known"),
        (b'{"name": "x", "entries": [7]}', "JSON of no format that is known"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"segments": ' + b"[" * 100_000, "nested too deep"),
        (b'{"segments": [{"start": ' + b"9" * 5000 + b"}]}", "a number is too long"),
        (b'{"Transcript": {}, "Participants": []}', "JSON of no format"),
        (b'{"results": {"channels": 5}}', "channels: got int, expected a list"),
        (b'{"results": {"channels": ["x"]}}', "channels 0: got str, expected an object"),
        (b'{"transcripts": [{"phrases": "x"}]}', "phrases: got str, expected a list"),
        (b'{"status": "error", "error": "x"}', "status: expected completed"),
        (b'{"Transcript": [], "Participants": [], "JobStatus": "FAILED"}', "expected COMPLETED"),
        (b'{"Transcript": [], "Participants": [], "Channel": "CHAT"}', "a chat is no call"),
        (b'{"results": {"channels": [{"alternatives": [{"transcript": "hi"}]}]}}',
         "text without words"),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused_with_a_reason(written: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_document(written)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-le", b""),
     ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-16-be", b""), ("utf-32-le", codecs.BOM_UTF32_LE)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["call_analytics", "webvtt", "srt"])
def test_every_unicode_is_read(name: str, encoding: str, mark: bytes) -> None:
    written = mark + raw(name).decode().encode(encoding)
    assert read_document(written) == read_document(raw(name))


def test_an_old_encoding_is_read_and_noted() -> None:
    written = documents.srt().replace("harbour", "Café").encode("latin-1")
    document = read_document(written)
    assert "Café" in document.turns[1].text
    assert document.notes == (NOT_UTF8,)


def test_a_time_a_little_before_the_call_is_its_start() -> None:
    transcript = read(segments((-0.3, 2), (3, 5)))
    assert transcript.turns[0].start_s == 0
    assert transcript.dropped == ("1 turns that start a little before the call",)


@pytest.mark.parametrize(
    ("times", "why"),
    [((-5, 2), "it starts before the call"), ((2, 1), "it ends before it starts"),
     ((None, 2), "no time"), (("soon", 2), "no time"), ((float("nan"), 2), "no time"),
     ((3e6, 3e6 + 2), "more than a day")],
)  # fmt: skip
def test_times_that_could_mean_anything_are_refused_by_turn(
    times: tuple[object, object], why: str
) -> None:
    with pytest.raises(ValueError, match=f"^turn 1: .*{why}"):
        read(segments((0, 1), times))


def test_every_bad_turn_is_told_but_not_thousands() -> None:
    with pytest.raises(ValueError, match="turn 0: no time; turn 1: no time") as caught:
        read(segments(*[(None, None)] * 5000))
    assert len(str(caught.value)) < 300


def test_a_turn_without_an_end_ends_where_the_next_one_starts() -> None:
    transcript = read(segments((1, None), (1.5, 3)))
    assert transcript.turns[0].words[3].end_s == 1.5
    assert transcript.dropped == ("1 turns without an end",)


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_milliseconds_taken_for_seconds_are_told_by_how_fast_people_would_speak(
    factor: float,
) -> None:
    document = documents.whisper_timestamped()
    for segment in document["segments"]:
        for one in (segment, *segment["words"]):
            one["start"], one["end"] = one["start"] * factor, one["end"] * factor
    transcript = read(document)
    spans = transcript.speech["unknown"]
    assert (spans[0][0], spans[-1][1]) == pytest.approx((0.5, 10.5))
    assert "another unit" in transcript.dropped[0]


def test_a_word_that_ends_before_it_starts_is_put_between_its_neighbours() -> None:
    def swap(turns: list[dict[str, Any]]) -> None:
        turns[0]["Items"][1] |= {"BeginOffsetMillis": 3400, "EndOffsetMillis": 600}

    words = read(analytics(swap)).turns[0].words
    assert words[1].text == "you"
    assert (words[1].start_s, words[1].end_s) == (words[0].end_s, words[2].start_s)


@pytest.mark.parametrize("end_ms", [5e7, 1e12, 1e308, "9" * 400 + "s", "9" * 5000])
@pytest.mark.parametrize("turn", [0, 3])
def test_a_word_that_lasts_for_days_ends_when_it_is_spoken(turn: int, end_ms: object) -> None:
    def stretch(turns: list[dict[str, Any]]) -> None:
        spoken = [one for one in turns[turn]["Items"] if one["Type"] == "pronunciation"]
        spoken[-1]["EndOffsetMillis"] = end_ms

    transcript = read(analytics(stretch))
    assert transcript.duration_s == 11
    assert max(word.end_s for one in transcript.turns for word in one.words) == 10.5


def test_one_word_with_a_wrong_end_does_not_change_the_unit_of_all() -> None:
    document = documents.deepgram()
    document["results"]["channels"][0]["alternatives"][0]["words"][-1]["end"] = 90_000
    transcript = read(document)
    assert transcript.turns[0].start_s == 0.5
    assert transcript.duration_s == 11
    assert transcript.dropped == ("1 words with an end that cannot be",)


def test_a_turn_that_lasts_for_hours_ends_when_it_is_spoken() -> None:
    transcript = read(segments((0, 1), (2, 3), (4, 80_000)))
    assert transcript.duration_s < 6


@pytest.mark.parametrize("length", [11.0, 11_000.0])
def test_the_length_of_a_call_in_milliseconds_is_in_the_unit_that_fits_its_words(
    length: float,
) -> None:
    document = documents.whisper()
    for segment in document["segments"]:
        segment["start"], segment["end"] = segment["start"] * 1e3, segment["end"] * 1e3
    assert read({**document, "duration": length}).duration_s == 11


@pytest.mark.parametrize("end", [1.0, 3.0])
def test_more_words_than_two_could_say_are_no_transcript(end: float) -> None:
    with pytest.raises(ValueError, match="nobody speaks so fast"):
        read(segments(*[(1.0, end)] * 500))


def test_a_word_of_megabytes_is_none() -> None:
    with pytest.raises(ValueError, match="turn 0: a word of 3000000 letters"):
        read({"segments": [{"start": 0, "end": 1, "text": "a" * 3_000_000}]})


@pytest.mark.parametrize("mark", ["<c ", "<v ", "{\\"])
def test_marks_that_never_end_are_read_in_no_time(mark: str) -> None:
    written = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{mark * 40_000}\n"
    started = process_time()
    with suppress(ValueError):
        read(written.encode())
    assert process_time() - started < 5


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b'{"transcripts": [{"phrases": [' + b"{}," * 500_000 + b"{}]}]}",
         "phrases: got 500001 of them"),
        (b'{"call_id": "C", "duration_s": 1, "turns": [' + b"0," * 500_000 + b"0]}",
         "turns: got 500001 of them"),
        (b"00:00:01,000 --> 00:00:02,000\n" * 500_001, "cues: got 500001 of them"),
    ],
)  # fmt: skip
def test_more_than_a_call_can_have_is_refused_at_once(written: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(written)


def test_a_name_that_stands_twice_hides_nothing() -> None:
    written = raw("whisper").replace(b'"language"', b'"segments": [], "language"')
    with pytest.raises(ValueError, match="an object has a name twice"):
        read(written)


def test_what_nobody_sees_is_no_part_of_a_word() -> None:
    said = "one\u200bfour \x1b[31m 4\u200b111 1\u00ad111 11\u206011 1111 \u202eright \ufeff"
    document = {"segments": [{"start": 0, "end": 4, "text": said}]}
    text = read(document).turns[0].text
    assert text.startswith("onefour [31m [") and text.endswith("] right")


@pytest.mark.parametrize(
    ("told", "language"),
    [("en", "en"), ("EN", "en"), ("en-GB", "en"), ("de_AT", "de"), ("German", "de"),
     ("cantonese", "yue"), ("yue-HK", "yue"), ("no language", "en"), (7, "en"), ("", "en")],
)  # fmt: skip
def test_a_language_is_a_tag_or_a_name(told: object, language: str) -> None:
    assert read({**documents.whisper(), "language": told}).language == language


def test_a_word_far_outside_its_turn_is_put_between_its_neighbours() -> None:
    def astray(turns: list[dict[str, Any]]) -> None:
        turns[0]["Items"][1] |= {"BeginOffsetMillis": 90_000, "EndOffsetMillis": 90_400}

    transcript = read(analytics(astray))
    assert transcript.turns[0].words[1].end_s == transcript.turns[0].words[2].start_s
    assert transcript.duration_s == 11


def test_words_that_overlap_end_where_the_next_one_starts() -> None:
    def lengthen(turns: list[dict[str, Any]]) -> None:
        turns[0]["Items"][0]["EndOffsetMillis"] = 3000

    transcript = read(analytics(lengthen))
    assert transcript.turns[0].words[0].end_s == transcript.turns[0].words[1].start_s


def test_one_word_out_of_order_does_not_take_the_times_of_the_others() -> None:
    def late(turns: list[dict[str, Any]]) -> None:
        turns[0]["Items"][1] |= {"BeginOffsetMillis": 3300, "EndOffsetMillis": 3400}

    words = read(analytics(late)).turns[0].words
    assert [word.start_s for word in words[2:]] == sorted(word.start_s for word in words[2:])
    assert words[2].start_s == pytest.approx(0.5 + 2 * 3 / 11, abs=1e-3)
    assert words[1].end_s == words[2].start_s


def test_not_a_number_is_no_time_and_no_confidence() -> None:
    written = raw("deepgram").replace(b'"confidence": 0.9', b'"confidence": NaN')
    assert read(written).turns[0].words[0].probability == 1.0
    broken = raw("whisper_timestamped").replace(b'"end": 3.5', b'"end": Infinity')
    assert read(broken).turns[0].words[-1].text == "goodbye."


def test_half_a_surrogate_pair_is_left_out() -> None:
    document = {"segments": [{"start": 0, "end": 1, "text": "good\ud800 morning"}]}
    assert read(document).turns[0].text == "good morning"


def test_a_few_words_of_nobody_are_left_out_and_counted() -> None:
    def mumble(turns: list[dict[str, Any]]) -> None:
        turns.append({"ParticipantRole": "VISITOR", "Content": "mhm", "BeginOffsetMillis": 6500,
                      "EndOffsetMillis": 6700})  # fmt: skip

    transcript = read(analytics(mumble))
    assert [turn.side for turn in transcript.turns] == ["agent", "customer"] * 2
    assert transcript.dropped == ("1 words of nobody, or of a third speaker",)


def test_much_of_an_unknown_speaker_leaves_all_sides_unknown() -> None:
    def forget(turns: list[dict[str, Any]]) -> None:
        turns[1]["ParticipantRole"] = "VISITOR"

    transcript = read(analytics(forget))
    assert set(transcript.speech) == {"unknown"}
    assert transcript.dropped == ("turns of nobody: the sides are not known",)


def test_three_speakers_leave_all_sides_unknown() -> None:
    document = documents.assemblyai()
    document["utterances"][3]["speaker"] = "C"
    transcript = read(document)
    assert set(transcript.speech) == {"unknown"}
    assert transcript.dropped == ("3 speakers: the sides are not known",)


def test_speakers_whose_words_tell_nothing_leave_sides_unknown() -> None:
    document = documents.assemblyai()
    for number, utterance in enumerate(document["utterances"]):
        for word in utterance["words"]:
            word["text"] = f"tra{number}"
    assert set(read(document).speech) == {"unknown"}


def test_sides_that_the_words_are_clearly_against_are_put_right() -> None:
    document = documents.post_call_analytics()
    labels = document["ConversationAnalytics"]["SpeakerLabels"]
    labels[0]["DisplayText"], labels[1]["DisplayText"] = "Customer", "Agent"
    transcript = read(document)
    assert transcript.facts.sides == "swapped"
    assert transcript.turns[0].side == "agent"


def test_a_transcript_without_words_is_one() -> None:
    assert read(analytics(lambda turns: turns.clear())).speech == {"agent": (), "customer": ()}
    assert read(b"WEBVTT\n").speech == {"unknown": ()}


@pytest.mark.parametrize("name", [*JSON_DOCUMENTS, "srt", "webvtt"])
def test_what_a_vendor_left_in_is_redacted(name: str) -> None:
    written = raw(name).decode().replace("harbour.", SECRET).replace("harbour", SECRET)
    said = " ".join(turn.text for turn in read(written.encode()).turns)
    assert "4111" not in said and "1111" not in said


@pytest.mark.parametrize("name", JSON_DOCUMENTS)
@pytest.mark.parametrize("filler", [None, 5, SECRET, [SECRET], {"x": SECRET}, float("nan")])
def test_any_cell_may_be_anything(name: str, filler: object) -> None:
    """Every cell in turn is replaced: a transcript or a reason comes out, never a secret."""
    document = JSON_DOCUMENTS[name]()
    for place in list(places(document))[:: 3 if name == "own" else 7]:
        broken = replaced(document, place, filler)
        try:
            transcript = read(broken)
        except ValueError as error:
            assert "1111" not in str(error)
        else:
            assert not any("1111" in turn.text for turn in transcript.turns)
            assert not any("1111" in note for note in transcript.dropped)


def places(value: Any, path: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401
    """The way to every cell."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, cell in inside:
        yield (*path, key)
        if isinstance(cell, dict | list):
            yield from places(cell, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], filler: object) -> Any:  # noqa: ANN401
    copy = json.loads(json.dumps(value))
    cell = copy
    for key in path[:-1]:
        cell = cell[key]
    cell[path[-1]] = filler
    return copy
