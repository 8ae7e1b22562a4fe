"""The templates' files: a `[section]`, then an entry a line; `#` begins a comment.

`development*.txt` is for everybody. `scoring*.txt` is for scoring alone: whoever writes the
redactor does not open it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FAMILIES = ("development", "scoring")
HARMLESS = "harmless"

Sections = Mapping[str, tuple[str, ...]]

_FOLDER = Path(__file__).parent


@cache
def templates(family: str) -> Sections:
    """Exchanges by kind of secret (`card`) and class of look-alike (`harmless order`).

    Turns stand between `|`; A: and C: say whose, or neither where one side alone speaks.
    """
    return {**_sections(f"{family}_secrets"), **_sections(f"{family}_harmless")}


@cache
def wording(family: str) -> Sections:
    """The family's names, towns, hesitations and so on."""
    return _sections(f"{family}_words")


def _sections(stem: str) -> Sections:
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{stem}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            entries = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            entries.append(line)
    return {name: tuple(entries) for name, entries in found.items()}
