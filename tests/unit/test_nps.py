"""NPS of answers, its interval, its benchmark, and what is too small to show."""

import pandas as pd
import pytest

from pipeline.errors import ConfigurationError, ContractError
from pipeline.nps import answer_class, benchmark, compare, nps
from pipeline.small_numbers import agent_hidden, status


def scores(promoters: int, passives: int, detractors: int) -> pd.Series:
    return pd.Series([10.0] * promoters + [7.0] * passives + [3.0] * detractors)


def test_sixty_promoters_and_fifteen_detractors_of_a_hundred() -> None:
    value = nps(scores(60, 25, 15))
    assert (value.points, value.low, value.high, value.n) == (45, 29, 58, 100)
    assert (value.promoters, value.passives, value.detractors) == (60, 25, 15)


def test_few_answers_lean_towards_the_middle() -> None:
    """By hand: p = 6.75/13, d = 2.75/13, SE = √((p + d − (p − d)²)/13) = 0.2212."""
    value = nps(scores(6, 2, 2))
    assert (value.points, value.low, value.high) == (40, -13, 74)


@pytest.mark.parametrize(("n", "half_width"), [(1150, 5), (286, 10), (126, 15), (70, 20)])
def test_the_answers_it_takes_for_a_margin(n: int, half_width: int) -> None:
    """METHOD: n for ±5, 10, 15 and 20 points, at the variance of the example's three classes."""
    third = n // 3
    value = nps(scores(n - 2 * third, third, third))
    assert (value.high - value.low) / 2 == pytest.approx(half_width, rel=0.15)


@pytest.mark.parametrize(
    ("score", "expected"),
    [(10, "promoter"), (9, "promoter"), (8, "passive"), (7, "passive"), (6, "detractor"),
     (0, "detractor"), (8.5, "passive"), (6.5, "passive")],
)  # fmt: skip
def test_class_of_an_answer(score: float, expected: str) -> None:
    assert answer_class(score) == expected


@pytest.mark.parametrize("score", [11, -1, float("nan")])
def test_an_answer_outside_its_scale_is_refused(score: float) -> None:
    with pytest.raises(ContractError, match="expected 0 to 10"):
        answer_class(score)


def test_a_score_of_eleven_is_named() -> None:
    with pytest.raises(ContractError, match=r"got \[11\.0\]"):
        nps(pd.Series([5.0, 11.0]))


def test_missing_answers_do_not_count() -> None:
    assert nps(pd.Series([10.0, None, 0.0, None])).n == 2


def test_without_answers_anything_is_possible() -> None:
    value = nps(pd.Series([], dtype=float))
    assert (value.points, value.low, value.high, value.n) == (0, -100, 100, 0)
    assert value.status == "hidden"


def test_mirrored_answers_give_the_mirrored_figure() -> None:
    for counts in [(5, 2, 1), (1, 200, 0), (3, 197, 2)]:
        up, down = nps(scores(*counts)), nps(scores(*reversed(counts)))
        assert (up.points, up.low, up.high) == (-down.points, -down.high, -down.low)


def test_the_interval_stays_on_the_scale() -> None:
    assert nps(scores(400, 0, 0)).high <= 100
    assert nps(scores(0, 0, 400)).low >= -100


def test_the_example_against_the_benchmarks() -> None:
    value, centres = nps(scores(60, 25, 15)), benchmark("contact centres")
    assert compare(value, centres.average) == "above"
    assert compare(value, 40) == "not distinguishable"
    assert compare(value, centres.top_quartile) == "not distinguishable"
    assert compare(value, 59) == "below"


def test_benchmarks_of_the_method() -> None:
    found = {name: benchmark(name) for name in ("SaaS", "telecom", "insurance")}
    assert [(b.average, b.top_quartile) for b in found.values()] == [(30, 60), (-5, 30), (10, 35)]
    assert benchmark("contact centres").good == 40
    assert found["SaaS"].good is None


def test_an_unknown_industry_names_those_that_exist() -> None:
    with pytest.raises(ConfigurationError, match="healthcare"):
        benchmark("zoos")


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, "hidden"), (29, "hidden"), (30, "indicative"), (69, "indicative"), (70, "shown")],
)
def test_status_of_a_group(n: int, expected: str) -> None:
    assert status(n) == expected


def test_an_agent_is_hidden_below_25_calls() -> None:
    assert agent_hidden(24)
    assert not agent_hidden(25)
