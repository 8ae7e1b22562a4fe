"""The names that the call log has for the people of a call, wherever they are said or spelled.

Each part of a name ("Maria", "Gonzalez", "Lopez") is found as written, without accents, as a
possessive, as a recogniser mishears it (one letter off, or sounding alike) and letter by letter.
A part that is a word as well ("Will", "Grace") is a name only where something else says so.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import words
from pipeline.privacy.misheard import plain
from pipeline.privacy.name_hints import Hints
from pipeline.privacy.name_parts import BETWEEN_PARTS, Parts, everyday, parts_of
from pipeline.privacy.spelled_names import spelled

KIND = "name"

_SPELLED_NEAR = 8
_PARTICLES = 3
"""Words between two parts of a name at most: "van der"."""


def find_names(conversation: Conversation) -> dict[int, str]:
    """Every word that is, or spells, a part of the names in `conversation.names`.

    Titles and particles ("de", "van") are left, unless a particle stands between two parts, and so
    are initials.
    """
    parts = parts_of(conversation.names)
    if not parts.all:
        return {}
    kinds = {text: _kind(text, parts) for text in {token.text for token in conversation.tokens}}
    sure = {
        token.position
        for token in conversation.tokens
        if kinds[token.text] == "sure" and not _is_alphabet(conversation, token)
    }
    unsure = [token for token in conversation.tokens if kinds[token.text] == "unsure"]
    found = set(sure)
    letters = {
        position
        for tokens in conversation.sides.values()
        for position in spelled(tokens, parts.all)
    }
    found |= letters
    found.update(_beside_spelling(unsure, letters))
    found.update(_supported(conversation, unsure, found, parts))
    found.update(list(_misheard(conversation, found, parts)))
    found.update(list(_joined(conversation, found)))
    return dict.fromkeys(sorted(found), KIND)


def _kind(text: str, parts: Parts) -> str:
    """Whether a word is surely a part of a name ("sure"), perhaps one ("unsure"), or none ("")."""
    if text in everyday() and text not in parts.all:
        return ""
    folded = plain(text)
    forms = {folded, *_without_possessive(folded)}
    pieces = [piece for form in forms for piece in BETWEEN_PARTS.split(form) if piece]
    if any(piece in parts.all for piece in pieces):
        return "unsure" if all(_is_everyday(piece, parts) for piece in pieces) else "sure"
    return "sure" if any(parts.resembles(form) for form in forms) else ""


def _is_everyday(piece: str, parts: Parts) -> bool:
    return piece in parts.everyday or piece not in parts.all


def _is_alphabet(conversation: Conversation, token: Token) -> bool:
    """Whether it only explains a letter: "p for peter"."""
    before = [
        one.text for one in conversation.sides[token.side][max(0, token.index - 3) : token.index]
    ]
    return any(
        before[-len(glue) - 1 :] == [token.text[:1], *glue] for glue in (["for"], ["as", "in"])
    )


def _without_possessive(text: str) -> Iterator[str]:
    for ending in ("'s", "s'", "s", "'"):
        if text.endswith(ending):
            yield text.removesuffix(ending)


def _beside_spelling(unsure: Sequence[Token], letters: Collection[int]) -> Iterator[int]:
    """Parts that are everyday words, shortly before or after one is spelled: "Young with a y"."""
    for token in unsure:
        near = range(token.position - _SPELLED_NEAR, token.position + _SPELLED_NEAR + 1)
        if token.text not in words("question_words") and any(one in letters for one in near):
            yield token.position


def _supported(
    conversation: Conversation, unsure: Sequence[Token], sure: Collection[int], parts: Parts
) -> set[int]:
    """Parts that are everyday words, where a neighbour, a capital or a cue makes them a name."""
    known = set(sure)
    if unsure:
        hints = Hints.of(conversation, parts)
        for token in (*unsure, *reversed(unsure)):
            if hints.make_a_name(token, known):
                known.add(token.position)
    return known


def _neighbours(conversation: Conversation, token: Token) -> tuple[Token | None, Token | None]:
    said = conversation.sides[token.side]
    before = said[token.index - 1] if token.index else None
    after = said[token.index + 1] if token.index + 1 < len(said) else None
    return before, after


def _misheard(conversation: Conversation, found: Collection[int], parts: Parts) -> Iterator[int]:
    """Everyday words beside a found part that another one may have been misheard as."""
    misheard = _hearable()
    for position in found:
        for one in _neighbours(conversation, conversation.tokens[position]):
            if one is not None and one.text in misheard and parts.resembles(one.text):
                yield one.position


@cache
def _hearable() -> frozenset[str]:
    return words("common_words") - words("function_words", "name_openers", "name_adjectives")


def _joined(conversation: Conversation, found: Collection[int]) -> Iterator[int]:
    """Particles and single letters between two found parts, and "o" or "mc" right before one."""
    particles = words("name_particles")
    for position in found:
        token = conversation.tokens[position]
        between: list[int] = []
        for before in reversed(conversation.sides[token.side][: token.index][-_PARTICLES - 1 :]):
            if before.position in found:
                yield from between
                break
            if not between and before.text in {"o", "mc", "mac", "d"}:
                yield before.position
            if before.text not in particles and len(before.text) > 1:
                break
            between.append(before.position)
