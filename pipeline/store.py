"""The store: Delta tables in a folder or a bucket, and the only place that reads or writes them.

Every write is one atomic commit. Rows of calls are replaced as a whole (`replace_calls`): a batch
that is done again leaves the same rows. A table that is made from others carries the fingerprint of
what it was made from, and is left alone while that is the same.

Earlier versions live on until `purge`: what `remove` takes out can be read in them, and a log entry
can name it. Delta keeps the smallest and largest value of columns in its log; here only those of
the call_id of tables by day, so that no text ever stands there.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from pipeline.contracts import Table
from pipeline.errors import StoreError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

FINGERPRINT = "fingerprint"
LOG = "_delta_log"
STATISTICS = "delta.dataSkippingStatsColumns"


@dataclass(frozen=True)
class Purged:
    """What was dropped of a table: versions that can be read no more, files of theirs."""

    versions: int = 0
    files: int = 0


class Store:
    """Tables below one root, each under its contract's name in lower case."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: Table) -> Path:
        """The folder of a table."""
        return self.root / table.name.lower()

    def version(self, table: Table) -> int | None:
        """The table's Delta version; None when it does not exist yet."""
        delta = self._open(table)
        return None if delta is None else delta.version()

    def fingerprint(self, table: Table) -> str | None:
        """What the table's latest version was made from, if its writer said so."""
        delta = self._open(table)
        if delta is None:
            return None
        value = delta.history(1)[0].get(FINGERPRINT)
        return str(value) if value is not None else None

    def read(
        self,
        table: Table,
        *,
        columns: Sequence[str] | None = None,
        dates: Sequence[date] | None = None,
        call_ids: Sequence[str] | None = None,
        named: Mapping[str, Collection[str]] | None = None,
    ) -> pd.DataFrame:
        """Rows in the contract's order, sorted by its key; empty when the table does not exist.

        `dates` and `call_ids` read only what is theirs; `named` (column → ids), in which any of the
        columns holds one of its ids.
        """
        names = list(columns) if columns is not None else table.names
        delta = self._open(table)
        if delta is None:
            return _empty(table, names)
        dataset = delta.to_pyarrow_dataset()
        there = set(dataset.schema.names)
        order = [name for name in table.order if name in there]
        wanted = [name for name in dict.fromkeys([*names, *order]) if name in there]
        with _explained(table, self.root, "read"):
            rows = dataset.to_table(columns=wanted, filter=_filter(dates, call_ids, named))
        if order:
            rows = rows.sort_by([(name, "ascending") for name in order])
        return rows.to_pandas(date_as_object=True).reindex(columns=names)

    def count(self, table: Table, *, named: Mapping[str, Collection[str]] | None = None) -> int:
        """Rows of the table, or those in which a column holds one of its ids."""
        delta = self._open(table)
        with _explained(table, self.root, "read"):
            rows = None if delta is None else delta.to_pyarrow_dataset()
            return 0 if rows is None else int(rows.count_rows(filter=_held(named or {})))

    def append(self, table: Table, frame: pd.DataFrame) -> None:
        """Add rows whose keys are known to be new."""
        if frame.empty:
            return
        rows = table.to_arrow(frame)
        with _explained(table, self.root, "written"):
            write_deltalake(
                self.path(table),
                rows,
                mode="append",
                schema_mode="merge",
                partition_by=_partitions(table),
                configuration=_properties(table),
            )

    def replace_calls(
        self, table: Table, frame: pd.DataFrame, calls: Sequence[tuple[str, date]]
    ) -> None:
        """Make `frame` the only rows of these calls, in one commit. `calls`: (call_id, call_date).

        A call whose date changed has its rows of the old date removed too.
        """
        ids = sorted({call_id for call_id, _ in calls})
        stored = self.read(table, columns=["call_id", "call_date"], call_ids=ids)
        if stored.empty:
            self.append(table, frame)
            return
        days = sorted({day.isoformat() for day in (*stored["call_date"], *(d for _, d in calls))})
        where = f"call_date IN ({_quoted(days, 'DATE ')}) AND call_id IN ({_quoted(ids)})"
        self._overwrite(table, table.to_arrow(frame), where)

    def overwrite(self, table: Table, frame: pd.DataFrame, fingerprint: str) -> None:
        """Make `frame` the whole table, made from what `fingerprint` names."""
        self._overwrite(table, table.to_arrow(frame), None, fingerprint)

    def _overwrite(
        self, table: Table, rows: pa.Table, predicate: str | None, fingerprint: str | None = None
    ) -> None:
        with _explained(table, self.root, "written"):
            write_deltalake(
                self.path(table),
                rows,
                mode="overwrite",
                predicate=predicate,
                schema_mode="merge" if predicate else "overwrite",
                partition_by=_partitions(table),
                configuration=_properties(table),
                commit_properties=_with_fingerprint(fingerprint),
            )

    def remove(self, table: Table, named: Mapping[str, Collection[str]]) -> int:
        """Delete the rows in which a column holds one of its ids (days: "2026-01-05"); how many.

        Columns that the table does not have are passed over. The fingerprint stays: what is left
        was made from the same. Earlier versions keep the rows until `purge`.
        """
        delta = self._open(table)
        there = set() if delta is None else {field.name for field in delta.schema().fields}
        asked = {column: ids for column, ids in named.items() if ids and column in there}
        count = self.count(table, named=asked) if asked else 0
        if delta is not None and count:
            # Not `DeltaTable.delete`: Arrow cannot filter by text what that writes (deltalake 1.6).
            nothing = delta.to_pyarrow_dataset().schema.empty_table()
            self._overwrite(table, nothing, _holding(asked), self.fingerprint(table))
        return count

    def dropped(
        self, table: Table, columns: Sequence[str], named: Mapping[str, Collection[str]]
    ) -> pd.DataFrame:
        """Those rows of files that no longer belong to the table, as far as they can be read, in
        which one of the columns of `named` holds one of its ids.
        """
        delta = self._open(table)
        parts = [_empty(table, columns)]
        for path in [] if delta is None else self._dead_files(table, delta):
            with suppress(pa.ArrowException, OSError):  # cut off by a kill: nobody can read it
                there = set(pq.read_schema(path).names)
                held = _held({name: ids for name, ids in named.items() if name in there})
                if held is not None:
                    names = [name for name in columns if name in there]
                    rows = pq.read_table(path, columns=names, filters=held, partitioning=None)
                    parts.append(rows.to_pandas(date_as_object=True))
        frame = pd.concat([part for part in parts if len(part)] or parts[:1])
        return frame.reindex(columns=list(columns)).drop_duplicates(ignore_index=True)

    def purge(self, table: Table) -> Purged:
        """Leave nothing but the current version: no older files, no older entries of the log.

        Whoever has an older version open can read on no more. A kill in between does no harm: the
        next purge goes on.
        """
        delta = self._open(table)
        if delta is None:
            return Purged()
        with _explained(table, self.root, "purged"):
            if STATISTICS not in delta.metadata().configuration:  # a store from before
                said = _with_fingerprint(self.fingerprint(table))
                delta.alter.set_table_properties(_properties(table), commit_properties=said)
            versions = self._cut_log(table, delta)
            files = self._dead_files(table, delta)
            for path in files:
                path.unlink()
            for folder in {path.parent for path in files} - {self.path(table)}:
                with suppress(OSError):  # it holds files that live
                    folder.rmdir()
        return Purged(versions, len(files))

    def _cut_log(self, table: Table, delta: DeltaTable) -> int:
        """Keep the current version's entry, and a checkpoint that stands for all before it."""
        log = self.path(table) / LOG
        last = f"{delta.version():020d}"
        entries = [path for path in log.iterdir() if path.is_file()]
        older = [path for path in entries if not path.name.startswith((last, "_last_checkpoint"))]
        if older:
            delta.create_checkpoint()
        for path in sorted(older):
            path.unlink()
        _name_no_rows(log / f"{last}.json")
        return sum(path.suffix == ".json" for path in older)

    def _dead_files(self, table: Table, delta: DeltaTable) -> list[Path]:
        folder = self.path(table)
        paths = pa.table(delta.get_add_actions()).column("path").to_pylist()
        living = {folder / str(path) for path in paths}
        found = (path for path in folder.rglob("*") if path.is_file())
        return sorted(p for p in found if p not in living and p.relative_to(folder).parts[0] != LOG)

    def _open(self, table: Table) -> DeltaTable | None:
        with _explained(table, self.root, "read"):
            try:
                return DeltaTable(self.path(table))
            except TableNotFoundError:
                return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store for one run; raises StoreError while another run holds it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            file = (self.root / ".lock").open("w")
        except OSError as error:
            raise StoreError(
                f"The store {self.root} cannot be opened: {error.strerror}",
                next_step="set [store] path to a folder that can be written.",
            ) from error
        with file:
            _lock(file, self.root)
            yield


@contextmanager
def _explained(table: Table, root: Path, done: str) -> Iterator[None]:
    try:
        yield
    except (DeltaError, OSError, pa.ArrowException) as error:
        first_line = str(error).partition("\n")[0]  # the rest is the library's own traceback
        raise StoreError(
            f"Table {table.name} in {root} cannot be {done}: {first_line}",
            next_step="check the disk and the permissions, then run again.",
        ) from error


def _partitions(table: Table) -> list[str] | None:
    return ["call_date"] if table.partitioned else None


def _properties(table: Table) -> dict[str, str]:
    """Of which columns Delta's log keeps the smallest and the largest value.

    By call_id, reading skips the files that cannot have the call; days are folders in any case.
    Where a table has no days it is read as a whole, and no value is needed.
    """
    return {STATISTICS: "call_id" if table.partitioned else ""}


def _with_fingerprint(fingerprint: str | None) -> CommitProperties:
    return CommitProperties(
        custom_metadata=None if fingerprint is None else {FINGERPRINT: fingerprint}
    )


def _name_no_rows(entry: Path) -> None:
    """Take the predicate, which has ids in it, out of what a log entry tells of its commit.

    It is information only (Delta's protocol, "commit provenance"). A further commit would hide it
    too, but be a new version, from which everything would be made anew.
    """
    actions = [json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines()]
    said = [action["commitInfo"].get("operationParameters", {}) for action in actions
            if "commitInfo" in action]  # fmt: skip
    if not any("predicate" in parameters for parameters in said):
        return
    for parameters in said:
        parameters.pop("predicate", None)
    lines = [json.dumps(action, separators=(",", ":"), ensure_ascii=False) for action in actions]
    fresh = entry.with_name(f"_{entry.name}.new")
    fresh.write_text("\n".join(lines), encoding="utf-8")
    fresh.replace(entry)


def _lock(file: TextIO, root: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreError(
            f"Another run holds the store {root}.", next_step="wait until it has ended."
        ) from error


def _holding(named: Mapping[str, Collection[str]]) -> str:
    """The rows in which a column holds one of its ids, for Delta."""
    return " OR ".join(
        # A row of which it is not known would be dropped too: neither kept nor replaced.
        f"({column} IS NOT NULL AND {column} IN "
        f"({_quoted(sorted(ids), 'DATE ' if column == 'call_date' else '')}))"
        for column, ids in sorted(named.items())
    )


def _held(named: Mapping[str, Collection[str]]) -> pc.Expression | None:
    """The same, for Arrow; None where no column is asked for."""
    held = None
    for column, ids in sorted(named.items()):
        values = pa.array(sorted(ids), pa.string())
        kind = pa.date32() if column == "call_date" else pa.string()
        one = pc.field(column).isin(values.cast(kind))
        held = one if held is None else held | one
    return held


def _quoted(values: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + "'" + value.replace("'", "''") + "'" for value in values)


def _filter(
    dates: Sequence[date] | None,
    call_ids: Sequence[str] | None,
    named: Mapping[str, Collection[str]] | None,
) -> pc.Expression | None:
    wanted = None
    if dates is not None:
        wanted = pc.field("call_date").isin(pa.array(sorted(set(dates)), pa.date32()))
    if call_ids is not None:
        ids = pc.field("call_id").isin(pa.array(sorted(set(call_ids)), pa.string()))
        wanted = ids if wanted is None else wanted & ids
    held = _held(named or {})
    if wanted is None or held is None:
        return held if wanted is None else wanted
    return wanted & held


def _empty(table: Table, names: Sequence[str]) -> pd.DataFrame:
    frame: pd.DataFrame = table.schema.empty_table().to_pandas(date_as_object=True)
    return frame.reindex(columns=list(names))
