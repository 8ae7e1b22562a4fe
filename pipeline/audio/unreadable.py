"""Why a recording cannot be used, in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

EXPECTED = "expected WAV, MP3, Ogg, M4A, FLAC, WebM …"


class UnreadableRecordingError(Exception):
    """A recording that cannot be used: what is wrong, what was found, what was expected.

    Its sentence goes into QUARANTINE; it stops nothing else.
    """


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Everything that can be wrong with a file becomes one kind of exception, which names it."""
    try:
        yield
    except UnreadableRecordingError as error:
        raise UnreadableRecordingError(f"{path.name}: {error}") from error
    except av.FFmpegError as error:
        why = f"not a readable recording ({reason(error)}), {EXPECTED}"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error
    except FileNotFoundError as error:
        why = "the file is gone, expected it to stay"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error
    except (OSError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        why = f"cannot be read ({reason(error)}), expected a recording"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error


def reason(error: Exception) -> str:
    """The decoder's own words, without error numbers and paths."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
