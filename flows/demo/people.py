"""Agents, with habits of their own, and customers, in four segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from flows.demo.voices import MALE_VOICES, VOICES
from flows.demo.wording import MEN, SURNAMES, WOMEN, Random, pick

TEAMS = (
    ("Cedar", "Leeds"), ("Birch", "Leeds"), ("Maple", "Bristol"), ("Rowan", "Bristol"),
    ("Alder", "Dublin"), ("Hazel", "Dublin"),
)  # fmt: skip
SEGMENTS = {"consumer": 0.38, "family": 0.26, "business": 0.20, "premium": 0.16}
REGIONS = ("north", "south", "east", "west")
NEWCOMER_SHARE = 0.3
MOVERS = 5


@dataclass(frozen=True)
class Agent:
    """An agent. The habits are z-scores within the centre, drawn independently.

    `liking` is what customers feel about the agent beyond everything measured, in logits.
    """

    agent_id: str
    name: str
    voice: str
    pitch: int
    rate_wpm: float
    started_on: date
    team: int
    clarity: float
    warmth: float
    empathy: float
    silence: float
    holds: float
    talk: float
    eager: float
    skill: float
    liking: float


@dataclass(frozen=True)
class Customer:
    """A customer. `talk` is a z-score; `liking` is the customer's own leaning, in logits."""

    customer_id: str
    name: str
    surname: str
    title: str
    voice: str
    pitch: int
    rate_wpm: float
    segment: str
    region: str
    talk: float
    liking: float


def pick_voice(rng: Random) -> tuple[str, tuple[str, ...]]:
    """A voice and the first names that suit it."""
    voice = pick(rng, VOICES)
    return voice, MEN if voice in MALE_VOICES else WOMEN


def hire_agents(rng: Random, *, count: int, first_day: date) -> tuple[Agent, ...]:
    """`count` agents, spread evenly over the teams."""
    return tuple(_hire(rng, index, first_day) for index in range(count))


def _hire(rng: Random, index: int, first_day: date) -> Agent:
    voice, names = pick_voice(rng)
    newcomer = rng.random() < NEWCOMER_SHARE
    tenure = rng.integers(10, 120) if newcomer else rng.integers(120, 2500)
    return Agent(
        agent_id=f"A{index + 1:03d}",
        name=pick(rng, names),
        voice=voice,
        pitch=int(np.clip(rng.normal(50, 7), 32, 68)),
        rate_wpm=float(np.clip(rng.normal(164, 8), 148, 182)),
        started_on=first_day - timedelta(days=int(tenure)),
        team=index % len(TEAMS),
        clarity=float(rng.normal()),
        warmth=float(rng.normal()),
        empathy=float(rng.normal()),
        silence=float(rng.normal()),
        holds=float(rng.normal()),
        talk=float(rng.normal()),
        eager=float(rng.normal()),
        skill=float(rng.normal()),
        liking=float(rng.normal(0, 0.12)),
    )


def find_customers(rng: Random, *, count: int) -> tuple[Customer, ...]:
    """`count` customers, their segments drawn by `SEGMENTS`."""
    return tuple(_find(rng, index) for index in range(count))


def _find(rng: Random, index: int) -> Customer:
    voice, names = pick_voice(rng)
    return Customer(
        customer_id=f"K{index + 1:05d}",
        name=pick(rng, names),
        surname=pick(rng, SURNAMES),
        title="Mister" if names is MEN else "Miss",
        voice=voice,
        pitch=int(np.clip(rng.normal(50, 9), 30, 70)),
        rate_wpm=float(np.clip(rng.normal(165, 10), 145, 188)),
        segment=str(rng.choice(list(SEGMENTS), p=list(SEGMENTS.values()))),
        region=pick(rng, REGIONS),
        talk=float(rng.normal()),
        liking=float(rng.normal(0, 0.3)),
    )


def list_workforce(
    rng: Random, agents: Sequence[Agent], *, first_day: date, days: int
) -> pd.DataFrame:
    """The workforce table: a row per agent and team, and a second row for those who change team."""
    rows = [_row(agent, agent.team, agent.started_on) for agent in agents]
    movers = rng.choice(len(agents), size=min(MOVERS, len(agents)), replace=False)
    for index in sorted(int(mover) for mover in movers):
        agent = agents[index]
        moved_on = first_day + timedelta(days=int(rng.integers(1, max(2, days))))
        rows.append(_row(agent, (agent.team + 1) % len(TEAMS), moved_on))
    return pd.DataFrame(rows).sort_values(["agent_id", "valid_from"], ignore_index=True)


def _row(agent: Agent, team: int, valid_from: date) -> dict[str, str]:
    name, site = TEAMS[team]
    return {
        "agent_id": agent.agent_id,
        "valid_from": valid_from.isoformat(),
        "team": name,
        "site": site,
        "started_on": agent.started_on.isoformat(),
    }
