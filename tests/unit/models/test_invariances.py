"""What must not change the answer does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from models.ranking import Ranking, rank
from models.simulate import Centre

POINTS = ["effect_points", "ci_low", "ci_high", "strength_points", "p_value"]


def again(centre: Centre, joined: pd.DataFrame) -> Ranking:
    return rank(joined, centre.subjects, centre.contexts, teams=centre.teams)


def test_the_order_of_rows_and_columns_does_not_matter(centre: Centre, ranking: Ranking) -> None:
    shuffled = centre.joined.sample(frac=1.0, random_state=1)[sorted(centre.joined.columns)]
    other = again(centre, shuffled)
    assert_frame_equal(other.drivers, ranking.drivers)
    assert_frame_equal(other.focus, ranking.focus)
    assert_frame_equal(other.follow_ups, ranking.follow_ups)


def test_repeated_rows_of_the_same_pair_count_once(centre: Centre, ranking: Ranking) -> None:
    repeated = pd.concat([centre.joined, centre.joined.head(500)], ignore_index=True)
    assert_frame_equal(again(centre, repeated).drivers, ranking.drivers)


def test_an_added_constant_leaves_the_points_alone(centre: Centre, ranking: Ranking) -> None:
    moved = centre.joined.assign(effect_1=centre.joined["effect_1"] + 100.0)
    other = again(centre, moved).drivers
    assert_frame_equal(other[POINTS], ranking.drivers[POINTS], rtol=1e-5, atol=1e-6)
    by_name = other.set_index(["segment", "behaviour"])["from_value"]
    before = ranking.drivers.set_index(["segment", "behaviour"])["from_value"]
    assert np.allclose((by_name - before).xs("effect_1", level=1), 100.0)


def test_another_unit_leaves_the_points_alone(centre: Centre, ranking: Ranking) -> None:
    minutes = centre.joined.assign(effect_1=centre.joined["effect_1"] / 60.0)
    other = again(centre, minutes).drivers
    assert_frame_equal(other[POINTS], ranking.drivers[POINTS], rtol=1e-5, atol=1e-6)


def test_the_opposite_scale_turns_the_sign(centre: Centre, ranking: Ranking) -> None:
    flipped = centre.joined.assign(effect_3=1.0 - centre.joined["effect_3"])
    key = ["segment", "behaviour"]
    other = again(centre, flipped).drivers.set_index(key)["effect_points"]
    before = ranking.drivers.set_index(key)["effect_points"]
    expected = -before.xs("effect_3", level=1)
    assert np.allclose(other.xs("effect_3", level=1), expected, rtol=1e-4, atol=1e-4)


def test_calls_outside_the_window_do_not_count(centre: Centre, ranking: Ranking) -> None:
    old = centre.joined.head(300).assign(
        call_id=lambda t: "old " + t["call_id"], days_before_survey=31.0, effect_3=1.0
    )
    later = old.assign(call_id=lambda t: "later " + t["call_id"], days_before_survey=-1.0)
    used = again(centre, pd.concat([centre.joined, old, later], ignore_index=True)).drivers
    columns = ["segment", "n_surveys", "n_promoters", "n_detractors"]
    assert used[columns].drop_duplicates().to_dict("list") == (
        ranking.drivers[columns].drop_duplicates().to_dict("list")
    )


def test_the_same_seed_gives_the_same_bytes(centre: Centre, ranking: Ranking) -> None:
    assert again(centre, centre.joined).drivers.to_csv() == ranking.drivers.to_csv()


def test_a_subject_that_is_not_ranked_stays_out(centre: Centre) -> None:
    subjects = [replace(s, ranked=s.name != "nil_1") for s in centre.subjects]
    drivers = rank(centre.joined, subjects, centre.contexts).drivers
    assert "nil_1" not in set(drivers["behaviour"])
