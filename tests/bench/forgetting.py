"""How long it takes to forget one customer of a million calls, part by part, and what is left.

    python -m tests.bench forgetting [FOLDER]
    python -m tests.bench.forgetting FOLDER CALLS

The store is made up of rows that keep the contracts and mean nothing: 100 days, a commit a day for
each table, each day of CALLS written twice so that there are older versions, one customer with five
calls. A report that shows one of these is there too. Seconds of the clock and of the processor.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from deltalake import write_deltalake

from flows import configuration, forgetting
from flows.configuration import Settings
from flows.forgetting import forget
from flows.keys import pseudonyms_of
from pipeline.behaviours import behaviours_table, registered
from pipeline.contracts import Column, Table
from pipeline.join import joined_table
from pipeline.privacy.needles import Needles
from pipeline.privacy.pseudonyms import Pseudonyms
from pipeline.privacy.traces import traces
from pipeline.store import STATISTICS, Store
from pipeline.tables import (
    ACTIVITY,
    CALLS,
    FOLLOW_UPS,
    MOMENTS,
    QUARANTINE,
    SURVEYS,
    TRACKS,
    TURNS,
)

CALLS_IN_ALL = 1_000_000
DAYS = 100
FIRST = date(2026, 1, 1)
ROWS = {TURNS.name: 4, MOMENTS.name: 3}
"""Rows for each call; one of the other tables."""

WHO, THEIR_CALLS = "K0000077", 5
PHRASES = [
    f"so {first} the {second} {third}"
    for first in ("what", "why", "when", "how")
    for second in ("bill", "router", "order", "refund", "line")
    for third in ("is late", "broke", "came")
]
CONFIGURATION = '[store]\npath = "store"\n[call_log]\npath = "call_log.csv"\n'


def make(folder: Path, calls: int) -> Settings:
    """The centre: its configuration and its store."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "attune.toml").write_text(CONFIGURATION, encoding="utf-8")
    settings = configuration.load(folder / "attune.toml")
    customers = _customers(calls, pseudonyms_of(settings))
    store = Store(settings.store.path)
    rng = np.random.default_rng(5)
    for number in range(DAYS):
        ids = np.arange(number * calls // DAYS, (number + 1) * calls // DAYS)
        day = FIRST + timedelta(days=number)
        for table in (CALLS, CALLS, ACTIVITY, behaviours_table(), TRACKS, TURNS, MOMENTS):
            _write(store, table, _of_calls(table, ids, day, customers, rng), day)
    _write_whole(store, customers, rng)
    return settings


def _customers(calls: int, pseudonyms: Pseudonyms) -> Any:  # noqa: ANN401 - an array of texts
    """Of each call; five calls of one customer lie over all the days."""
    names = np.char.mod("c%024x", 1000 + np.arange(calls) // 3)
    names[np.linspace(0, calls - 1, THEIR_CALLS).astype(int)] = pseudonyms.customer(WHO)
    return names


def _of_calls(
    table: Table, ids: Any, day: date, customers: Any, rng: np.random.Generator  # noqa: ANN401
) -> pa.Table:  # fmt: skip
    each = ROWS.get(table.name, 1)
    repeated = np.repeat(ids, each)
    known = {
        "call_id": np.char.mod("C%08d", repeated),
        "customer_id": customers[repeated],
        "call_date": np.full(len(repeated), day),
        "recording": np.char.mod("C%08d.wav", repeated),
        "turn": np.tile(np.arange(each), len(ids)),
        "moment": np.tile(np.arange(each), len(ids)),
    }
    return _rows(table, len(repeated), known, rng)


def _write(store: Store, table: Table, rows: pa.Table, day: date) -> None:
    """A day's commit; one that is there already is replaced, and lives on in an older version."""
    is_there = store.version(table) is not None
    write_deltalake(
        store.path(table),
        rows,
        partition_by=["call_date"],
        mode="overwrite",
        predicate=f"call_date = DATE '{day.isoformat()}'" if is_there else None,
        configuration={STATISTICS: "call_id"},
    )


def _write_whole(store: Store, customers: Any, rng: np.random.Generator) -> None:  # noqa: ANN401
    """The tables without days, each twice."""
    ids = np.arange(len(customers))
    asked = ids[::3]
    surveys = {"survey_id": np.char.mod("S%08d", asked), "call_id": np.char.mod("C%08d", asked),
               "customer_id": customers[asked]}  # fmt: skip
    invited = np.char.mod("S%08d", ids).astype(object)
    invited[ids % 3 != 0] = None
    joined = {"call_id": np.char.mod("C%08d", ids), "customer_id": customers,
              "invitation_id": invited, "survey_id": invited}  # fmt: skip
    some = ids[:: max(1, len(ids) // 1000)]
    refused = {"where": np.char.mod("call C%08d", ids[::50]), "why": np.full(len(ids[::50]), "no")}
    for table, known in (
        (SURVEYS, surveys),
        (joined_table(), joined),
        (FOLLOW_UPS, {"call_id": np.char.mod("C%08d", some)}),
        (QUARANTINE, refused),
    ):
        count = len(next(iter(known.values())))
        for _ in range(2):
            write_deltalake(store.path(table), _rows(table, count, known, rng), mode="overwrite",
                            configuration={STATISTICS: ""})  # fmt: skip


def _rows(table: Table, count: int, known: dict[str, Any], rng: np.random.Generator) -> pa.Table:
    arrays = [
        pa.array(known[column.name], column.type)
        if column.name in known
        else _cells(column, count, rng)
        for column in table.columns
    ]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _cells(column: Column, count: int, rng: np.random.Generator) -> Any:  # noqa: ANN401
    if column.choices:
        return pa.array(rng.choice(column.choices, count), column.type)
    if column.name == "behaviour":
        return pa.array(rng.choice([b.name for b in registered()], count))
    return _of_type(column.type, count, rng)


def _of_type(kind: pa.DataType, count: int, rng: np.random.Generator) -> Any:  # noqa: ANN401
    if isinstance(kind, pa.ListType):
        values = _of_type(kind.value_type, 5 * count, rng)
        offsets = pa.array(np.arange(0, 5 * count + 1, 5), pa.int32())
        return pa.ListArray.from_arrays(offsets, values).cast(kind)
    if isinstance(kind, pa.StructType):
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return pa.StructArray.from_arrays(
            [_of_type(field.type, count, rng) for field in fields], fields=fields
        )
    made: dict[pa.DataType, Callable[[], Any]] = {
        pa.string(): lambda: rng.choice(PHRASES, count),
        pa.float64(): lambda: rng.random(count),
        pa.int64(): lambda: rng.integers(0, 9, count),
        pa.bool_(): lambda: rng.random(count) < 0.5,
        pa.binary(): lambda: [rng.bytes(64)] * count,
    }
    if pa.types.is_timestamp(kind):
        start = np.datetime64(FIRST, "us")
        return pa.array(start + rng.integers(0, DAYS * 86_400_000_000, count)).cast(kind)
    return pa.array(made[kind](), kind)


class Clock:
    """Seconds by part: the functions of `flows.forgetting` are timed while it is entered."""

    PARTS = ("person_of", "_files_of_yours", "_keep_out", "remove_rows", "_remove_copies",
             "_renew_report", "_clear_prefect", "_search")  # fmt: skip

    def __init__(self) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, and its seconds by the clock and by the processor."""

        def measured(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - any function
            wall, processor = time.perf_counter(), time.process_time()
            try:
                return work(*arguments, **named)
            finally:
                spent = (time.perf_counter() - wall, time.process_time() - processor)
                before = self.seconds.get(name, (0.0, 0.0))
                self.seconds[name] = (before[0] + spent[0], before[1] + spent[1])

        return measured

    def parts(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Each part with the time taken."""
        for name in self.PARTS:
            yield name, self.timed(name, getattr(forgetting, name))


def bench(folder: Path, calls: int = CALLS_IN_ALL) -> None:
    """Print what was removed, what a search of everything finds afterwards, and the seconds."""
    clock = Clock()
    settings = clock.timed("(making the store)", make)(folder, calls)
    print(f"{calls} calls, {_size(folder) / 1e9:.1f} GB")
    _show_on_a_page(settings)
    for name, timed in clock.parts():
        setattr(forgetting, name, timed)
    Store.purge = clock.timed("purge", Store.purge)  # type: ignore[method-assign]
    whole = clock.timed("forget", forget)
    done = whole(settings, WHO, now=datetime(2026, 6, 1, tzinfo=UTC), say=print)
    print("\n".join(done.lines()))
    left = clock.timed("(search of every text)", _search_of_everything)(settings)
    print(f"a search that decodes every text finds {len(left)} traces: {left[:5]}")
    table = pd.DataFrame(clock.seconds, index=["seconds", "CPU seconds"]).T.round(1)
    print(table.to_string())


def _show_on_a_page(settings: Settings) -> None:
    page = settings.report.path / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(
        '<meta name="generator" content="Attune"><bdi class="id">C00000000</bdi>', encoding="utf-8"
    )


def _search_of_everything(settings: Settings) -> list[Any]:
    pseudonym = pseudonyms_of(settings).customer(WHO)
    needles = Needles(ids={"customer_id": [WHO, pseudonym], "call_id": ["C00000000"]})
    return list(traces([settings.store.path, settings.report.path], needles))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    bench(Path(sys.argv[1]), int(sys.argv[2]))
