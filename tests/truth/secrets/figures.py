"""Groups of digits and letters as one says them, or as a recogniser writes them.

A piece is a word with its mark before it: `*` for a word that must go, `~` for one that may ("uh"
inside a number). `_` is a pause.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.speech.language.figures import (
    ONES,
    TEENS,
    TENS,
    Random,
    between,
    pick,
    under_hundred,
)
from tests.truth.secrets.values import Groups, cut

PAUSE = "_"
TURN = "//"
HOMOPHONES = {"1": "won", "2": "to", "4": "for", "8": "ate"}
DIGIT_WORDS = frozenset(("oh", "double", "triple", "treble", "hundred", *ONES, *TEENS, *TENS))
REPEATS = {2: ("double",), 3: ("triple", "treble")}
_NATO = """
alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa
quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu
"""
_LIKE_A_NAME = """
apple Bob cat David Edward Freddie George Harry item Jack kite Larry Mary Nancy orange Peter queen
Robert sugar Tom umbrella Victor William xylophone yellow zebra
"""
NATO = {name[0].upper(): name for name in _NATO.split()}
LIKE_A_NAME = {name[0].upper(): name for name in _LIKE_A_NAME.split()}

MANNERS: Mapping[str, float] = {
    "digits": 0.35, "doubles": 0.22, "pairs": 0.2, "mixed": 0.13, "homophones": 0.1
}  # fmt: skip
"""How digits are said, and how often so."""


@dataclass(frozen=True)
class Draw:
    """What a case is drawn with. `words` are the family's; `values` those drawn for this case."""

    rng: Random
    words: Mapping[str, Sequence[str]]
    typed: bool
    values: dict[str, Groups] = field(default_factory=dict)

    def word(self, kind: str) -> str:
        """One of the family's words of a kind."""
        return pick(self.rng, self.words[kind])

    def chance(self, share: float) -> bool:
        """True so often."""
        return bool(self.rng.random() < share)


def said(draw: Draw, groups: Groups, *, turns: bool = False) -> str:
    """The pieces of a number; with `turns` given in parts, the other side humming or repeating."""
    write = typed if draw.typed else spoken
    if not turns:
        return write(draw, groups)
    parts = _parts(draw.rng, groups)
    pieces = []
    for number, part in enumerate(parts):
        pieces.append(write(draw, part))
        if number < len(parts) - 1:
            pieces += [TURN, write(draw, part) if draw.chance(0.2) else draw.word("hum"), TURN]
    return " ".join(pieces)


def _parts(rng: Random, groups: Groups) -> list[Groups]:
    size = between(rng, 1, max(1, (len(groups) + 1) // 2))
    return [groups[start : start + size] for start in range(0, len(groups), size)]


def typed(draw: Draw, groups: Groups) -> str:
    """As published Whisper models and vendors write it."""
    whole = "".join(groups)
    singly = _marked(_signs(whole))
    if len(groups) == 1:
        hyphened = "*" + "-".join(_signs(whole))
        return pick(draw.rng, (f"*{whole}", f"*{whole}", f"*{whole}", hyphened, singly))
    forms: list[Callable[[], str]] = [
        lambda: _marked(groups),
        lambda: _marked(groups),
        lambda: f"*{whole}",
        lambda: "*" + "-".join(groups),
        lambda: ", ".join(f"*{group}" for group in groups),
        lambda: f" {PAUSE} ".join(f"*{group}" for group in groups),
        lambda: " ".join("*" + "-".join(_signs(group)) for group in groups),
        lambda: singly,
        lambda: _marked(_anyhow(draw.rng, whole)),
    ]
    return forms[between(draw.rng, 0, len(forms) - 1)]()


def _signs(text: str) -> list[str]:
    """Each sign alone; a plus stays with its digit."""
    return re.findall(r"\+?\w", text)


def _marked(groups: Sequence[str]) -> str:
    return " ".join(f"*{group}" for group in groups)


def _anyhow(rng: Random, whole: str) -> Groups:
    """Cut where the voice happened to rest."""
    return cut(whole, tuple(between(rng, 2, 5) for _ in whole))


def spoken(draw: Draw, groups: Groups) -> str:
    """In words, with hesitation, pauses and now and then a slip that is put right."""
    rng = draw.rng
    manner = str(rng.choice(tuple(MANNERS), p=tuple(MANNERS.values())))
    zero = "oh" if draw.chance(0.5) else "zero"
    slip = between(rng, 0, len(groups) - 1) if len(groups) > 2 and draw.chance(0.15) else None
    hesitates, rests = draw.chance(0.15), draw.chance(0.4)
    pieces: list[str] = []
    for place, group in enumerate(groups):
        if place == slip:
            pieces += [*_group(draw, _wrong(rng, group), manner, zero), *_may(draw.word("slip"))]
        if place and hesitates and draw.chance(0.5):
            pieces += _may(draw.word("filler"))
        pieces += _group(draw, group, manner, zero)
        if place < len(groups) - 1 and rests:
            pieces[-1] += ","
            pieces += [PAUSE] if draw.chance(0.5) else []
    return " ".join(pieces)


def _may(words: str) -> list[str]:
    return [f"~{word}" for word in words.split()]


def _wrong(rng: Random, group: str) -> str:
    place = between(rng, 0, len(group) - 1)
    if not group[place].isdigit():
        return group
    return f"{group[:place]}{(int(group[place]) + 1) % 10}{group[place + 1 :]}"


def _group(draw: Draw, group: str, manner: str, zero: str) -> list[str]:
    pieces: list[str] = []
    run = ""
    for sign in [*group, ""]:
        if sign.isdigit():
            run += sign
            continue
        pieces += [f"*{word}" for word in digit_words(draw.rng, run, manner=manner, zero=zero)]
        run = ""
        pieces += ["*plus"] if sign == "+" else letter(draw, sign) if sign else []
    return pieces


def letter(draw: Draw, sign: str) -> list[str]:
    """A letter alone, by its NATO name, or "D as in David"."""
    sign = sign.upper()
    how = draw.rng.random()
    if how < 0.65:
        return [f"*{sign}"]
    if how < 0.85:
        return [f"*{NATO[sign]}"]
    return [f"*{sign}", *_may(pick(draw.rng, ("for", "as in"))), f"*{LIKE_A_NAME[sign]}"]


def digit_words(rng: Random, run: str, *, manner: str, zero: str = "oh") -> list[str]:
    """Digits in words: "four one two two", "four one double two", "forty one twenty two"."""
    if manner == "mixed":
        manner = pick(rng, ("digits", "doubles", "pairs"))
    if manner == "pairs":
        pairs = cut(run, (len(run) % 2, *(2,) * len(run)))
        written = "-" if rng.random() < 0.2 else " "
        return [word for pair in pairs for word in _pair(pair, zero, written)]
    if manner == "doubles":
        return _doubles(rng, run, zero)
    names = {**{str(digit): name for digit, name in enumerate(ONES)}, "0": zero}
    if manner == "homophones":
        return [
            HOMOPHONES[digit] if digit in HOMOPHONES and rng.random() < 0.4 else names[digit]
            for digit in run
        ]
    return [names[digit] for digit in run]


def _pair(pair: str, zero: str, written: str) -> list[str]:
    if len(pair) == 1:
        return [zero if pair == "0" else ONES[int(pair)]]
    if pair == "00":
        return ["double", zero]
    if pair[0] == "0":
        return [zero, ONES[int(pair[1])]]
    return under_hundred(int(pair)).replace(" ", written).split()


def _doubles(rng: Random, run: str, zero: str) -> list[str]:
    words: list[str] = []
    while run:
        count = next((n for n in (3, 2) if run[:n] == run[0] * n), 1)
        if count > 1:
            words.append(pick(rng, REPEATS[count]))
        words.append(zero if run[0] == "0" else ONES[int(run[0])])
        run = run[count:]
    return words
