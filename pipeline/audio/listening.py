"""Listening: a recording becomes a trace, and a trace tells who speaks when, before any word.

`listen` decodes; `heard` does not, so a changed definition of speech or hold needs no recording.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.audio.activity import voice_activity
from pipeline.audio.decode import RATE as SPEECH_RATE
from pipeline.audio.decode import Likeness, Recording, blocks, whole
from pipeline.audio.diarise import Diarised, Diariser, diarise, from_plug_in
from pipeline.audio.hold_music import hold_music
from pipeline.audio.quality import Quality, quality
from pipeline.audio.second_opinion import second_opinion, speech_probability
from pipeline.audio.spectrum import HOP_S, RATE, Samples
from pipeline.audio.tracks import (
    DEAD_CHANNEL,
    ONE_CHANNEL,
    SAME_SOUND,
    Codes,
    Tracks,
    tracked,
)
from pipeline.errors import ModelUnavailableError
from pipeline.spans import Span, merged, overlap, seconds

HEARD_VERSION = "heard-3"
"""Change it when the same trace gives another speech, hold, quality or measure of the voices."""

SECTION_S = 9_000.0
"""Two and a half hours, which need 60 MB beside the tracks."""

BACKGROUND_SHARE = 0.5
"""Music is no hold while the other side speaks for more than this share of it: a radio plays."""


@dataclass(frozen=True, eq=False)
class Trace:
    """All that is kept of a recording's sound.

    `numbers` are the recording's channels, from 0, that `channels` belong to: two, or one for mono,
    and then `mono_because` says why and `speakers` who speaks when (None where a plug-in failed to
    tell). `probability` is the second
    detector's opinion of each channel, only there on a poor line.
    """

    channels: tuple[Tracks, ...]
    numbers: tuple[int, ...]
    duration_s: float
    mono_because: str | None = None
    probability: tuple[Codes, ...] | None = None
    speakers: Diarised | None = None


@dataclass(frozen=True)
class Heard:
    """Who speaks when: speech of each channel, hold of the whole call, and how sure that is.

    Times in seconds from the start of the recording; spans are sorted and disjoint.
    """

    speech: tuple[tuple[Span, ...], ...]
    hold: tuple[Span, ...]
    quality: Quality
    timing_confidence: float


def listen(recording: Recording, diariser: Diariser | None = None) -> tuple[Trace, Heard]:
    """Decode a recording into its trace, and hear it; raises UnreadableRecordingError.

    One pass makes the tracks. A poor line is read again for the second detector, and mono for the
    voices, by `diariser` instead of our own method where there is one.
    """
    made = _tracked(recording)
    told = heard(made)
    if told.quality.poor:
        sound = _read(recording, made, SPEECH_RATE)
        made = replace(made, probability=speech_probability(sound))
        told = heard(made)
    if made.mono_because:
        # Where a plug-in fails, one call's sides are lost, not the night.
        with suppress(ModelUnavailableError):
            made = replace(made, speakers=_speakers(recording, made, told, diariser))
    return made, told


def _tracked(recording: Recording) -> Trace:
    likeness = Likeness()

    def compared() -> Iterator[Samples]:
        for block in blocks(recording, rate=RATE):
            likeness.add(block)
            yield block

    made = tracked(compared())
    numbers, because = _living(len(made.channels), likeness, pair=len(recording.files) == 2)
    return Trace(tuple(made.channels[n] for n in numbers), numbers, made.duration_s, because)


def _living(count: int, likeness: Likeness, *, pair: bool) -> tuple[tuple[int, ...], str | None]:
    """The channels that tell something, and why the call is mono if it is.

    A silent file of a pair is a side that said nothing; a silent channel of one file is one that
    the recorder never used, and the other holds the whole call.
    """
    if count == 1:
        return (0,), ONE_CHANNEL
    if likeness.same_sound:
        return (0,), SAME_SOUND
    if not pair and len(likeness.silent) == 1:
        return (1 - likeness.silent[0],), DEAD_CHANNEL
    return (0, 1), None


def _read(recording: Recording, made: Trace, rate: int) -> Iterator[Samples]:
    """The living channels once more, in blocks."""
    for block in blocks(recording, rate=rate):
        yield block[list(made.numbers)]


def _speakers(
    recording: Recording, made: Trace, told: Heard, diariser: Diariser | None
) -> Diarised:
    (speech,) = told.speech
    if diariser is None:
        return diarise((block[0] for block in _read(recording, made, RATE)), speech)
    sound = whole(recording, rate=SPEECH_RATE)
    told_by_it = diariser(sound.samples[made.numbers[0]], SPEECH_RATE)
    return from_plug_in(told_by_it, speech, duration_s=made.duration_s)


def heard(made: Trace) -> Heard:
    """Find hold, then speech outside it, then how good the line is, from a trace alone.

    A recording of more than `SECTION_S` is heard in sections of one length: memory stays that of
    one, and levels are those of the hour.
    """
    frames = made.channels[0].frames
    count = max(math.ceil(made.duration_s / SECTION_S), 1)
    edges = [round(frames * number / count) for number in range(count + 1)]
    return _joined([(start * HOP_S, _heard(_part(made, start, end)))
                    for start, end in pairwise(edges)])  # fmt: skip


def _part(made: Trace, start: int, end: int) -> Trace:
    """The frames from `start` to `end`."""
    if (start, end) == (0, made.channels[0].frames):
        return made
    length_s = min(end * HOP_S, made.duration_s) - start * HOP_S
    return Trace(
        tuple(
            Tracks({name: codes[start:end] for name, codes in tracks.codes.items()})
            for tracks in made.channels
        ),
        made.numbers,
        length_s,
        probability=made.probability and tuple(codes[start:end] for codes in made.probability),
    )


def _joined(parts: Sequence[tuple[float, Heard]]) -> Heard:
    """Sections put one behind the other: the line is as good as the worst of them."""
    if len(parts) == 1:
        return parts[0][1]
    channels = range(len(parts[0][1].speech))
    ratios = [[part.quality.snr_db[c] for _, part in parts] for c in channels]
    return Heard(
        speech=tuple(_moved((at, part.speech[c]) for at, part in parts) for c in channels),
        hold=_moved((at, part.hold) for at, part in parts),
        quality=Quality(
            tuple(min((r for r in own if r is not None), default=None) for own in ratios),
            room=any(part.quality.room for _, part in parts),
            poor=any(part.quality.poor for _, part in parts),
            room_heard=tuple(
                any(part.quality.room_heard[c] for _, part in parts) for c in channels
            ),
        ),
        timing_confidence=min(part.timing_confidence for _, part in parts),
    )


def _moved(parts: Iterable[tuple[float, Sequence[Span]]]) -> tuple[Span, ...]:
    return merged(
        (round(start + at, 3), round(end + at, 3)) for at, spans in parts for start, end in spans
    )


def _heard(made: Trace) -> Heard:
    return heard_outside(made, _on_hold(made))


def heard_outside(made: Trace, hold: Sequence[tuple[Span, ...]]) -> Heard:
    """What is heard when each channel's hold is known; of one section."""
    activity = voice_activity(made.channels, made.duration_s, hold=hold)
    line = quality(made.channels, activity, hold)
    confidence = 1.0
    if made.probability is not None and line.poor:
        activity, confidence = second_opinion(
            made.channels, activity, made.probability, line, hold=hold
        )
    return Heard(
        speech=activity.speech,
        hold=merged(span for spans in hold for span in spans),
        quality=line,
        timing_confidence=confidence,
    )


def _on_hold(made: Trace) -> tuple[tuple[Span, ...], ...]:
    """Each channel's music without what plays behind a conversation."""
    music = hold_music(made.channels)
    if len(music) < 2 or not any(music):
        return music
    speech = voice_activity(made.channels, made.duration_s, hold=music).speech
    pairs = zip(music, reversed(speech), strict=True)
    return tuple(tuple(span for span in own if not _talked(other, span)) for own, other in pairs)


def _talked(other: Sequence[Span], span: Span) -> bool:
    return seconds(overlap(other, [span])) > BACKGROUND_SHARE * (span[1] - span[0])
