"""Lines with pauses become a timeline: who says what from when to when, and where the hold is."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.speech.voices import Delivery, SpokenWord, Times

AGENT, CUSTOMER = "agent", "customer"
BACKCHANNEL_S = 1.0
"""The longest backchannel; what is longer counts as a turn."""

TAIL_S = 0.7
"""Line noise after the last word."""


@dataclass(frozen=True)
class Line:
    """A sentence to be said.

    `gap_s` is the silence before it; negative: it starts before the line before has ended.
    `after_hold`: the silence before it is a hold. `inside`: a backchannel, said during the line
    before. `tags` name what a listener would count: cues, "empathic", "unhelpful".
    """

    side: str
    text: str
    gap_s: float
    tags: frozenset[str] = frozenset()
    after_hold: bool = False
    inside: bool = False


@dataclass(frozen=True)
class Utterance:
    """A line with its times in seconds. `index` is its place in the script."""

    line: Line
    index: int
    start_s: float
    end_s: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True)
class Timeline:
    """A call in time: utterances by start, stretches on hold, length."""

    utterances: tuple[Utterance, ...]
    hold: tuple[tuple[float, float], ...]
    duration_s: float


@dataclass(frozen=True)
class Script:
    """What is said in a call and how each side speaks."""

    lines: tuple[Line, ...]
    deliveries: dict[str, Delivery]


def lay_out(lines: Sequence[Line], times: Sequence[Times]) -> Timeline:
    """Place each line after (or into) the one before; `times` are its words from its own start.

    A backchannel that is longer than `BACKCHANNEL_S` or finds no room is left out. Times are
    rounded to 10 ms, so that transcript, sound and truth say the same.
    """
    placed: list[Utterance] = []
    hold: list[tuple[float, float]] = []
    host: Utterance | None = None
    for index, (line, words) in enumerate(zip(lines, times, strict=True)):
        length_s = words[-1].end_s
        if line.inside:
            start_s = _room_inside(host, length_s, line.side)
            if start_s is not None:
                placed.append(_place(line, index, start_s, words))
            continue
        end_s = max((utterance.end_s for utterance in placed), default=0.0)
        start_s = round(end_s + _gap(line, length_s, host), 2)
        if line.after_hold:
            hold.append((end_s, start_s))
        host = _place(line, index, start_s, words)
        placed.append(host)
    placed.sort(key=lambda utterance: (utterance.start_s, utterance.line.side))
    end_s = max(utterance.end_s for utterance in placed)
    return Timeline(tuple(placed), tuple(hold), round(end_s + TAIL_S, 2))


def _gap(line: Line, length_s: float, host: Utterance | None) -> float:
    """The gap before a line. An overlap must leave most of both lines alone."""
    if line.gap_s >= 0:
        return line.gap_s
    room_s = min(length_s - 0.4, 0.45 * (host.end_s - host.start_s)) if host else 0.0
    overlap_s = min(-line.gap_s, room_s)
    return -overlap_s if overlap_s >= 0.3 else 0.3


def _room_inside(host: Utterance | None, length_s: float, side: str) -> float | None:
    """Where a backchannel starts: from the middle of the line before, well before its end."""
    if host is None or host.line.side == side or length_s > BACKCHANNEL_S:
        return None
    start_s = round((host.start_s + host.end_s) / 2, 2)
    return start_s if start_s + length_s <= host.end_s - 0.3 else None


def _place(line: Line, index: int, start_s: float, words: Times) -> Utterance:
    moved = tuple(
        SpokenWord(word.text, round(start_s + word.start_s, 2), round(start_s + word.end_s, 2))
        for word in words
    )
    return Utterance(line, index, start_s, moved[-1].end_s, moved)
