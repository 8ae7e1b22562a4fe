"""The ranking finds what was put in, and nothing where nothing was."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.ranking import Ranking, rank
from models.simulate import Centre, CentreOptions, simulate


@pytest.fixture(scope="module")
def beside(centre: Centre, ranking: Ranking) -> pd.DataFrame:
    return ranking.drivers.merge(
        centre.truth, on=["segment", "behaviour"], suffixes=("", "_true"), validate="1:1"
    )


def test_the_strongest_behaviour_ranks_among_the_first_two(ranking: Ranking) -> None:
    strongest = ranking.drivers.query("behaviour == 'effect_1'")
    assert (strongest["rank"] <= 2).all()


def test_effects_are_near_the_intervention(beside: pd.DataFrame) -> None:
    error = beside["effect_points"] - beside["points"]
    assert np.sqrt((error**2).mean()) < 6.0
    large = beside["points"].abs() > 8
    assert (np.sign(beside["effect_points"]) == np.sign(beside["points"]))[large].all()


def test_intervals_hold_the_truth(beside: pd.DataFrame) -> None:
    held = beside["points"].between(beside["ci_low"], beside["ci_high"])
    assert held.mean() >= 0.8


def test_adjustment_beats_the_raw_association(beside: pd.DataFrame) -> None:
    adjusted = (beside["effect_points"] - beside["points"]).abs().mean()
    raw = (beside["raw_effect_points"] - beside["points"]).abs().mean()
    assert adjusted < 0.6 * raw


def test_an_inverted_u_is_seen_and_said(small: CentreOptions) -> None:
    bent = replace(small, curved=1, curved_points=25.0, confounding=0.2)
    centre = simulate(bent, seed=5)
    drivers = rank(centre.joined, centre.subjects, centre.contexts).drivers
    rows = drivers.query("behaviour == 'curved_1'")
    assert set(rows["direction"]) == {"middle"}
    assert "depends" in set(rows["verdict"])
    assert (rows["rank"] <= 5).all()


def test_shuffled_answers_yield_no_finding(centre: Centre) -> None:
    """Permutation null: answers dealt out anew among the answered surveys of a segment."""
    shuffled = centre.joined.copy()
    answered = shuffled.dropna(subset=["score"]).drop_duplicates("survey_id")
    rng = np.random.default_rng(0)
    dealt = answered.groupby("segment")["score"].transform(lambda s: rng.permutation(s.to_numpy()))
    by_survey = pd.Series(dealt.to_numpy(), index=answered["survey_id"])
    shuffled["score"] = shuffled["survey_id"].map(by_survey).astype(float)
    result = rank(shuffled, centre.subjects, centre.contexts)
    assert set(result.drivers["verdict"]) <= {"no evidence", "not enough data"}
    assert result.focus.empty


def test_a_segment_with_few_answers_borrows_and_says_so(small: CentreOptions) -> None:
    uneven = replace(small, segment_shares=(0.95, 0.05))
    centre = simulate(uneven, seed=1)
    drivers = rank(centre.joined, centre.subjects, centre.contexts).drivers
    few = drivers[drivers["segment"] == "home"]
    assert set(few["estimated_on"]) == {"borrowed"}
    assert set(few["verdict"]) == {"not enough data"}
    assert (few["n_surveys"] < 200).all()
    assert few["rank"].is_unique
    own = drivers[drivers["segment"] == "business"]
    assert (own["estimated_on"] == "own").all()


def test_the_simulator_s_truth_is_the_effect_that_was_asked_for() -> None:
    centre = simulate(CentreOptions(answers=400, spread=0.0, segment_shares=(1.0,)), seed=2)
    truth = centre.truth.set_index("behaviour")["points"]
    assert np.isclose(truth["effect_1"], 20.0, atol=0.5)
    assert np.isclose(truth["effect_2"], -15.0, atol=0.5)
    assert (truth.filter(like="nil") == 0).all()
