"""Every recording becomes samples at the right time, or a sentence that says why not."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio.decode import (
    RATE,
    Sound,
    UnreadableRecordingError,
    decode,
    decode_pair,
    is_dual_mono,
)
from tests.unit.audio.recordings import ALAW, FLOAT, encode, pcm, wav
from tests.unit.audio.synthetic import speech_like

Samples = npt.NDArray[np.float32]


def two_sides(seconds: float = 4.0) -> Samples:
    """Channel 0 speaks in the first half, channel 1 in the second."""
    rng = np.random.default_rng(1)
    n = int(seconds * 8_000)
    samples = np.zeros((2, n), np.float32)
    samples[0, : n // 2] = 0.1 * speech_like(rng, 0, seconds / 2)
    samples[1, n // 2 :] = 0.1 * speech_like(rng, 1, seconds / 2)
    return samples.clip(-1, 1)


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def why_not(path: Path, *, channels: int | None = None) -> str:
    with pytest.raises(UnreadableRecordingError) as caught:
        decode(path, channels=channels)
    return str(caught.value)


def test_times_stay_exact_from_8_to_16_khz(tmp_path: Path) -> None:
    clicks = np.zeros(8_000 * 3, np.float32)
    clicks[[800, 12_000, 23_000]] = 0.9
    sound = decode(saved(tmp_path / "clicks.wav", wav(pcm(clicks))))
    assert sound.samples.shape == (1, 3 * RATE)
    assert sound.samples.dtype == np.float32
    assert np.flatnonzero(sound.samples[0] > 0.8).tolist() == [1_600, 24_000, 46_000]


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_mulaw", 8_000),
        ("a.wav", "pcm_alaw", 8_000),
        ("a.wav", "pcm_u8", 8_000),
        ("a.wav", "pcm_s24le", 8_000),
        ("a.wav", "pcm_f32le", 44_100),
        ("a.wav", "adpcm_ms", 8_000),
        ("a.mp3", "libmp3lame", 8_000),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
        ("a.m4a", "aac", 8_000),
        ("a.flac", "flac", 8_000),
    ],
)
def test_formats_keep_their_channels_and_their_time(
    tmp_path: Path, name: str, codec: str, rate: int
) -> None:
    original = two_sides()
    sound = decode(encode(tmp_path / name, codec, original, rate=rate))
    assert sound.channels == 2
    assert sound.duration_s == pytest.approx(4.0, abs=0.15)  # a codec's last frame may be padded
    assert lag_s(sound.samples[0], original[0]) == pytest.approx(0, abs=0.001)
    half = sound.samples.shape[1] // 2
    energy = np.square(sound.samples[:, : half - 800]).sum(axis=1)
    assert energy[0] > 100 * energy[1]


def lag_s(samples: Samples, original: Samples) -> float:
    """How much later `samples` (16 kHz) are than `original` (8 kHz), by cross-correlation."""
    at_8_khz = samples[::2][: original.size]
    n = 2 * original.size
    product = np.fft.rfft(at_8_khz, n) * np.conj(np.fft.rfft(original, n))
    place = int(np.argmax(np.fft.irfft(product)))
    return (place if place < n // 2 else place - n) / 8_000


def test_packets_never_sent_become_silence_of_their_length(tmp_path: Path) -> None:
    original = two_sides()
    path = encode(tmp_path / "gap.webm", "libopus", original, rate=48_000, pause_s=7.0)
    sound = decode(path)
    assert sound.duration_s == pytest.approx(11.0, abs=0.05)
    assert not sound.samples[:, int(2.1 * RATE) : int(8.9 * RATE)].any()
    later = np.abs(sound.samples[1, int(9.0 * RATE) :])
    assert lag_s(sound.samples[1, 7 * RATE :], original[1]) == pytest.approx(0, abs=0.005)
    assert later.max() > 0.1


def test_a_mono_file_has_one_channel_and_is_no_pair_of_sides(tmp_path: Path) -> None:
    path = saved(tmp_path / "mono.wav", wav(pcm(two_sides()[0])))
    assert decode(path).channels == 1
    assert decode(path, channels=1).channels == 1
    assert "one channel, expected two (agent and customer)" in why_not(path, channels=2)


def test_two_channels_are_averaged_when_one_is_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path / "stereo.wav", wav(pcm(two_sides()), channels=2))
    both, one = decode(path), decode(path, channels=1)
    assert one.channels == 1
    np.testing.assert_allclose(one.samples[0], both.samples.mean(axis=0), atol=1e-6)


def test_identical_channels_are_mono_also_after_a_lossy_codec(tmp_path: Path) -> None:
    side = two_sides()[0]
    same = encode(tmp_path / "same.mp3", "libmp3lame", np.stack([side, side]), rate=8_000)
    assert is_dual_mono(decode(same))
    differ = encode(tmp_path / "differ.mp3", "libmp3lame", two_sides(), rate=8_000)
    assert not is_dual_mono(decode(differ))
    assert not is_dual_mono(Sound(np.ones((1, 100), np.float32)))


def test_a_leaking_dead_side_is_not_mono() -> None:
    side = two_sides()[0]
    assert not is_dual_mono(Sound(np.stack([side, side * 0.03])))
    assert not is_dual_mono(Sound(np.stack([side, side * 0])))


def test_a_pair_is_padded_to_the_longer_side(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides(4.0)[0])))
    customer = saved(tmp_path / "customer.wav", wav(pcm(two_sides(8.0)[1])))
    sound = decode_pair(agent, customer)
    assert sound.samples.shape == (2, 8 * RATE)
    assert not sound.samples[0, 4 * RATE :].any()
    assert sound.samples[0, : 2 * RATE].any() and sound.samples[1, 6 * RATE :].any()


def test_a_pair_more_than_5_s_apart_is_refused(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides(4.0)[0])))
    customer = saved(tmp_path / "customer.wav", wav(pcm(two_sides(9.5)[1])))
    with pytest.raises(UnreadableRecordingError, match=r"agent.wav lasts 4.0 s .* 9.5 s, expected"):
        decode_pair(agent, customer)


def test_a_side_saved_in_two_channels_is_one_side_unless_they_differ(tmp_path: Path) -> None:
    both = two_sides()
    copied = saved(tmp_path / "copied.wav", wav(pcm(both[[0, 0]]), channels=2))
    padded = saved(
        tmp_path / "padded.wav", wav(pcm(both * np.array([[0], [1]], np.float32)), channels=2)
    )
    whole = saved(tmp_path / "whole.wav", wav(pcm(both), channels=2))
    sound = decode_pair(copied, padded)
    np.testing.assert_allclose(sound.samples, decode(whole).samples, atol=1e-4)
    with pytest.raises(UnreadableRecordingError, match=r"whole.wav: two channels that differ"):
        decode_pair(whole, padded)


def test_one_side_may_be_silent_but_not_both(tmp_path: Path) -> None:
    agent = saved(tmp_path / "agent.wav", wav(pcm(two_sides()[0])))
    muted = saved(tmp_path / "muted.wav", wav(bytes(64_000)))
    sound = decode_pair(agent, muted)
    assert sound.samples[0].any() and not sound.samples[1].any()
    with pytest.raises(UnreadableRecordingError, match="digital silence on both sides"):
        decode_pair(muted, muted)


SPEECH = two_sides()
LOUD = SPEECH[0].astype("<f4")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty (0 bytes)", id="empty"),
        pytest.param(b"Hello, this is no sound.\n" * 99, "not a readable recording", id="text"),
        pytest.param(wav(b""), "followed by no samples", id="header only"),
        pytest.param(wav(b"")[:36], "no data chunk", id="no data chunk"),
        pytest.param(wav(pcm(SPEECH))[:-30_000], "truncated: ", id="truncated"),
        pytest.param(wav(pcm(SPEECH), declared=8_000), "the header lies", id="header too short"),
        pytest.param(wav(bytes(64_000)), "digital silence", id="zeros"),
        pytest.param(wav(b"\xd5" * 8_000, kind=ALAW, bits=8), "digital silence", id="A-law zeros"),
        pytest.param(
            wav(pcm(np.repeat(SPEECH, 3, axis=0)), channels=6),
            "6 channels, expected one or two",
            id="six channels",
        ),
        pytest.param(
            wav(np.where(LOUD > 0.1, np.nan, LOUD).tobytes(), kind=FLOAT, bits=32),
            "samples reach nan",
            id="NaN",
        ),
        pytest.param(
            wav(np.where(LOUD > 0.1, np.inf, LOUD).tobytes(), kind=FLOAT, bits=32),
            "expected numbers from −1 to 1",
            id="inf",
        ),
        pytest.param(
            wav((LOUD * 32_767).tobytes(), kind=FLOAT, bits=32),
            "expected numbers from −1 to 1",
            id="integers as floats",
        ),
        pytest.param(wav(pcm(SPEECH), kind=0x7777), "a codec that is not known", id="codec"),
        pytest.param(wav(pcm(SPEECH), rate=11), "11 samples per second", id="absurd rate"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, content: bytes, sentence: str) -> None:
    message = why_not(saved(tmp_path / "call.wav", content))
    assert message.startswith("call.wav: ")
    assert sentence in message


def test_a_list_does_not_borrow_another_call(tmp_path: Path) -> None:
    saved(tmp_path / "other.wav", wav(pcm(SPEECH)))
    path = saved(tmp_path / "call.wav", b"ffconcat version 1.0\nfile other.wav\n")
    assert "not a readable recording" in why_not(path)


def test_a_file_that_vanished_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "the file is gone" in why_not(tmp_path / "gone.wav")
    assert "not a file" in why_not(tmp_path)


def test_a_streamed_header_without_size_is_read_to_the_end(tmp_path: Path) -> None:
    for size in (0, 0x7FFFF000, 0xFFFFFFFF):
        path = saved(tmp_path / "stream.wav", wav(pcm(SPEECH[0]), declared=size))
        assert decode(path).duration_s == 4.0


def test_up_to_5_percent_may_be_missing_at_the_end(tmp_path: Path) -> None:
    whole = wav(pcm(SPEECH[0]))
    assert decode(saved(tmp_path / "a.wav", whole[:-2_000])).duration_s == pytest.approx(3.875)
    assert "truncated" in why_not(saved(tmp_path / "b.wav", whole[:-4_000]))


def test_more_than_12_hours_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = 8_000 * 3600 * 13
    with path.open("wb") as file:
        file.write(wav(b"", bits=8, declared=size))
        file.truncate(44 + size)  # sparse: takes no room
    assert "13.0 hours long or more, expected at most 12" in why_not(path)


def test_overshoot_is_clipped(tmp_path: Path) -> None:
    content = wav((LOUD / np.abs(LOUD).max() * 1.5).tobytes(), kind=FLOAT, bits=32)
    assert np.abs(decode(saved(tmp_path / "loud.wav", content)).samples).max() == 1.0


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.mp3", "libmp3lame"),
        ("a.ogg", "libopus"),
        ("a.m4a", "aac"),
        ("a.flac", "flac"),
        ("a.webm", "libopus"),
    ],
)
def test_truncation_never_shortens_a_call_in_silence(tmp_path: Path, name: str, codec: str) -> None:
    rate = 48_000 if codec == "libopus" else 8_000
    whole = encode(tmp_path / name, codec, two_sides(6.0), rate=rate).read_bytes()
    for sixteenths in range(16):
        why_not(saved(tmp_path / f"cut_{name}", whole[: len(whole) * sixteenths // 16]))


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg", "a.m4a", "a.flac", "a.webm"])
def test_damaged_bytes_give_a_sound_or_a_sentence(tmp_path: Path, name: str) -> None:
    codecs = {"wav": "pcm_mulaw", "mp3": "libmp3lame", "m4a": "aac", "flac": "flac"}
    codec = codecs.get(name[2:], "libopus")
    rate = 48_000 if codec == "libopus" else 8_000
    whole = encode(tmp_path / name, codec, two_sides(1.0), rate=rate).read_bytes()
    rng = np.random.default_rng(len(name) + len(whole))
    for case in range(35):
        damaged = np.frombuffer(whole, np.uint8).copy()
        reach = 200 if case % 2 else damaged.size  # the header, or anywhere
        damaged[rng.integers(0, reach, 1 + case % 5)] ^= np.uint8(1 << rng.integers(8))
        sound_or_sentence(saved(tmp_path / f"x{case}_{name}", damaged.tobytes()))


def test_random_bytes_give_a_sentence(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    for case, ending in enumerate(("wav", "mp3", "ogg", "m4a", "flac", "aac", "gsm", "")):
        sound_or_sentence(saved(tmp_path / f"r{case}.{ending}", rng.bytes(5_000)))
        sound_or_sentence(saved(tmp_path / f"w{case}.{ending}", wav(b"")[:20] + rng.bytes(500)))


def sound_or_sentence(path: Path) -> None:
    """Any other exception than the one that is promised fails the test."""
    try:
        sound = decode(path)
    except UnreadableRecordingError as error:
        assert str(error).startswith(path.name) and "expected" in str(error)
    else:
        assert np.isfinite(sound.samples).all() and sound.samples.size
