"""A log of calls and their scripts, made once for all tests of the demo."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from flows.demo.ledger import Ledger, keep_ledger
from flows.demo.log import PlannedCall, plan_calls
from flows.demo.people import find_customers, hire_agents
from flows.demo.script import time_lines, write_script
from flows.demo.timeline import Script, Timeline, lay_out


@dataclass(frozen=True)
class Told:
    """A planned call with everything that is made from it, without sound."""

    call: PlannedCall
    script: Script
    timeline: Timeline
    ledger: Ledger


@pytest.fixture(scope="session")
def planned() -> list[PlannedCall]:
    rng = np.random.default_rng(7)
    agents = hire_agents(rng, count=48, first_day=date(2026, 1, 31))
    customers = find_customers(rng, count=1500)
    return plan_calls(rng, agents=agents, customers=customers, calls=3000, days=60)


@pytest.fixture(scope="session")
def told(planned: list[PlannedCall]) -> list[Told]:
    return [_tell(call, number) for number, call in enumerate(planned[:700])]


def _tell(call: PlannedCall, number: int) -> Told:
    script = write_script(np.random.default_rng((7, number)), call)
    timeline = lay_out(script.lines, time_lines(script.lines, script.deliveries))
    return Told(call, script, timeline, keep_ledger(timeline))
