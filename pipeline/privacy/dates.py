"""Dates in English speech and writing: where they stand, and which parts they have.

What a date is for (birth, expiry, delivery) is for the caller to find out from what is around it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.privacy.conversation import Token
from pipeline.privacy.shapes import Shape

UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = [
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
]  # fmt: skip
TENS = ["ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth",
]  # fmt: skip
_SOUND_ALIKE = {"won": 1, "to": 2, "too": 2, "for": 4, "ate": 8}
_ZEROS = ("oh", "o", "zero", "nought")

VALUES: Mapping[str, int] = {
    **{word: value for value, word in enumerate(UNITS, 1)},
    **{word: value for value, word in enumerate(TEENS, 10)},
    **{word: value for value, word in enumerate(TENS, 1) if value > 1},
    **{word: value * 10 for value, word in enumerate(TENS, 1)},
    **dict.fromkeys(_ZEROS, 0),
    **_SOUND_ALIKE,
}
"""What a number word is worth: "four" is 4, "forty" 40, and what sounds alike ("for") is 4."""

_ORDINAL_VALUES = {
    **{word: value for value, word in enumerate(_ORDINALS, 1)},
    "twentieth": 20,
    "thirtieth": 30,
}
_MONTH_VALUES = {
    **{word: value for value, word in enumerate(MONTHS, 1)},
    **{word[:3]: value for value, word in enumerate(MONTHS, 1)},
    "sept": 9,
}

CLASSES: Mapping[str, str] = {
    **dict.fromkeys(_ORDINALS[:9], "o"),
    **dict.fromkeys((*_ORDINALS[9:], "twentieth", "thirtieth"), "O"),
    **dict.fromkeys(UNITS, "u"),
    **dict.fromkeys(TEENS, "t"),
    **dict.fromkeys(TENS[1:], "T"),
    **dict.fromkeys(_ZEROS, "z"),
    **dict.fromkeys(_SOUND_ALIKE, "w"),
    **dict.fromkeys(_MONTH_VALUES, "M"),
    **dict.fromkeys(("slash", "dash", "stroke", "hyphen"), "s"),
    "thousand": "k",
    "hundred": "H",
    "and": "a",
    **dict.fromkeys(("of", "the", "in", "day", "month", "year", "it's"), "g"),
}
"""The letter of each kind of word; `_other` gives D (one or two digits), Y (a typed year), V (two
digits in one word), d (a typed ordinal), S (a typed date), P (typed month and year or day)."""

_FULL_YEAR = (
    "(?:tTu|t[TVtu]|t[Hz][za]?(?:Tu|[uTtV])|tH|T[tVD]|Tzu|TTu|TT|"
    "[uD]ka?(?:Tu|zu|[utTVD])?|Y|uuuu|DD)"
)
_YEAR = f"(?:{_FULL_YEAR}|Tu|[tTVD]|z[uw])"
_ORDINAL = "(?:To|[oOd])"
_NUMBER = "(?:z[uw]|Tu|[utTVD])"
_DAY = f"(?:{_ORDINAL}|{_NUMBER})"
_PATTERN = re.compile(
    "|".join(
        (
            f"(?P<y0>{_FULL_YEAR})[gs]{{0,2}}(?P<m0>M)[gs]{{0,2}}(?P<d0>{_DAY})(?![uH])",
            f"(?P<d1>{_DAY})g{{0,2}}(?P<m1>M)[gs]{{0,2}}(?P<y1>{_YEAR})",
            f"(?P<m2>M)[gs]{{0,2}}(?P<d2>{_DAY})[gas]{{0,2}}(?P<y2>{_YEAR})",
            f"(?P<m3>M)[gs]{{0,2}}(?P<y3>{_FULL_YEAR})",
            f"(?P<d4>{_DAY})g{{0,2}}(?P<m4>M)",
            f"(?P<m5>M)[gs]{{0,2}}(?P<d5>{_DAY})",
            f"(?P<d6>{_ORDINAL})g{{1,2}}(?P<e6>{_ORDINAL})g{{0,2}}(?P<y6>{_YEAR})",
            f"(?P<d7>{_NUMBER})s(?P<e7>{_NUMBER})s(?P<y7>{_YEAR})",
            f"(?P<y8>Y)s?(?P<d8>{_NUMBER})s?(?P<e8>{_NUMBER})(?![uztTVDY])",
            f"(?<![uztTVDY])(?P<d9>{_NUMBER})(?P<e9>{_NUMBER})(?P<y9>{_YEAR})(?![uztTVDY])",
            f"(?P<e10>{_NUMBER})s(?P<y10>{_YEAR})(?!s)",
            "(?<![uztTVDY])(?P<e11>z[uw])(?P<y11>Tu|[tTV])(?![uztTVDY])",
            "(?P<typed>[SP])",
        )
    )
)
_ROWS = ("d9", "e11")

_TYPED_NUMBER = re.compile(r"'?\d{1,2}$|(\d{4})$")
_TYPED_ORDINAL = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty|thirty)-?[a-z]+(?:st|nd|rd|th))$")
_TYPED_PARTS = re.compile(r"(\d{1,4})([/.-])(\d{1,2}|[a-z]{3,9})(?:\2(\d{4}|\d{2}))?$")
_TYPED_MONTH_YEAR = re.compile(r"\d{1,2}[/-]\d{4}$")
_TENS_AND_UNIT = re.compile(r"(?:" + "|".join(TENS[1:]) + r")-?(?:" + "|".join(UNITS) + r")$")
_BETWEEN = re.compile(r"[/.\s-]+")


@dataclass(frozen=True)
class Date:
    """A date, or two parts of one. `positions` are those of all its words in the conversation.

    `month` is None where no month is named; `numbers` are the others of day, month and year in the
    order told, each without its century: 5 December 1984 is month 12 and numbers (5, 84), while
    05/12/1984 is numbers (5, 12, 84), as nobody knows which one the month is. `is_row` says that
    nothing but its numbers makes it a date ("oh five twelve eighty four"): what was asked decides.
    """

    positions: tuple[int, ...]
    month: int | None
    numbers: tuple[int, ...]
    is_row: bool = False

    @property
    def parts(self) -> frozenset[int]:
        """Its numbers, the month among them: the same for a date however it is told."""
        return (
            frozenset(self.numbers)
            if self.month is None
            else frozenset((*self.numbers, self.month))
        )

    @property
    def is_whole(self) -> bool:
        """Whether it has day, month and year; else two of them."""
        return len(self.numbers) + (self.month is not None) == 3

    @property
    def is_month_and_year(self) -> bool:
        """Whether it can be a card's expiry: "june twenty eight", "04/27", "oh four twenty seven".

        A named month with a number up to 31 can be a day of that month just as well.
        """
        if self.is_whole:
            return False
        return self.month is not None or 1 <= self.numbers[0] <= 12


def dates(tokens: Sequence[Token]) -> list[Date]:
    """All dates in words of one side that follow each other, in order, not overlapping.

    Typed or spoken: "05/12/1984", "1984-12-05", "5th of December, 84", "December fifth nineteen
    eighty four", "the third of may two thousand and one", "oh five twelve eighty four"; also
    day and month, or month and year, alone ("june twenty eight", "04/27", "oh four twenty seven").
    Hesitations inside are part of it. A bare number or a lone year is none, and so are numbers that
    cannot be a day or a month (the 45th).
    """
    if not tokens:
        return []
    shape = shape_of(tokens)
    found = (_date(shape, match, tokens) for match in _PATTERN.finditer(shape.letters))
    return [date for date in found if date is not None]


def shape_of(tokens: Sequence[Token]) -> Shape:
    """The words as the letters that dates are read from (`CLASSES`); "." is no part of a date."""
    return Shape.of(tokens, CLASSES, _other)


def _date(shape: Shape, match: re.Match[str], tokens: Sequence[Token]) -> Date | None:
    words = shape.tokens[match.start() : match.end()]
    groups = {
        name: words_of
        for name, text in match.groupdict().items()
        if text and (words_of := shape.tokens[match.start(name) : match.end(name)])
    }
    month, numbers = _typed(words[0].text) if "typed" in groups else _parts(groups)
    if not _is_possible(month, numbers):
        return None
    positions = tuple(shape.covered(tokens, match.start(), match.end()))
    return Date(positions, month, numbers, is_row=any(name in groups for name in _ROWS))


def _parts(groups: Mapping[str, Sequence[Token]]) -> tuple[int | None, tuple[int, ...]]:
    month = None
    numbers = []
    for name, words in groups.items():
        if name.startswith("m"):
            month = _MONTH_VALUES[words[0].text]
        else:
            numbers.append(two_digits([word.text for word in words]))
    return month, tuple(numbers)


def _typed(text: str) -> tuple[int | None, tuple[int, ...]]:
    month, numbers = None, []
    for part in _BETWEEN.split(text):
        if part in _MONTH_VALUES:
            month = _MONTH_VALUES[part]
        else:
            numbers.append(int(part) % 100 if part.isdigit() else 99)
    return month, tuple(numbers)


def _is_possible(month: int | None, numbers: Sequence[int]) -> bool:
    if month is not None:
        return len(numbers) == 1 or any(1 <= number <= 31 for number in numbers)
    days = [number for number in numbers if 1 <= number <= 31]
    months = [number for number in numbers if 1 <= number <= 12]
    return bool(months) and len(days) >= len(numbers) - 1


def two_digits(words: Sequence[str]) -> int:
    """The last two digits of a spoken or typed number: "nineteen eighty four" and "'84" are 84."""
    if words[-1] in {"thousand", "hundred"}:
        return 0
    last = _value(words[-1])
    if len(words) > 1 and last < 10:
        before = _value(words[-2])
        if before >= 20:
            return before + last
        if words[-2] in UNITS and words[-1] not in _SOUND_ALIKE:
            return before * 10 + last
    return last


def _value(word: str) -> int:
    if word in VALUES:
        return VALUES[word]
    if word in _ORDINAL_VALUES:
        return _ORDINAL_VALUES[word]
    digits = re.match(r"'?(\d+)", word)
    if digits:
        return int(digits[1]) % 100
    tens, _, unit = word.partition("-")
    if not unit:
        return 0
    return VALUES.get(tens, 0) + VALUES.get(unit, _ORDINAL_VALUES.get(unit, 0))


def _other(token: Token) -> str:
    text = token.text
    if not text:
        return "s" if token.written in {"/", "-", ".", "–"} else ""
    if text.isalpha():
        return "."
    if text[0].isdigit() or text[0] == "'":
        return _digits(text)
    if _TENS_AND_UNIT.match(text):
        return "V"
    return "d" if _TYPED_ORDINAL.match(text) else "."


def _digits(text: str) -> str:
    number = _TYPED_NUMBER.match(text)
    if number:
        return "Y" if number[1] else "D"
    if _TYPED_ORDINAL.match(text):
        return "d"
    parts = _TYPED_PARTS.match(text)
    if parts:
        return "S" if parts[4] else "P"
    return "P" if _TYPED_MONTH_YEAR.match(text) else "."
