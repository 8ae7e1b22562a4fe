"""What a search looks for: ids as whole words, phrases, and numbers however they are said."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SHORT_NUMBER = 7
"""An id of fewer digits is as likely a count or a size: in text it must stand where ids stand."""

LONG_NUMBER = 9
"""A secret of so many digits is found also where words stand between them: by chance, digits of a
gigabyte meet it once."""

_UNITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "won": "1", "two": "2", "to": "2",
    "too": "2", "three": "3", "four": "4", "for": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "ate": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6",
    "seventy": "7", "eighty": "8", "ninety": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_SPOKEN = re.compile(
    rf"\b(?:(?P<times>{'|'.join(_TIMES)})\W+(?P<again>[0-9]|{'|'.join(_UNITS)})"
    rf"|(?P<tens>{'|'.join(_TENS)})(?:\W+(?P<rest>{'|'.join([*_UNITS, '[1-9]'])}))?"
    rf"|(?P<one>{'|'.join([*_TEENS, *_UNITS])}))\b",
    re.IGNORECASE,
)

_BEFORE = r"(?:^|[^0-9A-Za-z-]|(?:^|[^0-9A-Za-z])-)"
_BEHIND = r"(?:$|[^0-9A-Za-z-]|-(?:$|[^0-9A-Za-z]))"
_BEFORE_SHORT = r"""(?:^|["'/\\\n]|\bcall )"""
_BEHIND_SHORT = r"""(?:$|["'\\/._,;\n ])"""
_BEFORE_SHORT_IN_MARKUP = r"""(?:class="id">|\bcall )"""
_BEHIND_SHORT_IN_MARKUP = r"""[<"'.,;: ]"""
"""Pages are full of numbers; an id stands there marked as one, or behind the word."""

_NO_DIGITS = re.compile("[^0-9]+")
_ONE_PATTERN = 500
"""Ids in one pattern: RE2 falls back to a slower way where a pattern takes too much memory."""


@dataclass(frozen=True)
class Needles:
    """`ids`, by the column in which they may stand, as the whole cell; in all other columns and
    texts as whole words: C1 is neither in C12 nor in C1-2. `phrases` stand anywhere, in capitals
    or not, with any space between their words. `numbers` are digits, typed with anything between
    them or spoken.
    """

    ids: Mapping[str, Collection[str]] = field(default_factory=dict)
    phrases: Collection[str] = ()
    numbers: Collection[str] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every id once."""
        return tuple(sorted({one for ids in self.ids.values() for one in ids if one}))

    def in_column(self, name: str, values: "pa.Array[pa.StringScalar]") -> Iterator[str]:
        """The ids that stand in a column's values, each once."""
        if name in self.ids:
            own = pa.array(sorted(self.ids[name]), values.type)
            found = values.filter(pc.is_in(values, value_set=own))
            yield from sorted({str(one) for one in pc.unique(found).to_pylist()})
            return
        for text in pc.unique(values.filter(self.named_in(values))).to_pylist():
            yield from self.in_text(str(text))

    def named_in(self, values: "pa.Array[pa.StringScalar]") -> "pa.BooleanArray":
        """Which of the values name an id, as a whole word; null names nobody."""
        named = np.zeros(len(values), dtype=bool)
        for pattern in self._patterns:
            matches = pc.match_substring_regex(values, pattern)
            named |= matches.fill_null(False).to_numpy(zero_copy_only=False)
        return pa.array(named)

    def in_text(self, text: str) -> Iterator[str]:
        """The ids that stand in a text as whole words."""
        for word in self.words:
            if word in text and re.search(_whole(word), text):
                yield word

    def in_bytes(self, chunk: bytes, *, markup: bool = False) -> Iterator[str]:
        """The ids in any file's bytes: UTF-8, UTF-16 and escaped. `markup`: of a page."""
        for view in _views(chunk):
            if self._forms and self._any_form.search(view):
                for form, word in self._forms:
                    if form in view and re.search(_whole_form(word, form, markup), view):
                        yield word

    def in_speech(self, text: str) -> Iterator[str]:
        """The phrases and numbers in a text, typed or spoken.

        A pattern is only tried where a quick look does not rule it out: a thousand patterns over
        a log of 10 MB take minutes.
        """
        lower = text.lower()
        for phrase, pattern in self._phrases:
            if phrase.split()[0].lower() in lower and pattern.search(text):
                yield phrase
        if self.numbers:
            digits = as_digits(text)
            bare = _NO_DIGITS.sub("", digits)
            for number, pattern in self._numbers:
                if number in bare and pattern.search(digits):
                    yield number

    @property
    def longest(self) -> int:
        """Bytes that a hit can span, generously."""
        sizes = [len(one) for one in (*self.words, *self.phrases)]
        return 64 + 12 * max([*sizes, 0]) + 100 * max([len(n) for n in self.numbers] or [0])

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        return tuple(
            "|".join(_whole(word) for word in self.words[start : start + _ONE_PATTERN])
            for start in range(0, len(self.words), _ONE_PATTERN)
        )

    @cached_property
    def _forms(self) -> tuple[tuple[bytes, str], ...]:
        return tuple(sorted({(form, word) for word in self.words for form in _forms(word)}))

    @cached_property
    def _any_form(self) -> "re.Pattern[bytes]":
        return re.compile(b"|".join(re.escape(form) for form, _ in self._forms))

    @cached_property
    def _phrases(self) -> list[tuple[str, "re.Pattern[str]"]]:
        return [
            (phrase, re.compile(r"\W+".join(map(re.escape, phrase.split())), re.IGNORECASE))
            for phrase in sorted(set(self.phrases))
            if phrase.split()
        ]

    @cached_property
    def _numbers(self) -> list[tuple[str, "re.Pattern[str]"]]:
        return [(number, _number(number)) for number in sorted(set(self.numbers))]


def as_digits(text: str) -> str:
    """The text with digits for the numbers said in it: "double four, twenty two" is "44, 22".

    Written apart from the redactor on purpose: what one of them does not understand, the other may.
    """
    return _SPOKEN.sub(_digits, text)


def _digits(match: "re.Match[str]") -> str:
    times, again, tens, rest, one = (
        (match[name] or "").lower() for name in ("times", "again", "tens", "rest", "one")
    )
    if times:
        return _UNITS.get(again, again) * _TIMES[times]
    if tens:
        return _TENS[tens] + (_UNITS.get(rest, rest) or "0")
    return _TEENS.get(one) or _UNITS[one]


def is_short_number(word: str) -> bool:
    """Whether an id is but a few digits, and proves nothing where numbers stand."""
    return word.isdigit() and len(word) < SHORT_NUMBER


def _whole(word: str) -> str:
    before, behind = _edges(word, markup=False)
    return before + re.escape(word).replace("\\ ", " ") + behind


def _whole_form(word: str, form: bytes, markup: bool) -> bytes:
    before, behind = _edges(word, markup)
    return before.encode() + re.escape(form) + behind.encode()


def _edges(word: str, markup: bool) -> tuple[str, str]:
    if is_short_number(word):
        in_markup = (_BEFORE_SHORT_IN_MARKUP, _BEHIND_SHORT_IN_MARKUP)
        return in_markup if markup else (_BEFORE_SHORT, _BEHIND_SHORT)
    return (_BEFORE if word[0].isalnum() else "", _BEHIND if word[-1].isalnum() else "")


def _forms(word: str) -> Iterator[bytes]:
    """How an id may be written in a page, in JSON, in an address, in UTF-8 and in UTF-16."""
    markup = escape(word).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    for text in (word, escape(word), markup, json.dumps(word)[1:-1], quote(word)):
        yield text.encode("utf-8", "surrogatepass")
    yield json.dumps(word, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
    for encoding in ("utf-16-le", "utf-16-be"):
        yield word.encode(encoding, "surrogatepass").replace(b"\0", b"")


def _views(chunk: bytes) -> Iterator[bytes]:
    """The bytes, and without their zeros: so UTF-16 of either order reads like plain text."""
    yield chunk
    if b"\0" in chunk:
        yield chunk.replace(b"\0", b"")


def _number(number: str) -> "re.Pattern[str]":
    between = "[^0-9]{0,80}" if len(number) >= LONG_NUMBER else "[^0-9A-Za-z]{0,3}"
    return re.compile(f"(?<![0-9]){between.join(number)}(?![0-9])")
