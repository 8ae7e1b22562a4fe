"""A contact centre that does not exist, whose true effects are known: JOINED tables for tests.

Written from what happens in a centre, not from what `models.ranking` fits: the answer comes from a
normal (probit) latent satisfaction with its own recency weights, effects may be concave, agents
differ in unmeasured quality, and extremes answer surveys more often. The truth is computed by
intervention: the behaviour is set in every call of the window and the expected NPS is read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from models.arrays import Array, IntArray, floats, whole
from models.subjects import Subject

REASONS = ("billing", "cancel", "delivery", "fault", "order", "upgrade")
QUEUES = ("general", "loyalty", "second line", "technical")
MODES = ("email", "sms")
SEGMENTS = ("business", "home", "partner", "student", "traveller", "youth")
KINDS = ("seconds", "share", "binary", "count")
UNITS = {"seconds": "s", "share": "share", "binary": "0 or 1", "count": "per call"}
ANSWER_SHARES = (0.04, 0.02, 0.02, 0.03, 0.03, 0.05, 0.06, 0.11, 0.17, 0.21, 0.26)
"""Shares of the answers 0-10 in the whole centre: NPS about +22."""


@dataclass(frozen=True)
class CentreOptions:
    """What the centre is like.

    `effects` are the NPS points (P25 to P75, whole centre) of the first behaviours; `nil` more have
    none. `spread` is the SD over segments relative to an effect. `confounding` scales how far
    reason x queue moves both behaviours and satisfaction, `agent_quality` how far agents differ in
    what no behaviour measures. The last `half_missing` effects and as many nil behaviours are
    unknown on half of the surveys. `curved` behaviours more have an inverted U of
    `curved_points` between P5 and its height, the median. `extremes_answer` is how much likelier a
    score far from 7 is to be given at all. `noise` is the share of measurement noise in the
    variance of what is measured.
    """

    answers: int = 2500
    agents: int = 48
    segment_shares: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)
    effects: tuple[float, ...] = (20.0, -15.0, 12.0, -9.0, 7.0)
    nil: int = 8
    spread: float = 0.2
    confounding: float = 0.5
    agent_quality: float = 0.3
    half_missing: int = 2
    curved: int = 0
    curved_points: float = 15.0
    noise: float = 0.0
    answer_rate: float = 0.125
    extremes_answer: float = 0.6
    kinds: tuple[str, ...] = KINDS


@dataclass(frozen=True)
class Centre:
    """A simulated JOINED table with what is true of it.

    `truth` has one row per segment and behaviour: `segment, behaviour, from_value, to_value,
    points`, where points is the change of NPS over the segment's customers by intervention.
    """

    joined: pd.DataFrame
    truth: pd.DataFrame
    subjects: tuple[Subject, ...]
    contexts: tuple[str, ...] = ("reason", "queue")
    teams: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _World:
    """Everything before the answers: calls, customers, and how each behaviour acts."""

    customer: IntArray
    agent: IntArray
    reason: IntArray
    queue: IntArray
    days: Array
    weight: Array
    segment: IntArray
    values: Array
    dose: Array
    base: Array


def simulate(options: CentreOptions | None = None, *, seed: int = 0) -> Centre:
    """Make a centre: about `answers` answered surveys and their eightfold of invitations."""
    made = options or CentreOptions()
    rng = np.random.default_rng(seed)
    world = _world(made, rng)
    factors = 1.0 + made.spread * rng.normal(
        size=(len(made.segment_shares), world.dose.shape[1])
    ).clip(-2, 2)
    slopes = _slopes(made, world, factors)
    satisfaction = world.base + _summed(world, _pull(world, slopes))
    scores = np.searchsorted(_cuts(world, slopes), satisfaction + rng.normal(size=len(world.base)))
    names = _names(made)
    return Centre(
        joined=_joined(made, world, scores, names, rng),
        truth=_truth(world, slopes, names, made),
        subjects=tuple(
            Subject(n, unit=UNITS[_kind(made, j)], binary=_kind(made, j) == "binary")
            for j, n in enumerate(names)
        ),
        teams={f"agent-{a:03d}": f"team-{a % 4}" for a in range(made.agents)},
    )


def _names(options: CentreOptions) -> tuple[str, ...]:
    effects = [f"effect_{j + 1}" for j in range(len(options.effects))]
    nil = [f"nil_{j + 1}" for j in range(options.nil)]
    return (*effects, *nil, *(f"curved_{j + 1}" for j in range(options.curved)))


def _kind(options: CentreOptions, j: int) -> str:
    straight = len(options.effects) + options.nil
    return "seconds" if j >= straight else options.kinds[j % len(options.kinds)]


def _world(options: CentreOptions, rng: np.random.Generator) -> _World:
    """Customers, their calls, and the behaviours in them."""
    customers = int(options.answers / options.answer_rate)
    shares = np.asarray(options.segment_shares) / sum(options.segment_shares)
    segment_of = rng.choice(len(shares), customers, p=shares)
    customer = np.repeat(np.arange(customers), 1 + rng.poisson(0.6, customers))
    calls = len(customer)
    segment = segment_of[customer]
    leaning = rng.dirichlet(np.full(len(REASONS), 3.0), len(shares))
    reason = _drawn(leaning[segment], rng)
    queue = _drawn(rng.dirichlet(np.full(len(QUEUES), 1.0), len(REASONS))[reason], rng)
    agent = rng.integers(0, options.agents, calls)
    days = np.floor(rng.uniform(0.0, 40.0, calls) * 1440) / 1440
    days[np.unique(customer, return_index=True)[1]] = rng.uniform(0.1, 3.0, customers)
    weight = np.where(days <= 30.0, np.exp(-days / 25.0), 0.0)
    weight /= np.bincount(customer, weight)[customer]
    cell = rng.normal(0.0, 1.0, (len(REASONS), len(QUEUES)))
    quality = rng.normal(0.0, options.agent_quality, options.agents)
    latent = _latent(options, cell[reason, queue], agent, reason * 10 + queue, quality, rng=rng)
    values = np.column_stack(
        [_value(_kind(options, j), latent[:, j]) for j in range(latent.shape[1])]
    )
    pull = options.confounding * cell[reason, queue] + quality[agent]
    base = np.bincount(customer, weight * pull) + rng.normal(0.0, 0.3, len(shares))[segment_of]
    return _World(
        customer, agent, reason, queue, days, weight, segment_of, values,
        _dose(options, latent, values), base,
    )  # fmt: skip


def _drawn(shares: Array, rng: np.random.Generator) -> IntArray:
    """One category per row of `shares` (rows sum to 1)."""
    reached = rng.uniform(size=(len(shares), 1)) > np.cumsum(shares, axis=1)
    return whole(np.minimum(reached.sum(axis=1), shares.shape[1] - 1))


def _latent(
    options: CentreOptions,
    cell: Array,
    agent: IntArray,
    place: IntArray,
    quality: Array,
    *,
    rng: np.random.Generator,
) -> Array:
    """Behaviours on a normal scale: the agent's habit, the cell's pull, and the call itself."""
    count = len(options.effects) + options.nil + options.curved
    signs = rng.choice([-1.0, 1.0], count)
    own = rng.normal(0.0, 0.3, (int(place.max()) + 1, count))[place]
    habit = rng.normal(0.0, 0.35, (options.agents, count)) + 0.3 * quality[:, None] * signs
    shared = rng.normal(size=(len(cell), 1)) * rng.choice([-0.5, 0.5], count)
    call = np.sqrt(0.75) * rng.normal(size=(len(cell), count)) + shared
    return floats(options.confounding * (0.6 * np.outer(cell, signs) + own) + habit[agent] + call)


def _value(kind: str, latent: Array) -> Array:
    """What would be measured: skewed seconds, a share, yes or no, a count."""
    if kind == "seconds":
        return floats(20.0 * np.exp(0.6 * latent))
    if kind == "share":
        return floats(1.0 / (1.0 + np.exp(1.0 - 0.8 * latent)))
    if kind == "binary":
        return floats(latent > 0.3)
    return floats(np.floor(np.exp(0.5 * latent + 0.8)))


def _dose(options: CentreOptions, latent: Array, values: Array) -> Array:
    """How much of the behaviour the customer feels, unit SD: concave in seconds, else linear."""
    dose = values.copy()
    for j in range(values.shape[1]):
        if j >= len(options.effects) + options.nil:
            dose[:, j] = -((latent[:, j] - latent[:, j].mean()) ** 2).clip(0.0, 6.0)
        elif _kind(options, j) == "seconds":
            dose[:, j] = latent[:, j]
    return floats((dose - dose.mean(axis=0)) / dose.std(axis=0))


def _pull(world: _World, slopes: Array) -> Array:
    """Calls x behaviours: what each behaviour in each call adds to satisfaction."""
    return world.dose * slopes[world.segment[world.customer]]


def _summed(world: _World, pull: Array) -> Array:
    return floats(np.bincount(world.customer, world.weight * pull.sum(axis=1), len(world.base)))


def _cuts(world: _World, slopes: Array) -> Array:
    """Where satisfaction turns into the next answer, so that the centre's shares come out."""
    satisfaction = world.base + _summed(world, _pull(world, slopes))
    scale = np.sqrt(1.0 + satisfaction.var())
    shares = np.cumsum(ANSWER_SHARES)[:-1]
    return floats(satisfaction.mean() + scale * ndtri(shares))


def _nps(satisfaction: Array, cuts: Array) -> Array:
    """Expected NPS of a customer of a given satisfaction, in points."""
    promoter, detractor = ndtr(satisfaction - cuts[8]), ndtr(cuts[6] - satisfaction)
    return floats(100.0 * (promoter - detractor))


def _slopes(options: CentreOptions, world: _World, factors: Array) -> Array:
    """Segments x behaviours, set so that the whole centre's effects are the ones asked for."""
    asked = np.zeros(world.dose.shape[1])
    asked[: len(options.effects)] = options.effects
    asked[len(options.effects) + options.nil :] = options.curved_points
    slopes = asked / 60.0
    straight = len(options.effects) + options.nil
    for _ in range(4):
        cuts = _cuts(world, slopes * factors)
        for j in np.flatnonzero(asked):
            at = _ends(world.values[:, j], (0.25, 0.75) if j < straight else (0.05, 0.5))
            got = _intervened(world, slopes * factors, cuts, int(j), at).mean()
            slopes[j] *= asked[j] / got
    return slopes * factors


def _intervened(
    world: _World, slopes: Array, cuts: Array, j: int, at: tuple[float, float]
) -> Array:
    """Change of NPS of each customer when behaviour j goes from one value to another in all calls
    of the window, in points."""
    calls = slopes[world.segment[world.customer], j] * world.dose[:, j]
    own = np.bincount(world.customer, world.weight * calls, len(world.base))
    held = world.base + _summed(world, _pull(world, slopes)) - own
    slope = slopes[world.segment, j]
    low, high = (_nps(held + slope * dose, cuts) for dose in _dose_at(world, j, at))
    return high - low


def _ends(values: Array, probabilities: tuple[float, float] = (0.25, 0.75)) -> tuple[float, float]:
    """P25 and P75, or 0 and 1 for a binary."""
    if set(np.unique(values[:1000])) <= {0.0, 1.0}:
        return 0.0, 1.0
    low, high = np.quantile(values, probabilities)
    return float(low), float(high)


def _dose_at(world: _World, j: int, at: tuple[float, float]) -> list[float]:
    """The dose that goes with a value: a function, read off the calls nearest to it."""
    return [float(world.dose[np.argmin(np.abs(world.values[:, j] - v)), j]) for v in at]


def _truth(
    world: _World, slopes: Array, names: tuple[str, ...], options: CentreOptions
) -> pd.DataFrame:
    cuts = _cuts(world, slopes)
    rows = []
    for s in range(len(options.segment_shares)):
        customers = world.segment == s
        for j, name in enumerate(names):
            at = _ends(world.values[customers[world.customer], j])
            points = _intervened(world, slopes, cuts, j, at)[customers].mean()
            rows.append((SEGMENTS[s], name, *at, points))
    return pd.DataFrame(rows, columns=["segment", "behaviour", "from_value", "to_value", "points"])


def _joined(
    options: CentreOptions,
    world: _World,
    scores: IntArray,
    names: tuple[str, ...],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table as `pipeline.join` would write it: every customer invited once, some answer."""
    cut = np.abs(scores - 7.0) / 4.0
    chance = options.answer_rate * (1.0 + options.extremes_answer * (cut - 0.5))
    answered = (rng.uniform(size=len(scores)) < chance)[world.customer]
    ids = np.char.add("survey-", np.char.zfill(world.customer.astype(str), 7))
    asked_on = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(
        np.round(rng.uniform(0.0, 60.0, len(scores)) * 1440)[world.customer], unit="min"
    )
    mode = rng.choice(len(MODES), len(scores), p=[0.6, 0.4])[world.customer]
    table = pd.DataFrame(
        {
            "call_id": [f"call-{k:07d}" for k in range(len(world.customer))],
            "invitation_id": ids,
            "survey_id": pd.Series(ids).where(answered),
            "kind": "nps",
            "scale": "0-10",
            "mode": np.asarray(MODES)[mode],
            "score": np.where(answered, scores[world.customer], np.nan),
            "answered_at": pd.Series(asked_on).where(answered),
            "started_at": asked_on - pd.to_timedelta(world.days * 86400, unit="s").round("s"),
            "days_before_survey": world.days,
            "agent_id": [f"agent-{a:03d}" for a in world.agent],
            "customer_id": [f"customer-{c:07d}" for c in world.customer],
            "segment": np.asarray(SEGMENTS)[world.segment[world.customer]],
            "reason": np.asarray(REASONS)[world.reason],
            "queue": np.asarray(QUEUES)[world.queue],
        }
    )
    return pd.concat([table, _measured(options, world, names, rng)], axis=1)


def _measured(
    options: CentreOptions, world: _World, names: tuple[str, ...], rng: np.random.Generator
) -> pd.DataFrame:
    """The behaviours as measured: with noise, and unknown on half of the surveys where asked."""
    values = world.values.copy()
    if options.noise:
        sd = values.std(axis=0) * np.sqrt(options.noise / (1.0 - options.noise))
        straight = [j for j in range(len(names)) if _kind(options, j) != "binary"]
        values[:, straight] += rng.normal(size=(len(values), len(straight))) * sd[straight]
    effects = len(options.effects)
    gaps = [*range(max(effects - options.half_missing, 0), effects)]
    gaps += [*range(effects, effects + min(options.half_missing, options.nil))]
    lost = rng.uniform(size=(len(world.base), len(gaps))) < 0.5
    values[:, gaps] = np.where(lost[world.customer], np.nan, values[:, gaps])
    return pd.DataFrame(values, columns=list(names))
