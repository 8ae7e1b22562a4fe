"""Cases: who says which word when, which words are a secret's, whom the call log names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from pipeline.behaviours.call import Word
from tests.truth.secrets.figures import PAUSE, TURN, Draw
from tests.truth.secrets.particulars import draw_name
from tests.truth.secrets.slots import KIND_OF, TAG, filled
from tests.truth.secrets.templates import FAMILIES, HARMLESS, templates, wording

SIDES = ("agent", "customer")
STEP_S, WORD_S, SIGN_S, PAUSE_S = 0.3, 0.25, 0.12, 0.7
"""From word to word; a word's length, or a long number's per sign; a rest inside a number."""
PLAIN_NAMES = 0.95
"""So many of the people in the log who are not named in the case have no common word as name."""

_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TAGGED = re.compile(rf"(\W*){TAG}(\w+)([*~])(.*)")
_SIDE_OF = {"A:": SIDES[0], "C:": SIDES[1]}
_EDGES = '.,?!;:"()'


@dataclass(frozen=True)
class Piece:
    """A word as said. `slot`: the secret that it is part of; `must`: none may read it.

    A word of a secret that need not go is "dot", "uh", "street". `rest`: a pause follows.
    """

    text: str
    slot: str = ""
    must: bool = False
    rest: bool = False


@dataclass(frozen=True)
class Secret:
    """Its kind, and where the words that must go stand: side and index among the side's words."""

    kind: str
    places: tuple[tuple[str, int], ...]


Turns = tuple[tuple[str, tuple[Piece, ...]], ...]


@dataclass(frozen=True)
class Case:
    """A short exchange. `section` is the kind of its main secret or the class of look-alike."""

    section: str
    template: str
    turns: Turns
    names: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_harmless(self) -> bool:
        """Whether nothing of it may be touched."""
        return self.section.startswith(HARMLESS)

    @cached_property
    def words(self) -> Mapping[str, tuple[Word, ...]]:
        """Each side's words with times; turns follow one another."""
        said: dict[str, list[Word]] = {side: [] for side in SIDES}
        at_s = 0.5
        for number, (side, pieces) in enumerate(self.turns):
            for piece in pieces:
                long_s = max(WORD_S, SIGN_S * sum(sign.isalnum() for sign in piece.text) - 0.5)
                said[side].append(Word(piece.text, round(at_s, 2), round(at_s + long_s, 2)))
                at_s += long_s + STEP_S - WORD_S + PAUSE_S * piece.rest
            at_s += 0.2 + 0.1 * (number % 6)
        return {side: tuple(words) for side, words in said.items()}

    @cached_property
    def secrets(self) -> tuple[Secret, ...]:
        """What must go, by the order of first mention."""
        found: dict[str, list[tuple[str, int]]] = {}
        for place, piece in self.places():
            if piece.must:
                found.setdefault(piece.slot, []).append(place)
        return tuple(Secret(KIND_OF[slot], tuple(places)) for slot, places in found.items())

    def places(self) -> Iterator[tuple[tuple[str, int], Piece]]:
        """Every word with its side and its index there."""
        counts = dict.fromkeys(SIDES, 0)
        for side, pieces in self.turns:
            for piece in pieces:
                yield (side, counts[side]), piece
                counts[side] += 1


@dataclass(frozen=True)
class Sizes:
    """How many cases of card and of CVV, of every other kind, and how many harmless ones."""

    payment: int = 600
    other: int = 150
    harmless: int = 2700

    def of(self, section: str) -> int:
        """Of a kind of secret."""
        return self.payment if section in {"card", "cvv"} else self.other


def labelled_set(
    family: str, *, seed: int = 5, sizes: Sizes = Sizes(), typed_share: float = 0.5
) -> Iterator[Case]:
    """The cases of one family of templates, each template about as often as its section's others.

    `typed_share`: of cases whose numbers are written in digits; 0 for what a voice is to speak.
    """
    told = templates(family)
    secret = {name: lines for name, lines in told.items() if not name.startswith(HARMLESS)}
    plain = [(name, line) for name, lines in told.items() if name not in secret for line in lines]
    wanted = [
        (section, lines[number % len(lines)])
        for section, lines in secret.items()
        for number in range(sizes.of(section))
    ] + [plain[number % len(plain)] for number in range(sizes.harmless)]
    for number, (section, line) in enumerate(wanted):
        rng = np.random.default_rng((seed, FAMILIES.index(family), number))
        yield _case(section, line, Draw(rng, wording(family), bool(rng.random() < typed_share)))


def _case(section: str, template: str, draw: Draw) -> Case:
    turns: list[tuple[str, tuple[Piece, ...]]] = []
    for side, text in _sides(template):
        whole = _SLOT.sub(lambda slot: filled(slot[1], slot[2] or "", draw), text)
        other = SIDES[1 - SIDES.index(side)]
        for number, part in enumerate(whole.split(TURN)):
            turns.append((other if number % 2 else side, tuple(_pieces(part))))
    bare = draw.chance(0.25 if draw.typed else 0.6)
    written = tuple((side, tuple(_written(pieces, bare))) for side, pieces in turns)
    unsaid = draw_name(draw, plain=PLAIN_NAMES), draw_name(draw, plain=PLAIN_NAMES)
    people = [draw.values.get(*pair) for pair in zip(("name", "agent"), unsaid, strict=True)]
    names = tuple(" ".join(one) for one in people)
    return Case(section, template, written, names, draw.values)


def _sides(template: str) -> Iterator[tuple[str, str]]:
    for turn in template.split(" | "):
        side = _SIDE_OF.get(turn[:2])
        yield side or SIDES[1], turn[2:] if side else turn


def _pieces(text: str) -> Iterator[Piece]:
    last: Piece | None = None
    for token in text.split():
        if token == PAUSE:
            last = replace(last, rest=True) if last else None
            continue
        if last:
            yield last
        tagged = _TAGGED.fullmatch(token)
        last = Piece(tagged[1] + tagged[4], tagged[2], tagged[3] == "*") if tagged else Piece(token)
    if last:
        yield last


def _written(pieces: tuple[Piece, ...], bare: bool) -> Iterator[Piece]:
    """With a capital at the start as published models write, or without any capital or mark."""
    for number, piece in enumerate(pieces):
        text = piece.text.lower().strip(_EDGES) if bare else piece.text
        if not bare and number == 0:
            text = text[0].upper() + text[1:]
        yield replace(piece, text=text)
