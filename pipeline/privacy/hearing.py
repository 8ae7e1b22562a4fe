"""Each piece of a number with what is known of it: its topic, and whether it is plain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.digits import SOUND_ALIKE, atoms_of
from pipeline.privacy.number_cues import PARTIAL, Cue
from pipeline.privacy.phrases import words_of
from pipeline.privacy.pieces import Piece, ends_sentence
from pipeline.privacy.readings import (
    is_clock_or_price,
    is_counted,
    is_month_and_year,
    is_plain,
    is_value,
    is_year,
)
from pipeline.privacy.topics import BESIDE, PAYMENT, Talk, Topic, topics

ANSWER_WORDS = 6
"""The longest answer with misheard digits in it: "four or of three"."""

NEAR_WORDS = 4
"""A hint so near before a number holds even when another one follows it."""

ENDING_DIGITS, CODE_DIGITS = 4, 8
"""Of a card that is called by its last digits; the most of a code that is sent."""

HINT_WORDS = 5
"""So soon after a number, and after its "is", a hint is about it."""

SPELLED_WORDS = 6
"""Words in a number that say something, such as the name in "h for harry"."""

_AFTER = frozenset(
    ("is", "was", "are", "were", "that's", "it's", "that", "those", "being", "as", "for", "on")
)  # fmt: skip
_OF_DAYS = frozenset(("on", "by", "since", "from", "in", "before", "after"))


@dataclass(frozen=True)
class Heard:
    """A piece with what it is about, whether it is plainly no secret, whether it is all that is
    said in its place, and whether "on", "by" or the like before it makes a month a day; and
    whether digits are most of what is said in its place, the others being digits misheard.
    """

    piece: Piece
    topic: Topic | None
    is_plain: bool
    is_answer: bool
    is_dated: bool
    is_mostly_digits: bool

    @property
    def group(self) -> str:
        """Pieces of one group can be parts of one number."""
        if self.topic is None or self.topic.is_harmless:
            return ""
        return "card" if self.topic.kind in PAYMENT else self.topic.kind


def heard_pieces(
    conversation: Conversation, talk: Talk, pieces: Sequence[Piece], hints: Sequence[Cue]
) -> list[Heard]:
    """All pieces by position, with their topics after these hints."""
    ends = {(cue.side, cue.last) for cue in hints if cue.is_secret or cue.kind == PARTIAL}
    sides = conversation.sides
    plain = []
    for piece in pieces:
        side = sides[piece.first.side]
        plain.append(is_plain(piece, side, is_announced=_is_announced(piece, side, ends)))
    after = _with_hints_after(conversation, talk, pieces, topics(talk, pieces, plain, hints), hints)
    return [
        Heard(
            piece,
            topic,
            is_known and not _is_told_so(topic, piece, sides[piece.first.side]),
            _is_answer(piece, sides[piece.first.side]),
            _is_dated(piece, sides[piece.first.side]),
            topic is not None and _is_mostly_digits(piece, sides[piece.first.side]),
        )
        for piece, topic, is_known in zip(pieces, after, plain, strict=True)
    ]


def _is_announced(piece: Piece, side: Sequence[Token], ends: Collection[tuple[str, int]]) -> bool:
    """Whether a hint ends right before a piece, or before its "in": "account ending in"."""
    before = piece.first.index - 1
    if before > 0 and side[before].text in {"in", "with"}:
        return (piece.first.side, before) in ends or (piece.first.side, before - 1) in ends
    return (piece.first.side, before) in ends


def _is_told_so(topic: Topic | None, piece: Piece, side: Sequence[Token]) -> bool:
    """Whether what looks like a time or a year is when a card ends, or "2015 is my PIN"."""
    if topic is None or is_counted(piece, side):
        return False
    is_after = topic.cue is not None and topic.cue.position > piece.last.position
    return topic.kind == "expiry" or (is_after and topic.kind in {"cvv", "number"})


def _with_hints_after(
    conversation: Conversation,
    talk: Talk,
    pieces: Sequence[Piece],
    found: Sequence[Topic | None],
    hints: Sequence[Cue],
) -> list[Topic | None]:
    """What a piece is said to be right after it: "four four one two is my order number".

    It holds for the pieces that it goes on from, too.
    """
    starts = {(cue.side, cue.first): cue for cue in sorted(hints, key=_is_weak, reverse=True)}
    result = list(found)
    for place in range(len(pieces) - 1, -1, -1):
        piece, topic = pieces[place], found[place]
        if topic is not None and topic.distance <= NEAR_WORDS and not topic.is_weak:
            continue
        cue = _hint_after(conversation.sides[piece.first.side], piece, starts)
        if cue is not None:
            result[place] = Topic(cue.kind, cue.is_weak and cue.kind == "cvv", cue, 0)
        elif place + 1 < len(pieces) and result[place + 1] is not found[place + 1]:
            following = pieces[place + 1]
            if talk.between(piece, following) <= SPELLED_WORDS:
                result[place] = result[place + 1]
    return result


def _is_weak(cue: Cue) -> bool:
    return cue.is_weak


def _hint_after(
    side: Sequence[Token], piece: Piece, starts: Mapping[tuple[str, int], Cue]
) -> Cue | None:
    start = piece.last.index + 1
    if ends_sentence(piece.last):
        return None
    overlapping = starts.get((piece.first.side, piece.last.index))
    is_longer = overlapping is not None and overlapping.last >= start
    if overlapping is not None and is_longer and _needs_no_verb(piece, overlapping, 0):
        return overlapping
    has_verb = False
    for index in range(start, min(start + 2 * HINT_WORDS, len(side))):
        has_verb = has_verb or side[index].text in _AFTER
        if not has_verb and index >= start + HINT_WORDS:
            return None
        cue = starts.get((piece.first.side, index))
        if cue is not None and _is_about(cue, piece, index - start, has_verb=has_verb):
            return cue
        if ends_sentence(side[index]):
            return None
    return None


def _is_about(cue: Cue, piece: Piece, skipped: int, *, has_verb: bool) -> bool:
    """Whether a hint, `skipped` words after a piece, says what the piece is."""
    if cue.kind in {PARTIAL, *BESIDE}:
        return False
    if skipped <= 1 and _is_code_or_ending(piece, cue, skipped):
        return True
    return not cue.is_weak and (has_verb or _needs_no_verb(piece, cue, skipped))


def _is_code_or_ending(piece: Piece, cue: Cue, skipped: int) -> bool:
    """Whether it is "733370" in "733370 by text", or "2993" in "the 2993 card"."""
    if is_value(piece) or is_year(piece) or is_clock_or_price(piece):
        return False
    if cue.kind == "card":
        is_round = piece.digits.endswith("00")
        return skipped == 0 and len(piece.digits) == ENDING_DIGITS and not is_round
    return cue.kind in {"cvv", "number"} and ENDING_DIGITS <= len(piece.digits) <= CODE_DIGITS


def _needs_no_verb(piece: Piece, cue: Cue, skipped: int) -> bool:
    """Whether form and hint fit so well that no "is" is needed: "09/27 it expires"."""
    if cue.kind == "expiry":
        return is_month_and_year(piece) or (skipped < 2 and len(piece.digits) == 2)
    if cue.kind != "cvv" or is_year(piece) or (skipped > 1 and is_clock_or_price(piece)):
        return False
    return len(piece.digits) in {3, 4}


def _is_dated(piece: Piece, side: Sequence[Token]) -> bool:
    before = piece.first.index - 1
    return before >= 0 and not ends_sentence(side[before]) and side[before].text in _OF_DAYS


def _is_mostly_digits(piece: Piece, side: Sequence[Token]) -> bool:
    first, last = piece.first.index, piece.last.index
    while first and side[first - 1].position == side[first].position - 1:
        if ends_sentence(side[first - 1]) or last - first >= ANSWER_WORDS:
            break
        first -= 1
    while last + 1 < len(side) and side[last + 1].position == side[last].position + 1:
        if ends_sentence(side[last]) or last - first >= ANSWER_WORDS:
            break
        last += 1
    said = side[first : last + 1]
    digits = sum(bool(atoms_of(token.text)) for token in said)
    return digits > 1 and len(said) <= ANSWER_WORDS and len(said) <= 2 * digits


@cache
def _beside_answers() -> frozenset[str]:
    return words_of("en/fillers.txt") | SOUND_ALIKE.keys()


def _is_answer(piece: Piece, side: Sequence[Token]) -> bool:
    """Whether nothing but fillers stands around it in its sentence; behind a weak one not even
    these, for "may I" and "one moment" are made of such words, unless digits are beside it.
    """
    fillers = _beside_answers()
    behind = SOUND_ALIKE.keys() if piece.is_weak and not _is_beside_digits(piece, side) else fillers
    before, after = piece.first.index - 1, piece.last.index + 1
    return (
        before < 0
        or side[before].position != piece.first.position - 1
        or ends_sentence(side[before])
        or side[before].text in fillers
    ) and (
        after >= len(side)
        or side[after].position != piece.last.position + 1
        or ends_sentence(piece.last)
        or side[after].text in behind
    )


def _is_beside_digits(piece: Piece, side: Sequence[Token]) -> bool:
    """Whether a digit comes before or after it with one filler between: "four um one"."""
    first, last = piece.first.index, piece.last.index
    return any(
        0 <= between < len(side)
        and 0 <= digit < len(side)
        and side[between].text in _beside_answers()
        and not ends_sentence(side[min(between, digit)])
        and abs(side[digit].position - side[first].position) <= 2
        and bool(atoms_of(side[digit].text))
        for between, digit in ((first - 1, first - 2), (last + 1, last + 2))
    )
