"""The corpus: sentences of customers and of agents, written for this, one a line with its label.

A folder per language, in it one per side, in it a file per topic or way of speaking. Files are the
groups of the cross-validation: sentences that were written together are never on both sides of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sentence:
    """A sentence, its label, and the file (group) that it stands in."""

    group: str
    label: str
    text: str


def corpus(language: str, side: str, folder: Path = FOLDER) -> tuple[Sentence, ...]:
    """Every sentence of a side, by file; raises ValueError for a line without a label."""
    found = []
    for path in sorted((folder / language / side).glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            label, colon, text = line.partition(": ")
            if not colon or " " in label:
                raise ValueError(f"{path.name}, line {number}: expected label: sentence")
            found.append(Sentence(path.stem, label, text))
    return tuple(found)


def groups(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The groups, sorted."""
    return tuple(sorted({sentence.group for sentence in sentences}))
