"""NPS itself: share of Promoters minus share of Detractors, with its interval and its benchmark.

Always per answered survey, never per row of JOINED: there a score stands beside every call of the
look-back window.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.errors import ConfigurationError, ContractError
from pipeline.small_numbers import Status, status

AnswerClass = Literal["promoter", "passive", "detractor"]
Comparison = Literal["above", "below", "not distinguishable"]

LOWEST_SCORE, HIGHEST_SCORE = 0, 10
PROMOTER_FROM, DETRACTOR_TO = 9, 6
Z_95 = 1.959963984540054
BENCHMARKS_FILE = Path(__file__).parent / "benchmarks.csv"


@dataclass(frozen=True)
class Nps:
    """NPS of a group, as signed whole points, with its 95 % interval and what it is made of."""

    points: int
    low: int
    high: int
    n: int
    promoters: int
    passives: int
    detractors: int

    @property
    def status(self) -> Status:
        """Whether the group is large enough to be shown."""
        return status(self.n)


@dataclass(frozen=True)
class Benchmark:
    """What an industry's centres reach, in NPS points; None where no band is known."""

    industry: str
    average: int
    top_quartile: int
    good: int | None = None
    issue_below: int | None = None


def answer_class(score: float) -> AnswerClass:
    """Promoter from 9, Detractor up to 6, Passive between; raises ContractError outside 0–10."""
    if not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise ContractError(f"survey score: got {score}, expected 0 to 10.")
    if score >= PROMOTER_FROM:
        return "promoter"
    return "detractor" if score <= DETRACTOR_TO else "passive"


def nps(scores: pd.Series) -> Nps:
    """NPS of answers from 0 to 10, one per survey; missing answers are left out.

    The interval is the 95 % adjusted Wald one: 3 is added to n, 3/4 to the Promoters and to the
    Detractors; SE = √((p + d − (p − d)²)/(n + 3)) (measuringu.com/nps-confidence-intervals).
    Without any answer it is 0 within −100 to 100. Raises ContractError outside 0–10.
    """
    answered = scores.dropna().astype(float)
    odd = sorted(set(answered[(answered < LOWEST_SCORE) | (answered > HIGHEST_SCORE)]))
    if odd:
        raise ContractError(f"survey scores: got {odd[:5]}, expected 0 to 10.")
    n = len(answered)
    promoters = int((answered >= PROMOTER_FROM).sum())
    detractors = int((answered <= DETRACTOR_TO).sum())
    low, high = _adjusted_wald(promoters, detractors, n)
    return Nps(
        points=_rounded_percent(promoters - detractors, n),
        low=low,
        high=high,
        n=n,
        promoters=promoters,
        passives=n - promoters - detractors,
        detractors=detractors,
    )


def compare(value: Nps, reference: int) -> Comparison:
    """Whether a reference in points lies outside the interval, and on which side NPS then is."""
    if value.low > reference:
        return "above"
    return "below" if value.high < reference else "not distinguishable"


def benchmark(industry: str) -> Benchmark:
    """The benchmark of an industry; raises ConfigurationError naming those that exist."""
    known = _benchmarks()
    if industry not in known:
        raise ConfigurationError(
            f"benchmark: got {industry!r}, expected one of {list(known)}.",
            next_step=f"choose one of these, or add a line to {BENCHMARKS_FILE.name}.",
        )
    return known[industry]


def _rounded_percent(difference: int, n: int) -> int:
    """Percent as a whole number, halves away from zero, so that +x and −x mirror each other."""
    if n == 0:
        return 0
    return int(math.copysign((200 * abs(difference) + n) // (2 * n), difference))


def _adjusted_wald(promoters: int, detractors: int, n: int) -> tuple[int, int]:
    if n == 0:
        return -100, 100
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    margin = Z_95 * math.sqrt((p + d - (p - d) ** 2) / (n + 3))
    low, high = p - d - margin, p - d + margin
    return max(-100, round(100 * low)), min(100, round(100 * high))


@cache
def _benchmarks() -> dict[str, Benchmark]:
    with BENCHMARKS_FILE.open(encoding="utf-8", newline="") as lines:
        return {row["industry"]: _benchmark(row) for row in csv.DictReader(lines)}


def _benchmark(row: dict[str, str]) -> Benchmark:
    return Benchmark(
        industry=row["industry"],
        average=int(row["average"]),
        top_quartile=int(row["top_quartile"]),
        good=int(row["good"]) if row["good"] else None,
        issue_below=int(row["issue_below"]) if row["issue_below"] else None,
    )
