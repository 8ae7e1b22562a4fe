"""Training: what is shipped is what it gives, it learns what is there, and no more."""

import pytest

from models.text.corpus import FOLDER, Sentence
from pipeline.behaviours.classifier import BIAS, table_path

pytest.importorskip("sklearn", reason="training needs scikit-learn; the product does not")

from models.text.notes import head
from models.text.tasks import LANGUAGES, SHIPPED
from models.text.training import Task, sentences_of, table_text, trained
from models.text.validation import held_out

MOODS = Task("moods", ("customer",), {"sad": ("sad",)}, {"sad": 0.25})


def said(label: str, *texts: str, group: str = "one") -> list[Sentence]:
    return [Sentence(group, label, text) for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", SHIPPED, ids=lambda task: task.name)
def test_the_shipped_table_is_what_training_gives(task: Task, language: str) -> None:
    fresh = table_text(trained(task, sentences_of(task, language), language))
    shipped = table_path(language, task.name).read_text(encoding="utf-8")
    assert fresh == shipped, "run python -m models.text"


def test_the_notes_are_of_this_corpus() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert page.startswith(head(LANGUAGES[0])), "run python -m models.text"


def test_a_word_that_goes_with_a_class_speaks_for_it() -> None:
    sentences = said("sad", *["violets again"] * 5) + said("glad", *["tulips again"] * 5)
    weights = trained(MOODS, sentences, "en").weights
    assert weights["violets"][0] > 0 > weights["tulips"][0]
    assert abs(weights["again"][0]) < 1e-3 if "again" in weights else True


def test_where_the_words_tell_little_a_class_is_about_as_likely_as_its_share() -> None:
    sad, glad = ["well then"] * 30 + ["well no"] * 2, ["well then"] * 10 + ["well yes"] * 2
    linear = trained(MOODS, said("sad", *sad) + said("glad", *glad), "en")
    # Odds of sad: its share of 1/4 with 30 of its 32 sentences, against 3/4 with 10 of 12.
    expected = 0.25 * 30 / 32 / (0.25 * 30 / 32 + 0.75 * 10 / 12)
    assert linear.score(["well", "then"])[0] == pytest.approx(expected, abs=0.02)


def test_what_stands_in_one_sentence_alone_has_no_weight() -> None:
    sentences = said("sad", "rain again", "rain today") + said("glad", "sun again", "sun today")
    weights = trained(MOODS, [*sentences, *said("sad", "hail")], "en").weights
    assert "rain" in weights
    assert "hail" not in weights


def test_no_sentence_is_judged_by_its_own_group() -> None:
    sentences = [
        one
        for group in ("alpha", "beta", "gamma")
        for one in said("sad", *[f"{group} sad"] * 4, group=group)
        + said("glad", *[f"{group} glad"] * 4, group=group)
    ]
    moved = [
        Sentence(one.group, {"sad": "glad", "glad": "sad"}[one.label], one.text)
        if one.group == "alpha"
        else one
        for one in sentences
    ]
    alpha = [index for index, one in enumerate(sentences) if one.group == "alpha"]
    honest, swapped = (held_out(MOODS, some, "en")[alpha] for some in (sentences, moved))
    assert (honest == swapped).all()


def test_the_bias_is_always_told() -> None:
    sentences = said("sad", "one two", "one two") + said("glad", "three four", "three four")
    assert BIAS in trained(MOODS, sentences, "en").weights
