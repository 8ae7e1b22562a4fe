"""The short-time spectrum of a channel: one pass over the samples feeds every track.

Everything is measured in the telephone band, at 8 kHz: what lies above 4 kHz exists in no call.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import fft

Samples = npt.NDArray[np.float32]
Track = npt.NDArray[np.float32]

RATE = 8_000
HOP_S = 0.020
FRAME_S = 0.032
LONG_FRAME_S = 0.040
"""Pitch needs two and a half periods of a low voice; `FRAME_S` is more exact in time."""

HOP = round(HOP_S * RATE)
FRAME = round(FRAME_S * RATE)
LONG_FRAME = round(LONG_FRAME_S * RATE)
HISTORY = 8
"""Frames before a piece that come with it, for what looks back: 160 ms."""

PIECE_FRAMES = 1024
"""20 s, whose frames stay in a core's cache. Pieces are always cut at the same frames, so that the
tracks do not depend on the blocks in which a recording was read."""

BINS_HZ: Track = fft.rfftfreq(FRAME, 1 / RATE).astype(np.float32)
_WINDOW = np.hanning(FRAME + 1)[:-1].astype(np.float32)
_BATCH = 128  # frames whose spectra stay in a core's cache
_MARGIN = (LONG_FRAME - HOP) // 2  # samples that the longer frame reaches beyond its hop


@dataclass(frozen=True, eq=False)
class Piece:
    """At most `PIECE_FRAMES` frames of one channel.

    Frame i is centred on the middle of hop i, so it stands for [i, i + 1) · `HOP_S`. `power` is
    (`HISTORY` + n, bins): the mean square in every bin of `BINS_HZ`, so that a full-scale sine sums
    to 0.5; its first rows are the frames before (zeros at the start of the call). `samples` reach
    half of what a long frame is longer than a hop beyond the first hop and the last.
    """

    power: Track
    samples: Samples

    @property
    def frames(self) -> int:
        """How many frames of its own the piece has."""
        return len(self.power) - HISTORY

    @property
    def long_frames(self) -> Samples:
        """(n, `LONG_FRAME`) samples around every hop: a view, not windowed."""
        return np.lib.stride_tricks.sliding_window_view(self.samples, LONG_FRAME)[::HOP]


@dataclass
class Pieces:
    """Cuts one channel's samples, which come in blocks of any length, into pieces."""

    _waiting: list[Samples] = field(default_factory=lambda: [np.zeros(_MARGIN, np.float32)])
    _missing: int = PIECE_FRAMES * HOP + _MARGIN
    _before: Track = field(default_factory=lambda: np.zeros((HISTORY, len(BINS_HZ)), np.float32))

    def add(self, samples: Samples) -> Iterator[Piece]:
        """The pieces that are complete with these samples at 8 kHz."""
        while len(samples) >= self._missing:
            full = np.concatenate((*self._waiting, samples[: self._missing]))
            samples = samples[self._missing :]
            self._waiting, self._missing = [full[PIECE_FRAMES * HOP :]], PIECE_FRAMES * HOP
            yield self._piece(full)
        self._waiting.append(samples)
        self._missing -= len(samples)

    def finish(self) -> Iterator[Piece]:
        """The rest, with zeros beyond the end; a hop that has begun is a frame."""
        rest = np.concatenate(self._waiting)
        left = len(rest) - _MARGIN
        while left > 0:
            count = min(-(-left // HOP), PIECE_FRAMES)
            size = count * HOP + 2 * _MARGIN
            yield self._piece(np.pad(rest[:size], (0, max(size - len(rest), 0))))
            rest = rest[count * HOP :]
            left -= count * HOP

    def _piece(self, samples: Samples) -> Piece:
        count = (len(samples) - 2 * _MARGIN) // HOP
        power = np.empty((HISTORY + count, len(BINS_HZ)), np.float32)
        power[:HISTORY] = self._before
        _fill_power(samples, power[HISTORY:])
        self._before = power[-HISTORY:].copy()
        return Piece(power, samples)


def _fill_power(samples: Samples, power: Track) -> None:
    """Mean square per bin, by Parseval's theorem 2 |X_k|² / (N Σ w²); Hann window."""
    edge = (LONG_FRAME - FRAME) // 2
    frames = np.lib.stride_tricks.sliding_window_view(samples[edge:], FRAME)[::HOP]
    scale = np.float32(2 / (FRAME * float(np.square(_WINDOW).sum())))
    for start in range(0, len(power), _BATCH):
        part = power[start : start + _BATCH]
        # Absolute values come faster than squares of two parts that lie interleaved.
        np.abs(fft.rfft(frames[start : start + _BATCH] * _WINDOW, axis=1), out=part)
        np.square(part, out=part)
        part *= scale


def band_power(power: Track, low_hz: float, high_hz: float) -> Track:
    """Power within a band, both ends included."""
    low, high = np.searchsorted(BINS_HZ, low_hz), np.searchsorted(BINS_HZ, high_hz, side="right")
    result: Track = power[:, low:high].sum(axis=1)
    return result


def band_dbfs(power: Track, low_hz: float, high_hz: float) -> Track:
    """The same in dB of full scale (a full-scale sine: −3); digital silence is −120."""
    return decibels(band_power(power, low_hz, high_hz))


def decibels(power: Track) -> Track:
    """10 log₁₀, with −120 for nothing."""
    result: Track = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return result
