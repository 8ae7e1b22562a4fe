"""Calls drawn in characters: one character is one second, `#` speech, `h` hold, `.` nothing.

    agent    |####......####|
    customer |......####....|
    hold     |..............|

`says` gives each side its words, a text for every stretch of speech, spread evenly over it.
"""

from collections.abc import Sequence
from itertools import groupby

from pipeline.behaviours import Call, Word
from pipeline.spans import Span, seconds
from pipeline.speech.turns import turns

Says = dict[str, Sequence[str]]


def draw(
    picture: str,
    says: Says | None = None,
    *,
    after_call_work_s: float | None = None,
    wait_s: float | None = None,
    hold_s: float | None = None,
    transfers: int | None = None,
    mono: bool = False,
    heard: bool = False,
    sides_known: str = "as configured",
    timing_confidence: float | None = None,
) -> Call:
    """The call in the picture; the keyword arguments are what the call log and the sound know."""
    rows = dict(_rows(picture))
    sides: tuple[str, ...] = ("agent", "customer", "unknown")
    speech = {side: rows[side] for side in sides if side in rows}
    words = {side: _words(spans, (says or {}).get(side, ())) for side, spans in speech.items()}
    return Call(
        call_id="drawn",
        duration_s=float(max(len(line.split("|")[1]) for line in _lines(picture))),
        agent=speech.get("agent", ()),
        customer=speech.get("customer", ()),
        unsided=speech.get("unknown", ()),
        hold=rows.get("hold", ()),
        turns=turns(speech, words),
        mono="unknown" in speech or mono,
        heard=heard,
        sides=sides_known,
        timing_confidence=timing_confidence,
        logged_hold_s=hold_s,
        after_call_work_s=after_call_work_s,
        wait_s=wait_s,
        transfers=transfers,
    )


def _lines(picture: str) -> list[str]:
    return [line for line in picture.splitlines() if "|" in line]


def _rows(picture: str) -> list[tuple[str, tuple[Span, ...]]]:
    return [(line.split("|")[0].strip(), _spans(line.split("|")[1])) for line in _lines(picture)]


def _spans(line: str) -> tuple[Span, ...]:
    spans = []
    position = 0
    for mark, run in groupby(line):
        length = len(list(run))
        if mark != ".":
            spans.append((float(position), float(position + length)))
        position += length
    return tuple(spans)


def _words(spans: Sequence[Span], texts: Sequence[str]) -> list[Word]:
    words = []
    for (start, end), text in zip(spans, texts, strict=False):
        parts = text.split()
        step = seconds([(start, end)]) / max(len(parts), 1)
        words += [
            Word(part, start + i * step, start + (i + 1) * step) for i, part in enumerate(parts)
        ]
    return words
