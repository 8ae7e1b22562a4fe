"""FOCUS: what each agent should change, and keep, with the NPS points that go with it.

An agent's current level is the mean dose over own calls, adjusted for what is held (contexts and
segment) and shrunk to the mean of all. The gain is read off the segments' dose-response curves, in
the agent's own mix of segments: from the current level to that of the peers' best quartile
(change), or from the peers' median to the current level (keep). Its interval carries both the
coefficients' and the level's uncertainty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.arrays import Array, FlagArray, IntArray, floats
from models.confounders import AgentMeans, agent_means
from models.effects import Effects
from models.excerpts import excerpts_of
from models.study import Model, Study
from models.subjects import RankOptions
from pipeline.report.wording import percent
from pipeline.tables import FOCUS

MOST_CHANGES = 3
KEEPS_PER_CHANGE = 2
"""Recognition 2 : 1 (METHOD.md, Per agent)."""
SAMPLE = 20_000
"""Calls on which the adjustment is estimated; more would not move an agent's level."""
RIDGE = 1.0
STEP = 0.05
WEAK = "Weak evidence: recognition rather than a finding."
UNSURE = "The gain may be nil: its interval reaches zero."


@dataclass(frozen=True)
class _Peers:
    """Agents with enough calls: codes, mix over segments (rows sum to 1), level in doses, answers.

    `median` and `best` are doses per behaviour, best by the NPS that goes with them.
    """

    agents: IntArray
    mix: Array
    level: Array
    variance: Array
    count: Array
    answers: IntArray
    median: Array
    best: Array


@dataclass(frozen=True)
class _Gains:
    """Agents x behaviours, in NPS points."""

    points: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class _Lists:
    """Everything from which the lists are drawn."""

    study: Study
    peers: _Peers
    change: _Gains
    keep: _Gains
    found: FlagArray
    options: RankOptions


def focus_of(
    model: Model,
    effects: Effects,
    drivers: pd.DataFrame,
    options: RankOptions,
    *,
    moments: pd.DataFrame | None,
    teams: Mapping[str, str] | None,
) -> pd.DataFrame:
    """The FOCUS table, by agent, changes first, each by gain; empty without enough calls."""
    study = model.study
    peers = _peers(study, effects, options)
    change = _gains(
        study, effects, peers, peers.level, np.broadcast_to(peers.best, peers.level.shape)
    )
    keep = _gains(
        study, effects, peers, np.broadcast_to(peers.median, peers.level.shape), peers.level
    )
    lists = _Lists(study, peers, change, keep, _found(drivers, study, peers), options)
    rows = [row for a in range(len(peers.agents)) for row in _rows(lists, a)]
    table = pd.DataFrame(rows, columns=[n for n in FOCUS.names if n not in ("team", "moments")])
    table["team"] = [(teams or {}).get(str(agent)) for agent in table["agent_id"]]
    table["moments"] = pd.Series(excerpts_of(table, study.calls, moments), dtype=object)
    return table[FOCUS.names]


def _peers(study: Study, effects: Effects, options: RankOptions) -> _Peers:
    means = _adjusted_means(study)
    count = np.bincount(study.calls.agent[study.calls.agent >= 0], minlength=len(means.deviation))
    agents = np.flatnonzero(count >= options.min_calls_per_agent)
    level = means.deviation[agents]
    median, best = _levels(study, effects, level)
    answered = study.agent[study.agent >= 0]
    return _Peers(
        agents, _mix(study)[agents], level, means.variance[agents], means.count[agents],
        np.bincount(answered, minlength=len(count))[agents], median, best,
    )  # fmt: skip


def _adjusted_means(study: Study) -> AgentMeans:
    """Shrunk agent means of what the contexts and the segment leave of each dose."""
    segment = np.eye(len(study.calls.segments))[study.calls.segment]
    contexts = [block.columns for block in study.design.per_call]
    held = np.column_stack([np.ones(len(segment)), segment, *contexts])
    doses = study.behaviours.doses
    some = slice(None, None, len(doses) // SAMPLE + 1)
    columns = [_slopes(held[some], doses[some, j]) for j in range(doses.shape[1])]
    return agent_means(doses - held @ np.column_stack(columns), study.calls.agent)


def _slopes(held: Array, dose: Array) -> Array:
    """Ridge regression of a dose, where it is known, on what is held."""
    known = np.isfinite(dose)
    given = held[known]
    gram = given.T @ given + RIDGE * np.eye(held.shape[1])
    return floats(np.linalg.solve(gram, given.T @ dose[known]))


def _mix(study: Study) -> Array:
    """Agents x fitted segments: shares of each agent's calls; the centre's where none is fitted."""
    place = np.full(len(study.calls.segments), -1)
    names = list(study.calls.segments)
    place[[names.index(name) for name in study.design.segments]] = np.arange(
        len(study.design.segments)
    )
    segment = place[study.calls.segment]
    usable = (segment >= 0) & (study.calls.agent >= 0)
    counts = np.zeros((len(study.calls.agents), len(study.design.segments)))
    np.add.at(counts, (study.calls.agent[usable], segment[usable]), 1.0)
    counts[counts.sum(axis=1) == 0] = np.maximum(counts.sum(axis=0), 1.0)
    return floats(counts / counts.sum(axis=1, keepdims=True))


def _levels(study: Study, effects: Effects, level: Array) -> tuple[Array, Array]:
    """Per behaviour the doses of the peers' median and best quartile, by NPS in the centre."""
    median, best = np.zeros(level.shape[1]), np.zeros(level.shape[1])
    if not len(level):
        return median, best
    shares = np.asarray([(study.design.segment == s).sum() for s in range(len(effects))])
    for j in range(level.shape[1]):
        expected = sum(
            share * _expected(study, effects, s, j, level[:, j]) for s, share in enumerate(shares)
        )
        order = np.argsort(expected, kind="stable")
        sorted_level = level[order, j]
        at = np.arange(len(level))
        median[j] = np.interp(0.5 * at[-1], at, sorted_level)
        best[j] = np.interp(0.75 * at[-1], at, sorted_level)
    return median, best


def _expected(study: Study, effects: Effects, s: int, j: int, dose: Array) -> Array:
    """NPS of a segment with the behaviour at each dose."""
    cell = effects[s][j]
    return cell.response(_basis(study, j, dose) @ cell.coefficients)


def _basis(study: Study, j: int, dose: Array) -> Array:
    return study.behaviours.basis(j, study.behaviours.shapes[j].value(dose))


def _gains(study: Study, effects: Effects, peers: _Peers, start: Array, end: Array) -> _Gains:
    """Points from one level to another in each agent's mix, with interval (delta method).

    Coefficients of different segments move together, so their errors add up as they are; the error
    of the agent's level is independent of them.
    """
    points, spread = np.zeros(start.shape), np.zeros(start.shape)
    for j in range(start.shape[1]):
        slope = np.zeros(len(start))
        first, last = _basis(study, j, start[:, j]), _basis(study, j, end[:, j])
        beside = _basis(study, j, peers.level[:, j] + STEP)
        at = _basis(study, j, peers.level[:, j])
        for s, cell in enumerate(row[j] for row in effects):
            mix, c = peers.mix[:, s], cell.coefficients
            points[:, j] += mix * (cell.response(last @ c) - cell.response(first @ c))
            slope += mix * (cell.response(beside @ c) - cell.response(at @ c)) / STEP
            steep = (cell.response(at @ c + STEP) - cell.response(at @ c - STEP)) / (2 * STEP)
            move = last - first
            error = np.sqrt(np.einsum("ai,ij,aj->a", move, cell.covariance, move))
            spread[:, j] += mix * cell.width * np.abs(steep) * error
        width = effects[0][j].width
        spread[:, j] = np.hypot(spread[:, j], width * slope * np.sqrt(peers.variance[:, j]))
    return _Gains(points, points - spread, points + spread)


def _found(drivers: pd.DataFrame, study: Study, peers: _Peers) -> FlagArray:
    """Agents x behaviours: whether there is a finding in a segment that the agent serves."""
    verdict = drivers[drivers["verdict"].isin(["driver", "friction", "depends"])]
    table = np.zeros((len(study.design.segments), len(study.behaviours.names)))
    segments, names = list(study.design.segments), list(study.behaviours.names)
    for segment, name in zip(verdict["segment"], verdict["behaviour"], strict=True):
        table[segments.index(segment), names.index(name)] = 1.0
    return np.asarray(peers.mix @ table > 0, dtype=np.bool_)


def _rows(lists: _Lists, a: int) -> list[dict[str, object]]:
    """One agent's rows: at most three changes, then twice as many strengths, at least one."""
    own = np.asarray([s.owner == "agent" for s in lists.study.behaviours.subjects])
    usable = own & (lists.peers.count[a] >= lists.options.min_calls_per_agent)
    found = usable & lists.found[a]
    if not found.any():
        return []
    changes = _top(lists.change.points[a], found)[:MOST_CHANGES]
    rest = ~np.isin(np.arange(len(own)), changes)
    keep = lists.keep.points[a]
    strengths = _top(keep, found & rest)[: KEEPS_PER_CHANGE * max(len(changes), 1)]
    weak = [] if strengths else _weak(lists, a, usable & rest)[:1]
    return [
        *(_row(lists, "change", a, j) for j in changes),
        *(_row(lists, "keep", a, j) for j in strengths),
        *(_row(lists, "keep", a, j) | {"note": WEAK} for j in weak),
    ]


def _weak(lists: _Lists, a: int, usable: FlagArray) -> list[int]:
    """Without a finding: where the agent is better than the peers' median, the furthest first.

    Better is what was expected before any fit. The sign of an estimate without evidence is noise,
    which must not tell an agent to keep what everybody would call a weakness; it only decides where
    nothing was expected and nothing else is left.
    """
    signs = {"up": 1.0, "down": -1.0, "none": 0.0}
    expected = np.asarray([signs[s.expected] for s in lists.study.behaviours.subjects])
    ahead = floats(expected * (lists.peers.level[a] - lists.peers.median))
    return _top(ahead, usable) or _top(lists.keep.points[a], usable & (expected == 0))


def _top(points: Array, usable: FlagArray) -> list[int]:
    """Usable behaviours with a positive gain, the largest first."""
    order = np.argsort(-points, kind="stable")
    return [int(j) for j in order if usable[j] and points[j] > 0]


def _row(lists: _Lists, kind: str, a: int, j: int) -> dict[str, object]:
    study, peers = lists.study, lists.peers
    gains = lists.change if kind == "change" else lists.keep
    shape = study.behaviours.shapes[j]
    doses = np.asarray([peers.level[a, j], peers.median[j], peers.best[j]])
    current, median, best = (float(v) for v in shape.value(doses))
    return {
        "agent_id": study.calls.agents[peers.agents[a]],
        "segment_mix": _mix_in_words(study.design.segments, peers.mix[a]),
        "behaviour": study.behaviours.names[j],
        "kind": kind,
        "current": current,
        "peers_median": median,
        "peers_best_quartile": best,
        "target": best if kind == "change" else current,
        "unit": study.behaviours.subjects[j].unit,
        "gain_points": float(gains.points[a, j]),
        "gain_low": float(gains.low[a, j]),
        "gain_high": float(gains.high[a, j]),
        "n_calls": int(peers.count[a, j]),
        "n_surveys": int(peers.answers[a]),
        "note": UNSURE if gains.low[a, j] <= 0 else None,
    }


def _mix_in_words(segments: tuple[str, ...], mix: Array) -> str:
    """Such as `home 62 %, business 38 %`, the largest first."""
    order = np.argsort(-mix, kind="stable")
    return ", ".join(f"{segments[s]} {percent(mix[s])}" for s in order if mix[s] > 0)
