"""What comes out keeps its contract and its promises to the reader."""

import re

import numpy as np
import pandas as pd

from models.ranking import Ranking, RankOptions, Subject, rank
from models.simulate import Centre
from pipeline.tables import DRIVERS, FOCUS, FOLLOW_UPS


def test_every_table_keeps_its_contract(ranking: Ranking) -> None:
    assert DRIVERS.to_arrow(ranking.drivers).num_rows == 18
    assert FOCUS.to_arrow(ranking.focus).num_rows > 0
    assert FOLLOW_UPS.to_arrow(ranking.follow_ups).num_rows > 0


def test_ranks_are_strict_and_inside_their_range(ranking: Ranking) -> None:
    for _, rows in ranking.drivers.groupby("segment"):
        assert sorted(rows["rank"]) == list(range(1, len(rows) + 1))
        assert rows.sort_values("rank")["strength_points"].is_monotonic_decreasing
    inside = ranking.drivers["rank"].between(
        ranking.drivers["rank_low"], ranking.drivers["rank_high"]
    )
    assert inside.all()


def test_the_effect_is_inside_its_interval_and_the_curve_agrees(ranking: Ranking) -> None:
    drivers = ranking.drivers
    assert drivers["effect_points"].between(drivers["ci_low"], drivers["ci_high"]).all()
    for row in drivers.to_dict("records"):
        points = {p["value"]: p["points"] for p in row["curve"]}
        assert np.isclose(points[row["from_value"]], 0.0, atol=1e-9)
        assert np.isclose(points[row["to_value"]], row["effect_points"], atol=1e-6)


def test_a_binary_moves_from_0_to_1(ranking: Ranking) -> None:
    rows = ranking.drivers.query("behaviour == 'effect_3'")
    assert (rows["from_value"] == 0).all()
    assert (rows["to_value"] == 1).all()


def test_a_wider_level_gives_wider_intervals(centre: Centre, ranking: Ranking) -> None:
    sure = rank(centre.joined, centre.subjects, centre.contexts, RankOptions(level=0.99)).drivers
    width = sure["ci_high"] - sure["ci_low"]
    assert (width > ranking.drivers["ci_high"] - ranking.drivers["ci_low"]).all()


def test_half_measured_behaviours_are_noted(ranking: Ranking) -> None:
    notes = ranking.drivers.query("behaviour == 'effect_5'")["notes"]
    assert notes.str.contains("Known on").all()


def test_focus_lists_are_short_and_only_of_the_agent_s_own(
    centre: Centre, ranking: Ranking
) -> None:
    focus = ranking.focus
    changes = focus[focus["kind"] == "change"].groupby("agent_id").size()
    keeps = focus[focus["kind"] == "keep"].groupby("agent_id").size()
    assert changes.max() <= 3
    assert keeps.reindex(changes.index, fill_value=0).ge(1).mean() > 0.9
    assert (focus["gain_points"] > 0).all()
    assert focus["gain_points"].between(focus["gain_low"], focus["gain_high"]).all()
    assert set(focus["team"]) <= set(centre.teams.values())


def test_the_centre_s_behaviours_never_reach_a_focus_list(centre: Centre) -> None:
    subjects = [Subject(s.name, s.unit, "centre", binary=s.binary) for s in centre.subjects]
    result = rank(centre.joined, subjects, centre.contexts)
    assert result.focus.empty
    assert len(result.drivers) == 18


def test_moments_are_the_agent_s_surest_one_per_call(centre: Centre, ranking: Ranking) -> None:
    row = ranking.focus.iloc[0]
    calls = centre.joined.query("agent_id == @row.agent_id")["call_id"].unique()[:5]
    moments = pd.DataFrame(
        {
            "call_id": [*calls, calls[0]],
            "behaviour": row["behaviour"],
            "start_s": 1.0,
            "end_s": 2.0,
            "quote": None,
            "confidence": [0.1, 0.9, 0.8, 0.7, 0.95, 0.2],
            "contested": [False, False, False, False, True, False],
        }
    )
    focus = rank(centre.joined, centre.subjects, centre.contexts, moments=moments).focus
    chosen = focus[(focus["agent_id"] == row["agent_id"])
                   & (focus["behaviour"] == row["behaviour"])]["moments"].iloc[0]  # fmt: skip
    assert [m["call_id"] for m in chosen] == list(calls[1:4])
    assert FOCUS.to_arrow(focus).num_rows == len(focus)


def test_moments_that_play_come_first_of_those_that_show_the_point(
    centre: Centre, ranking: Ranking
) -> None:
    row = ranking.focus.query("kind == 'change'").iloc[0]
    own = centre.joined.query("agent_id == @row.agent_id").dropna(subset=[row["behaviour"]])
    missed = (row["target"] - own[row["behaviour"]]) * np.sign(row["target"] - row["current"])
    by_miss = own.assign(missed=missed).sort_values("missed").drop_duplicates("call_id")
    met, misses = by_miss.query("missed < 0")["call_id"], by_miss.query("missed > 0")["call_id"]
    worst = [misses.iloc[-1], misses.iloc[-2], misses.iloc[-3]]
    moments = pd.DataFrame(
        {
            "call_id": [met.iloc[0], misses.iloc[0], *worst],
            "behaviour": row["behaviour"],
            "start_s": 1.0,
            "end_s": 2.0,
            "plays": [True, True, False, False, False],
        }
    )
    focus = rank(centre.joined, centre.subjects, centre.contexts, moments=moments).focus
    same = focus.query("agent_id == @row.agent_id and behaviour == @row.behaviour")
    chosen = [moment["call_id"] for moment in same["moments"].iloc[0]]
    assert chosen[0] == misses.iloc[0]
    assert set(chosen[1:]) <= set(worst)


def test_reasons_are_written_as_the_report_writes_numbers(ranking: Ranking) -> None:
    text = " ".join(ranking.follow_ups["reasons"])
    assert re.search(r"\(yes in \d+(\.\d)?\u00a0% of calls\)", text)
    assert not re.search(r"\d%|-\d", text)
    assert not re.search(r" (\S+) \(usually \1\)", text), "what is usual is no reason"


def test_follow_ups_are_few_fresh_unanswered_and_markedly_worse(
    centre: Centre, ranking: Ranking
) -> None:
    found = ranking.follow_ups
    latest = centre.joined["started_at"].max()
    fresh = centre.joined[centre.joined["started_at"] >= latest - pd.Timedelta(days=2)]
    unanswered = fresh[fresh["score"].isna()]["call_id"]
    assert set(found["call_id"]) <= set(unanswered)
    assert len(found) <= 0.05 * unanswered.nunique()
    share = ranking.drivers.groupby("segment")[["n_detractors", "n_surveys"]].first()
    usual = (share["n_detractors"] / share["n_surveys"]).loc[found["segment"]].to_numpy()
    assert (found["share_low"] > usual).all()
    assert (found["n_detractors"] <= found["n_similar"]).all()
    assert (found["due_at"] - found["started_at"] == pd.Timedelta(hours=48)).all()
    assert found["reasons"].str.len().gt(0).all()


def test_diagnostics_beat_the_do_nothing_baseline(ranking: Ranking) -> None:
    values = ranking.diagnostics.set_index("measure")["value"]
    assert values["held_out_log_loss"] < values["baseline_log_loss"]
    assert values["held_out_auc"] > 0.65
    assert values["design_effect"] >= 1.0
