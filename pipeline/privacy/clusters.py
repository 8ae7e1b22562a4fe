"""Pieces that are one number, told in parts by one side or both, and which of them are secret."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.privacy.cards import is_card, is_phone
from pipeline.privacy.digits import DATE, DECIMAL, MONTH, MONTH_YEAR, ORDINAL
from pipeline.privacy.hearing import CODE_DIGITS, Heard
from pipeline.privacy.pieces import Piece
from pipeline.privacy.readings import is_clock, is_clock_or_price, is_day, is_value, is_year
from pipeline.privacy.topics import PAYMENT, Talk

LINKED_WORDS = 8
"""Words that say something between two pieces of one secret number."""

ECHO_DIGITS = 4
"""So many digits of a secret, told again anywhere in the call, are the secret."""

FEWEST = {
    "card": 3, "cvv": 2, "expiry": 2, "iban": 3, "account": 3, "ssn": 3, "phone": 5, "number": 3
}  # fmt: skip
"""Digits of all pieces of a number that make it one when it is asked for."""

FEWEST_WEAK = 4
FEWEST_PARTIAL = 2
"""The same after a weak hint, and after "ending in"."""

NEXT_WORDS = 2
"""So many digits, so few words after "code", are a code: "your code 559021 is wrong"."""

FEWEST_ALONE = {
    "card": 2, "cvv": 1, "expiry": 1, "iban": 1, "account": 2, "ssn": 2, "phone": 5, "number": 2
}  # fmt: skip
"""The same where an answer consists of nothing else."""

CARD_DIGITS = 13
YEAR_DIGITS, DATE_DIGITS = 4, 6
_WITH_LETTERS = frozenset(("iban", "account", "ssn", "number"))
_WITH_POINTS = frozenset(("expiry", "account", "iban", "phone"))
_NO_DATES = frozenset(("card", "cvv", "phone"))


def secrets(talk: Talk, heard: Sequence[Heard]) -> Iterator[tuple[int, str]]:
    """The numbers (by their place in `heard`) that are secret, and their kinds."""
    for cluster in _clusters(talk, heard):
        digits = "".join(heard[place].piece.digits for place in cluster)
        told = 0
        for place in cluster:
            one = heard[place]
            kind = one.topic.kind if one.topic is not None else ""
            if _is_enough(one, kind, len(digits)):
                kind = _payment_kind(one, told) if kind in PAYMENT else _named(kind, digits)
                told += len(one.piece.digits) if kind == "card" else 0
                yield place, kind


def _clusters(talk: Talk, heard: Sequence[Heard]) -> Iterator[list[int]]:
    last: dict[str, list[int]] = {}
    done: list[list[int]] = []
    for place, one in enumerate(heard):
        if not one.group or one.is_plain or not _can_be_part(one):
            continue
        cluster = last.get(one.group)
        if cluster is None or talk.between(heard[cluster[-1]].piece, one.piece) > LINKED_WORDS:
            cluster = last[one.group] = []
            done.append(cluster)
        cluster.append(place)
    return iter(done)


def _can_be_part(one: Heard) -> bool:
    """Whether the form of a piece fits what it is about."""
    if one.topic is None or (one.piece.is_weak and not one.is_answer):
        return False
    if one.topic.is_weak and (one.piece.is_letters or is_value(one.piece)):
        return _is_code_in_words(one)
    is_possible = one.topic.kind == "iban" or not is_day(one.piece)
    return is_possible and _fits(one, one.topic.kind)


def _is_code_in_words(one: Heard) -> bool:
    """Whether it is a security code such as "eight hundred and eighteen" in answer to "the code?".

    Round ones are amounts.
    """
    digits = one.piece.digits
    is_code = one.topic is not None and one.topic.kind == "cvv" and one.is_answer
    return is_code and len(digits) == 3 and not digits.endswith("00")


def _fits(one: Heard, kind: str) -> bool:
    piece, forms = one.piece, one.piece.forms
    if piece.is_letters or _has_november(piece):
        return kind in _WITH_LETTERS
    if ORDINAL in forms:
        is_before_year = piece.atoms[0].form == ORDINAL and bool(piece.digits)
        is_misheard = MONTH not in forms and len(piece.digits) > 2
        return kind == "expiry" or is_misheard or (kind in PAYMENT and is_before_year)
    if forms & {MONTH, MONTH_YEAR}:
        return kind == "expiry" or (kind in PAYMENT and not one.is_dated)
    if DATE in forms:
        return kind not in _NO_DATES
    return DECIMAL not in forms or kind in _WITH_POINTS


def _has_november(piece: Piece) -> bool:
    """Whether the month, or the letter, stands in a number too short for a card and its expiry."""
    is_short = len(piece.digits) <= DATE_DIGITS
    return is_short and any(token.text == "november" for token in piece.tokens[1:])


def _is_enough(one: Heard, kind: str, total: int) -> bool:
    if one.topic is None:
        return False
    if one.topic.is_weak:
        return _is_enough_when_weak(one, kind, total)
    if kind in PAYMENT and (one.piece.forms & {MONTH, ORDINAL} or is_year(one.piece)):
        return _is_enough_of_expiry(one, kind, total)
    partial = one.topic.cue is not None and one.topic.cue.is_partial
    if total >= (FEWEST_PARTIAL if partial else FEWEST[kind]):
        return True
    return (one.is_answer or one.is_mostly_digits) and total >= FEWEST_ALONE[kind]


def _is_enough_of_expiry(one: Heard, kind: str, total: int) -> bool:
    """Whether a month, or a year, is one in which a card ends.

    A year may be all that is told, but contracts end in one, too.
    """
    forms = one.piece.forms
    if kind == "expiry":
        return one.is_answer or total != YEAR_DIGITS or bool(forms & {MONTH, ORDINAL})
    if not forms & {MONTH, ORDINAL}:
        return total >= FEWEST[kind]
    is_near = one.is_answer or (one.topic is not None and one.topic.distance <= 1)
    return total > DATE_DIGITS or (total > 1 and (is_near or MONTH not in forms))


def _is_enough_when_weak(one: Heard, kind: str, total: int) -> bool:
    is_next = one.topic is not None and one.topic.distance <= NEXT_WORDS
    if total <= FEWEST_WEAK and _is_small_talk(one, kind):
        return False
    if kind == "cvv" and total in {3, 4}:
        return one.is_answer or (is_next and total == FEWEST_WEAK)
    if kind == "cvv":
        is_code = len(one.piece.digits) > FEWEST_WEAK or one.piece.value_count > 2
        return is_next and is_code and FEWEST_WEAK < total <= CODE_DIGITS
    return total >= max(FEWEST_WEAK, FEWEST[kind]) and not is_year(one.piece)


def _is_small_talk(one: Heard, kind: str) -> bool:
    """Whether it rather is a time, or a price where cards were spoken of, than a secret."""
    if kind == "card":
        return one.piece.value_count == 2
    return (is_clock if one.is_answer else is_clock_or_price)(one.piece)


def _named(kind: str, digits: str) -> str:
    """What a number of unknown purpose is by its digits."""
    if kind == "number" and is_card(digits):
        return "card"
    return "phone" if kind == "number" and len(digits) > 9 and is_phone(digits) else kind


def _payment_kind(one: Heard, told: int) -> str:
    """Which part of a card's data it is, `told` digits of the number being known."""
    kind = one.topic.kind if one.topic is not None else "card"
    digits, forms = one.piece.digits, one.piece.forms
    if forms & {MONTH, MONTH_YEAR, ORDINAL}:
        return "expiry"
    if kind == "cvv" and one.topic is not None and one.topic.is_weak and len(digits) > 4:
        return "number"
    if kind == "card" and told >= CARD_DIGITS and len(digits) in {3, 4}:
        return "cvv"
    if kind != "card" and len(digits) >= 8:
        return "card"
    return kind


def with_echoes(heard: Sequence[Heard], secret: Mapping[int, str]) -> dict[int, str]:
    """The secrets, and every piece that tells four digits and more of one of them again."""
    told = _told(heard, secret)
    found = dict(secret)
    for place, one in enumerate(heard):
        digits = one.piece.digits
        if place in secret or len(digits) < ECHO_DIGITS or one.is_plain:
            continue
        kind = next((kind for kind, said in told.items() if digits in said), None)
        if kind is not None and not is_year(one.piece) and not is_value(one.piece):
            found[place] = kind
    return found


def _told(heard: Sequence[Heard], secret: Mapping[int, str]) -> dict[str, str]:
    """The digits of all secrets of a kind: piece by piece, and all of them in one."""
    said: dict[str, list[str]] = {}
    for place in sorted(secret):
        said.setdefault(secret[place], []).append(heard[place].piece.digits)
    return {kind: " ".join((*digits, "".join(digits))) for kind, digits in said.items()}
