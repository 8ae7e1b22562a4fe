"""A second opinion on who speaks when: Silero, a trained detector, where a line is poor.

Silero's network comes with the recogniser and runs at about 200 times real time, so it is asked
only where energy alone is out of its depth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.audio.activity import Activity, ActivityOptions, smoothed, voice_activity
from pipeline.audio.masks import Mask, Spans, held_by, spans_of
from pipeline.audio.quality import Quality
from pipeline.audio.spectrum import HOP_S, Samples, Track
from pipeline.audio.tracks import Tracks

Codes = npt.NDArray[np.uint8]

RATE = 16_000
"""Samples per second that Silero takes here."""

HIGHEST_CODE = 255
"""A probability of 1."""

SPEECH_FROM = 0.3
"""The probability from which Silero hears speech; it misses less than at its own 0.5."""

LEAST_CONFIDENCE = 0.5
"""Below this agreement, times are not to be relied on. Of 45 made-up poor calls, six of the nine
below it had a fifth of their dead air or 6 % of their frames wrong, three of the 36 above it."""

_WINDOW, _CONTEXT, _STATE = 512, 64, 128  # samples, samples before, and the network's memory
_BATCH = 128  # windows at a time, 4 s: with 1,024 the heap grew to 560 MB in some runs


def speech_probability(blocks: Iterable[Samples]) -> tuple[Codes, ...]:
    """How sure Silero is of speech: a code per 20-ms frame, one array per channel.

    `blocks` are (channels, n) samples at 16 kHz, of any n; the answer does not depend on n. There
    is a code for every frame begun, `probabilities` gives their values.
    """
    listeners: list[_Listener] = []
    for block in blocks:
        listeners = listeners or [_Listener() for _ in block]
        for listener, samples in zip(listeners, block, strict=True):
            listener.add(samples)
    return tuple(listener.finish() for listener in listeners)


def probabilities(codes: Codes) -> Track:
    """What the codes stand for, 0–1."""
    result: Track = codes.astype(np.float32) / np.float32(HIGHEST_CODE)
    return result


def second_opinion(
    channels: Sequence[Tracks],
    activity: Activity,
    codes: Sequence[Codes],
    line: Quality,
    *,
    hold: Sequence[Spans] | None = None,
) -> tuple[Activity, float]:
    """The speech on a poor line with Silero's opinion heard, and how sure it is, 0–1.

    `activity` is what was found without it, with the same `hold`. A frame of which Silero is sure
    needs to stand out less. On a channel where a room is heard, other things stand out as well, and
    Silero alone decides (in meetings 90 % of frames right against 77 %); a room that only echoes is
    better heard by both (made-up ones: 94 % against 89 %).

    The confidence is Cohen's kappa of the two detectors on whether anybody speaks: they err in
    different ways, so they agree only where both are right. Below `LEAST_CONFIDENCE` times are not
    to be relied on.
    """
    opinions = [_fitting(own, t.frames) for own, t in zip(codes, channels, strict=True)]
    nobody: Sequence[Spans] = ((),) * len(channels)
    held = [held_by(h, t.frames) for h, t in zip(hold or nobody, channels, strict=True)]
    alone = [
        smoothed((own > SPEECH_FROM) & ~on_hold, ActivityOptions())
        for own, on_hold in zip(opinions, held, strict=True)
    ]
    mine = [held_by(s, t.frames) for s, t in zip(activity.speech, channels, strict=True)]
    counted = ~np.logical_or.reduce(held)
    sure = agreement(np.logical_or.reduce(mine)[counted], np.logical_or.reduce(alone)[counted])
    both = voice_activity(channels, activity.duration_s, hold=hold, opinions=opinions)
    speech = tuple(
        spans_of(mask, activity.duration_s) if heard else own
        for own, mask, heard in zip(both.speech, alone, line.room_heard, strict=True)
    )
    return Activity(speech, activity.duration_s), sure


def agreement(one: Mask, other: Mask) -> float:
    """Cohen's kappa of two masks, what they agree in beyond chance; negative ones are 0.

    κ = (p − e) / (1 − e) with p the share of frames alike and e that expected of independent ones;
    1 where both are constant and alike. J. Cohen (1960), Educ. Psychol. Meas. 20, 37–46.
    """
    if not one.size:
        return 1.0
    a, b = float(one.mean()), float(other.mean())
    expected = a * b + (1 - a) * (1 - b)
    if expected == 1:
        return 1.0
    return max((float(np.mean(one == other)) - expected) / (1 - expected), 0.0)


def _fitting(codes: Codes, frames: int) -> Track:
    """Probabilities for exactly so many frames: two rates may round a length differently."""
    return np.pad(probabilities(codes[:frames]), (0, max(frames - codes.size, 0)))


def _zeros(*shape: int) -> Samples:
    return np.zeros(shape, np.float32)


@dataclass
class _Listener:
    """One channel, with what the network remembers between windows."""

    _waiting: Samples = field(default_factory=lambda: _zeros(_CONTEXT))
    _memory: tuple[Samples, Samples] = field(
        default_factory=lambda: (_zeros(1, 1, _STATE), _zeros(1, 1, _STATE))
    )
    _count: int = 0
    _parts: list[Codes] = field(default_factory=list)

    def add(self, samples: Samples) -> None:
        """The next samples."""
        self._count += samples.size
        self._waiting = np.concatenate((self._waiting, samples))
        while self._waiting.size >= _CONTEXT + _BATCH * _WINDOW:
            self._hear(_BATCH)

    def finish(self) -> Codes:
        """The rest, with zeros up to a whole window; then one code per frame."""
        windows = -(-(self._waiting.size - _CONTEXT) // _WINDOW)
        short = _CONTEXT + windows * _WINDOW - self._waiting.size
        self._waiting = np.pad(self._waiting, (0, short))
        if windows:
            self._hear(windows)
        hop = round(HOP_S * RATE)
        centres = np.arange(-(-self._count // hop)) * hop + hop // 2
        codes = np.concatenate([np.zeros(0, np.uint8), *self._parts])
        result: Codes = codes[np.minimum(centres // _WINDOW, max(codes.size - 1, 0))]
        return result

    def _hear(self, windows: int) -> None:
        used = windows * _WINDOW
        samples = self._waiting[: _CONTEXT + used]
        self._waiting = self._waiting[used:].copy()
        views = np.lib.stride_tricks.sliding_window_view(samples, _CONTEXT + _WINDOW)[::_WINDOW]
        h, c = self._memory
        sure, h, c = _network().run(None, {"input": np.ascontiguousarray(views), "h": h, "c": c})
        self._memory = h, c
        self._parts.append(np.rint(np.asarray(sure) * HIGHEST_CODE).astype(np.uint8))


class _Network(Protocol):
    def run(self, names: None, inputs: dict[str, Samples]) -> Sequence[Samples]:
        """Probabilities of the windows, and the memory after them in two arrays."""


@cache
def _network() -> _Network:
    """Silero in the onnxruntime, loaded when it is first needed: it takes a second."""
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415

    session: _Network = get_vad_model().session
    return session
