"""A language: its word pack, and how a turn's words become plain text to look for phrases in.

A pack is a folder of text files that a linguist can edit: `contractions.txt`, `slots.txt`, and a
file per cue, below `roles/` those that tell who the agent is. A second language is one more folder.
"""

import bisect
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from pipeline.behaviours.notation import Part, PhraseError, Plain, Search, phrase

PACKS = Path(__file__).parent / "words"
CONTRACTIONS, SLOTS = "contractions.txt", "slots.txt"
ROLES = "roles/"
"""What the kinds of the cues begin with that tell who the agent is."""

SIDES = ("agent", "customer", "either")
ENDINGS = (".", "?", "!")

MOST_WORDS = 1 << 18
"""Plain writings kept at a time: more different words than a language has."""

_folders: list[Path] = [PACKS]


@dataclass(frozen=True, eq=False)
class Cue:
    """One kind of phrase: whose it is, how it is said, and test phrases that have it or have not.

    The kind is the file's name, below `roles/` with the folder's.
    """

    kind: str
    meaning: str
    side: str
    phrases: Mapping[str, Part]
    exclusions: Mapping[str, Part]
    has: tuple[str, ...]
    has_not: tuple[str, ...]

    def matches(self, line: Plain) -> list[tuple[int, int]]:
        """Spans of the line's text, whoever says it."""
        return self._search.matches(line).get(self.kind, [])

    @cached_property
    def _search(self) -> Search:
        return _search([self], {})


def _search(cues: Iterable[Cue], often: Mapping[str, int]) -> Search:
    kinds = {c.kind: ([*c.phrases.values()], [*c.exclusions.values()]) for c in cues}
    return Search(kinds, often)


@dataclass(frozen=True, eq=False)
class Pack:
    """A language's cues and its way to write contractions out, longest first."""

    language: str
    contractions: tuple[tuple[str, str], ...]
    slots: Mapping[str, str]
    cues: Mapping[str, Cue]
    _searches: dict[str, Search] = field(default_factory=dict)

    def search(self, side: str) -> Search:
        """All that a side can say, but for the cues that tell who the agent is."""
        if side not in self._searches:
            cues = [
                cue
                for cue in self.cues.values()
                if cue.side in (side, "either") and not cue.kind.startswith(ROLES)
            ]
            self._searches[side] = _search(cues, self._often)
        return self._searches[side]

    @cached_property
    def _often(self) -> Counter[str]:
        """How often a word is said, by the test phrases of all cues."""
        texts = (text for cue in self.cues.values() for text in (*cue.has, *cue.has_not))
        return Counter(word for text in texts for word in text.lower().split())

    def version(self, kinds: Iterable[str] | None = None) -> str:
        """Changes with the phrases of these kinds (or all), not with their test phrases."""
        chosen = sorted(self.cues if kinds is None else kinds)
        said = [repr((self.contractions, sorted(self.slots.items())))]
        for cue in (self.cues[kind] for kind in chosen):
            said.append(repr((cue.kind, cue.side, list(cue.phrases), list(cue.exclusions))))
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


@cache
def languages() -> frozenset[str]:
    """Languages with a word pack."""
    return frozenset(path.name for root in _folders for path in root.glob("[!.]*") if path.is_dir())


def add_packs(folder: Path | None) -> None:
    """Read packs, or cues that ours lack, from a folder of the user's too; None: from ours alone.

    A cue that is also in ours replaces it.
    """
    _folders[:] = [PACKS, *([folder] if folder is not None and folder.is_dir() else [])]
    languages.cache_clear()
    pack.cache_clear()
    _written.cache_clear()


@cache
def pack(language: str) -> Pack:
    """The word pack of `language`; raises KeyError for a language without one, and PhraseError."""
    if language not in languages():
        raise KeyError(language)
    folders = [root / language for root in _folders]
    contractions = _pairs(folder / CONTRACTIONS for folder in folders)
    slots = _pairs(folder / SLOTS for folder in folders)
    cues = {
        cue.kind: cue
        for folder in folders
        for path in sorted(folder.rglob("*.txt"))
        if path.name not in (CONTRACTIONS, SLOTS)
        for cue in [_cue(path, path.relative_to(folder).with_suffix("").as_posix(), slots)]
    }
    longest_first = sorted(contractions.items(), key=lambda pair: -len(pair[0]))
    return Pack(language, tuple(longest_first), slots, dict(sorted(cues.items())))


def _pairs(paths: Iterable[Path]) -> dict[str, str]:
    pairs = {}
    for path in paths:
        for number, line in _lines(path) if path.is_file() else ():
            name, equals, value = line.partition("=")
            if not (equals and name.strip()):
                raise PhraseError(f"{path.name}, line {number}: expected name = value")
            pairs[name.strip()] = value.strip()
    return pairs


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors begin with a mark
    except UnicodeDecodeError as error:
        raise PhraseError(f"{path.name}: expected a text file in UTF-8") from error


def _cue(path: Path, kind: str, slots: Mapping[str, str]) -> Cue:
    side, told = "", {"!": {}, "": {}}  # type: tuple[str, dict[str, dict[str, Part]]]
    tests: dict[str, list[str]] = {"+": [], "-": []}
    for number, line in _lines(path):
        mark, text = (line[0], line[1:].strip()) if line[0] in "!+-" else ("", line)
        if mark in tests:
            tests[mark].append(text)
        elif line.startswith("side:"):
            side = line.removeprefix("side:").strip()
        else:
            try:
                told[mark][text] = phrase(text, slots)
            except PhraseError as error:
                raise PhraseError(f"{path.name}, line {number}: {error}") from error
    if side not in SIDES:
        raise PhraseError(f"{path.name}: expected a line 'side:' with one of {', '.join(SIDES)}")
    first = _text(path).partition("\n")[0]
    meaning = first.removeprefix("#").strip() if first.startswith("#") else ""
    return Cue(kind, meaning, side, told[""], told["!"], tuple(tests["+"]), tuple(tests["-"]))


_NOISE = re.compile(r"[^\w' ]+")


def plain(text: str, language: Pack) -> str:
    """A word in lower case, without punctuation, its contraction written out."""
    bare = _NOISE.sub(" ", text.lower().replace("\u2019", "'")).strip().strip("'")
    for short, long in language.contractions:
        if bare.endswith(short):
            return f"{bare[: -len(short)]} {long}".strip()
    return " ".join(bare.split())


class _Written(dict[str, tuple[str, ...]]):
    """Each spoken word's plain words, worked out once."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= MOST_WORDS:
            self.clear()
        found = self[word] = tuple(plain(word, pack(self._language)).split())
        return found


@cache
def _written(language: str) -> _Written:
    return _Written(language)


def tokens(words: Sequence[str], language: str) -> Plain:
    """The words in plain writing, one sentence a line where the transcript marks sentence ends.

    Words that are only marks fall away. A phrase never runs over two lines; without punctuation the
    whole turn is one.
    """
    written = _written(language)
    said: list[str] = []
    indices: list[int] = []
    pieces: list[str] = []
    starts: list[int] = []
    position = 0
    for index, word in enumerate(words):
        for one in written[word]:
            said.append(one)
            indices.append(index)
            pieces.append(" " + one)
            starts.append(position)
            position += len(one) + 1
        if word.endswith(ENDINGS) and pieces and pieces[-1] != "\n":
            pieces.append("\n")
            position += 1
    return Plain("".join(pieces), said, starts, indices)


def spoken(line: Plain, start: int, end: int) -> range:
    """Indices of the spoken words behind `line.text[start:end]`."""
    first = bisect.bisect_left(line.starts, start)
    last = bisect.bisect_left(line.starts, end) - 1
    return range(line.indices[first], line.indices[last] + 1)
