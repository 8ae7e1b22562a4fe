"""How a call will go, before a word of it is written: what the agent does, and how often."""

from dataclasses import dataclass

import numpy as np

from flows.demo.matters import Matter
from flows.demo.people import Agent, Customer
from flows.demo.wording import Random

CUES = ("commitment", "next_step", "timeline", "recap", "acknowledgement")

_CUE_LOG_ODDS = dict(zip(CUES, (0.45, 0.1, 0.05, -0.35, 0.15), strict=True))
SHORTEST_DEAD_AIR_S = 5.8
"""Well above the 5 s of the definition, so that a frame more or less of speech changes nothing."""

LONGEST_DEAD_AIR_S = 15.0


@dataclass(frozen=True)
class Manner:
    """What happens in a call. `dead_air_s` and `hold_s` are lengths of silences; counts are counts.

    `warmth` is the chance (0–1) that a short remark of the agent is warm rather than cool.
    """

    cues: frozenset[str]
    warmth: float
    remarks: int
    empathic: int
    unhelpful: int
    dead_air_s: tuple[float, ...]
    hold_s: float
    facts: int
    questions: int
    stories: int
    overlaps: int
    backchannels: int
    agent_rate_wpm: int
    customer_rate_wpm: int
    pitch_range: int
    after_call_work_s: float


def draw_manner(rng: Random, *, agent: Agent, customer: Customer, matter: Matter) -> Manner:
    """Draw what happens, from the agent's habits, the matter's difficulty and chance."""
    hard = matter.difficulty
    warmth = _chance(0.3 + 0.9 * agent.warmth - 0.35 * hard + rng.normal(0, 1.0))
    return Manner(
        cues=_draw_cues(rng, agent, hard),
        warmth=warmth,
        remarks=int(rng.integers(1, 4)),
        empathic=int(rng.poisson(np.exp(-0.2 + 0.3 * agent.empathy + 0.2 * hard))),
        unhelpful=int(rng.poisson(np.exp(-0.75 - 0.25 * agent.empathy + 0.2 * hard))),
        dead_air_s=_draw_dead_air(rng, agent, hard),
        hold_s=_draw_hold(rng, agent, hard),
        facts=int(np.clip(round(0.9 + 0.5 * agent.talk + 0.3 * hard + rng.normal(0, 0.9)), 0, 6)),
        questions=int(rng.random() < 0.6) + int(rng.poisson(0.1 + 0.2 * max(hard, 0.0))),
        stories=int(rng.poisson(np.exp(-1.2 + 0.6 * customer.talk))),
        overlaps=int(rng.poisson(np.exp(0.1 + 0.4 * agent.eager))),
        backchannels=int(rng.poisson(1.2)),
        agent_rate_wpm=int(np.clip(agent.rate_wpm + rng.normal(0, 5), 145, 192)),
        customer_rate_wpm=int(np.clip(customer.rate_wpm + rng.normal(0, 4), 142, 192)),
        pitch_range=round(34 + 36 * warmth),
        after_call_work_s=round(float(rng.gamma(3.0, 11.0 + 2.0 * hard)), 1),
    )


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def _draw_cues(rng: Random, agent: Agent, hard: float) -> frozenset[str]:
    """Each cue by a draw of its own, given how clear this agent is on this day."""
    clear = 0.1 + 0.8 * agent.clarity - 0.15 * hard + rng.normal(0, 1.4)
    return frozenset(cue for cue in CUES if rng.random() < _chance(_CUE_LOG_ODDS[cue] + clear))


def _draw_dead_air(rng: Random, agent: Agent, hard: float) -> tuple[float, ...]:
    if rng.random() >= _chance(0.1 + 0.55 * agent.silence + 0.5 * hard):
        return ()
    count = 1 + int(rng.random() < 0.2)
    lengths = SHORTEST_DEAD_AIR_S + rng.exponential(1.9 + 0.5 * hard, count)
    return tuple(round(float(length), 2) for length in np.minimum(lengths, LONGEST_DEAD_AIR_S))


def _draw_hold(rng: Random, agent: Agent, hard: float) -> float:
    if rng.random() >= _chance(-1.25 + 0.5 * agent.holds + 0.4 * hard):
        return 0.0
    return round(float(np.clip(7.0 + rng.exponential(4.5), 7.0, 25.0)), 1)
