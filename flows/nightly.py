"""The deployed flow. A module of its own: Prefect loads it by its dotted name, and only then."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows import configuration
from flows.run import run
from flows.summary import lines


@flow(name="attune", log_prints=True, persist_result=False)
def nightly(config: str) -> None:
    """Everything new since last time, as `attune run`; its batches are flows within this one."""
    settings = configuration.load(Path(config))
    tally = run(settings, now=datetime.now(UTC), say=print)
    print("\n".join(lines(tally, settings)))
