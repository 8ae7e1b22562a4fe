"""Genesys Cloud speech and text analytics: phrases of the internal and the external participant.

Format: developer.genesys.cloud, "Transcript URL". Times are milliseconds since 1970, or from the
start; words may have their own.
"""

from collections.abc import Iterable
from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    language,
    names,
    number,
    objects,
    seconds,
    share,
    side,
    text,
)

MILLI = 1e-3
CLOCK_MS = 1e11
"""From here on (1973) a time is on the calendar, no offset into a call."""


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether phrases stand in its transcripts."""
    found = value.get("transcripts") if isinstance(value, dict) else None
    return isinstance(found, list) and any("phrases" in inner(one) for one in found)


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document: the conversation starts at 0, else its first phrase does."""
    parts = objects(value["transcripts"], "transcripts")
    phrases = [phrase for part in parts for phrase in objects(part.get("phrases"), "phrases")]
    start_ms = _start_ms(value, phrases)
    spoken = [language(part.get("language")) for part in parts]
    return Document(
        "Genesys Cloud",
        tuple(_turn(phrase, start_ms) for phrase in phrases),
        channels=2,
        duration_s=_length_s(value),
        language=next((one for one in spoken if one), None),
        call_ids=names(value.get("conversationId"), value.get("communicationId")),
    )


def _start_ms(value: Fields, phrases: Iterable[Fields]) -> float:
    given = number(value.get("conversationStartTime")) or number(value.get("startTime"))
    if given is not None and given >= CLOCK_MS:
        return given
    on_clock = [number(phrase.get("startTimeMs")) or 0.0 for phrase in phrases]
    return min((start for start in on_clock if start >= CLOCK_MS), default=0.0)


def _turn(phrase: Fields, start_ms: float) -> Said:
    start = _start_s(phrase, start_ms)
    words = objects(phrase.get("words"), "words")
    purpose = phrase.get("participantPurpose")
    return Said(
        text(phrase.get("decoratedText")) or text(phrase.get("text")),
        start,
        _end_s(phrase, start),
        tuple(_word(word, start_ms) for word in words),
        side=side(purpose),
        speaker=text(purpose) or None,
        probability=share(phrase.get("confidence")),
    )


def _start_s(one: Fields, start_ms: float) -> float | None:
    given = number(one.get("startTimeMs"))
    if given is not None:
        return (given - start_ms if given >= CLOCK_MS else given) * MILLI
    return _length_of(one.get("offset"), one.get("offsetMs"))


def _end_s(one: Fields, start_s: float | None) -> float | None:
    length = _length_of(one.get("duration"), one.get("durationMs"))
    return None if start_s is None or length is None else start_s + length


def _length_s(value: Fields) -> float | None:
    return _length_of(value.get("duration"), value.get("durationMs"))


def _length_of(given: object, milliseconds: object) -> float | None:
    """{"milliseconds": 1200}, {"totalMillis": 1200}, "PT1.2S", or a number of milliseconds."""
    parts = inner(given)
    for name in ("milliseconds", "totalMillis"):
        if name in parts:
            return seconds(parts[name], MILLI)
    return seconds(milliseconds if given is None else given, MILLI)


def _word(word: Fields, start_ms: float) -> SaidWord:
    start = _start_s(word, start_ms)
    said = text(word.get("decoratedWord")) or text(word.get("word"))
    return SaidWord(said, start, _end_s(word, start), share(word.get("confidence")))
