"""Who of two speaks, where both are on one channel: told apart by the sound of their voices.

What the voices are like is forgotten at once (see `cepstra`); only who spoke when is kept.
"""

import importlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from scipy.special import expit

from pipeline.audio.cepstra import Index, frame_range, speech_cepstra
from pipeline.audio.speakers import Speakers, two_speakers
from pipeline.audio.spectrum import HOP_S, Samples
from pipeline.errors import ConfigurationError, ModelUnavailableError
from pipeline.spans import Span, merged, overlap, seconds

SEGMENT_SCALE = 40.0
"""Of a segment's nats: the frames of one sound say the same thing many times."""

LATE_S = 60.0
"""A plug-in's segment may end so much after the recording: it may pad what it is given."""

_FAILURES = (Exception, SystemExit, KeyboardInterrupt)
"""What foreign code may raise; workers leave the user's own Ctrl-C to the run."""

Told = tuple[float, float, str]
"""What a plug-in says: start and end in seconds, and any name of a speaker."""


class Diariser(Protocol):
    """A plug-in: another method of telling speakers apart, where its model is at hand."""

    def __call__(self, samples: Samples, rate: int) -> Sequence[Told]:
        """Who speaks when, of (n,) samples of one channel; any number of speakers, any order."""


@dataclass(frozen=True)
class Segment:
    """A stretch of one speaker, seconds; `confidence` 0–1 that it is this one."""

    start_s: float
    end_s: float
    speaker: int
    confidence: float


@dataclass(frozen=True)
class Diarised:
    """All speech of a call, shared out between speaker 0, who speaks first, and speaker 1.

    `segments` are sorted and disjoint and cover the speech. `confidence` 0–1: whether there are two
    speakers, well apart; no segment has more. With one speaker, or too little speech to tell, all
    is speaker 0's and confidence 0.
    """

    segments: tuple[Segment, ...]
    confidence: float


def diarise(blocks: Iterable[Samples], speech: Sequence[Span]) -> Diarised:
    """Share out the `speech` of one channel, whose (n,) samples at 8 kHz come in blocks.

    Only the cepstra of speech are kept, and not all of a long call. Where both speak at once, one
    of them is named.
    """
    spans = merged(speech)
    cepstra = speech_cepstra(blocks, spans)
    found = two_speakers(cepstra)
    if found is None:
        return _one_speaker(spans)
    confidence = float(expit(found.log_odds))
    segments = tuple(
        Segment(round(start, 3), round(end, 3), speaker, round(sure * confidence, 3))
        for (start, end), speaker, sure in _segments(spans, cepstra.frames, found)
    )
    return Diarised(segments, round(confidence, 3))


def _one_speaker(spans: Sequence[Span]) -> Diarised:
    return Diarised(tuple(Segment(start, end, 0, 0.0) for start, end in spans), 0.0)


def _segments(
    spans: Sequence[Span], frames: Index, found: Speakers
) -> Iterator[tuple[Span, int, float]]:
    """Each span cut where the speaker changes, with who it is and how sure that is in itself."""
    for span in spans:
        first, last = np.searchsorted(frames, frame_range(span))
        if first == len(frames):  # speech beyond the end of the recording
            yield span, 0, 0.5
            continue
        last = max(last, first + 1)  # of short speech in a long call no frame may have been kept
        changes = np.flatnonzero(np.diff(found.labels[first:last])) + first + 1
        places = [int(first), *changes.tolist(), int(last)]
        times = [span[0], *(frames[changes] * HOP_S).tolist(), span[1]]
        for (place, end), cut in zip(pairwise(places), pairwise(times), strict=True):
            speaker = int(found.labels[place])
            nats = float(found.margin[place:end].sum()) * (1 if speaker else -1)
            yield cut, speaker, float(expit(nats / SEGMENT_SCALE))


def load_diariser(name: str) -> Diariser:
    """The plug-in called "package.module:function"; raises ConfigurationError where there is none.

    When it fails on a call, ModelUnavailableError says so under its name, with the error's type
    only: its text may hold what a customer said.
    """
    module, colon, function = name.partition(":")
    if not (colon and module and function):
        raise ConfigurationError(
            f"diariser = {name!r} names no function.", next_step='write "package.module:function".'
        )
    try:
        found = getattr(importlib.import_module(module), function)
    except _FAILURES as error:
        raise ConfigurationError(
            f"diariser = {name!r} cannot be loaded: {type(error).__name__}: {error}",
            next_step="install the package beside this one, or correct the name.",
        ) from error
    if not callable(found):
        raise ConfigurationError(f"diariser = {name!r} is a {type(found).__name__}, no function.")
    return _PlugIn(name, found)


@dataclass(frozen=True)
class _PlugIn:
    name: str
    function: Callable[[Samples, int], Sequence[Told]]

    def __call__(self, samples: Samples, rate: int) -> Sequence[Told]:
        try:
            return list(self.function(samples, rate))
        except _FAILURES as error:
            raise ModelUnavailableError(
                f"The diariser {self.name} failed: {type(error).__name__}"
            ) from error


def from_plug_in(told: Sequence[Told], speech: Sequence[Span], *, duration_s: float) -> Diarised:
    """Share out the `speech` as a plug-in tells; raises ModelUnavailableError for what cannot be.

    The two speakers with most of the speech are kept. Where both speak, it is who began; speech of
    nobody, or of others, goes to who is nearest. Confidence is the share of the speech that the two
    have by the plug-in's own word: how well it tells them apart, it does not say.
    """
    spans = merged(speech)
    own = _two(_checked(told, duration_s + LATE_S), spans)
    if len({who for _, who in own}) < 2:
        return _one_speaker(spans)
    named = merged(span for span, _ in own)
    confidence = seconds(overlap(spans, named)) / seconds(spans)
    first = own[0][1]
    segments = tuple(
        Segment(start, end, int(who != first), round(confidence * share, 3))
        for start, end, who in _shared_out(spans, own)
        for share in [seconds(overlap([(start, end)], named)) / (end - start)]
    )
    return Diarised(segments, round(confidence, 3))


def _checked(told: Sequence[Told], latest_s: float) -> list[tuple[Span, str]]:
    checked: list[tuple[Span, str]] = []
    wrong: list[int] = []
    for number, one in enumerate(told, 1):
        try:
            start, end, who = one
            span = float(start), float(end)
        except (TypeError, ValueError, OverflowError):
            wrong.append(number)
            continue
        fits = 0 <= span[0] < span[1] <= latest_s
        (checked.append((span, str(who))) if fits else wrong.append(number))
    if wrong:
        raise ModelUnavailableError(
            f"The diariser told {len(wrong)} of {len(told)} segments that cannot be, the first "
            f"is number {wrong[0]}; expected (start_s, end_s, speaker) with 0 ≤ start_s < end_s "
            f"≤ {latest_s:.0f}."
        )
    return sorted(checked)


def _two(told: Sequence[tuple[Span, str]], spans: Sequence[Span]) -> list[tuple[Span, str]]:
    """The segments of the two who speak most, none over another."""
    by_speaker: dict[str, list[Span]] = {}
    for span, who in told:
        by_speaker.setdefault(who, []).append(span)
    spoken = {who: seconds(overlap(spans, merged(own))) for who, own in by_speaker.items()}
    kept = sorted((who for who in spoken if spoken[who] > 0), key=lambda who: -spoken[who])[:2]
    result: list[tuple[Span, str]] = []
    until = 0.0
    for (start, end), who in told:
        if who in kept and end > until:
            result.append(((max(start, until), end), who))
            until = end
    return result


def _shared_out(
    spans: Sequence[Span], own: Sequence[tuple[Span, str]]
) -> Iterator[tuple[float, float, str]]:
    """The spans cut half-way between two segments of different speakers."""
    cuts = [
        ((before[1] + after[0]) / 2, who)
        for (before, who), (after, other) in pairwise(own)
        if who != other
    ]
    cells = [*cuts, (math.inf, own[-1][1])]
    place = 0
    for start, end in spans:
        at = start
        while at < end:
            while cells[place][0] <= at:
                place += 1
            until = min(end, cells[place][0])
            yield at, until, cells[place][1]
            at = until
