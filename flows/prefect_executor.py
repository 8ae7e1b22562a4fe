"""The same steps as Prefect flows: one task per batch, so that a team sees and retries them.

Prefect keeps states and counts, never rows: tasks take a batch's number and return how many calls
they gave up, so nothing of a call is in its database, results or logs. Business state is in our
tables.
"""

import os
from pathlib import Path
from typing import Any

from flows.executor import Batches, Job, Progress, Result, Step, Workers

DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # 15–38 s on a busy machine; the default of 20 s gives up too early
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def prepare(home: Path) -> None:
    """Settings that must stand before Prefect is imported; the user's own win."""
    for name, value in {**DEFAULTS, "PREFECT_HOME": str(home)}.items():
        os.environ.setdefault(name, value)


class PrefectExecutor:
    """Each step is a flow run, each batch a task run; a step without jobs starts nothing."""

    def __init__(self, pool: Workers) -> None:
        self.batches = Batches(pool)
        self.count = pool.count

    def run(self, step: Step[Job, Result], progress: Progress) -> None:
        """See Executor."""
        from prefect import flow, task  # slow to import, and a run without work needs none
        from prefect.cache_policies import NO_CACHE
        from prefect.futures import wait
        from prefect.task_runners import ThreadPoolTaskRunner

        @task(name=f"{step.name} batch", cache_policy=NO_CACHE, persist_result=False)
        def batch(number: int) -> int:
            return self.batches.do(step, step.jobs[number], progress)

        @flow(name=f"attune {step.name}", task_runner=_runner(ThreadPoolTaskRunner, self.count))
        def batches(count: int) -> int:
            futures = [batch.submit(number) for number in range(count)]
            wait(futures)
            return sum(future.result() for future in futures)

        batches(len(step.jobs))


def _runner(kind: Any, count: int) -> Any:  # noqa: ANN401 - Prefect's generic is unparametrised
    return kind(max_workers=count)
