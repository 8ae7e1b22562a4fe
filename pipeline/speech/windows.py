"""Windows: speech of one side of one call, packed until the recogniser's window is full.

Whisper's encoder costs a whole window however little speech is in it. A window never holds two
calls or two sides, so no word can land in another customer's transcript.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.audio.decode import Cut
from pipeline.spans import Span

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class WindowOptions:
    """`edge_s`: sound kept around a stretch, so that no consonant is cut off."""

    window_s: float = 30.0
    edge_s: float = 0.2


@dataclass(frozen=True)
class Piece:
    """One stretch inside a window: its speech in the recording, and where the window holds it."""

    speech: Span
    cut: Span
    at_s: float

    @property
    def until_s(self) -> float:
        """Where the piece ends in the window."""
        return self.at_s + self.cut[1] - self.cut[0]


@dataclass(frozen=True)
class Window:
    """Pieces of one channel of one call, in order."""

    channel: int
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return self.pieces[-1].until_s


def pack(
    speech: Sequence[Span],
    *,
    channel: int,
    duration_s: float,
    options: WindowOptions = WindowOptions(),
) -> list[Window]:
    """Windows that hold all of `speech` (sorted, disjoint), each at most `window_s` long."""
    windows: list[Window] = []
    pieces: list[Piece] = []
    filled = 0.0
    for span, cut in _cuts(speech, duration_s, options):
        length = cut[1] - cut[0]
        if pieces and filled + length > options.window_s:
            windows.append(Window(channel, tuple(pieces)))
            pieces, filled = [], 0.0
        pieces.append(Piece(span, cut, filled))
        filled += length
    if pieces:
        windows.append(Window(channel, tuple(pieces)))
    return windows


def cuts_of(windows: Sequence[Window], channels: int) -> list[list[Span]]:
    """The stretches of each channel that make the windows' sound, in order."""
    return [
        [piece.cut for window in windows if window.channel == channel for piece in window.pieces]
        for channel in range(channels)
    ]


def filled(windows: Sequence[Window], cuts: Iterable[Cut]) -> Iterator[tuple[Window, Samples]]:
    """Each window with its samples, as soon as the last of its `cuts_of` has come.

    Only what belongs to windows that are not full yet is held.
    """
    waiting: dict[int, list[Window]] = {}
    for window in windows:
        waiting.setdefault(window.channel, []).append(window)
    arrived: dict[int, list[Samples]] = {channel: [] for channel in waiting}
    for one in cuts:
        parts = arrived[one.channel]
        parts.append(one.samples)
        if len(parts) == len(waiting[one.channel][0].pieces):
            yield waiting[one.channel].pop(0), np.concatenate(parts)
            arrived[one.channel] = []


def _cuts(
    speech: Sequence[Span], duration_s: float, options: WindowOptions
) -> list[tuple[Span, Span]]:
    """Each stretch with its edges; neighbours share the sound between them, long ones are split."""
    result = []
    parts = [part for span in speech for part in _split(span, options)]
    for i, (start, end) in enumerate(parts):
        before = parts[i - 1][1] if i else 0.0
        after = parts[i + 1][0] if i + 1 < len(parts) else duration_s
        left = max(start - options.edge_s, (before + start) / 2 if i else 0.0)
        right = min(end + options.edge_s, (end + after) / 2 if i + 1 < len(parts) else after)
        result.append(((start, end), (left, right)))
    return result


def _split(span: Span, options: WindowOptions) -> list[Span]:
    longest = options.window_s - 2 * options.edge_s
    count = int(np.ceil((span[1] - span[0]) / longest))
    if count <= 1:
        return [span]
    edges = np.linspace(span[0], span[1], count + 1)
    return [(float(a), float(b)) for a, b in pairwise(edges)]
