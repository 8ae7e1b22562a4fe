"""The likelihood against an independent implementation and against finite differences."""

import numpy as np
import pandas as pd
from statsmodels.miscmodels.ordinal_model import OrderedModel

from models.arrays import Array
from models.proportional_odds import (
    Answers,
    Scale,
    curvature,
    log_likelihood,
    maximum_likelihood,
    scores,
)


def small_case(seed: int = 0, n: int = 400) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, 3))
    latent = columns @ np.asarray([0.8, -0.5, 0.0]) + rng.logistic(size=n)
    return columns, np.clip(np.round(2.0 * latent + 6.0), 0, 10)


def test_agrees_with_statsmodels_to_four_digits() -> None:
    columns, score = small_case()
    ours = maximum_likelihood(Scale.of(score), columns)
    oracle = OrderedModel(pd.Series(score), pd.DataFrame(columns), distr="logit")
    theirs = oracle.fit(method="bfgs", disp=False, gtol=1e-8, maxiter=500)
    slopes = np.asarray(theirs.params)[:3]
    cuts = oracle.transform_threshold_params(np.asarray(theirs.params))[1:-1]
    assert np.abs(ours[-3:] - slopes).max() < 1e-4
    assert np.abs(ours[:-3] - cuts).max() < 1e-4


def two_segments() -> tuple[Answers, Array]:
    columns, score = small_case(1)
    answers = Answers(Scale.of(score), columns, 2, (slice(0, 150), slice(150, 400)))
    points = np.zeros((2, answers.width))
    points[:, : answers.scale.cuts] = answers.scale.start()
    points[:, answers.scale.cuts] = 0.3
    points[0, -2:], points[1, -2:] = (0.2, -0.4), (-0.1, 0.6)
    return answers, points


def test_gradient_and_information_are_the_likelihood_s_derivatives() -> None:
    answers, points = two_segments()
    around = curvature(answers, points)
    gradient = around.rhs - np.einsum("sij,sj->si", around.information, points)
    common = answers.width - 2
    for place in (0, 4, common - 1):
        step = np.zeros_like(points)
        step[:, place] = 1e-4
        up, down = log_likelihood(answers, points + step), log_likelihood(answers, points - step)
        middle = log_likelihood(answers, points)
        assert np.isclose((up - down) / 2e-4, gradient[:, place].sum(), rtol=1e-4, atol=1e-3)
        curved = -(up - 2 * middle + down) / 1e-8
        assert np.isclose(curved, around.information[:, place, place].sum(), rtol=1e-3)


def test_scores_sum_to_the_gradient() -> None:
    answers, points = two_segments()
    around = curvature(answers, points)
    gradient = around.rhs - np.einsum("sij,sj->si", around.information, points)
    assert np.allclose(scores(answers, points).sum(axis=0), gradient.sum(axis=0))


def test_empty_levels_are_merged_but_never_across_the_classes_of_the_nps() -> None:
    scale = Scale.of(np.asarray([0.0, 6.0, 7.0, 10.0] * 5))
    assert scale.cuts == 3
    theta = np.asarray([-1.0, 0.0, 1.0])
    nps = float(scale.nps(np.zeros(1), theta)[0])
    detractors, promoters = 0.5, 1 - 1 / (1 + np.exp(-1.0))
    assert np.isclose(nps, 100 * (promoters - detractors))


def test_without_passives_the_two_cuts_are_one() -> None:
    scale = Scale.of(np.asarray([3.0, 9.0, 10.0]))
    assert np.isclose(scale.nps(np.zeros(1), np.asarray([0.0, 1.0]))[0], 0.0)


def test_one_level_only_says_nothing_about_the_slope() -> None:
    scale = Scale.of(np.full(20, 10.0))
    assert scale.cuts == 0
    assert np.allclose(scale.nps(np.linspace(-3, 3, 5), np.zeros(0)), 100.0)
