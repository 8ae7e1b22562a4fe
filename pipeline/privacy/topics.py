"""What each piece of a number is about: the hint that holds where it is said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from pipeline.privacy.conversation import Conversation
from pipeline.privacy.digits import LETTERS
from pipeline.privacy.number_cues import GENERIC, HARMLESS, NEXT, PARTIAL, SMALL, Cue
from pipeline.privacy.phrases import words_of
from pipeline.privacy.pieces import Piece

BESIDE = frozenset((NEXT, SMALL))
"""Hints that hold only for the number right after them."""

PAYMENT = frozenset(("card", "cvv", "expiry"))
_SLIPS = frozenset(("no", "sorry", "wait", "mean", "rather", "actually", "correction"))
_NAMING = frozenset(("card", "account", "phone", "ssn", "iban"))

WINDOW = 30
"""Words that say something from a hint, or the last piece that it held for, to the next."""
PAYMENT_WINDOW = 60
"""The same once a card was asked for or told: its parts are far apart."""
WEAK_WINDOW = 10
HARMLESS_WINDOW = 25
HARMLESS_AFTER_WINDOW = 8
GENERIC_WINDOW = 6
SMALL_DIGITS = 6
"""No room, price or page has more."""

NAMED_BEFORE = 20
"""Words before "ending in" among which what ends so was named."""


@dataclass(frozen=True)
class Topic:
    """What a piece is about; `distance` in words that say something since the hint."""

    kind: str
    is_weak: bool
    cue: Cue | None
    distance: int

    @property
    def is_harmless(self) -> bool:
        """Whether it is known to be no secret."""
        return self.kind in {HARMLESS, NEXT, SMALL, GENERIC}


class Talk:
    """How many words that say something stand before each position of a conversation.

    Numbers, letters and fillers say nothing: a long number with "mm-hm" in between takes no room.
    """

    def __init__(self, conversation: Conversation, pieces: Sequence[Piece]) -> None:
        silent = {token.position for piece in pieces for token in piece.tokens}
        fillers = words_of("en/fillers.txt")
        says = (
            token.position not in silent
            and token.text not in fillers
            and (token.text not in LETTERS or token.text in {"a", "i"})
            for token in conversation.tokens
        )
        self._before = list(accumulate(says, initial=0))
        self._tokens = conversation.tokens

    def at(self, position: int) -> int:
        """Words that say something before a position."""
        return self._before[position]

    def between(self, before: Piece, after: Piece) -> int:
        """Words that say something from one piece to the next."""
        return self.at(after.first.position) - self.at(before.last.position)

    def is_corrected(self, before: Piece, after: Piece) -> bool:
        """Whether the side that goes on says that what it told was wrong."""
        between = self._tokens[before.last.position + 1 : after.first.position]
        return any(one.side == after.first.side and one.text in _SLIPS for one in between)


class _State(NamedTuple):
    cue: Cue | None = None
    since: int = 0
    window: int = 0
    payment: int = -PAYMENT_WINDOW - 1
    named: Cue | None = None
    next_to: Cue | None = None
    last: Piece | None = None
    last_topic: Topic | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the hint that holds had its number."""
        return self.last_topic is not None and self.last_topic.cue is self.cue


def topics(
    talk: Talk, pieces: Sequence[Piece], plain: Sequence[bool], cues: Sequence[Cue]
) -> list[Topic | None]:
    """For each piece, by position, what it is about; None where nothing was said."""
    state = _State()
    found: list[Topic | None] = []
    following = iter(cues)
    cue = next(following, None)
    for piece, is_plain in zip(pieces, plain, strict=True):
        while cue is not None and cue.position < piece.last.position:
            state = _heard(state, cue, talk)
            cue = next(following, None)
        topic = _topic(state, piece, talk)
        found.append(topic)
        if not is_plain:
            state = _told(state, piece, topic, talk)
    return found


def _heard(state: _State, cue: Cue, talk: Talk) -> _State:
    at = talk.at(cue.position)
    if cue.kind in BESIDE:
        return state._replace(next_to=cue)
    if cue.kind == PARTIAL:
        return _with_cue(state, _partial(state, cue, talk), at)
    if cue.kind == GENERIC and (at - state.payment <= WINDOW or _is_fresh(state, at)):
        return state
    if cue.is_weak and cue.is_secret:
        return _hinted(state, cue, at)
    if cue.is_weak and cue.kind == HARMLESS and _is_alive(state, at):
        return state
    if cue.kind != "number":
        state = state._replace(named=cue)
    elif at - state.payment <= PAYMENT_WINDOW:
        cue = replace(cue, kind="cvv")
    return _with_cue(state, cue, at)


def _hinted(state: _State, cue: Cue, at: int) -> _State:
    """After a weak hint: it takes the place of nothing but a hint that was long ago."""
    before = state.cue
    if before is not None and before.kind == HARMLESS and state.is_answered:
        before = None
    if before is not None and before.is_partial and before.kind == "number" != cue.kind:
        partial = replace(before, kind=cue.kind)
        return _with_cue(state._replace(named=cue), partial, at)
    if cue.kind in _NAMING:
        state = state._replace(named=cue)
    if before is not None and not before.is_weak and at - state.since <= WEAK_WINDOW:
        return state
    if cue.kind in PAYMENT and at - state.payment <= WINDOW:
        return _with_cue(state, replace(cue, is_weak=False), at)
    if cue.kind == "expiry" or (cue.kind == "number" and _is_alive(state, at)):
        return state
    return _with_cue(state, cue, at)


def _is_alive(state: _State, at: int) -> bool:
    """Whether a secret was asked for or told not long ago."""
    cue = state.cue
    return cue is not None and cue.is_secret and not cue.is_weak and at - state.since <= WINDOW


def _is_fresh(state: _State, at: int) -> bool:
    cue = state.cue
    return cue is not None and not cue.is_weak and at - state.since <= GENERIC_WINDOW


def _with_cue(state: _State, cue: Cue, at: int) -> _State:
    payment = at if cue.kind in PAYMENT and not cue.is_weak else state.payment
    return state._replace(cue=cue, since=at, window=_window(cue), payment=payment, next_to=None)


def _window(cue: Cue) -> int:
    if cue.is_weak and not cue.is_secret:
        return GENERIC_WINDOW
    if cue.kind == HARMLESS:
        return HARMLESS_WINDOW
    return WEAK_WINDOW if cue.is_weak else WINDOW


def _partial(state: _State, cue: Cue, talk: Talk) -> Cue:
    """What "ending in" is about: what was named before it, else a number of unknown purpose."""
    named = state.named
    if named is None or talk.at(cue.position) - talk.at(named.position) > NAMED_BEFORE:
        return replace(cue, kind="number", is_partial=True)
    kind = HARMLESS if named.kind == GENERIC else named.kind
    return replace(cue, kind=kind, is_partial=True)


def _topic(state: _State, piece: Piece, talk: Talk) -> Topic | None:
    at = talk.at(piece.first.position)
    beside = _beside(state, piece, talk)
    if beside is not None:
        return beside
    cue = state.cue
    if cue is not None and at - state.since <= state.window:
        return Topic(cue.kind, cue.is_weak, cue, at - state.since)
    if at - state.payment <= PAYMENT_WINDOW:
        return Topic("card", False, None, at - state.payment)
    return None


def _beside(state: _State, piece: Piece, talk: Talk) -> Topic | None:
    """A harmless hint right before the piece, or before the one that it goes on from."""
    cue = state.next_to
    if cue is not None and cue.kind == SMALL and len(piece.digits) > SMALL_DIGITS:
        cue = None
    if cue is not None and cue.side == piece.first.side and 0 <= piece.first.index - cue.last <= 4:
        newer = state.cue is not None and state.cue.position > cue.position
        if not newer and talk.at(piece.first.position) - talk.at(cue.position) <= 1:
            return Topic(cue.kind, False, cue, 0)
    last = state.last
    if last is None or state.last_topic is None or state.last_topic.kind not in BESIDE:
        return None
    newer = state.cue is not None and state.cue.position > last.last.position
    return None if newer or talk.between(last, piece) else state.last_topic


def _told(state: _State, piece: Piece, topic: Topic | None, talk: Talk) -> _State:
    state = state._replace(last=piece, last_topic=topic)
    if topic is None or topic.kind in BESIDE:
        return state
    at = talk.at(piece.last.position)
    if topic.kind in PAYMENT and not topic.is_weak:
        state = state._replace(payment=at)
    if topic.cue is not state.cue:
        return state
    window = HARMLESS_AFTER_WINDOW if topic.is_harmless else state.window
    return state._replace(since=at, window=window)


def uncovered(pieces: Sequence[Piece], cues: Sequence[Cue]) -> Iterator[Piece]:
    """The pieces that are not themselves words of a hint, such as the four of "last four"."""
    covered = {
        (cue.side, index)
        for cue in cues
        if cue.kind not in {GENERIC, *BESIDE}
        for index in range(cue.first, cue.last + 1)
    }
    for piece in pieces:
        is_long = len(piece.tokens) > 1 or len(piece.digits) > 2
        if is_long or (piece.first.side, piece.first.index) not in covered:
            yield piece
