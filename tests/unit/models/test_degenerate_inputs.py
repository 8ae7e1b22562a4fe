"""Edge cases, each decided and named: refused with a sentence, or ranked without NaN."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from models.ranking import Ranking, RankOptions, Subject, rank
from models.simulate import Centre, CentreOptions, simulate
from pipeline.errors import ContractError
from pipeline.tables import DRIVERS, FOCUS, FOLLOW_UPS

NUMBERS = ["effect_points", "ci_low", "ci_high", "p_value", "q_value", "strength_points",
           "from_value", "to_value", "robustness"]  # fmt: skip
TINY = CentreOptions(answers=300, agents=8, answer_rate=0.5, nil=2, segment_shares=(0.7, 0.3))


@pytest.fixture(scope="module")
def tiny() -> Centre:
    return simulate(TINY, seed=2)


def ranked(tiny: Centre, joined: pd.DataFrame) -> Ranking:
    """Rank, and hold what must hold of every ranking: contracts kept and no number unknown."""
    result = rank(joined, tiny.subjects, tiny.contexts, teams=tiny.teams)
    DRIVERS.to_arrow(result.drivers)
    FOCUS.to_arrow(result.focus)
    FOLLOW_UPS.to_arrow(result.follow_ups)
    assert np.isfinite(result.drivers[NUMBERS].to_numpy(dtype=float)).all()
    return result


def scored(joined: pd.DataFrame, score: float) -> pd.DataFrame:
    return joined.assign(score=joined["score"].where(joined["score"].isna(), score))


def test_no_row_is_refused(tiny: Centre) -> None:
    with pytest.raises(ContractError, match="no row"):
        rank(tiny.joined.head(0), tiny.subjects, tiny.contexts)


def test_too_few_answers_are_refused_with_the_number_needed(tiny: Centre) -> None:
    few = tiny.joined.dropna(subset=["score"]).drop_duplicates("survey_id").head(29)
    with pytest.raises(ContractError, match=r"29 answers .* at least 30"):
        rank(few, tiny.subjects, tiny.contexts)


@pytest.mark.parametrize("bad", [11.0, -1.0, 7.5, np.inf])
def test_a_score_off_the_scale_is_refused(tiny: Centre, bad: float) -> None:
    odd = tiny.joined.copy()
    odd.loc[odd["score"].first_valid_index(), "score"] = bad
    with pytest.raises(ContractError, match=r"JOINED.score: 1 rows .*0 to 10"):
        rank(odd, tiny.subjects, tiny.contexts)


def test_a_score_of_text_is_refused(tiny: Centre) -> None:
    words = tiny.joined.assign(score=tiny.joined["score"].map(lambda s: f"{s} out of ten"))
    with pytest.raises(ContractError, match="out of ten"):
        rank(words, tiny.subjects, tiny.contexts)


def test_scores_written_as_text_digits_are_read(tiny: Centre) -> None:
    digits = tiny.joined["score"].map("{:.0f}".format).where(tiny.joined["score"].notna(), None)
    assert len(ranked(tiny, tiny.joined.assign(score=digits)).drivers) == 14


def test_without_a_score_column_is_refused(tiny: Centre) -> None:
    with pytest.raises(ContractError, match=r"JOINED.score: the column is missing"):
        rank(tiny.joined.drop(columns="score"), tiny.subjects, tiny.contexts)


def test_another_outcome_is_refused(tiny: Centre) -> None:
    with pytest.raises(ContractError, match="expected 'nps'"):
        rank(tiny.joined, tiny.subjects, tiny.contexts, RankOptions(outcome="ces"))


@pytest.mark.parametrize(
    ("value", "why"),
    [(3.0, "same value"), (np.nan, "known on 0"), ("loud", "known on 0"), (np.inf, "infinite")],
)
def test_a_behaviour_that_says_nothing_is_left_out_with_a_warning(
    tiny: Centre, value: float | str, why: str
) -> None:
    result = ranked(tiny, tiny.joined.assign(nil_1=value))
    assert "nil_1" not in set(result.drivers["behaviour"])
    assert any(w.startswith("nil_1:") and why in w for w in result.warnings)


def test_a_behaviour_that_is_not_in_the_table_is_left_out(tiny: Centre) -> None:
    result = ranked(tiny, tiny.joined.drop(columns="effect_1"))
    assert any(w.startswith("effect_1: known on 0") for w in result.warnings)


def test_some_infinite_values_are_unknown_and_said(tiny: Centre) -> None:
    odd = tiny.joined.copy()
    odd.loc[odd.index[:20], "effect_1"] = -np.inf
    result = ranked(tiny, odd)
    assert any("20 calls have an infinite value" in w for w in result.warnings)


def test_no_behaviour_at_all_gives_empty_tables(tiny: Centre) -> None:
    result = rank(tiny.joined, [Subject("never_measured")], tiny.contexts)
    assert result.drivers.empty
    assert result.focus.empty
    assert result.follow_ups.empty
    assert DRIVERS.to_arrow(result.drivers).num_rows == 0


def test_a_single_behaviour_is_first(tiny: Centre) -> None:
    only = rank(tiny.joined, tiny.subjects[:1], tiny.contexts).drivers
    assert set(only["rank"]) == {1}


def test_one_segment(tiny: Centre) -> None:
    drivers = ranked(tiny, tiny.joined.assign(segment="all alike")).drivers
    assert set(drivers["segment"]) == {"all alike"}
    assert len(drivers) == 7


def test_a_segment_with_one_answer_is_ranked_as_borrowed(tiny: Centre) -> None:
    lone = tiny.joined.copy()
    survey = lone["survey_id"].dropna().iloc[0]
    lone.loc[lone["survey_id"] == survey, "segment"] = "alone"
    rows = ranked(tiny, lone).drivers.query("segment == 'alone'")
    assert set(rows["n_surveys"]) == {1}
    assert set(rows["verdict"]) == {"not enough data"}


def test_an_unknown_segment_is_a_segment(tiny: Centre) -> None:
    gaps = tiny.joined.copy()
    gaps.loc[gaps["segment"] == "home", "segment"] = None
    assert set(ranked(tiny, gaps).drivers["segment"]) == {"business", "unknown"}


@pytest.mark.parametrize("score", [10.0, 8.0, 0.0])
def test_answers_that_are_all_the_same_leave_the_interval_open(tiny: Centre, score: float) -> None:
    drivers = ranked(tiny, scored(tiny.joined, score)).drivers
    assert (drivers["effect_points"] == 0).all()
    assert (drivers["ci_low"] == -200).all()
    assert (drivers["ci_high"] == 200).all()
    assert set(drivers["verdict"]) == {"not enough data"}


def test_promoters_only_leave_the_interval_open(tiny: Centre) -> None:
    nine_or_ten = tiny.joined["score"].where(tiny.joined["score"].isna(), 9.0)
    nine_or_ten += (tiny.joined["score"] > 7).astype(float)
    drivers = ranked(tiny, tiny.joined.assign(score=nine_or_ten)).drivers
    assert (drivers["ci_high"] == 200).all()


@pytest.mark.parametrize("agent", ["the only one", None])
def test_one_agent_or_none_known(tiny: Centre, agent: str | None) -> None:
    result = ranked(tiny, tiny.joined.assign(agent_id=agent))
    assert result.drivers["between_agents_points"].isna().all()


def test_few_agents_widen_the_intervals_and_are_noted(tiny: Centre) -> None:
    assert ranked(tiny, tiny.joined).drivers["notes"].str.contains("Fewer than 30 agents").all()


@pytest.mark.parametrize(
    "column",
    ["agent_id", "customer_id", "invitation_id", "survey_id", "days_before_survey", "kind", "mode",
     "started_at", "answered_at", "segment", "scale"],
)  # fmt: skip
def test_any_optional_column_may_be_missing(tiny: Centre, column: str) -> None:
    result = ranked(tiny, tiny.joined.drop(columns=column))
    quiet = {"invitation_id", "survey_id", "kind", "answered_at", "scale", "days_before_survey"}
    assert column in quiet or any(w.startswith(f"{column}:") for w in result.warnings)


def test_with_the_bare_minimum_of_columns_each_row_is_a_survey(tiny: Centre) -> None:
    bare = tiny.joined[["call_id", "score", *(s.name for s in tiny.subjects)]]
    result = ranked(tiny, bare)
    assert result.drivers["n_surveys"].iloc[0] == int(bare["score"].notna().sum())
    for column in ("survey_id", "days_before_survey", "agent_id", "segment", "reason"):
        assert any(w.startswith(f"{column}:") for w in result.warnings)


def test_a_context_under_study_is_left_to_the_study(tiny: Centre) -> None:
    result = rank(tiny.joined, tiny.subjects, [*tiny.contexts, "effect_1"])
    assert "effect_1" in set(result.drivers["behaviour"])


def test_numeric_and_flag_contexts_with_gaps(tiny: Centre) -> None:
    rng = np.random.default_rng(0)
    more = tiny.joined.assign(
        hour=rng.integers(8, 20, len(tiny.joined)),
        wait_s=np.where(rng.uniform(size=len(tiny.joined)) < 0.3, np.nan, 30.0),
        vip=rng.uniform(size=len(tiny.joined)) < 0.1,
        empty=np.nan,
    )
    result = rank(more, tiny.subjects, [*tiny.contexts, "hour", "wait_s", "vip", "empty", "site"])
    assert [w.split(":")[0] for w in result.warnings] == ["empty", "site"]


def test_answers_to_another_kind_of_survey_do_not_count(tiny: Centre) -> None:
    other = tiny.joined.dropna(subset=["score"]).head(50)
    other = other.assign(kind="ces", invitation_id="e" + other["invitation_id"],
                         survey_id="e" + other["survey_id"], score=99.0)  # fmt: skip
    mixed = pd.concat([tiny.joined, other], ignore_index=True)
    before = ranked(tiny, tiny.joined).drivers["n_surveys"].tolist()
    assert ranked(tiny, mixed).drivers["n_surveys"].tolist() == before


def test_a_survey_with_two_scores_counts_once_and_is_said(tiny: Centre) -> None:
    torn = tiny.joined.copy()
    several = torn.dropna(subset=["score"]).groupby("survey_id").filter(lambda g: len(g) > 1)
    first = several.index[0]
    torn.loc[first, "score"] = (torn.loc[first, "score"] + 1) % 11
    assert any("1 surveys have different scores" in w for w in ranked(tiny, torn).warnings)


def test_two_copies_of_one_behaviour_are_a_family(tiny: Centre) -> None:
    twin = [*tiny.subjects, Subject("twin")]
    joined = tiny.joined.assign(twin=2.0 * tiny.joined["effect_1"])
    drivers = rank(joined, twin, tiny.contexts).drivers
    assert drivers.query("behaviour == 'twin'")["notes"].str.contains("effect_1").all()
    assert np.isfinite(drivers[NUMBERS].to_numpy(dtype=float)).all()


@pytest.mark.parametrize(
    "cast",
    [lambda t: t.convert_dtypes(), lambda t: t.convert_dtypes(dtype_backend="pyarrow"),
     lambda t: t.astype({"agent_id": "category", "reason": "category"})],
    ids=["nullable", "arrow", "category"],
)  # fmt: skip
def test_other_column_types_give_the_same_answer(
    tiny: Centre, cast: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    before, after = ranked(tiny, tiny.joined).drivers, ranked(tiny, cast(tiny.joined)).drivers
    assert np.allclose(before["effect_points"], after["effect_points"])
