"""`attune rank`: any table of the JOINED contract into DRIVERS, FOCUS and FOLLOW_UPS files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from flows.subjects import subjects, subjects_named
from flows.summary import strongest
from models.ranking import Ranking, rank
from models.subjects import RankOptions, Subject
from pipeline.contracts import Table
from pipeline.errors import ContractError, UsageError
from pipeline.join import CONTEXT_NAMES, contexts_of
from pipeline.tables import DRIVERS, FOCUS, FOLLOW_UPS, JOINED

EVERY_CALL = float("inf")
OUTCOME = frozenset(("score", "answered_at", "survey_id", "invitation_id"))
NEVER_A_CONTEXT = ("call_date", "region", "brand", "team", "site", "hour", "language")


@dataclass(frozen=True)
class Said:
    """What the command says at its end."""

    ranking: Ranking
    files: Sequence[Path]
    studied: Sequence[str]
    held: Sequence[str]

    def as_lines(self) -> list[str]:
        """For a person."""
        return [
            *(f"note: {warning}" for warning in self.ranking.warnings),
            f"under study: {', '.join(self.studied)}",
            f"held constant: {', '.join(self.held) or 'nothing'}",
            *strongest(self.ranking.drivers),
            *(f"written: {path}" for path in self.files),
        ]

    def as_json(self) -> dict[str, object]:
        """For a script."""
        return {
            "warnings": list(self.ranking.warnings),
            "behaviours": list(self.studied),
            "contexts": list(self.held),
            "rows": len(self.ranking.drivers),
            "files": [str(path) for path in self.files],
        }


def rank_table(
    table: Path,
    out: Path,
    *,
    level: float,
    behaviours: Sequence[str] | None,
    contexts: Sequence[str] | None,
    segment: str,
) -> Said:
    """Rank the table and write each result as Parquet, CSV and JSON into `out`.

    Without `behaviours` the registered ones in the table are studied, or, in a table with none of
    them, every further column of numbers. Without `contexts` the known ones and every further
    column of text are held constant. Raises ContractError for a table that breaks its contract.
    """
    joined = _read(table)
    if segment != "segment":
        _all_there(joined, [segment], "--segment")
    studied = _studied(joined, behaviours, contexts or (), segment)
    held = _held(joined, contexts, [s.name for s in studied], segment)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {out}: no folder can be made there ({error.strerror}).") from error
    options = RankOptions(level=level, segment=segment, window_days=EVERY_CALL)
    ranking = rank(joined, studied, held, options)
    results = ((DRIVERS, ranking.drivers), (FOCUS, ranking.focus),
               (FOLLOW_UPS, ranking.follow_ups))  # fmt: skip
    files = [path for kind, frame in results for path in _write(out, kind, frame)]
    files += _write_diagnostics(out, ranking.diagnostics)
    return Said(ranking, files, [s.name for s in studied], held)


def _read(path: Path) -> pd.DataFrame:
    try:
        csv = path.suffix.lower() == ".csv"
        table = pacsv.read_csv(path) if csv else pq.read_table(path)
    except FileNotFoundError as error:
        raise UsageError(f"There is no table {path}.", next_step="correct --table.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise ContractError(
            f"{path} is not a Parquet or CSV table.",
            next_step="export it as Parquet, or as UTF-8 CSV with a header line.",
        ) from error
    twice = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if twice:
        raise ContractError(f"{path} has a column twice: {', '.join(twice)}.")
    flat = [field.name for field in table.schema if not pa.types.is_nested(field.type)]
    frame: pd.DataFrame = table.select(flat).to_pandas()
    return _with_times(frame, path)


def _with_times(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    problems = []
    for name in ("started_at", "answered_at"):
        if name not in frame:
            continue
        times = pd.to_datetime(frame[name], utc=True, errors="coerce", format="ISO8601")
        broken = int((times.isna() & frame[name].notna()).sum())
        if broken:
            problems.append(f"{path}: {name}: {broken} cells are no times, expected ISO 8601.")
        frame[name] = times
    if problems:
        raise ContractError(*problems)
    return frame


def _free(joined: pd.DataFrame, segment: str) -> list[str]:
    taken = {*JOINED.names, segment}
    return [name for name in joined.columns if name not in taken]


def _studied(
    joined: pd.DataFrame, named: Sequence[str] | None, contexts: Sequence[str], segment: str
) -> list[Subject]:
    if named is not None:
        _all_there(joined, named, "--behaviours")
        if set(named) & OUTCOME:
            raise ContractError("--behaviours: the answer itself cannot be under study.")
        return subjects_named(named)
    known = [s for s in subjects() if s.name in joined and s.ranked]
    if known:
        return known
    others = {*CONTEXT_NAMES, *contexts}
    numbers = [
        name
        for name in _free(joined, segment)
        if name not in others and pd.api.types.is_numeric_dtype(joined[name])
    ]
    if not numbers:
        raise ContractError(
            "The table has no behaviours: no registered one and no other column of numbers.",
            next_step="name the columns with --behaviours a,b,c.",
        )
    return subjects_named(numbers)


def _held(
    joined: pd.DataFrame, named: Sequence[str] | None, studied: Sequence[str], segment: str
) -> list[str]:
    if named is not None:
        _all_there(joined, named, "--contexts")
        outcome = sorted(set(named) & {*OUTCOME, *studied})
        if outcome:
            raise ContractError(
                f"--contexts: {', '.join(outcome)} cannot be held constant while it is studied."
            )
        return list(named)
    registered = {s.name for s in subjects()}
    texts = [
        name
        for name in _free(joined, segment)
        if name not in studied
        and name not in registered
        and name not in NEVER_A_CONTEXT
        and (name in CONTEXT_NAMES or not pd.api.types.is_numeric_dtype(joined[name]))
    ]
    return contexts_of(joined, texts)


def _all_there(joined: pd.DataFrame, names: Sequence[str], option: str) -> None:
    if not names:
        raise ContractError(f"{option}: no column is named.")
    missing = [name for name in names if name not in joined]
    if missing:
        raise ContractError(
            f"{option}: no column {', '.join(missing)}; the table has {', '.join(joined.columns)}."
        )


def _write(out: Path, table: Table, frame: pd.DataFrame) -> list[Path]:
    rows = table.to_arrow(frame)
    stem = out / table.name.lower()
    paths = [stem.with_suffix(ending) for ending in (".parquet", ".csv", ".json")]
    pq.write_table(rows, paths[0])
    flat = rows.to_pandas(date_as_object=True)
    flat.to_json(paths[2], orient="records", date_format="iso", force_ascii=False, indent=1)
    for column in table.columns:
        if pa.types.is_list(column.type):
            flat[column.name] = flat[column.name].map(_as_text, na_action="ignore")
    flat.to_csv(paths[1], index=False)
    return paths


def _as_text(entries: Sequence[dict[str, object]]) -> str:
    return "; ".join(" ".join(str(value) for value in entry.values()) for entry in entries)


def _write_diagnostics(out: Path, diagnostics: pd.DataFrame) -> list[Path]:
    path = out / "diagnostics.csv"
    diagnostics.to_csv(path, index=False)
    return [path]
