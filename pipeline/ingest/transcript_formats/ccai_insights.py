"""Google's CCAI Insights: a conversation's transcript segments, or entries as they are uploaded.

Formats: cloud.google.com/contact-center/insights/docs, "REST: conversations" and "Conversation data
format". Names in either spelling: transcriptSegments, transcript_segments.
"""

import re
from typing import Any

from pipeline.ingest.transcript_formats.document import AGENT, CUSTOMER, Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    label,
    language,
    moment,
    names,
    number,
    objects,
    seconds,
    share,
    side,
    text,
    whole,
)

MICRO = 1e-6


def _get(fields: Fields, name: str) -> Any:  # noqa: ANN401 - any JSON
    """The value under the name as JSON has it, or as Python's libraries write it."""
    return fields.get(name, fields.get(re.sub(r"([A-Z])", r"_\1", name).lower()))


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it has transcript segments, or entries with a time of theirs."""
    if not isinstance(value, dict):
        return False
    return _segments(value) is not None or _are_entries(value.get("entries"))


def _segments(value: Fields) -> Any:  # noqa: ANN401 - any JSON
    found = _get(inner(value.get("transcript")), "transcriptSegments")
    return found if found is not None else _get(value, "transcriptSegments")


def _are_entries(entries: object) -> bool:
    first = inner(entries[0]) if isinstance(entries, list) and entries else {}
    return "start_timestamp_usec" in first or "startTimestampUsec" in first


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document of either kind."""
    found = _segments(value)
    if found is None:
        return _uploaded(objects(value["entries"], "entries"))
    segments = objects(found, "transcriptSegments")
    roles = _roles_of_channels(inner(_get(value, "callMetadata")))
    started = moment(_get(value, "startTime"))
    spoken = [language(_get(value, "languageCode"))]
    spoken += [language(_get(segment, "languageCode")) for segment in segments]
    apart = any(whole(_get(segment, "channelTag")) for segment in segments)
    return Document(
        "Google CCAI Insights",
        tuple(_turn(segment, roles, started) for segment in segments),
        channels=2 if apart else 1,
        duration_s=seconds(value.get("duration")),
        language=next((one for one in spoken if one), None),
        call_ids=names(text(value.get("name")).rpartition("/")[2]),
    )


def _roles_of_channels(about: Fields) -> dict[int | None, str]:
    """Their channels count from 1; unset is 0."""
    told = {
        whole(_get(about, "customerChannel")): CUSTOMER, whole(_get(about, "agentChannel")): AGENT
    }  # fmt: skip
    return {channel: who for channel, who in told.items() if channel}


def _turn(segment: Fields, roles: dict[int | None, str], started: float | None) -> Said:
    channel = whole(_get(segment, "channelTag")) or None
    person = inner(_get(segment, "segmentParticipant"))
    words = tuple(_word(word) for word in objects(segment.get("words"), "words"))
    at = moment(_get(segment, "messageTime"))
    return Said(
        text(segment.get("text")),
        None if words or at is None or started is None else at - started,
        None,
        words,
        side=side(person.get("role")) or roles.get(channel),
        channel=None if channel is None else channel - 1,
        speaker=label(_get(person, "userId")),
        probability=share(segment.get("confidence")) or None,  # 0 stands for unset
    )


def _word(word: Fields) -> SaidWord:
    start, end = (seconds(_get(word, name)) for name in ("startOffset", "endOffset"))
    # Protobuf's JSON leaves out what is zero.
    start = 0.0 if start is None and end is not None else start
    return SaidWord(text(word.get("word")), start, end, share(word.get("confidence")) or None)


def _uploaded(entries: list[Fields]) -> Document:
    """Entries have a start in microseconds since 1970, or since the call's start, and no end."""
    starts = [number(_get(entry, "startTimestampUsec")) for entry in entries]
    on_clock = [start for start in starts if start is not None and start >= 1e14]
    first = min(on_clock, default=0.0)
    turns = [
        Said(
            text(entry.get("text")),
            None if start is None else (start - first) * MICRO,
            side=side(entry.get("role")),
            speaker=label(_get(entry, "userId")),
        )
        for entry, start in zip(entries, starts, strict=True)
    ]
    return Document("Google CCAI Insights", tuple(turns))
