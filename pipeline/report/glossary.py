"""The glossary: every behaviour of the register in plain words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.behaviours.register import Behaviour

OWNERS = {
    "agent": "The agent: coached where it is ranked",
    "centre": "The centre: never on an agent’s focus list",
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
    "tone": "Tone, from words",
    "tone_voice": "Voice, plain measures",
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
    """Where a behaviour is unknown, told by something else than the call, or not ranked."""
    said = [
        (behaviour.measure_log is not None, "Worked out over the whole call log: one call alone "
         "does not tell it."),
        (behaviour.from_log and behaviour.measure_log is None, "Told by the call log, whatever the "
         "recording is like; unknown where the log does not have it."),
        (behaviour.window_days is not None, f"Looks {behaviour.window_days} days ahead: unknown "
         "until they have passed, and left out beside a survey that was answered earlier."),
        (behaviour.from_words, "From the words: unknown with too few of them, in a transcript too "
         "doubtful to rely on, and in a language without a word pack."),
        (behaviour.from_sound, "From the times of speech: unknown on a line too poor to tell "
         "speech from noise, and in a transcript without times of its words."),
        (behaviour.two_channels, "Unknown in a mono recording: of two who speak at once one is "
         "heard."),
        (behaviour.sided, "Unknown where it is not known, or doubtful, which side is the agent."),
        (behaviour.owner != "customer" and not behaviour.ranked, "Shown, not ranked: it overlaps "
         "with a ranked behaviour."),
    ]  # fmt: skip
    return [words for applies, words in said if applies]


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
