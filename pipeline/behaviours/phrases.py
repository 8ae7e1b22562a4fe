"""Phrases in a call: every place where the right side says one, with its words and times."""

from collections.abc import Sequence

from pipeline.behaviours.call import Call, Word
from pipeline.behaviours.language import pack
from pipeline.behaviours.register import Moment


def found(call: Call, kind: str, *, from_s: float = 0.0) -> list[Moment]:
    """Every phrase of `kind` in the pack that its side says at or after `from_s`, in order."""
    phrase = pack(call.language).phrases[kind]
    label = kind.replace("_", " ")
    moments = []
    for turn, line in zip(call.turns, call.lines, strict=True):
        if turn.side != phrase.side or turn.end_s < from_s:
            continue
        for match in phrase.pattern.finditer(line.text):
            words = [turn.words[index] for index in line.words_of(match.start(), match.end())]
            if words and words[0].start_s >= from_s:
                moments.append(_moment(label, turn.side, words))
    return moments


def _moment(kind: str, side: str, words: Sequence[Word]) -> Moment:
    confidence = sum(word.probability for word in words) / len(words)
    quote = " ".join(word.text for word in words)
    return Moment(kind, side, words[0].start_s, words[-1].end_s, quote, confidence)
