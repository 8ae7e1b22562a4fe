"""Word packs: every test phrase of every cue, and a pack that is a folder of one's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.behaviours import measure_call
from pipeline.behaviours.language import PACKS, ROLES, Cue, add_packs, languages, pack, tokens
from pipeline.behaviours.notation import PhraseError
from tests.spec.drawing import Says, draw
from tests.spec.specs import TALK

ENOUGH = 30
CUES = [(language, cue) for language in sorted(languages()) for cue in pack(language).cues.values()]


def says(cue: Cue, language: str, text: str) -> bool:
    """Whether the cue is found in a text."""
    return bool(cue.matches(tokens(text.split(), language)))


@pytest.mark.parametrize(("language", "cue"), CUES, ids=lambda x: getattr(x, "kind", x))
def test_phrases(language: str, cue: Cue) -> None:
    missed = [text for text in cue.has if not says(cue, language, text)]
    false = [text for text in cue.has_not if says(cue, language, text)]
    assert not missed, "not found"
    assert not false, "found where it is not"


@pytest.mark.parametrize(("language", "cue"), CUES, ids=lambda x: getattr(x, "kind", x))
def test_every_cue_has_enough_test_phrases(language: str, cue: Cue) -> None:
    assert cue.meaning, "the first line tells what the cue means"
    if not cue.kind.startswith(ROLES):
        assert len(set(cue.has)) >= ENOUGH
        assert len(set(cue.has_not)) >= ENOUGH


def test_test_phrases_do_not_change_the_version(tmp_path: Path) -> None:
    """A further test phrase measures no call again, a further phrase does."""
    versions = []
    for text in ("side: agent\nhow lovely\n", "side: agent\nhow lovely\n+ how lovely it is\n",
                 "side: agent\nhow lovely\nhow nice\n"):  # fmt: skip
        versions.append(_own_pack(tmp_path, text))
    assert versions[0] == versions[1] != versions[2]


def _own_pack(folder: Path, text: str) -> str:
    path = folder / "en" / "lovely.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        add_packs(folder)
        return pack("en").version()
    finally:
        add_packs(None)


def test_a_second_language_is_one_more_folder(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "commitment.txt").write_text("# Versprechen.\nside: agent\nich mache das\n")
    try:
        add_packs(tmp_path)
        assert languages() == {"en", "xx"}
        assert says(pack("xx").cues["commitment"], "xx", "gut, ich mache das sofort")
        said: Says = {"agent": ["eins zwei drei vier fünf", "gut ich mache das sofort"]}
        measured = measure_call(replace(draw(TALK, said), language="xx"))
        assert measured.values["commitment"] == 1
        assert measured.unknown["recap"] == "the word pack of 'xx' has no cue 'recap'"
    finally:
        add_packs(None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("how lovely\n", "expected a line 'side:'"),
        ("side: nobody\nhow lovely\n", "expected a line 'side:'"),
        ("side: agent\nhow (lovely\n", "lovely.txt, line 2: .*not closed"),
        ("side: agent\n\n? lovely\n", "lovely.txt, line 3"),
    ],
)
def test_a_mistake_in_a_pack_is_told_with_file_and_line(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(PhraseError, match=why):
        _own_pack(tmp_path, text)


def test_files_of_other_editors(tmp_path: Path) -> None:
    """A mark at the start, and their ends of lines, are read; what is no UTF-8 is told."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "notes.txt").write_text("no cue\n")
    path = tmp_path / "xx" / "lovely.txt"
    path.parent.mkdir()
    path.write_bytes("\ufeff# Praise.\r\nside: agent\r\nhow lovely\r\n".encode())
    try:
        add_packs(tmp_path)
        assert languages() == {"en", "xx"}
        cue = pack("xx").cues["lovely"]
        assert cue.meaning == "Praise." and says(cue, "xx", "oh how lovely")
        path.write_bytes("side: agent\nschön\n".encode("latin-1"))
        add_packs(tmp_path)
        with pytest.raises(PhraseError, match=r"lovely\.txt: expected a text file in UTF-8"):
            pack("xx")
    finally:
        add_packs(None)


@pytest.mark.parametrize("text", ["will not\n", "= will not\n"])
def test_a_contraction_needs_both_its_writings(tmp_path: Path, text: str) -> None:
    """An empty one would stand at the end of every word."""
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "contractions.txt").write_text(text)
    try:
        add_packs(tmp_path)
        with pytest.raises(PhraseError, match=r"contractions\.txt, line 1: expected name = value"):
            pack("xx")
    finally:
        add_packs(None)


def test_ours_are_files_of_the_package() -> None:
    assert (PACKS / "en" / "slots.txt").is_file()
