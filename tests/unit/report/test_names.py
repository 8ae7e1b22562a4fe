"""Page names from ids that mean harm, and the folder they are written into."""

import re
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.report.folder import MARK, replace_folder
from pipeline.report.names import page_name, slug
from tests.unit.report.made_up import AGENTS, SEGMENTS

PAGE = {"index.html": f"<html>{MARK}</html>"}


@pytest.mark.parametrize(
    "identifier", [*AGENTS, *SEGMENTS, "", ".", "..", "CON", "a" * 500, "\ud800"]
)
def test_a_name_is_safe_on_every_file_system(identifier: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}\.html", page_name(identifier))


def test_names_differ_where_ids_differ() -> None:
    ids = ["a/b", "a.b", "A/B", "a b", "أ", "ب", "index", "", " "]
    assert len({page_name(i) for i in ids}) == len(ids)
    assert "index.html" not in {page_name(i) for i in ids}


def test_the_readable_part() -> None:
    assert slug("Ägypten / B2B") == "agypten-b2b"


def test_stale_pages_disappear(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    replace_folder(folder, {**PAGE, "agents/old.html": "old"})
    index = replace_folder(folder, PAGE)
    assert index == folder / "index.html"
    assert [p.name for p in folder.rglob("*")] == ["index.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_failed_write_leaves_the_old_report(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    replace_folder(folder, PAGE)
    with pytest.raises(UsageError, match="name too long"):
        replace_folder(folder, {"index.html": MARK, "a" * 300: "cannot be written"})
    assert (folder / "index.html").read_text() == PAGE["index.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not an earlier report"):
        replace_folder(tmp_path, PAGE)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "a" / "b"):
        assert replace_folder(folder, PAGE).is_file()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file")
    with pytest.raises(UsageError, match="expected a folder"):
        replace_folder(tmp_path / "report", PAGE)


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    replace_folder(tmp_path / "link", PAGE)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_others_may_read_the_folder(tmp_path: Path) -> None:
    replace_folder(tmp_path / "report", PAGE)
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "plain").stat().st_mode
