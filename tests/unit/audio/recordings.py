"""Recordings as files: WAV headers by hand, so that they can lie, and other formats by PyAV."""

import struct
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

PCM, FLOAT, ALAW = 1, 3, 6


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


def pcm(samples: npt.NDArray[np.float32]) -> bytes:
    """Samples (channels, n) within −1…1 as interleaved 16-bit PCM."""
    return (np.atleast_2d(samples).T * 32_767).round().astype("<i2").tobytes()


def encode(
    path: Path,
    codec: str,
    samples: npt.NDArray[np.float32],
    *,
    rate: int,
    pause_s: float = 0.0,
) -> Path:
    """Write samples (channels, n) at 8 kHz with any codec, `pause_s` unsent after the first half.

    The pause is in the timestamps only, as recorders leave out packets of silence.
    """
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(
            format=stream.format, layout=layout, rate=rate, frame_size=stream.frame_size or None
        )
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
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
