"""What each channel of a recording carries: found block by block, known at the end."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.fft import rfft

from pipeline.audio.unreadable import UnreadableRecordingError

Samples = npt.NDArray[np.float32]
Sums = npt.NDArray[np.complex128]

NO_SOUND = 1 / 32_768
"""One step of 16 bits: a channel that moves no more is silent, whatever its offset."""

FULL_SCALE = 0.98
"""The highest code of mu-law is 0.9804, of A-law 0.9844."""

SAME_CORRELATION = 0.75
"""A made call and a real one, a minute each: copies correlate by 0.84 and more (least with a gain
of 0.3 and noise of 0.001 on each, and 0.89 after MP3), two sides by 0.03 and less with leaks of
−15 dB, a dead side with such a leak by 0.47, music 12 dB over speech on both for a third, 0.62."""

QUIETER_DB = -12.0
"""A copy may be turned down by ten decibels; below this it is one side's leak into the other."""

LAG = 160
"""Samples that one copy may be late: 20 ms at 8 kHz."""

_TAKEN, _EVERY = 4_096 - LAG, 16_000
"""Samples compared, of so many, which divide a block: a quarter of the call tells enough, in 0.04
ms per second. With LAG zeros behind them their Fourier transform has 4,096 points."""

_EVENED = 0.75
"""The power of its energy by which a stretch is divided, so that no loud music speaks for a call,
and no hiss in its pauses."""

_NO_ENERGY = 1e-12

_MOST = 8.0  # overshoot of lossy codecs stays below 2; integers saved as floats do not


@dataclass
class Levels:
    """Extremes of every channel, and how many of its samples are at full scale.

    Feed it samples (channels, n) as they were recorded: resampling rounds off what was clipped.
    """

    count: int = 0
    _low: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _high: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _full: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, samples: Samples) -> float:
        """The next samples, at least one; returns the largest magnitude among them.

        Raises UnreadableRecordingError when that is no number or beyond 8.
        """
        low, high = samples.min(axis=1), samples.max(axis=1)
        largest = float(max(-low.min(), high.max()))
        if not largest <= _MOST:  # also true of NaN
            raise UnreadableRecordingError(
                f"samples reach {largest:g}, expected numbers from −1 to 1: the float format of "
                "its header is wrong or the file is damaged; save it as 16-bit integers"
            )
        if not self.count:
            self._low, self._high = low, high
            self._full = np.zeros(len(samples), np.int64)
        self._low, self._high = np.minimum(self._low, low), np.maximum(self._high, high)
        if largest >= FULL_SCALE:
            self._full += (np.abs(samples) >= FULL_SCALE).sum(axis=1)
        self.count += samples.shape[1]
        return largest

    @property
    def sounding(self) -> tuple[int, ...]:
        """The channels with any sound."""
        return tuple(np.flatnonzero(self._high - self._low > NO_SOUND).tolist())

    @property
    def full_scale_share(self) -> float:
        """Share of samples at full scale, in the sounding channel that has most."""
        return max((float(self._full[c] / self.count) for c in self.sounding), default=0.0)


@dataclass
class Likeness:
    """Whether two channels carry one sound, and which carry none.

    Feed it every block of `decode.blocks`; one channel is never the same as another.
    """

    _levels: Levels = field(default_factory=Levels)
    _channels: int = 0
    _rest: Samples = field(default_factory=lambda: np.zeros((2, 0), np.float32))
    _sums: Sums = field(default_factory=lambda: np.zeros(2 + (_TAKEN + LAG) // 2 + 1, complex))

    def add(self, block: Samples) -> None:
        """The next samples, (1 or 2 channels, n)."""
        if not block.size:
            return
        self._levels.add(block)
        self._channels = len(block)
        if len(block) < 2:
            return
        samples = np.concatenate([self._rest, block], axis=1) if self._rest.size else block
        end = samples.shape[1] - samples.shape[1] % _EVERY
        if end:
            self._sums += _products(samples[:, :end].reshape(2, -1, _EVERY)[:, :, :_TAKEN])
        self._rest = samples[:, end:].copy()

    @property
    def same_sound(self) -> bool:
        """Whether one channel is the other, at most 12 dB softer, `LAG` late, in any polarity.

        The largest magnitude of their cross-correlation, divided by the root of their energies, is
        compared with `SAME_CORRELATION`. Noise of one channel's own lowers it as a voice does, so
        copies may differ by what a lossy codec or a line adds.
        """
        if self._channels < 2:
            return False
        sums = self._sums
        if self._rest.size:  # a short call has few stretches: what is left at its end counts too
            sums = sums + _products(self._rest[:, None, :_TAKEN])
        quiet, loud = sorted(sums[:2].real)
        if quiet <= loud * 10 ** (QUIETER_DB / 10):
            return False
        late = np.abs(np.fft.irfft(sums[2:]))
        most = max(late[: LAG + 1].max(), late[-LAG:].max())
        return bool(most >= SAME_CORRELATION * np.sqrt(quiet * loud))

    @property
    def silent(self) -> tuple[int, ...]:
        """The channels without sound: dead ones."""
        return tuple(c for c in range(self._channels) if c not in self._levels.sounding)


def _products(stretches: Samples) -> Sums:
    """Of (2, stretches, n): the energy of each channel, then the spectrum of their correlation.

    Both about the stretch's mean, divided by a power of its two energies, and summed over all.
    """
    centred = stretches - stretches.mean(axis=2, keepdims=True)
    energies = np.einsum("csn,csn->cs", centred, centred)
    shares = np.maximum(energies.sum(axis=0), np.float32(_NO_ENERGY)) ** np.float32(-_EVENED)
    one, other = rfft(centred, _TAKEN + LAG)
    # einsum: a product of matrices wakes all threads, which costs more than it saves.
    sums: Sums = np.concatenate(
        [np.einsum("cs,s->c", energies, shares), np.einsum("sf,s->f", one * other.conj(), shares)]
    ).astype(complex)
    return sums
