"""A file of rows as columns of text: CSV, Parquet, JSON lines.

Text first, types second: a broken row is refused by its line, and never takes the file with it.
"""

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import ContractError
from pipeline.ingest.refusals import Refusal

DELIMITERS = (",", ";", "\t", "|")
ROWS_PER_CHUNK = 65_536
"""Rows held as Python text before Arrow packs them; 1 M rows of 12 columns then stay under 1 GB."""


@dataclass(frozen=True)
class TextRows:
    """Columns of text under the file's names, null where there is nothing; each row's line."""

    frame: pd.DataFrame
    lines: Sequence[int]
    refusals: Sequence[Refusal]


class _Record(NamedTuple):
    """A CSV record: the line it starts in, and its cells or why it has none."""

    line: int
    cells: Sequence[str]
    problem: str = ""


def read_text_rows(path: Path, what: str) -> TextRows:
    """Read the file by its ending; everything but `.parquet`, `.jsonl` and `.ndjson` is CSV.

    A Parquet file has no lines: its rows are counted from 1. Raises ContractError when the file is
    not there, is empty, has two columns of one name or is no table.
    """
    readers = {".parquet": _read_parquet, ".jsonl": _read_jsonl, ".ndjson": _read_jsonl}
    try:
        _check_there(path, what)
        return readers.get(path.suffix.lower(), _read_csv)(path, what)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ContractError(
            f"{what}: {path.name} cannot be read as a table: {error}",
            next_step="export it as UTF-8 CSV with a header line, or as Parquet.",
        ) from error


def _check_there(path: Path, what: str) -> None:
    if not path.is_file():
        raise ContractError(
            f"{what}: there is no file {path}.", next_step="correct the path in the configuration."
        )
    if path.stat().st_size == 0:
        raise ContractError(f"{what}: {path.name} is empty, expected a header and rows.")


def _read_csv(path: Path, what: str) -> TextRows:
    delimiter = _delimiter(path, what)
    lines: list[int] = []
    refusals: list[Refusal] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = _records(file, delimiter)
        header = next(records)
        names = [name.strip() for name in header.cells]
        _check_names(names, path, what, header.problem)
        rows = _whole_rows(records, len(names), lines, refusals, (f"{what} row", path.name))
        frame = _packed(names, rows)
    return TextRows(frame, lines, refusals)


def _delimiter(path: Path, what: str) -> str:
    """The mark that cuts the header into most cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next((line for line in file if line.strip()), "")
    if not header or "\0" in header:
        raise ContractError(
            f"{what}: {path.name} has no header line, expected the names of the columns."
        )
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark))))


def _check_names(names: Sequence[str], path: Path, what: str, problem: str = "") -> None:
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if problem:
        raise ContractError(f"{what}: the header of {path.name} is {problem}.")
    if repeated:
        raise ContractError(f"{what}: {path.name} has the column {repeated[0]!r} twice.")


class _Lines:
    """A file's lines, counted; those of the current record can be read again."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file)
        self._taken.append(line)
        return line

    def next_record(self, *, after_first_line: bool = False) -> None:
        """Go on behind the current record, or in the line after its first one."""
        kept = 1 if after_first_line else len(self._taken)
        self._again.extendleft(reversed(self._taken[kept:]))
        self.first += kept
        self._taken = []


def _records(file: Iterable[str], delimiter: str) -> Iterator[_Record]:
    """Every record but blank ones.

    A quote that is never closed would swallow the rest of the file: its line alone is refused.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(lines.first, (), f"not CSV ({error}); look for a quote too many")
            lines.next_record(after_first_line=True)
            continue
        if any(cell.strip() for cell in cells):
            yield _Record(lines.first, cells)
        lines.next_record()


def _whole_rows(
    records: Iterable[_Record],
    width: int,
    lines: list[int],
    refusals: list[Refusal],
    where: tuple[str, str],
) -> Iterator[Sequence[str]]:
    """Rows as wide as the header, their lines added to `lines`; the others to `refusals`."""
    what, file = where
    for record in records:
        why = record.problem
        if not why and len(record.cells) != width:
            why = f"{len(record.cells)} cells, expected {width} as in the header"
        if why:
            refusals.append(Refusal(what, f"{file}, line {record.line}", why))
        else:
            lines.append(record.line)
            yield record.cells


def _packed(names: Sequence[str], rows: Iterator[Sequence[str]]) -> pd.DataFrame:
    """Named columns of text; those without a name are left out."""
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    chunks = []
    while some := list(islice(rows, ROWS_PER_CHUNK)):
        columns = [pa.array(cells, pa.string()) for cells in zip(*some, strict=True)]
        chunks.append(pa.record_batch(columns, schema=schema))
    table = pa.Table.from_batches(chunks, schema=schema)
    return table.select([i for i, name in enumerate(names) if name]).to_pandas()


def _read_parquet(path: Path, what: str) -> TextRows:
    with pq.ParquetFile(path) as file:
        table = file.read()
    _check_names(table.column_names, path, what)
    frame = pd.DataFrame(
        {name: _written(table[name]) for name in table.column_names}, dtype="string"
    )
    return TextRows(frame, range(1, len(frame) + 1), [])


def _written(column: "pa.ChunkedArray[Any]") -> list[str | None]:
    """Values of any type as a CSV would hold them; what has no such form as Python shows it."""
    if pa.types.is_floating(column.type):
        column = _whole(column)
    elif pa.types.is_duration(column.type):
        seconds = column.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64())
        column = pc.divide(seconds, 1e6)
    try:
        return column.cast(pa.string()).to_pylist()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return [None if value is None else str(value) for value in column.to_pylist()]


def _whole(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    """Whole numbers without a fraction: an id becomes a float where another row has none."""
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column


def _read_jsonl(path: Path, what: str) -> TextRows:
    rows: list[dict[str, str | None]] = []
    lines: list[int] = []
    refusals: list[Refusal] = []
    # Not splitlines(): U+2028 and others may stand in a JSON text as they are.
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_object(line))
            lines.append(number)
        except (ValueError, RecursionError) as error:
            refusals.append(Refusal(f"{what} row", f"{path.name}, line {number}", _why(error)))
    if not rows:
        raise ContractError(f"{what}: no line of {path.name} is a JSON object.")
    return TextRows(pd.DataFrame(rows, dtype="string"), lines, refusals)


def _object(line: str) -> dict[str, str | None]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, got {type(value).__name__}")
    return {name: _text(cell) for name, cell in value.items()}


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    text.encode()  # half a surrogate pair can be read, but never be written
    return text


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg}"
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deep"
    if isinstance(error, UnicodeEncodeError):
        return "not Unicode: half of a surrogate pair"
    return str(error)
