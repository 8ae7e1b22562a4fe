"""Masks of frames, their runs, and the spans in seconds that they stand for."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.audio.spectrum import HOP_S
from pipeline.spans import Span

Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]
Spans = tuple[Span, ...]


def frames_of(seconds: float) -> int:
    """How many frames last so long."""
    return round(seconds / HOP_S)


def runs(mask: Mask) -> tuple[Index, Index]:
    """First frame, and frame after the last, of every run of True."""
    change = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def mask_of(starts: Index, ends: Index, size: int) -> Mask:
    """The mask whose runs these are; `runs` turned round."""
    change = np.zeros(size + 1, np.int8)
    change[starts] = 1
    change[ends] = -1
    result: Mask = np.cumsum(change[:size], dtype=np.int8) > 0
    return result


def long_runs(mask: Mask, shortest_s: float) -> tuple[Index, Index]:
    """The runs that last at least so long."""
    starts, ends = runs(mask)
    kept = ends - starts >= frames_of(shortest_s)
    return starts[kept], ends[kept]


def hysteresis(on: Mask, stay: Mask) -> Mask:
    """True from a frame that is `on` until the first that does not `stay`."""
    event = on.astype(np.int8)
    event[~on & ~stay] = -1
    places = np.arange(event.size, dtype=np.int32)
    places[event == 0] = 0
    result: Mask = event[np.maximum.accumulate(places)] > 0
    return result


def widened(mask: Mask, seconds: float) -> Mask:
    """Every run longer by so much at both ends."""
    starts, ends = runs(mask)
    by = frames_of(seconds)
    change = np.zeros(mask.size + 1, np.int32)
    np.add.at(change, np.maximum(starts - by, 0), 1)
    np.add.at(change, np.minimum(ends + by, mask.size), -1)
    result: Mask = np.cumsum(change[:-1], out=change[:-1]) > 0
    return result


def held_by(spans: Iterable[Span], size: int) -> Mask:
    """Frames whose middle lies within one of the spans, in seconds."""
    result = np.zeros(size, np.bool_)
    for start, end in spans:
        result[max(frames_of(start), 0) : max(frames_of(end), 0)] = True
    return result


def spans_of(mask: Mask, duration_s: float) -> Spans:
    """Runs in seconds, not beyond the recording's end; frame i stands for [i, i + 1) hops."""
    starts, ends = runs(mask)
    begin = np.clip(starts * HOP_S, 0, duration_s)
    finish = np.clip(ends * HOP_S, 0, duration_s)
    pairs = zip(begin.tolist(), finish.tolist(), strict=True)
    return tuple((round(a, 3), round(b, 3)) for a, b in pairs if b > a)
