"""`attune deploy`: the run as a Prefect flow on a schedule, until it is stopped."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.configuration import Settings
from flows.prefect_executor import prepare
from pipeline.errors import StoreError, UsageError

STARTS_WITHIN_S = 180.0
ENDS_WITHIN_S = 20.0


def serve_on_schedule(config: Path, settings: Settings, cron: str) -> None:
    """Register the deployment and serve its schedule.

    Uses the Prefect server that PREFECT_API_URL names; without one a local server is started, for
    an ephemeral one never fires a schedule. Raises UsageError for a cron expression that is none.
    """
    prepare(settings.store.path / ".prefect")
    with _server() as address:
        os.environ["PREFECT_API_URL"] = address
        from prefect.types.entrypoint import EntrypointType

        from flows.nightly import nightly

        print(f"attune runs at {cron!r}; Prefect: {address.removesuffix('/api')}", flush=True)
        try:
            nightly.serve(
                name="nightly",
                cron=cron,
                parameters={"config": str(config)},
                limit=1,
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
        except ValueError as error:
            raise UsageError(f"--cron {cron!r}: {error}") from error


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get("PREFECT_API_URL")
    if given:
        yield given
        return
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1",
         "--port", str(port), "--no-ui"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/api"
        _wait_for(f"{address}/health", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise StoreError(
        "Prefect's server did not start.",
        next_step="start one with `prefect server start` and set PREFECT_API_URL.",
    )
