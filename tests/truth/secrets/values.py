"""Numbers as people have them: right length, right prefix, right check digits; none is anybody's.

A value is its characters in the groups in which they are printed: ("4111", "1111", "1111", "1111").
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from models.speech.language.figures import Random, between, pick

Groups = tuple[str, ...]
T = TypeVar("T")

BRANDS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "Visa": (("4",), 16),
    "Mastercard": (("51", "52", "53", "54", "55", "2221", "2450", "2720"), 16),
    "American Express": (("34", "37"), 15),
    "Discover": (("6011", "644", "65"), 16),
    "JCB": (("3528", "3540", "3589"), 16),
    "Maestro": (("5018", "6304", "6759"), 18),
}
"""First digits and length."""

_AMEX_LENGTH = 15
_ROUTING_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
_UK_AREAS = ("020", "0113", "0117", "0161")
_LETTERS = "ABCDEGHJKLMNPRSTWXYZ"


def digits(rng: Random, count: int) -> str:
    """`count` digits, of which three in ten repeat the one before: people notice doubles."""
    found = ""
    while len(found) < count:
        found += found[-1] if found and rng.random() < 0.3 else str(between(rng, 0, 9))
    return found


def letters(rng: Random, count: int) -> str:
    """`count` capital letters."""
    return "".join(pick(rng, _LETTERS) for _ in range(count))


def luhn_remainder(number: str) -> int:
    """0 for a valid card number: every second digit from the right doubled, all summed, mod 10."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10


def iban_remainder(iban: str) -> int:
    """1 for a valid IBAN: country and check digits last, letters as 10 … 35, mod 97 (ISO 13616)."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def routing_remainder(number: str) -> int:
    """0 for a valid routing number of a US bank: weights 3, 7, 1, mod 10."""
    pairs = zip(_ROUTING_WEIGHTS, number, strict=True)
    return sum(weight * int(digit) for weight, digit in pairs) % 10


def card(rng: Random) -> Groups:
    """A card number of one of the brands."""
    prefixes, length = BRANDS[pick(rng, tuple(BRANDS))]
    prefix = pick(rng, prefixes)
    first = prefix + digits(rng, length - len(prefix) - 1)
    number = first + str(-luhn_remainder(f"{first}0") % 10)
    return cut(number, (4, 6, 5) if length == _AMEX_LENGTH else (4,) * 5)


def iban(rng: Random) -> Groups:
    """An IBAN of one of five countries; those with letters have a bank code of letters."""
    country, code, count = pick_one(
        rng, (("DE", 0, 18), ("GB", 4, 14), ("NL", 4, 10), ("ES", 0, 20), ("FR", 0, 23))
    )
    account = letters(rng, code) + digits(rng, count)
    check = 98 - iban_remainder(f"{country}00{account}")
    return cut(f"{country}{check:02d}{account}", (4,) * 9)


def account(rng: Random) -> Groups:
    """A bank account's number: 8 to 12 digits."""
    return cut(digits(rng, between(rng, 8, 12)), (4, 4, 4))


def sort_code(rng: Random) -> Groups:
    """The number of a UK bank's branch."""
    return cut(digits(rng, 6), (2, 2, 2))


def routing(rng: Random) -> Groups:
    """The number of a US bank."""
    first = f"0{between(rng, 1, 9)}" + digits(rng, 6)
    weighed = routing_remainder(f"{first}0")
    return cut(first + str(-weighed % 10), (3, 3, 3))


def ssn(rng: Random) -> Groups:
    """A US social security number that is never given out: they do not begin with 9."""
    return (f"9{digits(rng, 2)}", digits(rng, 2), digits(rng, 4))


def insurance(rng: Random) -> Groups:
    """A UK national insurance number that is never given out: none begins with QQ."""
    return ("QQ", *cut(digits(rng, 6), (2, 2, 2)), pick(rng, "ABCD"))


def phone(rng: Random) -> Groups:
    """Like those kept for fiction: 555-01xx, 07700 900xxx, 0113 496 0xxx, +61 491 570 xxx."""
    makers: tuple[Callable[[Random], Groups], ...] = (_us_phone, _uk_mobile, _uk_phone, _abroad)
    return makers[int(rng.choice(4, p=(0.5, 0.2, 0.15, 0.15)))](rng)


def _us_phone(rng: Random) -> Groups:
    country = ("+1",) if rng.random() < 0.2 else ()
    return (*country, str(between(rng, 201, 989)), "555", f"01{digits(rng, 2)}")


def _uk_mobile(rng: Random) -> Groups:
    first = ("+44", "7700") if rng.random() < 0.3 else ("07700",)
    return (*first, *cut(f"900{digits(rng, 3)}", (3, 3)))


def _uk_phone(rng: Random) -> Groups:
    return (pick(rng, _UK_AREAS), f"{between(rng, 4, 7)}96", f"0{digits(rng, 3)}")


def _abroad(rng: Random) -> Groups:
    if rng.random() < 0.5:
        return ("+61", "491", "570", digits(rng, 3))
    return ("+49", "30", "23125", digits(rng, 3))


def cut(text: str, sizes: tuple[int, ...]) -> Groups:
    """The text in pieces of those sizes, as far as it goes."""
    groups, start = [], 0
    for size in sizes:
        groups.append(text[start : start + size])
        start += size
    return tuple(group for group in groups if group)


def pick_one(rng: Random, options: tuple[T, ...]) -> T:
    """One of `options`, each as likely."""
    return options[between(rng, 0, len(options) - 1)]
