"""The sentence templates: `templates/<sector>.txt`, in sections `[side function]`.

A template is a sentence with slots in braces. A tenth of each section, those whose text has the
lowest checksums, is kept for scoring: no sentence of training is ever made from it. A section
marked `*` holds stock replies such as "Yes." that every call needs: training and scoring calls
share them, and `sentence(scoring=True)` never draws them. Changing a section changes what is kept
for scoring: a model trained before is then no longer scored on unseen sentences.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
GENERAL = "general"
"""The sector whose templates fit every call."""

SCORING_SHARE = 10
"""One template in so many is kept for scoring …"""

FEWEST_SCORING = 2
"""… and at least so many of each section."""

OWN_TIMES = 3
"""How much likelier a template of the call's own kind of business is than a general one."""

_HEADER = re.compile(r"\[(agent|customer) (\w+)( \*)?\]")
_START = re.compile(r"(^|[.?!] )([A-Z][\w']*)")


@dataclass(frozen=True)
class Key:
    """Who says it, to what end, in which kind of business."""

    side: str
    function: str
    sector: str


@dataclass(frozen=True)
class Section:
    """The templates of one key, split by use. `stock` templates are in both uses."""

    key: Key
    stock: bool
    training: tuple[str, ...]
    scoring: tuple[str, ...]


@cache
def sections() -> Mapping[Key, Section]:
    """Every section of every file."""
    found: dict[Key, Section] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for header, lines in _blocks(path.read_text(encoding="utf-8")):
            section = _section(header, path.stem, lines)
            found[section.key] = section
    return found


@cache
def sectors() -> tuple[str, ...]:
    """The kinds of business, sorted."""
    return tuple(sorted({key.sector for key in sections()} - {GENERAL}))


@cache
def options(key: Key, *, scoring: bool) -> tuple[str, ...]:
    """The templates for `key`: those of its sector, `OWN_TIMES` each, and the general ones.

    Raises KeyError where there are none for this use.
    """
    own = _templates(key, scoring)
    found = own * OWN_TIMES + _templates(replace(key, sector=GENERAL), scoring)
    if not found:
        raise KeyError(f"no template for {key}, scoring={scoring}")
    return found


def _templates(key: Key, scoring: bool) -> tuple[str, ...]:
    section = sections().get(key)
    if section is None:
        return ()
    return section.scoring if scoring else section.training


def all_templates() -> tuple[str, ...]:
    """Every template, whatever its use."""
    return tuple(
        template
        for section in sections().values()
        for template in dict.fromkeys((*section.training, *section.scoring))
    )


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    blocks: list[tuple[str, list[str]]] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            blocks.append((line, []))
        else:
            blocks[-1][1].append(line)
    return blocks


def _section(header: str, sector: str, lines: list[str]) -> Section:
    match = _HEADER.fullmatch(header)
    if match is None:
        raise ValueError(f"{sector}.txt: bad header {header!r}, expected [side function]")
    side, function, star = match.groups()
    stock = star is not None
    kept = frozenset[str]() if stock else _kept_for_scoring(lines)
    training = tuple(_uncapital(line) for line in lines if line not in kept)
    scoring = training if stock else tuple(_uncapital(line) for line in lines if line in kept)
    return Section(Key(side, function, sector), stock, training, scoring)


def _kept_for_scoring(lines: list[str]) -> frozenset[str]:
    count = max(FEWEST_SCORING, len(lines) // SCORING_SHARE)
    return frozenset(sorted(lines, key=lambda line: zlib.crc32(line.encode()))[:count])


def _uncapital(template: str) -> str:
    """The template with lower case where only the start of a sentence is why it has a capital."""
    return _START.sub(lambda found: found[1] + _lower(found[2]), template)


def _lower(word: str) -> str:
    return word if word == "I" or word.startswith("I'") else word[0].lower() + word[1:]
