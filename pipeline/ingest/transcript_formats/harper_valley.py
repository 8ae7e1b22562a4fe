"""Gridspace's Harper Valley corpus: a list of segments by role, times in milliseconds.

Format: github.com/cricketclub/gridspace-stanford-harper-valley. `start_ms` of one side may be two
seconds early; `offset_ms` is on the clock of the recording.
"""

from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said
from pipeline.ingest.transcript_formats.fields import Fields, objects, seconds, side, text

MILLI = 1e-3


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it is a list of segments with a role and an offset."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and "speaker_role" in first and "offset_ms" in first


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document, in the words of a human where there are some."""
    return Document(
        "Harper Valley", tuple(_turn(one) for one in objects(value, "segments")), channels=2
    )


def _turn(segment: Fields) -> Said:
    start = seconds(segment.get("offset_ms"), MILLI)
    length = seconds(segment.get("duration_ms"), MILLI)
    return Said(
        text(segment.get("human_transcript")) or text(segment.get("transcript")),
        start,
        None if start is None or length is None else start + length,
        side=side(segment.get("speaker_role")),
        speaker=text(segment.get("speaker_role")) or None,
    )
