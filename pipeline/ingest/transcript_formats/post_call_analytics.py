"""Amazon's Post Call Analytics: segments with speakers that may be named, words with starts only.

Format: aws-samples/amazon-transcribe-post-call-analytics, its page on the output.
"""

from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    label,
    language,
    names,
    number,
    objects,
    seconds,
    share,
    side,
    text,
)


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it has the two sections of this output."""
    return (
        isinstance(value, dict) and "SpeechSegments" in value and "ConversationAnalytics" in value
    )


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document. A word whose end is its start, as this output has them, has no end."""
    about = inner(value["ConversationAnalytics"])
    labels = objects(about.get("SpeakerLabels"), "SpeakerLabels")
    sides = {label(one.get("Speaker")): side(one.get("DisplayText")) for one in labels}
    job = _job(about)
    segments = objects(value["SpeechSegments"], "SpeechSegments")
    return Document(
        "Amazon Post Call Analytics",
        tuple(_turn(segment, sides) for segment in segments),
        channels=2 if number(job.get("ChannelIdentification")) == 1 else 1,
        duration_s=seconds(about.get("Duration")),
        language=language(about.get("LanguageCode")),
        call_ids=names(about.get("GUID"), job.get("TranscriptionJobName")),
    )


def _job(about: Fields) -> Fields:
    sources = objects(about.get("SourceInformation"), "SourceInformation")
    return inner(sources[0].get("TranscribeJobInfo")) if sources else {}


def _turn(segment: Fields, sides: dict[str | None, str | None]) -> Said:
    speaker = label(segment.get("SegmentSpeaker"))
    return Said(
        text(segment.get("OriginalText")) or text(segment.get("DisplayText")),
        seconds(segment.get("SegmentStartTime")),
        seconds(segment.get("SegmentEndTime")),
        tuple(_word(word) for word in objects(segment.get("WordConfidence"), "WordConfidence")),
        side=sides.get(speaker),
        speaker=speaker,
    )


def _word(word: Fields) -> SaidWord:
    start, end = seconds(word.get("StartTime")), seconds(word.get("EndTime"))
    return SaidWord(
        text(word.get("Text")), start, None if end == start else end, share(word.get("Confidence"))
    )
