"""`attune deploy`: the run as a Prefect flow on a schedule."""

from datetime import UTC, datetime
from pathlib import Path

from flows import configuration
from flows.configuration import Settings
from flows.prefect_executor import prepare
from pipeline.errors import ConfigurationError


def nightly(config: str) -> None:
    """The deployed flow: everything new since last time."""
    from flows.run import run  # after Prefect's settings stand
    from flows.summary import lines

    settings = configuration.load(Path(config))
    tally = run(settings, now=datetime.now(UTC), say=print)
    print("\n".join(lines(tally, settings)))


def serve_on_schedule(config: Path, settings: Settings, cron: str) -> None:
    """Register the deployment and serve it until stopped; its server is PREFECT_API_URL's."""
    prepare(settings.store.path / ".prefect")
    from prefect import flow

    flow_of_run = flow(name="attune", log_prints=True, persist_result=False)(nightly)
    try:
        flow_of_run.serve(name="nightly", cron=cron, parameters={"config": str(config)}, limit=1)
    except ValueError as error:
        raise ConfigurationError(f"--cron {cron!r}: {error}") from error
