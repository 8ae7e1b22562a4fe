"""Forgetting a person: what is theirs, and taking it out of every table.

CALLS and SURVEYS tell what is theirs, so they come last: a kill in between loses no thread, and
forgetting again goes on where it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from pipeline.contracts import Table
from pipeline.ingest.recordings import BOTH
from pipeline.privacy.needles import Needles
from pipeline.report.material import structs
from pipeline.store import Store
from pipeline.tables import CALLS, FOCUS, FORGOTTEN, QUARANTINE, SURVEYS, TABLES

ORDER: tuple[Table, ...] = (
    *(table for table in TABLES if table not in (CALLS, SURVEYS, FORGOTTEN)), SURVEYS, CALLS,
)  # fmt: skip
"""In which rows are removed and versions dropped."""

NAMING = frozenset(
    ("call_id", "customer_id", "survey_id", "invitation_id", "recording", "where", "why", "why_not",
     "notes", "note", "reasons", "comment", "stats")
)  # fmt: skip
"""Columns that could name somebody by an id; `stats` is what Delta's log keeps of columns."""


OWNERS = ("customer_id", "call_id", "recording")
"""Columns of CALLS and SURVEYS that tell what is whose."""

COLLECTION = ".jsonl"
"""A file of many people's transcripts, a line each, is nobody's own."""


@dataclass(frozen=True)
class Person:
    """Under which ids somebody stands: as a customer, in calls, surveys and files of theirs."""

    customers: frozenset[str]
    calls: frozenset[str] = frozenset()
    surveys: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether anything is there of them."""
        return bool(self.calls or self.surveys)

    @property
    def needles(self) -> Needles:
        """What a search for them looks for."""
        return Needles(
            ids={
                "customer_id": self.customers,
                "call_id": self.calls,
                "survey_id": self.surveys,
                "invitation_id": self.surveys,
                "file": self.files,
            }
        )


def person_of(store: Store, customers: Collection[str]) -> Person:
    """Everything that belongs to a customer, now or in an earlier version that is still there.

    A call that once was theirs and now is another customer's is the other's. A call that names no
    customer is theirs if their survey is about it.
    """
    names = frozenset(customers)
    surveys = _rows(store, SURVEYS, {"customer_id": names})
    calls = _rows(store, CALLS, {"customer_id": names})
    asked = _rows(store, CALLS, {"call_id": surveys["call_id"].dropna()})
    calls = pd.concat([calls, asked[asked["customer_id"].isna()]])
    ids = frozenset(calls["call_id"])
    about = _rows(store, SURVEYS, {"call_id": ids})
    return Person(
        names,
        calls=ids,
        surveys=frozenset((*surveys["survey_id"], *about["survey_id"])),
        files=_own_files(store, calls),
    )


def _rows(store: Store, table: Table, named: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """The ids in those rows; of an earlier version only where the row is no longer there at all."""
    key = table.key[0]
    columns = [name for name in table.names if name in (key, *OWNERS)]
    now = store.read(table, columns=columns, named=named)
    earlier = store.dropped(table, columns, named)
    there = store.read(table, columns=[key], named={key: earlier[key]})
    gone = earlier[~earlier[key].isin(there[key])]
    return pd.concat([part for part in (now, gone) if len(part)] or [now])


def _own_files(store: Store, calls: pd.DataFrame) -> frozenset[str]:
    """The files, also under earlier names, that hold nothing but their calls."""
    earlier = store.dropped(CALLS, ["recording"], {"call_id": calls["call_id"]})
    names = {*calls["recording"].dropna(), *earlier["recording"].dropna()}
    sharing = store.read(CALLS, columns=["call_id", "recording"], named={"recording": names})
    shared = set(sharing["recording"][~sharing["call_id"].isin(calls["call_id"])])
    files = {part for name in names - shared for part in str(name).split(BOTH)}
    return frozenset(file for file in files if not file.endswith(COLLECTION))


def remove_rows(store: Store, person: Person, table: Table) -> int:
    """Take the person out of a table's current version; how many rows, or excerpts, that were."""
    if table is FOCUS:
        return _remove_excerpts(store, person)
    if table is QUARANTINE:
        return _remove_refusals(store, person)
    return store.remove(table, person.needles.ids)


def _remove_excerpts(store: Store, person: Person) -> int:
    """The agent's row stays: only the excerpts of the person's calls go."""
    focus = store.read(FOCUS)
    held = [structs(cell) for cell in focus["moments"]]
    kept = [[one for one in cell if one["call_id"] not in person.calls] for cell in held]
    removed = _count(held) - _count(kept)
    if removed:
        cells = [
            left if had is not None else None
            for had, left in zip(focus["moments"], kept, strict=True)
        ]
        moments = pd.Series(cells, index=focus.index, dtype=object)
        store.overwrite(FOCUS, focus.assign(moments=moments), store.fingerprint(FOCUS) or "")
    return removed


def _count(cells: Sequence[Sequence[object]]) -> int:
    return sum(len(cell) for cell in cells)


def _remove_refusals(store: Store, person: Person) -> int:
    refusals = store.read(QUARANTINE)
    named = pd.Series(False, index=refusals.index)
    for column in ("where", "why"):
        texts = pa.array(refusals[column].astype(object), pa.string(), from_pandas=True)
        named |= person.needles.named_in(texts).to_numpy(zero_copy_only=False)
    if named.any():
        fingerprint = store.fingerprint(QUARANTINE) or ""
        store.overwrite(QUARANTINE, refusals[~named], fingerprint)
    return int(named.sum())
