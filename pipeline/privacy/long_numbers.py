"""Numbers that are secret without any hint: payment cards by their check digit, all long ones."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.privacy.cards import is_card, is_phone
from pipeline.privacy.digits import MIXED
from pipeline.privacy.hearing import Heard
from pipeline.privacy.number_cues import SMALL, Cue
from pipeline.privacy.readings import is_value, is_year
from pipeline.privacy.topics import Talk, Topic

LONG = 7
"""So many digits without any hint are taken for a secret."""

ODD_WORDS = 1
LONG_WITH_SLIPS = 9
"""Words in a long number that may be digits misheard, and what is long then, or with a slip."""

FEWEST_OF_CARD = 13
_CARDS_BEGIN = frozenset("23456")

RUN_WORDS = 8
"""Fillers between two pieces of one long number."""

MIN_PHONE, MAX_PHONE = 9, 15
"""Digits of a telephone number with its country's code (E.164 allows 15)."""

_PHONE = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")


def told_without_a_hint(talk: Talk, heard: Sequence[Heard]) -> list[Cue]:
    """A hint before each long number that has none, and before cards that pass for something else.

    So what follows it ("and the rest?") is known to go on from it.
    """
    found = []
    told: dict[Cue | None, str] = {}
    for run in _runs(talk, heard):
        kind = _kind_of_long(talk, run) or _kind_after_another(run, told)
        for one in run:
            cue = one.topic.cue if one.topic is not None else None
            told[cue] = told.get(cue, "") + one.piece.digits
        if kind:
            first = run[0].piece.first
            found.append(Cue(kind, False, first.side, first.index, first.index, first.position - 1))
    return found


def _runs(talk: Talk, heard: Sequence[Heard]) -> Iterator[list[Heard]]:
    """Pieces with nothing but fillers, or a word misheard, between them."""
    run: list[Heard] = []
    for one in heard:
        if one.is_plain or is_value(one.piece) or one.piece.is_letters:
            continue
        if one.piece.is_weak and not one.is_answer:
            continue
        if run and not _goes_on(talk, run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _goes_on(talk: Talk, one: Heard, following: Heard) -> bool:
    """Whether a long number can go on from one piece to the next; short values are listed."""
    before, after = one.piece, following.piece
    is_unknown = one.topic is None and following.topic is None and MIXED not in before.forms
    if talk.between(before, after) > (ODD_WORDS if is_unknown else 0):
        return False
    if after.first.position - before.last.position > RUN_WORDS:
        return False
    short = (
        before.value_count == after.value_count == 1
        and max(len(before.digits), len(after.digits)) == 2
    )
    return not short


def _kind_of_long(talk: Talk, run: Sequence[Heard]) -> str | None:
    stretches = _corrected(talk, run)
    digits = "".join(stretches)
    if any(map(is_card, (digits, *stretches))) and not _is_secret_already(run):
        return "card"
    if _is_written_as_phone(run, digits) and not _is_secret_already(run):
        return "phone"
    if any(_is_known(one.topic) for one in run):
        return None
    is_whole = all(not talk.between(a.piece, b.piece) for a, b in pairwise(run))
    if len(digits) < (LONG if is_whole and len(stretches) == 1 else LONG_WITH_SLIPS):
        return None
    if _is_counting(digits) or all(is_year(one.piece) for one in run):
        return None
    return _kind_of_digits(run, digits)


def _is_written_as_phone(run: Sequence[Heard], digits: str) -> bool:
    """Whether it is +44 7700 900123 or 202-555-0147: nobody writes the number of an order so."""
    written = " ".join(token.written for one in run for token in one.piece.tokens)
    is_abroad = written[0] == "+" and MIN_PHONE <= len(digits) <= MAX_PHONE
    return is_abroad or (_PHONE.match(written) is not None and len(digits) == 10)


def _kind_after_another(run: Sequence[Heard], told: Mapping[Cue | None, str]) -> str | None:
    """A card, also one that a slip makes invalid, after the order number that a hint was about."""
    digits = "".join(one.piece.digits for one in run)
    topic = run[0].topic
    if topic is None or not topic.is_harmless or len(digits) < FEWEST_OF_CARD:
        return None
    before = told.get(topic.cue, "")
    is_another = bool(before) and digits[:4] not in before
    return "card" if is_another and digits[0] in _CARDS_BEGIN else None


def _corrected(talk: Talk, run: Sequence[Heard]) -> list[str]:
    """The digits of a run from one slip to the next: "four oh two sorry four oh one one"."""
    stretches = [""]
    for place, one in enumerate(run):
        if place and talk.is_corrected(run[place - 1].piece, one.piece):
            stretches.append("")
        stretches[-1] += one.piece.digits
    return stretches


def _is_known(topic: Topic | None) -> bool:
    """Whether a hint says what a long number is; a room or a price is never so long."""
    if topic is None or topic.kind == SMALL:
        return False
    return topic.is_harmless or not topic.is_weak


def _kind_of_digits(run: Sequence[Heard], digits: str) -> str:
    if run[0].group:
        return run[0].group
    if len(digits) == 9 and run[0].piece.first.text.count("-") == 2:
        return "ssn"
    return "phone" if is_phone(digits) or run[0].piece.first.text.startswith("+") else "number"


def _is_secret_already(run: Sequence[Heard]) -> bool:
    return any(one.group and one.topic is not None and not one.topic.is_weak for one in run)


def _is_counting(digits: str) -> bool:
    """Whether somebody counts: "one two three four five six seven"."""
    return digits == "".join(str(number) for number in range(1, 100))[: len(digits)]
