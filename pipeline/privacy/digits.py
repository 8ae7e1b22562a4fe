"""What a single word adds to a number: "four" a digit, "forty" two, "double" a repeat, "4-1-2-2"
four typed digits, "$25" nothing that is secret.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

DIGIT, TEN, TEEN, SCALE, REPEAT = "digit", "ten", "teen", "scale", "repeat"
SOUND, LETTER, MONTH, ORDINAL = "sound", "letter", "month", "ordinal"
TYPED, MIXED, DATE, MONTH_YEAR, DECIMAL, THOUSANDS = (
    "typed", "mixed", "date", "month and year", "decimal", "thousands",
)  # fmt: skip


class Atom(NamedTuple):
    """One word, or one part of "twenty-two"; `digits` as written one after another."""

    form: str
    digits: str


_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
          "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
             "tenth", "eleventh", "twelfth")  # fmt: skip
_ZEROS = ("zero", "oh", "o", "nought", "naught", "nil", "zeros", "zeroes", "ohs")

ATOMS: Mapping[str, Atom] = {
    **{word: Atom(DIGIT, str(value)) for value, word in enumerate(_UNITS, 1)},
    **{f"{word}s": Atom(DIGIT, str(value)) for value, word in enumerate(_UNITS, 1)},
    **{word: Atom(DIGIT, "0") for word in _ZEROS},
    **{"niner": Atom(DIGIT, "9"), "fife": Atom(DIGIT, "5"), "sixes": Atom(DIGIT, "6")},
    **{word: Atom(TEEN, str(value)) for value, word in enumerate(_TEENS, 10)},
    **{word: Atom(TEN, f"{value}0") for value, word in enumerate(_TENS, 2)},
    **{"fourty": Atom(TEN, "40"), "ninty": Atom(TEN, "90")},
    **{"hundred": Atom(SCALE, "00"), "thousand": Atom(SCALE, "000")},
    **{"million": Atom(SCALE, "000000"), "billion": Atom(SCALE, "000000000")},
    **{"double": Atom(REPEAT, "2"), "triple": Atom(REPEAT, "3"), "treble": Atom(REPEAT, "3")},
    **{"quadruple": Atom(REPEAT, "4")},
    **{word: Atom(MONTH, f"{value:02}") for value, word in enumerate(_MONTHS, 1)},
    **{word[:3]: Atom(MONTH, f"{value:02}") for value, word in enumerate(_MONTHS, 1)},
    "sept": Atom(MONTH, "09"),
    **{word: Atom(ORDINAL, f"{value:02}") for value, word in enumerate(ORDINALS, 1)},
}

SOUND_ALIKE: Mapping[str, Atom] = {
    word: Atom(SOUND, digit)
    for word, digit in {
        "for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "tree": "3",
        "sex": "6", "sicks": "6", "fo": "4", "nein": "9", "free": "3", "wan": "1", "ait": "8",
    }.items()
}  # fmt: skip
"""What a recogniser writes for a digit; a digit only among digits."""

_NATO = ("alpha", "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india",
         "juliet", "juliett", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec",
         "romeo", "sierra", "tango", "uniform", "victor", "whiskey", "whisky", "x-ray", "xray",
         "yankee", "zulu")  # fmt: skip
LETTERS: Mapping[str, Atom] = {
    **{letter: Atom(LETTER, "") for letter in "abcdefghijklmnopqrstuvwxyz"},
    **{word: Atom(LETTER, "") for word in (*_NATO, "zed", "zee")},
}

_NOTHING: tuple[Atom, ...] = ()
_UNIT = (
    "gb|mb|kb|tb|mbps|gbps|kbps|km|kmh|mph|kg|mg|lb|lbs|oz|ml|cl|cm|"
    "mm|ft|in|sqm|hz|ghz|mhz|khz|kwh|kw|mah|px|hr|hrs|min|mins|sec|secs|yr|yrs|usd|eur|gbp|fps|"
    "st|nd|rd|th|am|pm|a.m|p.m|inch|inches|dpi|rpm|bn|mn"
)
_PLAIN = re.compile(
    r"(?:[-+]?[$£€¥].*|[\d.,]+[$£€¥]|.*%"
    rf"|[\d.,:/]+-?(?:{_UNIT})|[\d.,]{{1,3}}[abcdfghklmpsvwx]"
    r"|\d{1,2}:\d\d(?::\d\d)?(?:[ap]\.?m)?|\d{1,2}:\d\d-\d{1,2}:\d\d"
    r"|(?:19|20)\d\d[-/–](?:(?:19|20)\d\d|\d\ds?)|(?:19|20)?\d0s"
    r"|\d{1,2}x\d{1,2}|v?\d+\.\d+\.\d+(?:\.\d{1,3})?|v\d+(?:\.\d+)*|24/7|0x[\da-f]+)$"
)
"""Money, shares, measures, clock times, ordinals, spans of years, versions: never secret."""

_DOTTED_PHONE = re.compile(r"\+?\d{0,3}\.?\d{3}\.\d{3}\.\d{4}$")
_DATE = re.compile(
    r"(?:(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|[12]\d|3[01])\1(?:\d\d|(?:19|20)\d\d)"
    r"|(?:19|20)\d\d([/.-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))$"
)
_MONTH_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])[/-](?:\d\d|20\d\d)$|20\d\d[/-](?:0[1-9]|1[0-2])$")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_DECIMAL = re.compile(r"\d{1,6}[.,]\d{1,2}$")
_LETTER = re.compile(r"[a-z]")
_NO_DIGIT = re.compile(r"\D+")
_SHAPES = (
    (_DATE, DATE), (_MONTH_YEAR, MONTH_YEAR), (_THOUSANDS, THOUSANDS), (_DECIMAL, DECIMAL)
)  # fmt: skip


def atoms_of(text: str) -> Sequence[Atom]:
    """What a bare word in lower case adds to a number; nothing for most words.

    Letters and words that only sound like digits are not asked for here: see LETTERS, SOUND_ALIKE.
    """
    known = ATOMS.get(text)
    if known is not None:
        return (known,)
    if not text or text.isalpha():
        return _NOTHING
    if has_digit(text):
        return typed_atoms(text)
    return _hyphenated(text) if "-" in text else _NOTHING


def _hyphenated(text: str) -> tuple[Atom, ...]:
    parts = [ATOMS.get(part) for part in text.split("-") if part]
    known = tuple(part for part in parts if part is not None)
    return known if len(known) == len(parts) else _NOTHING


def has_digit(text: str) -> bool:
    """Whether digits are written in it."""
    return text[:1].isdigit() or any(sign.isdigit() for sign in text)


def typed_atoms(text: str) -> Sequence[Atom]:
    """What a word with written digits adds; nothing for amounts, times and measures."""
    text = text.lstrip("#").removesuffix("'s")
    digits = _NO_DIGIT.sub("", text)
    if not digits:
        return _NOTHING
    if _PLAIN.match(text) and not _DOTTED_PHONE.match(text):
        return _NOTHING
    for pattern, form in _SHAPES:
        if pattern.match(text):
            return (Atom(form, digits),)
    return (Atom(MIXED if _LETTER.search(text) else TYPED, digits),)


def digits_of(atoms: Sequence[Atom]) -> str:
    """The digits one would type: "forty one double two" 4122, "two hundred and six" 206."""
    found: list[str] = []
    position = 0
    while position < len(atoms):
        digits, position = _next(atoms, position)
        found.append(digits)
    return "".join(found)


def _next(atoms: Sequence[Atom], start: int, limit: int = 99) -> tuple[str, int]:
    """The digits of one value, and where it ends; `limit`: its scale has fewer zeros."""
    atom = atoms[start]
    if atom.form == REPEAT:
        if start + 1 == len(atoms):
            return "", start + 1
        return atoms[start + 1].digits * int(atom.digits), start + 2
    digits, end = _below_hundred(atoms, start)
    if end < len(atoms) and atoms[end].form == SCALE and len(atoms[end].digits) < limit:
        return _scaled(atoms, digits, end)
    return digits, end


def _below_hundred(atoms: Sequence[Atom], start: int) -> tuple[str, int]:
    atom = atoms[start]
    if atom.form == SCALE:
        return "1", start
    if atom.form == TEN and start + 1 < len(atoms):
        unit = atoms[start + 1]
        if unit.form == DIGIT and unit.digits != "0":
            return atom.digits[0] + unit.digits, start + 2
    return atom.digits, start + 1


def _scaled(atoms: Sequence[Atom], digits: str, scale: int) -> tuple[str, int]:
    """A value with "hundred" or "thousand", and what follows if it is smaller than the scale."""
    zeros = len(atoms[scale].digits)
    end = scale + 1
    if end < len(atoms) and atoms[end].form == SCALE and len(atoms[end].digits) > zeros:
        digits, zeros, end = digits + "0" * zeros, len(atoms[end].digits), end + 1
    if end == len(atoms) or atoms[end].form in {REPEAT, SCALE}:
        return digits + "0" * zeros, end
    rest, after = _next(atoms, end, zeros)
    if len(rest) > zeros:
        return digits + "0" * zeros, end
    return digits + rest.rjust(zeros, "0"), after
