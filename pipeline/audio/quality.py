"""How good a line is: speech over noise, and whether somebody recorded a room instead of a line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.audio.activity import SILENT_DBFS, Activity
from pipeline.audio.masks import Mask, Spans, held_by, widened
from pipeline.audio.spectrum import HOP_S, Track
from pipeline.audio.tracks import Tracks

_HIGHEST_SNR_DB = 60.0  # more is digital silence between words and says nothing of the line
_DECAY_FRAMES = 3  # 60 ms


@dataclass(frozen=True)
class QualityOptions:
    """What makes a line poor.

    An echoing room: sound dies away slowly but rises as fast as ever. Over 60 ms of speech the
    steepest twentieth of the falls are less than `slow_fall` of the range between noise and speech
    (of 20 dB at most), and the changes of level are skewed towards rises by more than `skew`.

    A room that is heard itself: while nobody speaks, `bump_share` of the time is `bump_db` above
    the median, and these bumps are dull, weaker by `dull_bump_db` above 1 kHz than below, on a
    ground weaker by `dull_db`: chairs and tables over a room's hum, which a telephone line does not
    let through (meetings: bumps −12 to −23 dB, ground −5 to −16; lines: one of them is brighter).

    `poor_below_db` is 2 dB above 10, because the estimate is up to 2 dB too high in babble.
    """

    poor_below_db: float = 12.0
    slow_fall: float = 0.6
    fall_range_db: float = 20.0
    skew: float = 0.45
    bump_db: float = 6.0
    bump_share: float = 0.1
    dull_bump_db: float = 8.5
    dull_db: float = 4.0
    least_speech_s: float = 5.0
    least_quiet_s: float = 2.0
    around_speech_s: float = 0.3


@dataclass(frozen=True)
class Quality:
    """The quality of a recording's channels.

    `snr_db`: mean power of speech over the noise in between, 250–3400 Hz, at most 60; None on a
    channel without speech. `room`: recorded in a room from afar, not on a telephone line, and
    `room_heard` on which channels the room itself is heard besides speech.
    """

    snr_db: tuple[float | None, ...]
    room: bool
    poor: bool
    room_heard: tuple[bool, ...]


def quality(
    channels: Sequence[Tracks],
    activity: Activity,
    hold: Sequence[Spans] | None = None,
    options: QualityOptions = QualityOptions(),
) -> Quality:
    """Measure the channels with the speech found on them; `hold` as given to `voice_activity`.

    Poor is a room recording, and a channel below `poor_below_db`.
    """
    speech = [held_by(s, t.frames) for s, t in zip(activity.speech, channels, strict=True)]
    nobody: Sequence[Spans] = ((),) * len(channels)
    held = [held_by(h, t.frames) for h, t in zip(hold or nobody, channels, strict=True)]
    anyone = np.logical_or.reduce(speech) if speech else np.zeros(0, np.bool_)
    levels = [tracks["level_dbfs"] for tracks in channels]
    ratios = tuple(
        _snr_db(level, own, (level > SILENT_DBFS) & ~anyone & ~on_hold)
        for level, own, on_hold in zip(levels, speech, held, strict=True)
    )
    rooms = [_room(*each, options) for each in zip(channels, levels, speech, held, strict=True)]
    room = any(heard or echoing for heard, echoing in rooms)
    poor = room or any(ratio is not None and ratio < options.poor_below_db for ratio in ratios)
    return Quality(ratios, room, poor, tuple(heard for heard, _ in rooms))


def _snr_db(level: Track, speech: Mask, quiet: Mask) -> float | None:
    """Mean power of speech without noise, over the mean noise while nobody speaks.

    The loudest twentieth of the noise is left out: speech that was missed. Noise that a switch
    suppresses between words is heard at the words' edges, where it lets go.
    """
    if not speech.any():
        return None
    if not quiet.any():
        return _HIGHEST_SNR_DB
    noise_dbfs = np.sort(level[quiet])[: max(round(0.95 * np.count_nonzero(quiet)), 1)]
    noise = float(np.mean(10 ** (noise_dbfs.astype(np.float64) / 10)))
    power = float(np.mean(10 ** (level[speech].astype(np.float64) / 10)))
    snr = 10 * np.log10(max(power - noise, noise * 1e-3) / noise)
    return float(min(snr, _HIGHEST_SNR_DB))


def _room(
    tracks: Tracks, level: Track, speech: Mask, held: Mask, options: QualityOptions
) -> tuple[bool, bool]:
    """Whether a room itself is heard, and whether one echoes."""
    around = widened(speech, options.around_speech_s)
    heard = (level > SILENT_DBFS) & ~held
    quiet = heard & ~around
    return (
        _bumps(level[quiet], tracks["tilt_db"][quiet], options),
        _echoes(level, speech, heard & around, options),
    )


def _bumps(quiet: Track, tilt: Track, options: QualityOptions) -> bool:
    if quiet.size * HOP_S < options.least_quiet_s:
        return False
    bumps = quiet > np.median(quiet) + options.bump_db
    if np.count_nonzero(bumps) < options.bump_share * quiet.size:
        return False
    dull_ground = float(np.median(tilt)) < -options.dull_db
    return dull_ground and float(np.median(tilt[bumps])) < -options.dull_bump_db


def _echoes(level: Track, speech: Mask, around: Mask, options: QualityOptions) -> bool:
    if np.count_nonzero(speech) * HOP_S < options.least_speech_s:
        return False
    both = around[_DECAY_FRAMES:] & around[:-_DECAY_FRAMES]
    change = np.clip((level[_DECAY_FRAMES:] - level[:-_DECAY_FRAMES])[both], -30, 30)
    noise, loud = np.percentile(level[around], 3), np.percentile(level[speech], 80)
    fall = -float(np.percentile(change, 5))
    skew = float(np.mean(change**3) / max(float(np.mean(change**2)) ** 1.5, 1e-9))
    slow = fall < options.slow_fall * min(float(loud - noise), options.fall_range_db)
    return slow and skew > options.skew
