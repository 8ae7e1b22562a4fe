"""Who speaks when, against made-up calls whose truth is known."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import resample_poly

from pipeline.audio.activity import Activity, ActivityOptions, voice_activity
from pipeline.audio.band import band_power_dbfs
from pipeline.audio.decode import RATE, Sound
from tests.unit.audio.synthetic import Line, Spans, Truth, call, speech_like

Samples = npt.NDArray[np.float32]

STEPS = 100  # per second, at which truth and finding are compared


def sound_of(truth: Truth) -> Sound:
    return Sound(resample_poly(truth.samples, 2, 1, axis=1).astype(np.float32))


def made(seed: int, *lines: Line, seconds: float = 90.0) -> tuple[Truth, Activity]:
    truth = call(np.random.default_rng(seed), seconds=seconds, lines=(lines[0], lines[-1]))
    return truth, voice_activity(sound_of(truth))


def grid(spans: Spans | tuple[tuple[float, float], ...], duration_s: float) -> Samples:
    steps = np.zeros(round(duration_s * STEPS), np.float32)
    for start, end in spans:
        steps[round(start * STEPS) : round(end * STEPS)] = 1
    return steps


def accuracy(truth: Truth, found: Activity, side: int) -> float:
    true, got = (grid(a.speech[side], found.duration_s) for a in (truth, found))
    return float(np.mean(true == got))


def dead_air_s(activity: Truth | Activity) -> float:
    spans = sorted(span for side in activity.speech for span in side)
    total, until = 0.0, spans[0][1]
    for start, end in spans:
        total += start - until if start - until >= 5 else 0
        until = max(until, end)
    return total


@cache
def varied() -> tuple[tuple[Truth, Activity], ...]:
    """Ten calls over the lines that a contact centre has."""
    rng = np.random.default_rng(3)
    lines = [
        Line(
            snr_db=rng.uniform(10, 40),
            leak_db=rng.uniform(-35, -25) if number % 2 else None,
            leak_delay_s=rng.uniform(0.002, 0.03),
            level_dbfs=rng.uniform(-32, -18),
            offset=(0.0, 0.03)[number % 3 == 0],
            silence_suppressed=number % 5 == 0,
            mu_law=number % 4 != 0,
        )
        for number in range(20)
    ]
    return tuple(made(seed, *lines[2 * seed : 2 * seed + 2]) for seed in range(10))


def test_frames_are_right_on_varied_lines() -> None:
    each = [accuracy(*pair, side) for pair in varied() for side in (0, 1)]
    assert np.mean(each) > 0.98
    assert min(each) > 0.93


def test_dead_air_is_within_two_and_a_half_percent() -> None:
    errors = [
        abs(dead_air_s(found) / dead_air_s(truth) - 1)
        for truth, found in varied()
        if dead_air_s(truth) > 0
    ]
    assert len(errors) >= 5
    assert np.mean(errors) < 0.025
    assert np.percentile(errors, 90) < 0.07


@pytest.mark.parametrize("edge", [0, 1])
def test_starts_and_ends_have_no_bias(edge: int) -> None:
    late = [
        min((span[edge] - true[edge] for span in found.speech[side]), key=abs)
        for truth, found in varied()
        for side in (0, 1)
        for true in truth.speech[side]
    ]
    assert abs(np.median([d for d in late if abs(d) < 0.15])) <= 0.030
    assert np.mean(np.abs(late) < 0.15) > 0.9


def test_leaking_speech_is_not_the_other_sides() -> None:
    alarms = seconds = 0.0
    for seed, leak_db in enumerate((-25.0, -30.0, -35.0)):
        truth, found = made(seed, Line(snr_db=40, leak_db=leak_db, leak_delay_s=0.02))
        for side in (0, 1):
            own, other = (grid(truth.speech[s], found.duration_s) for s in (side, 1 - side))
            only_other = (other == 1) & (own == 0)
            alarms += float(grid(found.speech[side], found.duration_s)[only_other].sum())
            seconds += float(only_other.sum())
    assert alarms / seconds < 0.024


def test_snr_is_estimated_within_4_db() -> None:
    for snr_db in (10.0, 20.0, 30.0):
        _, found = made(1, Line(snr_db=snr_db, mu_law=False))
        for estimate in found.snr_db:
            assert estimate == pytest.approx(snr_db, abs=4)


@pytest.mark.parametrize("suppressed", [False, True])
def test_speech_at_10_db_over_the_noise_is_still_found(suppressed: bool) -> None:
    truth, found = made(4, Line(snr_db=10, silence_suppressed=suppressed))
    assert min(accuracy(truth, found, side) for side in (0, 1)) > 0.93


def test_very_quiet_calls_are_heard_like_others() -> None:
    truth, found = made(5, Line(snr_db=30, level_dbfs=-65, mu_law=False))
    assert min(accuracy(truth, found, side) for side in (0, 1)) > 0.96


def test_digital_silence_between_words_is_silence() -> None:
    truth, found = made(6, Line(snr_db=30, silence_suppressed=True))
    assert min(accuracy(truth, found, side) for side in (0, 1)) > 0.97


def test_an_offset_changes_nothing() -> None:
    truth, found = made(7, Line(mu_law=False))
    with_offset = Sound(sound_of(truth).samples + np.float32(0.1))
    inside = voice_activity(with_offset).speech[0]
    np.testing.assert_allclose(np.array(inside), np.array(found.speech[0]), atol=0.021)


def test_a_dead_channel_has_no_speech_and_no_snr() -> None:
    truth, both = made(8, Line())
    samples = sound_of(truth).samples.copy()
    samples[1] = 0
    found = voice_activity(Sound(samples))
    assert found.speech[1] == () and found.snr_db[1] is None
    assert len(found.speech[0]) >= len(both.speech[0])


@pytest.mark.parametrize("level", [1e-5, 1e-3, 0.1])
def test_steady_noise_is_no_speech(level: float) -> None:
    noise = level * np.random.default_rng(9).standard_normal((1, 60 * RATE))
    found = voice_activity(Sound(noise.astype(np.float32)))
    assert found.speech == ((),) and found.snr_db == (None,)


def test_clicks_are_no_speech() -> None:
    rng = np.random.default_rng(10)
    truth, _ = made(10, Line(snr_db=35))
    samples = sound_of(truth).samples[:1].copy()
    quiet = voice_activity(Sound(samples)).speech[0]
    typing = np.arange(int(0.5 * RATE), samples.shape[1] - RATE, int(0.2 * RATE))
    for place in typing:
        if not any(a - 0.3 < place / RATE < b + 0.3 for a, b in quiet):
            samples[0, place : place + 80] += 0.1 * rng.standard_normal(80).astype(np.float32)
    clicked = voice_activity(Sound(samples)).speech[0]
    np.testing.assert_allclose(np.array(clicked), np.array(quiet), atol=0.05)


def test_pauses_within_words_are_filled_and_longer_ones_kept() -> None:
    rng = np.random.default_rng(11)
    samples = 1e-3 * rng.standard_normal(20 * 8_000)
    phrase = 0.1 * speech_like(rng, 0, 1.0)
    for start_s in (2.0, 3.2, 6.0, 7.4):  # pauses of 0.2 and 0.4 s
        samples[int(start_s * 8_000) :][: phrase.size] += phrase
    found = voice_activity(Sound(resample_poly(samples, 2, 1).astype(np.float32)[None]))
    spans = found.speech[0]
    expected = [(2.0, 4.2), (6.0, 7.0), (7.4, 8.4)]
    np.testing.assert_allclose(np.array(spans), np.array(expected), atol=0.06)


def test_spans_are_sorted_disjoint_and_inside_the_recording() -> None:
    for _, found in varied():
        for side in found.speech:
            flat = [time for span in side for time in span]
            assert flat == sorted(flat) and len(set(flat)) == len(flat)
            assert flat[0] >= 0 and flat[-1] <= found.duration_s


@pytest.mark.parametrize("n", [1, 100, 319, 320, 321, 5_000])
def test_the_shortest_sounds_have_an_answer(n: int) -> None:
    found = voice_activity(Sound(np.full((2, n), 0.1, np.float32)))
    assert found.duration_s == n / RATE
    assert len(found.speech) == 2


def test_speech_at_the_very_edges_of_a_recording_is_kept() -> None:
    phrase = 0.1 * speech_like(np.random.default_rng(12), 0, 2.0)
    samples = np.concatenate([phrase, np.zeros(40_000, np.float32), phrase])
    found = voice_activity(Sound(resample_poly(samples, 2, 1).astype(np.float32)[None]))
    assert found.speech[0][0][0] <= 0.04 and found.speech[0][-1][1] >= found.duration_s - 0.04


def power(samples: Samples) -> Samples:
    return band_power_dbfs(samples, rate=RATE, frame_s=0.032, hop_s=0.02, low_hz=250, high_hz=3_400)


def test_band_power_is_the_mean_square_within_the_band() -> None:
    t = np.arange(RATE * 30) / RATE
    inside = np.sin(2 * np.pi * 1_000 * t).astype(np.float32)
    outside = np.sin(2 * np.pi * 60 * t).astype(np.float32)
    level = power(inside + outside)
    assert level.size == 30 * 50
    np.testing.assert_allclose(level[2:-2], -3.01, atol=0.05)
    assert power(np.zeros(RATE, np.float32)) == pytest.approx(-120)


def test_blocks_leave_no_seam() -> None:
    """The 20-second blocks of the spectra give what one frame at a time gives."""
    samples = np.random.default_rng(13).standard_normal(RATE * 45).astype(np.float32)
    whole = power(samples)
    begin = 1_000 * 320  # frame 1000 onwards, across the seam at 1024
    part = power(samples[begin : begin + 100 * 320])
    np.testing.assert_allclose(whole[1_001:1_099], part[1:-1], atol=1e-3)


def test_same_sound_same_answer() -> None:
    truth, found = made(14, Line(snr_db=15, leak_db=-28))
    assert voice_activity(sound_of(truth)) == found


def test_options_are_heeded() -> None:
    truth, found = made(15, Line())
    bridged = voice_activity(sound_of(truth), ActivityOptions(longest_gap_s=2.0))
    assert len(bridged.speech[0]) < len(found.speech[0])
