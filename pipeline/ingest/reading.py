"""A file of rows as text columns under our names, and cells as numbers and times.

CSV, Parquet and JSON lines. Text first, types second: a broken cell is refused with its row, and
never takes the file with it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from pipeline.errors import ContractError
from pipeline.ingest.refusals import Refusal

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Source:
    """A file and how its columns are called: our name → theirs; unmapped names are ours."""

    path: Path
    columns: Mapping[str, str]
    timezone: str = "UTC"


@dataclass(frozen=True)
class Field:
    """A column that we look for: its kind (text, number, count, time), and if it must be there.

    A number outside `low` … `high` is a broken cell.
    """

    name: str
    kind: str = "text"
    required: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Rows:
    """A file's rows in our columns, typed; `line` is the row's line in the file."""

    frame: pd.DataFrame
    refusals: tuple[Refusal, ...]
    unused: tuple[str, ...]


def read_rows(source: Source, fields: Sequence[Field], *, what: str) -> Rows:
    """Read, rename, type. Rows without a required cell are refused; other broken cells become null.

    Raises ContractError when the file is not there, is empty, cannot be read as a table, or lacks a
    required or mapped column: all such problems at once, with the columns that it does have.
    """
    text, refusals = _read_text(source.path, what)
    renamed = _renamed(text, source, fields, what)
    unused = tuple(sorted(set(text.columns) - {"line"} - set(_theirs(source, fields))))
    typed, broken = _typed(renamed, source, fields, what)
    kept = ~pd.Series(False, index=typed.index)
    for field in fields:
        if field.required:
            kept &= typed[field.name].notna()
    frame = typed[kept].reset_index(drop=True)
    return Rows(frame, (*refusals, *broken), unused)


def _read_text(path: Path, what: str) -> tuple[pd.DataFrame, list[Refusal]]:
    if not path.is_file():
        raise ContractError(
            f"{what}: there is no file {path}.", next_step="correct the path in the configuration."
        )
    if path.stat().st_size == 0:
        raise ContractError(f"{what}: {path.name} is empty, expected a header and rows.")
    try:
        if path.suffix == ".parquet":
            return _numbered(pq.read_table(path).to_pandas(), first=1), []
        if path.suffix in (".jsonl", ".ndjson"):
            return _read_jsonl(path, what)
        return _read_csv(path, what)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ContractError(
            f"{what}: {path.name} cannot be read as a table: {error}",
            next_step="export it as UTF-8 CSV with a header line, or as Parquet.",
        ) from error


def _numbered(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    frame.insert(0, "line", range(first, first + len(frame)))
    return frame


def _read_csv(path: Path, what: str) -> tuple[pd.DataFrame, list[Refusal]]:
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline().rstrip("\r\n")
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().strip('"') for name in header.split(delimiter)]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ContractError(f"{what}: {path.name} has the column {repeated[0]!r} twice.")
    refusals: list[Refusal] = []
    bad_lines: list[int] = []

    def on_invalid(row: pacsv.InvalidRow) -> Literal["skip"]:
        bad_lines.append(row.number or 0)
        why = f"{row.actual_columns} cells, expected {row.expected_columns} as in the header"
        refusals.append(Refusal(f"{what} row", f"{path.name}, line {row.number}", why))
        return "skip"

    table = pacsv.read_csv(
        path,
        read_options=pacsv.ReadOptions(use_threads=False),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter, invalid_row_handler=on_invalid, newlines_in_values=True
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    frame = table.to_pandas()
    skipped = set(bad_lines)
    total = len(frame) + len(skipped)
    lines = [line for line in range(2, total + 2) if line not in skipped]
    frame.insert(0, "line", lines)
    return frame, refusals


def _read_jsonl(path: Path, what: str) -> tuple[pd.DataFrame, list[Refusal]]:
    rows, refusals = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            refusals.append(
                Refusal(f"{what} row", f"{path.name}, line {number}", f"not JSON: {error.msg}")
            )
            continue
        rows.append({"line": number, **row})
    return pd.DataFrame(rows), refusals


def _theirs(source: Source, fields: Sequence[Field]) -> list[str]:
    return [source.columns.get(field.name, field.name) for field in fields]


def _renamed(
    text: pd.DataFrame, source: Source, fields: Sequence[Field], what: str
) -> pd.DataFrame:
    known = {field.name for field in fields}
    there = ", ".join(name for name in text.columns if name != "line")
    problems = [
        f"{what}: no column {source.columns.get(f.name, f.name)!r} in {source.path.name} for "
        f"{f.name}; it has: {there}."
        for f in fields
        if (f.required or f.name in source.columns)
        and source.columns.get(f.name, f.name) not in text.columns
    ]
    problems += [
        f"{what}: the configuration maps {name!r}, expected one of {', '.join(sorted(known))}."
        for name in source.columns
        if name not in known
    ]
    if problems:
        raise ContractError(
            *problems, next_step=f"map the columns under [{what.replace(' ', '_')}.columns]."
        )
    frame = pd.DataFrame({"line": text["line"]})
    for field in fields:
        theirs = source.columns.get(field.name, field.name)
        frame[field.name] = text.get(theirs)
    return frame


def _typed(
    frame: pd.DataFrame, source: Source, fields: Sequence[Field], what: str
) -> tuple[pd.DataFrame, list[Refusal]]:
    refusals: list[Refusal] = []
    for field in fields:
        raw = frame[field.name]
        blank = raw.isna() | raw.astype(str).str.strip().isin(["", "nan", "None", "NaT"])
        typed = _cells(raw.mask(blank), field, source.timezone)
        broken = typed.isna() & (~blank | field.required)
        for line, cell in zip(frame.loc[broken, "line"], raw[broken], strict=True):
            refusals.append(_broken_cell(what, source.path.name, line, field, cell))
        frame[field.name] = typed
    return frame, refusals


def _broken_cell(what: str, file: str, line: int, field: Field, cell: object) -> Refusal:
    expected = {"text": "text", "number": "a number", "count": "a whole number", "time": "a time"}
    kind = expected[field.kind]
    if field.low is not None or field.high is not None:
        kind += f" from {field.low:g}" if field.low is not None else ""
        kind += f" to {field.high:g}" if field.high is not None else ""
    consequence = "the row is left out" if field.required else "the cell is taken as unknown"
    got = "nothing" if cell is None or str(cell).strip() in ("", "nan", "None") else repr(str(cell))
    unit = "row" if field.required else "cell"
    return Refusal(
        f"{what} {unit}", f"{file}, line {line}",
        f"{field.name}: got {got}, expected {kind}; {consequence}",
    )  # fmt: skip


def _cells(raw: pd.Series, field: Field, timezone: str) -> pd.Series:
    if field.kind == "text":
        return raw.map(lambda cell: str(cell).strip(), na_action="ignore").astype(object)
    if field.kind == "time":
        return _times(raw, timezone)
    numbers = pd.to_numeric(raw, errors="coerce").astype(float)
    numbers = numbers.mask(numbers.abs() == float("inf"))
    if field.kind == "count":
        numbers = numbers.mask(numbers % 1 != 0)
    if field.low is not None:
        numbers = numbers.mask(numbers < field.low)
    if field.high is not None:
        numbers = numbers.mask(numbers > field.high)
    return numbers


def _times(raw: pd.Series, timezone: str) -> pd.Series:
    """Times in UTC. One without an offset is taken in `timezone`; one that a clock change skips or
    repeats there is broken."""
    if isinstance(raw.dtype, pd.DatetimeTZDtype):
        converted: pd.Series = raw.dt.tz_convert("UTC")
        return converted
    written = raw.astype("string")
    has_offset = written.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", na=False)
    zoned = pd.to_datetime(written.where(has_offset), errors="coerce", utc=True, format="ISO8601")
    bare = pd.to_datetime(written.mask(has_offset), errors="coerce", format="ISO8601")
    local = bare.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    times: pd.Series = zoned.fillna(local)
    return times
