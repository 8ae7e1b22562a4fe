"""What a channel sounds like while nobody speaks, and how far each frame stands out from it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from pipeline.audio.masks import Mask, frames_of, widened
from pipeline.audio.spectrum import HOP_S, Track
from pipeline.audio.tracks import Tracks

_HOUR = 180_000  # frames


@dataclass(frozen=True)
class BackgroundOptions:
    """How noise is told from speech; levels in dB.

    The floor is the rolling percentile of block medians, at most `cap_db` above a low percentile of
    the whole channel. Noise that comes and goes, as cars do, is followed where the level is steady:
    within `steady_db` for `steady_s` without a voice, which speech is not; between two such places
    it is interpolated, up to `steady_reach_s` away. What still moves is followed by the mean of the
    frames without speech over `drift_s`.
    """

    window_s: float = 30.0
    block_s: float = 0.5
    percentile: float = 25.0
    ignored_below_dbfs: float = -78.0
    cap_percentile: float = 3.0
    cap_db: float = 10.0
    steady_db: float = 5.0
    steady_s: float = 0.5
    steady_reach_s: float = 2.0
    most_voiced: float = 0.2
    drift_s: float = 10.0
    drift_least_s: float = 0.5
    around_speech_s: float = 0.3
    least_quiet_s: float = 1.0
    least_quiet_share: float = 0.1


@dataclass(frozen=True, eq=False)
class Background:
    """Noise beside the frames.

    `floor_dbfs` is the noise of every frame between 250 and 3400 Hz. `excess_db` is how far the
    frame stands out: the most of that band, its part below 1 kHz and its part above, each over its
    own floor. A voice fills one part more than noise does, which is worth 5 dB in white noise.
    """

    floor_dbfs: Track
    excess_db: Track


def background(tracks: Tracks, heard: Mask, options: BackgroundOptions) -> Background:
    """Find the noise among the frames that count (`heard`), an hour at a time to save memory."""
    whole = Background(*(np.zeros(heard.size, np.float32) for _ in range(2)))
    around = frames_of(options.window_s)
    for first in range(0, heard.size, _HOUR):
        last = min(first + _HOUR, heard.size)
        wide = slice(max(first - around, 0), min(last + around, heard.size))
        if not heard[wide].any():
            continue
        codes = {name: own[wide] for name, own in tracks.codes.items()}
        part = _background(Tracks(codes), heard[wide], options)
        own = slice(first - wide.start, last - wide.start)
        whole.floor_dbfs[first:last] = part.floor_dbfs[own]
        whole.excess_db[first:last] = part.excess_db[own]
    return whole


def _background(tracks: Tracks, heard: Mask, options: BackgroundOptions) -> Background:
    steady = _steady(tracks, heard, options)
    bands = _bands(tracks)
    level = next(bands)
    floor = _floor(level, heard, steady, options)
    excess = level - floor
    for band in bands:
        np.maximum(excess, band - _floor(band, heard, steady, options), out=excess)
    return Background(floor, excess)


def without_drift(excess: Track, quiet: Mask, options: BackgroundOptions) -> Track:
    """The excess less its mean over the `quiet` frames around, which hold no speech.

    The mean of all quiet frames counts as half a second of them, for where there are few.
    """
    if not quiet.any():
        return excess
    usual = np.float32(excess[quiet].mean())
    size = frames_of(options.drift_s) | 1
    off = np.where(quiet, excess - usual, np.float32(0))
    share = ndimage.uniform_filter1d(quiet.astype(np.float32), size, mode="constant")
    mean = ndimage.uniform_filter1d(off, size, mode="constant")
    share += np.float32(frames_of(options.drift_least_s) / size)
    mean /= share
    result: Track = np.subtract(excess, mean, out=mean)
    return result


def quiet_frames(heard: Mask, speech: Mask, options: BackgroundOptions) -> Mask:
    """Frames that count and are not near speech: the noise.

    None where they are too few: a switch that sends nothing between words leaves only the words'
    edges, which are voice as well.
    """
    apart = heard & ~widened(speech, options.around_speech_s)
    least = max(options.least_quiet_s / HOP_S, options.least_quiet_share * np.count_nonzero(heard))
    return apart if np.count_nonzero(apart) >= least else np.zeros(apart.size, np.bool_)


def _bands(tracks: Tracks) -> Iterator[Track]:
    """The level of the whole band, of its lower part and of its upper part, from the tilt."""
    level, tilt = tracks["level_dbfs"], tracks["tilt_db"]
    yield level
    low = level - np.float32(10) * np.log10(1 + 10 ** (tilt / np.float32(10)))
    yield low
    low += tilt
    yield low


def _floor(level: Track, heard: Mask, steady: Mask, options: BackgroundOptions) -> Track:
    """The floor of one band, never below the low percentile of all that is heard."""
    low = float(np.percentile(level[heard], options.cap_percentile))
    floor = np.minimum(_rolling(level, heard, options), np.float32(low + options.cap_db))
    np.maximum(floor, _followed(level, steady, options), out=floor)
    return np.maximum(floor, np.float32(low))


def _rolling(level: Track, heard: Mask, options: BackgroundOptions) -> Track:
    """Rolling percentile of block medians.

    Blocks of near-digital silence are ignored, for they would let comfort noise pass as speech. It
    is to be capped: in half a minute of talk without a pause a quarter of the blocks is speech.
    """
    size = frames_of(options.block_s)
    blocks = -(-level.size // size)
    counted = np.where(heard, level, np.float32(options.ignored_below_dbfs - 1))
    padded = np.pad(counted, (0, blocks * size - level.size), mode="edge")
    medians = np.median(padded.reshape(blocks, size), axis=1)
    return np.repeat(_rolling_percentile(medians, options), size)[: level.size]


def _rolling_percentile(medians: Track, options: BackgroundOptions) -> Track:
    """Percentile over the blocks around each block, without the ignored ones (placed last)."""
    half = round(options.window_s / options.block_s / 2)
    kept = np.where(medians < options.ignored_below_dbfs, np.float32(np.inf), medians)
    kept = np.pad(kept, half, constant_values=np.inf)
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(kept, 2 * half + 1), axis=1)
    count = np.isfinite(windows).sum(axis=1)
    place = np.maximum(count - 1, 0) * options.percentile / 100
    low = np.floor(place).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    rows = np.arange(len(windows))
    windows[count == 0, 0] = options.ignored_below_dbfs
    below, above = windows[rows, low], windows[rows, high]
    result: Track = (below + (place - low) * (above - below)).astype(np.float32)
    return result


def _steady(tracks: Tracks, heard: Mask, options: BackgroundOptions) -> Mask:
    """Frames in the middle of a stretch that no speech makes: even in level, and without a voice.

    Half a second of noise stays within 3 dB (white 1.3, a street 3), of speech it spans 12 and
    more; a drawn-out vowel is even as well but has a pitch.
    """
    size = frames_of(options.steady_s)
    level = ndimage.uniform_filter1d(tracks["level_dbfs"], 3, mode="nearest")
    span = ndimage.maximum_filter1d(level, size) - ndimage.minimum_filter1d(level, size)
    voiced = (tracks.codes["pitch_semitones"] > 0).astype(np.float32)
    share = ndimage.uniform_filter1d(voiced, size)
    result: Mask = (span < options.steady_db) & (share < options.most_voiced) & heard
    return result


def _followed(level: Track, steady: Mask, options: BackgroundOptions) -> Track:
    """The level of steady places, interpolated between them; −∞ further away than their reach."""
    places = np.flatnonzero(steady)
    if not places.size:
        return np.full(level.size, -np.inf, np.float32)
    even = ndimage.uniform_filter1d(level, frames_of(options.steady_s), mode="nearest")
    result = np.interp(np.arange(level.size), places, even[places]).astype(np.float32)
    result[~widened(steady, options.steady_reach_s)] = -np.inf
    return result
