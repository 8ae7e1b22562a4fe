"""The voices of a call: on made tracks, whose every frame is known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pipeline.audio.listening import Heard, Trace
from pipeline.audio.quality import Quality
from pipeline.audio.spectrum import HOP_S
from pipeline.audio.tracks import SCALES, Tracks
from pipeline.behaviours.call import Word
from pipeline.spans import Span
from pipeline.speech.sides import heard_transcript
from pipeline.speech.transcript import Facts, Hold, Transcript, frames, make_transcript
from pipeline.speech.voices import VoiceEmotion, with_voices
from tests.bench.emotion import Signal

DAY = date(2026, 3, 2)
PERIOD_S = 4.0
PAIRS = 12
AGENT: tuple[Span, ...] = tuple((i * PERIOD_S, i * PERIOD_S + 1.8) for i in range(PAIRS))
CUSTOMER: tuple[Span, ...] = tuple((a + 2.0, b + 2.0) for a, b in AGENT)
TWO_CHANNELS = Facts(agent_channel=0)
SPEECH: dict[str, tuple[Span, ...]] = {"agent": AGENT, "customer": CUSTOMER}
DURATION_S = PAIRS * PERIOD_S
LOUD = 7
"""The customer's turn that is louder, higher and livelier than the others."""


def frame_of(at_s: float) -> int:
    return round(at_s / HOP_S)


def tracks(rng: np.random.Generator, spans: tuple[Span, ...], loud: int | None = None) -> Tracks:
    """A voice within the spans, its pitch and level drawn turn by turn; noise at −90 dBFS."""
    count = frame_of(DURATION_S)
    pitch, level, tilt = np.zeros(count), np.full(count, -90.0), np.full(count, -8.0)
    for number, span in enumerate(spans):
        own = np.arange(*map(frame_of, span))
        more = float(number == loud)
        wave = (1 + 2 * more) * np.sin(np.arange(own.size) / 4 + rng.random())
        pitch[own] = 15 + 6 * more + rng.normal(0, 0.5) + wave
        level[own] = -30 + 8 * more + rng.normal(0, 1)
        tilt[own] += 4 * more + rng.normal(0, 0.5)
    return made_tracks(pitch, level, tilt)


def made_tracks(pitch: Signal, level: Signal, tilt: Signal) -> Tracks:
    values = {"pitch_semitones": pitch, "level_dbfs": level, "tilt_db": tilt}
    return Tracks({name: scale.codes(values.get(name, np.zeros_like(pitch)).astype(np.float32))
                   for name, scale in SCALES.items()})  # fmt: skip


def trace(*channels: Tracks) -> Trace:
    return Trace(channels, tuple(range(len(channels))), DURATION_S)


@pytest.fixture(scope="module")
def both() -> Trace:
    """The agent on channel 0, as excited now and then as the customer."""
    rng = np.random.default_rng(8)
    return trace(tracks(rng, AGENT, 3), tracks(rng, CUSTOMER, LOUD))


def transcript(
    speech: Mapping[str, tuple[Span, ...]] = SPEECH, facts: Facts = TWO_CHANNELS
) -> Transcript:
    return make_transcript("C1", "recording", DURATION_S, words={side: [] for side in speech},
                           language="en", speech=speech, facts=facts)  # fmt: skip


def arousals(made: Transcript, side: str) -> list[float | None]:
    return [turn.arousal for turn in made.turns if turn.side == side]


def test_the_customers_strongest_turn_is_found_and_no_agents_turn_has_an_arousal(
    both: Trace,
) -> None:
    made = with_voices(transcript(), both, "customer")
    scores = [score for score in arousals(made, "customer") if score is not None]
    assert made.no_arousal is None
    assert len(scores) == PAIRS and int(np.argmax(scores)) == LOUD
    assert arousals(made, "agent") == [None] * PAIRS


def test_whoever_is_on_the_other_channel_is_the_customer(both: Trace) -> None:
    swapped = transcript({"agent": CUSTOMER, "customer": AGENT}, Facts(agent_channel=1))
    made = with_voices(swapped, both, "customer")
    scores = [score for score in arousals(made, "customer") if score is not None]
    assert int(np.argmax(scores)) == 3
    assert arousals(made, "agent") == [None] * PAIRS


def test_off_measures_plainly_and_no_arousal(both: Trace) -> None:
    made = with_voices(transcript(), both, "off")
    assert made.no_arousal == "voice_emotion is off"
    assert {turn.arousal for turn in made.turns} == {None}
    on = with_voices(transcript(), both, "customer")
    assert made.voices == on.voices and set(made.voices or ()) == {"agent", "customer"}


def test_a_turns_level_is_its_voices_and_not_the_pauses(both: Trace) -> None:
    levels = [t.level_dbfs for t in with_voices(transcript(), both, "off").turns
              if t.side == "customer"]  # fmt: skip
    loudest = max(range(PAIRS), key=lambda number: levels[number] or -99)
    assert loudest == LOUD
    assert levels[LOUD] == pytest.approx(-22, abs=3)
    assert all(level is not None and -35 < level < -15 for level in levels)


def test_spreads_are_of_ones_own_speech_outside_hold(both: Trace) -> None:
    """What a voice on hold says, or the other side, does not count."""
    rng = np.random.default_rng(8)
    shouted = tracks(rng, AGENT, 3)
    level = shouted["level_dbfs"].astype(np.float64)
    level[frame_of(AGENT[4][0]) : frame_of(AGENT[7][1])] += 40
    loud = Tracks({**shouted.codes, "level_dbfs": SCALES["level_dbfs"].codes(
        level.astype(np.float32))})  # fmt: skip
    held = replace(transcript(), hold=(Hold((AGENT[4][0], AGENT[7][1]), "music"),))
    calm = with_voices(held, both, "off")
    assert with_voices(held, trace(loud, both.channels[1]), "off").voices == calm.voices
    in_hold = [t for t in calm.turns if t.side == "agent" and 16 <= t.start_s < 30]
    assert [t.level_dbfs for t in in_hold] == [None] * 4
    assert with_voices(transcript(), trace(loud, both.channels[1]), "off").voices != calm.voices


MONO = Facts(channels=1, mono_because="one channel", sides="from words", sides_confidence=0.9)


@pytest.mark.parametrize(
    ("speech", "facts", "emotion", "why"),
    [
        (SPEECH, Facts(agent_channel=0, sides="doubtful"), "off", "voice_emotion is off"),
        (SPEECH, Facts(agent_channel=0, sides="doubtful"), "customer", "doubtful"),
        ({"unknown": AGENT}, Facts(channels=1), "customer", "who speaks is not known"),
        (SPEECH, MONO, "customer", "no channel of their own"),
        (SPEECH, Facts(agent_channel=0, timing_confidence=0.2), "customer", "line is too poor"),
        ({"agent": AGENT, "customer": CUSTOMER[:9]}, TWO_CHANNELS, "customer",
         "fewer than 10 turns"),
    ],
)  # fmt: skip
def test_no_arousal_says_why(
    both: Trace,
    speech: dict[str, tuple[Span, ...]],
    facts: Facts,
    emotion: VoiceEmotion,
    why: str,
) -> None:
    heard = trace(both.channels[0]) if facts.channels == 1 else both
    made = with_voices(transcript(speech, facts), heard, emotion)
    assert {turn.arousal for turn in made.turns} == {None}
    assert made.no_arousal is not None and why in made.no_arousal


def test_voices_told_apart_in_one_channel_are_measured_each_by_itself() -> None:
    rng = np.random.default_rng(8)
    low, high = tracks(rng, AGENT), tracks(rng, CUSTOMER)
    pitch = low["pitch_semitones"] + (high["pitch_semitones"] > 0) * (high["pitch_semitones"] + 12)
    level = np.maximum(low["level_dbfs"], high["level_dbfs"])
    one = trace(made_tracks(pitch.astype(np.float64), level.astype(np.float64), level * 0.0 - 8.0))
    apart = with_voices(transcript(facts=MONO), one, "off").voices
    alone = with_voices(transcript(), trace(low, high), "off").voices
    assert apart is not None and alone is not None
    for side in ("agent", "customer"):
        assert apart[side].pitch_variation_semitones == pytest.approx(
            alone[side].pitch_variation_semitones, abs=0.05
        )


def test_unknown_sides_have_no_voices_but_levels() -> None:
    one = tracks(np.random.default_rng(8), AGENT)
    made = with_voices(transcript({"unknown": AGENT}, Facts(channels=1)), trace(one), "customer")
    assert made.voices == {}
    assert all(turn.level_dbfs is not None for turn in made.turns)


def test_rows_of_a_recording_and_of_a_transcript(both: Trace) -> None:
    heard = with_voices(transcript(), both, "customer")
    read = make_transcript("C2", "transcript", 9.0, words={"agent": [Word("hi", 1, 2)]},
                           language="en")  # fmt: skip
    activity, turns = frames([heard, read], {"C1": DAY, "C2": DAY}, {"C1": "v", "C2": "v"})
    first, second = activity.to_dict("records")
    assert [voice["side"] for voice in first["voices"]] == ["agent", "customer"]
    assert (second["voices"], second["no_arousal"]) == (None, "the transcript has no sound")
    agents = turns[(turns["call_id"] == "C1") & (turns["side"] == "agent")]
    assert agents["arousal"].isna().all() and agents["level_dbfs"].notna().all()
    assert turns.loc[turns["call_id"] == "C2", ["level_dbfs", "arousal"]].isna().all(axis=None)


def test_a_heard_call_has_its_voices(both: Trace) -> None:
    quality = Quality((30.0, 30.0), room=False, poor=False, room_heard=(False, False))
    heard = Heard((AGENT, CUSTOMER), (), quality, 1.0)
    made = heard_transcript("C1", both, heard, {0: [], 1: []}, agent_channel=0, language="en",
                            logged_hold_s=None, dropped=(), voice_emotion="customer")  # fmt: skip
    assert made.voices and made.no_arousal is None
