"""Single sentences: made from a template and said with a speaker's habits, or of random words."""

from bisect import bisect
from functools import cache
from itertools import accumulate

from models.speech.language.figures import Random, pick
from models.speech.language.filling import capitalise, fill
from models.speech.language.habits import contract, hesitate, join, lead_in, repeat, trail_off
from models.speech.language.sections import (
    GENERAL,
    Key,
    Section,
    options,
    sections,
    sectors,
)
from models.speech.language.vocabulary import spellings, vocabulary

LONGEST_WORDS = 22
"""Longer sentences do not fit a training window with its margins."""

FEWEST_FOR_HABITS = 5
"""Shorter sentences are said as they are, but for contractions."""

FIGURES = ("give_number", "give_name", "give_address", "give_birthday", "give_contact")
FIGURES_BOOST = 3
"""How much oftener the sections of names and spelt-out numbers are drawn than their size says:
digits are easily taken for one another, and there are few templates of them."""


def sentence(rng: Random, *, scoring: bool = False) -> str:
    """A sentence of some 9 words (1–22), cased and punctuated, its numbers in words.

    With `scoring` it comes from the templates that training never sees.
    """
    while True:
        text = _sentence(rng, scoring)
        if len(text.split()) <= LONGEST_WORDS:
            return text


def words(rng: Random, count: int) -> str:
    """`count` words drawn evenly from the whole vocabulary, written as a sentence."""
    spelling = spellings()
    chosen = [spelling[pick(rng, vocabulary())] for _ in range(count)]
    text = " ".join(chosen)
    return f"{text[0].upper()}{text[1:]}."


def said(text: str, rng: Random, *, side: str) -> str:
    """A filled template as somebody says it: shortened, led in, hesitating; with its capitals."""
    if rng.random() < 0.65:
        text = contract(text)
    if len(text.split()) < FEWEST_FOR_HABITS:
        return capitalise(text)
    if rng.random() < 0.12:
        text = lead_in(text, rng, side=side)
    if rng.random() < 0.05:
        text = trail_off(text, rng)
    if rng.random() < (0.09 if side == "customer" else 0.05):
        text = hesitate(text, rng)
    if rng.random() < 0.04:
        text = repeat(text, rng)
    return capitalise(text)


def _sentence(rng: Random, scoring: bool) -> str:
    section = _draw_section(rng, scoring)
    key = section.key
    sector = pick(rng, sectors()) if key.sector == GENERAL else key.sector
    text = _filled(section, rng, sector, scoring)
    if text.endswith(".") and rng.random() < 0.07:
        text = _run_on(text, rng, key.side, sector, scoring)
    return said(text, rng, side=key.side)


def _run_on(text: str, rng: Random, side: str, sector: str, scoring: bool) -> str:
    """The statement run on into another that this side may make."""
    function = pick(rng, ("detail", "story") if side == "customer" else ("fact", "promise"))
    found = options(Key(side, function, sector), scoring=scoring)
    second = fill(pick(rng, found), rng, {"sector": sector})
    return join(text, second, rng)


def _filled(section: Section, rng: Random, sector: str, scoring: bool) -> str:
    templates = section.scoring if scoring else section.training
    return fill(pick(rng, templates), rng, {"sector": sector})


def _draw_section(rng: Random, scoring: bool) -> Section:
    found, totals = _weighted(scoring)
    return found[bisect(totals, rng.random() * totals[-1])]


@cache
def _weighted(scoring: bool) -> tuple[tuple[Section, ...], tuple[int, ...]]:
    """The sections that have templates for this use, and their running total of weights."""
    found = tuple(
        section
        for section in sections().values()
        if (section.scoring and not section.stock if scoring else section.training)
    )
    return found, tuple(accumulate(_weight(section, scoring) for section in found))


def _weight(section: Section, scoring: bool) -> int:
    count = len(section.scoring if scoring else section.training)
    return count * (FIGURES_BOOST if section.key.function in FIGURES else 1)
