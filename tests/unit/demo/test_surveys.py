from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flows.demo.effects import (
    EFFECTIVE,
    PLANTED_POINTS,
    Asked,
    Model,
    Step,
    answer_chances,
    calibrate,
    nps,
    nps_at,
    score_chances,
)
from flows.demo.log import PlannedCall, end_of_log, first_day
from flows.demo.surveys import Invitation, answer, ask, invite
from flows.demo.truth import find_first_call_resolution, find_steps


@pytest.fixture(scope="module")
def truth(planned: list[PlannedCall]) -> pd.DataFrame:
    """Behaviours as they come, drawn instead of told: the answers only need their numbers."""
    rng = np.random.default_rng(3)
    count = len(planned)
    return pd.DataFrame(
        {
            "call_id": [call.call_id for call in planned],
            "handle_time_s": rng.gamma(9, 9, count),
            "dead_air_s": np.where(rng.random(count) < 0.5, 0, rng.gamma(9, 1, count)),
            "hold_time_s": np.where(rng.random(count) < 0.8, 0, 10),
            "agent_talk_share": rng.random(count),
            "longest_agent_monologue_s": rng.gamma(4, 2, count),
            "overtalk_s": rng.gamma(2, 0.5, count),
            "agent_pace_wpm": rng.normal(210, 15, count),
            "agent_sentiment": rng.normal(0.2, 0.2, count),
            "agent_empathy": np.where(rng.random(count) < 0.3, np.nan, 100),
            "resolution_clarity": [float(len(call.manner.cues)) for call in planned],
            "first_call_resolution": find_first_call_resolution(planned),
            "transferred": [float(call.transfers > 0) for call in planned],
            "wait_time_s": [call.wait_s for call in planned],
        }
    )


@pytest.fixture(scope="module")
def segments(planned: list[PlannedCall]) -> pd.Series:
    return pd.Series([call.customer.segment for call in planned])


@pytest.fixture(scope="module")
def invitations(planned: list[PlannedCall]) -> list[Invitation]:
    return invite(np.random.default_rng(4), planned)


@pytest.fixture(scope="module")
def asked(invitations: list[Invitation], planned: list[PlannedCall], truth: pd.DataFrame) -> Asked:
    return ask(invitations, planned, truth)


@pytest.fixture(scope="module")
def model(asked: Asked, truth: pd.DataFrame, segments: pd.Series) -> Model:
    return calibrate(asked, find_steps(truth, segments))


@pytest.fixture(scope="module")
def surveys(
    invitations: list[Invitation], planned: list[PlannedCall], asked: Asked, model: Model
) -> pd.DataFrame:
    return answer(np.random.default_rng(5), invitations, planned, asked, model)


def test_slopes_have_the_planted_points(
    asked: Asked, model: Model, truth: pd.DataFrame, segments: pd.Series
) -> None:
    steps = find_steps(truth, segments)
    for segment, planted in PLANTED_POINTS.items():
        for index, behaviour in enumerate(EFFECTIVE):
            step = steps[segment][behaviour]
            low, high = nps_at(asked, model, segment, index, np.array([step.low, step.high]))
            assert high - low == pytest.approx(planted[behaviour], abs=0.05)


def test_planted_effects_differ_by_segment_and_clarity_leads() -> None:
    for behaviour in EFFECTIVE:
        assert len({points[behaviour] for points in PLANTED_POINTS.values()}) == 4
    for points in PLANTED_POINTS.values():
        assert points["resolution_clarity"] == max(points.values())


def test_answers_have_the_wanted_shares(surveys: pd.DataFrame) -> None:
    scores = surveys["score"].dropna()
    assert (scores >= 9).mean() == pytest.approx(0.45, abs=0.05)
    assert (scores <= 6).mean() == pytest.approx(0.25, abs=0.05)
    assert len(scores) > 800


def test_half_of_the_answers_are_about_a_call(surveys: pd.DataFrame) -> None:
    answered = surveys.dropna(subset=["score"])
    assert 0.4 < answered["call_id"].notna().mean() < 0.6


def test_phone_answers_run_higher_than_email(surveys: pd.DataFrame) -> None:
    means = surveys.dropna(subset=["score"]).groupby("mode")["score"].mean()
    assert means["phone"] > means["email"] + 0.2


def test_the_unhappy_and_the_happiest_answer_more(asked: Asked, model: Model) -> None:
    chances = answer_chances(asked, model.intercept).mean(axis=0)
    assert chances[0] > chances[10] > chances[7]


def test_times_of_asking_and_answering(
    invitations: list[Invitation], planned: list[PlannedCall]
) -> None:
    for one in invitations:
        waited = one.invited_at - planned[one.index].started_at
        if one.relational:
            assert timedelta(days=8) <= waited <= timedelta(days=21)
        else:
            assert one.answer_at - planned[one.index].started_at <= timedelta(days=2)


def test_nobody_answers_after_the_log_ends(surveys: pd.DataFrame) -> None:
    answered = pd.to_datetime(surveys["answered_at"].dropna(), utc=True)
    assert answered.max() <= end_of_log()


def test_without_an_answer_there_is_neither_score_nor_time_nor_comment(
    surveys: pd.DataFrame,
) -> None:
    silent = surveys[surveys["score"].isna()]
    assert len(silent) > 1000
    assert silent[["answered_at", "comment"]].isna().all(axis=None)


def at(day: float) -> datetime:
    return datetime(2026, 2, 1, 12, tzinfo=UTC) + timedelta(days=day)


@pytest.fixture
def own_calls(planned: list[PlannedCall]) -> list[PlannedCall]:
    """Four calls of one customer about one thing, on days 0, 20, 25 and 50."""
    return [replace(planned[0], channel="phone", started_at=at(day)) for day in (0, 20, 25, 50)]


def test_first_call_resolution_by_hand(own_calls: list[PlannedCall]) -> None:
    # Resolved; not resolved; a repeat; the window is still open.
    resolved = find_first_call_resolution(own_calls)
    np.testing.assert_array_equal(resolved, [1.0, 0.0, np.nan, np.nan])


def test_a_callback_is_no_contact_of_the_customer(own_calls: list[PlannedCall]) -> None:
    calls = [*own_calls[:2], replace(own_calls[2], channel="callback"), own_calls[3]]
    np.testing.assert_array_equal(find_first_call_resolution(calls), [1.0, 1.0, np.nan, np.nan])


def test_another_reason_is_no_repeat(
    own_calls: list[PlannedCall], planned: list[PlannedCall]
) -> None:
    other = next(c.matter for c in planned if c.matter.reason != own_calls[2].matter.reason)
    calls = [*own_calls[:2], replace(own_calls[2], matter=other), own_calls[3]]
    np.testing.assert_array_equal(find_first_call_resolution(calls), [1.0, 1.0, 1.0, np.nan])


def test_first_call_resolution_is_common_but_not_the_rule(planned: list[PlannedCall]) -> None:
    assert 0.65 < np.nanmean(find_first_call_resolution(planned)) < 0.8


def test_the_window_is_weighted_by_recency_and_ends_after_30_days(
    own_calls: list[PlannedCall],
) -> None:
    values = pd.DataFrame(
        {name: [1.0, 2.0, 4.0, 8.0] for name in EFFECTIVE}
        | {"first_call_resolution": [1.0, 0.0, np.nan, np.nan]}
    )
    one = Invitation(1, True, at(29), at(31), "email")
    means = ask([one], own_calls, values).means[0]
    weights = np.array([0.5 ** (11 / 30), 0.5 ** (6 / 30)])
    expected = (weights * [2.0, 4.0]).sum() / weights.sum()
    assert means[EFFECTIVE.index("dead_air_s")] == pytest.approx(expected)
    assert means[EFFECTIVE.index("first_call_resolution")] == 0


def test_first_call_resolution_is_unknown_to_an_early_answer(
    own_calls: list[PlannedCall],
) -> None:
    values = pd.DataFrame(
        {name: [1.0, 2.0, 4.0, 8.0] for name in EFFECTIVE}
        | {"first_call_resolution": [1.0, 0.0, np.nan, np.nan]}
    )
    one = Invitation(0, False, at(0.1), at(1), "email")
    means = ask([one], own_calls, values).means[0]
    # The mean over the segment's calls: one of two is resolved.
    assert means[EFFECTIVE.index("first_call_resolution")] == 0.5


def test_chances_of_all_scores_add_up_and_give_the_nps() -> None:
    eta = np.array([-1.0, 0.0, 2.0])
    cuts = np.linspace(-3, 1, 10)
    chances = score_chances(eta, cuts)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    expected = 100 * (chances[:, 9:].sum(axis=1) - chances[:, :7].sum(axis=1))
    np.testing.assert_allclose(nps(eta, cuts), expected)


def test_steps_are_quartiles_or_from_zero(truth: pd.DataFrame, segments: pd.Series) -> None:
    steps = find_steps(truth, segments)["consumer"]
    own = truth.loc[segments == "consumer"]
    assert steps["agent_pace_wpm"] == Step(*np.quantile(own["agent_pace_wpm"], [0.25, 0.75]))
    assert steps["hold_time_s"] == Step(0.0, 10.0)
    assert steps["transferred"] == Step(0.0, 1.0)


def test_calls_come_by_time_on_the_days_of_the_log(planned: list[PlannedCall]) -> None:
    times = [call.started_at for call in planned]
    assert times == sorted(times)
    assert times[0].date() >= first_day(60)
    assert times[-1] <= end_of_log()
    assert all(8 <= time.hour < 20 for time in times)


def test_repeats_are_for_the_same_reason_within_a_week(planned: list[PlannedCall]) -> None:
    seen: dict[Any, datetime] = {}
    for call in planned:
        key = (call.customer.customer_id, call.matter.reason)
        if call.repeat:
            assert call.started_at - seen[key] <= timedelta(days=7)
        seen[key] = call.started_at
