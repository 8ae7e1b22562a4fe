"""The conversation: the call without its hold, and the turns in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from pipeline.behaviours.call import Call, Turn, Word, once
from pipeline.spans import Span, gaps, merged, overlap

HAIR_S = 1e-6
"""Times are multiples of 20 ms, and 5.1 − 0.1 is a hair less than 5: it still lasts 5 s."""
MOST_TELLING = 5

Item = TypeVar("Item")


@once
def held(call: Call) -> tuple[Span, ...]:
    """The stretches on hold, sorted, disjoint and inside the recording."""
    return overlap(merged(call.hold), ((0.0, call.duration_s),)) if call.hold else ()


@once
def conversation(call: Call) -> tuple[Span, ...]:
    """The stretches outside hold, from the first second of the recording to the last."""
    return gaps(call.hold, 0.0, call.duration_s)


def lasting(spans: Iterable[Span], at_least_s: float) -> tuple[Span, ...]:
    """Those of `at_least_s` and more."""
    return tuple(span for span in spans if span[1] - span[0] >= at_least_s - HAIR_S)


@once
def talk(call: Call) -> tuple[Turn, ...]:
    """The turns of both sides outside hold, by start, without backchannels.

    Hold cuts a turn: what is said on it, to a colleague or by the music, is no part of the
    conversation, and what is said after it is a turn of its own. Each piece runs from speech to
    speech, like a turn.
    """
    hold = held(call)
    if not hold:
        return call.main_turns
    speech = {"agent": call.agent_speech, "customer": call.customer_speech}
    pieces = [
        piece
        for turn in call.main_turns
        for piece in _outside(turn, hold, speech.get(turn.side, call.speech))
    ]
    return tuple(sorted(pieces, key=lambda turn: turn.start_s))


def _outside(turn: Turn, hold: Sequence[Span], speech: Sequence[Span]) -> list[Turn]:
    first = bisect_right(hold, turn.start_s, key=lambda span: span[1])
    last = bisect_left(hold, turn.end_s, key=lambda span: span[0])
    if first >= last:
        return [turn]
    parts = gaps(hold[first:last], turn.start_s, turn.end_s)
    return [_cut(turn, part, spoken) for part in parts if (spoken := overlap(speech, [part]))]


def _cut(turn: Turn, part: Span, spoken: Sequence[Span]) -> Turn:
    words = tuple(word for word in turn.words if part[0] <= _middle(word) <= part[1])
    text = " ".join(word.text for word in words)
    start_s, end_s = spoken[0][0], spoken[-1][1]
    return replace(turn, start_s=start_s, end_s=end_s, text=text, words=words)


@once
def said(call: Call, side: str) -> list[Word]:
    """The words of one side outside hold, those of backchannels among them."""
    hold = held(call)
    return [word for turn in call.turns if turn.side == side for word in _words_outside(turn, hold)]


def _words_outside(turn: Turn, hold: Sequence[Span]) -> Sequence[Word]:
    if not hold or hold[0][0] >= turn.end_s or hold[-1][1] <= turn.start_s:
        return turn.words
    return [word for word in turn.words if not covering(hold, _middle(word))]


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def covering(spans: Sequence[Span], at_s: float) -> Span | None:
    """The one of `spans` (sorted, disjoint) that holds `at_s`; its end is no part of it."""
    before = bisect_right(spans, at_s, key=lambda span: span[0])
    found = spans[before - 1] if before else None
    return found if found and found[1] > at_s else None


def most_telling(items: Sequence[Item], by: Callable[[Item], float]) -> list[Item]:
    """The five with the most of `by`, in their own order; of equals the earlier ones."""
    ranks = sorted(range(len(items)), key=lambda index: -by(items[index]))
    return [items[index] for index in sorted(ranks[:MOST_TELLING])]
