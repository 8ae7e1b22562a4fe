"""Damaged files of every format, for 20 s: each gives a sound or a sentence."""

from pathlib import Path

from tests.unit.audio.fuzz import damaged, fuzz, make_whole


def test_every_damaged_file_gives_a_sound_or_a_sentence(tmp_path: Path) -> None:
    found = fuzz(tmp_path, seconds=20)
    assert not found.wrong
    assert found.answers["sound"] > 20
    assert found.answers["sentence"] > 100


def test_a_case_is_the_same_for_whoever_asks(tmp_path: Path) -> None:
    files = make_whole(tmp_path)
    assert damaged(files, 17) == damaged(files, 17)
    assert damaged(files, 17) != damaged(files, 18)
