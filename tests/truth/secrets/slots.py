"""What may stand in a template's braces: `{card}`, `{card:last4}`, `{money}`, `{digits:10}`.

Secrets come with a kind and marked pieces; all else is harmless and comes without.
"""

import re
from collections.abc import Callable, Mapping

from models.speech.language.figures import (
    MAKERS,
    MONTHS,
    ONES,
    Random,
    between,
    ordinal,
    pick,
    under_hundred,
)
from tests.truth.secrets import values
from tests.truth.secrets.figures import Draw, said, spoken
from tests.truth.secrets.particulars import PARTICULARS, suffix
from tests.truth.secrets.values import Groups

TAG = "§"
"""`§card*four`: a word that must go, of the secret in the slot `card`; with `~` one that may."""

Numbers = Mapping[str, tuple[str, Callable[[Random], Groups]]]

NUMBERS: Numbers = {
    "card": ("card", values.card),
    "cvv": ("cvv", lambda rng: (values.digits(rng, 3),)),
    "cvv4": ("cvv", lambda rng: (values.digits(rng, 4),)),
    "iban": ("iban", values.iban),
    "account": ("account", values.account),
    "sortcode": ("account", values.sort_code),
    "routing": ("account", values.routing),
    "ssn": ("ssn", values.ssn),
    "insurance": ("ssn", values.insurance),
    "phone": ("phone", values.phone),
    "pin": ("number", lambda rng: (values.digits(rng, 4),)),
    "passcode": ("number", lambda rng: (values.digits(rng, 6),)),
    "long": ("number", lambda rng: values.cut(values.digits(rng, between(rng, 9, 14)), (3,) * 5)),
}
"""Slot → kind and how its value is drawn."""

KIND_OF: Mapping[str, str] = {
    **{slot: kind for slot, (kind, _) in NUMBERS.items()},
    **{slot: kind for slot, (kind, *_) in PARTICULARS.items()},
}

_PART = re.compile(r"(first|last|from)(\d+)")
_MARK = re.compile(r"(?<!\S)[*~]")


def filled(slot: str, part: str, draw: Draw) -> str:
    """The words for one slot. The same slot has the same value in the whole case."""
    if slot in PARTICULARS:
        _, make, say = PARTICULARS[slot]
        value = draw.values.setdefault(slot, make(draw))
        return _tagged(slot, say(draw, value, part))
    if slot in NUMBERS:
        value = draw.values.setdefault(slot, NUMBERS[slot][1](draw.rng))
        return _tagged(slot, _number(slot, part, draw, value))
    if slot in HARMLESS:
        return _MARK.sub("", HARMLESS[slot](draw, part))
    return draw.word(slot.replace("_", " "))


def _tagged(slot: str, pieces: str) -> str:
    return _MARK.sub(lambda mark: f"{TAG}{slot}{mark.group()}", pieces)


def _number(slot: str, part: str, draw: Draw, value: Groups) -> str:
    if slot == "cvv" and not draw.typed and value[0][0] != "0" and draw.chance(0.08):
        return " ".join(f"*{word}" for word in in_words(int(value[0])).split())
    if found := _PART.fullmatch(part):
        return said(draw, _part(value, found[1], int(found[2])))
    return said(draw, value, turns=part == "turns")


def _part(value: Groups, which: str, count: int) -> Groups:
    whole = "".join(value)
    cut = {"first": whole[:count], "last": whole[-count:], "from": whole[count:]}[which]
    return values.cut(cut, (4,) * len(cut))


def in_words(number: int) -> str:
    """0 … 999,999: "two hundred and five"; the hundreds' "and" as in British English."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return f"{in_words(thousands)} thousand" + (f" {in_words(rest)}" if rest else "")
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{ONES[hundreds]} hundred" + (f" and {under_hundred(rest)}" if rest else "")
    return under_hundred(number)


def _amount(low: int, high: int) -> Callable[[Draw, str], str]:
    def say(draw: Draw, _: str) -> str:
        number = between(draw.rng, low, high)
        return f"{number:,}" if draw.typed else in_words(number)

    return say


def _money(draw: Draw, _: str) -> str:
    if not draw.typed:
        return MAKERS["money"](draw.rng)
    whole = between(draw.rng, 2, int(pick(draw.rng, ("99", "999", "4999"))))
    coins = f".{values.digits(draw.rng, 2)}" if draw.chance(0.6) else ""
    return f"{pick(draw.rng, ('$', '£', '€'))}{whole:,}{coins}"


def _clock(draw: Draw, _: str) -> str:
    if not draw.typed:
        return MAKERS["clock"](draw.rng)
    hour, minute = between(draw.rng, 1, 12), pick(draw.rng, ("00", "15", "30", "45"))
    return f"{hour}:{minute}" + pick(draw.rng, ("", " a.m.", " p.m."))


def _date(draw: Draw, _: str) -> str:
    day, month = between(draw.rng, 1, 28), pick(draw.rng, MONTHS)
    if draw.typed:
        return pick(draw.rng, (f"{month} {day}", f"{day} {month}", f"{month} {day}{suffix(day)}"))
    return pick(draw.rng, (f"the {ordinal(day)} of {month}", f"{month} {ordinal(day)}"))


def _year(draw: Draw, _: str) -> str:
    year = between(draw.rng, 10, 26)
    return f"20{year}" if draw.typed else f"twenty {under_hundred(year)}"


def _decimal(draw: Draw, _: str) -> str:
    whole, rest = between(draw.rng, 1, 99), between(draw.rng, 1, 9)
    return f"{whole}.{rest}" if draw.typed else f"{under_hundred(whole)} point {ONES[rest]}"


def _digits(draw: Draw, count: str) -> str:
    """A number of so many digits that is no card's, cut anyhow."""
    while True:
        number = values.digits(draw.rng, int(count))
        if values.luhn_remainder(number):
            break
    size = pick(draw.rng, ("3", "4", "4", "16"))
    return said(draw, values.cut(number, (int(size),) * len(number)))


def _mixed(draw: Draw, count: str) -> str:
    """Letters, then digits."""
    first = values.letters(draw.rng, between(draw.rng, 1, 3))
    number = values.digits(draw.rng, int(count) - len(first))
    if draw.typed:
        return pick(draw.rng, (f"{first}{number}", f"{first}-{number}", f"{first} {number}"))
    return spoken(draw, (first, *values.cut(number, (3,) * len(number))))


HARMLESS: Mapping[str, Callable[[Draw, str], str]] = {
    "digits": _digits,
    "mixed": _mixed,
    "money": _money,
    "clock": _clock,
    "date": _date,
    "year": _year,
    "few": _amount(2, 12),
    "number": _amount(13, 99),
    "hundreds": _amount(100, 990),
    "thousands": _amount(1000, 24_000),
    "decimal": _decimal,
}
