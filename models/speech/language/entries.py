"""What may fill a slot: `lexicon/<slot>.txt`, one word or phrase per line.

An entry may have slots of its own, so `fault.txt` may say "was delayed by {span}".
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lexicon"


@cache
def entries() -> Mapping[str, tuple[str, ...]]:
    """The entries of every slot, in the order of the file."""
    return {
        path.stem: tuple(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(FOLDER.glob("*.txt"))
    }
