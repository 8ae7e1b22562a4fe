"""Power in a frequency band, frame by frame: one pass over the samples, in bounded memory."""

import numpy as np
import numpy.typing as npt
from scipy import fft

Samples = npt.NDArray[np.float32]

_BLOCK_FRAMES = 1024  # 20 s, whose frames stay in a core's cache (2 MB); memory stays bounded
_SMALLEST_POWER = 1e-12  # −120 dBFS stands for digital silence


def band_power_dbfs(
    samples: Samples, *, rate: int, frame_s: float, hop_s: float, low_hz: float, high_hz: float
) -> Samples:
    """Mean square of one channel between `low_hz` and `high_hz`, in dB of full scale.

    Frame i is centred on the middle of hop i, so it stands for [i, i + 1) · `hop_s`; there is one
    for every hop begun, and zeros lie beyond both ends. Hann window. By Parseval's theorem the
    power is 2 Σ |X_k|² / (N Σ w²) over the band's bins: a full-scale sine has −3 dBFS, digital
    silence −120.
    """
    size, hop = round(frame_s * rate), round(hop_s * rate)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    bins = fft.rfftfreq(size, 1 / rate)
    band = slice(np.searchsorted(bins, low_hz), np.searchsorted(bins, high_hz, side="right"))
    power = np.empty(-(-len(samples) // hop), np.float32)
    for first in range(0, len(power), _BLOCK_FRAMES):
        count = min(_BLOCK_FRAMES, len(power) - first)
        frames = _frames(samples, first=first, count=count, size=size, hop=hop)
        spectrum = fft.rfft(frames * window, axis=1)[:, band].view(np.float32)
        power[first : first + count] = np.einsum("ij,ij->i", spectrum, spectrum)
    power *= 2 / (size * float(np.square(window).sum()))
    level: Samples = 10 * np.log10(np.maximum(power, _SMALLEST_POWER))
    return level


def _frames(samples: Samples, *, first: int, count: int, size: int, hop: int) -> Samples:
    """A view of `count` overlapping frames, with zeros where they reach past the samples."""
    begin = first * hop - (size - hop) // 2
    end = begin + (count - 1) * hop + size
    inside = samples[max(begin, 0) : end]
    piece = np.pad(inside, (max(-begin, 0), max(end - len(samples), 0)))
    return np.lib.stride_tricks.sliding_window_view(piece, size)[::hop]
