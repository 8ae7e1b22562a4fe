"""Long numbers in other languages: any four digits and more in a row, spoken or typed.

Far cruder than `numbers`: years and order numbers go as well. Amounts with their sign, percentages
and clock times stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.digits import has_digit, typed_atoms
from pipeline.privacy.phrases import lines

FOLDER = "number_words"
FEWEST_DIGITS = 4
FILLERS_BETWEEN = 1

KNOWN = frozenset(path.stem for path in (Path(__file__).parent / FOLDER).glob("*.txt"))
"""Languages whose number words we know."""


@dataclass(frozen=True)
class _Language:
    digits: dict[str, int]
    repeats: dict[str, int]
    links: frozenset[str]


def crude_numbers(conversation: Conversation, language: str) -> dict[int, str]:
    """The words of all numbers of four digits and more; raises KeyError for an unknown language."""
    if language not in KNOWN:
        raise KeyError(language)
    spoken = _language(language)
    marks: dict[int, str] = {}
    for side in conversation.sides.values():
        for token in _long_numbers(side, spoken):
            marks[token.position] = "number"
    return marks


@cache
def _language(language: str) -> _Language:
    digits: dict[str, int] = {}
    repeats: dict[str, int] = {}
    links: frozenset[str] = frozenset()
    for line in lines(f"{FOLDER}/{language}.txt"):
        number, *words = line.split()
        if number == "+":
            links = frozenset(words)
        elif number.startswith("x"):
            repeats.update(dict.fromkeys(words, int(number[1:]) - 1))
        else:
            digits.update(dict.fromkeys(words, len(number)))
    return _Language(digits, repeats, links)


def _long_numbers(side: Sequence[Token], language: _Language) -> list[Token]:
    found: list[Token] = []
    run: list[Token] = []
    count = skipped = 0
    for token in side:
        digits = _digit_count(token.text, language)
        if digits:
            run, count, skipped = [*run, token], count + digits, 0
            continue
        skipped += 1
        if run and (token.text not in language.links and skipped > FILLERS_BETWEEN):
            found += run if count >= FEWEST_DIGITS else []
            run, count = [], 0
    return found + (run if count >= FEWEST_DIGITS else [])


def _digit_count(text: str, language: _Language) -> int:
    """How many digits a word tells; 0 for none."""
    known = language.digits.get(text) or language.repeats.get(text)
    if known:
        return known
    if has_digit(text):
        return sum(len(atom.digits) for atom in typed_atoms(text))
    if "-" in text:
        parts = [part for part in text.split("-") if part not in language.links]
        counts = [language.digits.get(part, 0) for part in parts]
        return sum(counts) if counts and all(counts) else 0
    return 0
