"""Batches of work: submitted by threads, computed in worker processes, under Prefect or not.

A `Step` is a list of jobs, what a worker does with one, and what is committed of its result. The
plain executor and Prefect's run the same step; only who watches it differs.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Generic, Protocol, TypeVar

from pipeline.errors import UserError

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Step(Generic[Job, Result]):
    """Jobs of one stage. `size` tells a job's calls, for progress.

    `halves` splits a job that failed, so that one poisonous call cannot take its batch along; a job
    that cannot be split any more is `given_up`, with the name of the error's type.
    """

    name: str
    work: Callable[[Job], Result]
    jobs: Sequence[Job]
    commit: Callable[[Result], None]
    size: Callable[[Job], int]
    halves: Callable[[Job], Sequence[Job]]
    given_up: Callable[[Job, str], None]

    @property
    def total(self) -> int:
        """Calls in all jobs."""
        return sum(self.size(job) for job in self.jobs)


class Progress(Protocol):
    """Is told of finished calls."""

    def advance(self, calls: int) -> None:
        """`calls` more are done."""


class Executor(Protocol):
    """Runs every job of a step, each committed once."""

    def run(self, step: Step[Job, Result], progress: Progress) -> None:
        """Return when all jobs are committed or given up."""


def _end_with_the_run() -> None:
    """In a worker: leave Ctrl-C to the run, and end when it has ended, however that came about."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = parent_process()
    assert run is not None

    def wait() -> None:
        run.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class EndedError(Exception):
    """Work meant to end its process, as `sys.exit` does; for the run it is a failure of its job."""

    def __init__(self, error: BaseException) -> None:
        self.kind = type(error).__name__
        super().__init__(self.kind)


class Workers:
    """Worker processes; replaced when one of them dies."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: Pool | None = None
        self._lock = threading.Lock()

    def call(self, work: Callable[[Job], Result], job: Job) -> Result:
        """Compute in a worker process; raises what the work raised, or BrokenProcessPool.

        What is no Exception is raised as EndedError: only the user ends a run.
        """
        pool = self._current()
        try:
            future = pool.submit(work, job)
            error = future.exception()  # a Ctrl-C while waiting is raised, not returned
        except BrokenProcessPool:
            self._discard(pool)
            raise
        if isinstance(error, BrokenProcessPool):
            self._discard(pool)
        if error is None or isinstance(error, Exception):
            return future.result()
        raise EndedError(error) from error

    def _current(self) -> Pool:
        with self._lock:
            if self._pool is None:
                # spawn: a forked child would inherit the recogniser's and Arrow's threads' locks
                self._pool = ProcessPoolExecutor(
                    self.count, mp_context=get_context("spawn"), initializer=_end_with_the_run
                )
            return self._pool

    def _discard(self, pool: Pool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(cancel_futures=True)


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """Worker processes for the time of a run; none is started before the first job."""
    pool = Workers(count)
    try:
        yield pool
    finally:
        pool.close()


class Batches:
    """How a job is done, whoever calls: compute, commit one at a time, split on failure."""

    def __init__(self, pool: Workers) -> None:
        self.pool = pool
        self._commits = threading.Lock()

    def do(self, step: Step[Job, Result], job: Job, progress: Progress) -> int:
        """Do a job; returns how many of its calls were given up."""
        try:
            result = self._computed(step, job)
        except Exception as error:  # whatever a recording can do to a decoder or a model
            return self._split(step, job, error, progress)
        with self._commits:
            step.commit(result)
        progress.advance(step.size(job))
        return 0

    def _computed(self, step: Step[Job, Result], job: Job) -> Result:
        try:
            return self.pool.call(step.work, job)
        except BrokenProcessPool:
            # Another thread's job may have killed the worker: this one gets a second chance, where
            # no other's can kill it.
            with workers(1) as own:
                return own.call(step.work, job)

    def _split(
        self, step: Step[Job, Result], job: Job, error: Exception, progress: Progress
    ) -> int:
        if isinstance(error, UserError):
            raise error
        parts = step.halves(job)
        if len(parts) > 1:
            return sum(self.do(step, part, progress) for part in parts)
        kind = error.kind if isinstance(error, EndedError) else type(error).__name__
        with self._commits:
            step.given_up(job, kind)
        progress.advance(step.size(job))
        return step.size(job)


class PlainExecutor:
    """Threads that feed the worker processes, without Prefect."""

    def __init__(self, pool: Workers) -> None:
        self.batches = Batches(pool)
        self.count = pool.count

    def run(self, step: Step[Job, Result], progress: Progress) -> None:
        """See Executor."""
        threads = ThreadPoolExecutor(self.count)
        try:
            futures = [threads.submit(self.batches.do, step, job, progress) for job in step.jobs]
            for future in as_completed(futures):
                future.result()
        finally:
            # After an error or Ctrl-C no further batch is begun.
            threads.shutdown(wait=True, cancel_futures=True)
