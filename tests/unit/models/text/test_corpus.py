"""The corpus: complete, without contradictions, and refused where it is not."""

from pathlib import Path

import pytest

from models.text.corpus import corpus
from pipeline.behaviours.language import tokens

LABELS = {
    "customer": {"negative", "neutral", "positive"},
    "agent": {"empathic", "neutral", "unhelpful", "warm"},
}


@pytest.mark.parametrize("side", LABELS)
def test_every_sentence_has_one_of_the_labels_of_its_side(side: str) -> None:
    assert {one.label for one in corpus("en", side)} == LABELS[side]


@pytest.mark.parametrize("side", LABELS)
def test_no_sentence_has_two_labels(side: str) -> None:
    labels: dict[str, str] = {}
    for one in corpus("en", side):
        plain = tokens(one.text.split(), "en").text
        assert labels.setdefault(plain, one.label) == one.label, one.text


def test_a_line_without_a_label_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "agent"
    folder.mkdir(parents=True)
    (folder / "gardens.txt").write_text("neutral: water it on Mondays\njust a sentence\n")
    with pytest.raises(ValueError, match=r"gardens.txt, line 2"):
        corpus("en", "agent", tmp_path)
