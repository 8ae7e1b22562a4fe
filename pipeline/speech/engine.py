"""The engine: windows of many calls in one go through faster-whisper, words back in their calls.

All windows of a batch are laid end to end and handed over as clips, so that short calls fill the
recogniser's batches together. Each clip is encoded and decoded on its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.behaviours.call import Word
from pipeline.speech.model import SpeechModel, SpeechOptions
from pipeline.speech.windows import Piece, Samples, Window

RATE = 16_000
GRID = RATE // 4
"""Clips start at whole quarters of a second. Floating point holds them exactly, so that the clip a
segment names (`seek`, in 10-ms steps rounded down) is never one step off; and they have two
decimals, to which the engine rounds times: so no word's time depends on the calls before it."""


class EngineWord(Protocol):
    """A word as the recogniser returns it, times in the strip of all windows."""

    word: str
    start: float
    end: float
    probability: float


class EngineSegment(Protocol):
    """A segment as the recogniser returns it; `seek` is its clip's first 10-ms step."""

    seek: int
    compression_ratio: float
    no_speech_prob: float
    avg_logprob: float
    words: Sequence[EngineWord] | None


@dataclass(frozen=True)
class TrustOptions:
    """When a segment is not believed (the settings that Whisper's users converged on)."""

    no_speech_above: float = 0.6
    log_probability_below: float = -1.0
    compression_above: float = 2.4


@dataclass(frozen=True)
class Recognised:
    """The words of one window in the recording's time, and why segments of it were dropped."""

    words: tuple[Word, ...]
    dropped: tuple[str, ...]


def recognise(
    windows: Sequence[Window],
    sounds: Sequence[Samples],
    model: SpeechModel,
    options: SpeechOptions,
    *,
    language: str,
    trust: TrustOptions = TrustOptions(),
) -> list[Recognised]:
    """Words of each window, in the windows' order; `sounds` are their samples at 16 kHz, −1…1."""
    if not windows:
        return []
    strip, starts = _strip(sounds)
    clips = [
        # half a sample more, for the engine rounds seconds down to samples
        {"start": start / RATE, "end": (start + len(sound) + 0.5) / RATE}
        for start, sound in zip(starts, sounds, strict=True)
    ]
    segments, _ = model.pipeline.transcribe(
        strip,
        language=language,
        clip_timestamps=clips,
        word_timestamps=True,
        condition_on_previous_text=False,
        beam_size=options.beam_size,
        batch_size=options.batch_windows,
        hotwords=options.hotwords,
        vad_filter=False,
    )
    return _sorted_out(windows, starts, segments, trust)


def _strip(sounds: Sequence[Samples]) -> tuple[Samples, list[int]]:
    """All sounds end to end, each starting on the grid, and their first samples."""
    starts = []
    parts = []
    position = 0
    for sound in sounds:
        starts.append(position)
        padding = -len(sound) % GRID
        parts += [sound, np.zeros(padding, np.float32)]
        position += len(sound) + padding
    return np.concatenate(parts), starts


def _sorted_out(
    windows: Sequence[Window],
    starts: Sequence[int],
    segments: Iterable[EngineSegment],
    trust: TrustOptions,
) -> list[Recognised]:
    window_of = {int(start / RATE * 100): index for index, start in enumerate(starts)}
    words: list[list[Word]] = [[] for _ in windows]
    dropped: list[list[str]] = [[] for _ in windows]
    for segment in segments:
        index = window_of[segment.seek]
        reason = _why_not_believed(segment, trust)
        if reason:
            dropped[index].append(reason)
            continue
        offset = starts[index] / RATE
        words[index] += [_placed(word, windows[index], offset) for word in segment.words or ()]
    return [Recognised(_ordered(w), tuple(d)) for w, d in zip(words, dropped, strict=True)]


def _why_not_believed(segment: EngineSegment, trust: TrustOptions) -> str | None:
    if segment.compression_ratio > trust.compression_above:
        return "repetition"
    silent = segment.no_speech_prob > trust.no_speech_above
    if silent and segment.avg_logprob < trust.log_probability_below:
        return "no speech, low confidence"
    return None


def _placed(word: EngineWord, window: Window, offset_s: float) -> Word:
    """The word in the recording's time, inside the stretch of speech that it was heard in.

    The alignment places the first word of a segment too early and bridges pauses; voice activity
    knows better, so a word never reaches out of its stretch.
    """
    start, end = word.start - offset_s, word.end - offset_s
    piece = window.piece_at((start + end) / 2)
    return Word(
        text=word.word.strip(),
        start_s=_in_recording(start, piece),
        end_s=max(_in_recording(end, piece), _in_recording(start, piece)),
        probability=float(word.probability),
    )


def _in_recording(second: float, piece: Piece) -> float:
    moved = second - piece.at_s + piece.cut[0]
    return round(float(min(max(moved, piece.speech[0]), piece.speech[1])), 3)


def _ordered(words: list[Word]) -> tuple[Word, ...]:
    return tuple(sorted((w for w in words if w.text), key=lambda word: word.start_s))
