"""A file's columns under our names, and its cells as text, numbers and times."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.errors import ContractError
from pipeline.ingest.formats import TextRows, read_text_rows
from pipeline.ingest.refusals import Refusal, quoted

BLANK = ("", "nan", "NaN", "None", "NaT")
"""What stands for nothing in the exports of common tools."""

LARGEST_COUNT = 1e9

# Years 1970 to 2099: others are marks such as 9999, and one such call would close every window that
# is open until the log ends. pandas alone would also take "now", and a bare 2026.
_DATE_FIRST = r"(?:19[7-9]\d|20\d\d)(?:-\d\d?-\d\d?|\d{4})(?:[T ]|$)"
_OFFSET_LAST = r"[T ]\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$"
_LIKE_A_TIME = re.compile(r"\d{1,4}([-./])\d\d?\1\d{1,4}(?:[T ][\d:.]{4,18}.{0,6})?")


MOST_NAMES = 40
"""Column names that a message shows."""


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
    text = read_text_rows(source.path, what)
    renamed = _renamed(text, source, fields, what)
    others = sorted(set(text.frame.columns) - set(_theirs(source, fields)))
    unused = tuple(quoted(name) for name in others[:MOST_NAMES])
    typed, broken = _typed(renamed, source, fields, what)
    kept = ~pd.Series(False, index=typed.index)
    for field in fields:
        if field.required:
            kept &= typed[field.name].notna()
    frame = typed[kept].reset_index(drop=True)
    return Rows(frame, (*text.refusals, *broken), unused)


def _theirs(source: Source, fields: Sequence[Field]) -> list[str]:
    return [source.columns.get(field.name, field.name) for field in fields]


def _renamed(text: TextRows, source: Source, fields: Sequence[Field], what: str) -> pd.DataFrame:
    known = {field.name for field in fields}
    # A file without a header has a customer's data where names should be.
    there = ", ".join(quoted(name) for name in list(text.frame.columns)[:MOST_NAMES])
    problems = [
        f"{what}: no column {source.columns.get(f.name, f.name)!r} in {source.path.name} for "
        f"{f.name}; it has: {there}."
        for f in fields
        if (f.required or f.name in source.columns)
        and source.columns.get(f.name, f.name) not in text.frame.columns
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
    frame = pd.DataFrame({"line": pd.Series(text.lines, dtype="int64")})
    for field, theirs in zip(fields, _theirs(source, fields), strict=True):
        frame[field.name] = text.frame.get(theirs)
    return frame


def _typed(
    frame: pd.DataFrame, source: Source, fields: Sequence[Field], what: str
) -> tuple[pd.DataFrame, list[Refusal]]:
    refusals: list[Refusal] = []
    for field in fields:
        raw = frame[field.name]
        blank = raw.isna() | raw.astype("string").str.strip().isin(BLANK)
        typed = _cells(raw.mask(blank), field, source.timezone)
        broken = typed.isna() & (~blank | field.required)
        for line, cell in zip(frame.loc[broken, "line"], raw[broken], strict=True):
            refusals.append(_broken_cell(what, source.path.name, line, field, cell))
        frame[field.name] = typed
    return frame, refusals


def _broken_cell(what: str, file: str, line: int, field: Field, cell: object) -> Refusal:
    unit = "row" if field.required else "cell"
    consequence = "the row is left out" if field.required else "the cell is taken as unknown"
    text = "" if cell is pd.NA else str(cell).strip()
    got = "nothing" if text in BLANK else _got(text, field)
    why = f"{field.name}: got {got}, expected {_expected(field)}; {consequence}"
    return Refusal(f"{what} {unit}", f"{file}, line {line}", why)


def _expected(field: Field) -> str:
    kinds = {"text": "text", "number": "a number", "count": "a whole number",
             "time": "a time such as 2026-03-31T14:05:00+02:00"}  # fmt: skip
    low = "" if field.low is None else f" from {field.low:g}"
    high = "" if field.high is None else f" to {field.high:g}"
    return f"{kinds[field.kind]}{low}{high}"


def _got(text: str, field: Field) -> str:
    """A broken time is shown as it is: redaction would take its year for part of a number."""
    return repr(text) if field.kind == "time" and _LIKE_A_TIME.fullmatch(text) else quoted(text)


def _cells(raw: pd.Series, field: Field, timezone: str) -> pd.Series:
    written = raw.astype("string").str.strip()
    if field.kind == "text":
        return written.astype(object).where(written.notna(), None)
    if field.kind == "time":
        return _times(written, timezone)
    numbers = pd.to_numeric(written, errors="coerce").astype("float64")
    numbers = numbers.mask(numbers.abs() == float("inf"))
    if field.kind == "count":
        numbers = numbers.mask((numbers % 1 != 0) | (numbers.abs() > LARGEST_COUNT))
    if field.low is not None:
        numbers = numbers.mask(numbers < field.low)
    if field.high is not None:
        numbers = numbers.mask(numbers > field.high)
    return numbers


def _times(written: pd.Series, timezone: str) -> pd.Series:
    """ISO 8601 times in UTC. One without an offset is taken in `timezone`; one that a clock change
    skips or repeats there is broken, and so is a year outside 1970 to 2099."""
    upper = written.str.upper()
    iso = upper.where(upper.str.match(_DATE_FIRST, na=False))
    has_offset = iso.str.contains(_OFFSET_LAST, na=False)
    zoned = pd.to_datetime(iso.where(has_offset), errors="coerce", utc=True, format="ISO8601")
    bare = pd.to_datetime(iso.mask(has_offset), errors="coerce", format="ISO8601")
    local = bare.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    times: pd.Series = zoned.dt.as_unit("us").fillna(local.dt.as_unit("us"))
    return times
