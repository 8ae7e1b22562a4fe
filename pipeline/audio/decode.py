"""Any recording becomes samples, block after block, or a sentence that says why not.

Nothing here holds a call: two hours and ten need the same memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from pipeline.audio.channels import Levels, Likeness
from pipeline.audio.container import read
from pipeline.audio.frames import Part
from pipeline.audio.unreadable import UnreadableRecordingError
from pipeline.spans import Span

__all__ = [
    "BLOCK_S",
    "RATE",
    "Cut",
    "Likeness",
    "Recording",
    "Samples",
    "Sound",
    "UnreadableRecordingError",
    "blocks",
    "cut",
    "whole",
]

Samples = npt.NDArray[np.float32]

RATE = 16_000
"""Samples per second that the recogniser takes."""

BLOCK_S = 16
MAX_PAIR_DIFFERENCE_S = 5.0
SHORTEST_S = 0.1

MAX_FULL_SCALE_SHARE = 0.5
"""More of a channel's samples at full scale is no call. The densest of four real channels had 0.27
when amplified until its peaks were 30 dB over full scale, and 0.59 at 40 dB, where what is soft is
as loud as what is not; a square wave has 1."""


@dataclass(frozen=True)
class Recording:
    """A call's file, or a file for each side, the agent's first.

    `take`: which channels of the one file are the agent's and the customer's, counted from 0. None:
    one or two channels as they are. A file with one channel leaves nothing to choose.
    """

    files: tuple[Path, ...]
    take: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Its files' names, for messages."""
        return ", ".join(file.name for file in self.files)


@dataclass(frozen=True, eq=False)
class Sound:
    """A recording in memory: `samples` is (channels, n) float32 within −1…1, 1 or 2 channels."""

    samples: Samples
    rate: int = RATE

    @property
    def channels(self) -> int:
        """How many channels, 1 or 2; two may still be copies, see `Likeness`."""
        return int(self.samples.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.rate)


@dataclass(frozen=True, eq=False)
class Cut:
    """Stretch number `index` of those asked for on a channel; shorter where the recording ends."""

    channel: int
    index: int
    samples: Samples


def blocks(recording: Recording, *, rate: int) -> Iterator[Samples]:
    """The samples in order: (1 or 2 channels, n) float32 within −1…1, 16 s at a time.

    A second file's channel comes second; the shorter is padded with zeros at its end, and one of
    the two may be silent. Stretches that a container's timestamps skip are zeros, so times stay
    true. Raises UnreadableRecordingError, at any moment up to the end, for anything but one whole
    audible recording of 0.1 s to 12 hours, or two of them with at most 5 s between their lengths.
    """
    assert len(recording.files) in (1, 2), "a call has one file or two"
    levels = [Levels() for _ in recording.files]
    if len(recording.files) == 1:
        parts = read(recording.files[0], take=recording.take, levels=levels[0])
        found = _even(_resampled(parts, rate), BLOCK_S * rate)
    else:
        found = _side_by_side(recording, levels, rate)
    count = 0
    for block in found:
        count += block.shape[1]
        yield np.clip(block, -1, 1, out=block)
    _check(recording, levels, count / rate)


def whole(recording: Recording, *, rate: int = RATE) -> Sound:
    """All of a recording at once: two hours of two channels at 16 kHz are 900 MB."""
    return Sound(np.concatenate(list(blocks(recording, rate=rate)), axis=1), rate)


def cut(
    recording: Recording, spans: Sequence[Sequence[Span]], *, rate: int = RATE
) -> Iterator[Cut]:
    """The stretches asked for, `spans[channel]` in seconds and sorted by start, as they end.

    Of channels beyond `spans` there are none.

    Stretches may overlap. Sample i of the recording is the same here as in `blocks`, and a stretch
    holds int(start · rate) up to int(end · rate). Reads no further than the last one.
    """
    cutters = [
        _Cutter(channel, [(int(start * rate), int(end * rate)) for start, end in own])
        for channel, own in enumerate(spans)
    ]
    at = 0
    for block in blocks(recording, rate=rate) if any(spans) else ():
        for cutter, samples in zip(cutters, block, strict=False):
            yield from cutter.add(samples, at)
        at += block.shape[1]
        if all(cutter.done for cutter in cutters):
            return
    for cutter in cutters:
        yield from cutter.finish()


@dataclass
class _Cutter:
    """Keeps one channel's wanted stretches of samples, given as start and end."""

    channel: int
    wanted: Sequence[tuple[int, int]]
    _begun: int = 0
    _open: dict[int, list[Samples]] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self._begun == len(self.wanted) and not self._open

    def add(self, samples: Samples, at: int) -> Iterator[Cut]:
        end = at + len(samples)
        while self._begun < len(self.wanted) and self.wanted[self._begun][0] < end:
            self._open[self._begun] = []
            self._begun += 1
        for index in list(self._open):
            start, stop = self.wanted[index]
            self._open[index].append(samples[max(start - at, 0) : max(stop - at, 0)].copy())
            if stop <= end:
                yield self._cut(index)

    def finish(self) -> Iterator[Cut]:
        for index in range(len(self.wanted)):
            if index in self._open or index >= self._begun:
                yield self._cut(index)

    def _cut(self, index: int) -> Cut:
        pieces = self._open.pop(index, [np.zeros(0, np.float32)])
        return Cut(self.channel, index, np.concatenate(pieces))


def _side_by_side(recording: Recording, levels: Sequence[Levels], rate: int) -> Iterator[Samples]:
    """Two files as two channels, as long as the longer."""
    sides = [
        _even(_resampled(read(file, take=_side_of(file), levels=own), rate), BLOCK_S * rate)
        for file, own in zip(recording.files, levels, strict=True)
    ]
    lengths = [0, 0]
    for pair in zip_longest(*sides, fillvalue=np.zeros((1, 0), np.float32)):
        block = np.zeros((2, max(side.shape[1] for side in pair)), np.float32)
        for channel, side in enumerate(pair):
            block[channel, : side.shape[1]] = side[0]
            lengths[channel] += side.shape[1]
        yield block
    if max(lengths) - min(lengths) > MAX_PAIR_DIFFERENCE_S * rate:
        agent, customer = (file.name for file in recording.files)
        raise UnreadableRecordingError(
            f"{agent} lasts {lengths[0] / rate:.1f} s and {customer} {lengths[1] / rate:.1f} s, "
            f"expected two sides of one call, at most {MAX_PAIR_DIFFERENCE_S:.0f} s apart; bring "
            "the files that belong together"
        )


def _side_of(file: Path) -> tuple[int, ...] | None:
    """Which channel of a side's file is the side: of two the only one with sound, if there is.

    A file of two is read once more for this. None: it has one channel.
    """
    levels, likeness = Levels(), Likeness()
    for part in read(file, take=None, levels=levels):
        if len(part.samples) == 1:
            return None
        likeness.add(part.samples)
    if len(levels.sounding) < 2 or likeness.same_sound:
        return (levels.sounding or (0,))[:1]
    raise UnreadableRecordingError(
        f"{file.name}: two channels that differ, expected a file with one side; give the file "
        "alone if it holds the whole call"
    )


def _resampled(parts: Iterable[Part], rate: int) -> Iterator[Samples]:
    """Parts of any length at another rate; where they are cut changes no sample."""
    resampler = AudioResampler(format="fltp", rate=rate)
    passed = True
    for part in parts:
        passed = part.rate == rate
        if passed:
            yield part.samples
            continue
        layout = "mono" if len(part.samples) == 1 else "stereo"
        frame = AudioFrame.from_ndarray(part.samples, format="fltp", layout=layout)
        frame.rate = part.rate
        yield from map(_planes, resampler.resample(frame))
    if not passed:
        yield from map(_planes, resampler.resample(None))  # what it still holds


def _planes(frame: AudioFrame) -> Samples:
    """Samples of one or two channels of floats."""
    return frame.to_ndarray().astype(np.float32, copy=False)


def _even(pieces: Iterable[Samples], length: int) -> Iterator[Samples]:
    """Pieces put together and cut again into blocks of `length` samples; the last is shorter."""
    left: list[Samples] = []
    for piece in pieces:
        start = 0
        while start < piece.shape[1]:
            missing = length - sum(one.shape[1] for one in left)
            left.append(piece[:, start : start + missing])
            start += missing
            if left[-1].shape[1] == missing:
                yield np.concatenate(left, axis=1)
                left = []
    if left:
        yield np.concatenate(left, axis=1)


def _check(recording: Recording, levels: Sequence[Levels], seconds: float) -> None:
    """What is known at the end: whether it was a call at all."""
    if seconds < SHORTEST_S:
        raise UnreadableRecordingError(
            f"{recording.name}: {seconds:.3f} s of sound, expected a call of at least {SHORTEST_S} "
            "s; bring the whole file"
        )
    if not any(own.sounding for own in levels):
        where = "on both sides" if len(levels) == 2 else "from start to end"
        raise UnreadableRecordingError(
            f"{recording.name}: digital silence {where}, expected sound on a channel; check that "
            "the recorder was connected"
        )
    share = max(own.full_scale_share for own in levels)
    if share > MAX_FULL_SCALE_SHARE:
        raise UnreadableRecordingError(
            f"{recording.name}: {share:.0%} of a channel's samples are at full scale, expected at "
            f"most {MAX_FULL_SCALE_SHARE:.0%}: overloaded or damaged beyond hearing; check its "
            "format and the recorder's gain"
        )
