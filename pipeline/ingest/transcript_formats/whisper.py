"""Whisper's JSON and its kin: openai-whisper, whisper-timestamped, faster-whisper, WhisperX,
whisper.cpp and the answer of OpenAI's interface.

Segments in seconds (whisper.cpp: offsets in milliseconds), with or without words; no speakers but
WhisperX's.
"""

import math
from typing import Any

from pipeline.ingest.transcript_formats.deepgram import turn_of_words
from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    label,
    language,
    number,
    objects,
    seconds,
    share,
    text,
)

NO_SPEECH, LOW_LOGPROB = 0.6, -1.0
"""Whisper's own thresholds: a segment is silence when both are passed."""


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it has segments with start, end and text; a bare list of them, too."""
    segments = _segments(value)
    if not isinstance(segments, list):
        return False
    if not segments:
        return isinstance(value, dict) and "text" in value
    first = inner(segments[0])
    return "text" in first and ("start" in first or "offsets" in first)


def _segments(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return value.get("segments", value.get("transcription"))
    return value


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document; what Whisper itself takes for silence is left out, and counted."""
    about = inner(value)
    segments = objects(_segments(value), "segments")
    turns = [_turn(segment) for segment in segments if not _is_silence(segment)]
    silent = len(segments) - len(turns)
    notes = (f"{silent} segments without speech, by the recogniser",) if silent else ()
    apart = objects(about.get("words"), "words")
    if apart and not any(turn.words for turn in turns):
        turns = [turn_of_words([_word(word) for word in apart])]
    return Document(
        "Whisper",
        tuple(turns),
        duration_s=seconds(about.get("duration")),
        language=language(about.get("language") or inner(about.get("result")).get("language")),
        notes=notes,
    )


def _is_silence(segment: Fields) -> bool:
    nothing, sure = number(segment.get("no_speech_prob")), number(segment.get("avg_logprob"))
    return nothing is not None and nothing > NO_SPEECH and sure is not None and sure < LOW_LOGPROB


def _turn(segment: Fields) -> Said:
    offsets = inner(segment.get("offsets"))
    start, end = segment.get("start"), segment.get("end")
    return Said(
        text(segment.get("text")),
        seconds(offsets["from"], 1e-3) if "from" in offsets else seconds(start),
        seconds(offsets["to"], 1e-3) if "to" in offsets else seconds(end),
        tuple(_word(word) for word in objects(segment.get("words"), "words")),
        speaker=label(segment.get("speaker")),
        probability=_probability(segment),
    )


def _probability(segment: Fields) -> float | None:
    given = share(segment.get("confidence"))
    mean = number(segment.get("avg_logprob"))
    return math.exp(min(mean, 0.0)) if given is None and mean is not None else given


def _word(word: Fields) -> SaidWord:
    names = ("probability", "confidence", "score")
    sure = next((share(word[name]) for name in names if name in word), None)
    said = text(word.get("word")) or text(word.get("text"))
    return SaidWord(said, seconds(word.get("start")), seconds(word.get("end")), sure)
