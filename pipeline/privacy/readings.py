"""What a number is when it is plainly no secret: an amount, a time, a year, a quantity."""

import re
from collections.abc import Sequence

from pipeline.privacy.conversation import Token
from pipeline.privacy.digits import (
    DATE,
    DECIMAL,
    DIGIT,
    LETTERS,
    MONTH,
    MONTH_YEAR,
    ORDINAL,
    ORDINALS,
    SCALE,
    TEEN,
    TEN,
    THOUSANDS,
    atoms_of,
)
from pipeline.privacy.phrases import words_of
from pipeline.privacy.pieces import Piece, ends_sentence

_YEAR = re.compile(r"(?:19\d|20[0-4])\d$")
VALUE_DIGITS = 12
"""So many digits are no amount or date."""

_FIRST_YEAR = 18
_MONEY = frozenset(
    ("dollar", "dollars", "buck", "bucks", "pound", "pounds", "quid", "euro", "euros")
)  # fmt: skip
_COUNTED_OF = frozenset(("them", "the", "those", "these", "us", "you", "my", "our", "your"))
_ONLY_YEARS = frozenset(("in", "of", "from", "during", "year"))
_WEEKDAYS = frozenset(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow",
     "today", "tonight")
)  # fmt: skip


def is_plain(piece: Piece, side: Sequence[Token], *, is_announced: bool = False) -> bool:
    """Whether what is right before and after a piece makes it an amount, a time or a quantity.

    Only what is told as one value or two can be ("twenty four", "four thirty"): digits told one by
    one are none. `side` has all words of the piece's side; `is_announced` says that the words right
    before announce a secret ("ending in", "call me at").
    """
    start = piece.first.index
    if start and piece.first.text == "to" and side[start - 1].text == "quarter":
        return True
    if piece.value_count > 2 or len(piece.digits) > 7:
        return False
    if _is_counted(piece, side) or _is_day(piece, side):
        return True
    return not is_announced and _is_after_a_hint(piece, side)


def is_counted(piece: Piece, side: Sequence[Token]) -> bool:
    """Whether the words after it say what it counts, or which day; no expiry has either."""
    if piece.value_count > 2 or len(piece.digits) > 7:
        return False
    return _is_counted(piece, side) or (not piece.digits and _is_day(piece, side))


def is_value(piece: Piece) -> bool:
    """Whether its form alone says how much, or when: "two thousand", "1,249", "25.50", a date.

    Not where it has a card's digits: "… one one one one may twenty eight one two three".
    """
    return len(piece.digits) < VALUE_DIGITS and bool(
        piece.forms & {SCALE, THOUSANDS, DECIMAL, DATE, MONTH_YEAR, MONTH, ORDINAL}
    )


def is_day(piece: Piece) -> bool:
    """Whether it is a day of a month and no month of a year: "24 June", "march eighth"."""
    forms = [atom.form for atom in piece.atoms]
    if MONTH not in forms:
        return False
    if forms[-1] == ORDINAL:
        return True
    return forms[-1] == MONTH and forms[0] != MONTH and len(piece.digits) <= 2


def is_clock_or_price(piece: Piece) -> bool:
    """Whether it is told as two values, the second of them as most minutes and prices are:
    "four thirty", "forty two fifty", "nineteen ninety nine".
    """
    if piece.value_count != 2 or len(piece.digits) not in {3, 4}:
        return False
    return piece.forms <= {DIGIT, TEN, TEEN} and piece.digits[-1] in "059"


def is_clock(piece: Piece) -> bool:
    """Whether it can be told as a time: "four thirty", but not "eighty ninety"."""
    return is_clock_or_price(piece) and int(piece.digits[:-2]) <= 12 and int(piece.digits[-2:]) < 60


def is_month_and_year(piece: Piece) -> bool:
    """Whether it can be when a card ends: "04/28", "April twenty eight", "oh four twenty eight"."""
    if piece.forms & {MONTH, MONTH_YEAR, ORDINAL}:
        return True
    month, year = piece.digits[:-2], piece.digits[-2:]
    return month.isdigit() and 1 <= int(month.removesuffix("20")) <= 12 and int(year) >= _FIRST_YEAR


def is_year(piece: Piece) -> bool:
    """Whether it can be a year of our time."""
    return bool(_YEAR.match(piece.digits))


def _is_counted(piece: Piece, side: Sequence[Token]) -> bool:
    if ends_sentence(piece.last):
        return False
    after = [token.text for token in side[piece.last.index + 1 : piece.last.index + 6]]
    if after and _has_unit(after, is_one_value=piece.value_count == 1):
        return True
    if len(after) > 2 and after[0] in {"to", "or"} and atoms_of(after[1]):
        return _has_unit(after[2:], is_one_value=piece.value_count == 1)
    return False


def _has_unit(after: Sequence[str], *, is_one_value: bool) -> bool:
    """Whether these words begin with what is counted: "business days", "of them", "boxes"."""
    units, between = words_of("en/units.txt"), words_of("en/before_units.txt")
    if after[0] == "kilo" and len(after) > 1 and after[1] in LETTERS:
        return False
    if after[0] == "of" and len(after) > 1 and after[1] in _COUNTED_OF:
        return is_one_value
    skipped = 0
    while skipped < min(len(after) - 1, 2) and after[skipped] in between:
        skipped += 1
    if after[skipped] in units:
        return skipped == 0 or after[0] != "and" or after[skipped] in {"half", "cents"}
    return is_one_value and _is_plural(after[0])


def _is_plural(word: str) -> bool:
    return (
        len(word) > 3
        and word.isalpha()
        and word.endswith("s")
        and not word.endswith("ss")
        and word not in words_of("en/no_plurals.txt")
    )


def _is_after_a_hint(piece: Piece, side: Sequence[Token]) -> bool:
    start = piece.first.index
    if start == 0 or ends_sentence(side[start - 1]):
        return False
    before = side[start - 1].text
    if before == "and" and start > 1:
        before = side[start - 2].text
    if before in _MONEY:
        return len(piece.digits) <= 2
    if before in words_of("en/before_counts.txt"):
        return len(piece.tokens) == 1 and len(piece.digits) <= 2
    if before in words_of("en/before_times.txt"):
        return is_year(piece) or (before not in _ONLY_YEARS and _is_time(piece))
    return before in words_of("en/before_values.txt") and piece.value_count == 1


def _is_time(piece: Piece) -> bool:
    digits = piece.digits
    if not 1 <= len(digits) <= 4 or MONTH in piece.forms:
        return False
    if len(digits) <= 2:
        return int(digits) <= 24
    return int(digits[:-2]) <= 24 and int(digits[-2:]) < 60 and piece.value_count <= 2


def _is_day(piece: Piece, side: Sequence[Token]) -> bool:
    """Whether a weekday right before, or an ordinal right after, makes a month or number a date."""
    start, after = piece.first.index, piece.last.index + 1
    if start and side[start - 1].text in _WEEKDAYS:
        return len(piece.digits) <= 4
    if MONTH not in piece.forms or piece.digits or after >= len(side):
        return False
    return _is_ordinal(side[after].text)


def _is_ordinal(text: str) -> bool:
    if text[:1].isdigit():
        return text.endswith(("st", "nd", "rd", "th"))
    return text in ORDINALS or text.endswith(("eenth", "tieth"))
