"""Deepgram: words with times, confidence and speaker, a list for each channel.

Format: developers.deepgram.com, "Pre-recorded audio", its response.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import (
    Fields,
    inner,
    label,
    language,
    names,
    objects,
    seconds,
    share,
    text,
)


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether channels stand under `results`."""
    return isinstance(value, dict) and "channels" in inner(value.get("results"))


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document: one channel tells voices apart, two are the sides."""
    channels = objects(value["results"]["channels"], "channels")
    about, extra = inner(value.get("metadata")), inner(inner(value.get("metadata")).get("extra"))
    several = len(channels) > 1
    turns = [
        turn
        for number, channel in enumerate(channels)
        for turn in _turns(channel, number if several else None)
    ]
    spoken = [language(channel.get("detected_language")) for channel in channels]
    return Document(
        "Deepgram",
        tuple(turns),
        channels=2 if several else 1,
        duration_s=seconds(about.get("duration")),
        language=next((one for one in spoken if one), None),
        call_ids=names(extra.get("call_id"), about.get("request_id")),
    )


def _turns(channel: Fields, number: int | None) -> list[Said]:
    best = objects(channel.get("alternatives"), "alternatives")[:1]
    words = objects(best[0].get("words"), "words") if best else []
    if best and not words and text(best[0].get("transcript")).strip():
        raise ValueError("alternatives: text without words, so nothing has a time")
    return [
        turn_of_words([_word(word) for word in own], channel=number, speaker=speaker)
        for speaker, own in groupby(words, key=lambda word: label(word.get("speaker")))
    ]


def _word(word: Fields) -> SaidWord:
    return SaidWord(
        text(word.get("punctuated_word")) or text(word.get("word")),
        seconds(word.get("start")),
        seconds(word.get("end")),
        share(word.get("confidence")),
    )


def turn_of_words(
    words: Sequence[SaidWord], *, channel: int | None = None, speaker: str | None = None
) -> Said:
    """A turn that is given by its words alone."""
    return Said(
        " ".join(word.text for word in words),
        next((word.start_s for word in words if word.start_s is not None), None),
        next((word.end_s for word in reversed(words) if word.end_s is not None), None),
        tuple(words),
        channel=channel,
        speaker=speaker,
    )
