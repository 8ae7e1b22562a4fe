"""Habits of speech: contractions, hesitations, repetitions, words that lead in or trail off."""

import re
from collections.abc import Mapping

from models.speech.language.entries import entries
from models.speech.language.figures import Random, between, pick

CONTRACTIONS: Mapping[str, str] = {
    "I am": "I'm", "I will": "I'll", "I have": "I've", "I would": "I'd",
    "you are": "you're", "you will": "you'll", "you have": "you've", "you would": "you'd",
    "we are": "we're", "we will": "we'll", "we have": "we've", "we would": "we'd",
    "they are": "they're", "they will": "they'll", "they have": "they've",
    "he is": "he's", "he will": "he'll", "she is": "she's", "she will": "she'll",
    "it is": "it's", "it will": "it'll", "that is": "that's", "that will": "that'll",
    "there is": "there's", "here is": "here's", "what is": "what's", "where is": "where's",
    "who is": "who's", "how is": "how's", "when is": "when's", "let us": "let's",
    "is not": "isn't", "are not": "aren't", "was not": "wasn't", "were not": "weren't",
    "do not": "don't", "does not": "doesn't", "did not": "didn't", "will not": "won't",
    "has not": "hasn't", "have not": "haven't", "had not": "hadn't", "cannot": "can't",
    "could not": "couldn't", "would not": "wouldn't", "should not": "shouldn't",
}  # fmt: skip

HESITATIONS = ("um", "uh", "er", "um", "uh", "ah", "you know", "I mean", "like")
JOINTS = (", and ", ", and ", ", but ", ", so ", " and ", ", because ", ", and then ")

_AFTER_PREPOSITION = r"(?<!on )(?<!of )(?<!for )(?<!with )"
"""The interest on that | is high."""

_PARTICIPLE = (
    r"(?= (?:\w+ed|been|had|got|never|always|already|just|found|sent|lost|paid|made|spoken|gone|"
    r"heard|told|written)\b)"
)
"""I have | found it, but not: I have | a question."""

_LONG_FORM = re.compile(
    rf"{_AFTER_PREPOSITION}\b("
    + "|".join(long + _PARTICIPLE * long.endswith(" have") for long in CONTRACTIONS)
    + r")(?= [a-z])"
)


def contract(text: str) -> str:
    """The text with short forms, "I'm" for "I am", where people shorten them."""
    return _LONG_FORM.sub(lambda found: CONTRACTIONS[found[1]], text)


def hesitate(text: str, rng: Random) -> str:
    """A hesitation before some word."""
    words = text.split(" ")
    place = between(rng, 0, len(words) - 1)
    if place and words[place - 1][-1].isalpha():
        words[place - 1] += ","
    words.insert(place, pick(rng, HESITATIONS) + ",")
    return " ".join(words)


def repeat(text: str, rng: Random) -> str:
    """One to three words begun twice: "can you can you check"; the text as it is if cut there."""
    words = text.split(" ")
    length = between(rng, 1, 3)
    place = between(rng, 0, max(0, len(words) - length - 1))
    span = words[place : place + length]
    if not all(word.replace("'", "").isalpha() for word in span):
        return text
    return " ".join([*words[:place], *span, *words[place:]])


def lead_in(text: str, rng: Random, *, side: str) -> str:
    """The text after a word or two that open a turn."""
    return f"{pick(rng, entries()[f'{side}_opener'])} {text}"


def trail_off(text: str, rng: Random) -> str:
    """The text with a phrase at its end, if it is a statement."""
    if not text.endswith("."):
        return text
    return f"{text[:-1]} {pick(rng, entries()['tail'])}."


def join(first: str, second: str, rng: Random) -> str:
    """Two statements run together."""
    return f"{first[:-1]}{pick(rng, JOINTS)}{second}"
