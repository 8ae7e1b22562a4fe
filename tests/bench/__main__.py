"""Run the benches: all, or those named; a folder keeps what was made."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import (
    behaviours,
    dialogues,
    diarisation,
    emotion,
    forgetting,
    invention,
    long_calls,
    measuring,
    moments,
    readers,
    recovery,
    redaction,
    sound,
    speech,
    true_size,
    vendor_transcripts,
    words,
)

BENCHES: dict[str, Callable[[Path], None]] = {
    "sound": sound.bench,
    "long_calls": long_calls.bench,
    "diarisation": diarisation.bench,
    "emotion": emotion.bench,
    "behaviours": behaviours.bench,
    "moments": moments.bench,
    "dialogues": dialogues.bench,
    "measuring": measuring.bench,
    "words": words.bench,
    "invention": invention.bench,
    "true_size": true_size.bench,
    "speech": speech.bench,
    "recovery": recovery.bench,
    "readers": readers.bench,
    "vendor_transcripts": vendor_transcripts.bench,
    "redaction": redaction.bench,
    "forgetting": forgetting.bench,
}


def main() -> None:
    """`python -m tests.bench [NAME …] [FOLDER]`."""
    if any(argument.startswith("-") for argument in sys.argv[1:]):
        sys.exit(f"{main.__doc__} NAME is one of {', '.join(BENCHES)}.")
    named = [argument for argument in sys.argv[1:] if argument in BENCHES]
    folders = [Path(argument) for argument in sys.argv[1:] if argument not in BENCHES]
    folder = folders[0] if folders else Path(tempfile.mkdtemp(prefix="attune-bench-"))
    for name in named or BENCHES:
        print(f"\n== {name} (in {folder})", flush=True)
        BENCHES[name](folder)


if __name__ == "__main__":
    main()
