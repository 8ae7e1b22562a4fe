"""Who speaks when, against made-up calls whose truth is known."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio.activity import Activity, ActivityOptions, voice_activity
from pipeline.audio.spectrum import RATE
from pipeline.audio.tracks import tracked
from pipeline.spans import Span, overlap, seconds
from tests.truth.call import Made, made_call
from tests.truth.hold_traps import trap_sound
from tests.truth.noise import NoiseKind
from tests.truth.voices import studio
from tests.unit.audio.synthetic import Line, Spans, Truth, call, speech_like

Samples = npt.NDArray[np.float32]

STEPS = 100  # per second, at which truth and finding are compared


def heard(samples: Samples, options: ActivityOptions | None = None) -> Activity:
    """Voice activity of (channels, n) samples at 8 kHz."""
    found = tracked([samples])
    return voice_activity(found.channels, found.duration_s, options=options or ActivityOptions())


def made(seed: int, *lines: Line, seconds: float = 90.0) -> tuple[Truth, Activity]:
    truth = call(np.random.default_rng(seed), seconds=seconds, lines=(lines[0], lines[-1]))
    return truth, heard(truth.samples)


def grid(spans: Spans | tuple[Span, ...], duration_s: float) -> Samples:
    steps = np.zeros(round(duration_s * STEPS), np.float32)
    for start, end in spans:
        steps[round(start * STEPS) : round(end * STEPS)] = 1
    return steps


def accuracy(truth: Truth, found: Activity, side: int) -> float:
    true, got = (grid(a.speech[side], found.duration_s) for a in (truth, found))
    return float(np.mean(true == got))


def dead_air_s(activity: Truth | Made | Activity) -> float:
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
    with_offset = truth.samples + np.float32(0.1)
    inside = heard(with_offset).speech[0]
    np.testing.assert_allclose(np.array(inside), np.array(found.speech[0]), atol=0.021)


def test_a_dead_channel_has_no_speech() -> None:
    truth, both = made(8, Line())
    samples = truth.samples.copy()
    samples[1] = 0
    found = heard(samples)
    assert found.speech[1] == ()
    assert len(found.speech[0]) >= len(both.speech[0])


@pytest.mark.parametrize("level", [1e-5, 1e-3, 0.1])
def test_steady_noise_is_no_speech(level: float) -> None:
    noise = level * np.random.default_rng(9).standard_normal((1, 60 * RATE))
    found = heard(noise.astype(np.float32))
    assert found.speech == ((),)


def test_clicks_are_no_speech() -> None:
    rng = np.random.default_rng(10)
    truth, _ = made(10, Line(snr_db=35))
    samples = truth.samples[:1].copy()
    quiet = heard(samples).speech[0]
    typing = np.arange(int(0.5 * RATE), samples.shape[1] - RATE, int(0.2 * RATE))
    for place in typing:
        if not any(a - 0.3 < place / RATE < b + 0.3 for a, b in quiet):
            samples[0, place : place + 80] += 0.1 * rng.standard_normal(80).astype(np.float32)
    clicked = heard(samples).speech[0]
    np.testing.assert_allclose(np.array(clicked), np.array(quiet), atol=0.05)


def test_pauses_within_words_are_filled_and_longer_ones_kept() -> None:
    rng = np.random.default_rng(11)
    samples = 1e-3 * rng.standard_normal(20 * RATE)
    phrase = 0.1 * speech_like(rng, 0, 1.0)
    for start_s in (2.0, 3.2, 6.0, 7.4):  # pauses of 0.2 and 0.4 s
        samples[int(start_s * RATE) :][: phrase.size] += phrase
    found = heard(samples.astype(np.float32)[None])
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
    found = heard(np.full((2, n), 0.1, np.float32))
    assert found.duration_s == n / RATE
    assert len(found.speech) == 2


def test_speech_at_the_very_edges_of_a_recording_is_kept() -> None:
    phrase = 0.1 * speech_like(np.random.default_rng(12), 0, 2.0)
    samples = np.concatenate([phrase, np.zeros(40_000, np.float32), phrase])
    found = heard(samples.astype(np.float32)[None])
    assert found.speech[0][0][0] <= 0.04 and found.speech[0][-1][1] >= found.duration_s - 0.04


def test_same_sound_same_answer() -> None:
    truth, found = made(14, Line(snr_db=15, leak_db=-28))
    assert heard(truth.samples) == found


def test_options_are_heeded() -> None:
    truth, found = made(15, Line())
    bridged = heard(truth.samples, ActivityOptions(longest_gap_s=2.0))
    assert len(bridged.speech[0]) < len(found.speech[0])


def test_nothing_is_speech_inside_hold_and_what_plays_there_moves_no_threshold() -> None:
    truth, found = made(16, Line(snr_db=25))
    hold = ((20.0, 45.0),)
    loud = truth.samples.copy()
    loud[0, 20 * RATE : 45 * RATE] += 0.3 * np.sin(np.arange(25 * RATE) * 0.5).astype(np.float32)
    made_loud = tracked([loud])
    inside = voice_activity(made_loud.channels, made_loud.duration_s, hold=[hold, ()])
    assert not overlap(inside.speech[0], hold)
    outside = [
        [span for span in activity.speech[0] if span[1] < 19.5 or span[0] > 45.5]
        for activity in (inside, found)
    ]
    assert seconds(outside[0]) == pytest.approx(seconds(outside[1]), rel=0.03)
    assert seconds(inside.speech[1]) == pytest.approx(seconds(found.speech[1]), rel=0.03)


@pytest.mark.parametrize("hz", [(425.0, 425.0), (350.0, 440.0), (770.0, 1336.0)])
def test_beeps_and_keys_are_no_speech(hz: tuple[float, float]) -> None:
    truth, found = made(17, Line(snr_db=30))
    t = np.arange(round(0.3 * RATE)) / RATE
    beep = (
        0.1
        * sum(np.sin(2 * np.pi * f * t) for f in hz)
        * np.minimum(1, np.minimum(t, 0.3 - t) / 0.01)
    )
    samples = truth.samples.copy()
    placed = []
    for start in np.arange(1.0, 88.0, 1.7):
        if not overlap(found.speech[0], [(start - 0.5, start + 0.8)]):
            samples[0, round(start * RATE) :][: beep.size] += beep.astype(np.float32)
            placed.append((start, start + 0.3))
    assert len(placed) >= 5
    assert seconds(overlap(heard(samples).speech[0], placed)) < 0.05 * seconds(placed)


@pytest.mark.parametrize("seed", range(3))
def test_a_number_that_is_dialled_is_no_speech(seed: int) -> None:
    rng = np.random.default_rng(seed)
    with studio(scoring=True) as opened:
        dialled = trap_sound("dialled keys", rng, 30.0, studio=opened, voices=())
    hiss = rng.standard_normal((2, dialled.size)).astype(np.float32) * np.float32(5e-4)
    assert heard(np.stack([dialled, np.zeros_like(dialled)]) + hiss).speech == ((), ())


def test_a_leak_that_comes_60_ms_late_is_not_the_other_sides() -> None:
    alarms = both = 0.0
    for seed in range(2):
        truth, found = made(20 + seed, Line(snr_db=35, leak_db=-22, leak_delay_s=0.06))
        for side in (0, 1):
            own, other, got = (
                grid(spans, found.duration_s)
                for spans in (truth.speech[side], truth.speech[1 - side], found.speech[side])
            )
            alarms += float(got[(other == 1) & (own == 0)].sum())
            both += float(((other == 1) & (own == 0)).sum())
    assert alarms / both < 0.03


def test_noise_that_swells_slowly_is_no_speech() -> None:
    rng = np.random.default_rng(22)
    truth, _ = made(22, Line(snr_db=35))
    t = np.arange(truth.samples.shape[1]) / RATE
    swell = 10 ** ((-50 + 12 * np.sin(2 * np.pi * t / 9)) / 20)
    samples = truth.samples + (swell * rng.standard_normal(t.size)).astype(np.float32)
    found = heard(samples)
    assert min(accuracy(truth, found, side) for side in (0, 1)) > 0.93


def test_one_short_word_in_a_call_is_found() -> None:
    rng = np.random.default_rng(23)
    samples = 1e-3 * rng.standard_normal((1, 60 * RATE)).astype(np.float32)
    samples[0, 30 * RATE :][: RATE // 2] += 0.05 * speech_like(rng, 0, 0.5)
    (spans,) = heard(samples).speech
    np.testing.assert_allclose(np.array(spans), [(30.0, 30.5)], atol=0.06)


def test_bursts_of_unsteady_noise_do_not_halve_a_silence() -> None:
    """A minute of silence, with three short bursts in a noise that comes and goes like babble."""
    rng = np.random.default_rng(25)
    truth, _ = made(25, Line(snr_db=60), seconds=60.0)
    samples = np.concatenate([truth.samples, np.zeros((2, 60 * RATE), np.float32)], axis=1)
    t = np.arange(samples.shape[1]) / RATE
    gain_db = np.interp(t, np.arange(0, 121, 0.15), 4.5 * rng.standard_normal(807))
    noise = 10 ** ((-36 + gain_db) / 20) * rng.standard_normal(t.size)
    for start_s in (70, 85, 100):
        noise[start_s * RATE :][: round(0.3 * RATE)] += 10 ** (-30 / 20) * speech_like(rng, 0, 0.3)
    found = heard((samples + noise).astype(np.float32))
    assert all(seconds(side) > 10 for side in found.speech)
    assert not any(overlap(side, [(61.0, 119.0)]) for side in found.speech)


def test_a_quiet_phrase_in_even_noise_is_found() -> None:
    """14 dB over the noise, and 16 dB below what is said otherwise."""
    rng = np.random.default_rng(26)
    samples = 3.2e-3 * rng.standard_normal((1, 60 * RATE)).astype(np.float32)
    for start_s, loud in ((5, 0.1), (15, 0.1), (25, 0.1), (40, 0.016)):
        samples[0, start_s * RATE :][:RATE] += np.float32(loud) * speech_like(rng, 0, 1.0)
    (spans,) = heard(samples).speech
    np.testing.assert_allclose(np.array(spans)[-1], (40.0, 41.0), atol=0.1)


def test_a_side_that_becomes_quiet_is_still_heard() -> None:
    truth, _ = made(24, Line(snr_db=40))
    samples = truth.samples.copy()
    samples[:, samples.shape[1] // 2 :] *= 10 ** (-12 / 20)
    found = heard(samples)
    assert min(accuracy(truth, found, side) for side in (0, 1)) > 0.95


@pytest.mark.parametrize(
    ("noise", "snr_db", "least"),
    [("white", 10.0, 0.96), ("pink", 10.0, 0.96), ("street", 15.0, 0.95), ("babble", 20.0, 0.96)],
)
def test_generated_calls_are_right_in_every_noise(
    noise: NoiseKind, snr_db: float, least: float
) -> None:
    right, errors = [], []
    for seed in (800, 801):
        truth = made_call(seed, seconds=90.0, noise=noise, snr_db=snr_db, hold_kinds=())
        found = heard(truth.samples)
        right += [
            float(np.mean(grid(true, found.duration_s) == grid(got, found.duration_s)))
            for true, got in zip(truth.speech, found.speech, strict=True)
        ]
        silent_s = dead_air_s(truth)
        errors += [abs(dead_air_s(found) / silent_s - 1)] if silent_s else []
    assert np.mean(right) > least
    assert errors and np.mean(errors) < 0.025
