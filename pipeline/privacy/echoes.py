"""What the call repeats of a secret that was found: read back, corrected, spelled again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import words

_REACH = 80
"""Words of either side after a secret's last word, in which it is read back."""

_LONGEST = 40
"""Words of one secret: where more follow each other they are several, or the search takes long."""

_SHORT = 3
"""Letters up to which a rare word alone repeats nothing: "lee" does in "lee ninety nine" only."""


@dataclass(frozen=True)
class _Secret:
    """Its words with their places in it, and from which position on it can be repeated."""

    places: dict[str, frozenset[int]]
    start: int
    end: int


def echoes(conversation: Conversation, found: Collection[int]) -> set[int]:
    """Positions that repeat words of the secrets at the positions `found`, these not included.

    A repetition is words in the secret's order, at least one of them no everyday word, a single one
    only if it has four letters; or three numbers and letters in a row.
    """
    more: set[int] = set()
    for secret in _secrets(conversation, found):
        ahead = conversation.tokens[secret.start : secret.end + _REACH]
        for side in conversation.sides:
            more |= _repeated([token for token in ahead if token.side == side], secret)
    return more.difference(found)


def _secrets(conversation: Conversation, found: Collection[int]) -> list[_Secret]:
    """The marked words of each side, cut where more than five others lie between, or at 40."""
    secrets: list[_Secret] = []
    for tokens in conversation.sides.values():
        group: list[Token] = []
        for token in (one for one in tokens if one.position in found):
            if group and (token.index - group[-1].index > 6 or len(group) == _LONGEST):
                secrets.append(_secret(group))
                group = []
            group.append(token)
        if group:
            secrets.append(_secret(group))
    return secrets


def _secret(tokens: Sequence[Token]) -> _Secret:
    places: dict[str, set[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token.text, set()).add(place)
    frozen = {text: frozenset(where) for text, where in places.items() if text}
    return _Secret(frozen, tokens[0].position, tokens[-1].position)


def _repeated(tokens: Sequence[Token], secret: _Secret) -> set[int]:
    repeated: set[int] = set()
    run: list[Token] = []
    places: frozenset[int] = frozenset()
    for token in tokens:
        here = secret.places.get(token.text, frozenset())
        following = here & {place + 1 for place in places}
        if run and not following:
            repeated |= _told(run)
            run = []
        if here:
            run.append(token)
            places = following or here
        elif run:
            repeated |= _told(run)
            run = []
    return repeated | _told(run)


def _told(run: Sequence[Token]) -> set[int]:
    everyday = words("common_words", "function_words")
    rare = [token for token in run if len(token.text) > 1 and token.text not in everyday]
    letters = [token for token in run if len(token.text) == 1 or token.text.isdigit()]
    is_alone = len(run) == 1 and len(run[0].text) <= _SHORT
    if (rare and not is_alone) or len(letters) > 2:
        return {token.position for token in run}
    return set()
