"""Log-mel power as faster-whisper computes it, kept before its last step so that it can be mixed.

Values are log10 of power; `normalised` is the last step, which a network sees.
"""

from functools import cache

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

Frames = NDArray[np.float32]
"""(frames, 80), one frame each 10 ms."""

RATE_HZ = 16_000
MELS = 80
FLOOR = -10.0
"""log10 of the power that silence is given."""

SIZE, HOP = 400, 160
_RANGE = 8.0


def log_power(samples: NDArray[np.float32]) -> Frames:
    """Of samples at 16 kHz with silence around them; an even number of frames."""
    count = len(samples) // (2 * HOP) * 2
    padded = np.pad(samples, SIZE // 2)
    strides = (padded.strides[0] * HOP, padded.strides[0])
    windows = np.lib.stride_tricks.as_strided(padded, (count, SIZE), strides) * _window()
    power = np.square(np.abs(np.fft.rfft(windows, axis=1)).astype(np.float32))
    return np.log10(np.maximum(power @ _filters(), 10**FLOOR)).astype(np.float32)


def normalised(frames: Frames) -> Frames:
    """What is 80 dB below the loudest is raised to it; then (x + 4) / 4, as Whisper's was."""
    scaled: Frames = (np.maximum(frames, frames.max() - _RANGE) + 4) / 4
    return scaled


def power_of(frames: Frames) -> Frames:
    """Mean power of the samples under each frame: 1 is a full-scale square wave's.

    White noise of power p has 3.75 p in every band, as the window's squares sum to 150 and a
    filter's weights to 1/40; a band stands for as many of the 200 Fourier bins as it is wide.
    """
    power = np.power(10.0, frames) @ _widths_hz() / (_WHITE * RATE_HZ / 2)
    return power.astype(np.float32)


def white(power: float | Frames) -> Frames:
    """log10 of what white noise of a power has in each band."""
    level: Frames = np.log10(np.maximum(np.asarray(power, np.float32), 1e-12) * _WHITE)
    return level


@cache
def centres_hz() -> NDArray[np.float32]:
    """The middle of each band."""
    filters = _filters()
    bins = np.linspace(0, RATE_HZ / 2, filters.shape[0])
    return (bins @ filters / filters.sum(axis=0)).astype(np.float32)


_WHITE = 3.75


@cache
def _filters() -> NDArray[np.float32]:
    filters = FeatureExtractor.get_mel_filters(RATE_HZ, SIZE, n_mels=MELS)
    return np.ascontiguousarray(filters.T.astype(np.float32))


@cache
def _window() -> NDArray[np.float32]:
    return np.hanning(SIZE + 1)[:-1].astype(np.float32)


@cache
def _widths_hz() -> NDArray[np.float32]:
    return np.gradient(centres_hz()).astype(np.float32)
