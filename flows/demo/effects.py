"""What the customer answers: planted effects in NPS points, turned into slopes by intervention.

The answer is a proportional-odds draw: eta = linear predictor, P(score >= k) = 1 / (1 + e^(c_k -
eta)). A behaviour enters eta through its mean over the calls of the window, so setting it to v in
every call moves eta by slope * (v - mean).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Numbers = NDArray[np.float64]

PLANTED_POINTS: Mapping[str, Mapping[str, float]] = {
    "consumer": {"resolution_clarity": 20.0, "first_call_resolution": 13.0, "dead_air_s": -12.0,
                 "agent_sentiment": 10.0, "handle_time_s": -6.0},
    "family": {"resolution_clarity": 22.0, "first_call_resolution": 14.0, "dead_air_s": -9.5,
               "agent_sentiment": 11.5, "handle_time_s": -5.0},
    "business": {"resolution_clarity": 19.0, "first_call_resolution": 17.0, "dead_air_s": -13.5,
                 "agent_sentiment": 6.5, "handle_time_s": -9.0},
    "premium": {"resolution_clarity": 21.0, "first_call_resolution": 15.0, "dead_air_s": -11.5,
                "agent_sentiment": 8.0, "handle_time_s": -8.0},
}  # fmt: skip
"""NPS points from P25 to P75 (first call resolution: from no to yes), by segment."""

EFFECTIVE = tuple(PLANTED_POINTS["consumer"])

SCORE_SHARES = np.array(
    [0.030, 0.012, 0.020, 0.027, 0.033, 0.060, 0.068, 0.120, 0.180, 0.200, 0.250]
)
"""Shares of the answers 0 … 10: 45 % promoters, 25 % detractors."""

SEGMENT_LIKING = {"consumer": 0.0, "family": 0.15, "business": -0.25, "premium": 0.3}
MODE_LIKING = {"email": -0.1, "sms": 0.0, "phone": 0.45}

ANSWER_RATE = 0.39
MODE_ANSWERING = {"email": -0.3, "sms": 0.1, "phone": 0.5}
SEGMENT_ANSWERING = {"consumer": 0.0, "family": -0.1, "business": -0.2, "premium": 0.35}
SCORE_ANSWERING = np.array([0.4, 0.4, 0.4, 0.25, 0.25, 0.2, 0.2, -0.2, -0.2, 0.0, 0.2])
"""Log-odds of answering by what would be answered: the very unhappy and the happiest answer."""

ROUNDS = 25


@dataclass(frozen=True)
class Asked:
    """The invitations: `means` (invitations, effective behaviours) over each window, where nothing
    is known the segment's mean; `base` the rest of eta; `answering` log-odds beside the score's.
    """

    segment: NDArray[np.object_]
    means: Numbers
    base: Numbers
    answering: Numbers


@dataclass(frozen=True)
class Model:
    """`slopes` by segment (behaviours in the order of `EFFECTIVE`), `cuts` c_1 … c_10, and the
    `intercept` of answering at all.
    """

    slopes: Mapping[str, Numbers]
    cuts: Numbers
    intercept: float


@dataclass(frozen=True)
class Step:
    """From where to where an effect is counted."""

    low: float
    high: float


def predict(asked: Asked, slopes: Mapping[str, Numbers]) -> Numbers:
    """Eta of every invitation."""
    own = np.stack([slopes[str(segment)] for segment in asked.segment])
    eta: Numbers = asked.base + (own * asked.means).sum(axis=1)
    return eta


def calibrate(asked: Asked, steps: Mapping[str, Mapping[str, Step]]) -> Model:
    """Find slopes with the planted points, cuts with `SCORE_SHARES` and the share of answers.

    `steps` by segment and behaviour. Every round sets the cuts for the present slopes, then scales
    each slope by planted / achieved; effects are close to linear in their slopes, so this converges
    in a few rounds. A step of no width, or a segment that nobody was asked in, keeps slope 0.
    """
    slopes = {segment: _first_guess(segment, steps[segment]) for segment in PLANTED_POINTS}
    model = Model(slopes, np.linspace(-3.5, 1.0, 10), 0.0)
    for _ in range(ROUNDS):
        model = _set_scale(asked, model)
        slopes = {
            segment: _scale(asked, model, segment, steps[segment]) for segment in PLANTED_POINTS
        }
        model = replace(model, slopes=slopes)
    return _set_scale(asked, model)


def _first_guess(segment: str, steps: Mapping[str, Step]) -> Numbers:
    """40 points for each unit of eta: its slope at the middle of the scale."""
    guess = []
    for behaviour in EFFECTIVE:
        width = steps[behaviour].high - steps[behaviour].low
        points = PLANTED_POINTS[segment][behaviour]
        guess.append(points / 40.0 / width if width > 0 else 0.0)
    return np.array(guess)


def _scale(asked: Asked, model: Model, segment: str, steps: Mapping[str, Step]) -> Numbers:
    slopes = model.slopes[segment].copy()
    for index, behaviour in enumerate(EFFECTIVE):
        step = steps[behaviour]
        low, high = nps_at(asked, model, segment, index, np.array([step.low, step.high]))
        if abs(high - low) > 1e-9:
            ratio = PLANTED_POINTS[segment][behaviour] / (high - low)
            slopes[index] *= np.clip(ratio, 0.5, 2.0)
    return slopes


def nps_at(asked: Asked, model: Model, segment: str, index: int, values: Numbers) -> Numbers:
    """NPS (points) of a segment's invitations with one behaviour set to each of `values`."""
    own = asked.segment == segment
    if not own.any():
        return np.zeros(len(values))
    eta = predict(asked, model.slopes)[own]
    slope = model.slopes[segment][index]
    moved = eta[:, None] + slope * (values[None, :] - asked.means[own, index][:, None])
    response: Numbers = nps(moved, model.cuts).mean(axis=0)
    return response


def nps(eta: Numbers, cuts: Numbers) -> Numbers:
    """100 · (P(score ≥ 9) - P(score ≤ 6)); cuts[k - 1] is that of score ≥ k."""
    points: Numbers = 100 * (expit(eta - cuts[8]) - expit(cuts[6] - eta))
    return points


def score_chances(eta: Numbers, cuts: Numbers) -> Numbers:
    """(invitations, 11) chances of the scores 0 … 10."""
    above = expit(eta[:, None] - cuts[None, :])
    ones, zeros = np.ones((len(eta), 1)), np.zeros((len(eta), 1))
    chances: Numbers = -np.diff(np.hstack([ones, above, zeros]), axis=1)
    return chances


def answer_chances(asked: Asked, intercept: float) -> Numbers:
    """(invitations, 11) chances of answering, by what would be answered."""
    chances: Numbers = expit(intercept + asked.answering[:, None] + SCORE_ANSWERING[None, :])
    return chances


def _set_scale(asked: Asked, model: Model) -> Model:
    """Set the cuts for the wanted scores among the answers, and the wanted share of answers."""
    eta = predict(asked, model.slopes)
    scores = score_chances(eta, model.cuts)
    answers = answer_chances(asked, model.intercept)
    rate = float((scores * answers).sum(axis=1).mean())
    answered_by_score = (scores * answers).mean(axis=0) / np.maximum(scores.mean(axis=0), 1e-9)
    wanted = SCORE_SHARES / np.maximum(answered_by_score, 1e-9)
    above = np.cumsum((wanted / wanted.sum())[::-1])[::-1][1:]
    return replace(
        model, cuts=_find_cuts(eta, above), intercept=model.intercept + np.log(ANSWER_RATE / rate)
    )


def _find_cuts(eta: Numbers, above: Numbers) -> Numbers:
    """Cuts at which the mean chance of scoring at least k is `above[k - 1]`, by bisection."""
    low, high = np.full(len(above), eta.min() - 20), np.full(len(above), eta.max() + 20)
    for _ in range(60):
        middle = (low + high) / 2
        too_low = expit(eta[:, None] - middle[None, :]).mean(axis=0) > above
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    cuts: Numbers = (low + high) / 2
    return cuts
