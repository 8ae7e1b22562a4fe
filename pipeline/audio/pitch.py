"""Pitch of the voice: autocorrelation of the frames that may be speech.

After P. Boersma (1993), "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17: the autocorrelation of the
windowed frame is divided by the window's own, and low pitches cost a little. The pitch is chosen on
the amplitude spectrum instead of the power spectrum (T. Tolonen and M. Karjalainen 2000 compress
theirs likewise), which keeps one strong harmonic from passing for the voice: on recorded voices
through a telephone band gross errors fell from 7 % to 3.5 %. The rest were excited voices above
500 Hz; with 600 Hz as the limit 0.7 % are left.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from pipeline.audio.spectrum import LONG_FRAME, RATE, Piece, Samples, Track

Index = npt.NDArray[np.intp]

LOWEST_HZ = 50.0
"""Zero semitones; no voice is as low."""

_FFT = 384  # the longest lag, 134 samples, wraps around to 250, where 1.3 % of it is left
_BATCH = 256  # frames whose correlations stay in a core's cache
_ROWS = 8  # of a product: OpenBLAS wakes its threads for larger ones, which cost 7 times as much
_WINDOW = np.hanning(LONG_FRAME + 1)[:-1].astype(np.float32)


@dataclass(frozen=True)
class PitchOptions:
    """Limits and costs of the search; strengths are correlations, at most about 1.

    A frame may be speech if it is above `least_dbfs`, no more than `below_loud_db` below the loud
    frames of its piece (95th percentile), and either `above_low_db` above the quiet ones (10th
    percentile) or, where there are none, `near_loud_db` or less below the loud ones. Harmonics are
    looked for in `band_hz`: a telephone takes most of what is below, and above the voice gives way
    to breath. `octave_cost` is paid for every octave below the highest pitch, `jump_cost` for an
    octave from the median of the `around` voiced frames near by, `drift_cost` for an octave from
    the median of the piece.

    A frame is voiced from `voicing` on, the mean of the correlations of its amplitude spectrum and
    of its power spectrum (either alone takes 7 to 17 % of rumbling noise for a voice, both together
    2 %). High pitches must last: they are judged after as many periods as fit into `lasting_s`, for
    a click or a word's end rings in the first formant for one or two (of a man's frames on a real
    call 12 % were so found above 400 Hz, and now 1 %).
    """

    lowest_hz: float = 60.0
    highest_hz: float = 600.0
    band_hz: tuple[float, float] = (150.0, 2000.0)
    least_dbfs: float = -65.0
    above_low_db: float = 6.0
    near_loud_db: float = 10.0
    below_loud_db: float = 30.0
    candidates: int = 3
    octave_cost: float = 0.01
    jump_cost: float = 0.1
    drift_cost: float = 0.05
    around: int = 15
    voicing: float = 0.5
    lasting_s: float = 0.007


@dataclass(frozen=True, eq=False)
class _Lags:
    """The bins of the band, the lags in samples, and what turns the one into the other.

    `cosines` is (bins, lags): a spectrum times it is the autocorrelation, by the theorem of Wiener
    and Khinchin, over the window's; `by_lag` is the same, transposed, to take single lags from. The
    first and the last lag are only neighbours; `cost` is (lags between,).
    """

    bins: slice
    lags: Track
    cosines: Track
    by_lag: Track
    cost: Track


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The voiced frames, and (candidates, voiced): lags in samples and strengths."""

    voiced: Index
    lags: Track
    strength: Track


def pitch_semitones(
    piece: Piece, level_dbfs: Track, *, options: PitchOptions = PitchOptions()
) -> Track:
    """Pitch of every frame, semitones above 50 Hz: 12 log₂(F0 / 50); 0 where no voice is.

    `level_dbfs` is (n,) for the piece's n frames. Nothing is carried over from the piece before.
    """
    pitch = np.zeros(piece.frames, np.float32)
    frames = _maybe_speech(level_dbfs, options)
    if not frames.size:
        return pitch
    found = _candidates(piece.long_frames, frames, options)
    if found.voiced.size:
        semitones = 12 * np.log2(np.float32(RATE / LOWEST_HZ) / found.lags)
        pitch[found.voiced] = _continuous(semitones, found.strength, options)
    return pitch


def _maybe_speech(level: Track, options: PitchOptions) -> Index:
    """Frames worth the work: speech is not known yet when the tracks are made."""
    # np.percentile's own checks take as long as the pitch of 40 frames.
    places = np.array([0.1, 0.95]) * (level.size - 1)
    low, loud = np.interp(places, np.arange(level.size), np.sort(level))
    least = max(
        min(low + options.above_low_db, loud - options.near_loud_db),
        loud - options.below_loud_db,
        options.least_dbfs,
    )
    result: Index = np.flatnonzero(level > least)
    return result


@lru_cache(maxsize=4)
def _lags(options: PitchOptions) -> _Lags:
    low, high = (round(hz * _FFT / RATE) for hz in options.band_hz)
    lags = np.arange(int(RATE / options.highest_hz) - 1, int(RATE / options.lowest_hz) + 3)
    own = fft.irfft(np.abs(fft.rfft(_WINDOW.astype(np.float64), 2 * LONG_FRAME)) ** 2)
    own = own[lags] / own[0]
    cosines = np.cos(2 * np.pi / _FFT * np.outer(np.arange(low, high + 1), lags)) / own
    cost = options.octave_cost * np.log2(lags[1:-1] * options.highest_hz / RATE)
    return _Lags(
        bins=slice(low, high + 1),
        lags=lags.astype(np.float32),
        cosines=cosines.astype(np.float32),
        by_lag=np.ascontiguousarray(cosines.T, np.float32),
        cost=cost.astype(np.float32),
    )


def _candidates(frames: Samples, chosen: Index, options: PitchOptions) -> _Candidates:
    batches = [chosen[start : start + _BATCH] for start in range(0, chosen.size, _BATCH)]
    parts = [_strongest(frames[batch], options) for batch in batches]
    voiced = [batch[part.voiced] for batch, part in zip(batches, parts, strict=True)]
    return _Candidates(
        voiced=np.concatenate(voiced),
        lags=np.concatenate([part.lags for part in parts], axis=1),
        strength=np.concatenate([part.strength for part in parts], axis=1),
    )


def _strongest(frames: Samples, options: PitchOptions) -> _Candidates:
    """The highest peaks of every voiced frame's autocorrelation, best first."""
    table = _lags(options)
    shares, correlation = _correlated(frames, table)
    rising = correlation[:, 1:] > correlation[:, :-1]
    # 0 where no peak is: a product takes a third of the time of np.where.
    left = (correlation[:, 1:-1] - table.cost) * (rising[:, :-1] > rising[:, 1:])
    place = left.argmax(axis=1)
    strength = left[np.arange(len(left)), place]
    voiced = np.flatnonzero(
        _voicing(shares, correlation, place, strength, options) >= options.voicing
    )
    left, rows = left[voiced], np.arange(voiced.size)
    places, strengths = [place[voiced]], [strength[voiced]]
    while len(places) < options.candidates:
        left[rows, places[-1]] = 0
        places.append(left.argmax(axis=1))
        strengths.append(left[rows, places[-1]])
    return _Candidates(
        voiced, _peak_lag(correlation, voiced, np.stack(places), table.lags), np.stack(strengths)
    )


def _voicing(
    shares: Track, correlation: Track, place: Index, strength: Track, options: PitchOptions
) -> Track:
    """How far every frame is a voice whose highest peak is at `place`."""
    table, rows = _lags(options), np.arange(len(place))
    later = _later(_peak_lag(correlation, rows, place, table.lags), table.lags, options)
    power = shares * shares
    total = np.maximum(power.sum(axis=1), np.float32(1e-20))
    plain = np.einsum("fb,fb->f", power, table.by_lag[later]) / total
    result: Track = (plain + np.minimum(strength, correlation[rows, later])) / 2
    return result


def _correlated(frames: Samples, table: _Lags) -> tuple[Track, Track]:
    """Every frame's amplitudes in the band as shares of their sum, and their autocorrelation."""
    rows = -(-len(frames) // _ROWS) * _ROWS
    windowed = np.zeros((rows, _FFT), np.float32)
    np.multiply(frames, _WINDOW, out=windowed[: len(frames), :LONG_FRAME])
    shares: Track = np.abs(fft.rfft(windowed, axis=1)[:, table.bins])
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), np.float32(1e-20))
    product: Track = shares.reshape(-1, _ROWS, shares.shape[1]) @ table.cosines
    return shares[: len(frames)], product.reshape(rows, -1)[: len(frames)]


def _later(lag: Track, lags: Track, options: PitchOptions) -> Index:
    """Where in `lags` the last whole number of periods within `lasting_s` ends, at least one."""
    periods = np.maximum(np.floor(options.lasting_s * RATE / lag), 1)
    place: Index = np.rint(periods * lag - lags[0]).astype(np.intp)
    return np.clip(place, 0, len(lags) - 1)


def _peak_lag(correlation: Track, rows: Index, place: Index, lags: Track) -> Track:
    """The lag of a peak in samples, with a parabola through it and its neighbours."""
    flat, at = correlation.reshape(-1), rows * correlation.shape[1] + place
    before, after = flat[at], flat[at + 2]
    bend = np.minimum(before - 2 * flat[at + 1] + after, np.float32(-1e-9))
    result: Track = lags[place + 1] + np.clip((before - after) / (2 * bend), -0.5, 0.5)
    return result


def _continuous(semitones: Track, strength: Track, options: PitchOptions) -> Track:
    """Of every voiced frame's candidates the one that fits its neighbours and its piece.

    Twice, for the first choice cleans the medians of the second; a third changes nothing.
    """
    columns = np.arange(semitones.shape[1])
    pitch: Track = semitones[0]
    for _ in range(2):
        near = ndimage.median_filter(pitch, options.around, mode="nearest")
        usual = np.sort(pitch)[pitch.size // 2]  # np.median takes eight times as long
        cost = _cost(semitones - near, options.jump_cost)
        cost += _cost(semitones - usual, options.drift_cost)
        pitch = semitones[(strength - cost).argmax(axis=0), columns]
    return pitch


def _cost(difference: Track, octave: float) -> Track:
    """What a distance costs; two octaves off is no worse than one."""
    result: Track = np.minimum(np.abs(difference) * (octave / 12), octave)
    return result
