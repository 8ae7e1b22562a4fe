"""A small centre, made and run once for all flow tests; each test that changes it takes a copy."""

import io
import shutil
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import configuration
from flows.cli import main
from flows.demo import CentreOptions
from flows.demonstration import make
from flows.run import check_refused, run
from flows.stages.site import Tally
from pipeline.store import Store

SMALL = CentreOptions(seed=3, calls=600, recorded=4, agents=12, days=40)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
LATER = datetime(2026, 4, 2, tzinfo=UTC)


def run_plain(folder: Path, now: datetime = NOW) -> Tally:
    """Run the folder's centre without Prefect."""
    settings = configuration.load(folder / "attune.toml")
    tally = run(settings, now=now, say=lambda _: None, under_prefect=False)
    check_refused(tally, settings)
    return tally


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the centre, run once. Read only."""
    folder = tmp_path_factory.mktemp("centre")
    make(folder, SMALL)
    run_plain(folder)
    return folder


@pytest.fixture
def centre(ran: Path, tmp_path: Path) -> Path:
    """A copy of the run centre that a test may change."""
    return Path(shutil.copytree(ran, tmp_path / "centre"))


@pytest.fixture
def store(centre: Path) -> Store:
    """The copy's tables."""
    return Store(centre / "store")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Done]


@pytest.fixture(scope="session")
def attune() -> Cli:
    """The command line as a user types it, in this process: output, errors, exit code."""

    def call(*arguments: str, cwd: Path | None = None) -> Done:
        out, err, code = io.StringIO(), io.StringIO(), 0
        with redirect_stdout(out), redirect_stderr(err), chdir(cwd or Path.cwd()):
            try:
                main(arguments)
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    return call
