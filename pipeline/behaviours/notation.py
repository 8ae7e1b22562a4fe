"""The notation of phrases in a word pack: words in order, with choices, made into one search.

`a|b` is one of single words, `word?` may be missing, `*` is any one word, `...` zero to four words,
`{name}` one of a list in `slots.txt`, `( … | … )` one of several phrases, `( … )?` may be missing,
`^` and `$` are the ends of a sentence. A phrase begins with a word, after `^` perhaps.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

GAP_WORDS = 4
DIGITS = "{digits}"
"""A slot that needs no list: a word of digits."""

Slots = Mapping[str, str]

_WORD = r" [^ \n]+"
_BRACKETS = re.compile(r"(\(|\)\??)")


class PhraseError(ValueError):
    """A phrase that the notation does not allow; the message says which and why."""


@dataclass(frozen=True)
class Part:
    """A piece of a phrase as a regular expression in which a space stands before every word.

    `firsts` and `seconds` are the words that it can begin with and that can be second in it, None
    when that can be any. `needs`: of each of these sets a word must be there. `opens`: it stands at
    the start of a sentence only. `may_be_missing`: it also matches nothing. `may_be_one`: it also
    matches one word. `words` is how many it has at most.
    """

    expression: str
    firsts: frozenset[str] | None
    seconds: frozenset[str] | None = frozenset()
    needs: tuple[frozenset[str], ...] = ()
    opens: bool = False
    may_be_missing: bool = False
    may_be_one: bool = True
    words: int = 1


NOTHING = Part("", frozenset(), may_be_missing=True, may_be_one=False, words=0)


def phrase(text: str, slots: Slots) -> Part:
    """A phrase in the notation; raises PhraseError."""
    pieces = _BRACKETS.sub(r" \1 ", text).split()
    part, left = _choice(pieces, slots, text)
    if left:
        raise PhraseError(f"{text!r}: a ')' too many")
    if part.may_be_missing or not part.firsts:
        raise PhraseError(f"{text!r}: expected a word that must be there at its start")
    return part


def _choice(pieces: Sequence[str], slots: Slots, text: str) -> tuple[Part, Sequence[str]]:
    """Alternatives up to a closing bracket or the end, and the pieces from there on."""
    ways: list[Part] = []
    row: list[Part] = []
    while pieces and not pieces[0].startswith(")"):
        piece, pieces = pieces[0], pieces[1:]
        if piece == "|":
            ways.append(_sequence(row))
            row = []
        elif piece == "(":
            inner, pieces = _choice(pieces, slots, text)
            if not pieces:
                raise PhraseError(f"{text!r}: a '(' is not closed")
            row.append(_optional(inner) if pieces[0] == ")?" else inner)
            pieces = pieces[1:]
        else:
            row.append(_piece(piece, slots, text))
    return _either([*ways, _sequence(row)]), pieces


def _piece(piece: str, slots: Slots, text: str) -> Part:
    if piece in ("^", "$"):
        return replace(NOTHING, expression=f"(?:{piece})", opens=piece == "^")
    if piece == "*":
        return Part(_WORD, None)
    if piece == "...":
        gap = f"(?:{_WORD}){{0,{GAP_WORDS}}}?"
        return Part(gap, None, None, may_be_missing=True, words=GAP_WORDS)
    if piece.endswith("?"):
        return _optional(_piece(piece[:-1], slots, text))
    return _either([_word(word, slots, text) for word in piece.split("|")])


def _word(word: str, slots: Slots, text: str) -> Part:
    if word == DIGITS:
        return Part(r" \d+", None)
    if word.startswith("{") and word.endswith("}"):
        name = word[1:-1]
        if name not in slots:
            raise PhraseError(f"{text!r}: there is no slot {word}")
        # A slot may use others, but not itself: it is not among those that its list may use.
        others = {key: value for key, value in slots.items() if key != name}
        part, left = _choice(_BRACKETS.sub(r" \1 ", slots[name]).split(), others, text)
        if left:
            raise PhraseError(f"{text!r}: a ')' too many in the slot {word}")
        return part
    if not word or not all(letter.isalnum() or letter in "'[]-" for letter in word):
        raise PhraseError(f"{text!r}: {word!r} is not a word")
    return Part(f" {re.escape(word)}", frozenset([word]), needs=(frozenset([word]),))


def _optional(part: Part) -> Part:
    return replace(
        part, expression=f"(?:{part.expression})?", needs=(), opens=False, may_be_missing=True
    )


def _either(ways: Sequence[Part]) -> Part:
    if len(ways) == 1:
        return ways[0]
    longest_first = sorted(ways, key=lambda way: -way.words)
    return Part(
        "(?:" + "|".join(way.expression + _end(way) for way in longest_first) + ")",
        _any_of(way.firsts for way in ways),
        _any_of(way.seconds for way in ways),
        # One of each way's last words: the first are there already where a phrase is tried.
        (frozenset().union(*(w.needs[-1] for w in ways)),) if all(w.needs for w in ways) else (),
        all(way.opens for way in ways),
        any(way.may_be_missing for way in ways),
        any(way.may_be_one for way in ways),
        max(way.words for way in ways),
    )


def _any_of(words: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """All of them; None where one is of any word."""
    found = list(words)
    known = [one for one in found if one is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _end(way: Part) -> str:
    """A word ends where it ends: "go" is no "going"."""
    return r"(?![^ \n])" if way.words else ""


def _sequence(row: Sequence[Part]) -> Part:
    if not row:
        return NOTHING
    part, rest = row[0], _sequence(row[1:])
    firsts, seconds = [part.firsts], [part.seconds]
    if part.may_be_missing:
        firsts.append(rest.firsts)
        seconds.append(rest.seconds)
    if part.may_be_one:
        seconds.append(rest.firsts)
    return Part(
        part.expression + _end(part) + rest.expression,
        _any_of(firsts),
        _any_of(seconds),
        (*part.needs, *rest.needs),
        part.opens,
        part.may_be_missing and rest.may_be_missing,
        (part.may_be_one and rest.may_be_missing) or (part.may_be_missing and rest.may_be_one),
        part.words + rest.words,
    )


@dataclass(frozen=True)
class Plain:
    """A turn as plain text: a space before every word, a line break at the end of a sentence.

    `starts` are the places of the words' spaces, `indices` the spoken words that they came from.
    """

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    indices: Sequence[int]


Matches = dict[str, list[tuple[int, int]]]
"""By kind the spans of a line's text, by start, none over another."""


ANY = ""
"""Stands for every second word that is in no list, and for none."""


class _Tried:
    """Phrases of one kind with the same first words; compiled when they are met first."""

    def __init__(
        self, kind: str, parts: Sequence[Part], *, bars: bool, often: Mapping[str, int]
    ) -> None:
        self.kind = kind
        self.bars = bars
        self.opens = all(part.opens for part in parts)
        self._parts = parts
        self._often = often

    @cached_property
    def needs(self) -> frozenset[str] | None:
        return _rarest(self._parts, self._often)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self._parts)


def _rarest(parts: Sequence[Part], often: Mapping[str, int]) -> frozenset[str] | None:
    """Words of which one must be in the line for any of the parts; None where nothing must."""
    if not all(part.needs for part in parts):
        return None
    chosen = [
        min(part.needs, key=lambda words: sum(often.get(word, 0) for word in words))
        for part in parts
    ]
    return frozenset().union(*chosen)


class Search:
    """Looks for the phrases of many kinds at once; what overlaps an exclusion of its kind is none.

    A phrase is only tried where its first two words stand, and in a line with its rarest word
    (`often` counts words in any text of the language): most words begin none.
    """

    def __init__(
        self,
        kinds: Mapping[str, tuple[Sequence[Part], Sequence[Part]]],
        often: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._often = often
        self._known: dict[tuple[object, ...], _Tried] = {}
        self._rows: dict[str, dict[str, list[_Tried]]] = {}
        for kind, (phrases, barred) in sorted(kinds.items()):
            for first, parts in _by_first(phrases).items():
                self._add(kind, first, parts)
            for part in barred:  # each by itself: of two that overlap, both count
                for first in sorted(part.firsts or ()):
                    self._add(kind, first, [part], bars=True)

    def _add(self, kind: str, first: str, parts: Sequence[Part], *, bars: bool = False) -> None:
        """The phrases of a kind that begin with a word, by the words that can be second."""
        row = self._rows.setdefault(first, {ANY: []})
        seconds = {word for part in parts if not _is_open(part) for word in part.seconds or ()}
        for second in seconds - row.keys():
            row[second] = list(row[ANY])
        for second in row:
            chosen = [p for p in parts if _is_open(p) or second in (p.seconds or ())]
            if chosen:
                row[second] = [*row[second], self._tried(kind, chosen, bars=bars)]

    def _tried(self, kind: str, parts: Sequence[Part], *, bars: bool) -> _Tried:
        """One for the same phrases, wherever they are tried: compiling them is what takes time."""
        key = (kind, bars, *map(id, parts))
        if key not in self._known:
            self._known[key] = _Tried(kind, parts, bars=bars, often=self._often)
        return self._known[key]

    def matches(self, line: Plain) -> Matches:
        """Where each kind is said in the line."""
        found: Matches = {}
        barred: Matches = {}
        words, starts, text = line.words, line.starts, line.text
        there = set(words)
        for place, row in enumerate(map(self._rows.get, words)):
            if row is None:
                continue
            second = words[place + 1] if place + 1 < len(words) else ANY
            inside = place > 0 and text[starts[place] - 1] != "\n"
            for tried in row[second] if second in row else row[ANY]:
                if inside and tried.opens:
                    continue
                if tried.needs is not None and tried.needs.isdisjoint(there):
                    continue
                spans = (barred if tried.bars else found).setdefault(tried.kind, [])
                if spans and spans[-1][1] > starts[place] and not tried.bars:
                    continue
                match = tried.pattern.match(text, starts[place])
                if match is not None:
                    spans.append(match.span())
        return _without(found, barred)


def _without(found: Matches, barred: Matches) -> Matches:
    return {
        kind: kept
        for kind, spans in found.items()
        if (kept := [span for span in spans if not _is_barred(span, barred.get(kind, ()))])
    }


def _is_barred(span: tuple[int, int], barred: Sequence[tuple[int, int]]) -> bool:
    return any(first < span[1] and span[0] < last for first, last in barred)


def _by_first(phrases: Iterable[Part]) -> dict[str, list[Part]]:
    """The longest phrases first: the longest one that is said counts."""
    found: dict[str, list[Part]] = {}
    for part in sorted(phrases, key=lambda part: -part.words):
        for word in sorted(part.firsts or ()):
            found.setdefault(word, []).append(part)
    return found


def _is_open(part: Part) -> bool:
    """Whether any word can be its second, or none need be."""
    return part.seconds is None or part.may_be_one


def _compiled(parts: Sequence[Part]) -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?:{part.expression}){_end(part)}" for part in parts), re.MULTILINE
    )
