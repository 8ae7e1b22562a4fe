"""Run the benches: all, or those named; a folder keeps what was made."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import recovery, speech

BENCHES: dict[str, Callable[[Path], None]] = {"speech": speech.bench, "recovery": recovery.bench}


def main() -> None:
    """`python -m tests.bench [NAME …] [FOLDER]`."""
    named = [argument for argument in sys.argv[1:] if argument in BENCHES]
    folders = [Path(argument) for argument in sys.argv[1:] if argument not in BENCHES]
    folder = folders[0] if folders else Path(tempfile.mkdtemp(prefix="attune-bench-"))
    for name in named or BENCHES:
        print(f"\n== {name} (in {folder})", flush=True)
        BENCHES[name](folder)


if __name__ == "__main__":
    main()
