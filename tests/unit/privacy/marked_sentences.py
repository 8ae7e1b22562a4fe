"""Exchanges with their secrets in angle brackets, from files: what the text finders are tested on.

"A: and your name / C: <Jo>" is what two sides say in turn; without a letter the customer speaks.
"""

import re
from collections.abc import Callable
from pathlib import Path

from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import Conversation, Marks

_FOLDER = Path(__file__).parent / "marked"
_SIDES = {"A": "agent", "C": "customer"}


def sentences(name: str, *, with_secrets: bool) -> list[str]:
    """The lines of a file that hold a secret, or the others."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line[:1] != "#" and ("<" in line) == with_secrets]


def found_in(
    line: str, finder: Callable[[Conversation], Marks], names: tuple[str, ...] = ()
) -> str:
    """The line with what the finder finds in angle brackets."""
    conversation = _conversation(re.sub("[<>]", "", line), names)
    marks = finder(conversation)
    turns: list[str] = []
    side = ""
    for token in conversation.tokens:
        if token.side != side:
            turns.append("")
            side = token.side
        turns[-1] += f" <{token.written}>" if token.position in marks else f" {token.written}"
    return " / ".join(turn.strip().replace("> <", " ") for turn in turns)


def expected(line: str) -> str:
    """The line as `found_in` writes it when all and only its marked words are found."""
    bare = " / ".join(re.sub("^[AC]: ", "", turn) for turn in line.split(" / "))
    return re.sub(r"(\S*)<([^>]*)>(\S*)", r"<\1\2\3>", bare).replace("> <", " ")


def _conversation(line: str, names: tuple[str, ...]) -> Conversation:
    words: dict[str, list[Word]] = {}
    at_s = 0.0
    for turn in line.split(" / "):
        letter, colon, said = turn.partition(": ")
        is_named = bool(colon) and letter in _SIDES
        side = _SIDES[letter] if is_named else "customer"
        for text in (said if is_named else turn).split():
            words.setdefault(side, []).append(Word(text, at_s, at_s + 0.25))
            at_s += 0.3
        at_s += 0.4
    return Conversation.of(words, names)
