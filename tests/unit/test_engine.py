"""The engine with a recogniser that says what it is told: where words land, what is dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from pipeline.speech.engine import RATE, Recognised, recognise
from pipeline.speech.model import SpeechModel, SpeechOptions
from pipeline.speech.windows import Samples, Window, pack


@dataclass
class SaidWord:
    word: str
    start: float
    end: float
    probability: float = 0.9


@dataclass
class Segment:
    """What a recogniser says of the clip with number `clip`; times from the clip's start."""

    clip: int
    words: Sequence[SaidWord] | None
    compression_ratio: float = 1.0
    no_speech_prob: float = 0.0
    avg_logprob: float = -0.2
    seek: int = 0


DEFAULTS = SpeechOptions()
SAID = (SaidWord("thanks", 0.3, 0.4),)


@dataclass
class Recogniser:
    """Stands in for faster-whisper's batched pipeline."""

    segments: Sequence[Segment]
    asked: dict[str, Any] = field(default_factory=dict)

    def transcribe(self, strip: Samples, **asked: object) -> tuple[Iterator[Segment], None]:
        self.asked = {"strip": strip, **asked}
        return iter([self._placed(segment) for segment in self.segments]), None

    def _placed(self, segment: Segment) -> Segment:
        start = self.asked["clip_timestamps"][segment.clip]["start"]
        segment.seek = int(start * 100)  # rounded down, as faster-whisper does
        segment.words = segment.words and [
            SaidWord(w.word, start + w.start, start + w.end, w.probability) for w in segment.words
        ]
        return segment


def two_calls() -> tuple[list[Window], list[Samples]]:
    """A window of call 0 with speech at 10–12 s and 20–21 s, and one of call 1 at 3–4.005 s."""
    windows = [
        *pack([(10.0, 12.0), (20.0, 21.0)], channel=0, duration_s=30.0),
        *pack([(3.0, 4.005)], channel=0, duration_s=30.0),
    ]
    return windows, [np.zeros(round(w.seconds * RATE), np.float32) for w in windows]


def heard(
    *segments: Segment, options: SpeechOptions = DEFAULTS
) -> tuple[list[Recognised], Recogniser]:
    recogniser = Recogniser(segments)
    windows, sounds = two_calls()
    model = SpeechModel(recogniser, "revision")
    return recognise(windows, sounds, model, options, language="en"), recogniser


def test_words_come_back_in_the_time_of_their_recording() -> None:
    words = [SaidWord(" good", 0.2, 0.7), SaidWord(" bye", 2.7, 3.2)]
    (first, second), _ = heard(Segment(0, words), Segment(1, [SaidWord("hi", 0.3, 0.6)]))
    assert [(w.text, w.start_s, w.end_s) for w in first.words] == [
        ("good", 10.0, 10.5), ("bye", 20.1, 20.6),
    ]  # fmt: skip
    assert [(w.text, w.start_s, w.end_s) for w in second.words] == [("hi", 3.1, 3.4)]


def test_a_word_that_bridges_a_pause_stays_in_the_stretch_of_its_middle() -> None:
    (first, _), _ = heard(Segment(0, [SaidWord("well", 0.0, 3.0), SaidWord("so", 1.0, 3.2)]))
    assert [(w.start_s, w.end_s) for w in first.words] == [(10.0, 12.0), (10.8, 12.0)]


def test_words_beyond_the_window_end_with_its_speech() -> None:
    (first, _), _ = heard(Segment(0, [SaidWord("late", 25.0, 29.0)]))
    assert [(w.start_s, w.end_s) for w in first.words] == [(21.0, 21.0)]


def test_blank_words_and_segments_without_words_are_nothing() -> None:
    got, _ = heard(Segment(0, [SaidWord("  ", 0.3, 0.4)]), Segment(1, None))
    assert got == [Recognised((), ()), Recognised((), ())]


def test_words_are_sorted_over_segments() -> None:
    (first, _), _ = heard(
        Segment(0, [SaidWord("b", 1.0, 1.2)]), Segment(0, [SaidWord("a", 0.3, 0.5)])
    )
    assert [word.text for word in first.words] == ["a", "b"]


@pytest.mark.parametrize(
    ("doubtful", "reasons"),
    [
        (Segment(0, SAID, compression_ratio=3.0), ("repetition",)),
        (Segment(0, SAID, no_speech_prob=0.9, avg_logprob=-2.0), ("no speech, low confidence",)),
        (Segment(0, SAID, no_speech_prob=0.9), ()),
        (Segment(0, SAID, avg_logprob=-2.0), ()),
    ],
)
def test_a_segment_is_dropped_only_when_both_doubts_agree(
    doubtful: Segment, reasons: tuple[str, ...]
) -> None:
    (first, second), _ = heard(doubtful, Segment(1, SAID))
    assert first.dropped == reasons
    assert bool(first.words) == (not reasons)
    assert second.dropped == ()


def test_clips_start_on_eighths_of_a_second_and_hold_their_sound() -> None:
    windows, sounds = two_calls()
    _, recogniser = heard(options=SpeechOptions(batch_windows=3, beam_size=2, hotwords="Attune"))
    clips = recogniser.asked["clip_timestamps"]
    for clip, sound in zip(clips, sounds, strict=True):
        first, last = int(clip["start"] * RATE), int(clip["end"] * RATE)  # as it cuts them
        assert first % (RATE // 8) == 0
        assert last - first == len(sound)
    assert len(windows) == len(clips) == 2
    assert clips[1]["start"] >= clips[0]["end"]
    assert recogniser.asked["batch_size"] == 3
    assert recogniser.asked["beam_size"] == 2
    assert recogniser.asked["hotwords"] == "Attune"
    assert recogniser.asked["condition_on_previous_text"] is False


def test_nothing_to_hear_asks_nobody() -> None:
    recogniser = Recogniser([])
    model = SpeechModel(recogniser, "r")
    assert recognise([], [], model, SpeechOptions(), language="en") == []
    assert recogniser.asked == {}
