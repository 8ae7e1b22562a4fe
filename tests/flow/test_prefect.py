"""The same run as Prefect flows, on a real server; and a schedule that fires."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flows import configuration
from flows.prefect_executor import prepare
from flows.run import run
from pipeline.store import Store
from pipeline.tables import ACTIVITY, BEHAVIOURS
from tests.flow.conftest import LATER


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Prefect home of the tests' own; one server start for all of them."""
    home = tmp_path_factory.mktemp("prefect")
    before = dict(os.environ)
    prepare(home)
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with prefect_test_harness(server_startup_timeout=180):
        yield home
    os.environ.clear()
    os.environ.update(before)


def test_run_under_prefect_gives_the_same_rows(centre: Path, ran: Path, prefect_home: Path) -> None:
    assert prefect_home.is_dir()
    shutil.rmtree(centre / "store")
    settings = configuration.load(centre / "attune.toml")
    tally = run(settings, now=LATER, say=lambda _: None, under_prefect=True)
    assert tally.heard == 4
    for table in (ACTIVITY, BEHAVIOURS):
        expected = Store(ran / "store").read(table).to_csv(index=False)
        assert Store(centre / "store").read(table).to_csv(index=False) == expected


def test_nothing_of_a_call_is_in_prefects_files(prefect_home: Path) -> None:
    for path in prefect_home.rglob("*"):
        if path.is_file():
            assert b"Thank you for calling" not in path.read_bytes(), path


def test_a_deployment_runs_on_its_schedule(centre: Path, tmp_path: Path) -> None:
    """`attune deploy` with a cron of every minute starts a run that goes through."""
    shutil.rmtree(centre / "store")
    home = tmp_path / "prefect"
    environment = {**os.environ, "PREFECT_HOME": str(home)}
    for name in ("PREFECT_API_URL", "PREFECT_API_DATABASE_CONNECTION_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "flows.cli", "deploy", "--cron", "* * * * *",
               "-c", str(centre / "attune.toml")]  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=Path(__file__).parents[2], stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 400
        done = centre / "report" / ".made-from"
        done.unlink()
        while not done.is_file() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(1)
        assert done.is_file(), (tmp_path / "log").read_text()[-3000:]
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
