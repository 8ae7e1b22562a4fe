"""Numbers, money, dates and spelt-out codes as people say them: in words, without hyphens."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

Random = np.random.Generator

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
FIRSTS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = ("minutes", "hours", "days", "weeks", "months", "years")
LETTERS = "BCDEFGHJKLMNPQRSTUVWXYZ"
"""Without A, I and O: written alone, they are the words a and I, and the digit oh."""

OTHER_WORDS = (
    "oh", "double", "hundred", "thousand", "and", "point", "pounds", "dollars", "euros",
    "pence", "cents", "the", "of", "in", "at", "half", "past", "quarter", "to", "o'clock",
    "percent", "thirtieth", "thirty", "a", "an", "am", "pm", "noon", "midnight",
)  # fmt: skip
"""What the makers below say besides the lists above."""


def pick(rng: Random, options: Sequence[str]) -> str:
    """One of `options`, each as likely."""
    return options[int(rng.random() * len(options))]


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def under_hundred(number: int) -> str:
    """0 … 99 in words."""
    if number < 10:
        return ONES[number]
    if number < 20:
        return TEENS[number - 10]
    tens, ones = divmod(number, 10)
    return TENS[tens - 2] if ones == 0 else f"{TENS[tens - 2]} {ONES[ones]}"


def digits(rng: Random, count: int) -> str:
    """`count` digits; some zeros are said as oh, some pairs as double."""
    said: list[str] = []
    while len(said) < count:
        digit = ONES[between(rng, 0, 9)]
        if digit == "zero" and rng.random() < 0.4:
            digit = "oh"
        if rng.random() < 0.05 and len(said) + 2 <= count:
            said.append("double")
        said.append(digit)
    return " ".join(said)


def _amount(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.55:
        return under_hundred(between(rng, 2, 99))
    rest = f" and {under_hundred(between(rng, 1, 99))}" if rng.random() < 0.6 else ""
    if draw < 0.85:
        return f"{ONES[between(rng, 1, 9)]} hundred{rest}"
    more = f" {ONES[between(rng, 1, 9)]} hundred" if rng.random() < 0.5 else ""
    return f"{under_hundred(between(rng, 1, 20))} thousand{more}"


def _money(rng: Random) -> str:
    currency = pick(rng, ("pounds", "dollars", "euros"))
    if rng.random() < 0.7:
        return f"{_amount(rng)} {currency}"
    coins = "pence" if currency == "pounds" else "cents"
    small = under_hundred(between(rng, 1, 99))
    whole = under_hundred(between(rng, 2, 99))
    return f"{whole} {currency} and {small} {coins}" if rng.random() < 0.5 else f"{whole} {small}"


def ordinal(number: int) -> str:
    """1 … 31: first, twenty second, thirty first."""
    if number <= 20:
        return FIRSTS[number - 1]
    tens, ones = divmod(number, 10)
    if ones == 0:
        return "thirtieth"
    return f"{TENS[tens - 2]} {FIRSTS[ones - 1]}"


def _date(rng: Random) -> str:
    day, month = ordinal(between(rng, 1, 31)), pick(rng, MONTHS)
    return f"the {day} of {month}" if rng.random() < 0.7 else f"{month} the {day}"


def _year(rng: Random) -> str:
    if rng.random() < 0.7:
        return f"nineteen {under_hundred(between(rng, 40, 99))}"
    return f"twenty {under_hundred(between(rng, 10, 30))}"


def _clock(rng: Random) -> str:
    hour = under_hundred(between(rng, 1, 12))
    forms = (
        f"{hour} o'clock", f"half past {hour}", f"quarter to {hour}", f"quarter past {hour}",
        f"{hour} thirty", f"{hour} fifteen", f"{hour} am", f"{hour} pm", "noon", "midnight",
    )  # fmt: skip
    return pick(rng, forms)


def _span(rng: Random) -> str:
    if rng.random() < 0.15:
        return pick(rng, ("an hour", "a week", "a month", "a year", "half an hour"))
    return f"{under_hundred(between(rng, 2, 30))} {pick(rng, UNITS)}"


def _percent(rng: Random) -> str:
    point = f" point {ONES[between(rng, 1, 9)]}" if rng.random() < 0.2 else ""
    return f"{under_hundred(between(rng, 2, 99))}{point} percent"


def _code(rng: Random) -> str:
    """A code such as a booking's: letters and digits mixed in two blocks."""
    letters = " ".join(pick(rng, LETTERS) for _ in range(between(rng, 1, 3)))
    return f"{letters} {digits(rng, between(rng, 2, 4))}"


def _postcode(rng: Random) -> str:
    tail = " ".join(pick(rng, LETTERS) for _ in range(2))
    return f"{pick(rng, LETTERS)} {pick(rng, LETTERS)} {digits(rng, between(rng, 1, 3))} {tail}"


MAKERS: Mapping[str, Callable[[Random], str]] = {
    "digits": lambda rng: digits(rng, between(rng, 3, 8)),
    "four_digits": lambda rng: digits(rng, 4),
    "phone": lambda rng: digits(rng, between(rng, 9, 11)),
    "letters": lambda rng: " ".join(pick(rng, LETTERS) for _ in range(between(rng, 2, 4))),
    "code": _code,
    "postcode": _postcode,
    "money": _money,
    "amount": _amount,
    "few": lambda rng: under_hundred(between(rng, 2, 12)),
    "number": lambda rng: under_hundred(between(rng, 2, 99)),
    "ordinal": lambda rng: ordinal(between(rng, 1, 31)),
    "nth": lambda rng: pick(rng, ("first", "second", "third", "fourth", "fifth", "tenth")),
    "date": _date,
    "day": lambda rng: pick(rng, DAYS),
    "month": lambda rng: pick(rng, MONTHS),
    "year": _year,
    "clock": _clock,
    "span": _span,
    "percent": _percent,
}
"""The slots that are made rather than chosen."""

WORDS = (*ONES, *TEENS, *TENS, *FIRSTS, *MONTHS, *DAYS, *UNITS, *LETTERS, *OTHER_WORDS)
"""Every word that a maker can say."""
