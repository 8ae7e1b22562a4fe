"""Recordings as files: WAV headers by hand, so that they can lie, and other formats by PyAV."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from flows.demo.recording import encode_mu_law

_LAYOUTS = {1: "mono", 2: "stereo", 8: "7.1"}
PCM, FLOAT, ALAW, MULAW, GSM = 1, 3, 6, 7, 0x31


@dataclass(frozen=True)
class Format:
    """A file's ending, its codec by the encoder's name, and what the codec takes."""

    ending: str
    codec: str
    rate: int = 8_000
    channels: int = 2

    def __str__(self) -> str:
        return f"{self.ending}-{self.codec}-{self.rate}"


FORMATS = (
    Format("wav", "pcm_u8"),
    Format("wav", "pcm_s16le", 44_100),
    Format("wav", "pcm_s24le"),
    Format("wav", "pcm_s32le", 11_025),
    Format("wav", "pcm_f32le", 44_100),
    Format("wav", "pcm_f64le", 48_000),
    Format("wav", "pcm_mulaw"),
    Format("wav", "pcm_alaw"),
    Format("wav", "adpcm_ms"),
    Format("wav", "adpcm_ima_wav"),
    Format("wav", "g722", 16_000, 1),
    Format("wav", "g726", 8_000, 1),
    Format("wav", "libmp3lame"),
    Format("g722", "g722", 16_000, 1),
    Format("mp3", "libmp3lame"),
    Format("mp3", "libmp3lame", 44_100),
    Format("ogg", "libopus", 48_000),
    Format("ogg", "vorbis", 44_100),
    Format("ogg", "flac", 16_000),
    Format("webm", "libopus", 48_000),
    Format("webm", "vorbis", 44_100),
    Format("mka", "pcm_s16le", 16_000),
    Format("m4a", "aac"),
    Format("m4a", "aac", 44_100),
    Format("m4a", "alac", 32_000),
    Format("mov", "pcm_s16le", 22_050),
    Format("aac", "aac", 44_100),
    Format("flac", "flac"),
    Format("au", "pcm_mulaw"),
    Format("au", "pcm_s16be", 16_000),
    Format("aiff", "pcm_s16be", 44_100),
    Format("caf", "pcm_s16le"),
    Format("amr", "libopencore_amrnb", 8_000, 1),
    Format("3gp", "libopencore_amrnb", 8_000, 1),
)
"""What PyAV can also write; GSM 6.10 it only reads, see `gsm` and `gsm_wav`."""


def wav(
    data: bytes,
    *,
    kind: int = PCM,
    channels: int = 1,
    rate: int = 8_000,
    bits: int = 16,
    declared: int | None = None,
) -> bytes:
    """A WAV file around `data`; `declared` is what its header says of the bytes of samples."""
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * block, block, bits)
    size = len(data) if declared is None else declared
    body = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(4 + len(body), 0xFFFFFFFF)) + b"WAVE" + body


def gsm(loudness: Sequence[int], *, seed: int = 1) -> bytes:
    """Raw GSM 6.10: noise, 20 ms of each loudness (0–63, the codec's steps)."""
    rng = np.random.default_rng(seed)
    frames = ["1101" + "".join(_gsm_bits(loud, rng)) for loud in loudness]
    return b"".join(int(bits, 2).to_bytes(33, "big") for bits in frames)


def gsm_wav(loudness: Sequence[int], *, seed: int = 1) -> bytes:
    """The same in a WAV, which packs two frames into 65 bytes, lowest bits first."""
    rng = np.random.default_rng(seed)
    fields = ["".join(field[::-1] for field in _gsm_bits(loud, rng)) for loud in loudness]
    pairs = [first + second for first, second in zip(fields[::2], fields[1::2], strict=True)]
    data = b"".join(int(bits[::-1], 2).to_bytes(65, "little") for bits in pairs)
    form = struct.pack("<HHIIHHHH", GSM, 1, 8_000, 1_625, 65, 0, 2, 320)
    fact = struct.pack("<I", 320 * len(pairs))
    body = _chunk(b"fmt ", form) + _chunk(b"fact", fact) + _chunk(b"data", data)
    return _chunk(b"RIFF", b"WAVE" + body)


def _gsm_bits(loud: int, rng: np.random.Generator) -> list[str]:
    """A frame's fields: a flat filter, then four times no echo, the largest pulse and 13 pulses."""
    flat = ["100000", "100000", "10000", "10000", "1000", "1000", "100", "100"]
    fields = list(flat)
    for _ in range(4):
        fields += [f"{40:07b}", "00", "00", f"{loud:06b}"]
        fields += [f"{pulse:03b}" for pulse in rng.integers(0, 8, 13)]
    return fields


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def pcm(samples: npt.NDArray[np.float32]) -> bytes:
    """Samples (channels, n) within −1…1 as interleaved 16-bit PCM."""
    return (np.atleast_2d(samples).T * 32_767).round().astype("<i2").tobytes()


def encode(
    path: Path,
    codec: str,
    samples: npt.NDArray[np.float32],
    rate: int,
    *,
    pause_s: float = 0.0,
) -> Path:
    """Write samples (channels, n) at 8 kHz with any codec, `pause_s` unsent after the first half.

    The pause is in the timestamps only, as recorders leave out packets of silence.
    """
    layout = _LAYOUTS[len(samples)]
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        stream.options = {"strict": "experimental"}  # for Vorbis
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(
            format=stream.format, layout=layout, rate=rate, frame_size=stream.frame_size or 1_024
        )
        packed = np.ascontiguousarray(samples.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.rate, frame.pts = 8_000, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(piece):
                _late(packet, samples.shape[1] / 8_000 / 2, pause_s)
                file.mux(packet)
        for packet in stream.encode(None):
            _late(packet, samples.shape[1] / 8_000 / 2, pause_s)
            file.mux(packet)
    return path


def _late(packet: "av.Packet[av.AudioStream]", after_s: float, pause_s: float) -> None:
    if pause_s and packet.pts is not None and packet.pts * packet.time_base >= after_s:
        packet.pts += round(pause_s / packet.time_base)
        packet.dts = packet.pts


def write_long(path: Path, call: npt.NDArray[np.float32], hours: float) -> Path:
    """One call (2, n) at 8 kHz, over and over, as mu-law: hours in little time and memory."""
    data = encode_mu_law(call.T).tobytes()
    times = int(hours * 3_600 * 16_000 / len(data))
    with path.open("wb") as file:
        file.write(wav(b"", kind=MULAW, channels=2, bits=8, declared=times * len(data)))
        for _ in range(times):
            file.write(data)
    return path
