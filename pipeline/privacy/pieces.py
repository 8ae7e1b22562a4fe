"""Pieces of numbers: words of one side, one after another, that are digits in some way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.privacy.conversation import Token
from pipeline.privacy.digits import (
    ATOMS,
    DATE,
    DECIMAL,
    DIGIT,
    LETTER,
    LETTERS,
    MIXED,
    MONTH,
    MONTH_YEAR,
    ORDINAL,
    REPEAT,
    SCALE,
    SOUND,
    SOUND_ALIKE,
    TEEN,
    TEN,
    THOUSANDS,
    TYPED,
    Atom,
    atoms_of,
    digits_of,
)

SOUNDS_ALONE = 3
"""So many words that only sound like digits, in a row, are digits: "to for won"; or "ate ate"."""

DIGITS_AROUND = 3
"""So many digits told one by one around "fourth" say that it is four."""

LETTERS_ALONE = 2
"""So many letters in a row are spelled; a single one is looked for next to digits."""

_OF_INTEREST = frozenset((*ATOMS, *LETTERS, *SOUND_ALIKE))
_BETWEEN_WORDS = frozenset((*LETTERS, *SOUND_ALIKE)) - ATOMS.keys()
_WORDS_OF_ONE_LETTER = frozenset(("a", "i"))
_MOSTLY_WORDS = frozenset(("for", "to", "too", "free", "tree", "sex", "fo", "wan"))
_BEFORE_NOVEMBER = frozenset(("for", "like", *LETTERS)) - {"a", "i", "o"}
_SENTENCE_ENDS = (".", "?", "!", ";", ":")
_SINGLE = frozenset((DIGIT, REPEAT, SOUND))
_ALONE = frozenset((DATE, DECIMAL, THOUSANDS, MONTH_YEAR))
_SHORT = frozenset((DIGIT, TEN, TEEN, TYPED))
_SLASHES = frozenset(("slash", ""))
_WEAK = frozenset(("one", "ones", "oh", "o", "may", "march", "nil", "mar", "sep", "dec"))


@dataclass(frozen=True)
class Piece:
    """Words of one side that follow each other; `atoms` are what they add."""

    tokens: tuple[Token, ...]
    atoms: tuple[Atom, ...] = field(repr=False)

    @property
    def first(self) -> Token:
        """Its first word."""
        return self.tokens[0]

    @property
    def last(self) -> Token:
        """Its last word."""
        return self.tokens[-1]

    @cached_property
    def digits(self) -> str:
        """Its digits, without those of a month's name."""
        return digits_of([atom for atom in self.atoms if atom.form not in {MONTH, LETTER, ORDINAL}])

    @cached_property
    def forms(self) -> frozenset[str]:
        """What its words are."""
        return frozenset(atom.form for atom in self.atoms)

    @property
    def is_letters(self) -> bool:
        """Whether letters are all it has."""
        return self.forms == {LETTER}

    @property
    def is_weak(self) -> bool:
        """Whether it is a single word that mostly is no number, such as "one" or "may"."""
        if len(self.tokens) > 1:
            return False
        return self.first.text in _WEAK or self.forms == {ORDINAL}

    @cached_property
    def value_count(self) -> int:
        """How many values are told: 1 for "twenty four", "430"; 2 for "four thirty", "two to six".

        As many as there are digits when they are told one by one.
        """
        if len(self.atoms) == 3 and self.tokens[1].text == "to":
            return 2
        if self.forms & {REPEAT, SOUND, MIXED, LETTER}:
            return 9
        return _values(self.atoms)


def _values(atoms: Sequence[Atom]) -> int:
    count, position = 0, 0
    while position < len(atoms):
        digits_before = position
        position += 1
        if atoms[digits_before].form == TEN and _is_form(atoms, position, DIGIT):
            position += 1
        while _is_form(atoms, position, SCALE):
            position += 1
            count -= 1 if _is_form(atoms, position, DIGIT, TEN, TEEN, SCALE) else 0
        count += 1
    return max(count, 1)


def _is_form(atoms: Sequence[Atom], position: int, *forms: str) -> bool:
    return position < len(atoms) and atoms[position].form in forms


def ends_sentence(token: Token) -> bool:
    """Whether the recogniser wrote the end of a sentence after it."""
    return token.written.endswith(_SENTENCE_ENDS)


def pieces_of(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The pieces of one side, in order; what the other side says in between ends a piece."""
    position = 0
    while position < len(tokens):
        text = tokens[position].text
        if text.isalpha() and (text not in _OF_INTEREST or _is_lone_word(tokens, position)):
            position += 1
            continue
        end, atoms = _run(tokens, position)
        if atoms:
            yield Piece(tuple(tokens[position:end]), tuple(atoms))
        position = max(end, position + 1)


def _is_lone_word(tokens: Sequence[Token], position: int) -> bool:
    """Whether "a", "to" and the like stand among ordinary words, as nearly all of them do."""
    if tokens[position].text not in _BETWEEN_WORDS or position + 1 == len(tokens):
        return False
    following = tokens[position + 1].text
    return following.isalpha() and following not in _OF_INTEREST


def _run(tokens: Sequence[Token], start: int) -> tuple[int, list[Atom]]:
    if tokens[start].text in LETTERS and _is_letter(tokens, start):
        return _letters(tokens, start)
    end, atoms = _sounds(tokens, start) if tokens[start].text in SOUND_ALIKE else (start, [])
    if end == start and tokens[start].text in SOUND_ALIKE:
        return start, []
    while end < len(tokens) and not (atoms and _is_cut(tokens, end)):
        more, after = _step(tokens, end, atoms)
        if after == end or (atoms and (_stands_alone(more) or _stands_alone(atoms[-1:]))):
            break
        atoms.extend(more)
        end = after
    return end, atoms


def _stands_alone(atoms: Sequence[Atom]) -> bool:
    return any(atom.form in _ALONE for atom in atoms)


def _is_cut(tokens: Sequence[Token], position: int) -> bool:
    before = tokens[position - 1]
    return tokens[position].position != before.position + 1 or ends_sentence(before)


def _step(
    tokens: Sequence[Token], position: int, before: Sequence[Atom]
) -> tuple[Sequence[Atom], int]:
    """What the next words add to a piece, and where they end; the same place where they do not."""
    text = tokens[position].text
    atoms = () if text == "november" and _is_letter(tokens, position) else atoms_of(text)
    if atoms:
        atoms = _in_place(tokens, position, before, atoms)
        return (atoms, position + 1) if atoms else ((), position)
    if not before:
        return (), position
    following = _atoms_at(tokens, position + 1)
    if following and _is_joined(text, before[-1], following[0]):
        return following, position + 2
    if text in SOUND_ALIKE and _is_one_by_one(before):
        return _between(tokens, position)
    return (), position


def _in_place(
    tokens: Sequence[Token], position: int, before: Sequence[Atom], atoms: Sequence[Atom]
) -> Sequence[Atom]:
    """What a number word adds where it stands; nothing where it begins a number of its own."""
    if atoms[0].form == ORDINAL and _is_misheard(tokens, position):
        return (Atom(SOUND, str(int(atoms[0].digits))[-1]),)
    if atoms[-1].form == REPEAT and not _is_repeated(tokens, position + 1):
        return ()
    return atoms if _can_follow(before, atoms[0]) else ()


def _is_misheard(tokens: Sequence[Token], position: int) -> bool:
    """Whether an ordinal stands for a digit: among single ones, such as in "fourth three one"."""
    before = after = 0
    while before < DIGITS_AROUND and _is_single(tokens, position - before - 1):
        before += 1
    while after < DIGITS_AROUND and _is_single(tokens, position + after + 1):
        after += 1
    return before + after >= DIGITS_AROUND and (after > 0 or before >= DIGITS_AROUND)


def _is_single(tokens: Sequence[Token], position: int) -> bool:
    atoms = _atoms_at(tokens, position) if position >= 0 else ()
    return bool(atoms) and atoms[0].form in {DIGIT, REPEAT}


def _can_follow(before: Sequence[Atom], atom: Atom) -> bool:
    """Whether an ordinal is part of a date: "june second", "fifth thirty", but not "one second"."""
    if not before:
        return True
    if atom.form == ORDINAL:
        return before[-1].form in {TEN, MONTH}
    return before[-1].form != ORDINAL or atom.form in {DIGIT, TEN, TEEN, MONTH}


def _is_joined(text: str, before: Atom, after: Atom) -> bool:
    """Whether "and", "of" or a slash is inside a number: "may of 27", "4 / 27"."""
    if text in _SLASHES:
        return before.form in _SHORT and after.form in _SHORT
    if text == "and":
        return before.form == SCALE
    if text != "of":
        return False
    return before.form in {MONTH, ORDINAL} or after.digits.startswith("20")


def _is_one_by_one(atoms: Sequence[Atom]) -> bool:
    """Whether the last one is a digit alone, and not the two of "twenty two"."""
    if atoms[-1].form not in _SINGLE:
        return False
    return len(atoms) == 1 or atoms[-2].form != TEN


def _between(tokens: Sequence[Token], position: int) -> tuple[Sequence[Atom], int]:
    """Words that sound like digits, with a digit or the end of what is said after them."""
    sounds: list[Atom] = []
    text = tokens[position].text
    for ahead in range(position, len(tokens)):
        if _is_cut(tokens, ahead):
            return sounds, ahead
        sound = SOUND_ALIKE.get(tokens[ahead].text)
        if sound is None:
            following = atoms_of(tokens[ahead].text)
            is_digit = bool(following) and following[0].form in _SINGLE
            is_sure = len(sounds) > 1 or text not in _MOSTLY_WORDS
            return (sounds, ahead) if is_digit or (is_sure and not following) else ((), position)
        sounds.append(sound)
    return sounds, len(tokens)


def _is_repeated(tokens: Sequence[Token], position: int) -> bool:
    if position < len(tokens) and tokens[position].text in SOUND_ALIKE:
        return False
    following = _atoms_at(tokens, position)
    if following and following[0].form == ORDINAL:
        return _is_misheard(tokens, position)
    return bool(following) and len(following[0].digits) == 1


def _atoms_at(tokens: Sequence[Token], position: int) -> Sequence[Atom]:
    return atoms_of(tokens[position].text) if position < len(tokens) else ()


def _sounds(tokens: Sequence[Token], start: int) -> tuple[int, list[Atom]]:
    """Words that sound like digits and begin a number; a single "to" or "for" does not."""
    end = start
    while end < len(tokens) and tokens[end].text in SOUND_ALIKE:
        if end > start and _is_cut(tokens, end):
            break
        end += 1
    sounds = [SOUND_ALIKE[token.text] for token in tokens[start:end]]
    is_sure = len(sounds) > 1 and not {token.text for token in tokens[start:end]} & _MOSTLY_WORDS
    if len(sounds) >= SOUNDS_ALONE or is_sure:
        return end, sounds
    is_followed = bool(_atoms_at(tokens, end)) and not _is_cut(tokens, end)
    if not is_followed or (len(sounds) == 1 and tokens[start].text in _MOSTLY_WORDS):
        return start, []
    return end, sounds


def _is_letter(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is a letter here: "o" is a digit, and november a month unless spelled."""
    text = tokens[position].text
    if text != "november":
        return text not in ATOMS
    if position > 1 and tokens[position - 1].text == "in":
        return tokens[position - 2].text == "as"
    return position > 0 and tokens[position - 1].text in _BEFORE_NOVEMBER


def _letters(tokens: Sequence[Token], start: int) -> tuple[int, list[Atom]]:
    end = start
    while end < len(tokens) and tokens[end].text in LETTERS and _is_letter(tokens, end):
        if end > start and _is_cut(tokens, end):
            break
        end += 1
    said = {token.text for token in tokens[start:end]}
    if end - start < LETTERS_ALONE or said <= _WORDS_OF_ONE_LETTER:
        return end, []
    return end, [LETTERS[token.text] for token in tokens[start:end]]
