"""Calls are written, or spoken and recorded, in worker processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from flows.demo.ledger import Ledger, keep_ledger
from flows.demo.log import PlannedCall
from flows.demo.recording import record, write_wav
from flows.demo.script import time_lines, write_script
from flows.demo.timeline import Timeline, lay_out
from models.speech.voices import speaker

Progress = Callable[[int, int], None]

_BATCH = 50
_SCRIPT, _LINE = 1, 2
"""Streams of random numbers: what is said, and the telephone line."""


@dataclass(frozen=True)
class Job:
    """A call to write; with a `path`, also to speak and record."""

    number: int
    call: PlannedCall
    path: Path | None = None


def make_calls(
    calls: Sequence[PlannedCall],
    *,
    seed: int,
    recorded: int,
    folder: Path,
    workers: int,
    progress: Progress | None = None,
) -> list[Ledger]:
    """Write all calls and record the last `recorded` of them into `folder`, as `<call_id>.wav`.

    Each call has random numbers of its own, so the number of workers changes nothing.
    """
    first = len(calls) - min(recorded, len(calls))
    written = [Job(number, call) for number, call in enumerate(calls[:first])]
    spoken = [
        Job(first + number, call, folder / f"{call.call_id}.wav")
        for number, call in enumerate(calls[first:])
    ]
    ledgers: list[Ledger] = []
    with _mapper(workers) as in_parallel:
        ledgers.extend(in_parallel(partial(make_call, seed=seed), written, _BATCH))
        for done, ledger in enumerate(in_parallel(partial(make_call, seed=seed), spoken, 1), 1):
            ledgers.append(ledger)
            if progress:
                progress(done, len(spoken))
    return ledgers


Task = Callable[[Job], Ledger]


@contextmanager
def _mapper(workers: int) -> Iterator[Callable[[Task, list[Job], int], Iterator[Ledger]]]:
    """`map` in this process, or over `workers` fresh ones; results come in order."""
    if workers <= 1:
        yield lambda task, jobs, _: map(task, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield lambda task, jobs, batch: pool.map(task, jobs, chunksize=batch)


def make_call(job: Job, *, seed: int) -> Ledger:
    """Write one call, record it where the job says so, and count what is true of it."""
    if job.path is None:
        script = write_script(_stream(seed, _SCRIPT, job.number), job.call)
        return keep_ledger(lay_out(script.lines, time_lines(script.lines, script.deliveries)))
    return keep_ledger(speak_call(job, job.path, seed=seed))


def speak_call(job: Job, path: Path, *, seed: int) -> Timeline:
    """Write one call, speak it and record it into `path`; returns who said what when."""
    script = write_script(_stream(seed, _SCRIPT, job.number), job.call)
    with speaker() as voices:
        timeline, samples = record(_stream(seed, _LINE, job.number), script, voices)
    write_wav(path, samples)
    return timeline


def _stream(seed: int, stream: int, number: int) -> np.random.Generator:
    return np.random.default_rng((seed, stream, number))
