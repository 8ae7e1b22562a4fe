"""What is held: contexts per call, as named blocks of columns that are shrunk block by block.

Categorical contexts become one column per level, all of them, since every block is shrunk and none
needs a reference; levels rarer than RARE surveys share one column. Numeric contexts enter as a
standardised line and its square, with a missing-indicator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.arrays import Array, IntArray, floats, group_sums
from models.joined_rows import text
from models.survey_rows import Calls, Surveys

RARE = 20.0
MOST_LEVELS = 60
CROSSED = ("reason", "queue")
SMALL = 1e-12


@dataclass(frozen=True)
class Block:
    """Columns of one confounder that share a prior variance; one row per call or per survey."""

    name: str
    columns: Array


def context_blocks(
    calls: Calls, surveys: Surveys, contexts: Sequence[str], studied: Sequence[str]
) -> tuple[list[Block], list[str]]:
    """One block or two per context, rows are calls; and warnings for what cannot be held.

    A context that is itself under study is left to the study. reason x queue is added where both
    are given.
    """
    blocks: list[Block] = []
    warnings: list[str] = []
    labels: dict[str, pd.Series] = {}
    behind = np.asarray(_share_of_calls(surveys))
    for name in dict.fromkeys(contexts):
        if name in studied:
            continue
        if name not in calls.frame or calls.frame[name].isna().all():
            warnings.append(
                f"{name}: the context is missing, so effects are not adjusted for it and may be "
                "confounded; add it to the table or drop it from the contexts."
            )
        elif _is_numeric(calls.frame[name]):
            blocks += _numeric(calls.frame[name], name)
        else:
            labels[name] = text(calls.frame, name).fillna("unknown").astype(str)
            blocks.append(Block(name, _levels(labels[name], behind)))
    if set(CROSSED) <= set(labels):
        crossed = labels[CROSSED[0]] + " / " + labels[CROSSED[1]]
        blocks.append(Block(" x ".join(CROSSED), _levels(crossed, behind)))
    return [block for block in blocks if block.columns.shape[1]], warnings


def mode_block(surveys: Surveys) -> list[Block]:
    """How the customer was asked, one row per survey; a fresh call gets the usual mixture."""
    modes = pd.Series(surveys.mode, dtype=object)
    answered = np.arange(len(modes)) < surveys.n_answered
    levels = sorted({str(m) for m in modes[answered].dropna()})
    if len(levels) < 2:
        return []
    columns = floats(np.column_stack([(modes == level).to_numpy() for level in levels]))
    unknown = columns.sum(axis=1) == 0
    columns[unknown] = columns[answered & ~unknown].mean(axis=0)
    return [Block("mode", columns)]


def _share_of_calls(surveys: Surveys) -> Array:
    """How many answered surveys each call stands for, its weight renormalised within each."""
    behind = surveys.weights[: surveys.n_answered]
    totals = behind.sum(axis=1)
    return floats(behind.T @ (1.0 / totals))


def _is_numeric(column: pd.Series) -> bool:
    is_flag = pd.api.types.is_bool_dtype(column)
    return bool(pd.api.types.is_numeric_dtype(column) and not is_flag)


def _levels(labels: pd.Series, behind: Array) -> Array:
    """One column per level with at least RARE surveys, one for the rest; none if all are alike."""
    codes, names = pd.factorize(labels, sort=True)
    counts = np.bincount(codes, behind, len(names))
    common = np.flatnonzero(counts >= RARE)
    common = np.sort(common[np.argsort(-counts[common], kind="stable")][:MOST_LEVELS])
    place = np.full(len(names), len(common))
    place[common] = np.arange(len(common))
    width = len(common) + int(len(common) < len(names))
    return np.eye(width)[place[codes]] if width > 1 else np.zeros((len(labels), 0))


def _numeric(column: pd.Series, name: str) -> list[Block]:
    """A standardised line and its square; unknown is 0 with an indicator."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    values = np.where(np.isinf(values), np.nan, values)
    unknown = np.isnan(values)
    if unknown.all() or np.nanstd(values) == 0.0:
        return []
    clipped = np.clip(values, *np.nanquantile(values, (0.005, 0.995)))
    spread = float(np.nanstd(clipped)) or float(np.nanstd(values))
    line = np.where(unknown, 0.0, (clipped - np.nanmean(clipped)) / spread)
    columns = [line, np.where(unknown, 0.0, line**2 - 1.0)]
    if unknown.any():
        columns.append(unknown.astype(float))
    return [Block(name, np.column_stack(columns))]


@dataclass(frozen=True)
class AgentMeans:
    """Agents x behaviours: deviation of the agent's mean from the mean of all calls, shrunk to it;
    its posterior variance; the calls behind it. `between` is the variance between agents."""

    deviation: Array
    variance: Array
    count: Array
    between: Array


def agent_means(doses: Array, agent: IntArray) -> AgentMeans:
    """Shrunk agent means (Mundlak 1978) of calls x behaviours, NaN where unknown.

    A mean of n calls keeps n / (n + within / between) of its deviation; between is estimated by the
    method of moments and is at least 0.
    """
    known = np.isfinite(doses) & (agent >= 0)[:, None]
    agents = int(agent.max(initial=-1)) + 1
    filled = np.where(known, doses, 0.0)
    sums = group_sums(filled, agent, agents)
    squares = group_sums(filled**2, agent, agents)
    n = group_sums(known.astype(np.float64), agent, agents)
    total = np.maximum(n.sum(axis=0), 1.0)
    grand = sums.sum(axis=0) / total
    means = np.where(n > 0, sums / np.maximum(n, 1.0), grand)
    groups = (n > 0).sum(axis=0)
    free = np.maximum(groups - 1.0, 1.0)
    within = (squares - n * means**2).sum(axis=0) / np.maximum(total - groups, 1.0)
    typical = np.maximum((total - (n**2).sum(axis=0) / total) / free, SMALL)
    spread = (n * (means - grand) ** 2).sum(axis=0) / free
    between = np.where(groups > 1, np.maximum((spread - within) / typical, 0.0), 0.0)
    keep = n * between / np.maximum(n * between + within, SMALL)
    return AgentMeans(keep * (means - grand), (1.0 - keep) * between, n, between)
