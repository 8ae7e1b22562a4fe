"""Who calls whom, when and why: contacts over two months, and repeats where nothing was solved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from flows.demo.manner import Manner, draw_manner
from flows.demo.matters import MATTERS, QUEUE_WAIT_S, Matter
from flows.demo.people import Agent, Customer
from flows.demo.wording import Random, pick

LAST_DAY = date(2026, 3, 31)
"""The last day of the log. A fixed date: the demo is the same whenever it is made."""

REPEAT_WITHIN_DAYS = 7
CALLBACK = "callback"
"""The centre calls the customer back."""

WEEKDAY_LOAD = (1.2, 1.1, 1.05, 1.05, 1.1, 0.75, 0.6)
HOUR_LOAD = {
    8: 0.7, 9: 1.3, 10: 1.5, 11: 1.4, 12: 1.0, 13: 1.0, 14: 1.2, 15: 1.2, 16: 1.2, 17: 1.1,
    18: 0.8, 19: 0.5,
}  # fmt: skip


@dataclass(frozen=True)
class PlannedCall:
    """A call before it is spoken. `repeat`: the customer called for the same reason before."""

    call_id: str
    started_at: datetime
    agent: Agent
    customer: Customer
    matter: Matter
    queue: str
    channel: str
    wait_s: float
    transfers: int
    repeat: bool
    manner: Manner


def plan_calls(
    rng: Random, *, agents: Sequence[Agent], customers: Sequence[Customer], calls: int, days: int
) -> list[PlannedCall]:
    """`calls` calls on the `days` days up to `LAST_DAY`, by start; ids count up in that order."""
    weights = rng.gamma(1.5, size=len(customers))
    weights /= weights.sum()
    planned: list[PlannedCall] = []
    while len(planned) < calls:
        customer = customers[int(rng.choice(len(customers), p=weights))]
        planned.extend(_episode(rng, agents, customer, days))
    planned = sorted(planned[:calls], key=lambda call: (call.started_at, call.customer.customer_id))
    return [replace(call, call_id=f"C{index + 1:06d}") for index, call in enumerate(planned)]


def _episode(
    rng: Random, agents: Sequence[Agent], customer: Customer, days: int
) -> Iterator[PlannedCall]:
    """A first call and the repeats that follow it, as long as they fall within the log."""
    matter = MATTERS[int(rng.choice(len(MATTERS), p=_shares()))]
    day = _draw_day(rng, days)
    repeat = False
    while day <= LAST_DAY:
        call = _plan(rng, agents, customer, matter, day=day, repeat=repeat)
        yield call
        if rng.random() >= _chance_of_repeat(call):
            return
        day += timedelta(days=int(rng.integers(1, REPEAT_WITHIN_DAYS)))
        repeat = True


def _shares() -> list[float]:
    return [matter.share for matter in MATTERS]


def _chance_of_repeat(call: PlannedCall) -> float:
    """Depends on the reason, less on what the agent made clear; a second repeat is rarer."""
    clear = len(call.manner.cues) - 2.5
    log_odds = (
        call.matter.repeat - 0.4 - 0.16 * clear - 0.2 * call.agent.skill + 0.2 * call.transfers
    )
    return float(1 / (1 + np.exp(-log_odds))) * (0.5 if call.repeat else 1.0)


def _plan(
    rng: Random,
    agents: Sequence[Agent],
    customer: Customer,
    matter: Matter,
    *,
    day: date,
    repeat: bool,
) -> PlannedCall:
    agent = agents[int(rng.integers(len(agents)))]
    queue = pick(rng, matter.queues)
    transferred = rng.random() < 0.13 + 0.06 * matter.difficulty
    return PlannedCall(
        call_id="",
        started_at=_draw_time(rng, day),
        agent=agent,
        customer=customer,
        matter=matter,
        queue=queue,
        channel=CALLBACK if rng.random() < 0.08 else "phone",
        wait_s=round(float(rng.lognormal(np.log(QUEUE_WAIT_S[queue]), 0.7)), 1),
        transfers=int(transferred) + int(transferred and rng.random() < 0.15),
        repeat=repeat,
        manner=draw_manner(rng, agent=agent, customer=customer, matter=matter),
    )


def _draw_day(rng: Random, days: int) -> date:
    """A day of the log, busier early in the week."""
    first = LAST_DAY - timedelta(days=days - 1)
    loads = [WEEKDAY_LOAD[(first + timedelta(days=day)).weekday()] for day in range(days)]
    return first + timedelta(days=int(rng.choice(days, p=np.array(loads) / sum(loads))))


def _draw_time(rng: Random, day: date) -> datetime:
    loads = np.array(list(HOUR_LOAD.values()))
    hour = list(HOUR_LOAD)[int(rng.choice(len(loads), p=loads / loads.sum()))]
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(hours=hour, seconds=int(rng.integers(0, 3600)))


def first_day(days: int) -> date:
    """The first day of a log of `days` days."""
    return LAST_DAY - timedelta(days=days - 1)


def end_of_log() -> datetime:
    """The last moment of the last day."""
    return datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 23, 59, 59, tzinfo=UTC)


def list_calls(calls: Sequence[PlannedCall], truth: pd.DataFrame) -> pd.DataFrame:
    """The call log. `truth` gives what telephony knows: the length of each call.

    It has no hold, as many do not: hold is heard in the recordings and stands in the transcripts.
    """
    return pd.DataFrame(
        {
            "call_id": [call.call_id for call in calls],
            "started_at": [write_time(call.started_at) for call in calls],
            "duration_s": truth["duration_s"].round(2).to_numpy(),
            "agent_id": [call.agent.agent_id for call in calls],
            "customer_id": [call.customer.customer_id for call in calls],
            "channel": [call.channel for call in calls],
            "queue": [call.queue for call in calls],
            "reason": [call.matter.reason for call in calls],
            "segment": [call.customer.segment for call in calls],
            "region": [call.customer.region for call in calls],
            "wait_s": [call.wait_s for call in calls],
            "after_call_work_s": [call.manner.after_call_work_s for call in calls],
            "transfers": [call.transfers for call in calls],
            "first_level": [not call.transfers for call in calls],
            "language": "en",
        }
    )


def write_time(when: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
