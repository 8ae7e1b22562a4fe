"""Who speaks when: voice activity from the levels of close-talk telephone channels.

Time comes from here and never from the recogniser, whose word times drift around pauses. What
stands out from the line's noise, and is not the other side leaking in, is speech. On such channels
that is more exact than trained detectors; on poor lines a trained one is heard as well
(`second_opinion`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from pipeline.audio.background import (
    Background,
    BackgroundOptions,
    background,
    quiet_frames,
    without_drift,
)
from pipeline.audio.masks import (
    Index,
    Mask,
    Spans,
    frames_of,
    held_by,
    hysteresis,
    long_runs,
    mask_of,
    runs,
    spans_of,
    widened,
)
from pipeline.audio.spectrum import HOP_S, Track
from pipeline.audio.tracks import Tracks

SILENT_DBFS = -110.0
"""Below one step of 16 bits: zeros that a switch put there, no noise."""


@dataclass(frozen=True)
class ActivityOptions:
    """Thresholds of voice activity; levels are band power in dBFS (mean square).

    L is the loud percentile of the frames clearly above the noise's floor; where there are none, of
    those that stand out by `faint_excess_db` in some band. Speech starts where a frame stands out
    by the noise's median and `on_spreads` standard deviations (of three frames' mean; between
    `on_least_db` and `on_most_db`) and is not below min(max(L − `below_loud_db`, `at_least_dbfs`),
    L − `headroom_db`); it lasts while it stands out by `off_spreads` and is at most `off_below_db`
    lower than that. `opinion_db` is what a second detector's certainty adds to what stands out.
    Runs below `shortest_run_s` are dropped, then gaps up to `longest_gap_s` filled, then speech
    below `shortest_speech_s` dropped, and speech that is too little or none, see `_convincing`,
    `_keys` and `_accompanied`.
    """

    noise: BackgroundOptions = field(default_factory=BackgroundOptions)
    loud_percentile: float = 80.0
    loud_above_floor_db: float = 15.0
    shortest_loud_s: float = 0.100
    faint_excess_db: float = 5.5
    shortest_faint_s: float = 0.5
    below_loud_db: float = 22.0
    at_least_dbfs: float = -62.0
    headroom_db: float = 10.0
    first_on_db: float = 7.0
    on_spreads: float = 2.5
    off_spreads: float = 1.5
    on_least_db: float = 2.0
    on_most_db: float = 7.0
    off_least_db: float = 1.0
    off_below_db: float = 5.0
    shortest_run_s: float = 0.060
    shortest_speech_s: float = 0.100
    longest_gap_s: float = 0.250
    least_area_db_s: float = 0.2
    least_peak: float = 0.7
    calm_peak: float = 0.5
    calm_spreads: float = 8.0
    usual_voiced: float = 0.2
    most_tone: float = 0.7
    key_flatness_db: float = -25.0
    key_tone: float = 0.6
    key_loud_db: float = 10.0
    leak_percentile: float = 30.0
    leak_highest_db: float = -12.0
    leak_margin_db: float = 8.0
    leak_loud_db: float = 10.0
    leak_latest_s: float = 0.080
    alone_spreads: float = 5.0
    alone_peak: float = 0.9
    alone_s: float = 1.0
    opinion_db: float = 6.0
    opinion_sure: float = 0.5


@dataclass(frozen=True)
class Activity:
    """Who speaks when, a tuple per channel; times in seconds from the start of the recording.

    `speech` holds sorted, disjoint (start, end) spans.
    """

    speech: tuple[Spans, ...]
    duration_s: float


@dataclass(frozen=True, eq=False)
class _Channel:
    """One channel on its own. `loud_dbfs` is None where nothing stands out; then `on` is empty.

    `excess_db` is over the noise's median, `on_db` where speech starts, `spread_db` the noise's
    standard deviation.
    """

    level: Track
    loud_dbfs: float | None
    on: Mask
    excess_db: Track
    on_db: float
    spread_db: float


def voice_activity(
    channels: Sequence[Tracks],
    duration_s: float,
    *,
    hold: Sequence[Spans] | None = None,
    opinions: Sequence[Track] | None = None,
    options: ActivityOptions = ActivityOptions(),
) -> Activity:
    """Find the speech on every channel; of two channels, each is freed of the other's cross-talk.

    `hold` are the spans of each channel in which what sounds is not its side: no speech is found
    there, and they count neither for levels nor for noise. `opinions` are another detector's
    probabilities of speech per frame: they shift what a frame must stand out by. A channel without
    sound has no speech. Two copies of one channel are to be given as one: as two, neither would
    stand out against the other.
    """
    nobody = ((),) * len(channels)
    held = [held_by(h, t.frames) for h, t in zip(hold or nobody, channels, strict=True)]
    sure = opinions or (None,) * len(channels)
    found = [_channel(*each, options) for each in zip(channels, held, sure, strict=True)]
    masks = [channel.on for channel in found]
    if len(found) == 2:
        one, two = found
        masks = [_gated(one, two, options), _gated(two, one, options)]
    speech = [
        _convincing(smoothed(mask, options) & ~own_hold, channel, tracks, options)
        for mask, own_hold, channel, tracks in zip(masks, held, found, channels, strict=True)
    ]
    speech = _accompanied(speech, found, options)
    return Activity(tuple(spans_of(mask, duration_s) for mask in speech), duration_s)


def _channel(
    tracks: Tracks, held: Mask, opinion: Track | None, options: ActivityOptions
) -> _Channel:
    """Threshold one channel: once roughly, to know the noise, then by the noise's spread."""
    level = tracks["level_dbfs"]
    heard = (level > SILENT_DBFS) & ~held
    nothing = _Channel(level, None, np.zeros(level.size, np.bool_), level, 0.0, 0.0)
    if not heard.any():
        return nothing
    noise = background(tracks, heard, options.noise)
    loud = _loud_dbfs(level, heard, noise, opinion, options)
    if loud is None:
        return nothing
    least = min(
        max(loud - options.below_loud_db, options.at_least_dbfs), loud - options.headroom_db
    )
    first = _first(level, noise, loud, least, options) & heard
    quiet = quiet_frames(heard, first, options.noise)
    excess = without_drift(noise.excess_db, quiet, options.noise)
    if opinion is not None:
        excess += np.float32(options.opinion_db) * opinion
    excess = ndimage.uniform_filter1d(excess, 3)
    median, spread = _spread(excess[quiet])
    excess -= np.float32(median)
    excess[~heard] = -np.inf
    on_db = min(max(options.on_spreads * spread, options.on_least_db), options.on_most_db)
    off_db = min(max(options.off_spreads * spread, options.off_least_db), on_db - 0.5)
    on = hysteresis(
        (excess > on_db) & (level > least),
        (excess > off_db) & (level > least - options.off_below_db),
    )
    return _Channel(level, loud, on, excess, on_db, spread)


def _loud_dbfs(
    level: Track, heard: Mask, noise: Background, opinion: Track | None, options: ActivityOptions
) -> float | None:
    """L, the level of loud speech; None where nothing stands out for long enough."""
    clear = heard & (level > noise.floor_dbfs + options.loud_above_floor_db)
    faint = heard & (noise.excess_db > options.faint_excess_db)
    choices = [(clear, options.shortest_loud_s), (faint, options.shortest_faint_s)]
    if opinion is not None:
        choices.append((heard & (opinion > options.opinion_sure), options.shortest_faint_s))
    for mask, shortest_s in choices:
        if np.count_nonzero(mask) * HOP_S >= shortest_s:
            return float(np.percentile(level[mask], options.loud_percentile))
    return None


def _first(
    level: Track, noise: Background, loud: float, least: float, options: ActivityOptions
) -> Mask:
    """Speech by fixed thresholds over the floor, good enough to find the frames without any."""
    on = np.minimum(noise.floor_dbfs + options.first_on_db, loud - options.headroom_db)
    np.maximum(on, least, out=on)
    np.maximum(on, noise.floor_dbfs + (options.first_on_db - 1), out=on)
    off = np.maximum(on - options.off_below_db, noise.floor_dbfs + options.first_on_db / 2)
    return hysteresis(level > on, level > off)


def _spread(excess: Track) -> tuple[float, float]:
    """Median and standard deviation of noise, from its lower half: missed speech lies above."""
    if not excess.size:
        return 0.0, 1.0
    low, median = np.percentile(excess, [20, 50])
    return float(median), float(median - low) / 0.84


def _gated(own: _Channel, other: _Channel, options: ActivityOptions) -> Mask:
    """The channel's frames that are not the other side leaking in.

    The leak's level is where the own channel lies, relative to the other, while the other is loud:
    a low percentile, because at times both speak. A leak comes late: the other counts as loud as it
    was at any time within `leak_latest_s`.
    """
    if other.loud_dbfs is None or not own.on.any():
        return own.on
    lately = _lately(other.level, frames_of(options.leak_latest_s))
    loud = other.on & (other.level > other.loud_dbfs - options.leak_loud_db)
    difference = (own.level - lately)[loud]
    if not difference.size:
        return own.on
    leak = min(float(np.percentile(difference, options.leak_percentile)), options.leak_highest_db)
    result: Mask = own.on & (own.level > lately + np.float32(leak + options.leak_margin_db))
    return result


def _lately(level: Track, frames: int) -> Track:
    """The loudest of every frame and the `frames` before it."""
    return ndimage.maximum_filter1d(
        level, frames + 1, origin=frames - (frames + 1) // 2, mode="nearest"
    )


def smoothed(mask: Mask, options: ActivityOptions) -> Mask:
    """Without clicks, and without the gaps inside words.

    Dropping up to 100 ms before filling would halve the words of a noisy line (misses 8.3 % against
    4.0 %); dropping nothing would join the clicks of a keyboard (dead air 44 % wrong against 2 %).
    """
    starts, ends = long_runs(mask, options.shortest_run_s)
    if starts.size:
        apart = starts[1:] - ends[:-1] > frames_of(options.longest_gap_s)
        starts = starts[np.concatenate(([True], apart))]
        ends = ends[np.concatenate((apart, [True]))]
    filled = mask_of(starts, ends, mask.size)
    return mask_of(*long_runs(filled, options.shortest_speech_s), mask.size)


def _convincing(mask: Mask, channel: _Channel, tracks: Tracks, options: ActivityOptions) -> Mask:
    """The runs that are speech and not a bump of the noise, a click or a beep.

    One false burst halves a silence, so each run must show more than one frame must: it stands out
    by `least_area_db_s` over the threshold in sum, and somewhere by `least_peak` of what loud
    speech does, or by `calm_peak` where that is `calm_spreads` of the noise; it has a voice in it,
    where the channel's runs have one; and it is no pure tone, whose level stays as it is.
    """
    starts, ends = runs(mask)
    if not starts.size:
        return mask
    excess = channel.excess_db
    usual = _usual(mask, excess, options)
    calm = max(options.calm_spreads * channel.spread_db, options.calm_peak * usual)
    area = _sums(np.maximum(excess - channel.on_db, 0), starts, ends) * HOP_S
    kept = area >= options.least_area_db_s
    kept &= _peaks(mask, excess, starts) >= min(options.least_peak * usual, calm)
    voiced = _sums(tracks.codes["pitch_semitones"] > 0, starts, ends)
    if voiced.sum() >= options.usual_voiced * (ends - starts).sum():
        kept &= voiced > 0
    kept &= _sums(_unchanged(channel.level), starts, ends) <= options.most_tone * (ends - starts)
    kept &= ~_keys(mask, channel, tracks, starts, ends, options=options)
    return mask_of(starts[kept], ends[kept], mask.size)


def _keys(
    mask: Mask,
    channel: _Channel,
    tracks: Tracks,
    starts: Index,
    ends: Index,
    *,
    options: ActivityOptions,
) -> Mask:
    """The runs that are a telephone's keys: two pure tones at a time, with pauses between them.

    Their loud frames have a spectral flatness of −32 dB and three in four are as loud as the one
    before. Of speech a long "um" comes nearest, with −21 dB.
    """
    lengths = ends - starts
    first = np.cumsum(lengths) - lengths
    level = channel.level[mask]
    loud = level > np.repeat(np.maximum.reduceat(level, first), lengths) - options.key_loud_db
    count = np.add.reduceat(loud, first, dtype=np.float64)
    flatness = np.add.reduceat(tracks["flatness_db"][mask] * loud, first) / count
    steady = np.add.reduceat(_unchanged(channel.level)[mask] & loud, first, dtype=np.float64)
    keys: Mask = (flatness < options.key_flatness_db) & (steady > options.key_tone * count)
    return keys


def _accompanied(
    speech: Sequence[Mask], channels: Sequence[_Channel], options: ActivityOptions
) -> list[Mask]:
    """The speech without faint runs on their own.

    Now and then noise itself stands out, babble most of all, and what lies alone in a silence is
    such a burst more often than speech. A run whose peak is below `alone_spreads` standard
    deviations of the noise and below `alone_peak` of what loud speech does is kept only within
    `alone_s` of one above, on any channel: murmurs go with the other's speech.
    """
    pairs = [
        (mask, one.excess_db, one.spread_db) for mask, one in zip(speech, channels, strict=True)
    ]
    least = [
        min(options.alone_spreads * spread, options.alone_peak * _usual(mask, excess, options))
        for mask, excess, spread in pairs
    ]
    clear = [
        _reaching(mask, excess, limit)
        for (mask, excess, _), limit in zip(pairs, least, strict=True)
    ]
    around = widened(np.logical_or.reduce(clear), options.alone_s)
    return [_reaching(mask, around, 1) for mask in speech]


def _usual(mask: Mask, excess: Track, options: ActivityOptions) -> float:
    """How far loud speech stands out."""
    return float(np.percentile(excess[mask], options.loud_percentile)) if mask.any() else 0.0


def _peaks(mask: Mask, values: Track | Mask, starts: Index) -> Track:
    """The highest value of every run."""
    return np.maximum.reduceat(np.where(mask, values, np.float32(-np.inf)), starts)


def _reaching(mask: Mask, values: Track | Mask, least: float) -> Mask:
    """The runs that somewhere have a value of at least so much."""
    starts, ends = runs(mask)
    if not starts.size:
        return mask
    kept = _peaks(mask, values, starts) >= least
    return mask_of(starts[kept], ends[kept], mask.size)


def _unchanged(level: Track) -> Mask:
    """Frames as loud as the one before, within 0.5 dB: of speech one in six, of a tone all."""
    same = np.abs(np.diff(level)) <= 0.5
    return np.concatenate((np.zeros(min(level.size, 1), np.bool_), same))


def _sums(values: Track | Mask, starts: Index, ends: Index) -> npt.NDArray[np.float64]:
    """The sum of `values` over every run."""
    edges = np.stack((starts, ends), axis=1).ravel()
    sums = np.add.reduceat(np.append(values, values.dtype.type(0)), edges, dtype=np.float64)
    return sums[::2]
