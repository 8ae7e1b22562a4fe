"""The written folder: what every page promises, and what each page says."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ConfigurationError
from pipeline.nps import nps
from pipeline.report import ReportOptions, ReportTables, write_report
from pipeline.report.wording import count, nps_text
from tests.unit.report.html_pages import Page, read_pages
from tests.unit.report.made_up import (
    AGENTS,
    BEHAVIOURS,
    NEW_AGENT,
    RIGHT_TO_LEFT,
    SCRIPT,
    SEGMENTS,
    THIN_SEGMENT,
    made_up_tables,
)

TABLES = made_up_tables()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(tmp_path_factory.mktemp("made_up") / "report", TABLES, BEHAVIOURS).parent


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Page]:
    return read_pages(folder)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    return written(tmp_path_factory.mktemp("empty"), ReportTables())


def written(room: Path, tables: ReportTables) -> dict[str, Page]:
    return read_pages(write_report(room / "report", tables, BEHAVIOURS).parent)


def page_of(pages: dict[str, Page], start: str) -> Page:
    return next(page for name, page in pages.items() if name.startswith(start))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def every(pages: dict[str, Page], empty: dict[str, Page]) -> Iterator[Page]:
    yield from (*pages.values(), *empty.values())


def test_a_page_for_each_segment_and_agent(pages: dict[str, Page]) -> None:
    assert {"index.html", "coverage.html", "follow-ups.html", "glossary.html",
            "agents/index.html"} <= set(pages)  # fmt: skip
    assert sum(name.startswith("segments/") for name in pages) == len(SEGMENTS) + 1
    assert sum(name.startswith("agents/") for name in pages) == len(AGENTS) + 2
    assert {f"behaviours/{b.name}.html" for b in BEHAVIOURS} <= set(pages)


def test_every_page_is_well_formed(pages: dict[str, Page], empty: dict[str, Page]) -> None:
    for page in every(pages, empty):
        assert page.faults == [], page.path
        assert len(set(page.ids)) == len(page.ids), page.path
        assert page.named("html") == [{"lang": "en"}]
        assert len(page.named("title")) == len(page.named("main")) == page.headings.count(1) == 1


def test_headings_never_skip_a_level(pages: dict[str, Page], empty: dict[str, Page]) -> None:
    for page in every(pages, empty):
        assert page.headings[0] == 1
        steps = np.diff(page.headings)
        assert steps.max() <= 1, page.path


def test_every_table_has_a_caption_and_scopes(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(page.named("table")) == len(page.named("caption"))
        assert all(th.get("scope") in ("col", "row") for th in page.named("th"))


def test_every_image_has_words_or_is_hidden(pages: dict[str, Page]) -> None:
    """A nested svg is a part of its chart and needs no words of its own."""
    for page in pages.values():
        for svg in page.named("svg"):
            assert svg.get("aria-label") or svg.get("aria-hidden") == "true" or "x" in svg


def test_every_link_resolves(pages: dict[str, Page], empty: dict[str, Page]) -> None:
    for page in every(pages, empty):
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme
            assert not parts.netloc
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            assert target.is_file(), (page.path, link)
            if parts.fragment:
                assert f'id="{parts.fragment}"' in target.read_text(encoding="utf-8"), link


def test_nothing_is_loaded_and_nothing_runs(pages: dict[str, Page], folder: Path) -> None:
    for page in pages.values():
        assert page.named("script") == []
        assert not any(k.startswith("on") or k in ("src", "style") for _, a in page.tags for k in a)
        hrefs = {str(link["href"]) for link in page.named("link")}
        assert hrefs in ({"data:,", "style.css"}, {"data:,", "../style.css"})
    assert "url(" not in (folder / "style.css").read_text(encoding="utf-8")


def test_every_page_carries_the_caveats(pages: dict[str, Page], empty: dict[str, Page]) -> None:
    for page in every(pages, empty):
        for words in ("Associated with, never causes", "No predicted answer of a person",
                      "Effects are attenuated", "Not enough data is an answer",
                      "Redaction is not PCI compliance"):  # fmt: skip
            assert words in page.text, page.path


def test_hostile_ids_and_quotes_are_text(pages: dict[str, Page]) -> None:
    assert SCRIPT in page_of(pages, "segments/retail").text
    assert RIGHT_TO_LEFT not in page_of(pages, "segments/retail").text  # mood has no moments here
    assert any(SCRIPT in page.text for name, page in pages.items() if name.startswith("agents/"))
    for name, page in pages.items():
        assert "<script" not in page.path.read_text(encoding="utf-8"), name
        assert "\x07" not in page.text


def test_the_same_tables_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_report(tmp_path / "other name", made_up_tables(), BEHAVIOURS).parent
    assert contents(again) == contents(folder)


def test_the_order_of_rows_does_not_matter(folder: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    shuffled = replace(TABLES, **{
        f.name: (frame := getattr(TABLES, f.name)).iloc[rng.permutation(len(frame))]
        for f in fields(TABLES)
    })  # fmt: skip
    again = write_report(tmp_path / "report", shuffled, BEHAVIOURS).parent
    assert contents(again) == contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nps_counts_each_survey_once(pages: dict[str, Page]) -> None:
    surveys = TABLES.surveys
    asked = surveys[(surveys["kind"] == "nps") & surveys["score"].notna()]
    value = nps(asked["score"])
    rows = TABLES.joined["score"].notna().sum()
    assert value.n < rows
    assert f"interval {value.low:+d} to {value.high:+d}, n = {value.n}" in plain(
        pages["index.html"].text
    )


def test_a_survey_belongs_to_the_segment_of_its_last_call(tmp_path: Path) -> None:
    started = pd.to_datetime(["2025-03-01", "2025-03-02"] * 40, utc=True)
    ids = [f"s{i // 2}" for i in range(80)]
    joined = pd.DataFrame({
        "call_id": [f"c{i}" for i in range(80)], "invitation_id": ids, "survey_id": ids,
        "kind": "nps", "score": [9.0] * 60 + [6.0] * 20, "started_at": started,
        "segment": ["Before", "After"] * 40,
    })  # fmt: skip
    found = written(tmp_path, ReportTables(joined=joined))
    expected = nps(pd.Series([9.0] * 30 + [6.0] * 10))
    assert f"NPS {nps_text(expected)}, n = 40 answers" in plain(page_of(found, "segments/af").text)
    assert "NPS hidden" in page_of(found, "segments/before").text


def test_a_small_segment_is_hidden_everywhere(pages: dict[str, Page]) -> None:
    text = page_of(pages, "segments/trial").text
    assert "NPS hidden: fewer than 30 answers" in text
    assert "Leaning on the others" in text
    assert "too few answers to say" in pages["index.html"].text
    assert THIN_SEGMENT in pages["index.html"].text


def test_the_first_page_says_what_goes_with_nps(pages: dict[str, Page]) -> None:
    text = plain(pages["index.html"].text)
    assert "More dead air goes with a lower NPS: −11 points (−15 to −7) when it rises from" in text
    assert "the average (+25)" in text
    assert "is below the top quartile (+50)" in text


def test_a_segment_page_shows_the_evidence(pages: dict[str, Page]) -> None:
    page = page_of(pages, "segments/retail")
    text = plain(page.text)
    for words in ("Within agents, adjusted −11 points (−15 to −7)", "Between agents −7 points",
                  "Raw −15 points", "0 s → 8 s", "Robustness 12 %", "1 to 3",
                  "Definition Dead air, as counted in dead_air_s",
                  "Goes together with wait: hard to tell apart",
                  "620 answers 310 Promoters, 120 Detractors, 44 agents"):  # fmt: skip
        assert words in text, words
    behaviours = [d for d in page.named("details") if d.get("class") == "behaviour"]
    assert len(behaviours) == 8


def test_moments_are_few_spread_and_uncontested(pages: dict[str, Page]) -> None:
    text = page_of(pages, "segments/retail").text
    assert text.count("Agent: he said") == 5
    assert "contested words" not in text


def test_mood_is_shown_but_not_ranked(pages: dict[str, Page]) -> None:
    text = page_of(pages, "segments/retail").text
    ranked, beside = text.split("Shown, not ranked")
    assert "Customer sentiment at the end" not in ranked
    assert "Customer sentiment at the end" in beside
    assert re.search(r"Customer sentiment at the end −1…1 [\d.]+ \(n = \d+\)", plain(beside))


def test_an_agent_has_at_most_three_to_change_and_one_to_keep(pages: dict[str, Page]) -> None:
    text = plain(page_of(pages, "agents/agent-01").text)
    change, keep = text.split("To keep")
    assert change.count("of NPS on this agent’s calls go with reaching the target") == 3
    assert keep.count("go with being where the agent is") == 1
    assert "From 14.2 s towards 4.1 s; the peers’ median is 9 s." in change
    assert "+2.9 points (+1.6 to +4.2)" in change
    assert "From 31 % of calls towards 70 % of calls" in change
    assert "61:11 in call call/00011" in change


def test_an_agent_without_a_list_is_told_why(pages: dict[str, Page]) -> None:
    assert "Fewer than 25 measured calls" in page_of(pages, f"agents/{NEW_AGENT}").text
    assert "No behaviour that this agent could change stands out" in (
        page_of(pages, "agents/agent-08").text
    )


def test_a_list_of_too_few_calls_is_not_shown(tmp_path: Path) -> None:
    focus = TABLES.focus.assign(n_calls=24)
    calls = TABLES.calls.assign(eligible=False)
    found = written(tmp_path, replace(TABLES, focus=focus, calls=calls))
    text = page_of(found, "agents/agent-01").text
    assert "Fewer than 25 measured calls" in text
    assert "Dead air" not in text


def test_follow_ups_say_what_became_of_similar_calls(pages: dict[str, Page]) -> None:
    text = plain(pages["follow-ups.html"].text)
    assert "34 of 80 (43 %; 33 % to 53 %)" in text
    assert "fewer than 30 similar calls: too few to say" in text
    assert "5 of 12" not in text
    assert "dead air, transferred" in text


def test_coverage_counts_and_groups(pages: dict[str, Page]) -> None:
    text = plain(pages["coverage.html"].text)
    not_eligible = (TABLES.calls["eligible"] == False).sum()  # noqa: E712
    assert f"only one side speaks {not_eligible}" in text
    assert "recording the file is empty 7" in text
    assert "survey row score 11, expected 0 to 10 1" in text
    assert "CSAT fewer than 30 hidden hidden" in text
    asked = TABLES.surveys[(TABLES.surveys["mode"] == "email") & (TABLES.surveys["kind"] == "nps")]
    answered = int(asked["score"].notna().sum())
    assert f"email NPS {len(asked)} {answered} {answered / len(asked):.0%}" in text.replace(
        " %", "%"
    )


def test_every_behaviour_is_in_the_glossary(pages: dict[str, Page]) -> None:
    page = pages["glossary.html"]
    assert {b.name for b in BEHAVIOURS} <= set(page.ids)
    assert "never ranked" in page.text


def test_without_anything_the_pages_say_what_is_missing(empty: dict[str, Page]) -> None:
    expected = {
        "index.html": "No answered NPS survey yet",
        "agents/index.html": "No agents: the call log names none",
        "follow-ups.html": "No calls to follow up",
        "coverage.html": "The call log is empty",
    }
    assert {name: words in empty[name].text for name, words in expected.items()} == dict.fromkeys(
        expected, True
    )


def test_without_drivers_the_pages_say_what_is_there(tmp_path: Path) -> None:
    none = ReportTables()
    found = written(tmp_path, replace(TABLES, drivers=none.drivers, focus=none.focus,
                                      moments=none.moments))  # fmt: skip
    assert "No ranking yet" in found["index.html"].text
    assert "No ranking yet for this segment" in page_of(found, "segments/retail").text
    assert "There is no ranking of behaviours yet" in page_of(found, "agents/agent-01").text


def test_few_answers_are_not_split_into_classes(tmp_path: Path) -> None:
    few = ReportTables(surveys=TABLES.surveys.head(30))
    text = written(tmp_path, few)["index.html"].text
    assert "Promoters," not in text.split("How to read this", maxsplit=1)[0]


def test_a_bare_joined_table_is_enough(tmp_path: Path) -> None:
    """`attune rank` has no call log and no surveys: they follow from JOINED."""
    bare = ReportTables(drivers=TABLES.drivers, joined=TABLES.joined)
    found = written(tmp_path, bare)
    measured = TABLES.joined["call_id"].nunique()
    assert f"{count(measured)} calls measured" in plain(found["index.html"].text)
    assert "n = " in plain(page_of(found, "segments/retail").text)


def test_a_behaviour_outside_the_register_is_named(tmp_path: Path) -> None:
    drivers = TABLES.drivers.replace({"behaviour": {"dead_air_s": "home_made_metric"}})
    found = written(tmp_path, replace(TABLES, drivers=drivers))
    text = page_of(found, "segments/retail").text
    assert "Home made metric" in text
    assert "is not in the register" in text


def test_the_benchmark_is_an_option(tmp_path: Path) -> None:
    options = ReportOptions(benchmark="telecom", title="Calls & NPS")
    index = write_report(tmp_path / "report", TABLES, BEHAVIOURS, options)
    assert "the average (−5)" in index.read_text(encoding="utf-8")
    assert "Calls &amp; NPS" in index.read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError, match="zoos"):
        write_report(tmp_path / "other", TABLES, BEHAVIOURS, ReportOptions(benchmark="zoos"))
    assert not (tmp_path / "other").exists()


def test_null_columns_of_every_kind(tmp_path: Path) -> None:
    """Tables of a first night: no segments, no agents, no team, no mode."""
    nothing = {"segment": None, "agent_id": None, "team": None, "mode": None}
    calls = TABLES.calls.assign(**{k: v for k, v in nothing.items() if k in TABLES.calls})
    joined = TABLES.joined.assign(**{k: v for k, v in nothing.items() if k in TABLES.joined})
    surveys = TABLES.surveys.assign(mode=pd.Series([None] * len(TABLES.surveys), dtype=object))
    bare = replace(ReportTables(), calls=calls, joined=joined, surveys=surveys)
    assert "(no segment)" in written(tmp_path, bare)["index.html"].text
