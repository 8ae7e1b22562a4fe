"""Traces: where anything of a person, or a secret, still stands in files. What a search proves.

Tables are decoded, Delta's log too; SQLite is read row by row and as bytes; gzip and zip are
opened; every other file is read as bytes, and base64 in it is decoded. Names of files count.
"""

import base64
import gzip
import json
import os
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.privacy.needles import Needles

BATCH_ROWS = 2**16
CHUNK = 2**22
"""Bytes read at once."""

MARKUP = (".html", ".svg", ".css", ".js")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


@dataclass(frozen=True, order=True)
class Trace:
    """Something that was found: in which file, where in it (its name, a column, bytes), what."""

    path: Path
    where: str
    needle: str


@dataclass(frozen=True)
class SearchOptions:
    """How far to look. `columns` are the only ones that are decoded in tables (all texts: None).

    Sound holds no text, and a million calls of it are not read in a minute: `skipped` are the
    endings of files of which only the name is looked at.
    """

    columns: frozenset[str] | None = None
    skipped: tuple[str, ...] = ()


def files_below(root: Path) -> list[str]:
    """Relative names of every file of a folder, sorted; "." for a root that is a file itself.

    A root that is not there has none. `os.walk`, for pathlib takes half a minute for a million.
    """
    if root.is_file():
        return ["."]
    names = []
    for place, _, files in os.walk(root):
        below = Path(place).relative_to(root).as_posix()
        names += files if below == "." else [f"{below}/{file}" for file in files]
    return sorted(names)


def traces(
    roots: Iterable[Path],
    needles: Needles,
    *,
    options: SearchOptions = SearchOptions(),
) -> list[Trace]:
    """Every file and place below the roots in which a needle stands, each once, sorted.

    A file that cannot be decoded is read as bytes. Raises OSError where not even that is possible:
    then nothing is proven.
    """
    found: set[Trace] = set()
    for root in sorted(set(roots)):
        for name in files_below(root):
            path = root / name
            hits = {("name", word) for word in _said(root.name if name == "." else name, needles)}
            if not name.lower().endswith(options.skipped):
                hits |= set(_in_file(path, needles, options))
            found |= {Trace(path, where, word) for where, word in hits}
    return sorted(found)


def _in_file(path: Path, needles: Needles, options: SearchOptions) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        start = file.read(16)
    if start[:4] == b"PAR1":
        try:
            yield from _in_parquet(path, needles, options)
            return
        except (pa.ArrowException, OSError):  # a table that a kill cut off
            pass
    if start == b"SQLite format 3\0":
        yield from _in_sqlite(path, needles)
    if path.suffix in (".json", ".jsonl"):
        yield from _in_json_lines(path, needles)
    else:
        with path.open("rb") as file:
            yield from _in_stream(file, "bytes", needles, markup=path.suffix in MARKUP)
    yield from _in_archive(path, start, needles)


def _in_parquet(path: Path, needles: Needles, options: SearchOptions) -> Iterator[tuple[str, str]]:
    file = pq.ParquetFile(path)
    wanted = [
        name
        for name in (file.schema.column(i).path for i in range(len(file.schema)))
        if options.columns is None or options.columns & set(name.split("."))
    ]
    if not wanted:
        return
    for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
        for name, values in _texts(batch):
            if name == "stats":
                for cell in values.drop_null().to_pylist():
                    yield from _in_entry(json.loads(str(cell)), name, needles)
                continue
            yield from ((name, word) for word in needles.in_column(name, values))
            if needles.phrases or needles.numbers:
                # Together: a number may be said over several turns, or stand word by word.
                text = "\n".join(str(cell) for cell in values.drop_null().to_pylist())
                yield from ((name, word) for word in needles.in_speech(text))


def _texts(batch: pa.RecordBatch) -> Iterator[tuple[str, Any]]:
    """Every text column with its name, also those in lists, maps and structs."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        yield from _leaves(name, column)


def _leaves(name: str, values: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any Arrow array
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield name, values
    elif pa.types.is_map(kind):
        yield from _leaves(name, values.keys)
        yield from _leaves(name, values.items)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _leaves(name, values.flatten())
    elif pa.types.is_struct(kind):
        for index in range(kind.num_fields):
            yield from _leaves(kind.field(index).name, values.field(index))


def _in_json_lines(path: Path, needles: Needles) -> Iterator[tuple[str, str]]:
    """A log of JSON objects, one a line; anything else with such a name is read as bytes."""
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(CHUNK), b""):
            try:
                entry = json.loads(line)
            except ValueError:
                file.seek(0)
                yield from _in_stream(file, "bytes", needles)
                return
            yield from _in_entry(entry, path.name, needles)


def _in_entry(entry: object, name: str, needles: Needles) -> Iterator[tuple[str, str]]:
    """The texts of an object by their keys, which are columns; JSON within a text is opened."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            yield from ((name, word) for word in _said(str(key), needles))
            yield from _in_entry(value, str(key), needles)
    elif isinstance(entry, list):
        for value in entry:
            yield from _in_entry(value, name, needles)
    elif isinstance(entry, str):
        inner = _opened(entry)
        if inner is not None:
            yield from _in_entry(inner, name, needles)
            return
        yield from ((name, word) for word in needles.in_column(name, pa.array([entry])))
        yield from ((name, word) for word in needles.in_speech(entry))
        if name not in needles.ids:
            yield from ((name, word) for word in _in_base64(entry.encode(), needles))


def _opened(text: str) -> object:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _said(text: str, needles: Needles) -> Iterator[str]:
    yield from needles.in_text(text)
    yield from needles.in_speech(text)


def _in_sqlite(path: Path, needles: Needles) -> Iterator[tuple[str, str]]:
    """Row by row, for a long text is scattered over pages; what was deleted stands in the bytes."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
        ) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in names.fetchall():
                quoted = str(table).replace('"', '""')
                for row in database.execute(f'SELECT * FROM "{quoted}"'):
                    for cell in row:
                        data = cell.encode("utf-8", "replace") if isinstance(cell, str) else cell
                        if isinstance(data, bytes):
                            hits = _in_chunk(data, needles)
                            yield from ((f"table {table}", word) for word in hits)
    except sqlite3.Error:  # broken or in use: its bytes are looked at in any case
        return


def _in_archive(path: Path, start: bytes, needles: Needles) -> Iterator[tuple[str, str]]:
    try:
        if start[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                yield from _in_stream(file, "gzip", needles)
        elif start[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield from ((member, word) for word in _said(member, needles))
                    with archive.open(member) as file:
                        yield from _in_stream(file, member, needles)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError):
        return  # broken or under a password: only its bytes can be looked at


def _in_stream(
    file: "BinaryIO | gzip.GzipFile | Any",  # noqa: ANN401 - anything that reads
    where: str,
    needles: Needles,
    *,
    markup: bool = False,
) -> Iterator[tuple[str, str]]:
    """Piece by piece, each with the end of the one before: a hit may lie across."""
    end = b""
    for piece in iter(lambda: file.read(CHUNK), b""):
        chunk = end + piece
        yield from ((where, word) for word in _in_chunk(chunk, needles, markup=markup))
        end = chunk[-needles.longest :]


def _in_chunk(chunk: bytes, needles: Needles, *, markup: bool = False) -> Iterator[str]:
    yield from needles.in_bytes(chunk, markup=markup)
    if needles.phrases or needles.numbers:
        yield from needles.in_speech(chunk.decode("utf-8", "replace"))
        if b"\0" in chunk:
            yield from needles.in_speech(chunk.replace(b"\0", b"").decode("utf-8", "replace"))
    yield from _in_base64(chunk, needles)


def _in_base64(chunk: bytes, needles: Needles) -> Iterator[str]:
    """What stands in base64, as results of Prefect do."""
    for match in _BASE64.finditer(chunk):
        data = match[0]
        inner = base64.b64decode(data[: len(data) // 4 * 4])
        yield from needles.in_bytes(inner)
        if needles.phrases or needles.numbers:
            yield from needles.in_speech(inner.decode("utf-8", "replace"))
