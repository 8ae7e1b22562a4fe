"""The store: Delta tables in a folder or a bucket, and the only place that reads or writes them.

Every write is one atomic commit. Rows of calls are replaced as a whole (`replace_calls`): a batch
that is done again leaves the same rows. A table that is made from others carries the fingerprint of
what it was made from, and is left alone while that is the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from pipeline.contracts import Table
from pipeline.errors import StoreError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

FINGERPRINT = "fingerprint"


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
    ) -> pd.DataFrame:
        """Rows in the contract's order, sorted by its key; empty when the table does not exist.

        `dates` and `call_ids` read only what is theirs.
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
            rows = dataset.to_table(columns=wanted, filter=_filter(dates, call_ids))
        if order:
            rows = rows.sort_by([(name, "ascending") for name in order])
        return rows.to_pandas(date_as_object=True).reindex(columns=names)

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
        self._overwrite(
            table, frame, f"call_date IN ({_quoted(days, 'DATE ')}) AND call_id IN ({_quoted(ids)})"
        )

    def overwrite(self, table: Table, frame: pd.DataFrame, fingerprint: str) -> None:
        """Make `frame` the whole table, made from what `fingerprint` names."""
        self._overwrite(table, frame, None, {FINGERPRINT: fingerprint})

    def _overwrite(
        self,
        table: Table,
        frame: pd.DataFrame,
        predicate: str | None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        rows = table.to_arrow(frame)
        with _explained(table, self.root, "written"):
            write_deltalake(
                self.path(table),
                rows,
                mode="overwrite",
                predicate=predicate,
                schema_mode="merge" if predicate else "overwrite",
                partition_by=_partitions(table),
                commit_properties=CommitProperties(custom_metadata=metadata),
            )

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


def _lock(file: TextIO, root: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreError(
            f"Another run holds the store {root}.", next_step="wait until it has ended."
        ) from error


def _quoted(values: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + "'" + value.replace("'", "''") + "'" for value in values)


def _filter(dates: Sequence[date] | None, call_ids: Sequence[str] | None) -> pc.Expression | None:
    wanted = None
    if dates is not None:
        wanted = pc.field("call_date").isin(pa.array(sorted(set(dates)), pa.date32()))
    if call_ids is not None:
        ids = pc.field("call_id").isin(pa.array(sorted(set(call_ids)), pa.string()))
        wanted = ids if wanted is None else wanted & ids
    return wanted


def _empty(table: Table, names: Sequence[str]) -> pd.DataFrame:
    frame: pd.DataFrame = table.schema.empty_table().to_pandas(date_as_object=True)
    return frame.reindex(columns=list(names))
