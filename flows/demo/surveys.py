"""Who is asked, what they would say, and whether they say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from flows.demo.effects import (
    EFFECTIVE,
    MODE_ANSWERING,
    MODE_LIKING,
    SEGMENT_ANSWERING,
    SEGMENT_LIKING,
    Asked,
    Model,
    Numbers,
    answer_chances,
    predict,
)
from flows.demo.log import REPEAT_WITHIN_DAYS, PlannedCall, end_of_log, write_time
from flows.demo.matters import QUEUE_LIKING
from flows.demo.wording import Random, pick

LOOK_BACK_DAYS = 30.0
HALF_LIFE_DAYS = 30.0
MODES = {"email": 0.5, "sms": 0.28, "phone": 0.22}

AFTER_CALL_SHARE = 0.44
"""Share of calls after which the customer is asked about the call."""

RELATIONAL_SHARE = 0.62
"""Share of calls 8 to 21 days after which the customer is asked about the company."""

COMMENT_SHARE = 0.3
COMMENTS = {
    "promoter": ("Great service.", "The agent was very helpful.", "Everything was clear.",
                 "Quick and friendly.", "I knew what would happen next."),
    "passive": ("It was fine.", "Okay, but a bit slow.", "Could be faster.", "No complaints."),
    "detractor": ("I had to wait in silence.", "Nobody told me what happens next.",
                  "I had to call again.", "Not helpful.", "It took far too long."),
}  # fmt: skip


@dataclass(frozen=True)
class Invitation:
    """A customer is asked; `answer_at` is when an answer would come, `index` a call's place."""

    index: int
    relational: bool
    invited_at: datetime
    answer_at: datetime
    mode: str


def invite(rng: Random, calls: Sequence[PlannedCall]) -> list[Invitation]:
    """Invitations by time: about a call within hours, about the company 8 to 21 days later.

    First call resolution is known to an answer only when 7 days have passed since the call; that is
    why half of the invitations come so late.
    """
    invitations = []
    for index, call in enumerate(calls):
        for relational, share in ((False, AFTER_CALL_SHARE), (True, RELATIONAL_SHARE)):
            if rng.random() < share:
                invitation = _invite(rng, index, call, relational=relational)
                if invitation.invited_at <= end_of_log():
                    invitations.append(invitation)
    return sorted(invitations, key=lambda one: (one.invited_at, one.index, one.relational))


def _invite(rng: Random, index: int, call: PlannedCall, *, relational: bool) -> Invitation:
    delay = rng.uniform(8 * 24, 21 * 24) if relational else rng.uniform(0.5, 4)
    thought = min(0.2 + rng.exponential(20 if relational else 10), 120 if relational else 43)
    invited_at = call.started_at + timedelta(hours=float(delay))
    mode = list(MODES)[int(rng.choice(len(MODES), p=list(MODES.values())))]
    answer_at = invited_at + timedelta(hours=float(thought))
    return Invitation(index, relational, invited_at, answer_at, mode)


def ask(
    invitations: Sequence[Invitation], calls: Sequence[PlannedCall], truth: pd.DataFrame
) -> Asked:
    """What each invitation's answer depends on: window means, liking, readiness to answer."""
    customers = [calls[one.index].customer for one in invitations]
    segment = np.array([customer.segment for customer in customers], dtype=object)
    means, liking = _window_means(invitations, calls, truth)
    base = liking + np.array(
        [
            customer.liking + SEGMENT_LIKING[customer.segment] + MODE_LIKING[one.mode]
            for customer, one in zip(customers, invitations, strict=True)
        ]
    )
    answering = np.array(
        [
            MODE_ANSWERING[one.mode] + SEGMENT_ANSWERING[customer.segment]
            for customer, one in zip(customers, invitations, strict=True)
        ]
    )
    return Asked(segment, means, base, answering)


def _window_means(
    invitations: Sequence[Invitation], calls: Sequence[PlannedCall], truth: pd.DataFrame
) -> tuple[Numbers, Numbers]:
    """Recency-weighted means over the customer's calls in the 30 days before the answer.

    Of each effective behaviour, over the calls where it is known at the answer (the segment's mean
    where there is none), and of the calls' liking (reason, queue, agent).
    """
    values = truth[list(EFFECTIVE)].to_numpy(dtype=float)
    liking = np.array(
        [call.matter.liking + QUEUE_LIKING[call.queue] + call.agent.liking for call in calls]
    )
    usual = _segment_means(values, [call.customer.segment for call in calls])
    by_customer: dict[str, list[int]] = {}
    for index, call in enumerate(calls):
        by_customer.setdefault(call.customer.customer_id, []).append(index)
    means, likings = np.empty((len(invitations), len(EFFECTIVE))), np.empty(len(invitations))
    for row, one in enumerate(invitations):
        customer = calls[one.index].customer
        inside, ages = _window(one, calls, by_customer[customer.customer_id])
        weights = 0.5 ** (ages / HALF_LIFE_DAYS)
        known = _known(values[inside], ages)
        total = (known * weights[:, None]).sum(axis=0)
        sums = (np.where(known, values[inside], 0.0) * weights[:, None]).sum(axis=0)
        means[row] = np.where(total > 0, sums / np.maximum(total, 1e-9), usual[customer.segment])
        likings[row] = float((liking[inside] * weights).sum() / weights.sum())
    return means, likings


def _segment_means(values: Numbers, segments: Sequence[str]) -> dict[str, Numbers]:
    """Mean of each behaviour over a segment's calls; of all calls where the segment has none."""
    means = {}
    overall = _mean(values, np.zeros(values.shape[1]))
    for segment in SEGMENT_LIKING:
        means[segment] = _mean(values[np.array(segments) == segment], overall)
    return means


def _mean(values: Numbers, otherwise: Numbers) -> Numbers:
    known = ~np.isnan(values)
    sums = np.where(known, values, 0.0).sum(axis=0)
    counts = known.sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), otherwise)


def _window(
    one: Invitation, calls: Sequence[PlannedCall], own: Sequence[int]
) -> tuple[list[int], Numbers]:
    """The customer's calls in the window, and their ages in days at the answer."""
    ages = {i: (one.answer_at - calls[i].started_at).total_seconds() / 86_400 for i in own}
    inside = [index for index, age in ages.items() if 0 < age <= LOOK_BACK_DAYS]
    return inside, np.array([ages[index] for index in inside])


def _known(values: Numbers, ages: Numbers) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which values the answer can depend on: first call resolution once its window has closed."""
    known = ~np.isnan(values)
    known[:, EFFECTIVE.index("first_call_resolution")] &= ages >= REPEAT_WITHIN_DAYS
    return known


def answer(
    rng: Random,
    invitations: Sequence[Invitation],
    calls: Sequence[PlannedCall],
    asked: Asked,
    model: Model,
) -> pd.DataFrame:
    """The survey table: a row per invitation, with score and comment where it was answered."""
    eta = predict(asked, model.slopes)
    heard = eta + rng.logistic(size=len(eta))
    scores = (heard[:, None] > model.cuts[None, :]).sum(axis=1)
    chance = answer_chances(asked, model.intercept)[np.arange(len(eta)), scores]
    answered = (rng.random(len(eta)) < chance) & np.array(
        [one.answer_at <= end_of_log() for one in invitations]
    )
    rows = [
        _row(rng, number, one, calls[one.index], int(scores[number]) if answered[number] else None)
        for number, one in enumerate(invitations)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"score": "Int64"})


COLUMNS = (
    "survey_id", "customer_id", "call_id", "invited_at", "answered_at", "kind", "mode", "score",
    "comment",
)  # fmt: skip


def _row(
    rng: Random, number: int, one: Invitation, call: PlannedCall, score: int | None
) -> dict[str, object]:
    return {
        "survey_id": f"S{number + 1:06d}",
        "customer_id": call.customer.customer_id,
        "call_id": None if one.relational else call.call_id,
        "invited_at": write_time(one.invited_at),
        "answered_at": None if score is None else write_time(one.answer_at),
        "kind": "nps",
        "mode": one.mode,
        "score": score,
        "comment": None if score is None else _comment(rng, score),
    }


def _comment(rng: Random, score: int) -> str | None:
    if rng.random() >= COMMENT_SHARE:
        return None
    kind = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    return pick(rng, COMMENTS[kind])
