"""Turns: consecutive speech of one side, made from voice activity; words are put into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.behaviours.call import Turn, Word
from pipeline.spans import Span, inside, merged


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
    stretches = sorted(
        (span, side, _is_backchannel(span, side, speech, options))
        for side, spans in speech.items()
        for span in merged(spans)
    )
    result: list[Turn] = []
    last: int | None = None
    for (start, end), side, backchannel in stretches:
        if backchannel:
            result.append(Turn(side, start, end, "", backchannel=True))
            continue
        if last is not None and _continues(result[last], start, side, options):
            result[last] = replace(result[last], end_s=max(end, result[last].end_s))
            continue
        result.append(Turn(side, start, end, ""))
        last = len(result) - 1
    return result


def _continues(turn: Turn, start_s: float, side: str, options: TurnOptions) -> bool:
    return turn.side == side and start_s - turn.end_s <= options.pause_s


def _is_backchannel(
    span: Span, side: str, speech: Mapping[str, Sequence[Span]], options: TurnOptions
) -> bool:
    if span[1] - span[0] > options.backchannel_s:
        return False
    others = [s for other, spans in speech.items() if other != side for s in spans]
    return inside(merged(others, options.backchannel_bridge_s), span)


def _with_words(bare: Sequence[Turn], words: Mapping[str, Sequence[Word]]) -> list[Turn]:
    """Each word goes to the turn of its side that holds its middle, else to the nearest one."""
    spoken: dict[int, list[Word]] = {}
    for side, said in words.items():
        own = [index for index, turn in enumerate(bare) if turn.side == side]
        for word in said:
            if own:
                spoken.setdefault(min(own, key=lambda i: _distance(bare[i], word)), []).append(word)
    return [
        replace(turn, words=tuple(said), text=" ".join(word.text for word in said))
        for index, turn in enumerate(bare)
        for said in [spoken.get(index, [])]
    ]


def _distance(turn: Turn, word: Word) -> tuple[float, bool]:
    middle = (word.start_s + word.end_s) / 2
    away = max(turn.start_s - middle, middle - turn.end_s, 0.0)
    # A backchannel lies inside another turn only of the other side, so ties mean: the longer turn.
    return (away, turn.backchannel)
