"""Playing a moment: which stretch, from where, and what a page says where nothing can be played."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

from pipeline.privacy.copies import copy_name
from pipeline.report import ReportOptions, ReportTables, write_report
from pipeline.report.recordings import NO_RECORDINGS, Recordings, recordings_beside
from tests.unit.report.html_pages import Page, read_pages
from tests.unit.report.made_up import AGENTS, BEHAVIOURS, made_up_tables

TABLES = made_up_tables(n_calls=300)
HARD_NAME = "50 % of calls #1 & ünal"
DAY = pd.Timestamp("2025-03-03").date()


def copied(folder: Path, *call_ids: str) -> Path:
    folder.mkdir(exist_ok=True)
    for call_id in call_ids:
        (folder / copy_name(call_id)).write_bytes(b"fLaC")
    return folder


def written(room: Path, copies: Path | None, tables: ReportTables = TABLES) -> dict[str, Page]:
    options = ReportOptions(recordings=copies)
    return read_pages(write_report(room / "report", tables, BEHAVIOURS, options).parent)


def sources(page: Page) -> list[str]:
    return [str(audio["src"]) for audio in page.named("audio")]


@pytest.mark.parametrize(
    ("start_s", "end_s", "stretch"),
    [(65.2, 77.0, "63.20,77.00"), (1.5, 4.0, "0.00,4.00"), (9.0, 9.0, "7.00,10.00")],
)
def test_a_stretch_begins_two_seconds_before(start_s: float, end_s: float, stretch: str) -> None:
    recordings = Recordings("../copies", frozenset({copy_name("c1")}))
    assert recordings.stretch("c1", start_s, end_s) == f"../copies/{copy_name('c1')}#t={stretch}"
    assert recordings.stretch("c2", start_s, end_s) == ""


def test_what_is_no_finished_copy_is_not_played(tmp_path: Path) -> None:
    copies = copied(tmp_path / "copies")
    (copies / f"{copy_name('c1')}.part").write_bytes(b"")
    assert not recordings_beside(tmp_path / "report", copies).has("c1")
    for nowhere in (None, tmp_path / "gone"):
        assert recordings_beside(tmp_path / "report", nowhere) == NO_RECORDINGS


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of every call, in a folder whose name is hard to write into an address."""
    return copied(tmp_path_factory.mktemp("centre") / HARD_NAME, *TABLES.calls["call_id"])


@pytest.fixture(scope="module")
def pages(copies: Path) -> dict[str, Page]:
    return written(copies.parent, copies)


def test_every_source_is_a_file_beside_the_report(pages: dict[str, Page], copies: Path) -> None:
    for kind in ("segments/", "behaviours/", "agents/"):
        assert any(sources(page) for name, page in pages.items() if name.startswith(kind)), kind
    for page in pages.values():
        for source in sources(page):
            path = unquote(urlsplit(source).path)
            assert not path.startswith("/")
            assert (page.path.parent / path).resolve().parent == copies
            assert (page.path.parent / path).is_file()
        assert str(copies.parent) not in page.path.read_text(encoding="utf-8")


def test_nothing_is_copied_and_nothing_is_loaded_unasked(
    pages: dict[str, Page], copies: Path
) -> None:
    report = copies.parent / "report"
    assert {p.suffix for p in report.rglob("*") if p.is_file()} == {".html", ".css"}
    for page in pages.values():
        assert page.named("script") == []
        assert all(a["preload"] == "none" and "controls" in a for a in page.named("audio"))


def test_what_is_at_no_time_of_the_call_plays_it_whole(copies: Path, tmp_path: Path) -> None:
    of_the_log = [
        replace(b, measure=None, measure_log=lambda log: log) if b.name == "transferred" else b
        for b in BEHAVIOURS
    ]
    moments = TABLES.moments.head(1).assign(behaviour="transferred", kind="transferred")
    tables, options = replace(TABLES, moments=moments), ReportOptions(recordings=copies)
    index = write_report(tmp_path / "report", tables, of_the_log, options)
    page = (index.parent / "behaviours" / "transferred.html").read_text(encoding="utf-8")
    assert re.search(r'<a href="[^"]*\.flac[^"]*">The whole</a> of call', page)
    assert "<b></b>" not in page


def test_moments_with_a_copy_come_first(tmp_path: Path) -> None:
    last = "call/00199"
    pages = written(tmp_path, copied(tmp_path / "copies", last))
    own = [page for name, page in pages.items() if name.startswith("segments/")]
    page = next(page for page in own if sources(page))
    assert all(copy_name(last) in source for source in sources(page))
    dead_air = page.text.split("Dead air, as counted in")[1]
    assert dead_air.index(last) < dead_air.index(" in call call/0") + len(" in call call/00199")


def test_a_page_says_once_how_moments_play(pages: dict[str, Page], tmp_path: Path) -> None:
    expected = {
        "Moments play from the redacted copies": pages,
        "set “recordings” under [privacy]": written(tmp_path, None),
        "None of these calls has a redacted copy": written(tmp_path, copied(tmp_path / "none")),
    }
    for words, found in expected.items():
        for start in ("segments/retail", "behaviours/dead_air_s", f"agents/{AGENTS[0]}"):
            page = next(page for name, page in found.items() if name.startswith(start))
            assert page.text.count(words) == 1, (start, words)
        assert words not in found["behaviours/wait_time_s.html"].text


def test_a_forgotten_call_leaves_neither_its_id_nor_its_copy(
    pages: dict[str, Page], copies: Path, tmp_path: Path
) -> None:
    shown = {source for page in pages.values() for source in sources(page)}
    gone = next(c for c in TABLES.calls["call_id"] if any(copy_name(c) in s for s in shown))
    left = {
        name: frame[frame["call_id"] != gone]
        for name, frame in vars(TABLES).items() if "call_id" in frame
    }  # fmt: skip
    tables = replace(TABLES, **left, focus=TABLES.focus.assign(moments=None))
    for page in written(tmp_path, copies, tables).values():
        text = page.path.read_text(encoding="utf-8")
        assert copy_name(gone) not in text
        assert gone not in text
