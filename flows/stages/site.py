"""What every stage works with: settings, store, executor, the run's time, and what was refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from flows.audit import Audit
from flows.configuration import Settings
from flows.executor import Executor, Job, Result, Step
from flows.progress import watched
from flows.retention import Retention
from pipeline.contracts import Table
from pipeline.ingest.refusals import Refusal, quarantine
from pipeline.ingest.transcripts import Archive
from pipeline.privacy.gate import Gate
from pipeline.store import Store
from pipeline.tables import QUARANTINE

Say = Callable[[str], None]


@dataclass
class Tally:
    """What a run did, for its last lines and for `--json`."""

    calls: int = 0
    surveys: int = 0
    answers: int = 0
    heard: int = 0
    retimed: int = 0
    voices_failed: int = 0
    read: int = 0
    measured: int = 0
    audio_s: float = 0.0
    refused: int = 0
    looked_at: dict[str, int] = field(default_factory=dict)
    refused_of: dict[str, int] = field(default_factory=dict)
    tables_written: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    report: Path | None = None


@dataclass
class Site:
    """One run's surroundings; `names` are those of the people in each call of the log."""

    settings: Settings
    store: Store
    executor: Executor
    now: datetime
    say: Say
    gate: Gate
    audit: Audit
    retention: Retention
    has_old_versions_removed: bool = False
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    archive: Archive = field(default_factory=lambda: Archive({}, ()))

    def run(self, step: Step[Job, Result]) -> None:
        """Run a step's jobs under a progress bar; a step without jobs is nothing."""
        if step.jobs:
            with watched(step.name, step.total) as progress:
                self.executor.run(step, progress)

    def wrote(self, table: str) -> None:
        """Remember that a table got a new version."""
        if table not in self.tally.tables_written:
            self.tally.tables_written.append(table)

    def made_from(self, tables: Iterable[Table], settings: str) -> str:
        """Names the versions of the tables and the settings that a table is made from."""
        versions = [f"{table.name}={self.store.version(table)}" for table in tables]
        return ",".join([*versions, settings])

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Add to QUARANTINE what is not there yet; without anything new it stays untouched."""
        new = quarantine(refusals, self.now)
        stored = self.store.read(QUARANTINE)
        keys = QUARANTINE.key
        known = set(stored[list(keys)].itertuples(index=False, name=None))
        fresh = [key not in known for key in new[list(keys)].itertuples(index=False, name=None)]
        if any(fresh):
            met = set(new[list(keys)].itertuples(index=False, name=None))
            again = [key in met for key in stored[list(keys)].itertuples(index=False, name=None)]
            stored.loc[again, "last_seen"] = pd.Timestamp(self.now)
            rows = new[fresh] if stored.empty else pd.concat([stored, new[fresh]])
            self.store.overwrite(QUARANTINE, rows, fingerprint="")
            self.wrote("QUARANTINE")
            self.tally.refused += sum(fresh)
