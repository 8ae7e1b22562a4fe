"""Transcripts of other makers: a file per format, told by what is in them, never by their names.

To add one: a module with `recognise(value)` and `read(value)` for a JSON value, named in `FORMATS`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from pipeline.ingest.transcript_formats import (
    assemblyai,
    call_analytics,
    ccai_insights,
    contact_lens,
    deepgram,
    genesys,
    harper_valley,
    own,
    post_call_analytics,
    subtitles,
    whisper,
)
from pipeline.ingest.transcript_formats.decoding import decoded, parsed
from pipeline.ingest.transcript_formats.document import Document


class Format(NamedTuple):
    """How one maker's JSON is told from the others', and read."""

    recognise: Callable[[Any], bool]
    read: Callable[[Any], Document]


FORMATS = tuple(
    Format(one.recognise, one.read)
    for one in (
        own,
        call_analytics,
        contact_lens,
        post_call_analytics,
        deepgram,
        genesys,
        ccai_insights,
        assemblyai,
        harper_valley,
        whisper,
    )
)
"""In the order in which they are tried: the last ones have the plainest marks."""

EXPECTED = (
    "Amazon Transcribe Call Analytics, Post Call Analytics, Contact Lens, Deepgram, AssemblyAI, "
    "Genesys Cloud, Google CCAI Insights, Whisper, WebVTT or SRT"
)


def read_document(raw: bytes) -> Document:
    """The transcript in the bytes of a file; raises ValueError that quotes nothing of it."""
    written, notes = decoded(raw)
    document = _read(written)
    return replace(document, notes=(*notes, *document.notes))


def _read(written: str) -> Document:
    if subtitles.is_webvtt(written) or subtitles.is_srt(written):
        return subtitles.read(written)
    if not written.lstrip().startswith(("{", "[")):
        raise ValueError(f"no format that is known, expected {EXPECTED}")
    value = parsed(written)
    if isinstance(value, list) and len(value) == 1 and not _format(value):
        value = value[0]
    found = _format(value)
    if found is None:
        raise ValueError(f"JSON of no format that is known, expected {EXPECTED}")
    return found.read(value)


def _format(value: object) -> Format | None:
    return next((one for one in FORMATS if one.recognise(value)), None)
