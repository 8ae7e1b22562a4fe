"""Retain: what is older than the configuration keeps goes, before anything else is done."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from flows.retention import OF_CALLS
from flows.stages.site import Site
from pipeline.contracts import Table
from pipeline.errors import StoreError
from pipeline.ingest.recordings import BOTH
from pipeline.ingest.surveys import told_at
from pipeline.privacy.copies import copies_of
from pipeline.tables import CALLS, QUARANTINE, SURVEYS, TABLES


def retain(site: Site) -> None:
    """Remove rows, redacted copies and recordings that are too old, and note it in the audit log.

    Of tables that are made from others the older versions go; the next stages make them anew.
    """
    if not site.retention.since:
        return
    removed = {"recordings": _recordings(site), "redacted_recordings": _copies(site)}
    removed |= {table.name: _rows_of_calls(site, table) for table in OF_CALLS}
    removed[SURVEYS.name] = _rows(site, SURVEYS, told_at)
    removed[QUARANTINE.name] = _rows(site, QUARANTINE, lambda rows: rows["last_seen"])
    gone = {name: count for name, count in removed.items() if count}
    if gone:
        site.audit.note("retention", gone)
        site.say("too old, removed: " + ", ".join(f"{n} {name}" for name, n in gone.items()))


def purge(site: Site) -> None:
    """No older version of a table outlives the run that replaced it, where anything has a term."""
    for table in TABLES if site.has_old_versions_removed else ():
        site.store.purge(table)


def _rows_of_calls(site: Site, table: Table) -> int:
    since = site.retention.first_day(table)
    if since is None:
        return 0
    days = site.store.read(table, columns=["call_date"])["call_date"].unique()
    old = [day.isoformat() for day in days if day < since]
    return _written(site, table, site.store.remove(table, {"call_date": old}) if old else 0)


def _rows(site: Site, table: Table, at: Callable[[pd.DataFrame], pd.Series]) -> int:
    """Of a table that is not by day; a row without a time stays."""
    since = site.retention.first_day(table)
    if since is None:
        return 0
    rows = site.store.read(table)
    old = at(rows) < pd.Timestamp(since, tz="UTC")
    if old.any():
        # Not what was ingested last: the next ingest has to compare anew.
        site.store.overwrite(table, rows[~old], fingerprint="")
    return _written(site, table, int(old.sum()))


def _written(site: Site, table: Table, count: int) -> int:
    if count:
        site.wrote(table.name)
    return count


def _copies(site: Site) -> int:
    folder = site.settings.privacy.recordings
    if folder is None:
        return 0
    old = _old_calls(site, "redacted_recordings")["call_id"]
    return _deleted(path for call_id in old for path in copies_of(folder, call_id))


def _recordings(site: Site) -> int:
    """The user's own files, of calls that were heard or refused; only where a term is set."""
    folder = site.settings.recordings.path
    if folder is None:
        return 0
    old = _old_calls(site, "recordings")
    tried = old[old["tried"].notna()]["recording"].dropna()
    return _deleted(folder / name for names in tried for name in str(names).split(BOTH))


def _old_calls(site: Site, name: str) -> pd.DataFrame:
    calls = site.store.read(CALLS, columns=["call_id", "call_date", "recording", "tried", "source"])
    since = site.retention.since.get(name)
    if since is None:
        return calls.iloc[:0]
    recorded = calls["source"] == "recording"
    return calls[recorded & (calls["call_date"] < since)]


def _deleted(paths: Iterable[Path]) -> int:
    there = [path for path in paths if path.is_file()]
    for path in there:
        try:
            path.unlink()
        except OSError as error:
            raise StoreError(
                f"{path.name} is too old and cannot be removed: {error.strerror}.",
                next_step="give the run the right to delete it, or take its term out of "
                "[retention].",
            ) from error
    return len(there)
