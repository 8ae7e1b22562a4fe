"""Transcripts that exist: a folder of files, one call each, and of JSON lines, one call a line.

Files of every format in `transcript_formats`, told by their content; a file is its call's by the
call log, by its name, or by the vendor's own id. Lines are in our own format.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.ingest.calls import UNCLAIMED
from pipeline.ingest.imported import read_alone
from pipeline.ingest.mending import mended
from pipeline.ingest.recordings import SOUND_ENDINGS, list_files
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcript_formats.decoding import LARGEST_BYTES
from pipeline.speech.transcript import Transcript

LINES = ".jsonl"


@dataclass(frozen=True)
class Line:
    """Where a call's transcript stands: file (relative), byte offset and length, and its hash."""

    file: str
    offset: int
    length: int
    content_hash: str


@dataclass(frozen=True)
class Archive:
    """Where each call's transcript stands, and what is none."""

    lines: dict[str, Line]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Names:
    """What the calls are called: ids, and other names of theirs by which a file may be found.

    None of both: a file's call is what its name says. `read` are calls with the hashes of the
    transcripts that were read for them: those need no second look.
    """

    call_ids: Collection[str] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    read: Collection[tuple[str, str]] = ()


def names_of(calls: pd.DataFrame, stored: pd.DataFrame) -> Names:
    """The names of a call log's calls: their ids, and the files that its columns `transcript` and
    `recording` name; and the ids of earlier logs' calls, `stored` in CALLS.
    """
    others: dict[str, str] = {}
    for column in ("recording", "transcript"):
        for call_id, name in calls.loc[calls[column].notna(), ["call_id", column]].itertuples(
            index=False
        ):
            others[name] = call_id
            others[name.rsplit("/", 1)[-1]] = call_id
            others[_stem(name)] = call_id
    read = stored[(stored["source"] == "transcript") & stored["tried"].notna()]
    hashes = frozenset(zip(read["call_id"], read["content_hash"], strict=True))
    return Names({*calls["call_id"], *stored["call_id"]}, others, hashes)


def read_archive(folder: Path, names: Names = Names()) -> Archive:
    """Find every call's transcript in `folder`, without keeping a word of it.

    Refused: a file that cannot be read, that is no transcript, that cannot be mended, or that no
    call claims; a second one of the same call; a line that is no call. Of several the first counts,
    by the files' names. Sounds and hidden files are passed over.
    """
    lines: dict[str, Line] = {}
    refusals: list[Refusal] = []
    for file in list_files(folder):
        if file.lower().endswith(SOUND_ENDINGS):
            continue
        try:
            if file.endswith(LINES):
                refusals += _add_lines(folder / file, file, lines)
            else:
                _add_file(folder, file, names, lines)
        except OSError as error:
            refusals.append(Refusal("transcript", file, f"cannot be read: {error.strerror}"))
        except ValueError as error:
            refusals.append(Refusal("transcript", file, str(error)))
    return Archive(lines, tuple(refusals))


def _add_file(folder: Path, file: str, names: Names, lines: dict[str, Line]) -> None:
    size = (folder / file).stat().st_size
    if size > LARGEST_BYTES:
        raise ValueError(
            f"{size // 2**20} MB, expected at most {LARGEST_BYTES // 2**20} for one call"
        )
    raw = (folder / file).read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    call_id = _claimed(_names_of_file(file), names)
    if call_id is None or (call_id, digest) not in names.read:
        document = read_document(raw)
        mended(document)
        own = document.call_ids
        call_id = call_id or _claimed([*own, *map(_stem, own)], names)
    if call_id is None:
        raise ValueError(UNCLAIMED)
    if call_id in lines:
        raise ValueError(f"call {call_id!r} has a transcript in {lines[call_id].file}; that counts")
    lines[call_id] = Line(file, 0, len(raw), digest)


def _names_of_file(file: str) -> list[str]:
    """What the file's call may be called, by its name.

    Contact Lens puts the contact in front: ID_analysis_2026-03-31T14_05_00Z.json
    """
    stem = _stem(file)
    name = file.rsplit("/", 1)[-1]
    return [file, name, stem, _stem(stem), stem.partition("_analysis")[0]]


def _claimed(tried: Sequence[str], names: Names) -> str | None:
    """The call that has one of the names; where no call has any, the file's own name."""
    if not names.call_ids:
        return _stem(tried[0]) if tried else None
    for name in tried:
        if name in names.call_ids:
            return name
        if name in names.others:
            return names.others[name]
    return None


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _add_lines(path: Path, file: str, lines: dict[str, Line]) -> list[Refusal]:
    refusals = []
    for number, offset, raw in _raw_lines(path):
        call_id = _call_id(raw)
        if call_id is None:
            why = "not a JSON object with a call_id"
        elif call_id in lines:
            why = f"call {call_id!r} stands in an earlier line; that one counts"
        else:
            digest = hashlib.sha256(raw).hexdigest()
            lines[call_id] = Line(file, offset, len(raw), digest)
            continue
        refusals.append(Refusal("transcript", f"{file}, line {number}", why))
    return refusals


def _raw_lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield number, offset, raw
            offset += len(raw)


def _call_id(raw: bytes) -> str | None:
    try:
        value = json.loads(raw)
        call_id = value.get("call_id") if isinstance(value, dict) else None
        return call_id if isinstance(call_id, str) and call_id.encode() else None
    except (ValueError, RecursionError):
        return None


def raw_line(folder: Path, line: Line) -> bytes:
    """The bytes of a call's transcript."""
    with (folder / line.file).open("rb") as file:
        file.seek(line.offset)
        return file.read(line.length)


def read_transcript(
    raw: bytes,
    call_id: str,
    language: str,
    *,
    agent_channel: int = 0,
    logged_hold_s: float | None = None,
) -> Transcript:
    """One call out of its file or line, without sound; raises ValueError where it cannot be mended.

    `logged_hold_s` is the call log's, for a transcript without hold of its own.
    """
    return read_alone(
        read_document(raw),
        call_id,
        agent_channel=agent_channel,
        language=language,
        logged_hold_s=logged_hold_s,
    )
