"""How values become doses."""

import numpy as np
from scipy import stats

from models.call_values import shape_of, spline_bends
from models.points import dial_of


def test_skewed_seconds_are_evened_and_come_back() -> None:
    seconds = 20.0 * np.exp(0.8 * np.random.default_rng(0).normal(size=5000))
    shape = shape_of(seconds, binary=False)
    dose = shape.dose(seconds)
    assert abs(float(stats.skew(dose))) < 0.1 < float(stats.skew(seconds))
    middle = np.quantile(seconds, [0.1, 0.5, 0.9])
    assert np.allclose(shape.value(shape.dose(middle)), middle)


def test_what_is_not_skewed_stays_a_line() -> None:
    values = np.random.default_rng(0).uniform(size=5000)
    shape = shape_of(values, binary=False)
    inside = np.asarray([0.2, 0.4, 0.6])
    steps = np.diff(shape.dose(inside))
    assert np.isclose(steps[0], steps[1], rtol=0.1)


def test_unknown_stays_unknown() -> None:
    values = np.r_[np.nan, np.arange(100.0)]
    assert np.isnan(shape_of(values, binary=False).dose(values)[0])


def test_bends_are_straight_beyond_the_outer_knots() -> None:
    bends = spline_bends(np.asarray([-9.0, -8.0, 8.0, 9.0, 10.0]), (-2.0, -0.5, 0.5, 2.0))
    assert np.allclose(bends[:2], 0.0)
    assert np.allclose(np.diff(bends[2:], n=2, axis=0), 0.0)


def test_a_rare_event_moves_from_none_to_its_usual_size() -> None:
    seconds = np.r_[np.zeros(90), 10.0 + np.arange(10.0)]
    shape = shape_of(seconds, binary=False)
    dial = dial_of(seconds, lambda v: shape.dose(v)[:, None], binary=False)
    assert (dial.low, dial.high) == (0.0, 14.5)
