"""Every word that can be said, computed from the lexicon, the templates and the number makers."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from models.speech.language.entries import entries
from models.speech.language.figures import WORDS
from models.speech.language.filling import parts
from models.speech.language.habits import CONTRACTIONS, HESITATIONS
from models.speech.language.sections import all_templates

_WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def spoken_words(text: str) -> list[str]:
    """The words of `text`, lower case, without punctuation but apostrophes."""
    return _WORD.findall(text.lower())


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word that can occur, lower case, sorted."""
    return tuple(sorted(spellings()))


@cache
def spellings() -> Mapping[str, str]:
    """How each word of the vocabulary is written inside a sentence: i → I, london → London.

    A word that is also an ordinary one ("mark", "may") is written with a small letter.
    """
    found: dict[str, str] = {}
    for text in _texts():
        for word in _WORD.findall(text):
            key = word.lower()
            if key not in found or word == key:
                found[key] = word
    return found


def _texts() -> Iterable[str]:
    """All that may be said, slots cut out."""
    for template in (*all_templates(), *(entry for slot in entries().values() for entry in slot)):
        yield from parts(template)[::2]
    yield from (*WORDS, *HESITATIONS, *CONTRACTIONS.values())
