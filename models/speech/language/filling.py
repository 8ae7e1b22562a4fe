"""Slots filled, articles and capitals set right."""

import re
from collections.abc import Mapping
from functools import cache

from models.speech.language.entries import entries
from models.speech.language.figures import MAKERS, Random, pick

ALIASES: Mapping[str, str] = {
    "agent": "first_name",
    "customer": "first_name",
    "colleague": "first_name",
    "stranger": "surname",
}
"""Slots that share a list but are different people within a call."""

SECTOR_SLOTS = frozenset(("product", "fault", "fix"))
"""Slots filled from the lexicon of the kind of business: `telecom_product` for "product"."""


_SLOT = re.compile(r"\{(\w+)\}")
_START = re.compile(r"(^|[.?!] )([a-z])")
_SOUNDS_LIKE_CONSONANT = re.compile(r"(uni|use|usu|uti|euro|one\b|once\b)", re.IGNORECASE)
_SOUNDS_LIKE_VOWEL = re.compile(r"([aeio]|u(?!ni|s[eu]|ti)|hour|honest)", re.IGNORECASE)


@cache
def parts(template: str) -> tuple[str, ...]:
    """The template cut at its slots: text, slot, text, …, text."""
    return tuple(_SLOT.split(template))


def fill(template: str, rng: Random, known: Mapping[str, str]) -> str:
    """Fill the slots, a value from `known` before a random one.

    `known` names at least the sector where the template has a slot that depends on it.

    "a" becomes "an" before a vowel. Raises KeyError for a slot that nothing fills.
    """
    pieces = parts(template)
    text = pieces[0]
    for slot, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        value = known.get(slot) or _draw(slot, rng, known)
        text = f"{_with_article(text, value)}{value}{rest}"
    return text


def capitalise(text: str) -> str:
    """A capital at the start of every sentence."""
    return _START.sub(lambda found: found[1] + found[2].upper(), text)


def _draw(slot: str, rng: Random, known: Mapping[str, str]) -> str:
    if slot in MAKERS:
        return MAKERS[slot](rng)
    if slot in SECTOR_SLOTS:
        slot = f"{known['sector']}_{slot}"
    return fill(pick(rng, entries()[ALIASES.get(slot, slot)]), rng, known)


def _with_article(text: str, value: str) -> str:
    if not (text.endswith(" a ") or text == "a "):
        return text
    if _SOUNDS_LIKE_CONSONANT.match(value) or not _SOUNDS_LIKE_VOWEL.match(value):
        return text
    return f"{text[:-1]}n "
