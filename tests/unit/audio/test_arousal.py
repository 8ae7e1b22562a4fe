"""Spread of pitch and loudness, and arousal: on made tracks, and on acted speech where at hand."""

import numpy as np
import pytest

from pipeline.audio.arousal import arousal, loudness_variation_db, pitch_variation_semitones
from pipeline.audio.spectrum import HOP_S
from pipeline.audio.tracks import SCALES, Tracks
from tests.bench.emotion import RAVDESS, Signal, acted, auc, clip_scores

TURN = 100  # frames
TURNS = [(i * TURN * HOP_S, (i + 1) * TURN * HOP_S) for i in range(12)]


def tracks(pitch: Signal, *, tilt: float | Signal = -8.0, level: float | Signal = -30.0) -> Tracks:
    """Tracks of a channel with this pitch; those for hold music are zero."""
    values = {"pitch_semitones": pitch, "tilt_db": tilt, "level_dbfs": level}
    return Tracks(
        {
            name: scale.codes(np.broadcast_to(values.get(name, 0.0), pitch.shape).astype("f4"))
            for name, scale in SCALES.items()
        }
    )


def turns_of(rng: np.random.Generator, excited: int) -> Tracks:
    """Twelve turns with pauses, of which one is higher, livelier and brighter."""
    pitch, tilt = np.zeros(12 * TURN), rng.normal(-8, 1, 12 * TURN)
    for turn in range(12):
        own = np.arange(20, 80) + turn * TURN
        lively = 3.0 if turn == excited else 1.0
        base = 15 + 6 * (turn == excited) + rng.normal(0, 0.5)
        pitch[own] = base + lively * np.sin(np.arange(60) / 4 + rng.random())
        tilt[own] += 5 * (turn == excited)
    return tracks(pitch, tilt=tilt)


@pytest.mark.parametrize("excited", [0, 5, 11])
def test_the_excited_turn_scores_highest(excited: int) -> None:
    found = arousal(turns_of(np.random.default_rng(1), excited), TURNS)
    scores = [score for score in found.scores if score is not None]
    assert found.why_unknown is None
    assert len(scores) == 12
    assert int(np.argmax(scores)) == excited
    assert np.mean(scores) == pytest.approx(0, abs=0.05)


def test_nine_turns_are_too_few_and_say_so() -> None:
    found = arousal(turns_of(np.random.default_rng(1), 3), TURNS[:9])
    assert found.scores == (None,) * 9
    assert found.why_unknown == "fewer than 10 turns with enough voice"


def test_a_turn_without_voice_has_no_score_and_does_not_count() -> None:
    made = turns_of(np.random.default_rng(1), 3)
    silent = (20 * HOP_S * 100, 20 * HOP_S * 100 + 1)  # beyond the end
    found = arousal(made, [*TURNS[:5], silent, *TURNS[5:]])
    assert found.scores[5] is None
    assert [s for s in found.scores if s is not None] == list(arousal(made, TURNS).scores)
    assert arousal(made, [*TURNS[:9], silent]).why_unknown is not None


def test_no_turns_are_unknown() -> None:
    found = arousal(turns_of(np.random.default_rng(1), 3), [])
    assert found.scores == ()
    assert found.why_unknown is not None


def test_the_speakers_own_height_and_brightness_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    pitch = np.repeat(rng.normal(15, 2, 12), TURN) + np.sin(np.arange(12 * TURN) / 5)
    tilt = np.repeat(rng.normal(-8, 2, 12), TURN)
    low, high = tracks(pitch, tilt=tilt), tracks(pitch + 10, tilt=tilt + 6)
    assert arousal(low, TURNS).scores == pytest.approx(arousal(high, TURNS).scores, abs=0.15)


def test_an_octave_error_in_a_turn_moves_its_score_little() -> None:
    made = turns_of(np.random.default_rng(3), 6)
    pitch = np.array(made["pitch_semitones"], np.float64)
    pitch[2 * TURN + 40 : 2 * TURN + 48] += 12
    wrong = arousal(tracks(pitch, tilt=made["tilt_db"].astype(np.float64)), TURNS).scores[2]
    right = arousal(made, TURNS).scores[2]
    assert wrong == pytest.approx(right, abs=0.35)


def test_equal_turns_score_zero() -> None:
    pitch = np.tile(15 + np.sin(np.arange(TURN) / 5), 12)
    assert arousal(tracks(pitch), TURNS).scores == pytest.approx([0.0] * 12)


def test_spreads_are_standard_deviations_of_the_voiced_frames() -> None:
    rng = np.random.default_rng(4)
    voiced = rng.random(6_000) < 0.5
    pitch = np.where(voiced, rng.normal(18, 2.5, 6_000), 0)
    level = np.where(voiced, rng.normal(-30, 6, 6_000), -90)
    made = tracks(pitch, level=level)
    assert pitch_variation_semitones(made, [(0, 120)]) == pytest.approx(2.5, rel=0.06)
    assert loudness_variation_db(made, [(0, 120)]) == pytest.approx(6, rel=0.06)


def test_only_the_spans_count() -> None:
    pitch = np.concatenate([np.linspace(10, 14, 1_000), np.linspace(10, 40, 1_000)])
    made = tracks(pitch, level=-30 - pitch)
    calm, both = [(0.0, 20.0)], [(0.0, 20.0), (20.0, 40.0)]
    assert pitch_variation_semitones(made, calm) == pytest.approx(4 * 0.34, rel=0.02)
    assert loudness_variation_db(made, calm) == pytest.approx(4 * 0.34, abs=0.3)
    assert pitch_variation_semitones(made, both[1:]) == pytest.approx(30 * 0.34, rel=0.02)
    whole = pitch_variation_semitones(made, both)
    assert whole is not None and 4 * 0.34 < whole < 30 * 0.34


def test_octave_errors_do_not_make_a_voice_lively() -> None:
    rng = np.random.default_rng(5)
    pitch = rng.normal(18, 1.5, 3_000)
    wrong = pitch + 12 * (rng.random(3_000) < 0.05)
    (clean, dirty) = (pitch_variation_semitones(tracks(p), [(0, 60)]) for p in (pitch, wrong))
    assert clean is not None
    assert dirty == pytest.approx(clean, rel=0.15)


@pytest.mark.parametrize("spans", [[], [(0.0, 4.0)], [(70.0, 90.0)]])
def test_too_little_voice_has_no_spread(spans: list[tuple[float, float]]) -> None:
    made = tracks(np.full(3_000, 20.0))
    assert pitch_variation_semitones(made, spans) is None
    assert loudness_variation_db(made, spans) is None


@pytest.mark.skipif(
    not RAVDESS.is_dir(), reason="needs ../shared/data/emotion_ravdess, no part of the project"
)
def test_arousal_tells_acted_excitement_through_a_telephone() -> None:
    scored = [clip_scores(speaker) for speaker in acted(RAVDESS)]
    everything = [pair for own in scored for pair in own]
    assert auc(everything) >= 0.92
    assert min(auc(own) for own in scored) > 0.75
    assert sum(score is None for _, score in everything) < 0.05 * len(everything)
