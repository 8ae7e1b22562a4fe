"""Phrases in a call: every place where the right side says one, with its words and times."""

from collections.abc import Sequence

from pipeline.behaviours.call import Call, Word, once
from pipeline.behaviours.language import pack, spoken
from pipeline.behaviours.register import Moment


class MissingCueError(LookupError):
    """A language's pack does not have a cue; a behaviour that asks for it is unknown there."""


@once
def found(call: Call, kind: str, *, from_s: float = 0.0) -> list[Moment]:
    """Every phrase of `kind` in the pack that its side says at or after `from_s`, in order.

    Raises MissingCueError where the call's language has no such cue.
    """
    cue = pack(call.language).cues.get(kind)
    if cue is None:
        raise MissingCueError(f"the word pack of {call.language!r} has no cue {kind!r}")
    label = kind.replace("_", " ")
    moments = []
    for number, start, end in call.said.get(kind, ()):
        turn = call.turns[number]
        if turn.end_s < from_s:
            continue
        words = [turn.words[index] for index in spoken(call.lines[number], start, end)]
        if words[0].start_s >= from_s:
            moments.append(_moment(label, turn.side, words))
    return moments


def _moment(kind: str, side: str, words: Sequence[Word]) -> Moment:
    confidence = sum(word.probability for word in words) / len(words)
    quote = " ".join(word.text for word in words)
    return Moment(kind, side, words[0].start_s, words[-1].end_s, quote, confidence)
