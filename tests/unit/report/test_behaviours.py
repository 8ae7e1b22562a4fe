"""A behaviour's page: its definition, how it stands in the data, its moments; what leads there."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.behaviours.register import Behaviour
from pipeline.report import ReportTables, write_report
from pipeline.report.glossary import limits, title
from pipeline.report.wording import count, figures, percent
from tests.unit.report.html_pages import Page, read_pages
from tests.unit.report.made_up import (
    BEHAVIOURS,
    QUOTE,
    RIGHT_TO_LEFT,
    SEGMENTS,
    START,
    made_up_behaviour,
    made_up_tables,
)

TABLES = made_up_tables()


def written(
    room: Path, tables: ReportTables = TABLES, behaviours: Sequence[Behaviour] = BEHAVIOURS
) -> dict[str, Page]:
    return read_pages(write_report(room / "report", tables, behaviours).parent)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    return written(tmp_path_factory.mktemp("behaviours"))


def text_of(pages: dict[str, Page], name: str) -> str:
    return pages[f"behaviours/{name}.html"].text.replace("\u00a0", " ")


def moment(
    call_id: str,
    *,
    kind: str = "dead air",
    quote: str | None = None,
    end_s: float = 20.0,
    behaviour: str = "dead_air_s",
) -> dict[str, object]:
    return {"call_id": call_id, "call_date": START.date(), "behaviour": behaviour, "moment": 0,
            "kind": kind, "side": "agent", "start_s": 10.0, "end_s": end_s, "quote": quote,
            "confidence": None, "contested": False}  # fmt: skip


def calls(n: int, segment: str | None = "Retail") -> pd.DataFrame:
    return pd.DataFrame({"call_id": [f"c{i}" for i in range(n)], "segment": segment})


def test_it_says_what_the_number_means(pages: dict[str, Page]) -> None:
    text = text_of(pages, "dead_air_s")
    for words in ("Dead air, as counted in dead_air_s.", "Unit s", "Ranked yes",
                  "Whose doing The agent", "a lower NPS with more of it",
                  "dead_air_s, version 1"):  # fmt: skip
        assert words in text, words
    assert "Ranked no: overlaps" in text_of(pages, "hold_time_s")
    assert "Ranked no: the customer’s own" in text_of(pages, "customer_sentiment_end")


def test_it_counts_known_and_unknown_calls(pages: dict[str, Page]) -> None:
    values = TABLES.behaviours["hold_time_s"]
    text, total = text_of(pages, "hold_time_s"), len(values)
    missing = int(values.isna().sum())
    assert f"Known in {count(values.notna().sum())} of {count(total)} measured calls" in text
    assert f"</script> {count(missing)} {percent(missing / total)}".replace("\u00a0", " ") in text
    assert "known in every measured call" in text_of(pages, "dead_air_s")


def test_quartiles_of_each_segment(pages: dict[str, Page]) -> None:
    measured = TABLES.behaviours.merge(TABLES.calls[["call_id", "segment"]], on="call_id")
    own = measured.loc[measured["segment"] == "Retail", "dead_air_s"]
    quarters = " ".join(f"{figures(q)} s" for q in np.percentile(own, (25, 50, 75)))
    assert f"Retail {count(len(own))} {quarters} −11 (−15 to −7)" in text_of(pages, "dead_air_s")


def test_a_yes_or_no_has_its_share(pages: dict[str, Page]) -> None:
    share = percent(TABLES.behaviours["next_step"].mean()).replace("\u00a0", " ")
    text = text_of(pages, "next_step")
    assert f"All calls {count(len(TABLES.behaviours))} {share} of calls" in text
    assert "Half (median)" not in text


def test_a_small_segment_is_not_counted_out(tmp_path: Path) -> None:
    few = pd.DataFrame({"call_id": [f"c{i}" for i in range(29)], "dead_air_s": 3.25})
    found = written(tmp_path, ReportTables(calls=calls(29), behaviours=few))
    text = text_of(found, "dead_air_s")
    assert "Retail fewer than 30 hidden: too few to show" in text
    assert "3.25" not in text


def test_effects_lead_to_the_ranking_and_names_to_the_moments(pages: dict[str, Page]) -> None:
    page = pages["behaviours/dead_air_s.html"]
    ranked = [link for link in page.links if link.endswith("#about-dead_air_s")]
    assert len(ranked) == len(SEGMENTS) + 1
    places = {name for name in page.ids if name.startswith("segment-")}
    assert len(places) == len(SEGMENTS) + 1
    assert {f"#{place}" for place in places} <= set(page.links)


def test_up_to_five_moments_of_each_segment(pages: dict[str, Page]) -> None:
    text = text_of(pages, "next_step")
    with_moments = TABLES.calls[TABLES.calls["call_id"].isin(TABLES.moments["call_id"])]
    expected = with_moments["segment"].value_counts().clip(upper=5)
    assert expected.min() < expected.max()
    assert text.count(" in call call/") == expected.sum()
    assert "contested words" not in text
    assert QUOTE.strip() in text
    assert RIGHT_TO_LEFT in text_of(pages, "customer_sentiment_end")


def test_kinds_of_moments_take_turns(tmp_path: Path) -> None:
    rows = [moment(f"c{i}", kind="empathic", quote="I see", end_s=30.0) for i in range(6)]
    rows += [moment(f"c{i}", kind="unhelpful", quote="no way") for i in range(6, 9)]
    found = written(tmp_path, ReportTables(calls=calls(9), moments=pd.DataFrame(rows)))
    text = text_of(found, "dead_air_s")
    assert (text.count("(empathic)"), text.count("(unhelpful)")) == (3, 2)


def test_calls_without_a_segment_have_their_moments(tmp_path: Path) -> None:
    tables = ReportTables(
        calls=calls(40, segment=None),
        moments=pd.DataFrame([moment("c7")]),
        behaviours=pd.DataFrame({"call_id": [f"c{i}" for i in range(40)], "dead_air_s": 1.0}),
    )
    text = text_of(written(tmp_path, tables), "dead_air_s")
    assert "(no segment)" in text
    assert "00:10 in call c7" in text


def test_the_whole_log_names_the_other_call_and_no_time(tmp_path: Path) -> None:
    again = replace(made_up_behaviour("repeats", "Repeats", "yes/no", owner="centre"),
                    from_log=True, measure_log=lambda calls: calls)  # fmt: skip
    event = moment("c3", kind="called again 2 days later (call c9)", behaviour="repeats")
    tables = ReportTables(calls=calls(10), moments=pd.DataFrame([event]))
    text = text_of(written(tmp_path, tables, [again]), "repeats")
    assert "Call c3 Agent: called again 2 days later (call c9)" in text
    assert "what happened is another call, which is named" in text
    assert "00:10" not in text


@pytest.mark.parametrize(
    ("from_log", "known", "why"),
    [(True, 1.0, "The call log alone tells it"), (False, 1.0, "No moments: nothing of it happened"),
     (False, None, "measured in no call here")],
)  # fmt: skip
def test_without_moments_it_says_why(
    tmp_path: Path, from_log: bool, known: float | None, why: str
) -> None:
    behaviour = replace(BEHAVIOURS[0], from_log=from_log)
    measured = pd.DataFrame({"call_id": [f"c{i}" for i in range(40)], "dead_air_s": known})
    tables = ReportTables(calls=calls(40), behaviours=measured)
    assert why in text_of(written(tmp_path, tables, [behaviour]), "dead_air_s")


def test_without_anything_every_behaviour_is_still_defined(tmp_path: Path) -> None:
    found = written(tmp_path, ReportTables())
    assert "No call was measured yet" in text_of(found, "dead_air_s")
    assert "No calls yet" in text_of(found, "dead_air_s")


def test_a_bare_joined_table_is_enough(tmp_path: Path) -> None:
    found = written(tmp_path, ReportTables(drivers=TABLES.drivers, joined=TABLES.joined))
    n = TABLES.joined.drop_duplicates("call_id")["hold_time_s"].notna().sum()
    assert f"Known in {count(n)} of" in text_of(found, "hold_time_s")


def test_the_glossary_leads_to_every_page_and_marks_your_own(tmp_path: Path) -> None:
    own = replace(made_up_behaviour("thanks", "Thanks", "count"), own=True, family="our_manners",
                  version=3)  # fmt: skip
    found = written(tmp_path, ReportTables(), [*BEHAVIOURS, own])
    glossary = found["glossary.html"]
    assert {f"behaviours/{b.name}.html" for b in (*BEHAVIOURS, own)} <= set(glossary.links)
    assert "Our manners Thanks your own thanks" in glossary.text
    assert glossary.text.count("your own") == 1
    assert "Version 3" in glossary.text
    assert "from your own folder" in text_of(found, "thanks")


def test_the_families_have_titles() -> None:
    names = ("timing", "tone", "tone_voice", "our_manners")
    assert [title(n) for n in names] == [
        "Timing", "Tone, from words", "Voice, plain measures", "Our manners",
    ]  # fmt: skip


def test_limits_say_when_a_behaviour_is_unknown() -> None:
    plain = replace(BEHAVIOURS[0], sided=False)
    assert limits(plain) == []
    sided = limits(replace(plain, sided=True))
    assert len(sided) == 1
    assert "mono" not in sided[0]
    assert "mono" in limits(replace(plain, two_channels=True))[0]
    assert "7 days" in limits(replace(plain, window_days=7))[0]
    assert "whole call log" in limits(replace(plain, from_log=True, measure_log=lambda c: c))[0]
    assert "not ranked" in limits(replace(plain, ranked=False))[0]
