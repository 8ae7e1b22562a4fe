"""A call's words as the redactor reads them: both sides in the order of time, and each side alone.

A secret is asked for by one side and given by the other, in pieces, with "mm-hm" in between. So
what surrounds a word is looked for in the whole conversation, and what continues it on its side.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipeline.behaviours.call import Word

KINDS = ("card", "cvv", "expiry", "iban", "account", "ssn", "phone", "email", "address",
         "birthdate", "name", "number")  # fmt: skip
"""What is taken out, the more precise name first; `number` is a long number of unknown purpose."""

Marks = Mapping[int, str]
"""What a finder found: position in `Conversation.tokens` → kind."""

PAUSE_S = 0.7
"""Where a side pauses longer, what the other says in between comes in between."""

_EDGES = re.compile(r"^[^\w@+#$£€-]+|[^\w%]+$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word without its punctuation, in lower case; `written` is what the recogniser wrote.

    `index` counts in its side's words, `position` in the conversation.
    """

    text: str
    written: str
    side: str
    index: int
    position: int
    start_s: float
    end_s: float

    @property
    def is_redacted(self) -> bool:
        """Whether it is a placeholder already."""
        return self.written.startswith("[") and self.written.endswith("]")


class _Stretch(NamedTuple):
    start_s: float
    side: str
    first: int
    words: Sequence[Word]


@dataclass(frozen=True)
class Conversation:
    """All words, stretch by stretch by their start; `names` are those that the call log knows for
    the people of the call.
    """

    tokens: tuple[Token, ...]
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, Sequence[Word]], names: Iterable[str] = ()) -> "Conversation":
        """Both sides' words, stretch by stretch, each side in its own order even where its times
        are not.
        """
        latest = dict.fromkeys(words, float("-inf"))
        stretches = []
        for one in _stretches(words):
            latest[one.side] = max(latest[one.side], one.start_s)
            stretches.append((latest[one.side], one.side, one.first, one.words))
        said = (
            (side, first + place, word)
            for _, side, first, own in sorted(stretches, key=lambda one: one[:3])
            for place, word in enumerate(own)
        )
        tokens = tuple(
            Token(bare(word.text), word.text, side, index, position, word.start_s, word.end_s)
            for position, (side, index, word) in enumerate(said)
        )
        return cls(tokens, tuple(names))

    @cached_property
    def sides(self) -> Mapping[str, tuple[Token, ...]]:
        """Each side's words alone, in order."""
        found: dict[str, list[Token]] = {}
        for token in self.tokens:
            found.setdefault(token.side, []).append(token)
        return {side: tuple(tokens) for side, tokens in found.items()}

    def before(self, token: Token, count: int) -> tuple[Token, ...]:
        """Up to `count` words of anybody before it, in order."""
        return self.tokens[max(0, token.position - count) : token.position]

    def after(self, token: Token, count: int) -> tuple[Token, ...]:
        """Up to `count` words of anybody after it."""
        return self.tokens[token.position + 1 : token.position + 1 + count]


def bare(text: str) -> str:
    """A word in lower case without the punctuation around it: "(Four," is four, "$12." is $12."""
    if text.isalnum():  # most words; a pattern takes five times as long
        return text.lower()
    return _EDGES.sub("", text.lower().replace("’", "'"))


def _stretches(words: Mapping[str, Sequence[Word]]) -> Iterator[_Stretch]:
    """What a side says without a pause: a number is not cut up by what the other side says during
    it. Times that go back count as no pause.
    """
    for side, said in sorted(words.items()):
        first, latest_s = 0, float("-inf")
        for index, word in enumerate(said):
            if index and word.start_s - latest_s > PAUSE_S:
                yield _Stretch(said[first].start_s, side, first, said[first:index])
                first = index
            latest_s = max(latest_s, word.end_s)
        if said:
            yield _Stretch(said[first].start_s, side, first, said[first:])
