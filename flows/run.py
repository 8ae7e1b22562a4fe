"""A run: everything new since last time, stage by stage."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from flows.audit import Audit
from flows.configuration import Settings
from flows.executor import Executor, PlainExecutor, workers
from flows.prefect_executor import PrefectExecutor, prepare
from flows.stages.ingest import ingest
from flows.stages.join import join_tables
from flows.stages.measure import measure
from flows.stages.opening import opened
from flows.stages.rank import rank_tables
from flows.stages.report import report
from flows.stages.retain import purge, retain
from flows.stages.site import Say, Site, Tally
from flows.stages.transcribe import transcribe
from pipeline.errors import TooMuchRefusedError
from pipeline.store import Store

Stage = Literal["ingest", "transcribe", "measure", "join", "rank", "report"]
STAGES: tuple[Stage, ...] = ("ingest", "transcribe", "measure", "join", "rank", "report")


def run(
    settings: Settings,
    *,
    now: datetime,
    say: Say,
    stages: tuple[Stage, ...] = STAGES,
    under_prefect: bool = True,
) -> Tally:
    """Run the stages in their order; a second run without changes writes no table.

    Raises a UserError with its exit code: 3 configuration, 4 an input that breaks its contract,
    5 no model, 7 store locked. Whether too much was refused is asked of the tally afterwards, for
    then everything is done: `check_refused`.
    """
    store = Store(settings.store.path)
    audit = Audit(settings.privacy.audit_log)
    with (
        store.locked(),
        audit.during("run", {"stages": list(stages)}) as done,
        workers(settings.run.worker_count) as pool,
    ):
        if under_prefect:
            prepare(settings.store.path / ".prefect")
        executor: Executor = PrefectExecutor(pool) if under_prefect else PlainExecutor(pool)
        site = opened(settings, store, executor, now=now, say=say)
        retain(site)
        for stage in STAGES:
            if stage in stages or (stage == "ingest" and "transcribe" in stages):
                _timed(site, stage, _work(site, stage))
        purge(site)
        done |= {"tables_written": site.tally.tables_written, "heard": site.tally.heard,
                 "read": site.tally.read, "measured": site.tally.measured,
                 "refused": site.tally.refused}  # fmt: skip
    return site.tally


def _work(site: Site, stage: Stage) -> Callable[[], None]:
    def hear_and_read() -> None:
        transcribe(site, site.archive)

    def take_in() -> None:
        site.archive = ingest(site)

    work: dict[Stage, Callable[[], None]] = {
        "ingest": take_in,
        "transcribe": hear_and_read,
        "measure": lambda: measure(site),
        "join": lambda: join_tables(site),
        "rank": lambda: rank_tables(site),
        "report": lambda: report(site),
    }
    return work[stage]


def _timed(site: Site, stage: Stage, work: Callable[[], None]) -> None:
    started = time.monotonic()
    work()
    site.tally.seconds[stage] = round(time.monotonic() - started, 1)


def check_refused(tally: Tally, settings: Settings) -> None:
    """Raise TooMuchRefusedError (exit code 6) when a kind of input was refused beyond the limit."""
    allowed = settings.run.max_refused_share
    problems = [
        f"{refused} of {tally.looked_at[kind]} {kind} were refused, more than the allowed "
        f"{allowed:.0%}."
        for kind, refused in sorted(tally.refused_of.items())
        if refused > allowed * tally.looked_at.get(kind, 0)
    ]
    if problems:
        raise TooMuchRefusedError(
            *problems,
            "Everything else is processed.",
            next_step="read the table QUARANTINE or the report's coverage page for the reasons.",
        )
