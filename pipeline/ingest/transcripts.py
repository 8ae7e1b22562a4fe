"""Transcripts that exist: a folder of files, one call each, and of JSON lines, one call a line.

Files of every format in `transcript_formats`, told by their content; a file is its call's by the
call log, by its name, or by the vendor's own id. Lines are in our own format.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pandas as pd

from pipeline.ingest.calls import UNCLAIMED
from pipeline.ingest.imported import read_alone
from pipeline.ingest.mending import mended
from pipeline.ingest.recordings import SOUND_ENDINGS, list_files
from pipeline.ingest.refusals import Refusal, quoted
from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcript_formats.decoding import LARGEST_BYTES
from pipeline.ingest.transcript_formats.document import Document
from pipeline.speech.transcript import Transcript

LINES = ".jsonl"
AMBIGUOUS = "several calls in the call log have its name; name it in the column transcript"
AT_MOST = f"expected at most {LARGEST_BYTES // 2**20} for one call"


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

    None of both: a file's call is what its name says. A name that several calls have is nobody's
    (None): 0001.json belongs to neither of two recordings 0001.wav in two folders. `read` are calls
    with the hashes of the transcripts that were read for them: those need no second look.
    """

    call_ids: Collection[str] = ()
    others: Mapping[str, str | None] = field(default_factory=dict)
    read: Collection[tuple[str, str]] = ()


def names_of(calls: pd.DataFrame, stored: pd.DataFrame) -> Names:
    """The names of a call log's calls: their ids, and the files that its columns `transcript` and
    `recording` name; and the ids of earlier logs' calls, `stored` in CALLS.
    """
    others: dict[str, str | None] = {}
    for column in ("recording", "transcript"):
        for call_id, name in calls.loc[calls[column].notna(), ["call_id", column]].itertuples(
            index=False
        ):
            bare = name.rsplit("/", 1)[-1]
            for one in {name, _without_ending(name), bare, _without_ending(bare)}:
                others[one] = call_id if others.get(one, call_id) == call_id else None
    read = stored[(stored["source"] == "transcript") & stored["tried"].notna()]
    hashes = frozenset(zip(read["call_id"], read["content_hash"], strict=True))
    return Names({*calls["call_id"], *stored["call_id"]}, others, hashes)


def read_archive(folder: Path, names: Names = Names()) -> Archive:
    """Find every call's transcript in `folder`, without keeping a word of it.

    Refused: a file that cannot be read, that is no transcript, that cannot be mended, that no call
    claims, or that says itself that it is another call's; a second one of the same call; a line
    that is no call. Of several the first counts, by the files' names. Sounds and hidden files are
    passed over.
    """
    lines: dict[str, Line] = {}
    refusals: list[Refusal] = []
    for file in list_files(folder):
        if file.lower().endswith(SOUND_ENDINGS):
            continue
        if not _is_text(file):
            refusals.append(Refusal("transcript", ascii(file), "its name is no plain text"))
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
        raise ValueError(f"{size // 2**20} MB, {AT_MOST}")
    raw = (folder / file).read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    call_id = _claimed(_names_of_file(file), names)
    if call_id is None or (call_id, digest) not in names.read:
        document = read_document(raw)
        mended(document)
        if names.call_ids:
            call_id = _agreed(call_id, document, names)
    if call_id is None:
        raise ValueError(UNCLAIMED)
    if call_id in lines:
        raise ValueError(f"call {call_id!r} has a transcript in {lines[call_id].file}; that counts")
    lines[call_id] = Line(file, 0, len(raw), digest)


def _agreed(call_id: str | None, document: Document, names: Names) -> str | None:
    """The call by the file's name, else by what is in it; raises ValueError where these are two.

    A vendor's id that no call has is another system's; in our own format it is the call's.
    """
    own = document.call_ids
    told = _claimed([*own, *map(_stem, own)], names)
    other = told or (own[0] if document.trusted else call_id)
    if call_id and other != call_id:
        raise ValueError(f"call {call_id!r} by its name, call {quoted(other)} by what is in it")
    return told or call_id


def _names_of_file(file: str) -> list[str]:
    """What the file's call may be called, by its name.

    Contact Lens puts the contact in front: ID_analysis_2026-03-31T14_05_00Z.json
    """
    stem = _stem(file)
    name = file.rsplit("/", 1)[-1]
    return [file, _without_ending(file), name, stem, _stem(stem), stem.partition("_analysis")[0]]


def _claimed(tried: Sequence[str], names: Names) -> str | None:
    """The call that has one of the names; where no call has any, the file's own name.

    Raises ValueError where several calls have it.
    """
    if not names.call_ids:
        return _stem(tried[0]) if tried else None
    for name in tried:
        if name in names.call_ids:
            return name
        if name in names.others:
            if names.others[name] is None:
                raise ValueError(AMBIGUOUS)
            return names.others[name]
    return None


def _is_text(file: str) -> bool:
    """Whether a table can hold the name: a Linux file's may be any bytes."""
    return file == file.encode(errors="replace").decode()


def _stem(file: str) -> str:
    return _without_ending(file.rsplit("/", 1)[-1])


def _without_ending(file: str) -> str:
    return file.rsplit(".", 1)[0]


def _add_lines(path: Path, file: str, lines: dict[str, Line]) -> list[Refusal]:
    refusals = []
    for number, offset, raw in _raw_lines(path):
        call_id = _call_id(raw) if len(raw) <= LARGEST_BYTES else None
        if len(raw) > LARGEST_BYTES:
            why = f"more than {LARGEST_BYTES // 2**20} MB, {AT_MOST}"
        elif call_id is None:
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
    """Number, offset and bytes of each line that is not blank; of one too long its beginning."""
    with path.open("rb") as file:
        for number in count(1):
            offset = file.tell()
            raw = file.readline(LARGEST_BYTES + 1)
            if raw.strip():
                yield number, offset, raw
            while len(raw) > LARGEST_BYTES and not raw.endswith(b"\n"):
                raw = file.readline(LARGEST_BYTES + 1)
            if not raw:
                return


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
    names: Sequence[str] = (),
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
        names=names,
    )
