"""Secrets that are more than a number: expiry, date of birth, e-mail, street address, name.

Pieces are marked as in `figures`: `*` must go, `~` may.
"""

import re
from collections.abc import Callable, Mapping

from models.speech.language.figures import MONTHS, between, ordinal, pick, under_hundred
from tests.truth.secrets.figures import PAUSE, Draw, digit_words, letter
from tests.truth.secrets.values import Groups, digits, letters

Say = Callable[[Draw, Groups, str], str]

STREETS = ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Close", "Way")


def draw_expiry(draw: Draw) -> Groups:
    """Month and year, two digits each."""
    return (f"{between(draw.rng, 1, 12):02d}", str(between(draw.rng, 25, 34)))


def expiry(draw: Draw, value: Groups, _: str) -> str:
    """When a card ends: 04/27, "oh four twenty seven", "April twenty twenty seven"."""
    month, year = value
    short, name = str(int(month)), MONTHS[int(month) - 1]
    if draw.typed:
        forms = (
            f"*{month}/{year}", f"*{month}/{year}", f"*{short}/{year}", f"*{month}/20{year}",
            f"*{month}-{year}", f"*{month}{year}", f"*{month} *{year}", f"*{name} *20{year}",
            f"*{name} ~of *20{year}", f"*{short} ~slash *{year}",
        )  # fmt: skip
        return pick(draw.rng, forms)
    ends = _marked(under_hundred(int(year)))
    numbered = _marked(pick(draw.rng, ("oh ", "zero ", "")) + under_hundred(int(month)))
    if len(short) == 2:
        numbered = _marked(under_hundred(int(month)))
    singly = _marked(" ".join(digit_words(draw.rng, month + year, manner="digits", zero="zero")))
    forms = (
        f"{numbered} {ends}", f"{numbered} {ends}", f"{numbered} ~slash {ends}", singly,
        f"*{name} *twenty {ends}", f"*{name} ~of *twenty {ends}", f"*{name} {ends}",
        f"~the {_marked(ordinal(int(month)))} ~of {ends}", f"{numbered} ~of *twenty {ends}",
        f"*{name} *two *thousand ~and {ends}",
    )  # fmt: skip
    return pick(draw.rng, forms)


def draw_birthdate(draw: Draw) -> Groups:
    """Day, month and year, as numbers."""
    year = between(draw.rng, 1938, 2006)
    return (str(between(draw.rng, 1, 28)), str(between(draw.rng, 1, 12)), str(year))


def birthdate(draw: Draw, value: Groups, part: str) -> str:
    """A date of birth; `part` may be `daymonth` or `year`."""
    day, month, year = (int(one) for one in value)
    if part == "year":
        return f"*{year}" if draw.typed else _marked(_year(draw, year))
    if part == "daymonth":
        return _day_and_month(draw, day, month)
    if draw.chance(0.3):
        return _in_numbers(draw, value)
    comma = "," if draw.chance(0.5) else ""
    ending = f"*{year}" if draw.typed else _marked(_year(draw, year))
    return f"{_day_and_month(draw, day, month)}{comma} {ending}"


def _day_and_month(draw: Draw, day: int, month: int) -> str:
    name = f"*{MONTHS[month - 1]}"
    if draw.typed:
        nth = f"*{day}{suffix(day)}"
        forms = (f"{name} {nth}", f"{nth} ~of {name}", f"*{day} {name}", f"{name} *{day}")
    else:
        nth = _marked(ordinal(day))
        forms = (f"~the {nth} ~of {name}", f"{name} {nth}", f"{name} ~the {nth}", f"{nth} {name}")
    return pick(draw.rng, forms)


def suffix(day: int) -> str:
    """Of 1st, 2nd, 3rd, 4th."""
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _in_numbers(draw: Draw, value: Groups) -> str:
    day, month, year = value
    if draw.typed:
        whole = (f"{int(day):02d}", f"{int(month):02d}", year)
        forms = ("/".join(whole), "/".join((day, month, year[2:])), "-".join(whole),
                 ".".join(whole), "/".join((month, day, year)))  # fmt: skip
        return f"*{pick(draw.rng, forms)}"
    zero = pick(draw.rng, ("oh", "zero", ""))
    pairs = [under_hundred(int(one)) for one in (day, month)]
    numbered = [
        f"{zero} {one}" if int(number) < 10 else one
        for number, one in zip((day, month), pairs, strict=True)
    ]
    return _marked(" ".join((*numbered, _year(draw, int(year)))))


def _year(draw: Draw, year: int) -> str:
    century, rest = divmod(year, 100)
    if century == 20:
        ending = f" {under_hundred(rest)}" if rest else ""
        return f"two thousand{pick(draw.rng, ('', ' and')) if rest else ''}{ending}"
    spoken = f"oh {under_hundred(rest)}" if rest < 10 else under_hundred(rest)
    return spoken if draw.chance(0.25) else f"nineteen {spoken}"


def draw_email(draw: Draw) -> Groups:
    """First name, last name, a number or nothing, host."""
    number = digits(draw.rng, between(draw.rng, 1, 3)) if draw.chance(0.4) else ""
    first, last = (re.sub(r"\W", "", draw.word(kind).lower()) for kind in ("first", "last"))
    return (first, last, number, draw.word("host"))


def email(draw: Draw, value: Groups, part: str) -> str:
    """An address of mail; `part` may be `local` or `host`."""
    first, last, number, host = value
    if part == "host":
        return _host(draw, host)
    between_names = pick(draw.rng, (".", ".", "_", "-", ""))
    local = f"{first}{between_names}{last}{number}"
    if draw.typed and not part:
        at = f"*{local}@{host}"
        return pick(
            draw.rng, (at, at, at, f"*{local} ~at *{host}", f"*{local} ~at {_host(draw, host)}")
        )
    spoken_local = f"*{local}" if draw.typed else _spoken_local(draw, value, between_names)
    return spoken_local if part else f"{spoken_local} ~at {_host(draw, host)}"


def _spoken_local(draw: Draw, value: Groups, mark: str) -> str:
    first, last, number, _ = value
    joiner = {".": "~dot", "_": "~underscore", "-": pick(draw.rng, ("~dash", "~hyphen")), "": ""}
    names = [_spelled(draw, one) if draw.chance(0.2) else f"*{one}" for one in (first, last)]
    manner = pick(draw.rng, ("digits", "pairs"))
    ending = _marked(" ".join(digit_words(draw.rng, number, manner=manner))) if number else ""
    return " ".join((names[0], joiner[mark], names[1], ending))


def _spelled(draw: Draw, name: str) -> str:
    signs = [sign.upper() for sign in name if sign.isalpha()]
    if draw.typed or draw.chance(0.2):
        return "*" + "-".join(signs)
    if draw.chance(0.25):
        return " ".join(piece for sign in signs for piece in letter(draw, sign))
    return _marked(" ".join(signs))


def _host(draw: Draw, host: str) -> str:
    if draw.typed and draw.chance(0.5):
        return f"*{host}"
    name, *rest = host.split(".")
    return " ".join((f"*{name}", *(f"~dot ~{one}" for one in rest)))


def draw_address(draw: Draw) -> Groups:
    """House, street, its type, unit or nothing, town, state or nothing, postcode."""
    rng = draw.rng
    house = str(between(rng, 1, int(pick(rng, ("9", "99", "999", "4999")))))
    unit = f"{between(rng, 1, 40)}" if draw.chance(0.2) else ""
    street = (draw.word("street"), pick(rng, STREETS))
    if draw.chance(0.55):
        return (house, *street, unit, draw.word("town"), draw.word("state"), digits(rng, 5))
    code = (
        f"{letters(rng, between(rng, 1, 2))}{between(rng, 1, 29)} {digits(rng, 1)}{letters(rng, 2)}"
    )
    return (house, *street, unit, draw.word("town"), "", code)


def address(draw: Draw, value: Groups, part: str) -> str:
    """Where somebody lives; `part` may be `line`, `town` or `postcode`."""
    house, street, kind, unit, town, state, code = value
    line = f"{_house(draw, house)} {_marked(street)} ~{kind}"
    if unit:
        number = f"*{unit}" if draw.typed else _marked(under_hundred(int(unit)))
        line += f", ~{pick(draw.rng, ('apartment', 'flat', 'unit'))} {number}"
    whole = {"line": line, "town": _marked(town), "postcode": _postcode(draw, code)}
    if part:
        return whole[part]
    region = f" {_may(state)}" if state and draw.chance(0.6) else ""
    comma = "," if draw.chance(0.7) else f" {PAUSE}"
    ending = f"{comma} {whole['postcode']}" if draw.chance(0.75) else ""
    return f"{line}, {whole['town']}{region}{ending}"


def _house(draw: Draw, house: str) -> str:
    if draw.typed:
        return f"*{house}"
    manner = "digits" if draw.chance(0.2) else "pairs"
    return _marked(" ".join(digit_words(draw.rng, house, manner=manner)))


def _postcode(draw: Draw, code: str) -> str:
    if draw.typed:
        return pick(
            draw.rng, (_marked(code), _marked(code), _marked(" ".join(code.replace(" ", ""))))
        )
    pieces: list[str] = []
    for sign in code.replace(" ", ""):
        said = digit_words(draw.rng, sign, manner="digits") if sign.isdigit() else None
        pieces += [f"*{word}" for word in said] if said else letter(draw, sign)
    return " ".join(pieces)


def draw_name(draw: Draw, *, plain: float = 0.75) -> Groups:
    """First and last name as the call log has them; `plain`: how many are no common word."""
    first = draw.word("first" if draw.chance(plain) else "common first")
    return (first, draw.word("last" if draw.chance(plain) else "common last"))


def name(draw: Draw, value: Groups, part: str) -> str:
    """A person's name; `part` may be `first`, `last`, `spelled` or `title`."""
    first, last = value
    if part == "spelled":
        return _spelled(draw, last)
    if part == "title":
        return f"~{pick(draw.rng, ('Mr', 'Ms', 'Mrs', 'Dr'))} *{last}"
    return {"first": f"*{first}", "last": f"*{last}"}.get(part, f"*{first} *{last}")


def _marked(text: str) -> str:
    return " ".join(f"*{word}" for word in text.split())


def _may(text: str) -> str:
    return " ".join(f"~{word}" for word in text.split())


PARTICULARS: Mapping[str, tuple[str, Callable[[Draw], Groups], Say]] = {
    "expiry": ("expiry", draw_expiry, expiry),
    "birthdate": ("birthdate", draw_birthdate, birthdate),
    "email": ("email", draw_email, email),
    "address": ("address", draw_address, address),
    "name": ("name", draw_name, name),
    "agent": ("name", draw_name, name),
}
"""Slot → kind, how its value is drawn, how it is said."""
