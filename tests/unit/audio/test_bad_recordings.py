"""Whatever is wrong with a recording, a sentence says so, soon, and nothing is made up."""

import io
import os
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio.decode import BLOCK_S, Recording, UnreadableRecordingError, blocks
from tests.unit.audio.recordings import ALAW, FLOAT, FORMATS, Format, encode, gsm, pcm, wav
from tests.unit.audio.test_decode import heard, saved, two_sides

Samples = npt.NDArray[np.float32]
SPEECH = two_sides()
LOUD = SPEECH[0].astype("<f4")
BOUND_S = 3.0


def why_not(*files: Path, take: tuple[int, int] | None = None) -> str:
    """The one sentence, told in bounded time."""
    started = time.process_time()
    with pytest.raises(UnreadableRecordingError) as caught:
        for _ in blocks(Recording(files, take), rate=8_000):
            pass
    assert time.process_time() - started < BOUND_S
    sentence = str(caught.value)
    assert sentence.startswith(files[0].name) and "expected" in sentence
    assert "\n" not in sentence
    return sentence


def floats(samples: Samples) -> bytes:
    return wav(samples.astype("<f4").tobytes(), kind=FLOAT, bits=32)


def other_rate(content: bytes, rate: int) -> bytes:
    """The header's samples per second changed, its bytes per second left."""
    return content[:24] + struct.pack("<I", rate) + content[28:]


def locked_zip(content: bytes) -> bytes:
    """An archive whose first entry says that it is encrypted, stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("call.wav", content)
    data = bytearray(buffer.getvalue())
    data[6] |= 1
    return bytes(data)


def chunks(count: int) -> bytes:
    """A WAV whose samples lie in as many chunks of two."""
    one = b"data" + struct.pack("<I", 4) + pcm(SPEECH[0, 100:102])
    return wav(b"")[:36] + one * count


def padded(count: int) -> bytes:
    """A WAV with as many empty chunks before its samples."""
    whole = wav(pcm(SPEECH[0]))
    return whole[:36] + (b"junk" + bytes(4)) * count + whole[36:]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty (0 bytes)", id="empty"),
        pytest.param(b"Hello, this is no sound.\n" * 99, "not a readable recording", id="text"),
        pytest.param("call;née;NPS\n".encode() * 999, "it is text", id="letters cut in two"),
        pytest.param(
            b"\xff\xfe" + "Good morning".encode("utf-16-le") * 99, "it is text", id="text 16"
        ),
        pytest.param(locked_zip(wav(pcm(SPEECH))), "protected by a password", id="locked archive"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(999), "7-Zip archive", id="7-Zip"),
        pytest.param(wav(b""), "followed by no samples", id="header only"),
        pytest.param(wav(b"")[:36], "no data chunk", id="no data chunk"),
        pytest.param(wav(pcm(SPEECH))[:-30_000], "truncated: ", id="truncated"),
        pytest.param(wav(pcm(SPEECH), declared=8_000), "the header lies", id="header too short"),
        pytest.param(other_rate(wav(pcm(SPEECH)), 44_100), "the header lies", id="header's rate"),
        pytest.param(chunks(100_000), "the header lies", id="100,000 chunks of samples"),
        pytest.param(padded(100_000), "no data chunk among", id="100,000 empty chunks"),
        pytest.param(wav(bytes(64_000)), "digital silence", id="zeros"),
        pytest.param(wav(b"\xd5" * 8_000, kind=ALAW, bits=8), "digital silence", id="A-law zeros"),
        pytest.param(wav(pcm(np.ones(8_000, np.float32))), "digital silence", id="an offset"),
        pytest.param(wav(pcm(SPEECH[0, :1])), "expected a call of at least 0.1 s", id="1 sample"),
        pytest.param(wav(pcm(SPEECH[0, :799])), "at least 0.1 s", id="99.9 ms"),
        pytest.param(floats(np.where(LOUD > 0.1, np.nan, LOUD)), "samples reach nan", id="NaN"),
        pytest.param(
            floats(np.where(LOUD > 0.1, np.inf, LOUD)), "expected numbers from −1 to 1", id="inf"
        ),
        pytest.param(floats(LOUD * 32_767), "the float format of its header", id="integers"),
        pytest.param(
            wav(np.full(8_000, 1e300, "<f8").tobytes(), kind=FLOAT, bits=64),
            "reach inf",
            id="1e300",
        ),
        pytest.param(wav(pcm(SPEECH), kind=0x7777), "a codec that is not known", id="codec"),
        pytest.param(wav(pcm(SPEECH), rate=11), "11 samples per second", id="absurd rate"),
        pytest.param(wav(pcm(SPEECH), rate=192_000), "convert it to 8000 or 16000", id="192 kHz"),
        pytest.param(wav(pcm(SPEECH), channels=0), "no channel of sound", id="no channel"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in why_not(saved(tmp_path / "call.wav", content))


def test_96_khz_and_4_khz_are_in_range(tmp_path: Path) -> None:
    for rate in (4_000, 96_000):
        path = saved(tmp_path / "call.wav", wav(pcm(np.tile(SPEECH, 4)), channels=2, rate=rate))
        assert heard(path).duration_s == pytest.approx(SPEECH.shape[1] * 4 / rate, abs=0.001)


@pytest.mark.parametrize("ending", ["gsm", "g722", "aac", "mp3", "amr"])
def test_a_text_is_no_sound_whatever_its_name(tmp_path: Path, ending: str) -> None:
    assert "it is text" in why_not(saved(tmp_path / f"call.{ending}", b"Good morning,\n" * 500))


# Overload


def test_a_channel_mostly_at_full_scale_is_refused(tmp_path: Path) -> None:
    square = np.sign(np.sin(np.arange(32_000) * 0.3)).astype(np.float32)
    noise = np.random.default_rng(3).normal(0, 50, 32_000).clip(-1, 1).astype(np.float32)
    for samples in (square, noise, np.stack([SPEECH[0], square])):
        content = wav(pcm(samples), channels=len(np.atleast_2d(samples)))
        path = saved(tmp_path / "call.wav", content)
        assert "at full scale, expected at most 50%" in why_not(path)


def test_a_codec_does_not_hide_an_overload(tmp_path: Path) -> None:
    square = np.sign(np.sin(np.arange(32_000) * 0.1)).astype(np.float32)
    assert "at full scale" in why_not(encode(tmp_path / "a.wav", "pcm_mulaw", square[None], 8_000))


def test_an_overloaded_call_is_heard(tmp_path: Path) -> None:
    """Its peaks 30 dB over full scale: what is left of its words can still be made out."""
    loud = (SPEECH[0] / np.abs(SPEECH[0]).max() * 10**1.5).clip(-1, 1)
    assert heard(saved(tmp_path / "call.wav", wav(pcm(loud)))).channels == 1


# Channels


def test_many_channels_are_named_with_the_settings_that_choose(tmp_path: Path) -> None:
    six = np.zeros((6, SPEECH.shape[1]), np.float32)
    six[[4, 1]] = SPEECH
    path = saved(tmp_path / "six.wav", wav(pcm(six), channels=6))
    sentence = why_not(path)
    assert "6 channels, expected one or two; sound at the beginning on: 1, 4" in sentence
    assert "[recordings] agent_channel and customer_channel" in sentence
    assert "expected a channel 6" in why_not(path, take=(1, 6))
    assert "digital silence" in why_not(path, take=(0, 2))


def test_64_channels_of_an_hour_are_refused_in_bounded_time(tmp_path: Path) -> None:
    path = tmp_path / "many.wav"
    size = 64 * 2 * 48_000 * 3_600 // 8
    with path.open("wb") as file:
        file.write(wav(b"", channels=64, rate=48_000, declared=size))
        file.truncate(44 + size)  # sparse: takes no room
    assert "64 channels, expected one or two; sound at the beginning on: none" in why_not(path)


# Files that are none, and files that change


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "zero.wav").symlink_to("/dev/zero")
    for path in (tmp_path, tmp_path / "pipe.wav", tmp_path / "zero.wav"):
        assert "not a file" in why_not(path)
    assert "the file is gone" in why_not(tmp_path / "gone.wav")


def begun(path: Path) -> Iterator[Samples]:
    found = blocks(Recording((path,)), rate=8_000)
    assert next(found).shape[1] == BLOCK_S * 8_000
    return found


def test_a_file_cut_short_while_it_is_read_is_truncated(tmp_path: Path) -> None:
    path = saved(tmp_path / "call.wav", wav(pcm(np.tile(SPEECH[0], 100))))
    found = begun(path)
    os.truncate(path, 300_000)
    with pytest.raises(UnreadableRecordingError, match="truncated: "):
        list(found)


def test_a_file_that_vanishes_while_it_is_read_is_whole_or_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "call.wav", wav(pcm(np.tile(SPEECH[0], 20))))
    found = begun(path)
    path.unlink()
    try:
        rest = sum(block.shape[1] for block in found)
    except UnreadableRecordingError:
        return
    assert rest == (20 * 4 - BLOCK_S) * 8_000


# Films, covers and lists


def film(path: Path, *, cover: bool) -> Path:
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=8_000, layout="mono")
        picture = file.add_stream("mjpeg", rate=5)
        assert isinstance(picture, av.VideoStream) and isinstance(sound, av.AudioStream)
        picture.width = picture.height = 32
        picture.pix_fmt = "yuvj420p"
        if cover:
            picture.disposition = av.stream.Disposition.attached_pic
        image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for count in range(1 if cover else 10):
            image.pts = count
            file.mux(picture.encode(image))
        file.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(SPEECH[:1], format="fltp", layout="mono")
        frame.rate, frame.pts = 8_000, 0
        file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
    return path


def test_a_film_is_refused_and_a_cover_is_not(tmp_path: Path) -> None:
    assert "a video, expected sound alone" in why_not(film(tmp_path / "film.mp4", cover=False))
    assert "a video" in why_not(film(tmp_path / "film.mkv", cover=False))
    assert heard(film(tmp_path / "cover.mp4", cover=True)).channels == 1


def test_two_streams_of_sound_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.mka"
    with av.open(str(path), "w") as file:
        streams = [file.add_stream("pcm_s16le", rate=8_000, layout="mono") for _ in range(2)]
        for stream in streams:
            assert isinstance(stream, av.AudioStream)
            numbers = (SPEECH[:1] * 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(numbers, format="s16", layout="mono")
            frame.rate, frame.pts = 8_000, 0
            file.mux(stream.encode(frame))
    assert "2 audio streams, expected one" in why_not(path)


@pytest.mark.parametrize(
    "lines",
    [
        "ffconcat version 1.0\nfile other.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nother.wav\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=call\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_a_list_does_not_borrow_another_call(tmp_path: Path, lines: str) -> None:
    saved(tmp_path / "other.wav", wav(pcm(SPEECH)))
    for name in ("call.wav", "call.m3u8", "call.sdp"):
        assert "not a readable recording" in why_not(saved(tmp_path / name, lines.encode()))


# Headers that promise too much


def test_more_than_12_hours_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = 8_000 * 3600 * 13
    with path.open("wb") as file:
        file.write(wav(b"", bits=8, declared=size))
        file.truncate(44 + size)  # sparse: takes no room
    assert "13.0 hours long or more, expected at most 12" in why_not(path)


def patched(path: Path, name: bytes, offset: int, *numbers: int) -> Path:
    """Numbers of 32 bits written over those of an MP4's box."""
    data = bytearray(path.read_bytes())
    struct.pack_into(f">{len(numbers)}I", data, data.index(name) + 4 + offset, *numbers)
    return saved(path, bytes(data))


def test_packets_without_bytes_are_not_believed(tmp_path: Path) -> None:
    """The decoder alone took 2.4 GB and 13 s for this file of 20 kB."""
    path = encode(tmp_path / "call.m4a", "aac", SPEECH, 8_000)
    patched(path, b"stsc", 12, 1 << 26)
    patched(path, b"stsz", 4, 1, 1 << 26)
    assert "67,108,864 packets of sound that need no bytes" in why_not(path)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (100_000, "27.8 hours long or more"),
        (40, "truncated: 4.0 s could be decoded, expected 40.0 s"),
        (1, "the header lies: 1.0 s by the header, but 4.0 s could be decoded"),
    ],
)
def test_a_header_that_lies_about_the_length(tmp_path: Path, seconds: int, sentence: str) -> None:
    data = bytearray(encode(tmp_path / "call.flac", "flac", SPEECH, 8_000).read_bytes())
    struct.pack_into(">I", data, 22, seconds * 8_000)  # the lower bits of a FLAC's sample count
    assert sentence in why_not(saved(tmp_path / "call.flac", bytes(data)))


def test_timestamps_that_skip_an_hour_are_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "jump.webm", "libopus", two_sides(16.0), 48_000, pause_s=3_600)
    assert "the timestamps jump by 3600 s after 8." in why_not(path)


def test_timestamps_that_run_backwards_are_refused(tmp_path: Path) -> None:
    """A WebM keeps time per cluster of 5 s; here the second begins where the first did."""
    path = encode(tmp_path / "back.webm", "libopus", two_sides(16.0), 48_000)
    data = bytearray(path.read_bytes())
    cluster = data.index(b"\x1f\x43\xb6\x75", data.index(b"\x1f\x43\xb6\x75") + 4)
    at = data.index(b"\xe7\x82", cluster) + 2
    assert struct.unpack_from(">H", data, at)[0] > 4_000
    struct.pack_into(">H", data, at, 0)
    assert "the timestamps jump by -5 s after 5." in why_not(saved(path, bytes(data)))


# Truncation


WITH_A_LENGTH = [
    form
    for form in FORMATS
    if form.ending not in {"aac", "amr", "g722", "mka", "caf"} and form.rate != 44_100
]


@pytest.mark.parametrize("form", WITH_A_LENGTH, ids=str)
def test_truncation_never_shortens_a_call_in_silence(tmp_path: Path, form: Format) -> None:
    path = encode(tmp_path / f"a.{form.ending}", form.codec, SPEECH[: form.channels], form.rate)
    content = path.read_bytes()
    for eighths in range(8):
        why_not(saved(tmp_path / f"cut.{form.ending}", content[: len(content) * eighths // 8]))


def test_a_format_without_a_length_tells_only_a_cut_inside_a_frame(tmp_path: Path) -> None:
    content = gsm([40] * 200)
    assert heard(saved(tmp_path / "a.gsm", content[: 33 * 100])).duration_s == 2.0
    assert "decoding fails after 2.0 s" in why_not(saved(tmp_path / "b.gsm", content[:3_307]))


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = encode(tmp_path / "a.m4a", "aac", SPEECH, 8_000).read_bytes()
    damaged = bytearray(content)
    damaged[200:4_000:97] = bytes(len(damaged[200:4_000:97]))
    why_not(saved(tmp_path / "b.m4a", bytes(damaged)))
    why_not(saved(tmp_path / "c.mp3", np.random.default_rng(1).bytes(4_000)))
    assert capfd.readouterr() == ("", "")
