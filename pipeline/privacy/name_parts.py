"""The parts of the names that the call log knows, and which words resemble one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from pipeline.privacy.cues import words
from pipeline.privacy.misheard import LONG, one_less, one_off, plain, sound

BETWEEN_PARTS = re.compile(r"[^\w']+|_")


@dataclass(frozen=True)
class Parts:
    """The parts of the known names, without accents, in lower case.

    `pairs` follow each other, `given` are what people are called by: the first part of each name,
    or what follows its comma.
    """

    all: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    given: frozenset[str]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Parts":
        """The parts of full names such as "Maria Gonzalez-Lopez", "O'Neill, Pat", "Dr. Lee"."""
        whole = [_split(name) for name in names]
        first = [_split(name.partition(",")[2]) or _split(name) for name in names]
        return cls(
            frozenset(
                part
                for name in whole
                for one in name
                for part in (one, one.replace("'", ""), *_after_prefix(one))
                if len(part) > 1 and not part.isdigit()
            ),
            frozenset(pair for name in whole for pair in (*pairwise(name), *pairwise(name[::-1]))),
            frozenset(name[0] for name in first if name and len(name[0]) > 1),
        )

    @cached_property
    def near(self) -> frozenset[str]:
        """Every form of a long part with one letter less, to compare with those of a word."""
        return frozenset(
            form for part in self.all if len(part) >= LONG for form in (part, *one_less(part))
        )

    @cached_property
    def sounds(self) -> frozenset[str]:
        """How the long parts sound."""
        return frozenset(sound(part) for part in self.all if len(part) >= LONG)

    @cached_property
    def everyday(self) -> frozenset[str]:
        """Those that are words as well."""
        return self.all & everyday()

    def resembles(self, text: str) -> bool:
        """Whether the word may be a part misheard: one letter off, or the same by its sound."""
        if len(text) < LONG - 1:
            return False
        if any(form in self.near for form in (text, *one_less(text))):
            return any(abs(len(part) - len(text)) <= 1 and one_off(part, text) for part in self.all)
        return len(key := sound(text)) > 2 and key in self.sounds


@lru_cache(maxsize=256)
def parts_of(names: tuple[str, ...]) -> Parts:
    """`Parts.of`, kept: the same agent takes many calls, and a survey's words are few."""
    return Parts.of(names)


def everyday() -> frozenset[str]:
    """Words that are no name by themselves."""
    return words("common_words", "function_words")


def _split(name: str) -> list[str]:
    ignored = words("titles", "name_particles")
    return [part for part in BETWEEN_PARTS.split(plain(name)) if part and part not in ignored]


def _after_prefix(part: str) -> Iterator[str]:
    """ "Neill" of "o'neill", "donald" of "mcdonald", as a recogniser cuts them."""
    for prefix in ("o'", "d'", "mc", "mac"):
        if part.startswith(prefix) and len(part) > len(prefix) + 3:
            yield part.removeprefix(prefix)
