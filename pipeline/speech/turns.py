"""Turns: consecutive speech of one side, made from voice activity; words are put into them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from pipeline.behaviours.call import Turn, Word
from pipeline.spans import Span, inside, merged, seconds


@dataclass(frozen=True)
class TurnOptions:
    """Section 1 of the behaviours' definitions."""

    pause_s: float = 2.0
    backchannel_s: float = 1.0
    backchannel_bridge_s: float = 0.5


def turns(
    speech: Mapping[str, Sequence[Span]],
    words: Mapping[str, Sequence[Word]],
    options: TurnOptions = TurnOptions(),
) -> tuple[Turn, ...]:
    """The call's turns by start: per side stretches of speech and words become turns with text.

    A stretch of at most 1.0 s that lies inside the other side's speech is a backchannel: kept as a
    row of its own, but it neither ends the other's turn nor is one.
    """
    bare = _bare_turns(speech, options)
    return tuple(_with_words(bare, words))


def _bare_turns(speech: Mapping[str, Sequence[Span]], options: TurnOptions) -> list[Turn]:
    others = {side: _others(speech, side, options) for side in speech}
    stretches = sorted((span, side) for side, spans in speech.items() for span in merged(spans))
    result: list[Turn] = []
    last: int | None = None
    for (start, end), side in stretches:
        if _is_backchannel((start, end), others[side], options):
            result.append(Turn(side, start, end, "", backchannel=True))
            continue
        if last is not None and _continues(result[last], start, side, options):
            result[last] = replace(result[last], end_s=max(end, result[last].end_s))
            continue
        result.append(Turn(side, start, end, ""))
        last = len(result) - 1
    return result


def _others(
    speech: Mapping[str, Sequence[Span]], side: str, options: TurnOptions
) -> tuple[Span, ...]:
    spans = (span for other, theirs in speech.items() if other != side for span in theirs)
    return merged(spans, options.backchannel_bridge_s)


def _continues(turn: Turn, start_s: float, side: str, options: TurnOptions) -> bool:
    return turn.side == side and start_s - turn.end_s <= options.pause_s


def _is_backchannel(span: Span, others: Sequence[Span], options: TurnOptions) -> bool:
    """Short, and inside something longer of the other side: two of a length are both turns."""
    start, end = span
    if end - start > options.backchannel_s:
        return False
    around = others[max(bisect_right(others, start, key=itemgetter(0)) - 1, 0) :][:1]
    return inside(around, span) and seconds(around) > end - start


def _with_words(bare: Sequence[Turn], words: Mapping[str, Sequence[Word]]) -> list[Turn]:
    """Each word goes to the turn of its side that holds its middle, else to the nearest one."""
    spoken: list[list[Word]] = [[] for _ in bare]
    for side, said in words.items():
        own = [index for index, turn in enumerate(bare) if turn.side == side]
        main = [index for index in own if not bare[index].backchannel]
        short = [index for index in own if bare[index].backchannel]
        for word in said:
            near = [*_nearest(bare, main, word), *_nearest(bare, short, word)]
            if near:
                spoken[min(near, key=lambda i: _distance(bare[i], word))].append(word)
    return [
        replace(turn, words=tuple(said), text=" ".join(word.text for word in said))
        for turn, said in zip(bare, spoken, strict=True)
    ]


def _nearest(bare: Sequence[Turn], indices: Sequence[int], word: Word) -> Sequence[int]:
    """The turns before and after the word's middle; `indices` are of turns apart, by start.

    Looking at every turn would take minutes for a call of hours.
    """
    after = bisect_right(indices, _middle(word), key=lambda i: bare[i].start_s)
    return indices[max(after - 1, 0) : after + 1]


def _distance(turn: Turn, word: Word) -> tuple[float, bool]:
    middle = _middle(word)
    away = max(turn.start_s - middle, middle - turn.end_s, 0.0)
    # A backchannel may lie inside a turn of its own side that went on after it: the turn's word.
    return (away, turn.backchannel)


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
