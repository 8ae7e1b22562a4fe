"""What each channel of a recording carries: found block by block, known at the end."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.audio.unreadable import UnreadableRecordingError

Samples = npt.NDArray[np.float32]

NO_SOUND = 1 / 32_768
"""One step of 16 bits: a channel that moves no more is silent, whatever its offset."""

FULL_SCALE = 0.98
"""The highest code of mu-law is 0.9804, of A-law 0.9844."""

SAME_DB = -40.0
"""Two channels of one sound differ by the codec's noise only."""

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
class _Spread:
    """Energy about the mean: an offset of the line is no sound."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, samples: Samples) -> None:
        self.count += samples.size
        self.total += float(samples.sum(dtype=np.float64))
        self.squares += float(np.dot(samples, samples))

    @property
    def energy(self) -> float:
        return max(self.squares - self.total**2 / max(self.count, 1), 0.0)


@dataclass
class Likeness:
    """Whether two channels carry one sound, and which carry none.

    Feed it every block of `decode.blocks`; one channel is never the same as another.
    """

    _levels: Levels = field(default_factory=Levels)
    _channels: int = 0
    _difference: _Spread = field(default_factory=_Spread)
    _sum: _Spread = field(default_factory=_Spread)

    def add(self, block: Samples) -> None:
        """The next samples, (1 or 2 channels, n)."""
        if not block.size:
            return
        self._levels.add(block)
        self._channels = len(block)
        if len(block) == 2:
            self._difference.add(block[0] - block[1])
            self._sum.add(block[0] + block[1])

    @property
    def same_sound(self) -> bool:
        """Whether the difference of two channels is 40 dB below their sum, or the sum below it.

        Not exactly zero, because lossy codecs treat the channels apart; the sum vanishes where one
        channel is wired with its poles swapped.
        """
        low, high = sorted((self._difference.energy, self._sum.energy))
        return self._channels == 2 and low <= high * 10 ** (SAME_DB / 10)

    @property
    def silent(self) -> tuple[int, ...]:
        """The channels without sound: dead ones."""
        return tuple(c for c in range(self._channels) if c not in self._levels.sounding)
