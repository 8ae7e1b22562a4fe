"""The audit log: runs, removals, accesses. Lines are added, never changed, and each seals the last.

One JSON object a line: `at`, `actor` (the account that ran it), `action`, `subject` (a tombstone,
never a name or an id), `what` (counts) and `before`, the SHA-256 of the line before. Whoever takes
a line out or changes one breaks the chain from there on; `problems` says where. A log that was cut
off at its end is told by nobody but an earlier copy: keep one elsewhere.
"""

import getpass
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import StoreError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

FIRST = "0" * 64
"""Stands for the line before the first."""

LONGEST_LINE = 2**16
"""Bytes from the end in which the last line begins."""


@dataclass(frozen=True)
class Audit:
    """The audit log in a file."""

    path: Path

    def note(
        self,
        action: str,
        what: Mapping[str, object],
        *,
        subject: str | None = None,
    ) -> None:
        """Add a line, on the disk before this returns; raises StoreError where that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file, _alone(file):
                entry = {
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "actor": _account(),
                    "action": action,
                    "subject": subject,
                    "what": dict(what),
                    "before": _seal(file),
                }
                file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"The audit log {self.path} cannot be written: {error.strerror}.",
                next_step="set [privacy] audit_log to a file that can be written.",
            ) from error

    @contextmanager
    def during(self, action: str, what: Mapping[str, object]) -> Iterator[dict[str, object]]:
        """A line when it begins and one when it ends, with what is put into the result; or fails.

        Of an error only the kind is told: its message may quote what stands in a file.
        """
        self.note(f"{action} began", what)
        result: dict[str, object] = {}
        try:
            yield result
        except BaseException as error:
            self.note(f"{action} failed", {"error": type(error).__name__})
            raise
        self.note(f"{action} ended", result)

    def problems(self) -> list[str]:
        """What was changed or taken out: a sentence for each line that does not follow from the
        one before; empty for a whole log, and for none.
        """
        found, before = [], FIRST
        for number, line in enumerate(self._lines(), start=1):
            if _before(line) != before:
                found.append(f"{self.path.name}, line {number}: the line before it was changed")
            before = sha256(line).hexdigest()
        return found

    def __len__(self) -> int:
        return sum(1 for _ in self._lines())

    def _lines(self) -> Iterator[bytes]:
        if self.path.is_file():
            with self.path.open("rb") as file:
                yield from (line.rstrip(b"\n") for line in file)


@contextmanager
def _alone(file: BinaryIO) -> Iterator[None]:
    """Two that write at once would both follow the same line."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
    yield


def _seal(file: BinaryIO) -> str:
    """Of the last line; a line that a kill cut off is ended, and stays as it is."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE))
    end = file.read()
    if end and not end.endswith(b"\n"):
        file.write(b"\n")
    return sha256(end.rstrip(b"\n").rpartition(b"\n")[2]).hexdigest() if end else FIRST


def _before(line: bytes) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry.get("before") if isinstance(entry, dict) else None


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's account may have no name
        return f"uid {os.getuid()}"
