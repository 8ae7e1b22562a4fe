"""Newton's method around the pooled posterior: expand, re-estimate variances, move, repeat."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Array, floats
from models.design import Design
from models.pooling import Layout, Posterior, Prior, first_prior, pooled
from models.proportional_odds import (
    Answers,
    Curvature,
    Scale,
    curvature,
    log_likelihood,
)

STEPS = 12
EM_ROUNDS = 8
LAST_EM_ROUNDS = 40
CLOSE = 1e-3
"""Largest change of a coefficient, in log odds per SD, that still counts: 0.05 NPS points."""
HALVINGS = 8


@dataclass(frozen=True)
class Fit:
    """A fitted model: the answers, the expansion at the optimum, variances and the posterior."""

    answers: Answers
    around: Curvature
    prior: Prior
    posterior: Posterior

    @property
    def scale(self) -> Scale:
        """The levels of the answer."""
        return self.answers.scale

    @property
    def theta(self) -> Array:
        """Thresholds."""
        return self.posterior.common[: self.scale.cuts]


def answers_of(design: Design, score: Array) -> Answers:
    """The answered rows of a design, ready for a fit."""
    n = design.n_answered
    columns = np.column_stack([design.held[:n], design.within[:n]])
    return Answers(Scale.of(score[:n]), columns, design.doses.shape[1], tuple(design.slices()))


def layout_of(design: Design, scale: Scale) -> Layout:
    """Where thresholds, confounders and behaviours stand among the parameters."""
    return Layout(scale.cuts, design.block, len(design.blocks), design.doses.shape[1])


def fit(answers: Answers, layout: Layout, *, prior: Prior | None = None) -> Fit:
    """Fit from the marginal shares, or with the variances of an earlier fit to start from."""
    segments = len(answers.slices)
    prior = prior or first_prior(layout, segments)
    points = np.zeros((segments, layout.width))
    points[:, : layout.cuts] = answers.scale.start()
    around = curvature(answers, points)
    for _ in range(STEPS):
        solved, prior = pooled(around, layout, prior, rounds=EM_ROUNDS)
        moved = _moved(answers, points, solved, around.log_likelihood)
        change = float(np.abs(moved - points).max())
        points = moved
        around = curvature(answers, points)
        if change < CLOSE:
            break
    solved, prior = pooled(around, layout, prior, rounds=LAST_EM_ROUNDS)
    return Fit(answers, around, prior, solved)


def discounted(fitted: Fit, design_effect: float) -> Fit:
    """The same fit with the evidence of n / design_effect answers, variances re-estimated."""
    around = fitted.around.discounted(design_effect)
    layout = fitted.posterior.layout
    solved, prior = pooled(around, layout, fitted.prior, rounds=LAST_EM_ROUNDS)
    return Fit(fitted.answers, around, prior, solved)


def predicted(design: Design, at: Posterior) -> Array:
    """eta of every row of a design; rows of segments without answers get the common effects."""
    layout = at.layout
    gamma = at.common[layout.cuts : layout.effects.start]
    effects = np.vstack([at.effects, at.common[layout.effects]])
    return floats(design.held @ gamma + (design.within * effects[design.segment]).sum(axis=1))


def _moved(answers: Answers, points: Array, solved: Posterior, reached: float) -> Array:
    """The new points, or half the way and so on while the likelihood falls off a cliff.

    The prior may rightly lower the likelihood a little, so only a fall of more than 1 % counts.
    """
    step = solved.points - points
    for _ in range(HALVINGS):
        if log_likelihood(answers, points + step) > reached - 0.01 * abs(reached):
            break
        step = step / 2.0
    return points + step
