"""The truth of made-up calls is what it says."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import fft

from pipeline.audio.spectrum import HOP, RATE, Samples
from pipeline.spans import gaps, merged, overlap, seconds
from tests.truth.call import (
    SCORING_SEEDS,
    TUNING_SEEDS,
    Made,
    clean_voices,
    made_call,
    plan,
    summed,
    write,
)
from tests.truth.coding import CODINGS, coded, decoded
from tests.truth.conversation import SILENT_HOLD
from tests.truth.noise import NOISE_KINDS, NoiseKind
from tests.truth.score import Found, score
from tests.truth.sentences import SCORING_SENTENCES, TUNING_SENTENCES
from tests.truth.speech import Mask, frames, smoothed, telephone_band
from tests.truth.voices import SCORING_VOICES, TUNING_VOICES, Voice

FORMANTS = (Voice("formant", "0"), Voice("formant", "1"))


def quiet_call(
    seed: int,
    *,
    snr_db: float = 60.0,
    noise: NoiseKind = "white",
    hold_kinds: tuple[str, ...] = (),
    cross_talk_db: float | None = None,
) -> Made:
    """40 s on a line without anything that is not asked for."""
    return made_call(
        seed, seconds=40.0, snr_db=snr_db, noise=noise, hold_kinds=hold_kinds, drifting=False,
        cross_talk_db=cross_talk_db, dtx="none", offset=0.0, coding="pcm", keyboard=False,
        breaths=False, level_dbfs=-24.0,
    )  # fmt: skip


@cache
def plain() -> Made:
    return quiet_call(1)


def power(samples: Samples) -> float:
    return float(np.mean(np.square(telephone_band(samples), dtype=np.float64)))


def where(spans: tuple[tuple[float, float], ...], made: Made) -> Mask:
    """Samples within spans."""
    return np.repeat(frames(spans, made.duration_s), HOP)[: made.samples.shape[1]]


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = (made_call(5, scoring=True, seconds=60.0) for _ in range(2))
    assert one.samples.tobytes() == two.samples.tobytes()
    assert one.speech == two.speech and one.hold == two.hold


def test_a_wish_changes_only_itself() -> None:
    drawn, wished = plan(6), plan(6, noise="street", hold_kinds=("pad",), seconds=70.0)
    assert (drawn.voices, drawn.coding, drawn.breaths) == (
        wished.voices, wished.coding, wished.breaths
    )  # fmt: skip
    assert [line.snr_db for line in drawn.lines] == [line.snr_db for line in wished.lines]


def test_tuning_and_scoring_share_no_seed_no_voice_and_no_sentence() -> None:
    assert not set(TUNING_SEEDS) & set(SCORING_SEEDS)
    assert not set(TUNING_VOICES) & set(SCORING_VOICES)
    tuning, scoring = (
        {text for texts in sentences.values() for text in texts}
        for sentences in (TUNING_SENTENCES, SCORING_SENTENCES)
    )
    assert not tuning & scoring
    assert plan(1).lines != plan(1, scoring=True).lines


@pytest.mark.parametrize("voice", [TUNING_VOICES[0], TUNING_VOICES[-1], TUNING_VOICES[9]])
def test_true_speech_is_where_the_clean_voice_is(voice: Voice) -> None:
    made = made_call(2, seconds=60.0, voices=(voice, voice))
    for clean, speech in zip(clean_voices(made.spec), made.speech, strict=True):
        spoken = where(speech, made)
        level = np.sqrt(np.mean(np.square(clean[spoken])))
        outside = clean[~spoken]
        assert np.sum(np.square(outside)) < 1e-3 * np.sum(np.square(clean))
        assert np.sqrt(np.mean(np.square(outside[: 8 * outside.size // 10]))) < 0.03 * level
        assert all(b - a >= 0.1 for a, b in speech)
        assert all(b - a > 0.25 for a, b in gaps(speech, speech[0][0], speech[-1][1]))


def marked(frames: str) -> Mask:
    return np.array([mark == "#" for mark in frames])


def drawn(mask: Mask) -> str:
    return "".join("#" if on else "." for on in mask)


def test_gaps_are_filled_before_runs_are_dropped() -> None:
    before = "...##....##....#...............####......#####............"
    after = "...#############...............###############............"
    assert drawn(smoothed(marked(before))) == after
    assert drawn(smoothed(marked(before), drop_first=True)).strip(".") == "#####"


@pytest.mark.parametrize("noise", NOISE_KINDS)
@pytest.mark.parametrize("snr_db", [5.0, 15.0])
def test_snr_is_as_asked(noise: NoiseKind, snr_db: float) -> None:
    made, silent = quiet_call(3, snr_db=snr_db, noise=noise), quiet_call(3, noise=noise)
    for side in (0, 1):
        spoken = where(made.speech[side], made)
        signal = power(silent.samples[side][spoken])
        noise_power = power(made.samples[side] - silent.samples[side])
        assert 10 * np.log10(signal / noise_power) == pytest.approx(snr_db, abs=1)


def test_speech_has_the_level_asked_for() -> None:
    for side in (0, 1):
        spoken = where(plain().speech[side], plain())
        assert 10 * np.log10(power(plain().samples[side][spoken])) == pytest.approx(-24, abs=0.5)


def lag(late: Samples, early: Samples) -> int:
    """Samples by which one comes after the other, where they correlate most."""
    size = fft.next_fast_len(late.size + 4_000, real=True)
    product = fft.rfft(late, size) * np.conj(fft.rfft(early, size))
    most = int(np.argmax(fft.irfft(product, size)))
    return most if most < size // 2 else most - size


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coding_moves_nothing(coding: str) -> None:
    samples = plain().samples[:, : 20 * RATE + 123]
    after = coded(samples, coding)
    assert after.shape == samples.shape
    assert abs(lag(after[0], samples[0])) <= 0.010 * RATE
    assert abs(lag(after[1], samples[1])) <= 0.010 * RATE
    assert (coding == "pcm") == np.allclose(after, samples, atol=1e-4)


@pytest.mark.parametrize("kind", ["pad", "ring_us", "drums"])
def test_hold_is_where_it_says(kind: str) -> None:
    made = quiet_call(4, hold_kinds=(kind,))
    bare = quiet_call(4, hold_kinds=())
    (hold,) = made.hold
    assert hold.kind == kind and bare.hold == ()
    inside = where(((hold.start_s, hold.end_s),), made)
    for channel in hold.channels:
        edges = (
            made.samples[channel][inside][: 4 * RATE],
            made.samples[channel][inside][-6 * RATE :],
        )
        assert all(power(edge) > 1e-5 for edge in edges)
        near = where(((hold.start_s - 0.3, hold.start_s - 0.02),), made)
        assert power(made.samples[channel][near]) < 1e-6
    assert seconds(overlap(made.speech[0], made.hold_spans)) == 0


@pytest.mark.parametrize("kind", SILENT_HOLD)
def test_silent_hold_has_no_sound(kind: str) -> None:
    made = quiet_call(7, hold_kinds=(kind,))
    (hold,) = made.hold
    assert hold.channels == () and made.silent_hold == ((hold.start_s, hold.end_s),)
    inside = where(made.silent_hold, made)
    assert power(made.samples[0][inside]) < 1e-6


def test_cross_talk_is_the_others_voice_so_much_lower() -> None:
    leaking, bare = quiet_call(8, cross_talk_db=-26.0), quiet_call(8)
    for side in (0, 1):
        leak = leaking.samples[side] - bare.samples[side]
        ratio = power(leak) / power(bare.samples[1 - side])
        assert 10 * np.log10(ratio) == pytest.approx(-26, abs=1.5)
        delay = leaking.spec.lines[side].cross_talk_delay_s * RATE
        assert lag(leak, bare.samples[1 - side]) == pytest.approx(delay, abs=4)


def test_suppressed_silence_is_zeros_and_speech_is_untouched() -> None:
    made = made_call(9, seconds=60.0, dtx="zeros", snr_db=30.0, coding="pcm", offset=0.0,
                     cross_talk_db=None, hold_kinds=())  # fmt: skip
    for side in (0, 1):
        zero = made.samples[side] == 0
        spoken = where(made.speech[side], made)
        assert zero[~spoken].mean() > 0.6
        assert zero[spoken].mean() < 0.05


def test_calls_have_what_calls_have() -> None:
    calls = [
        made_call(seed, seconds=300.0, voices=FORMANTS, noise="white", coding="pcm", hold_kinds=())
        for seed in range(2)
    ]
    silences = [
        b - a
        for made in calls
        for a, b in gaps(merged((*made.speech[0], *made.speech[1])), 0, made.duration_s)
    ]
    assert sum(s >= 5 for s in silences) >= 8
    assert sum(s >= 15 for s in silences) >= 2
    both = [span for made in calls for span in overlap(*made.speech)]
    assert sum(b - a >= 1 for a, b in both) >= 5
    short = [
        span for made in calls for side in (0, 1) for span in made.speech[side]
        if span[1] - span[0] <= 1 and seconds(overlap((span,), made.speech[1 - side]))
        > 0.95 * (span[1] - span[0])
    ]  # fmt: skip
    assert len(short) >= 5


def test_one_channel_is_the_sum_of_both() -> None:
    mono = summed(plain())
    np.testing.assert_allclose(mono.samples, plain().samples.sum(axis=0), atol=1e-6)
    assert mono.speech == plain().speech


def test_a_written_call_is_the_call(tmp_path: Path) -> None:
    read = decoded(write(plain(), tmp_path / "call.wav").read_bytes())
    np.testing.assert_allclose(read, plain().samples, atol=1e-4)


def test_the_truth_scores_full_marks_and_silence_none() -> None:
    made = quiet_call(4, hold_kinds=("pad",), cross_talk_db=-30.0)
    right = score(made, Found(made.speech, made.hold_spans))
    assert right.frames.accuracy == 1 and right.frames.leak_only > 0
    assert right.true == right.measured
    assert right.hold is not None
    assert right.hold.true_s == right.hold.found_s == right.hold.both_s > 0
    nothing = score(made, Found(((), ()), ()))
    assert nothing.frames.miss == 1 and nothing.frames.false_alarm == 0
    assert nothing.hold is not None and nothing.hold.both_s == 0


def test_an_error_in_dead_air_is_counted_in_seconds() -> None:
    made = next(
        m for m in map(quiet_call, range(20)) if score(m, Found(m.speech)).dead_air_error == 0
    )
    swapped = score(made, Found((made.speech[0], ())))
    assert swapped.dead_air_error is not None and swapped.dead_air_error > 0
