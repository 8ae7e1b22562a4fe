"""Pitch: known voices are found through a telephone line, and what is no voice is not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from pipeline.audio.pitch import PitchOptions, pitch_semitones
from pipeline.audio.spectrum import HOP, PIECE_FRAMES, RATE, Samples, Track
from tests.bench.emotion import (
    MANNERS,
    SNRS_DB,
    PitchErrors,
    Signal,
    level_dbfs,
    pieces,
    pitch_errors,
    pitch_track,
    spoken,
    telephone,
)


def harmonics(
    hz: Signal | float, *, seconds: float = 2.0, first: int = 1, dbfs: float = -24.0
) -> Signal:
    """Harmonics from the `first` on, each half as strong as its number says, up to 3600 Hz."""
    pitch = np.broadcast_to(hz, round(seconds * RATE))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.zeros(phase.size)
    for number in range(first, int(3600 / pitch.max()) + 1):
        sound += np.cos(number * phase + number) / number
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 10 ** (dbfs / 20))


def in_hz(track: Track) -> Track:
    """Pitch of the voiced frames."""
    voiced: Track = track[track > 0]
    return np.asarray(50 * 2 ** (voiced / 12), np.float32)


def track_of(samples: Signal | Samples) -> Track:
    return pitch_track(pieces(np.asarray(samples, np.float32)))


@pytest.mark.parametrize("hz", [70, 85, 110, 150, 200, 260, 330, 420, 500, 580])
def test_a_known_voice_is_found_within_1_percent_on_a_telephone(hz: float) -> None:
    found = track_of(telephone(harmonics(hz)))[2:-2]
    assert np.all(found > 0)
    assert np.median(in_hz(found)) == pytest.approx(hz, rel=0.01)
    assert np.mean(np.abs(in_hz(found) / hz - 1) > 0.03) < 0.02


@pytest.mark.parametrize("hz", [80, 120, 160])
def test_a_missing_fundamental_is_heard(hz: float) -> None:
    found = track_of(telephone(harmonics(hz, first=int(300 / hz) + 1)))[2:-2]
    assert np.median(in_hz(found)) == pytest.approx(hz, rel=0.01)


@pytest.mark.parametrize("strong", [2, 3, 4])
def test_a_strong_harmonic_is_not_taken_for_the_voice(strong: int) -> None:
    t = np.arange(2 * RATE) / RATE
    formant = 0.2 * np.cos(2 * np.pi * 130 * strong * t)
    found = track_of(telephone(harmonics(130) + formant))[2:-2]
    assert np.mean(np.abs(in_hz(found) / 130 - 1) < 0.03) > 0.98


@pytest.mark.parametrize("direction", [-1, 1])
def test_a_glide_over_an_octave_is_followed(direction: int) -> None:
    pitch = 170 * 2 ** (direction * np.linspace(-0.5, 0.5, 2 * RATE))
    found = track_of(telephone(harmonics(pitch)))
    true = pitch[HOP // 2 :: HOP]
    voiced = found > 0
    assert voiced.mean() > 0.95
    off = np.abs(50 * 2 ** (found[voiced] / 12) / true[voiced] - 1)
    assert np.mean(off > 0.2) == 0
    assert np.median(off) < 0.01


def errors(seed: int, manner: int) -> PitchErrors:
    rng = np.random.default_rng(seed)
    calls = [
        spoken(rng, hz=hz, manner=MANNERS[manner], snr_db=snr_db)
        for hz, snr_db in zip((90, 150, 230, 310), SNRS_DB, strict=True)
    ]
    return pitch_errors(calls)


@pytest.mark.parametrize("manner", range(len(MANNERS)))
def test_gross_errors_on_a_noisy_line_are_rare(manner: int) -> None:
    found = errors(77, manner)
    assert found.gross < (0.06 if MANNERS[manner] == "creak" else 0.02)
    assert found.octave_up + found.octave_down <= found.gross
    assert found.found > 0.58


@pytest.mark.parametrize("colour", ["white", "telephone", "low"])
def test_noise_is_no_voice(colour: str) -> None:
    noise = 0.03 * np.random.default_rng(5).standard_normal(30 * RATE)
    if colour == "telephone":
        noise = np.asarray(telephone(noise), np.float64)
    if colour == "low":
        noise = 5 * sosfilt(butter(1, (100, 300), "bandpass", fs=RATE, output="sos"), noise)
    assert np.mean(track_of(noise) > 0) < 0.05


@pytest.mark.parametrize("formant_hz", [350, 450, 550, 620])
def test_a_click_that_rings_in_a_formant_is_no_voice(formant_hz: int) -> None:
    t = np.arange(25 * HOP) / RATE
    ring = 0.3 * np.exp(-np.pi * 120 * t) * np.sin(2 * np.pi * formant_hz * t)
    noise = 1e-3 * np.random.default_rng(6).standard_normal(40 * t.size)
    assert np.mean(track_of(telephone(np.tile(ring, 40) + noise)) > 0) < 0.01


@pytest.mark.parametrize("level", [0.0, 0.1, -0.5])
def test_digital_silence_and_a_constant_are_no_voice(level: float) -> None:
    assert not track_of(np.full(5 * RATE, level)).any()


def test_a_constant_offset_changes_no_pitch() -> None:
    voice = harmonics(140)
    assert np.allclose(track_of(voice)[2:-2], track_of(voice + 0.2)[2:-2], atol=0.1)


def test_pauses_in_speech_are_no_voice() -> None:
    rng = np.random.default_rng(9)
    silence = np.zeros(RATE)
    sound = np.concatenate([harmonics(120, seconds=1), silence] * 5)
    sound += 10 ** (-44 / 20) * rng.standard_normal(sound.size)
    voiced = track_of(telephone(sound)).reshape(10, 50)[:, 3:-3] > 0
    assert voiced[0::2].all()
    assert not voiced[1::2].any()


@pytest.mark.parametrize("dbfs", [-45.0, -12.0])
def test_the_level_changes_no_pitch(dbfs: float) -> None:
    voice = track_of(harmonics(180))[2:-2]
    assert np.allclose(track_of(harmonics(180, dbfs=dbfs))[2:-2], voice, atol=0.02)


def test_a_voice_at_a_pieces_edge_is_found() -> None:
    edge = PIECE_FRAMES
    sound = np.zeros(2 * edge * HOP)
    voice = harmonics(125, seconds=0.4)
    start = edge * HOP - voice.size // 2
    sound[start : start + voice.size] = voice
    around = track_of(sound)[edge - 8 : edge + 8]
    assert np.median(in_hz(around)) == pytest.approx(125, rel=0.01)
    assert np.all(np.abs(in_hz(around) / 125 - 1) < 0.03)


def test_a_piece_depends_on_no_other() -> None:
    rng = np.random.default_rng(3)
    cut = spoken(rng, hz=110, manner="glide", snr_db=15).pieces
    once = [pitch_semitones(piece, level_dbfs(piece)) for piece in cut]
    again = [pitch_semitones(piece, level_dbfs(piece)) for piece in reversed(cut)]
    assert all(np.array_equal(a, b) for a, b in zip(once, reversed(again), strict=True))


@pytest.mark.parametrize("count", [1, 159, 161, 400])
def test_a_recording_shorter_than_a_frame_has_a_track(count: int) -> None:
    samples: Samples = np.full(count, 0.1, np.float32)
    assert pitch_track(pieces(samples)).size == -(-count // HOP)


def test_two_voices_an_octave_apart_on_one_channel_keep_their_pitches() -> None:
    turns = [harmonics(hz, seconds=2) for hz in (100, 200) * 5]
    found = track_of(telephone(np.concatenate(turns))).reshape(10, 100)[:, 8:-8]
    for turn, hz in zip(found, (100, 200) * 5, strict=True):
        assert np.median(in_hz(turn)) == pytest.approx(hz, rel=0.01)


def test_limits_are_kept() -> None:
    options = replace(PitchOptions(), lowest_hz=100.0, highest_hz=300.0)
    rng = np.random.default_rng(4)
    (piece,) = pieces(np.asarray(0.1 * rng.standard_normal(10 * RATE), np.float32))
    options = replace(options, voicing=0.0)
    found = in_hz(pitch_semitones(piece, level_dbfs(piece), options=options))
    assert found.size > 400
    assert found.min() > 95 and found.max() < 320
