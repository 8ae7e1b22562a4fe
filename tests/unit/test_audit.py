"""The audit log: lines are added, each seals the last, and a change shows."""

import json
from pathlib import Path

import pytest

from flows.audit import Audit
from pipeline.errors import StoreError


def log_of(folder: Path, count: int = 4) -> Audit:
    audit = Audit(folder / "audit.jsonl")
    for number in range(count):
        audit.note("run", {"calls": number})
    return audit


def test_lines_are_added_and_say_who_did_what(tmp_path: Path) -> None:
    audit = log_of(tmp_path, 2)
    entries = [json.loads(line) for line in audit.path.read_text().splitlines()]
    assert [entry["what"]["calls"] for entry in entries] == [0, 1]
    assert all(entry["actor"] and entry["at"].endswith("+00:00") for entry in entries)
    assert len(audit) == 2 and audit.problems() == []


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    assert Audit(tmp_path / "none.jsonl").problems() == []


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_changed_line_is_seen(tmp_path: Path, line: int) -> None:
    audit = log_of(tmp_path)
    lines = audit.path.read_text().splitlines(keepends=True)
    lines[line] = lines[line].replace('"calls"', '"crimes"')
    audit.path.write_text("".join(lines))
    assert audit.problems() == [f"audit.jsonl, line {line + 2}: the line before it was changed"]


def test_a_line_taken_out_is_seen(tmp_path: Path) -> None:
    audit = log_of(tmp_path)
    lines = audit.path.read_text().splitlines(keepends=True)
    audit.path.write_text("".join(lines[:1] + lines[2:]))
    assert len(audit.problems()) == 1


def test_a_line_that_a_kill_cut_off_stays_and_the_log_goes_on(tmp_path: Path) -> None:
    audit = log_of(tmp_path)
    text = audit.path.read_text()
    audit.path.write_text(text[:-20])
    audit.note("run", {"calls": 9})
    assert audit.path.read_text().startswith(text[:-20] + "\n")
    assert len(audit) == 5


def test_what_failed_is_told_by_its_kind_only(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    with pytest.raises(ValueError), audit.during("run", {}):
        raise ValueError("Jane Example, 4111 1111 1111 1111")
    text = audit.path.read_text()
    assert "run failed" in text and "ValueError" in text
    assert "Jane" not in text and "4111" not in text


def test_a_log_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(StoreError, match="audit_log"):
        Audit(tmp_path / "audit.jsonl").note("run", {})
