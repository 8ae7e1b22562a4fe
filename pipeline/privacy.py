"""Redaction: what stands between the recogniser, or an imported text, and the first write.

Long numbers (cards, accounts, phones: four digits and more, spoken or typed) and e-mail addresses
become typed placeholders. This is not PCI compliance.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.behaviours.call import Word

DIGIT_WORDS = frozenset(
    ["zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
)
REPEATS = frozenset(("double", "triple", "treble"))
MIN_DIGITS = 4
NUMBER = "[number]"
EMAIL = "[email]"

_TYPED_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TYPED_NUMBER = re.compile(r"\d(?:[ -]?\d){3,}")
_MARKS = re.compile(r"[^\w@.+-]|[.]$")
_TOP_LEVEL = frozenset(("com", "org", "net", "uk", "de", "edu", "info"))


def redact_text(text: str) -> str:
    """Free text without e-mail addresses and numbers of four digits and more."""
    words = [Word(part, 0.0, 0.0) for part in _TYPED_EMAIL.sub(EMAIL, text).split()]
    spoken = " ".join(word.text for word in redact(words))
    return _TYPED_NUMBER.sub(NUMBER, spoken)


def redact(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of one side, in order, with each secret replaced by one placeholder.

    A placeholder spans the time of what it replaces. A number may run over several turns: pass all
    the words of a side at once.
    """
    result: list[Word] = []
    position = 0
    while position < len(words):
        for placeholder, length in ((EMAIL, _email(words, position)),
                                    (NUMBER, _number(words, position))):  # fmt: skip
            if length:
                result.append(_placeholder(words[position : position + length], placeholder))
                position += length
                break
        else:
            result.append(words[position])
            position += 1
    return tuple(result)


def _placeholder(words: Sequence[Word], text: str) -> Word:
    return replace(words[0], text=text, end_s=words[-1].end_s,
                   probability=min(word.probability for word in words))  # fmt: skip


def _bare(word: Word) -> str:
    return _MARKS.sub("", word.text.lower())


def _digits(word: str) -> int:
    """How many digits the word stands for; 0 when it is none."""
    if word in DIGIT_WORDS:
        return 1
    typed = word.replace("-", "")
    return len(typed) if typed.isdigit() else 0


def _number(words: Sequence[Word], start: int) -> int:
    """Number of words, from `start`, that spell four digits and more; 0 when they do not."""
    digits = end = 0
    for index in range(start, len(words)):
        word = _bare(words[index])
        if word in REPEATS and index + 1 < len(words) and _digits(_bare(words[index + 1])):
            digits += 2 if word in {"triple", "treble"} else 1
            continue
        count = _digits(word)
        if not count:
            break
        digits += count
        end = index + 1 - start
    return end if digits >= MIN_DIGITS else 0


def _email(words: Sequence[Word], start: int) -> int:
    """Number of words of an address: typed, or spoken as "name at host dot com"."""
    if _TYPED_EMAIL.fullmatch(_bare(words[start])):
        return 1
    bare = [_bare(word) for word in words[start : start + 12]]
    if "at" not in bare[1:7]:
        return 0
    at = bare.index("at", 1)
    name = bare[:at]
    joined = all(part in ("dot", "underscore", "dash") for part in name[1::2])
    if not joined or "dot" not in bare[at + 2 : at + 4]:
        return 0
    dot = bare.index("dot", at + 2)
    return dot + 2 if dot + 1 < len(bare) and bare[dot + 1] in _TOP_LEVEL else 0
