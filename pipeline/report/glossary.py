"""The glossary: every behaviour of the register in plain words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.behaviours.register import Behaviour

OWNERS = {
    "agent": "The agent: ranked and coached",
    "centre": "The centre: ranked, never on an agent's focus list",
    "customer": "The customer: shown beside, never ranked",
}
EXPECTED = {
    "up": "a higher NPS with more of it",
    "down": "a lower NPS with more of it",
    "none": "nothing in particular",
}
FAMILIES = {
    "timing": "Timing",
    "talking": "Talking",
    "tone_words": "Tone, from words",
    "tone_voice": "Tone, from plain sound",
    "resolution": "Resolution",
    "contact": "Contact",
}


@dataclass(frozen=True)
class Family:
    """The behaviours of one module."""

    title: str
    behaviours: tuple[Behaviour, ...]


def families(behaviours: Iterable[Behaviour]) -> tuple[Family, ...]:
    """The behaviours by family, in the register's order."""
    found: dict[str, list[Behaviour]] = {}
    for behaviour in behaviours:
        found.setdefault(behaviour.family, []).append(behaviour)
    return tuple(Family(title(name), tuple(group)) for name, group in found.items())


def title(family: str) -> str:
    """A family's name as a heading."""
    return FAMILIES.get(family, family.replace("_", " ").capitalize())


def limits(behaviour: Behaviour) -> list[str]:
    """Where a behaviour is unknown or not ranked."""
    found = []
    if behaviour.sided:
        found.append("Unknown in a mono recording.")
    if behaviour.from_words:
        found.append("From the words: unknown where the call is not eligible.")
    if behaviour.owner != "customer" and not behaviour.ranked:
        found.append("Shown, not ranked: it overlaps with a ranked behaviour.")
    return found


def prose(text: str) -> Markup:
    """A docstring as HTML: paragraphs at blank lines, code between backticks; all else is text."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(_coded(p)) for p in paragraphs)


def _coded(text: str) -> Markup:
    pieces = re.split(r"`+([^`]+)`+", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if i % 2 else escape(piece)
        for i, piece in enumerate(pieces)
    )
