"""What the decoder gives, frame by frame, as samples in their place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from av.audio.stream import AudioStream
from av.container import InputContainer

from pipeline.audio.unreadable import UnreadableRecordingError

Samples = npt.NDArray[np.float32]

MAX_HOURS = 12

_LARGEST_PACKET = 16 << 20  # bytes: 11 s of two channels of doubles at 96 kHz
_READ_AGAIN = 4  # times the file's size: a small MP4 can list the same bytes for hours of sound
_LONGEST_GAP_S = 600.0
_LONGEST_STEP_BACK_S = 1.0
_SMALLEST_GAP_S = 0.1  # timestamps of Matroska are rounded to 1 ms, of MPEG to a frame (26 ms)
_PART = 1 << 16  # samples of all channels; frames are joined up to this, for some last 2.5 ms

_KINDS: Mapping[str, tuple[str, float, float]] = {
    "u8": ("u1", 128.0, 128.0),
    "s16": ("i2", 0.0, 2.0**15),
    "s32": ("i4", 0.0, 2.0**31),
    "s64": ("i8", 0.0, 2.0**63),
    "flt": ("f4", 0.0, 1.0),
    "dbl": ("f8", 0.0, 1.0),
}
"""Per sample format its type, its middle and its full scale."""


@dataclass(frozen=True, eq=False)
class Part:
    """Samples (channels, n) float32 of a file, at the rate they were recorded with."""

    samples: Samples
    rate: int


@dataclass
class Clock:
    """Where in the recording its frames have arrived: `count` samples, zeros of gaps included."""

    rate: int = 0
    channels: int = 0
    count: int = 0
    _first_s: float | None = None
    _next_s: float = 0.0

    @property
    def seconds(self) -> float:
        """How much of the recording there is so far."""
        return self.count / self.rate if self.rate else 0.0

    def gap(self, frame: AudioFrame) -> int:
        """Samples that are missing before this frame, such as packets of silence never sent.

        Raises UnreadableRecordingError when time runs backwards by more than 1 s or skips more than
        10 minutes, or when the frame is of another rate or number of channels than the first.
        """
        self._check_same(frame)
        if frame.time is None:
            return 0
        if self._first_s is None:
            self._first_s = self._next_s = frame.time
        gap_s = frame.time - self._first_s - self.seconds
        step_s = frame.time - self._next_s
        if gap_s > _LONGEST_GAP_S or step_s < -_LONGEST_STEP_BACK_S:
            raise UnreadableRecordingError(
                f"damaged: the timestamps jump by {step_s:.0f} s after {self.seconds:.1f} s, "
                f"expected {-_LONGEST_STEP_BACK_S:.0f} to {_LONGEST_GAP_S:.0f}; save it anew"
            )
        self._next_s = frame.time + frame.samples / self.rate
        return round(gap_s * self.rate) if gap_s > _SMALLEST_GAP_S and self.count else 0

    def _check_same(self, frame: AudioFrame) -> None:
        rate, channels = frame.rate, frame.layout.nb_channels
        if not self.count:
            self.rate, self.channels = rate, channels
        if (rate, channels) != (self.rate, self.channels):
            raise UnreadableRecordingError(
                f"{channels} channels at {rate} samples per second after {self.seconds:.1f} s, "
                f"expected {self.channels} at {self.rate} as before; save it anew"
            )


def parts(
    opened: InputContainer, stream: AudioStream, *, size: int, wanted: Sequence[int], clock: Clock
) -> Iterator[Part]:
    """The wanted channels of a stream in a file of `size` bytes, some seconds at a time."""
    placed = _placed(_frames(opened, stream, size), wanted, clock)
    for samples in joined(placed, _PART // len(wanted)):
        yield Part(samples, clock.rate)


def joined(pieces: Iterable[Samples], length: int) -> Iterator[Samples]:
    """Pieces (channels, n) put together until they are at least `length` long."""
    waiting: list[Samples] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += piece.shape[1]
        if count >= length:
            yield np.concatenate(waiting, axis=1) if len(waiting) > 1 else piece
            waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting, axis=1)


def check_hours(seconds: float) -> None:
    """Raises UnreadableRecordingError for more than 12 hours."""
    if seconds > MAX_HOURS * 3600:
        raise UnreadableRecordingError(
            f"{seconds / 3600:.1f} hours long or more, expected at most {MAX_HOURS}: split it into "
            "calls"
        )


def _frames(opened: InputContainer, stream: AudioStream, size: int) -> Iterator[AudioFrame]:
    read = 0
    for packet in opened.demux(stream):
        read += packet.size
        if packet.size > _LARGEST_PACKET or read > _READ_AGAIN * size + _LARGEST_PACKET:
            raise UnreadableRecordingError(
                f"damaged: a packet of {packet.size} bytes after {read} of a file of {size}, "
                "expected small packets, each read once; save it anew"
            )
        for frame in packet.decode():
            if frame.samples:
                yield frame


def _placed(frames: Iterable[AudioFrame], wanted: Sequence[int], clock: Clock) -> Iterator[Samples]:
    """The wanted channels of every frame, and zeros for what the timestamps skip."""
    for frame in frames:
        gap = clock.gap(frame)
        while gap:
            zeros = np.zeros((len(wanted), min(gap, _PART)), np.float32)
            gap -= zeros.shape[1]
            clock.count += zeros.shape[1]
            yield zeros
        samples = _floats(frame, wanted)
        clock.count += samples.shape[1]
        check_hours(clock.seconds)
        yield samples


def _floats(frame: AudioFrame, wanted: Sequence[int]) -> Samples:
    """The wanted channels of a frame; integers become −1…1.

    Plane by plane, for `frame.planes` and `frame.to_ndarray` read on beyond the end of eight planes
    and crash (seen with AAC of 7.1 channels, PyAV 18).
    """
    name = frame.format.name
    kind, middle, scale = _KINDS[name.removesuffix("p")]
    if name.endswith("p"):
        raw = np.stack([_plane(frame, channel, kind, frame.samples) for channel in wanted])
    else:
        channels = frame.layout.nb_channels
        raw = _plane(frame, 0, kind, frame.samples * channels).reshape(-1, channels).T
        raw = raw if list(wanted) == list(range(channels)) else raw[list(wanted)]
    with np.errstate(over="ignore", invalid="ignore"):  # what is no number is found later
        samples = raw.astype(np.float32, order="C")
    if scale != 1:
        samples -= np.float32(middle)
        samples /= np.float32(scale)
    return samples


def _plane(frame: AudioFrame, index: int, kind: str, count: int) -> npt.NDArray[Any]:
    return np.frombuffer(memoryview(AudioPlane(frame, index)), dtype=kind, count=count)
