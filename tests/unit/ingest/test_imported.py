"""A vendor's transcript beside its recording: sides and times come from the sound."""

import json
from typing import Any

import pytest

from pipeline.audio.listening import Heard, Trace
from pipeline.audio.quality import Quality
from pipeline.ingest.imported import Placed, placed
from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcripts import read_transcript
from pipeline.spans import Span, inside
from pipeline.speech.sides import heard_transcript
from pipeline.speech.transcript import Transcript
from tests.unit.ingest import documents
from tests.unit.ingest.documents import LINES, raw

QUALITY = Quality(snr_db=(30.0, 30.0), room=False, poor=False, room_heard=(False, False))
AGENT: tuple[Span, ...] = ((0.6, 3.4), (7.1, 8.9))
CUSTOMER: tuple[Span, ...] = ((4.1, 6.3), (9.6, 10.4))
TELLING = " ".join(text.replace("[NAME].", "[redacted]") for *_, text in LINES)


def heard(*speech: tuple[Span, ...]) -> tuple[Trace, Heard]:
    mono = "one channel" if len(speech) == 1 else None
    trace = Trace((), tuple(range(len(speech))), 11.0, mono_because=mono)
    return trace, Heard(speech, (), QUALITY, 1.0)


def place(name: str, *speech: tuple[Span, ...]) -> Placed:
    return placed(read_document(raw(name)), *heard(*speech), language="en")


def transcribed(found: Placed, *speech: tuple[Span, ...]) -> Transcript:
    _, told = heard(*speech)
    return heard_transcript(
        "C1", found.trace, told, found.words, agent_channel=0, language="en",
        logged_hold_s=None, dropped=found.dropped, told_agent=found.agent,
    )  # fmt: skip


def sides(transcript: Transcript) -> list[str]:
    return [turn.side for turn in transcript.turns]


EVERY = ["call_analytics", "contact_lens", "post_call_analytics", "deepgram", "deepgram_channels",
         "assemblyai", "whisper", "whisper_timestamped", "genesys", "ccai_insights",
         "harper_valley", "srt", "webvtt"]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("speech", [(AGENT, CUSTOMER), (CUSTOMER, AGENT)], ids=["0", "1"])
def test_two_channels_give_every_format_sides_and_times(
    name: str, speech: tuple[tuple[Span, ...], ...]
) -> None:
    found = place(name, *speech)
    transcript = transcribed(found, *speech)
    assert sides(transcript) == ["agent", "customer"] * 2
    assert " ".join(turn.text for turn in transcript.turns) == TELLING
    assert [(t.start_s, t.end_s) for t in transcript.turns] == sorted((*AGENT, *CUSTOMER))
    for number, spans in enumerate(speech):
        assert all(inside(spans, (word.start_s, word.end_s)) for word in found.words[number])
    assert found.dropped == ()


@pytest.mark.parametrize("name", ["call_analytics", "genesys", "webvtt"])
def test_the_vendors_roles_say_which_channel_is_the_agents(name: str) -> None:
    assert place(name, AGENT, CUSTOMER).agent == 0
    found = place(name, CUSTOMER, AGENT)
    assert found.agent == 1
    assert transcribed(found, CUSTOMER, AGENT).facts.sides == "as imported"


BOTH = tuple(sorted((*AGENT, *CUSTOMER)))


@pytest.mark.parametrize("name", ["call_analytics", "deepgram", "assemblyai", "webvtt"])
def test_a_mono_recording_gets_its_voices_from_the_vendor(name: str) -> None:
    found = place(name, BOTH)
    transcript = transcribed(found, BOTH)
    assert sides(transcript) == ["agent", "customer"] * 2
    assert [(t.start_s, t.end_s) for t in transcript.turns] == list(BOTH)
    told = name in ("call_analytics", "webvtt")
    assert transcript.facts.sides == ("as imported" if told else "from words")
    assert transcript.facts.channels == 1


def test_a_mono_recording_without_any_voices_has_no_sides() -> None:
    transcript = transcribed(place("srt", BOTH), BOTH)
    assert set(sides(transcript)) == {"unknown"}
    assert " ".join(turn.text for turn in transcript.turns) == TELLING


def shifted(name: str, seconds: float) -> bytes:
    document: Any = json.loads(raw(name))
    for segment in document["segments"]:
        for one in (segment, *segment.get("words", ())):
            one["start"], one["end"] = one["start"] + seconds, one["end"] + seconds
    return json.dumps(document).encode()


def test_a_transcript_on_another_clock_is_moved_as_a_whole_and_that_is_noted() -> None:
    document = read_document(shifted("whisper_timestamped", 20.0))
    found = placed(document, *heard(AGENT, CUSTOMER), language="en")
    assert sides(transcribed(found, AGENT, CUSTOMER)) == ["agent", "customer"] * 2
    assert found.dropped == ("moved as a whole by -20.0 s, to fit the recording",)


def test_words_where_nobody_speaks_are_left_out_and_counted() -> None:
    found = place("call_analytics", AGENT, CUSTOMER[:1])
    assert found.dropped == ("3 words where the recording has no speech",)


def test_the_transcript_of_another_call_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\d+ of 30 words lie where the recording has no speech"):
        place("call_analytics", ((0.6, 1.0),), ())


def test_words_of_both_sides_in_one_cue_are_shared_by_who_speaks() -> None:
    written = "1\n00:00:00,500 --> 00:00:06,400\nHow can I help? I lost my card.\n"
    found = placed(
        read_document(written.encode()), *heard(((0.6, 3.4),), ((4.0, 6.3),)), language="en"
    )
    assert [w.text for w in found.words[0]] + [w.text for w in found.words[1]] == (
        ["How", "can", "I", "help?", "I", "lost", "my", "card."]
    )
    assert len(found.words[0]) in (4, 5)


def test_what_two_say_at_once_stays_with_who_said_it() -> None:
    document = documents.call_analytics()
    late = document["Transcript"][1]
    for one in (late, *late["Items"]):
        if "BeginOffsetMillis" in one:
            one["BeginOffsetMillis"] -= 1500
            one["EndOffsetMillis"] -= 1500
    speech = (AGENT, ((2.6, 4.8), (9.6, 10.4)))
    found = placed(read_document(json.dumps(document).encode()), *heard(*speech), language="en")
    assert " ".join(w.text for w in found.words[1]).startswith("Hello, I lost my card near")


def test_a_yes_inside_a_long_turn_of_a_mono_recording_takes_its_own_time_only() -> None:
    document = documents.call_analytics()
    spoken = [one for one in document["Transcript"][0]["Items"] if "BeginOffsetMillis" in one]
    for one in spoken[5:]:
        one["BeginOffsetMillis"] += 400
        one["EndOffsetMillis"] += 400
    yes = {"Content": "Yes.", "Type": "pronunciation", "Confidence": 1.0,
           "BeginOffsetMillis": 1900, "EndOffsetMillis": 2150}  # fmt: skip
    document["Transcript"].insert(
        1, {**yes, "ParticipantRole": "CUSTOMER", "Items": [yes]},
    )  # fmt: skip
    found = placed(read_document(json.dumps(document).encode()), *heard(BOTH), language="en")
    transcript = transcribed(found, BOTH)
    agent = " ".join(turn.text for turn in transcript.turns if turn.side == "agent")
    assert "how can I help" in agent and "Yes." not in agent


@pytest.mark.parametrize("alone", [True, False])
def test_a_number_is_seen_where_turns_of_one_side_overlap(alone: bool) -> None:
    digits = ["it", "is", "four", "one", "one", "one", "four", "one", "one", "one"]
    other = ["let", "me", "see", "now", "where", "is", "that", "card", "again"]
    turns = [
        {"ParticipantRole": "CUSTOMER", "Content": "", "BeginOffsetMillis": 4000,
         "EndOffsetMillis": 6300, "Items": [
             {"Type": "pronunciation", "Content": word, "Confidence": 1.0,
              "BeginOffsetMillis": 4100 + late + 200 * i, "EndOffsetMillis": 4280 + late + 200 * i}
             for i, word in enumerate(said)]}
        for late, said in ((0, digits), (100, other))
    ]  # fmt: skip
    written = json.dumps({"JobName": "C1", "Transcript": turns}).encode()
    if alone:
        transcript = read_transcript(written, "C1", "en")
    else:
        there = placed(read_document(written), *heard(AGENT, CUSTOMER), language="en")
        transcript = transcribed(there, AGENT, CUSTOMER)
    said = " ".join(turn.text for turn in transcript.turns)
    assert "[number]" in said and "four" not in said
