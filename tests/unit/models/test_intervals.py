"""Critical values, false-discovery rates and shares against what is known of them."""

import numpy as np
import pytest
from scipy import stats

from models.intervals import critical_value, q_values, rank_ranges, ranks_of, wilson


def test_without_bias_the_critical_value_is_the_normal_s() -> None:
    assert np.isclose(critical_value(0.0, 0.1), 1.645, atol=1e-3)


@pytest.mark.parametrize("bias2", [0.05, 0.5, 2.0, 9.0])
def test_the_critical_value_covers_whatever_the_bias_is_made_of(bias2: float) -> None:
    """Two-point biases, from all alike to a rare large one, none of which may miss more often."""
    critical = critical_value(bias2, 0.1)
    for share in (1.0, 0.5, 0.2, 0.05):
        b = np.sqrt(bias2 / share)
        miss = stats.norm.sf(critical - b) + stats.norm.cdf(-critical - b)
        alone = 2.0 * stats.norm.sf(critical)
        assert share * miss + (1.0 - share) * alone <= 0.1 + 1e-4


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    p = np.asarray([0.04, 0.01, 0.03, 0.5])
    assert np.allclose(q_values(p), stats.false_discovery_control(p))


def test_wilson_gives_the_textbook_interval() -> None:
    low, high = wilson(8, 10, 0.95)
    assert np.allclose((low, high), (0.4902, 0.9433), atol=1e-3)


def test_ranks_are_strict_and_the_earlier_wins_among_equals() -> None:
    assert ranks_of(np.asarray([1.0, 3.0, 1.0])).tolist() == [2, 1, 3]


def test_rank_ranges_hold_the_rank_even_if_no_draw_does() -> None:
    drawn = np.tile([3.0, 2.0, 1.0], (50, 1))
    low, high = rank_ranges(drawn, np.asarray([3, 2, 1]), 0.9)
    assert low.tolist() == [1, 2, 1]
    assert high.tolist() == [3, 2, 3]
