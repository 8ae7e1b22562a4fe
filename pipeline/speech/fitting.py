"""Fitting: words of a transcript into the speech that was heard, for time comes from the sound."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from pipeline.behaviours.call import Word
from pipeline.spans import Span, overlap, seconds


@dataclass(frozen=True)
class FittingOptions:
    """How far a word may be moved, and a whole transcript.

    A word at most `reach_s` from all speech is moved to its edge. A transcript is moved as a whole,
    by at most `lag_s`, where less than `fits` of its words' time lies in speech, and `gain` more of
    it does then. `frame_s`: the step in which that is looked for.
    """

    reach_s: float = 1.0
    lag_s: float = 60.0
    fits: float = 0.8
    gain: float = 0.15
    frame_s: float = 0.05


def fitted(
    words: Sequence[Word],
    speech: Sequence[Span],
    options: FittingOptions = FittingOptions(),
) -> tuple[list[Word], int]:
    """The words, by start, each inside one stretch of speech; and how many are too far from any."""
    inside: list[Word] = []
    for word in sorted(words, key=lambda one: one.start_s):
        span = _nearest(word, speech)
        if span is None or _distance(word, span) > options.reach_s:
            continue
        inside.append(_moved(word, span, inside[-1].start_s if inside else 0.0))
    return sorted(inside, key=lambda one: one.start_s), len(words) - len(inside)


def common(speech: Sequence[Span], span: Span) -> tuple[Span, ...]:
    """What of `speech`, sorted and disjoint, lies in `span`; quick in a call of hours."""
    first = bisect_right(speech, span[0], key=itemgetter(1))
    last = bisect_left(speech, span[1], key=itemgetter(0))
    return overlap(speech[first:last], [span])


def _nearest(word: Word, speech: Sequence[Span]) -> Span | None:
    """The stretch that has most of the word, else the one that is least far from it."""
    first = bisect_left(speech, word.start_s, key=itemgetter(1))
    last = bisect_left(speech, word.end_s, key=itemgetter(0))
    near = speech[max(first - 1, 0) : max(last, first) + 1]
    return max(near, key=lambda span: _common_s(word, span), default=None)


def _common_s(word: Word, span: Span) -> float:
    """Seconds in both; below zero, how far apart they are."""
    return min(word.end_s, span[1]) - max(word.start_s, span[0])


def _distance(word: Word, span: Span) -> float:
    return max(-_common_s(word, span), 0.0)


def _moved(word: Word, span: Span, earliest_s: float) -> Word:
    """Cut to the stretch; a word mostly outside is moved in whole, never before the one in front.

    Without that, a recogniser's early first word would be a blink long.
    """
    start, end = max(word.start_s, span[0]), min(word.end_s, span[1])
    length = min(word.end_s - word.start_s, span[1] - span[0])
    if 2 * (end - start) >= length:
        return replace(word, start_s=start, end_s=end)
    if word.start_s < span[0]:
        return replace(word, start_s=span[0], end_s=span[0] + length)
    start = min(max(span[1] - length, earliest_s, span[0]), span[1])
    return replace(word, start_s=start, end_s=span[1])


def spread(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """Words whose own times are not known, over the time of `speech` alone, by letters."""
    letters = sum(len(word.text) for word in words)
    if not speech or not letters:
        return list(words)
    step = seconds(speech) / letters
    result, spoken_s = [], 0.0
    for word in words:
        after_s = spoken_s + step * len(word.text)
        start, end = _at(speech, spoken_s), max(_at(speech, after_s), _at(speech, spoken_s))
        result.append(replace(word, start_s=start, end_s=end))
        spoken_s = after_s
    return result


def _at(speech: Sequence[Span], spoken_s: float) -> float:
    """The time at which so much has been spoken."""
    for start, end in speech:
        if spoken_s <= end - start:
            return start + spoken_s
        spoken_s -= end - start
    return speech[-1][1]


def lag(
    said: Sequence[Span],
    speech: Sequence[Span],
    duration_s: float,
    options: FittingOptions = FittingOptions(),
) -> float:
    """Seconds by which a transcript's clock is late: to be added to its times. 0 where it fits.

    The shift with which most of `said` lies in `speech`: a cross-correlation of the two masks.
    """
    if not said or not speech:
        return 0.0
    last_s = max(duration_s, *(end for _, end in said))
    size = int((last_s + options.lag_s) / options.frame_s) + 1
    words, heard = (_mask(spans, size, options.frame_s) for spans in (said, speech))
    length = 1 << (2 * size - 1).bit_length()
    common = np.fft.irfft(np.fft.rfft(heard, length) * np.conj(np.fft.rfft(words, length)), length)
    reach = int(options.lag_s / options.frame_s)
    shifts = np.arange(-reach, reach + 1)
    shares = common[shifts] / max(words.sum(), 1.0)
    # Of equal ones the smallest shift: the sum is as flat as the pauses are long.
    best = max(range(shifts.size), key=lambda i: (round(float(shares[i]), 3), -abs(shifts[i])))
    unmoved = float(shares[reach])
    if unmoved >= options.fits or shares[best] < unmoved + options.gain:
        return 0.0
    return float(shifts[best] * options.frame_s)


def _mask(spans: Sequence[Span], size: int, frame_s: float) -> npt.NDArray[np.float64]:
    mask = np.zeros(size)
    for start, end in spans:
        mask[max(int(start / frame_s), 0) : max(int(end / frame_s), 0)] = 1.0
    return mask
