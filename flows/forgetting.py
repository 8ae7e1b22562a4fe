"""Forget: a person out of every table and every older version, copies, pages and logs, and proof.

First their ids become tombstones, so that nothing of them is ever taken in again. Then everything
is removed, what tells what is theirs last: forgetting that was killed goes on when it is run again.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

from flows.configuration import Settings
from flows.executor import PlainExecutor, workers
from flows.stages.opening import opened
from flows.stages.report import MADE_FROM, report
from flows.stages.site import Say, Site
from pipeline.errors import StoreError, UsageError, UserError
from pipeline.ingest.recordings import SOUND_ENDINGS
from pipeline.ingest.transcripts import LINES
from pipeline.privacy.copies import copies_of
from pipeline.privacy.forgetting import NAMING, ORDER, Person, person_of, remove_rows
from pipeline.privacy.gate import CALL, CUSTOMER, FILE, SURVEY
from pipeline.privacy.traces import SearchOptions, Trace, files_below, traces
from pipeline.report.folder import MARK as PAGE
from pipeline.store import Store
from pipeline.tables import CALLS, FORGOTTEN

PREFECT = ".prefect"
LARGEST_REPORT = 200_000
"""Calls. To write the pages anew takes a minute of a processor for each million; of larger stores
the pages in question are removed, and the next run writes them.
"""

TEMPORARY = re.compile(r"[a-z0-9_]{8}")
"""Ending of a folder that Python makes for what is not finished."""

SEARCH = SearchOptions(columns=NAMING, skipped=SOUND_ENDINGS)


@dataclass
class Removed:
    """Of a table."""

    rows: int = 0
    versions: int = 0
    files: int = 0


@dataclass
class Forgotten:
    """What was removed, and what a search found afterwards."""

    calls: int
    surveys: int
    tables: dict[str, Removed] = field(default_factory=dict)
    pages_anew: int = 0
    pages_removed: int = 0
    copies: int = 0
    prefect_files: int = 0
    files_of_yours: list[str] = field(default_factory=list)
    searched: int = 0
    found: tuple[Trace, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether there was anything of them."""
        return bool(self.calls or self.surveys)

    @property
    def counts(self) -> dict[str, object]:
        """For the audit log: numbers only."""
        return {
            "calls": self.calls,
            "surveys": self.surveys,
            "rows": {name: one.rows for name, one in self.tables.items() if one.rows},
            "copies": self.copies,
            "pages": self.pages_anew + self.pages_removed,
            "searched": self.searched,
            "found": len(self.found),
        }

    def lines(self) -> Iterator[str]:
        """A line for each place."""
        if self.is_known:
            yield f"forgotten: a customer; calls: {self.calls}, surveys: {self.surveys}"
        else:
            yield "no call and no survey of this customer is known; later ones are refused"
        for name, removed in self.tables.items():
            if removed != Removed():
                yield (
                    f"{name}: {removed.rows} rows removed, {removed.versions} older versions and "
                    f"{removed.files} files dropped"
                )
        if self.pages_anew:
            yield f"report: pages that showed them: {self.pages_anew}; it is written anew"
        if self.pages_removed:
            yield f"report: pages that showed them: {self.pages_removed}; gone till the next run"
        if self.copies:
            yield f"redacted recordings: {self.copies} removed"
        if self.prefect_files:
            yield f"Prefect: its records named them and are removed, {self.prefect_files} files"
        for name in self.files_of_yours:
            yield f"yours, not touched: {name}"
        for trace in self.found:
            yield f"STILL THERE: {trace.needle!r} in {trace.path} ({trace.where})"
        if not self.found:
            yield f"searched {self.searched} files: nothing of the person was found"

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        tables = {name: vars(removed) for name, removed in self.tables.items()}
        found = [vars(trace) | {"path": str(trace.path)} for trace in self.found]
        return vars(self) | {"tables": tables, "found": found}


def forget(settings: Settings, customer: str, *, now: datetime, say: Say) -> Forgotten:
    """Remove the customer, search, and note it in the audit log.

    Raises UsageError without an id, StoreError while a run holds the store, ConfigurationError for
    a wrong key. Whether a trace is left is asked afterwards: `check_forgotten`.
    """
    customer = customer.strip()  # as the call log is read
    if not customer:
        raise UsageError("forget: the customer's id is empty.", next_step="name one: --customer ID")
    store = Store(settings.store.path)
    with ExitStack() as open_ones:
        open_ones.enter_context(store.locked())
        site = _site(settings, store, open_ones, now, say)
        person = person_of(store, {customer, site.gate.pseudonyms.customer(customer)})
        yours = _files_of_yours(settings, person)
        person = replace(person, files=person.files | yours.keys())
        done = Forgotten(len(person.calls), len(person.surveys))
        subject = site.gate.pseudonyms.tombstone(CUSTOMER, customer)
        site.audit.note("forget begun", {}, subject=subject)
        _keep_out(site, person, customer)
        done.tables = {table.name: Removed(remove_rows(store, person, table)) for table in ORDER}
        done.copies = _remove_copies(settings, person)
        _renew_report(site, person, done)
        _clear_prefect(store, person, done)
        for table in ORDER:
            purged = store.purge(table)
            done.tables[table.name].versions = purged.versions
            done.tables[table.name].files = purged.files
        done.files_of_yours = [*_rows_of_yours(settings, done), *map(str, sorted(yours.values()))]
        _search(settings, person, done)
        site.audit.note("forget", done.counts, subject=subject)
    return done


def check_forgotten(done: Forgotten) -> None:
    """Raise StoreError (exit code 7) when something of the person is still there."""
    if done.found:
        raise StoreError(
            f"Traces of the person that are left: {len(done.found)}.",
            next_step="see the lines above; remove what stands there, then forget again.",
        )


def _site(settings: Settings, store: Store, open_ones: ExitStack, now: datetime, say: Say) -> Site:
    """As for a run, with no work for its workers."""
    executor = PlainExecutor(open_ones.enter_context(workers(1)))
    return opened(settings, store, executor, now=now, say=say)


def _keep_out(site: Site, person: Person, customer: str) -> None:
    named = {
        CUSTOMER: {customer}, CALL: person.calls, SURVEY: person.surveys, FILE: person.files,
    }  # fmt: skip
    stones = {
        site.gate.pseudonyms.tombstone(kind, name)
        for kind, names in named.items()
        for name in names
    }
    fresh = sorted(stones - set(site.store.read(FORGOTTEN)["subject"]))
    site.store.append(FORGOTTEN, pd.DataFrame({"subject": fresh}))


def _remove_copies(settings: Settings, person: Person) -> int:
    folder = settings.privacy.recordings
    if folder is None:
        return 0
    there = [p for call in person.calls for p in copies_of(folder, call) if p.is_file()]
    for path in there:
        path.unlink()
    return len(there)


def _renew_report(site: Site, person: Person, done: Forgotten) -> None:
    """Pages that name a call of theirs are written anew; where that cannot be, they go till then.

    A page quotes a call only beside its id. A folder that is no report of ours is left alone.
    """
    folder = site.settings.report.path
    _remove_half_reports(folder)
    index = folder / "index.html"
    if not index.is_file() or PAGE not in index.read_text(encoding="utf-8", errors="replace"):
        return
    pages = {trace.path for trace in traces([folder], person.needles)}
    if not pages:
        return
    (folder / MADE_FROM).unlink(missing_ok=True)
    if _written_anew(site):
        done.pages_anew = len(pages)
        return
    for page in pages:
        page.unlink()
    if index in pages:  # by which the next run knows that the folder is a report
        shutil.rmtree(folder)
    done.pages_removed = len(pages)


def _written_anew(site: Site) -> bool:
    if site.store.count(CALLS) > LARGEST_REPORT:
        return False
    try:
        report(site)
    except UserError as error:
        site.say(f"the report cannot be written anew: {error}")
        return False
    return True


def _remove_half_reports(folder: Path) -> None:
    """What a run left beside the report that was killed while writing it."""
    for left in folder.parent.iterdir() if folder.parent.is_dir() else ():
        name = left.name.removeprefix(f".{folder.name}.")
        if name != left.name and TEMPORARY.fullmatch(name) and left.is_dir():
            shutil.rmtree(left)


def _clear_prefect(store: Store, person: Person, done: Forgotten) -> None:
    """Prefect's records hold states of runs and nothing of the business: they go as a whole."""
    folder = store.root / PREFECT
    if traces([folder], person.needles):
        done.prefect_files = len(files_below(folder))
        shutil.rmtree(folder)


def _files_of_yours(settings: Settings, person: Person) -> dict[str, Path]:
    """The recordings and transcripts that are theirs, or bear the name of a call of theirs."""
    found: dict[str, Path] = {}
    for folder in (settings.recordings.path, settings.transcripts.path):
        if folder is not None:
            # Names of any other bytes are refused, and no table holds them.
            names = pa.array([n for n in files_below(folder) if n.isprintable()], pa.string())
            theirs = names.filter(person.needles.named_in(names)).to_pylist()
            found |= {str(name): folder / str(name) for name in theirs}
    return found


def _rows_of_yours(settings: Settings, done: Forgotten) -> Iterator[str]:
    for rows in (settings.call_log, settings.surveys):
        if rows.path is not None and done.is_known:
            yield f"{rows.path} (the rows of this customer)"
    folder = settings.transcripts.path
    for name in files_below(folder) if folder is not None and done.calls else ():
        if name.endswith(LINES):  # each is of many calls, and only their lines are meant
            yield f"{folder}/{name} (the lines of these calls, if it has any)"


def _search(settings: Settings, person: Person, done: Forgotten) -> None:
    roots = [settings.store.path, settings.report.path, settings.privacy.audit_log]
    if settings.privacy.recordings is not None:
        roots.append(settings.privacy.recordings)
    done.searched = sum(len(files_below(root)) for root in roots)
    done.found = tuple(traces(roots, person.needles, options=SEARCH))
