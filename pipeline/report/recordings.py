"""Redacted recordings: where a page finds a call's copy, and which stretch of it to play."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.privacy.copies import ENDING, copy_name

LEAD_IN_S = 2.0
"""Played before a moment: a silence or an interruption means nothing without what was before."""
SHORTEST_S = 1.0
"""Played of a moment at least: some last as long as a word."""


@dataclass(frozen=True)
class Recordings:
    """Copies that pages may play: `folder` as an address relative to the report, and `names`."""

    folder: str
    names: frozenset[str]

    def has(self, call_id: str) -> bool:
        """Whether there is a copy of the call."""
        return copy_name(call_id) in self.names

    def stretch(self, call_id: str, start_s: float, end_s: float) -> str:
        """Address of a stretch, relative to the report's folder; empty without a copy.

        The stretch stands behind `#t=` (W3C Media Fragments 1.0, 4.2.1): players start at its
        start, two seconds before the moment, and stop at its end.
        """
        if not self.has(call_id):
            return ""
        start = max(0.0, start_s - LEAD_IN_S)
        end = max(end_s, start_s + SHORTEST_S)
        return f"{self.folder}/{copy_name(call_id)}#t={start:.2f},{end:.2f}"


NO_RECORDINGS = Recordings("", frozenset())


def recordings_beside(report: Path, copies: Path | None) -> Recordings:
    """The copies in a folder, as the report sees them: never an absolute path of the machine.

    None of them where the folder is not there, or on another drive, to which no relative path goes.
    """
    if copies is None or not copies.is_dir():
        return NO_RECORDINGS
    try:
        way = os.path.relpath(copies.resolve(), report.resolve())
    except ValueError:
        return NO_RECORDINGS
    names = frozenset(path.name for path in copies.iterdir() if path.suffix == ENDING)
    return Recordings(quote(Path(way).as_posix()), names)
