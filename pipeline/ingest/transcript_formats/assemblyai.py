"""AssemblyAI: utterances by speaker, words with confidence, times in milliseconds.

Format: assemblyai.com/docs, "Get transcript".
"""

from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    label,
    language,
    names,
    objects,
    seconds,
    share,
    text,
    whole,
)

MILLI = 1e-3


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it is a transcript of theirs: words, or an answer without any, with their status."""
    return isinstance(value, dict) and "status" in value and ("words" in value or "error" in value)


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document. A job that did not end well raises ValueError."""
    if value["status"] != "completed":
        raise ValueError("status: expected completed; the job failed, or has not ended")
    apart = bool(value.get("dual_channel") or value.get("multichannel"))
    given = objects(value.get("utterances"), "utterances") or [
        {"words": value.get("words"), "text": value.get("text")}
    ]
    return Document(
        "AssemblyAI",
        tuple(_turn(one, apart) for one in given),
        channels=2 if apart else 1,
        duration_s=seconds(value.get("audio_duration")),
        language=language(value.get("language_code")),
        call_ids=names(value.get("id")),
    )


def _turn(utterance: Fields, apart: bool) -> Said:
    words = objects(utterance.get("words"), "words")
    return Said(
        text(utterance.get("text")),
        seconds(utterance.get("start"), MILLI),
        seconds(utterance.get("end"), MILLI),
        tuple(_word(word) for word in words),
        channel=_channel(utterance) if apart else None,
        speaker=label(utterance.get("speaker")),
        probability=share(utterance.get("confidence")),
    )


def _channel(utterance: Fields) -> int | None:
    """Their channels count from 1."""
    number = whole(utterance.get("channel"))
    return None if not number else number - 1


def _word(word: Fields) -> SaidWord:
    start, end = seconds(word.get("start"), MILLI), seconds(word.get("end"), MILLI)
    return SaidWord(text(word.get("text")), start, end, share(word.get("confidence")))
