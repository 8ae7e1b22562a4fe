"""Progress of long work: a bar on a terminal, plain lines otherwise."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_S = 10.0


class Bar:
    """A bar that threads may advance."""

    def __init__(self, progress: Progress, name: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=total)

    def advance(self, calls: int) -> None:
        """`calls` more are done."""
        self._progress.advance(self._task, calls)


class Lines:
    """A line now and then, for logs."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._lock = threading.Lock()
        self._spoken = time.monotonic()

    def advance(self, calls: int) -> None:
        """`calls` more are done."""
        with self._lock:
            self._done += calls
            now = time.monotonic()
            if now - self._spoken >= LINE_EVERY_S and self._done < self._total:
                print(f"{self._name}: {self._done} of {self._total}", file=sys.stderr)
                self._spoken = now


@contextmanager
def watched(name: str, total: int) -> Iterator[Bar | Lines]:
    """Show the progress of `total` calls on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(name, total)
        return
    columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress, name, total)
