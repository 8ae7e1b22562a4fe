"""The deployed flow. A module of its own: Prefect loads it by its dotted name, and only then."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows import configuration
from flows.run import check_refused, run
from flows.summary import lines
from pipeline.errors import UserError


@flow(name="attune", persist_result=False)
def nightly(config: str) -> None:
    """Everything new since last time, as `attune run`; its batches are flows within this one.

    What there is to say goes to this process's output. Prefect is told no more than the kind of an
    error: its message may quote what stands in a file.
    """
    try:
        settings = configuration.load(Path(config))
        tally = run(settings, now=datetime.now(UTC), say=print)
        print("\n".join(lines(tally, settings)), flush=True)
        check_refused(tally, settings)
    except UserError as error:
        print(f"attune: {error}", file=sys.stderr, flush=True)
        kind = f"{type(error).__name__}, exit code {error.exit_code}"
    else:
        return
    raise RuntimeError(f"{kind}: see the output of `attune deploy`")
