"""Recordings: which file is whose, and every way in which that is not clear."""

import os
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from pipeline.ingest.recordings import BOTH, Matched, content_hash, list_files, match

COLUMNS = ["call_id", "recording", "recording_agent", "recording_customer"]


def found(files: list[str], *calls: tuple[str | None, ...]) -> Matched:
    rows = [(*call, *[None] * (4 - len(call))) for call in calls]
    return match(pd.DataFrame(rows, columns=COLUMNS), files)


def whys(matched: Matched) -> list[str]:
    return [f"{r.where}: {r.why}" for r in matched.refusals]


def test_by_the_name_of_the_call_in_any_folder() -> None:
    matched = found(["2026/01/C1.wav", "C2.5.mp3"], ("C1",), ("C2.5",), ("C3",))
    assert matched.recordings == {"C1": "2026/01/C1.wav", "C2.5": "C2.5.mp3"}
    assert not matched.refusals


@pytest.mark.parametrize("ending", ["_customer", "_caller"])
def test_a_file_for_each_side(ending: str) -> None:
    matched = found(["C1_agent.wav", f"C1{ending}.wav"], ("C1",))
    assert matched.recordings == {"C1": f"C1_agent.wav{BOTH}C1{ending}.wav"}


def test_as_the_log_names_them() -> None:
    matched = found(["a/x.wav", "y.wav", "z.wav"], ("C1", "x.wav"), ("C2", None, "y.wav", "z.wav"))
    assert matched.recordings == {"C1": "a/x.wav", "C2": f"y.wav{BOTH}z.wav"}


def test_a_full_name_beats_the_same_name_in_another_folder() -> None:
    matched = found(["a/x.wav", "x.wav"], ("C1", "x.wav"), ("C2", "a/x.wav"))
    assert matched.recordings == {"C1": "x.wav", "C2": "a/x.wav"}


@pytest.mark.parametrize(
    ("files", "call", "why"),
    [
        (["x.wav"], ("C1", "../x.wav"), "call C1: the call log names '../x.wav', which is not"),
        (["x.wav"], ("C1", "/etc/passwd"), "call C1: the call log names '/etc/passwd', which is"),
        (["a/x.wav", "b/x.wav"], ("C1", "x.wav"), "names 'x.wav', and 2 files have that name"),
        (["C1.wav", "C1.mp3"], ("C1",), "call C1: 2 files have the call's name: C1.wav, C1.mp3"),
        (["C1_agent.wav"], ("C1",), "call C1: there is a file for one side of the call"),
        (["C1_agent.wav", "C1_caller.wav", "C1_customer.wav"], ("C1",), "none (or several)"),
        (["x.wav"], ("C1", None, "x.wav"), "one side only; recording_customer is empty"),
        (["x.wav"], ("C1", None, None, "x.wav"), "one side only; recording_agent is empty"),
        (["x.wav"], ("C1", None, "x.wav", "y.wav"), "names 'y.wav', which is not"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused_with_its_files(
    files: list[str], call: tuple[str | None, ...], why: str
) -> None:
    matched = found(files, call)
    assert matched.recordings == {}
    assert why in whys(matched)[0]
    assert [r.where for r in matched.refusals[1:]] == files


def test_a_file_that_no_call_claims_is_refused() -> None:
    assert whys(found(["C1.wav", "C9.wav"], ("C1",))) == [
        "C9.wav: no call in the call log belongs to it"
    ]


@pytest.mark.parametrize("name", ["a\nC1.wav", "C1\udcff.wav"])
def test_a_name_that_no_table_can_hold_is_refused(name: str) -> None:
    matched = found([name, "C1.wav"], ("C1",))
    assert matched.recordings == {"C1": "C1.wav"}
    assert whys(matched) == [f"{name!a}: its name is no plain text"]


def test_files_are_listed_sorted_without_hidden_ones_and_folders(tmp_path: Path) -> None:
    for name in ("b.wav", "a/c.wav", ".DS_Store", ".git/x.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    assert list_files(tmp_path) == ["a/c.wav", "b.wav"]


def test_names_of_any_bytes_are_listed_and_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"C1\xff.wav")).write_bytes(b"")
    assert found(list_files(tmp_path)).refusals[0].where == "'C1\\udcff.wav'"


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"one")
    (tmp_path / "b.wav").write_bytes(b"two")
    assert content_hash(tmp_path, "a.wav") == sha256(b"one").hexdigest()
    both = content_hash(tmp_path, f"a.wav{BOTH}b.wav")
    assert both != content_hash(tmp_path, f"b.wav{BOTH}a.wav")
