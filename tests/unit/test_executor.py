"""One recording can end a worker process; it costs its own call only, and never the run."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar

import pytest

from flows.executor import EndedError, PlainExecutor, Step, Workers, workers

One = TypeVar("One")
Other = TypeVar("Other")
Job = tuple[Path, tuple[str, ...]]


class Dying(Workers):
    """Workers that other jobs kill, however often one tries."""

    def call(self, work: Callable[[One], Other], job: One) -> Other:
        raise BrokenProcessPool


class Counted:
    """Progress of a run."""

    calls = 0

    def advance(self, calls: int) -> None:
        self.calls += calls


def work(job: Job) -> tuple[str, ...]:
    """In a worker: "slow" is at work when "kill" ends the process."""
    folder, names = job
    for name in names:
        ACTS.get(name, _nothing)(folder / "slow is at work")
    return names


def _nothing(_: Path) -> None:
    pass


def _slow(mark: Path) -> None:
    mark.touch()
    time.sleep(0.5)


def _kill(mark: Path) -> None:
    until = time.monotonic() + 2
    while not mark.exists() and time.monotonic() < until:
        time.sleep(0.01)
    os._exit(1)


def _leave(_: Path) -> None:
    sys.exit("cannot go on")


def _stop(_: Path) -> None:
    raise KeyboardInterrupt


ACTS: dict[str, Callable[[Path], None]] = {
    "slow": _slow, "kill": _kill, "leave": _leave, "stop": _stop,
}  # fmt: skip


def halves(job: Job) -> list[Job]:
    folder, names = job
    middle = len(names) // 2
    return [(folder, part) for part in (names[:middle], names[middle:]) if part]


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    with workers(2) as made:
        yield made


def run(pool: Workers, folder: Path, *batches: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """What was committed, sorted, and what was given up and why."""
    done: list[str] = []
    given_up: dict[str, str] = {}

    def give_up(job: Job, error: str) -> None:
        given_up[job[1][0]] = error

    step = Step(
        name="test", work=work, jobs=[(folder, names) for names in batches], commit=done.extend,
        size=lambda job: len(job[1]), halves=halves, given_up=give_up,
    )  # fmt: skip
    progress = Counted()
    PlainExecutor(pool).run(step, progress)
    assert progress.calls == step.total
    return sorted(done), given_up


def test_who_kills_a_worker_takes_no_other_call_along(pool: Workers, tmp_path: Path) -> None:
    assert run(pool, tmp_path, ("kill",), ("slow",)) == (["slow"], {"kill": "BrokenProcessPool"})


def test_where_workers_keep_dying_each_job_gets_one_of_its_own(tmp_path: Path) -> None:
    found = run(Dying(2), tmp_path, ("a",), ("kill",))
    assert found == (["a"], {"kill": "BrokenProcessPool"})


def test_of_a_batch_only_the_call_that_kills_is_given_up(pool: Workers, tmp_path: Path) -> None:
    (tmp_path / "slow is at work").touch()
    found = run(pool, tmp_path, ("a", "kill", "b"))
    assert found == (["a", "b"], {"kill": "BrokenProcessPool"})


@pytest.mark.parametrize(("act", "error"), [("leave", "SystemExit"), ("stop", "KeyboardInterrupt")])
def test_work_that_wants_to_end_the_run_is_a_call_given_up(
    pool: Workers, tmp_path: Path, act: str, error: str
) -> None:
    assert run(pool, tmp_path, ("a", act), ("b",)) == (["a", "b"], {act: error})


def test_ctrl_c_stops_the_run(pool: Workers, tmp_path: Path) -> None:
    """Nothing that the run itself raises is taken for a call's failure."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    step: Step[Job, tuple[str, ...]] = Step(
        name="test", work=work, jobs=[(tmp_path, ("a",))], commit=interrupted,
        size=lambda job: 1, halves=halves, given_up=lambda job, error: None,
    )  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        PlainExecutor(pool).run(step, Counted())


def test_what_ended_the_work_is_known(pool: Workers, tmp_path: Path) -> None:
    with pytest.raises(EndedError, match="SystemExit"):
        pool.call(work, (tmp_path, ("leave",)))
