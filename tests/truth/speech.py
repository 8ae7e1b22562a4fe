"""Where a clean voice speaks: the definition of the truth.

Frames of 20 ms, [i, i + 1) · 20 ms, of one side's voice alone, as the telephone band lets it
through and before the line adds anything. The loud level is the 80th percentile of the frames
within 30 dB of the loudest. A frame is speech when it is within 30 dB of the loud level. Gaps of at
most 250 ms are filled, as within words, then runs shorter than 100 ms are dropped.

What lies deeper is the room and the breath: with 40 dB the speech of made-up voices grows by 0.5 %,
that of people in a studio by 2–20 %.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from pipeline.audio.spectrum import HOP, HOP_S, RATE, Samples
from pipeline.spans import Span

Mask = npt.NDArray[np.bool_]

RANGE_DB = 30.0
LOUD_PERCENTILE = 80.0
LONGEST_GAP_S = 0.250
SHORTEST_RUN_S = 0.100

_TELEPHONE = butter(2, (250, 3400), "bandpass", fs=RATE, output="sos")


def telephone_band(samples: Samples) -> Samples:
    """250–3400 Hz, forth and back, so that nothing moves in time."""
    result: Samples = sosfiltfilt(_TELEPHONE, samples).astype(np.float32)
    return result


def speech_mask(voice: Samples) -> Mask:
    """Per frame whether the clean voice (in the telephone band) speaks; a begun frame is one."""
    level = frame_dbfs(voice)
    if not level.size or level.max() <= -100:
        return np.zeros(level.size, np.bool_)
    heard = level[level > level.max() - RANGE_DB]
    on = level > np.percentile(heard, LOUD_PERCENTILE) - RANGE_DB
    return smoothed(on)


def frame_dbfs(samples: Samples) -> Samples:
    """Mean square of every 20-ms frame in dB of full scale, not below −120."""
    count = -(-samples.size // HOP)
    frames = np.pad(samples, (0, count * HOP - samples.size)).reshape(count, HOP)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    result: Samples = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return result


def smoothed(mask: Mask, *, drop_first: bool = False) -> Mask:
    """Gaps filled, then short runs dropped; detectors that may click drop the runs first."""
    if drop_first:
        mask = _without_short(mask, SHORTEST_RUN_S, strict=True)
    mask = ~_without_short(~mask, LONGEST_GAP_S, strict=False, keep_ends=True)
    return _without_short(mask, SHORTEST_RUN_S, strict=True)


def _without_short(mask: Mask, seconds: float, *, strict: bool, keep_ends: bool = False) -> Mask:
    """Without runs shorter than `seconds` (or of just that length, where not `strict`)."""
    limit = round(seconds / HOP_S + 1e-9) if strict else int(seconds / HOP_S + 1e-9) + 1
    result = mask.copy()
    for start, end in runs(mask):
        at_an_end = keep_ends and (start == 0 or end == mask.size)
        if end - start < limit and not at_an_end:
            result[start:end] = False
    return result


def runs(mask: Mask) -> list[tuple[int, int]]:
    """First frame, and frame after the last, of every run of True."""
    change = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def spans(mask: Mask, duration_s: float) -> tuple[Span, ...]:
    """Runs as seconds."""
    pairs = ((round(a * HOP_S, 3), round(min(b * HOP_S, duration_s), 3)) for a, b in runs(mask))
    return tuple((start, end) for start, end in pairs if end > start)


def frames(found: Iterable[Span], duration_s: float) -> Mask:
    """The frames of which most lies in one of the spans."""
    mask = np.zeros(-(-round(duration_s * RATE) // HOP), np.bool_)
    for start, end in found:
        mask[max(round(start / HOP_S), 0) : max(round(end / HOP_S), 0)] = True
    return mask
