"""What belongs to a number besides its digits: letters, fillers inside it, words that sound so."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.privacy.cards import iban_tokens
from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.digits import ATOMS, DIGIT, LETTERS, REPEAT, SOUND_ALIKE, TEEN, TEN
from pipeline.privacy.number_cues import english
from pipeline.privacy.phrases import words_of
from pipeline.privacy.pieces import Piece, ends_sentence

_WITH_LETTERS = frozenset(("iban", "account", "ssn", "number"))
_INSIDE = frozenset(
    ("uh", "um", "er", "erm", "ah", "hm", "hmm", "mm", "and", "then", "dash", "hyphen", "minus",
     "slash", "stroke", "space", "dot", "point", "plus")
)  # fmt: skip
_MOSTLY_WORDS = frozenset(("for", "to", "too", "free", "tree"))
_CORRECTIONS = frozenset(("no", "sorry", "wait", "okay", "is", "right", "correct", "yes", "on"))
_SHORT_WORDS = frozenset(
    (
        "is", "it", "my", "to", "so", "no", "on", "of", "in", "at", "as", "an", "am", "be", "by",
        "do", "go", "he", "if", "me", "or", "up", "us", "we", "uh", "um", "er", "ah", "eh", "oh",
        "ok", "hm", "mm", "ya", "ye", "hi", "ha", "mr", "ms", "tv", "vs",
    )
)  # fmt: skip
IBAN_WORDS = 10
_SIDEWAYS = 3
ODD_WORDS = 2
"""So many words between digits of one number are digits misheard: "four foul six"."""

SHORTEST_CUE = 3
_SPEAKERS = frozenset(("i", "is", "no", "so", "it", "my", "ok", "uh", "um", "er", "ah"))
_SPOKEN = frozenset((DIGIT, TEN, TEEN, REPEAT))
_DIGITS = frozenset(("card", "cvv", "account", "ssn", "phone", "number"))
_CODE_WORDS = 9
_MARKS = ".,;?!-"


def spelled_ibans(conversation: Conversation) -> dict[int, str]:
    """Typed account numbers that show by their check digits what they are."""
    found: dict[int, str] = {}
    for side in conversation.sides.values():
        for place, token in enumerate(side):
            text = token.text
            if text.isalpha() or len(text) < 4 or not (text[:2].isalpha() and text[2:4].isdigit()):
                continue
            count = iban_tokens([token.text for token in side[place : place + IBAN_WORDS]])
            for part in side[place : place + count]:
                found[part.position] = "iban"
    return found


def with_surroundings(
    conversation: Conversation, pieces: Sequence[Piece], secret: Mapping[int, str]
) -> dict[int, str]:
    """The words of the secret pieces and of what belongs to them."""
    marks: dict[int, str] = {}
    for place, kind in secret.items():
        piece = pieces[place]
        side = conversation.sides[piece.first.side]
        for token in piece.tokens:
            marks[token.position] = kind
        around = (*_back(side, piece.first.index, kind), *_on(side, piece.last.index, kind))
        for token in (*around, *_missing_digit(side, piece, kind)):
            marks.setdefault(token.position, kind)
    _fill_codes(conversation, marks)
    _add_beside(conversation, marks)
    _fill(conversation, marks)
    return marks


def _missing_digit(side: Sequence[Token], piece: Piece, kind: str) -> Sequence[Token]:
    """The "to" of "oh one to by the way": a security code has no two digits, a card no fifteen."""
    after = side[piece.last.index + 1 : piece.last.index + 2]
    count = len(piece.digits)
    if kind == "cvv" and count == 2 and _is_last_odd_word(side, piece.last.index + 1):
        return after
    is_short = (
        (kind == "cvv" and count == 2)
        or (kind == "card" and count > 2 and count % 4 > 0)
        or (kind == "phone" and count in {9, 11})
    )
    return after if is_short and after and after[0].text in SOUND_ALIKE else ()


def _is_last_odd_word(side: Sequence[Token], index: int) -> bool:
    """Whether a word ends what is said, and is no filler: "four eight tool" for 482."""
    if index >= len(side) or not _is_next(side[index - 1], side[index]):
        return False
    is_last = index + 1 == len(side) or not _is_next(side[index], side[index + 1])
    return is_last and _is_odd(side[index])


def _is_odd(token: Token) -> bool:
    """Whether a word has no business among digits, so that it is a digit misheard."""
    if len(token.text) < SHORTEST_CUE or token.text == "and":
        return token.text not in _SPEAKERS
    return token.text not in words_of("en/fillers.txt") and token.text not in english()


def _fill_codes(conversation: Conversation, marks: dict[int, str]) -> None:
    """Marks the bank's letters that are said as one word between digits, also read back."""
    tokens = conversation.tokens
    places = sorted(place for place, kind in marks.items() if kind == "iban")
    for before, after in pairwise(places):
        if after - before > _CODE_WORDS:
            continue
        for token in tokens[before + 1 : after]:
            if _is_code(token.written.strip(_MARKS)) or _is_bank(token):
                marks[token.position] = "iban"


def _is_bank(token: Token) -> bool:
    return (
        len(token.text) == 4
        and token.text.isalpha()
        and token.text not in words_of("en/fillers.txt")
    )


def _back(side: Sequence[Token], first: int, kind: str) -> Iterator[Token]:
    """What belongs to a number before its word `first`, from there on back."""
    index = first - 1
    while index >= 0 and _is_next(side[index], side[index + 1]):
        start: int | None = index if _is_sign(side[index]) else None
        if kind in _WITH_LETTERS:
            start = _letters_back(side, index)
        if start is None and _is_country(side, index):
            start = index - 2
        if start is None:
            return
        yield from side[start : index + 1]
        index = start - 1


def _is_country(side: Sequence[Token], index: int) -> bool:
    """Whether "plus won, um" ends here: a country's code that was misheard, and a pause."""
    if index < 2 or side[index].text not in words_of("en/fillers.txt"):
        return False
    return side[index - 1].text in SOUND_ALIKE and side[index - 2].text == "plus"


def _is_sign(token: Token) -> bool:
    return token.text in SOUND_ALIKE or token.text == "plus"


def _letters_back(side: Sequence[Token], index: int) -> int | None:
    """Where the letter starts that ends at `index`: "b", "bravo", "b bravo", "b for bravo"."""
    for joint in (index - 1, index - 2):
        if joint >= 1 and _is_joint(side, joint, index) and _is_spelled(side[joint - 1]):
            return joint - 1
    if index and _is_example(side[index - 1], side[index]):
        return index - 1
    token = side[index]
    if _is_sign(token) or _is_letter(token):
        return index
    while index and side[index].text in _INSIDE and _is_next(side[index - 1], side[index]):
        index -= 1
        if side[index].text in LETTERS and side[index].text not in {"a", "i", "o"}:
            return _letters_back(side, index)
    return None


def _is_joint(side: Sequence[Token], joint: int, index: int) -> bool:
    said = [token.text for token in side[joint:index]]
    return said in (["for"], ["like"], ["as", "in"], ["as"])


def _on(side: Sequence[Token], last: int, kind: str) -> Iterator[Token]:
    """What belongs to a number after its word `last`."""
    index = last + 1
    while index < len(side) and _is_next(side[index - 1], side[index]):
        end = _letters_on(side, index) if kind in _WITH_LETTERS else None
        if end is None and (_is_sound(side, index) or _is_card_sound(side, index, kind)):
            end = index + 1
        if end is None:
            return
        yield from side[index:end]
        index = end


def _letters_on(side: Sequence[Token], index: int) -> int | None:
    """Where the letter, or its example ("for bravo"), ends that starts at `index`."""
    token, before = side[index], side[index - 1]
    if _is_spelled(before):
        for count in (3, 2):
            if _is_joint(side, index, index + count - 1) and index + count <= len(side):
                return index + count
        if _is_example(before, token):
            return index + 1
    if _is_letter(token):
        return index + 1
    return _letter_after_fillers(side, index)


def _letter_after_fillers(side: Sequence[Token], index: int) -> int | None:
    """Where the letter of "and then d" ends; "a" is one only as the last word."""
    for place in range(index, min(index + _SIDEWAYS + 1, len(side))):
        token = side[place]
        is_last = place + 1 == len(side) or not _is_next(token, side[place + 1])
        if token.text in LETTERS and (is_last or token.text not in {"a", "i", "o"}):
            return place + 1
        if token.text not in _INSIDE and token.text not in _CORRECTIONS:
            return None
    return None


def _is_example(letter: Token, name: Token) -> bool:
    """Whether a letter has a name after it that begins with it: "d david"."""
    return len(letter.text) == 1 and name.text.isalpha() and name.text.startswith(letter.text)


def _is_sound(side: Sequence[Token], index: int) -> bool:
    """Whether a word that sounds like a digit is one at the end of a number.

    "For" and "to" are where nothing else is said after them ("four five for."), or two of them.
    """
    text = side[index].text
    if text not in SOUND_ALIKE:
        return False
    after = index + 1
    while after < len(side) and side[after].text in SOUND_ALIKE:
        after += 1
    return (
        text not in _MOSTLY_WORDS
        or after > index + 1
        or side[index].written.endswith(",")
        or after >= len(side)
        or not _is_next(side[after - 1], side[after])
        or side[after].text in _INSIDE
        or side[after].text in _CORRECTIONS
        or (len(side[after].text) == 1 and side[after].text not in {"a", "i"})
    )


def _is_card_sound(side: Sequence[Token], index: int, kind: str) -> bool:
    """A card's number may end in such a word, whatever follows it; nothing is lost without it."""
    is_told = index + 1 < len(side) and side[index + 1].text in {"is", "was", "as"}
    is_spoken = kind == "card" and side[index - 1].text.isalpha()
    return side[index].text in SOUND_ALIKE and (is_spoken or is_told)


def _is_next(before: Token, after: Token) -> bool:
    return after.position == before.position + 1 and not ends_sentence(before)


def _is_letter(token: Token) -> bool:
    if _is_spelled(token) or _is_code(token.written.strip(_MARKS)):
        return True
    if len(token.text) <= 4 and any(sign.isdigit() for sign in token.text):
        return True
    return len(token.text) == 2 and token.text.isalpha() and token.text not in _SHORT_WORDS


def _is_spelled(token: Token) -> bool:
    return token.text in LETTERS or ATOMS.get(token.text, ("",))[0] == REPEAT


def _is_code(written: str) -> bool:
    """Capitals alone, as in the bank's part of an account number; also "N-W-B-K"."""
    parts = written.split("-")
    if len(parts) > 1:
        return all(len(part) == 1 and part.isalpha() for part in parts)
    return 1 < len(written) <= 6 and written.isupper() and written.isalpha()


def _is_inside(token: Token) -> bool:
    return token.text in _INSIDE or token.text in SOUND_ALIKE


def _add_beside(conversation: Conversation, marks: dict[int, str]) -> None:
    """Marks digits that one or two misheard words part from a secret: the "double" of "double foul
    six", and the "one" of "one tents nine".
    """
    for step in (1, -1):
        for position in sorted(marks, key=lambda place: step * place):
            kind, token = marks[position], conversation.tokens[position]
            side = conversation.sides[token.side]
            index = _digit_beside(side, token.index, step) if kind in _DIGITS else None
            while index is not None and side[index].position not in marks:
                marks[side[index].position] = kind
                index = _digit_beside(side, index, step)


def _digit_beside(side: Sequence[Token], start: int, step: int) -> int | None:
    index = start + step
    for _ in range(ODD_WORDS + 1):
        if not 0 <= index < len(side) or not _is_next(
            side[min(index, index - step)], side[max(index, index - step)]
        ):
            return None
        if ATOMS.get(side[index].text, ("",))[0] in _SPOKEN:
            return index
        if not _is_odd(side[index]):
            return None
        index += step
    return None


def _fill(conversation: Conversation, marks: dict[int, str]) -> None:
    """Marks up to three words that say nothing between two words of a secret, on one side."""
    for position in sorted(marks):
        token = conversation.tokens[position]
        side = conversation.sides[token.side]
        between: list[Token] = []
        for following in side[token.index + 1 : token.index + 2 + _SIDEWAYS]:
            if following.position in marks:
                if all(map(_is_inside, between)) or marks[following.position] == marks[position]:
                    marks.update({one.position: marks[position] for one in between})
                break
            is_odd = _is_odd(following) and len(between) < ODD_WORDS and marks[position] in _DIGITS
            if not (is_odd or _is_inside(following)) or not _is_next(
                side[following.index - 1], following
            ):
                break
            between.append(following)
