"""Amazon Transcribe Call Analytics: a turn's role, and each word with its times and confidence.

Format: docs.aws.amazon.com/transcribe, "Post-call analytics output".
"""

from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    language,
    names,
    objects,
    seconds,
    share,
    side,
    text,
)

MILLI = 1e-3


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether turns with a role stand under `Transcript`; none at all beside a job's name."""
    turns = value.get("Transcript") if isinstance(value, dict) else None
    if not isinstance(turns, list):
        return False
    return any("ParticipantRole" in inner(turn) for turn in turns) or (
        not turns and "JobName" in value
    )


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document. A job that did not end well raises ValueError."""
    check_status(value)
    turns = objects(value["Transcript"], "Transcript")
    return Document(
        "Amazon Transcribe Call Analytics",
        tuple(turn_of(turn, side(turn.get("ParticipantRole"))) for turn in turns),
        channels=2,
        duration_s=duration_s(value),
        language=language(value.get("LanguageCode")),
        call_ids=names(value.get("JobName")),
    )


def check_status(value: Fields) -> None:
    """Raise ValueError for a job that failed, or is still running."""
    if value.get("JobStatus", "COMPLETED") != "COMPLETED":
        raise ValueError("JobStatus: expected COMPLETED; the job failed, or has not ended")


def duration_s(value: Fields) -> float | None:
    """The call's length as the vendor measured it."""
    facts = inner(value.get("ConversationCharacteristics"))
    return seconds(facts.get("TotalConversationDurationMillis"), MILLI)


def turn_of(turn: Fields, who: str | None) -> Said:
    """A turn of Amazon's: offsets in milliseconds, a confidence of 0 for punctuation."""
    return Said(
        text(turn.get("Content")),
        seconds(turn.get("BeginOffsetMillis"), MILLI),
        seconds(turn.get("EndOffsetMillis"), MILLI),
        _words(objects(turn.get("Items"), "Items")),
        side=who,
        speaker=text(turn.get("ParticipantRole")) or text(turn.get("ParticipantId")) or None,
    )


def _words(items: list[Fields]) -> tuple[SaidWord, ...]:
    """Words, each with the punctuation behind it."""
    words: list[SaidWord] = []
    for item in items:
        content = text(item.get("Content"))
        if item.get("Type") == "punctuation":
            if words:
                last = words[-1]
                words[-1] = SaidWord(
                    last.text + content, last.start_s, last.end_s, last.probability
                )
            continue
        start, end = item.get("BeginOffsetMillis"), item.get("EndOffsetMillis")
        words.append(
            SaidWord(
                content, seconds(start, MILLI), seconds(end, MILLI), share(item.get("Confidence"))
            )
        )
    return tuple(words)
