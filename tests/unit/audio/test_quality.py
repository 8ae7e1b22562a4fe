"""How good a line is, and what a second detector is worth on a poor one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import fftconvolve, resample_poly

from pipeline.audio.activity import Activity, voice_activity
from pipeline.audio.quality import Quality, quality
from pipeline.audio.second_opinion import (
    HIGHEST_CODE,
    LEAST_CONFIDENCE,
    RATE,
    agreement,
    probabilities,
    second_opinion,
    speech_probability,
)
from pipeline.audio.spectrum import Samples
from pipeline.audio.tracks import Tracked, tracked
from tests.truth.call import made_call
from tests.truth.noise import NoiseKind
from tests.unit.audio.synthetic import Line, call


def measured(samples: Samples) -> tuple[Tracked, Activity, Quality]:
    made = tracked([samples])
    activity = voice_activity(made.channels, made.duration_s)
    return made, activity, quality(made.channels, activity)


def room(rng: np.random.Generator, rt60_s: float, direct_db: float) -> Samples:
    """An impulse response: the direct sound, then noise that decays by 60 dB in `rt60_s`."""
    t = np.arange(round(1.1 * rt60_s * 8_000)) / 8_000
    tail = rng.standard_normal(t.size) * 10 ** (-3 * t / rt60_s)
    tail[:24] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    return np.asarray(tail, np.float32)


@pytest.mark.parametrize("snr_db", [5.0, 10.0, 20.0, 30.0])
def test_snr_is_estimated_within_4_db(snr_db: float) -> None:
    truth = call(
        np.random.default_rng(1), seconds=90, lines=(Line(snr_db=snr_db, mu_law=False),) * 2
    )
    for estimate in measured(truth.samples)[2].snr_db:
        assert estimate == pytest.approx(snr_db, abs=4)


def test_a_dead_channel_has_no_snr_and_is_not_poor() -> None:
    samples = call(np.random.default_rng(2), seconds=60).samples.copy()
    samples[1] = 0
    found = measured(samples)[2]
    assert found.snr_db[1] is None and found.snr_db[0] is not None
    assert not found.poor and not found.room


def test_a_noisy_line_is_poor_and_no_room() -> None:
    truth = call(np.random.default_rng(3), seconds=60, lines=(Line(snr_db=6), Line(snr_db=30)))
    found = measured(truth.samples)[2]
    assert found.poor and not found.room


@pytest.mark.parametrize("noise", ["white", "street", "babble"])
def test_a_call_is_no_room_until_it_is_played_in_one(noise: NoiseKind) -> None:
    made = made_call(810, seconds=60.0, noise=noise, snr_db=20.0, hold_kinds=())
    assert not measured(made.samples)[2].room
    echo = room(np.random.default_rng(4), 0.6, -3.0)
    played = fftconvolve(made.samples.sum(axis=0), echo)[: made.samples.shape[1]]
    assert measured(played[None].astype(np.float32))[2].room


def test_nothing_has_a_quality_too() -> None:
    for samples in (np.zeros((1, 0), np.float32), np.zeros((2, 400), np.float32)):
        found = measured(samples)[2]
        count = len(samples)
        assert found == Quality((None,) * count, False, False, (False,) * count)


def test_probabilities_do_not_depend_on_the_blocks() -> None:
    sound = resample_poly(call(np.random.default_rng(5), seconds=40).samples, 2, 1, axis=1)
    samples = sound.astype(np.float32)
    whole = speech_probability([samples])
    parts = speech_probability(
        samples[:, at : at + 7_777] for at in range(0, samples.shape[1], 7_777)
    )
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.size == samples.shape[1] // (RATE // 50)
        assert probabilities(one).max() <= 1


@pytest.mark.parametrize("n", [0, 1, 320, 321, 512, 20_000])
def test_there_is_a_probability_for_every_frame_begun(n: int) -> None:
    (codes,) = speech_probability([np.zeros((1, n), np.float32)])
    assert codes.size == -(-n // 320)


def test_agreement_is_kappa() -> None:
    one = np.array([True, True, False, False])
    assert agreement(one, one) == 1
    assert agreement(one, ~one) == 0
    assert agreement(one, np.array([True, False, True, False])) == 0
    assert agreement(one, np.array([True, True, True, False])) == pytest.approx(0.5)
    assert agreement(np.zeros(5, np.bool_), np.zeros(5, np.bool_)) == 1


def heard_twice(noise: NoiseKind, snr_db: float) -> tuple[float, float, float]:
    """Confidence, and the shares of right frames without and with Silero."""
    made = made_call(812, seconds=60.0, noise=noise, snr_db=snr_db, hold_kinds=())
    tracks, alone, line = measured(made.samples)
    wide = resample_poly(made.samples, 2, 1, axis=1).astype(np.float32)
    both, sure = second_opinion(tracks.channels, alone, speech_probability([wide]), line)
    grids = []
    for activity in (made, alone, both):
        steps = np.zeros((2, 6_000), np.bool_)
        for side, spans in enumerate(activity.speech):
            for start, end in spans:
                steps[side, round(start * 100) : round(end * 100)] = True
        grids.append(steps)
    right = [float(np.mean(grids[0] == other)) for other in grids[1:]]
    return sure, right[0], right[1]


def test_a_second_opinion_finds_more_on_a_noisy_line() -> None:
    sure, before, after = heard_twice("white", 5.0)
    assert after > before - 0.005 and after > 0.93
    assert sure > LEAST_CONFIDENCE


@pytest.mark.parametrize("heard", [False, True])
def test_the_second_detector_decides_alone_only_where_a_room_is_heard(heard: bool) -> None:
    tracks, activity, line = measured(call(np.random.default_rng(6), seconds=40).samples)
    said = np.zeros(tracks.channels[0].frames, np.uint8)
    said[500:600] = HIGHEST_CODE
    line = replace(line, room=True, poor=True, room_heard=(heard, False))
    both, _ = second_opinion(tracks.channels, activity, (said, said), line)
    assert (both.speech[0] == ((10.0, 12.0),)) == heard
    assert len(both.speech[1]) > 1


def test_detectors_do_not_agree_in_loud_babble() -> None:
    assert heard_twice("babble", 3.0)[0] < LEAST_CONFIDENCE
