"""Street addresses and postcodes, typed or spoken, asked for or told.

The words of a side are read as letters (see `pipeline.privacy.shapes`). A house number with a name
and "street" is an address wherever it stands; what has another meaning too ("a five star place",
"one hour drive") is one only near a question for an address, or right after "I live at".
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import Cue, cues, words
from pipeline.privacy.dates import CLASSES as DATE_CLASSES
from pipeline.privacy.dates import VALUES
from pipeline.privacy.echoes import echoes
from pipeline.privacy.shapes import Shape

KIND = "address"

_ANSWER = 45
"""Words of either side after a question for an address in which it is told."""

_NAMED_AFTER = 12
"""Words after which "… is your address" may follow."""

_TOLD = 4
"""Words between "I live at" and the house number, at most."""

_SAID = 3
"""Words from "my address" to a street or house without a number."""

_POSTCODE_ANSWER = 16
_PART_ANSWER = 6
_CONTEXT = 80
"""Words after an address was asked for or told in which "and the city?" asks for a part of it."""

_INTERRUPTION = 4
"""Words of the other side after which plain words of this side tell something new."""

_FEW = 5
"""Up to here a spoken number before a "street" counts streets as often as it is a house's."""

# Letters: n number, o ordinal, l letter, g "for" of "s for sugar", j dash, a and, O "po", B box,
# S street, W may be a street, Y lane, V way, U unit, d direction, X state, P postcode or ZIP+4,
# p and q its halves, Z ZIP, h "hotel" for h, N tells that it is no street, k everyday word,
# s holds sentences together, i in, w any other word.
_NUMBER = "(?:U(?:n{1,4}l?|l))?n{1,7}(?:an{1,2})?l?"
_NAME = "[wkdolhXWSO]"
_STREET = re.compile(f"{_NUMBER}{_NAME}{{1,4}}?[SY]")
_STREET_WHEN_SHOWN = re.compile(f"{_NUMBER}{_NAME}{{1,4}}?[WV]")
_STREET_WHEN_ASKED = re.compile(f"{_NUMBER}(?:s?{_NAME}{{1,4}}?[SWYV]|s[SW]|o?d?w{{1,3}}|S[lnw])")
_WITHOUT_NUMBER = re.compile(f"(?:{_NAME}{{1,4}}?)[SWYV]|U(?:n{{1,4}}l?|l)")
_HOUSE_ALONE = re.compile("n{1,4}l?(?!N)")
_BOX = re.compile("[OlwkSn]Bn{1,8}")
_SPELLED = "(?:l[gi]{1,2}[wklhWSXdNo]|[lh])"
_UK = f"{_SPELLED}{{1,2}}n{{1,2}}{_SPELLED}?n{_SPELLED}{{2}}"
_CANADIAN = f"{_SPELLED}n{_SPELLED}n{_SPELLED}n"
_CODE = re.compile(f"P|p[qo]|{_UK}|{_CANADIAN}|Z(?:jn{{1,4}})?|n{{3,6}}(?:jn{{1,4}})?")
_WRITTEN_CODE = re.compile(f"p[qo]|{_UK}|{_CANADIAN}|[wk]{{0,2}}XZ")
_ASKED_CODE = re.compile(f"(?:{_SPELLED}|[nopqPZ])(?:{_SPELLED}|[nopqPZj]){{1,14}}|[PZ]")
_MORE = re.compile(
    "U(?:n{1,4}l?|l|w)?|X{1,2}|B|[wdhSWYo]|k{1,2}(?=[XPZplwSYWV])|i(?=w|[kd]w?[XPZp])|l(?=$)"
)
_PART = re.compile("[sa]{0,3}([wkhXdS]{1,3})")

_UK_CODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}$|[a-z]\d[a-z]\d[a-z]\d$|\d{5}-\d{4}$")
_OUTWARD = re.compile(r"[a-z]{1,2}\d[a-z\d]?$|[a-z]\d[a-z]$")
_INWARD = re.compile(r"\d[a-z]{2}$|\d[a-z]\d$")
_HOUSE = re.compile(r"#?\d{1,6}(?:[-/]\d{1,4})?[a-h]?$")
_ORDINAL = re.compile(r"\d*(?:1st|2nd|3rd|[04-9]th|1[1-3]th)$")
_SENTENCE_END = (".", "?", "!")


_PLACE_LETTERS = frozenset("SWYVB")

_NAMING = frozenset(("is", "that's", "was", "as", "be"))
_NAMED = _NAMING | {"my", "the", "your", "our", "it", "that", "would", "for", "billing", "home"}
"""Words between a code and "postcode" that make it one."""


@dataclass(frozen=True)
class _Asked:
    """Positions of the last words of what asks for or tells an address, by what it asks for."""

    questions: tuple[Cue, ...]
    told: tuple[Cue, ...]
    shown: tuple[Cue, ...]
    postcodes: tuple[Cue, ...]
    parts: tuple[Cue, ...]
    streets: tuple[Cue, ...]
    houses: tuple[Cue, ...]

    @classmethod
    def of(cls, conversation: Conversation) -> "_Asked":
        kinds = (
            "address_questions", "address_told", "address_shown", "postcode_cues", "address_parts",
            "address_streets", "house_number_cues",
        )  # fmt: skip
        found = cues(conversation, *kinds, "not_an_address")
        return cls(*(tuple(cue for cue in found if cue.kind == kind) for kind in kinds))

    @property
    def anything(self) -> bool:
        """Whether anybody speaks of an address at all."""
        return any((self.asking, self.told, self.postcodes, self.parts))

    @cached_property
    def asking(self) -> tuple[Cue, ...]:
        """The cues that ask for an address, its street or its house, in order."""
        asking = (*self.questions, *self.streets, *self.houses)
        return tuple(sorted(asking, key=lambda cue: cue.last))

    def is_near(self, token: Token) -> bool:
        """Whether an address is asked for before the word, or named after it."""
        place = bisect_left(self.asking, token.position - _ANSWER, key=_last)
        return place < len(self.asking) and self.asking[place].last <= token.position + _NAMED_AFTER

    def is_told(self, token: Token) -> bool:
        """Whether "I live at" is said right before the word."""
        return _is_right_after(token, self.told, _TOLD)

    def is_shown(self, token: Token) -> bool:
        """Whether "I have" is said right before the word."""
        return _is_right_after(token, self.shown, 1)


def _last(cue: Cue) -> int:
    return cue.last


def _between(found: Sequence[Cue], first: int, end: int) -> Sequence[Cue]:
    """The cues whose last words stand at `first` and later, before `end`."""
    return found[bisect_left(found, first, key=_last) : bisect_left(found, end, key=_last)]


def _is_right_after(token: Token, told: Sequence[Cue], most_words: int) -> bool:
    before = _between(told, token.position - most_words, token.position)
    return any(cue.side == token.side for cue in before)


def find_addresses(conversation: Conversation) -> dict[int, str]:
    """Every word from the house number to the postcode or ZIP, or to the end of what is told.

    Town, state, flat and PO box belong to it, also in pieces asked for one by one, and where they
    are read back. A postcode alone counts in answer to a question for it, or where its writing
    leaves no doubt. A street without a number counts only as an answer.
    """
    asked = _Asked.of(conversation)
    if not asked.anything and not any(_may_be_place(token.text) for token in conversation.tokens):
        return {}
    found: set[int] = set()
    shapes = {
        side: Shape.of(tokens, _classes(), _other) for side, tokens in conversation.sides.items()
    }
    for side, shape in shapes.items():
        for start, end in _stretches(shape, asked):
            found.update(shape.covered(conversation.sides[side], start, end))
    found.update(_postcodes(shapes, asked))
    found.update(_parts(shapes, asked, found))
    return dict.fromkeys(sorted(found | echoes(conversation, found)), KIND)


def _may_be_place(text: str) -> bool:
    """Whether it may belong to an address that nobody asks for: "street", "12", "box"."""
    return not text.isalpha() or _lower_case().get(text, "") in _PLACE_LETTERS


def _stretches(shape: Shape, asked: _Asked) -> Iterator[tuple[int, int]]:
    yield from _numbered(shape, asked)
    yield from _unnumbered(shape, asked)
    for match in _WRITTEN_CODE.finditer(shape.letters):
        is_plain = match[0] == "pq" or "XZ" in match[0]
        first = shape.tokens[match.start()]
        if is_plain or asked.is_near(first) or asked.is_told(first):
            yield match.span()


def _numbered(shape: Shape, asked: _Asked) -> Iterator[tuple[int, int]]:
    """Streets with a house number: those that are one anywhere, those shown, those told."""
    for match in _STREET.finditer(shape.letters):
        house = shape.tokens[match.start() : match.end()]
        is_asked = asked.is_near(house[0]) or asked.is_told(house[0])
        if _is_house(house, match[0]) or is_asked or asked.is_shown(house[0]):
            yield match.start(), _end(shape, match.end())
    for match in _STREET_WHEN_SHOWN.finditer(shape.letters):
        house = shape.tokens[match.start() : match.end()]
        end = _end(shape, match.end())
        is_whole = re.search("U[nl]|X|P|p[qo]", shape.letters[match.end() : end]) is not None
        is_house = (_is_house(house, match[0]) or "w" in match[0]) and not _is_count(house)
        if is_whole or _is_capital(house) or (is_house and asked.is_shown(house[0])):
            yield match.start(), end
    for match in _STREET_WHEN_ASKED.finditer(shape.letters):
        house = shape.tokens[match.start() : match.end()]
        is_named = match[0][-1] in "SWYVln" or not _is_count(house)
        if asked.is_near(house[0]) or (is_named and asked.is_told(house[0])):
            yield match.start(), _end(shape, match.end())


def _is_count(tokens: Sequence[Token]) -> bool:
    """Whether it counts things, as in "12 concerts": their plural, not written as a name."""
    named = [token for token in tokens if token.text.isalpha() and token.text not in VALUES]
    return bool(named) and named[0].text.endswith("s") and not named[0].written[:1].isupper()


def _is_capital(tokens: Sequence[Token]) -> bool:
    """Whether name and place are written as those of a street: "18 Market Place"."""
    written = [token.written for token in tokens if token.text.isalpha()]
    return len(written) > 1 and all(text[:1].isupper() and not text.isupper() for text in written)


def _unnumbered(shape: Shape, asked: _Asked) -> Iterator[tuple[int, int]]:
    """What answers with a street or a house number alone, and PO boxes."""
    tokens = shape.tokens
    for match in _WITHOUT_NUMBER.finditer(shape.letters):
        is_letter = tokens[match.end() - 1].text in {"i", "a"} and match[0][0] == "U"
        if _is_answer(tokens[match.start()], asked) and not is_letter:
            yield match.start(), _end(shape, match.end())
    for match in _HOUSE_ALONE.finditer(shape.letters) if asked.houses else ():
        first = tokens[match.start()].position
        if _between(asked.houses, first - _PART_ANSWER, first):
            yield match.span()
    for match in _BOX.finditer(shape.letters):
        post = tokens[match.start()].text
        if post in {"po", "p.o", "o", "office", "pobox"}:
            is_two_words = post in {"o", "office"}
            yield max(match.start() - is_two_words, 0), _end(shape, match.end())


def _is_house(tokens: Sequence[Token], letters: str) -> bool:
    """Whether the number is one of a house though nobody asked: not "one quiet street"."""
    is_single = letters[0] == "n" and letters[1:2] != "n" and tokens[0].text.isalpha()
    return not (is_single and VALUES.get(tokens[0].text, 0) <= _FEW)


def _is_answer(token: Token, asked: _Asked) -> bool:
    """Whether it begins an answer to a question for an address, or what somebody tells as one."""
    asking = asked.asking
    before = _between(asking, token.position - _PART_ANSWER * 2, token.position)
    answers = any(cue.side != token.side for cue in before)
    return answers or any(_is_right_after(token, found, _SAID) for found in (asking, asked.told))


def _end(shape: Shape, start: int) -> int:
    """Where the address ends whose street ends before `start`."""
    end = start
    while end < len(shape.letters):
        code = _CODE.match(shape.letters, end)
        if code:
            return code.end()
        more = _MORE.match(shape.letters, end)
        if not more or (more[0] in "wdhoSWk" and _is_new(shape, end)):
            break
        end = more.end()
    return end


def _is_new(shape: Shape, index: int) -> bool:
    """Whether a new sentence begins here, or the other side has said much in between."""
    before, token = shape.tokens[index - 1], shape.tokens[index]
    if token.position - before.position > _INTERRUPTION:
        return True
    is_ended = before.written.endswith(_SENTENCE_END) and shape.letters[index - 1] not in "SWdl"
    return is_ended and not re.match("[wk]{0,2}[XPZpU]", shape.letters[index:])


def _postcodes(shapes: Mapping[str, Shape], asked: _Asked) -> Iterator[int]:
    """Postcodes and ZIPs in answer to a question for one, or before "is my ZIP"."""
    for cue in asked.postcodes:
        for shape in shapes.values():
            begin = _index(shape, cue.last)
            end = _index(shape, cue.last + 2 * _POSTCODE_ANSWER)
            for match in _ASKED_CODE.finditer(shape.letters, begin, end):
                tokens = shape.tokens[match.start() : match.end()]
                following = shape.tokens[match.end() : match.end() + 1]
                is_near = tokens[0].position - cue.last <= _POSTCODE_ANSWER
                if is_near and _is_code(match[0], following):
                    yield from (token.position for token in tokens)
            yield from _code_before(shape, cue)


def _code_before(shape: Shape, cue: Cue) -> Iterator[int]:
    """What "is my ZIP", "that's the postcode" follows."""
    end = _index(shape, cue.first - 1)
    begin = max(0, end - _POSTCODE_ANSWER)
    for match in _ASKED_CODE.finditer(shape.letters, begin, end):
        between = {token.text for token in shape.tokens[match.end() : end]}
        if between & _NAMING and between <= _NAMED and _is_code(match[0], ()):
            yield from (token.position for token in shape.tokens[match.start() : match.end()])


def _index(shape: Shape, position: int) -> int:
    """The first word of a side after a position of the conversation."""
    return bisect_right(shape.tokens, position, key=lambda token: token.position)


def _is_code(letters: str, following: Sequence[Token]) -> bool:
    if following and following[0].text in words("date_units"):
        return False
    return bool(re.search("[PZ]|p[qo]", letters)) or (len(letters) > 2 and "n" in letters)


def _parts(shapes: Mapping[str, Shape], asked: _Asked, found: set[int]) -> Iterator[int]:
    """Town, state or county in answer to a question for it, while an address is told."""
    asking = (*asked.questions, *asked.houses, *asked.postcodes)
    begun = sorted({*found, *(cue.last for cue in asking)})
    for cue in sorted((*asked.parts, *asked.streets), key=_last):
        place = bisect_left(begun, cue.last - _CONTEXT)
        if place == len(begun) or begun[place] > cue.last:
            continue
        for side, shape in shapes.items():
            first, end = _index(shape, cue.last), _index(shape, cue.last + _PART_ANSWER)
            match = _PART.match(shape.letters, first, end) if first < end else None
            verb = shape.tokens[first].text if match else ""
            is_told = cue.kind == "address_parts" and verb in {"is", "was", "would"}
            if match and (side != cue.side or is_told):
                told = shape.tokens[match.start(1) : match.end(1)]
                yield from (token.position for token in told)


@cache
def _classes() -> Mapping[str, str]:
    """The letter of each word that has one however it is written: "in" may be Indiana."""
    codes = words("state_codes")
    return {word: letter for word, letter in _lower_case().items() if word not in codes}


@cache
def _lower_case() -> Mapping[str, str]:
    """The letter of each known word; the later ones count where a word is in several lists."""
    return {
        **dict.fromkeys(words("common_words"), "k"),
        **dict.fromkeys(words("function_words"), "s"),
        **dict.fromkeys(words("states") - {"new", "of", "district", "united"}, "X"),
        **dict.fromkeys(words("place_words_when_asked"), "W"),
        **dict.fromkeys(words("place_words"), "S"),
        **dict.fromkeys(words("not_street_names"), "N"),
        **dict.fromkeys(words("unit_words"), "U"),
        **dict.fromkeys("bcdefghjklmnopqrstuvwxyzai", "l"),
        **{word: "o" for word, letter in DATE_CLASSES.items() if letter in "oO"},
        **{word: "n" for word, letter in DATE_CLASSES.items() if letter in "uztTkH"},
        **dict.fromkeys(("double", "triple", "number"), "n"),
        **dict.fromkeys(("for", "as", "like"), "g"),
        **dict.fromkeys(("dash", "hyphen"), "j"),
        **dict.fromkeys(("po", "p.o", "pobox"), "O"),
        **dict.fromkeys(
            ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest",
             "ne", "nw", "se", "sw"),
            "d",
        ),
        **dict.fromkeys(words("spelling_alphabet"), "h"),
        "box": "B",
        "lane": "Y",
        "ln": "Y",
        "way": "V",
        "in": "i",
        "and": "a",
    }  # fmt: skip


def _other(token: Token) -> str:
    text = token.text
    if text in words("state_codes"):
        is_state = token.written[:2].isupper() or text not in _lower_case()
        return "X" if is_state else _lower_case()[text]
    if text.isalpha():
        return "ll" if len(text) == 2 else "w"
    return _code(text) if text else ""


def _code(text: str) -> str:
    if _ORDINAL.match(text):
        return "o"
    for pattern, letter in ((_UK_CODE, "P"), (_OUTWARD, "p"), (_INWARD, "q")):
        if pattern.match(text):
            return letter
    if _HOUSE.match(text):
        return "Z" if text.isdigit() and len(text) == 5 else "n"
    return "o" if text[0].isdigit() else "n" if text.partition("-")[0] in VALUES else "w"
