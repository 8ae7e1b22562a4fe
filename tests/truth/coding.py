"""What a recorder's coding does to a call: encoded and decoded again."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from pipeline.audio.spectrum import RATE, Samples


@dataclass(frozen=True)
class Coding:
    """A codec by PyAV's name, the container that holds it, and its bit rate where it has one."""

    codec: str
    container: str
    kbit_s: int | None = None


CODINGS: Mapping[str, Coding] = {
    "pcm": Coding("pcm_s16le", "wav"),
    "mu-law": Coding("pcm_mulaw", "wav"),
    "a-law": Coding("pcm_alaw", "wav"),
    "mp3 16": Coding("libmp3lame", "mp3", 16),
    "mp3 24": Coding("libmp3lame", "mp3", 24),
    "mp3 32": Coding("libmp3lame", "mp3", 32),
    "mp3 64": Coding("libmp3lame", "mp3", 64),
    "opus 24": Coding("libopus", "ogg", 24),
    "opus 32": Coding("libopus", "ogg", 32),
    "opus 48": Coding("libopus", "ogg", 48),
}
"""By name; the number is kbit/s of the file, half of it for each side."""


def coded(samples: Samples, coding: str) -> Samples:
    """(channels, n) samples at 8 kHz after the codec; its delay is taken off by the containers."""
    raw = decoded(encoded(samples, CODINGS[coding]))
    short = max(samples.shape[1] - raw.shape[1], 0)
    return np.pad(raw, ((0, 0), (0, short)))[:, : samples.shape[1]]


def encoded(samples: Samples, coding: Coding) -> bytes:
    """The file of (channels, n) samples at 8 kHz."""
    layout = "stereo" if len(samples) == 2 else "mono"
    file = io.BytesIO()
    with av.open(file, "w", format=coding.container) as opened:
        stream = opened.add_stream(coding.codec, rate=RATE, layout=layout)
        assert isinstance(stream, AudioStream)
        if coding.kbit_s is not None:
            stream.bit_rate = coding.kbit_s * 1000
        resampler = AudioResampler(
            format=stream.format, layout=layout, rate=stream.rate,
            frame_size=stream.frame_size or None,
        )  # fmt: skip
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
        frame.rate, frame.pts = RATE, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            opened.mux(stream.encode(piece))
        opened.mux(stream.encode(None))
    return file.getvalue()


def decoded(data: bytes) -> Samples:
    """A file's samples, (channels, n) at 8 kHz."""
    resampler = AudioResampler(format="fltp", rate=RATE)
    with av.open(io.BytesIO(data), "r") as opened:
        parts = [part for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
        parts += resampler.resample(None)
    return np.concatenate([part.to_ndarray() for part in parts], axis=1).astype(np.float32)
