"""Data files of words and phrases that a linguist can edit, and a matcher for the phrases.

A phrase is words with spaces between; `a|b` is one of them, `word?` may be missing, `...` stands
for up to four words, `~` before a phrase makes it a weak hint. `#` starts a comment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GAP_WORDS = 4
AHEAD_WORDS = 16
"""No phrase is longer: eight words, one or two gaps."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Slot:
    """One place of a phrase: any of `words`; None for the gap, which holds any words."""

    words: frozenset[str] | None
    is_optional: bool = False


@dataclass(frozen=True)
class Phrase:
    """A phrase and what it is a hint to."""

    kind: str
    is_weak: bool
    slots: tuple[Slot, ...]

    @property
    def weight(self) -> tuple[int, bool]:
        """How much it tells: its words that must be there, and whether they stand together."""
        needed = sum(not slot.is_optional for slot in self.slots)
        return needed, all(slot.words is not None for slot in self.slots)

    def end(self, words: Sequence[str], start: int) -> int:
        """Where the longest match that begins at `start` ends, 0 when none does."""
        return _end(self.slots, words, start)


Lexicon = Mapping[str, Sequence[Phrase]]
"""Phrases by their possible first words."""


@dataclass(frozen=True)
class Index:
    """The phrases that can begin with a word: those that need a certain second word, and others,
    each with words of which one must follow soon.

    Most words that begin a phrase are not followed by another of it: "my", "the", "is".
    """

    by_second: Mapping[str, Sequence[Phrase]]
    others: Sequence[tuple[Phrase, frozenset[str] | None]]

    def candidates(self, words: Sequence[str], start: int) -> Sequence[Phrase]:
        """Those that may match where `start` is."""
        ahead = words[start + 1 : start + 1 + AHEAD_WORDS]
        found = self.by_second.get(ahead[0], ()) if ahead else ()
        if not self.others:
            return found
        others = [
            phrase
            for phrase, needed in self.others
            if needed is None or not needed.isdisjoint(ahead)
        ]
        return [*found, *others]


def lines(path: str) -> Iterator[str]:
    """The lines of a data file below this folder, without comments and empty ones."""
    for line in (_HERE / path).read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            yield text


@cache
def words_of(path: str) -> frozenset[str]:
    """The words of a data file with one or several a line."""
    return frozenset(word for line in lines(path) for word in line.split())


def lexicon(kinds: Sequence[str], folder: str) -> Lexicon:
    """The phrases of one file per kind."""
    found: dict[str, list[Phrase]] = {}
    for kind in kinds:
        for line in lines(f"{folder}/{kind}.txt"):
            phrase = _phrase(kind, line)
            for word in sorted(_first_words(phrase.slots)):
                found.setdefault(word, []).append(phrase)
    return found


def indexed(phrases: Lexicon) -> dict[str, Index]:
    """The same phrases, to be looked up by their second words, too."""
    return {word: _index(found) for word, found in phrases.items()}


def _index(phrases: Sequence[Phrase]) -> Index:
    by_second: dict[str, list[Phrase]] = {}
    others: list[tuple[Phrase, frozenset[str] | None]] = []
    for phrase in phrases:
        seconds = _second_words(phrase.slots)
        if seconds is None:
            others.append((phrase, _last_words(phrase.slots)))
        for word in sorted(seconds or ()):
            by_second.setdefault(word, []).append(phrase)
    return Index(by_second, others)


def _second_words(slots: Sequence[Slot]) -> frozenset[str] | None:
    """All words that can be second; None if any can, or if there need not be a second one."""
    found = _second_words(slots[1:]) if slots[0].is_optional else frozenset[str]()
    for slot in slots[1:]:
        if slot.words is None or found is None:
            return None
        found |= slot.words
        if not slot.is_optional:
            return found
    return None


def _last_words(slots: Sequence[Slot]) -> frozenset[str] | None:
    """Words of which one must be said after the first one; None if the first one is enough."""
    needed = [slot.words for slot in slots if not slot.is_optional]
    return needed[-1] if len(needed) > 1 else None


def _phrase(kind: str, line: str) -> Phrase:
    slots = tuple(_slot(text) for text in line.removeprefix("~").split())
    return Phrase(kind, line.startswith("~"), slots)


def _slot(text: str) -> Slot:
    if text == "...":
        return Slot(None, is_optional=True)
    return Slot(frozenset(text.removesuffix("?").split("|")), text.endswith("?"))


def _first_words(slots: Sequence[Slot]) -> frozenset[str]:
    first = slots[0].words or frozenset()
    return first | _first_words(slots[1:]) if slots[0].is_optional else first


def _end(slots: Sequence[Slot], words: Sequence[str], start: int) -> int:
    if not slots:
        return start
    slot, rest = slots[0], slots[1:]
    if slot.words is None:
        ends = (_end(rest, words, start + skipped) for skipped in range(GAP_WORDS + 1))
        return next((end for end in ends if end), 0)
    if start < len(words) and words[start] in slot.words:
        end = _end(rest, words, start + 1)
        if end:
            return end
    return _end(rest, words, start) if slot.is_optional else 0
