"""Every recording becomes samples at the right time, whatever its format and its length."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio.decode import (
    BLOCK_S,
    Likeness,
    Recording,
    Sound,
    UnreadableRecordingError,
    blocks,
    cut,
    whole,
)
from tests.unit.audio.recordings import FORMATS, Format, encode, gsm, gsm_wav, pcm, wav
from tests.unit.audio.synthetic import speech_like

Samples = npt.NDArray[np.float32]
RATE = 16_000


def two_sides(seconds: float = 4.0) -> Samples:
    """Channel 0 speaks in the first half, channel 1 in the second; at 8 kHz."""
    rng = np.random.default_rng(1)
    n = int(seconds * 8_000)
    samples = np.zeros((2, n), np.float32)
    samples[0, : n // 2] = 0.1 * speech_like(rng, 0, seconds / 2)
    samples[1, n // 2 :] = 0.1 * speech_like(rng, 1, seconds / 2)
    return samples.clip(-1, 1)


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def heard(*files: Path, rate: int = RATE, take: tuple[int, int] | None = None) -> Sound:
    return whole(Recording(files, take), rate=rate)


def lag_s(samples: Samples, original: Samples) -> float:
    """How much later `samples` (16 kHz) are than `original` (8 kHz), by cross-correlation."""
    at_8_khz = samples[::2][: original.size]
    n = 2 * original.size
    product = np.fft.rfft(at_8_khz, n) * np.conj(np.fft.rfft(original, n))
    place = int(np.argmax(np.fft.irfft(product)))
    return (place if place < n // 2 else place - n) / 8_000


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_formats_keep_their_channels_and_their_time(tmp_path: Path, form: Format) -> None:
    original = two_sides()
    path = encode(tmp_path / f"a.{form.ending}", form.codec, original[: form.channels], form.rate)
    sound = heard(path)
    assert sound.channels == form.channels
    padded = (form.ending, form.codec) == ("wav", "libmp3lame")  # WAV cannot say what is padding
    assert sound.duration_s == pytest.approx(4.0, abs=0.18 if padded else 0.1)
    late_s = 0.14 if padded else 0.024 if form.ending == "aac" else 0.005
    assert lag_s(sound.samples[0], original[0]) == pytest.approx(0, abs=late_s)
    half = sound.samples.shape[1] // 2
    energy = np.square(sound.samples[:, : half - 800]).sum(axis=1)
    assert len(energy) == 1 or energy[0] > 100 * energy[1]


@pytest.mark.parametrize(("name", "make"), [("a.gsm", gsm), ("a.wav", gsm_wav)])
def test_gsm_is_read_raw_and_in_wav(
    tmp_path: Path, name: str, make: Callable[[Sequence[int]], bytes]
) -> None:
    sound = heard(saved(tmp_path / name, make([40] * 100 + [0] * 100)), rate=8_000)
    assert sound.samples.shape == (1, 4 * 8_000)
    level = np.sqrt(np.square(sound.samples[0]).reshape(2, -1).mean(axis=1))
    assert 0.1 < level[0] < 0.25
    assert level[1] < 0.02


def test_times_stay_exact_from_8_to_16_khz(tmp_path: Path) -> None:
    clicks = np.zeros(8_000 * 3, np.float32)
    clicks[[800, 12_000, 23_000]] = 0.9
    sound = heard(saved(tmp_path / "clicks.wav", wav(pcm(clicks))))
    assert sound.samples.shape == (1, 3 * RATE)
    assert sound.samples.dtype == np.float32
    assert np.flatnonzero(sound.samples[0] > 0.8).tolist() == [1_600, 24_000, 46_000]


def test_samples_that_fit_are_not_touched(tmp_path: Path) -> None:
    original = two_sides()
    sound = heard(saved(tmp_path / "call.wav", wav(pcm(original), channels=2)), rate=8_000)
    whole_numbers = (original * 32_767).round() / np.float32(32_768)
    np.testing.assert_array_equal(sound.samples, whole_numbers.astype(np.float32))


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_blocks_are_of_bounded_length_and_change_no_sample(tmp_path: Path, rate: int) -> None:
    """Told by a click that stands anywhere: the same around the cuts as far from them."""
    seconds = 2 * BLOCK_S + 3
    clicks = np.zeros(seconds * 8_000, np.float32)
    at = [3 * 8_000, BLOCK_S * 8_000 - 3, BLOCK_S * 8_000 + 2, 2 * BLOCK_S * 8_000]
    clicks[at] = 0.9
    path = saved(tmp_path / "call.wav", wav(pcm(clicks)))
    found = list(blocks(Recording((path,)), rate=rate))
    assert [block.shape[1] for block in found] == [BLOCK_S * rate, BLOCK_S * rate, 3 * rate]
    together = np.concatenate(found, axis=1)[0]
    shapes = [together[i * rate // 8_000 - 40 : i * rate // 8_000 + 40] for i in at]
    for shape in (shapes[0], shapes[3]):
        assert shape[40] > 0.8
    np.testing.assert_allclose(shapes[0], shapes[3], atol=1e-6)
    assert np.count_nonzero(together > 0.8) == len(at)


def test_packets_never_sent_become_silence_of_their_length(tmp_path: Path) -> None:
    original = two_sides()
    path = encode(tmp_path / "gap.webm", "libopus", original, 48_000, pause_s=7.0)
    sound = heard(path)
    assert sound.duration_s == pytest.approx(11.0, abs=0.05)
    assert not sound.samples[:, int(2.1 * RATE) : int(8.9 * RATE)].any()
    later = np.abs(sound.samples[1, int(9.0 * RATE) :])
    assert lag_s(sound.samples[1, 7 * RATE :], original[1]) == pytest.approx(0, abs=0.005)
    assert later.max() > 0.1


def test_up_to_5_percent_may_be_missing_at_the_end(tmp_path: Path) -> None:
    content = wav(pcm(two_sides()[0]))
    assert heard(saved(tmp_path / "a.wav", content[:-2_000])).duration_s == pytest.approx(3.875)
    with pytest.raises(UnreadableRecordingError, match="truncated"):
        heard(saved(tmp_path / "b.wav", content[:-4_000]))


def test_a_streamed_header_without_size_is_read_to_the_end(tmp_path: Path) -> None:
    for size in (0, 0x7FFFF000, 0xFFFFFFFF):
        path = saved(tmp_path / "stream.wav", wav(pcm(two_sides()[0]), declared=size))
        assert heard(path).duration_s == 4.0


def test_overshoot_is_clipped(tmp_path: Path) -> None:
    loud = two_sides()[0]
    content = wav((loud / np.abs(loud).max() * 1.5).astype("<f4").tobytes(), kind=3, bits=32)
    assert np.abs(heard(saved(tmp_path / "loud.wav", content)).samples).max() == 1.0


# Channels


def likeness(samples: Samples) -> Likeness:
    found = Likeness()
    for block in np.array_split(samples, 7, axis=1):
        found.add(block)
    return found


def test_identical_channels_are_one_sound_also_after_a_lossy_codec(tmp_path: Path) -> None:
    side = two_sides()[0]
    same = encode(tmp_path / "same.mp3", "libmp3lame", np.stack([side, side]), 8_000)
    assert likeness(heard(same).samples).same_sound
    differ = encode(tmp_path / "differ.mp3", "libmp3lame", two_sides(), 8_000)
    assert not likeness(heard(differ).samples).same_sound


def test_a_copy_with_swapped_poles_is_one_sound() -> None:
    side = two_sides()[0]
    assert likeness(np.stack([side, -side])).same_sound


@pytest.mark.parametrize("gain", [0.97, 0.3, -0.5])
@pytest.mark.parametrize("late", [0, 1, 80])
@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_a_copy_is_one_sound_in_any_gain_a_little_late_and_with_noise(
    gain: float, late: int, noise: float
) -> None:
    both = np.tile(two_sides(16.0).sum(axis=0), 2)
    copy = np.concatenate([np.zeros(late, np.float32), gain * both[: both.size - late]])
    hiss = noise * np.random.default_rng(2).standard_normal((2, both.size))
    assert likeness((np.stack([both, copy]) + hiss).astype(np.float32)).same_sound


def test_leaks_both_ways_are_two_sides() -> None:
    both = two_sides(16.0)
    assert not likeness(both + np.float32(0.178) * both[::-1]).same_sound


def test_music_on_both_channels_for_a_third_is_no_copy() -> None:
    both = two_sides(16.0)
    music = 0.3 * np.random.default_rng(3).standard_normal(8 * 8_000)
    held = np.concatenate([both, np.stack([music, music])], axis=1).astype(np.float32)
    assert not likeness(held).same_sound


def test_an_offset_makes_no_likeness() -> None:
    assert not likeness(two_sides() * np.float32(0.1) + np.float32(0.3)).same_sound


def test_a_leaking_dead_side_is_not_mono() -> None:
    side = two_sides()[0]
    assert not likeness(np.stack([side, side * np.float32(0.03)])).same_sound
    hiss = 0.005 * np.random.default_rng(4).standard_normal(side.size).astype(np.float32)
    assert not likeness(np.stack([side, side * np.float32(0.12) + hiss])).same_sound
    assert not likeness(np.stack([side, side * 0])).same_sound
    assert not likeness(np.ones((1, 100), np.float32)).same_sound


def test_dead_channels_are_told_whatever_their_offset() -> None:
    both = two_sides()
    assert likeness(both).silent == ()
    both[1] = 0.02
    both[1, ::50] += np.float32(1 / 40_000)
    assert likeness(both).silent == (1,)


def test_take_chooses_among_many_channels_and_swaps_two(tmp_path: Path) -> None:
    both = two_sides()
    six = np.zeros((6, both.shape[1]), np.float32)
    six[[4, 1]] = both
    path = saved(tmp_path / "six.wav", wav(pcm(six), channels=6))
    stereo = saved(tmp_path / "two.wav", wav(pcm(both), channels=2))
    np.testing.assert_array_equal(
        heard(path, take=(4, 1)).samples, heard(stereo).samples
    )  # the agent is on channel 4
    np.testing.assert_array_equal(heard(stereo, take=(1, 0)).samples, heard(stereo).samples[::-1])


def test_one_channel_leaves_nothing_to_take(tmp_path: Path) -> None:
    path = saved(tmp_path / "mono.wav", wav(pcm(two_sides()[0])))
    assert heard(path, take=(1, 0)).channels == 1


@pytest.mark.parametrize("name", ["a.m4a", "a.ogg", "a.flac"])
def test_eight_channels_are_read_without_harm(tmp_path: Path, name: str) -> None:
    """PyAV's own way to samples crashes on eight planes."""
    codec = {"m4a": "aac", "ogg": "libopus", "flac": "flac"}[name[2:]]
    eight = np.repeat(two_sides(), 4, axis=0)
    path = encode(tmp_path / name, codec, eight, 48_000)
    sound = heard(path, take=(0, 7))
    assert sound.duration_s == pytest.approx(4.0, abs=0.05)


# A file for each side


def test_a_pair_is_padded_to_the_longer_side(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides(4.0)[0])))
    customer = saved(tmp_path / "customer.wav", wav(pcm(two_sides(8.0)[1])))
    sound = heard(agent, customer)
    assert sound.samples.shape == (2, 8 * RATE)
    assert not sound.samples[0, 4 * RATE :].any()
    assert sound.samples[0, : 2 * RATE].any() and sound.samples[1, 6 * RATE :].any()


def test_a_pair_is_padded_over_blocks(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides(BLOCK_S - 1.0)[0])))
    customer = saved(tmp_path / "customer.wav", wav(pcm(two_sides(BLOCK_S + 1.0)[1])))
    found = list(blocks(Recording((agent, customer)), rate=8_000))
    assert [block.shape for block in found] == [(2, BLOCK_S * 8_000), (2, 8_000)]
    assert found[1][1].any() and not found[1][0].any()


def test_a_pair_more_than_5_s_apart_is_refused(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides(4.0)[0])))
    customer = saved(tmp_path / "customer.wav", wav(pcm(two_sides(9.5)[1])))
    with pytest.raises(UnreadableRecordingError, match=r"agent.wav lasts 4.0 s .* 9.5 s, expected"):
        heard(agent, customer)


def test_a_side_saved_in_two_channels_is_one_side_unless_they_differ(tmp_path: Path) -> None:
    both = two_sides()
    copied = saved(tmp_path / "copied.wav", wav(pcm(both[[0, 0]]), channels=2))
    padded = saved(
        tmp_path / "padded.wav", wav(pcm(both * np.array([[0], [1]], np.float32)), channels=2)
    )
    path = saved(tmp_path / "whole.wav", wav(pcm(both), channels=2))
    np.testing.assert_allclose(heard(copied, padded).samples, heard(path).samples, atol=1e-4)
    with pytest.raises(UnreadableRecordingError, match=r"whole.wav: two channels that differ"):
        heard(path, padded)


def test_one_side_may_be_silent_but_not_both(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides()[0])))
    muted = saved(tmp_path / "muted.wav", wav(bytes(64_000)))
    sound = heard(agent, muted)
    assert sound.samples[0].any() and not sound.samples[1].any()
    assert likeness(sound.samples).silent == (1,)
    with pytest.raises(UnreadableRecordingError, match="digital silence on both sides"):
        heard(muted, muted)


# Stretches


def test_cut_gives_every_stretch_once_as_the_whole_has_it(tmp_path: Path) -> None:
    path = saved(tmp_path / "call.wav", wav(pcm(two_sides(BLOCK_S * 2 + 4.0)), channels=2))
    recording = Recording((path,))
    sound = whole(recording, rate=RATE).samples
    spans = [
        [(0.0, 0.5), (0.4, 1.0), (BLOCK_S - 0.1, BLOCK_S * 2 + 0.1), (35.9, 37.0), (40.0, 41.0)],
        [(20.00003, 20.5)],
    ]
    found = {(one.channel, one.index): one.samples for one in cut(recording, spans, rate=RATE)}
    assert sorted(found) == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0)]
    for (channel, index), samples in found.items():
        start, end = spans[channel][index]
        expected = sound[channel, int(start * RATE) : int(end * RATE)]
        np.testing.assert_array_equal(samples, expected)
    assert found[0, 4].size == 0  # asked for beyond the end


def test_cut_reads_no_further_than_the_last_stretch(tmp_path: Path) -> None:
    content = wav(pcm(two_sides(BLOCK_S * 2.0)[0]))
    path = saved(tmp_path / "call.wav", content)
    found = cut(Recording((path,)), [[(0.0, 1.0), (BLOCK_S + 1.0, BLOCK_S + 2.0)]], rate=8_000)
    assert next(found).samples.size == 8_000
    assert [one.index for one in found] == [1]
    assert not list(cut(Recording((tmp_path / "gone.wav",)), [[], []]))
