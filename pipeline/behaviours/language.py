"""A language: its word pack, and how a turn's words become plain text to look for phrases in."""

import bisect
import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PACKS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Phrase:
    """One kind of phrase: whose it is, and the pattern that finds it."""

    kind: str
    side: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Pack:
    """A language's phrases and its way to write contractions out; `version` is the file's hash."""

    language: str
    version: str
    contractions: tuple[tuple[str, str], ...]
    phrases: dict[str, Phrase]


def languages() -> frozenset[str]:
    """Languages with a word pack."""
    return frozenset(path.stem for path in PACKS.glob("*.toml"))


@cache
def pack(language: str) -> Pack:
    """The word pack of `language`; raises KeyError for a language without one."""
    if language not in languages():
        raise KeyError(language)
    text = (PACKS / f"{language}.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    phrases = {
        kind: Phrase(kind, entry["side"], _compiled(entry["patterns"], content["slots"]))
        for kind, entry in content["phrases"].items()
    }
    contractions = sorted(content["contractions"].items(), key=lambda pair: -len(pair[0]))
    return Pack(language, version, tuple(contractions), phrases)


def _compiled(patterns: list[str], slots: dict[str, Any]) -> re.Pattern[str]:
    filled = "|".join(f"(?:{pattern})" for pattern in patterns)
    # Slots may use each other one level deep; braces that are quantifiers hold digits.
    for name, value in slots.items():
        filled = filled.replace("{" + name + "}", value)
    return re.compile(rf"(?<!\w)(?:{filled})(?!\w)", re.MULTILINE)


@dataclass(frozen=True)
class Tokens:
    """A turn as plain text, and which of its words each stretch of the text came from."""

    text: str
    starts: tuple[int, ...]
    indices: tuple[int, ...]

    def words_of(self, start: int, end: int) -> Sequence[int]:
        """Indices of the spoken words behind `text[start:end]`."""
        first = max(bisect.bisect_right(self.starts, start) - 1, 0)
        return self.indices[first : bisect.bisect_left(self.starts, end)]


SENTENCE_ENDS = (".", "?", "!")
_NOISE = re.compile(r"[^\w' ]+")


def plain(text: str, language: Pack) -> str:
    """Lower case, no punctuation, contractions written out."""
    bare = _NOISE.sub(" ", text.lower().replace("\u2019", "'")).strip().strip("'")
    for short, long in language.contractions:
        if bare.endswith(short):
            return (bare[: -len(short)] + long).strip()
    return " ".join(bare.split())


@cache
def _plain_word(text: str, language: str) -> str:
    return plain(text, pack(language))


def tokens(words: Sequence[str], language: str) -> Tokens:
    """The words in plain writing, one sentence a line where the transcript marks sentence ends.

    Words that are only marks fall away. A phrase never runs over two lines; without punctuation the
    whole turn is one.
    """
    starts: list[int] = []
    parts: list[str] = []
    indices: list[int] = []
    position = 0
    for index, word in enumerate(words):
        written = _plain_word(word, language)
        if not written:
            continue
        starts.append(position)
        parts += [written, "\n" if word.endswith(SENTENCE_ENDS) else " "]
        indices.append(index)
        position += len(written) + 1
    return Tokens("".join(parts).rstrip(), tuple(starts), tuple(indices))
