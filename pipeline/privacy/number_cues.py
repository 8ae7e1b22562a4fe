"""What is said around a number that tells what it is for: "card number", "order", "ending in"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.privacy.conversation import Token
from pipeline.privacy.phrases import Index, Phrase, indexed, lexicon, words_of
from pipeline.privacy.pieces import ends_sentence

SECRETS = ("card", "cvv", "expiry", "iban", "account", "ssn", "phone", "number")
HARMLESS, NEXT, SMALL = "harmless", "harmless_next", "harmless_small"
PARTIAL, GENERIC = "partial", "any number"

_HESITATIONS = frozenset(("uh", "um", "er", "erm", "ah", "hm", "hmm", "mm"))
_WHOLE = frozenset(("it's", "that's", "what's", "there's", "here's", "let's", "driver's"))
_NUMBERS = frozenset(("number", "numbers", "id", "code", "codes"))
_JOINED = frozenset(("call-back", "post-code", "zip-code", "one-time", "pass-code", "i-phone"))


@dataclass(frozen=True)
class Cue:
    """A phrase as it was said: which words of its side, and where the last one stands.

    `is_partial`: only a part of the number follows ("ending in").
    """

    kind: str
    is_weak: bool
    side: str
    first: int
    last: int
    position: int
    is_partial: bool = False

    @property
    def is_secret(self) -> bool:
        """Whether what it announces must go."""
        return self.kind in SECRETS


@cache
def english() -> Mapping[str, Index]:
    """The English phrases."""
    return indexed(lexicon((*SECRETS, PARTIAL, HARMLESS, NEXT, SMALL), "en"))


def cues(sides: Mapping[str, Sequence[Token]]) -> list[Cue]:
    """All phrases of all sides by where they end; of overlapping ones that which tells most."""
    found = [cue for tokens in sides.values() for cue in _of_side(tokens)]
    return sorted(found, key=lambda cue: (cue.position, cue.first))


def _of_side(tokens: Sequence[Token]) -> Iterator[Cue]:
    words, owners = _words(tokens)
    taken: set[int] = set()
    for phrase, start, end in sorted(_matches(words), key=_rank):
        if taken.isdisjoint(range(start, end)):
            if not phrase.is_weak and phrase.kind not in {NEXT, SMALL}:
                taken.update(range(start, end))
            yield _cue(phrase.kind, phrase.is_weak, owners[start:end])
    vague = words_of("en/no_nouns.txt")
    for place, word in enumerate(words):
        is_generic = word in _NUMBERS and place and place not in taken
        if (
            is_generic
            and words[place - 1] not in vague
            and _follows(*owners[place - 1 : place + 1])
        ):
            yield _cue(GENERIC, True, owners[place : place + 1])


def _follows(before: Token, after: Token) -> bool:
    """Whether a word is said right after another: "number?" alone is of no kind."""
    return after.position - before.position <= 1 and not ends_sentence(before)


def _matches(words: Sequence[str]) -> Iterator[tuple[Phrase, int, int]]:
    phrases = english()
    for start, word in enumerate(words):
        index = phrases.get(word)
        if index is None:
            continue
        for phrase in index.candidates(words, start):
            end = phrase.end(words, start)
            if end:
                yield phrase, start, end


def _rank(match: tuple[Phrase, int, int]) -> tuple[bool, bool, int, bool, int]:
    """Smaller for what tells more: words that were said, and that stand together."""
    phrase, start, end = match
    needed, is_together = phrase.weight
    said = end - start if is_together else needed
    return phrase.is_weak, phrase.kind in {NEXT, SMALL}, -said, not is_together, start


def _words(tokens: Sequence[Token]) -> tuple[list[str], list[Token]]:
    """The words as phrases have them ("card's" is "card is"), and the token of each."""
    words: list[str] = []
    owners: list[Token] = []
    for token in tokens:
        if token.text.isalpha():
            if token.text not in _HESITATIONS:
                words.append(token.text)
                owners.append(token)
            continue
        parts = _parts(token.text)
        words.extend(parts)
        owners.extend(token for _ in parts)
    return words, owners


def _parts(text: str) -> Sequence[str]:
    if text.startswith("#"):
        return ("number", text[1:]) if len(text) > 1 else ("number",)
    if text.endswith("'s") and text not in _WHOLE:
        return (text[:-2], "is")
    if "-" in text:
        whole = text.replace("-", "")
        return (whole,) if text in _JOINED else tuple(filter(None, text.split("-")))
    return (text.replace(".", ""),) if text else ()


def _cue(kind: str, is_weak: bool, tokens: Sequence[Token]) -> Cue:
    first, last = tokens[0], tokens[-1]
    return Cue(kind, is_weak, first.side, first.index, last.index, last.position)
