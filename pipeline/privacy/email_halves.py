"""E-mail addresses told in two halves: "what's before the at?" … "and behind it?"."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import Cue
from pipeline.privacy.shapes import Shape

_REACH = 20
"""Words of either side after a question in which its answer stands."""

_TOGETHER = 60
"""Words after the first half within which "and after it?" asks for the second one."""

_INTERRUPTION = 4
"""Words of the other side after which this side tells something else."""

_LEAD = "(?:[spv]|w(?=s))*"
_ANSWER = re.compile(f"{_LEAD}((?!l(?![wludjHTtp]))(?:lpp?[wlHTt]|[wludjHTt]){{1,14}})")
"""What is told, in the letters of `pipeline.privacy.email`, after "sure, that would be"."""

_HOST = re.compile(f"{_LEAD}A?((?:[wlujt]|d)*d[Tt]+|H(?:dT)*)")
"""The same for a host alone: it says that it is one."""


def email_halves(
    conversation: Conversation, said: Sequence[Cue], shape_of: Callable[[Sequence[Token]], Shape]
) -> Iterator[int]:
    """Positions of the answers to questions for one half of an address.

    `said` are the cues of e-mail addresses in order; `shape_of` reads words as letters.
    """
    told = asked = -2 * _TOGETHER
    for cue in said:
        if cue.kind == "email_host":
            is_halved = 0 <= cue.first - asked <= _TOGETHER
            if is_halved or 0 <= cue.first - told <= _TOGETHER:
                pattern = _ANSWER if is_halved else _HOST
                yield from _answer(conversation, cue, pattern, shape_of)
        else:
            told = cue.last
        if cue.kind == "email_who":
            asked = cue.last
            yield from _answer(conversation, cue, _ANSWER, shape_of)


def _answer(
    conversation: Conversation,
    cue: Cue,
    pattern: re.Pattern[str],
    shape_of: Callable[[Sequence[Token]], Shape],
) -> Iterator[int]:
    """What the other side says next, or the same side when it goes on."""
    for side, tokens in conversation.sides.items():
        begin = bisect_right(tokens, cue.last, key=lambda token: token.position)
        ahead = _turn(tokens[begin : begin + _REACH], cue.last)
        shape = shape_of(ahead)
        is_answer = side != cue.side or (cue.kind == "email_who" and _goes_on(ahead, cue))
        match = (pattern if is_answer else _HOST).match(shape.letters)
        if match and (is_answer or ahead[0].position == cue.last + 1):
            yield from (token.position for token in shape.tokens[match.start(1) : match.end(1)])


def _goes_on(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether the half follows that was named: "before the at it's maria"."""
    is_next = bool(tokens) and tokens[0].position == cue.last + 1
    return is_next and tokens[0].text in {"it's", "is", "that's", "it", "i"}


def _turn(tokens: Sequence[Token], last: int) -> Sequence[Token]:
    """The words up to where the other side has said much in between."""
    for count, token in enumerate(tokens):
        if token.position - last > _INTERRUPTION + 1 and (count or token.position - last > _REACH):
            return tokens[:count]
        last = token.position
    return tokens
