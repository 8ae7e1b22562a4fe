"""The contact centre that does not exist, from its people to its surveys."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from flows.demo.effects import Asked, Model, calibrate
from flows.demo.ledger import Ledger
from flows.demo.log import PlannedCall, first_day, list_calls, plan_calls
from flows.demo.people import find_customers, hire_agents, list_workforce
from flows.demo.studio import Progress, make_calls
from flows.demo.surveys import answer, ask, invite
from flows.demo.truth import find_steps, list_effects, list_truth, turn_as_json, write_truth

CALLS_PER_CUSTOMER = 2
_PEOPLE, _LOG, _SURVEYS = 11, 12, 13
"""Streams of random numbers, so that a change in one part leaves the others as they are."""


@dataclass(frozen=True)
class CentreOptions:
    """Size of the centre. `recorded` of the `calls` are spoken, by `workers` processes."""

    seed: int = 1
    calls: int = 8000
    recorded: int = 1000
    agents: int = 48
    days: int = 60
    workers: int = 2


@dataclass(frozen=True)
class Centre:
    """Where everything is, and how much of it there is."""

    folder: Path
    call_log: Path
    workforce: Path
    surveys: Path
    transcripts: Path
    recordings: Path
    truth: Path
    calls: int
    recorded: int
    invitations: int
    answers: int


def make_centre(
    folder: Path,
    options: CentreOptions = CentreOptions(),
    *,
    progress: Progress | None = None,
) -> Centre:
    """Make a contact centre in `folder`: call log, workforce, surveys, transcripts, recordings.

    `truth/` beside them has what is true, and is not for the pipeline. `progress(done, total)` is
    called after every spoken recording. The same options give the same bytes, whatever the number
    of workers. Raises UsageError where recordings are wanted and the voices are not installed.
    """
    recordings = folder / "recordings"
    recordings.mkdir(parents=True, exist_ok=True)
    calls, workforce = plan(options)
    ledgers = make_calls(
        calls,
        seed=options.seed,
        recorded=options.recorded,
        folder=recordings,
        workers=options.workers,
        progress=progress,
    )
    truth = list_truth(calls, ledgers)
    surveys, asked, model = _survey(options, calls, truth)
    recorded = min(options.recorded, len(calls))
    unheard = len(calls) - recorded
    _write_table(workforce, folder / "workforce.csv")
    _write_table(list_calls(calls, truth), folder / "call_log.csv")
    _write_table(surveys, folder / "surveys.csv")
    write_transcripts(folder / "transcripts", calls[:unheard], ledgers[:unheard])
    segments = pd.Series([call.customer.segment for call in calls])
    write_truth(
        folder / "truth",
        effects=list_effects(asked, model, truth, segments),
        options=_said(options),
        truth=truth,
        ledgers=ledgers,
        recorded=recorded,
    )
    return _describe(folder, surveys, calls=len(calls), recorded=recorded)


def plan(options: CentreOptions) -> tuple[list[PlannedCall], pd.DataFrame]:
    """The centre's calls by time, and its workforce."""
    people = np.random.default_rng((options.seed, _PEOPLE))
    start = first_day(options.days)
    agents = hire_agents(people, count=options.agents, first_day=start)
    count = max(1, options.calls // CALLS_PER_CUSTOMER)
    customers = find_customers(people, count=count)
    workforce = list_workforce(people, agents, first_day=start, days=options.days)
    rng = np.random.default_rng((options.seed, _LOG))
    calls = plan_calls(
        rng, agents=agents, customers=customers, calls=options.calls, days=options.days
    )
    return calls, workforce


def _survey(
    options: CentreOptions, calls: Sequence[PlannedCall], truth: pd.DataFrame
) -> tuple[pd.DataFrame, Asked, Model]:
    rng = np.random.default_rng((options.seed, _SURVEYS))
    invitations = invite(rng, calls)
    asked = ask(invitations, calls, truth)
    segments = pd.Series([call.customer.segment for call in calls])
    model = calibrate(asked, find_steps(truth, segments))
    return answer(rng, invitations, calls, asked, model), asked, model


def _said(options: CentreOptions) -> dict[str, int]:
    """The options that decide what is made; the number of workers does not."""
    return {name: value for name, value in asdict(options).items() if name != "workers"}


def _write_table(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n")


def write_transcripts(
    folder: Path, calls: Sequence[PlannedCall], ledgers: Sequence[Ledger]
) -> None:
    """Write one JSON line per call into one file per day (UTC)."""
    folder.mkdir(parents=True, exist_ok=True)
    days: dict[str, list[str]] = {}
    for call, ledger in zip(calls, ledgers, strict=True):
        line = json.dumps(_transcript(call, ledger), separators=(",", ":"))
        days.setdefault(call.started_at.date().isoformat(), []).append(line)
    for day, lines in days.items():
        (folder / f"{day}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _transcript(call: PlannedCall, ledger: Ledger) -> dict[str, object]:
    return {
        "call_id": call.call_id,
        "duration_s": ledger.duration_s,
        "channels": 2,
        "language": "en",
        "turns": [turn_as_json(turn) for turn in ledger.turns],
        "hold": [[round(start, 2), round(end, 2)] for start, end in ledger.hold],
    }


def _describe(folder: Path, surveys: pd.DataFrame, *, calls: int, recorded: int) -> Centre:
    return Centre(
        folder=folder,
        call_log=folder / "call_log.csv",
        workforce=folder / "workforce.csv",
        surveys=folder / "surveys.csv",
        transcripts=folder / "transcripts",
        recordings=folder / "recordings",
        truth=folder / "truth",
        calls=calls,
        recorded=recorded,
        invitations=len(surveys),
        answers=int(surveys["score"].notna().sum()),
    )
