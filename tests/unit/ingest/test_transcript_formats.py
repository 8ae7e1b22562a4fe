"""Every vendor's format: the same made-up call comes out of each, with what the vendor knows."""

import json
from typing import Any

import pytest

from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcript_formats.fields import moment, seconds, side
from pipeline.ingest.transcript_formats.marks import words
from pipeline.ingest.transcripts import read_transcript
from pipeline.speech.transcript import Transcript
from tests.unit.ingest import documents
from tests.unit.ingest.documents import JSON_DOCUMENTS, LINES, SURE, raw

SIDES = ["agent", "customer", "agent", "customer"]
TEXTS = [text.replace("[NAME].", "[redacted]") for *_, text in LINES]

# format: how sides are known, channels, share of words with times (None: all), confidence
EXPECTED: dict[str, tuple[str, int, float | None, float]] = {
    "own": ("as imported", 2, None, 1.0),
    "call_analytics": ("as imported", 2, None, SURE),
    "contact_lens": ("as imported", 2, 0.0, 1.0),
    "post_call_analytics": ("as imported", 2, None, SURE),
    "deepgram": ("from words", 1, None, SURE),
    "deepgram_channels": ("as configured", 2, None, SURE),
    "assemblyai": ("from words", 1, None, SURE),
    "whisperx": ("from words", 1, None, SURE),
    "genesys": ("as imported", 2, None, SURE),
    "ccai_insights": ("as imported", 2, None, SURE),
    "ccai_entries": ("as imported", 1, 0.0, 1.0),
    "harper_valley": ("as imported", 2, 0.0, 1.0),
    "srt_named": ("as imported", 1, 0.0, 1.0),
    "webvtt": ("as imported", 1, 0.0, 1.0),
}


def read(name: str) -> Transcript:
    return read_transcript(raw(name), "C1", "en")


@pytest.mark.parametrize("name", EXPECTED)
def test_who_says_what_and_when_is_the_same_in_every_format(name: str) -> None:
    transcript = read(name)
    how, channels, timed, sure = EXPECTED[name]
    assert [turn.side for turn in transcript.turns] == SIDES
    assert [turn.text for turn in transcript.turns] == TEXTS
    ends = [end for _, _, end, _ in LINES]
    if name != "ccai_entries":  # it has no ends
        assert [turn.end_s for turn in transcript.turns] == pytest.approx(ends, abs=1e-6)
    starts = [start - (0.5 if name == "ccai_entries" else 0.0) for _, start, _, _ in LINES]
    assert [turn.start_s for turn in transcript.turns] == pytest.approx(starts, abs=1e-6)
    facts = transcript.facts
    assert (facts.sides, facts.channels, facts.timing_confidence) == (how, channels, timed)
    assert transcript.turns[0].words[0].probability == sure


@pytest.mark.parametrize("name", ["whisper", "whisper_timestamped", "srt", "webvtt_plain"])
def test_without_speakers_words_have_no_side(name: str) -> None:
    transcript = read(name)
    assert {turn.side for turn in transcript.turns} == {"unknown"}
    assert " ".join(turn.text for turn in transcript.turns) == " ".join(TEXTS)
    timed = transcript.facts.timing_confidence
    assert timed == (None if name == "whisper_timestamped" else 0.0)


@pytest.mark.parametrize(
    "name", [name for name, (*_, timed, _) in EXPECTED.items() if timed is None]
)
def test_words_have_the_vendors_own_times(name: str) -> None:
    (_, start, end, text), *_ = LINES
    texts, starts, ends = zip(*documents.words(start, end, text), strict=True)
    found = read(name).turns[0].words
    assert [word.text for word in found] == list(texts)
    assert [word.start_s for word in found] == pytest.approx(starts)
    if name != "post_call_analytics":  # whose words have no ends
        assert [word.end_s for word in found] == pytest.approx(ends, abs=1e-3)


@pytest.mark.parametrize(
    "name", ["call_analytics", "genesys", "ccai_insights", "webvtt", "whisper"]
)
def test_the_language_is_the_vendors(name: str) -> None:
    assert read_document(raw(name)).language == "en"


@pytest.mark.parametrize(
    ("name", "call_id"),
    [("contact_lens", "C1"), ("genesys", "C1"), ("ccai_insights", "C1"), ("deepgram", "r-1"),
     ("call_analytics", "C1.wav"), ("post_call_analytics", "C1.wav"), ("assemblyai", "a-1")],
)  # fmt: skip
def test_the_vendors_own_id_is_known(name: str, call_id: str) -> None:
    assert call_id in read_document(raw(name)).call_ids


def test_a_list_of_one_document_is_that_document() -> None:
    wrapped = json.dumps([documents.deepgram()]).encode()
    assert read_document(wrapped) == read_document(raw("deepgram"))


def test_googles_names_in_pythons_spelling_are_the_same() -> None:
    written = raw("ccai_insights").decode()
    for name in ("transcriptSegments", "segmentParticipant", "startOffset", "endOffset",
                 "channelTag", "languageCode"):  # fmt: skip
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
        written = written.replace(f'"{name}"', f'"{snake}"')
    assert read_document(written.encode()) == read_document(raw("ccai_insights"))


def test_a_bot_is_neither_agent_nor_customer_and_is_left_out() -> None:
    document = documents.ccai_insights()
    bot = {"text": "Press one for cards.", "segmentParticipant": {"role": "AUTOMATED_AGENT"},
           "words": [{"word": "Press", "startOffset": "0.1s", "endOffset": "0.3s"}]}  # fmt: skip
    document["transcript"]["transcriptSegments"].insert(0, bot)
    transcript = read_transcript(json.dumps(document).encode(), "C1", "en")
    assert [turn.side for turn in transcript.turns] == SIDES
    assert transcript.dropped == ("1 turns of a machine",)


def test_genesys_times_from_the_start_are_as_good_as_those_of_a_calendar() -> None:
    document = documents.genesys()
    for phrase in document["transcripts"][0]["phrases"]:
        for one in (phrase, *phrase["words"]):
            one["startTimeMs"] -= documents.GENESYS_START_MS
    assert read_document(json.dumps(document).encode()) == read_document(raw("genesys"))


def test_whispers_silence_is_left_out_and_counted() -> None:
    document = documents.whisper()
    document["segments"][3] |= {"no_speech_prob": 0.9, "avg_logprob": -1.4}
    read_back = read_document(json.dumps(document).encode())
    assert len(read_back.turns) == 3
    assert read_back.notes == ("1 segments without speech, by the recogniser",)


def test_whispers_mean_log_probability_is_the_words_confidence() -> None:
    assert read("whisper").turns[0].words[0].probability == pytest.approx(0.9, abs=1e-4)


def test_whisper_cpp_and_bare_segments_are_whispers() -> None:
    cpp = {"result": {"language": "en"}, "transcription": [
        {"offsets": {"from": 500, "to": 3500}, "text": " Good morning."}]}  # fmt: skip
    bare = [{"start": 0.5, "end": 3.5, "text": "Good morning."}]
    for value in (cpp, [*bare, *bare]):
        turn = read_document(json.dumps(value).encode()).turns[0]
        assert (turn.start_s, turn.end_s, turn.text.strip()) == (0.5, 3.5, "Good morning.")


def test_subtitles_of_every_writing() -> None:
    written = (
        "\r\n1\r\n00:00:01,000 --> 00:00:02,500 X1:40\r\n<i>- Good &amp; well</i>\r\n\r\nstill\r\n"
        "\r\n2\r\n0:00:03.000 --> 0:00:04.000\r\n{\\an8}5\r\n"
        "\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n"
    )
    turns = read_document(written.encode()).turns
    assert [(t.start_s, t.text.split()) for t in turns] == [
        (1.0, ["-", "Good", "&", "well", "still"]),
        (3.0, ["5"]),
    ]


def test_two_voices_in_a_cue_share_its_time() -> None:
    written = "WEBVTT\n\nintro\n00:01.000 --> 00:03.000\n<v Agent>four</v>\n<v.loud Bob>four</v>\n"
    turns = read_document(written.encode()).turns
    assert [(t.side, t.speaker, t.start_s, t.end_s) for t in turns] == [
        ("agent", "Agent", 1.0, 2.0),
        (None, "Bob", 2.0, 3.0),
    ]


def test_a_colon_in_a_text_is_no_name() -> None:
    written = documents.srt().replace("Hello,", "Hello: hello,")
    assert {turn.speaker for turn in read_document(written.encode()).turns} == {None}


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [(1200, 1e-3, 1.2), ("1.200s", 1.0, 1.2), ("PT1.2S", 1.0, 1.2), ("PT1M2S", 1.0, 62.0),
     ("1.2", 1.0, 1.2), ("00:01:02.5", 1.0, 62.5), ("01:02,500", 1.0, 62.5), ("soon", 1.0, None),
     (float("nan"), 1.0, None), ("inf", 1.0, None), (True, 1.0, None), (None, 1.0, None),
     ([1], 1.0, None), ("PT", 1.0, None), (10**400, 1.0, None)],
)  # fmt: skip
def test_times_in_every_writing(cell: Any, unit: float, expected: float | None) -> None:  # noqa: ANN401
    assert seconds(cell, unit) == expected


def test_points_of_time() -> None:
    at = moment("2026-03-31T14:05:00.123456789Z")
    assert at is not None and at % 1 == pytest.approx(0.123456)
    assert moment("yesterday") is None


@pytest.mark.parametrize(
    ("role", "expected"),
    [("AGENT", "agent"), ("Agent 2", "agent"), ("Agent Anna", "agent"), ("END_USER", "customer"),
     ("Caller", "customer"), ("internal", "agent"), ("external", "customer"), ("IVR", "machine"),
     ("Customer Service", "agent"), ("Bob", None), ("spk_0", None), (3, None), ("", None)],
)  # fmt: skip
def test_roles(role: object, expected: str | None) -> None:
    assert side(role) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("I am [NAME].", ["I", "am", "[redacted]"]),
        ("[PII]", ["[redacted]"]),
        ("call {{PHONE_NUMBER}} now", ["call", "[number]", "now"]),
        ("mail [EMAIL_ADDRESS_1], please", ["mail", "[email]", "please"]),
        ("card ****, code XXXX or ####", ["card", "[redacted]", "code", "[redacted]", "or",
                                          "[redacted]"]),
        ("[noise] hello <unk> [BLANK_AUDIO] [Music]", ["hello"]),
        ("<PERSON_NAME> said", ["[redacted]", "said"]),
        ("it is 5 - 6 ...", ["it", "is", "5", "6"]),
        ("[number] stays", ["[number]", "stays"]),
    ],
)  # fmt: skip
def test_marks_of_what_was_taken_out_are_ours_and_sounds_are_no_words(
    written: str, expected: list[str]
) -> None:
    assert words(written) == expected


def test_every_format_is_tested() -> None:
    assert set(JSON_DOCUMENTS) <= {*EXPECTED, "whisper", "whisper_timestamped"}
