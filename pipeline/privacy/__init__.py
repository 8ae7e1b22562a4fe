"""Redaction: what stands between the recogniser, or an imported text, and the first write.

Long numbers (cards, accounts, phones: four digits and more, spoken or typed) and e-mail addresses
become typed placeholders. Spoken ones are found in English. This is not PCI compliance.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.behaviours.call import Word

DIGIT_WORDS = frozenset(
    ["zero", "oh", "o", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight",
     "nine"]
)  # fmt: skip
TWO_DIGIT_WORDS = frozenset(
    ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
     "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
     "ninety"]
)  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3}
MIN_DIGITS = 4
NUMBER = "[number]"
EMAIL = "[email]"

LONGEST_ADDRESS = 24
"""Words of a spoken address, letter by letter."""

_TYPED_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TYPED_NUMBER = re.compile(r"\d(?:[ ./-]?\d){3,}")
_MARKS = re.compile(r"[^\w@.+-]|[.]$")
_BETWEEN_DIGITS = re.compile(r"[-.+]")
_JOINERS = frozenset(("dot", "underscore", "dash", "hyphen", "minus", "plus"))
_TOP_LEVEL = frozenset(
    ("com", "org", "net", "edu", "gov", "info", "biz", "io", "me", "co", "eu", "uk", "us", "ca",
     "au", "de", "at", "ch", "fr", "es", "it", "nl", "be", "ie", "nz", "in")
)  # fmt: skip


def redact_text(text: str) -> str:
    """Free text without e-mail addresses and numbers of four digits and more; one space a gap."""
    words = [Word(part, 0.0, 0.0) for part in _TYPED_EMAIL.sub(EMAIL, text).split()]
    spoken = " ".join(word.text for word in redact(words))
    return _TYPED_NUMBER.sub(NUMBER, spoken)


def redact(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of one side, in order, with each secret replaced by one placeholder.

    A placeholder spans the time of what it replaces. A number may run over several turns: pass all
    the words of a side at once. What is clean already stays as it is.
    """
    before, clean = tuple(words), _redacted_once(words)
    while clean != before:
        # A placeholder can complete an address: "anna one two three four at mail dot com".
        before, clean = clean, _redacted_once(clean)
    return clean


def _redacted_once(words: Sequence[Word]) -> tuple[Word, ...]:
    bare = [_bare(word) for word in words]
    result: list[Word] = []
    position = 0
    while position < len(words):
        length, placeholder = _email(bare, position), EMAIL
        if not length:
            length, placeholder = _number(bare, position), NUMBER
        if length:
            result.append(_placeholder(words[position : position + length], placeholder))
        else:
            result.append(words[position])
        position += max(length, 1)
    return tuple(result)


def _placeholder(words: Sequence[Word], text: str) -> Word:
    return replace(
        words[0],
        text=text,
        end_s=max(word.end_s for word in words),
        probability=min(word.probability for word in words),
    )


def _bare(word: Word) -> str:
    return _MARKS.sub("", word.text.lower())


def _digits(word: str) -> int:
    """How many digits the word stands for, such as "four", "twenty-two", "12-34"; 0 for none."""
    counts = [_digits_of(part) for part in _BETWEEN_DIGITS.split(word) if part]
    return sum(counts) if all(counts) else 0


def _digits_of(part: str) -> int:
    if part in DIGIT_WORDS:
        return 1
    if part in TWO_DIGIT_WORDS:
        return 2
    return len(part) if part.isdigit() else 0


def _number(bare: Sequence[str], start: int) -> int:
    """Number of words, from `start`, that spell four digits and more; 0 when they do not."""
    digits = end = 0
    for index in range(start, len(bare)):
        count = _digits(bare[index])
        if bare[index] in REPEATS and index + 1 < len(bare) and _digits(bare[index + 1]) == 1:
            digits += REPEATS[bare[index]] - 1
            continue
        if not count:
            break
        digits += count
        end = index + 1 - start
    if digits >= MIN_DIGITS:
        return end
    return 1 if _TYPED_NUMBER.search(bare[start]) else 0


def _email(bare: Sequence[str], start: int) -> int:
    """Number of words of an address: typed, or spoken as "name at host dot com"."""
    if _TYPED_EMAIL.search(bare[start]):
        return 1
    ahead = bare[start : start + LONGEST_ADDRESS]
    at = ahead.index("at", 1) if "at" in ahead[1:] else None
    if at is None or not _is_spelled(ahead[:at]) or "dot" not in ahead[at + 2 : at + 4]:
        return 0
    return _end_of_host(ahead, ahead.index("dot", at + 2))


def _is_spelled(name: Sequence[str]) -> bool:
    """Whether the words are one name: parts with "dot" between them, or single letters, digits."""
    return all(
        a in _JOINERS or b in _JOINERS or (_is_letter(a) and _is_letter(b))
        for a, b in pairwise(name)
    )


def _is_letter(word: str) -> bool:
    return len(word) == 1 or word in DIGIT_WORDS


def _end_of_host(words: Sequence[str], dot: int) -> int:
    """Number of words up to the last part of "dot co dot uk"; 0 when it is no top-level domain."""
    end = 0
    while words[dot : dot + 1] == ["dot"] and dot + 1 < len(words):
        if words[dot + 1] in _TOP_LEVEL:
            end = dot + 2
        dot += 2
    return end
