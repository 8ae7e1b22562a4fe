"""Subtitles: WebVTT and SRT. Cues with times, none of words; speakers where a tag or a name is.

Formats: w3.org/TR/webvtt1; SRT has no standard. A speaker is told by `<v Name>`, or by "Name:" in
front of the text where at least half of the cues have one of at most ten names.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from pipeline.ingest.transcript_formats.document import Document, Said
from pipeline.ingest.transcript_formats.fields import check_count, language, seconds, side

MOST_NAMES = 10

_TIMES = re.compile(
    r"^\s*((?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3})(?:\s|$)"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,99})?\s{1,9}([^>]{0,99})>")
_TAG = re.compile(
    r"</?(?:[cibuv]|ruby|rt|lang|font)\b[^>]{0,99}>|<[\d:.]{1,20}>|\{\\[^}]{0,99}\}"
)  # bounded: else 64 MB of "<c " would be looked through once for each of them
_NAME = re.compile(r"^\s*-?\s*\[?([A-Za-z][\w .'-]{0,30}?)\]?:\s+")
_HEAD = re.compile(r"^Language:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def is_webvtt(written: str) -> bool:
    """Whether it opens as WebVTT does."""
    return re.match(r"\s*WEBVTT(?:\s|$)", written) is not None


def is_srt(written: str) -> bool:
    """Whether times with an arrow stand in one of the first lines, behind a number or not."""
    return any(_TIMES.match(line) for line in written.lstrip().splitlines()[:3])


def read(written: str) -> Document:
    """The document; cues without words are none."""
    turns = [turn for block in _blocks(written) for turn in _cue(block)]
    webvtt = is_webvtt(written)
    head = _HEAD.search(written.split("\n\n", 1)[0]) if webvtt else None
    return Document(
        "WebVTT" if webvtt else "SRT",
        tuple(_named(turns)),
        language=language(head[1]) if head else None,
    )


def _blocks(written: str) -> Iterator[list[str]]:
    """The lines of each cue, its times first.

    By the times, not by blank lines: text may hold one, and the number of the next cue ends it.
    """
    lines = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [index for index, line in enumerate(lines) if _TIMES.match(line)]
    check_count(len(starts), "cues")
    for start, after in zip_longest(starts, starts[1:]):
        block = lines[start:after]
        named = after is not None and len(block) > 1 and _is_name_of_next(block)
        yield _without_notes(block[:-1] if named else block)


def _is_name_of_next(block: list[str]) -> bool:
    """Whether the last line is the number or the name of the cue behind."""
    return bool(block[-1].strip()) and (block[-1].strip().isdigit() or not block[-2].strip())


def _without_notes(block: list[str]) -> list[str]:
    """Up to a WebVTT comment or style that stands behind the cue."""
    for index in range(1, len(block)):
        if not block[index - 1].strip() and block[index].startswith(("NOTE", "STYLE", "REGION")):
            return block[:index]
    return block


def _cue(block: list[str]) -> Iterator[Said]:
    """The cue's text, cut where another voice begins; the voices share its time by letters."""
    found = _TIMES.match(block[0])
    assert found is not None
    start, end = seconds(found[1]), seconds(found[2])
    voices = re.split(_VOICE, "\n".join(block[1:]))
    parts = [("", voices[0]), *zip(voices[1::2], voices[2::2], strict=True)]
    texts = [(name.strip(), html.unescape(_TAG.sub("", part)).strip()) for name, part in parts]
    told = [(name, said) for name, said in texts if said]
    letters = sum(len(said) for _, said in told)
    if start is None or end is None or end < start:
        yield from (Said(said, start, end, speaker=name or None) for name, said in told)
        return
    position = start
    for name, said in told:
        after = position + (end - start) * len(said) / letters
        yield Said(said, position, after, speaker=name or None, side=side(name))
        position = after


def _named(turns: list[Said]) -> list[Said]:
    """The turns with names taken from in front of their texts, where that is how it is written."""
    if any(turn.speaker for turn in turns):
        return turns
    found = [_NAME.match(turn.text) for turn in turns]
    names = Counter(one[1].strip().lower() for one in found if one)
    if not turns or sum(names.values()) < len(turns) / 2 or len(names) > MOST_NAMES:
        return turns
    return [
        turn if one is None else replace(turn, text=turn.text[one.end() :],
                                         speaker=one[1].strip().lower(), side=side(one[1]))
        for turn, one in zip(turns, found, strict=True)
    ]  # fmt: skip
