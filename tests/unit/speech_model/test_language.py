"""The English that the small speech model learns: enough words, fixed scoring, ordinary calls."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from flows.demo import wording
from models.speech.language import call, sentence, spoken_words, vocabulary, words
from models.speech.language.entries import entries
from models.speech.language.figures import MAKERS
from models.speech.language.filling import ALIASES, SECTOR_SLOTS, parts
from models.speech.language.habits import contract
from models.speech.language.sections import (
    FEWEST_SCORING,
    all_templates,
    sections,
    sectors,
)

DEMO_WORDS = Path(wording.__file__).with_name("words.txt").read_text(encoding="utf-8").split()
SPEAKABLE = re.compile(r"[A-Za-z',.? ]+")


def bare(text: str) -> str:
    return " ".join(spoken_words(text))


def sentences(seed: int, count: int, *, scoring: bool = False) -> list[str]:
    rng = np.random.default_rng(seed)
    return [sentence(rng, scoring=scoring) for _ in range(count)]


@pytest.fixture(scope="module")
def training() -> list[str]:
    return sentences(1, 40_000)


@pytest.fixture(scope="module")
def scoring() -> list[str]:
    return sentences(2, 8_000, scoring=True)


def test_more_than_three_thousand_words_are_really_said_in_sentences(training: list[str]) -> None:
    said = {word for text in training for word in spoken_words(text)}
    assert said <= set(vocabulary())
    assert len(said) >= 3_000


def test_random_words_cover_the_whole_vocabulary_evenly() -> None:
    rng = np.random.default_rng(3)
    said = [word for _ in range(8_000) for word in spoken_words(words(rng, 8))]
    assert set(said) == set(vocabulary())
    counts = np.unique(said, return_counts=True)[1]
    assert counts.min() >= 3
    assert counts.max() < 6 * counts.mean()


def test_words_gives_as_many_words_as_asked_for() -> None:
    rng = np.random.default_rng(4)
    assert [len(spoken_words(words(rng, count))) for count in (1, 5, 9)] == [1, 5, 9]


def test_every_word_of_the_demo_is_in_the_vocabulary() -> None:
    assert len(DEMO_WORDS) > 500
    assert not set(DEMO_WORDS) - set(vocabulary())


def test_the_vocabulary_is_sorted_lower_case_and_without_repeats() -> None:
    assert list(vocabulary()) == sorted({word.lower() for word in vocabulary()})


def test_sentences_are_cased_punctuated_and_without_digits_or_hyphens(
    training: list[str], scoring: list[str]
) -> None:
    for text in (*training, *scoring):
        assert SPEAKABLE.fullmatch(text), text
        assert text[0].isupper(), text
        assert text[-1] in ".?", text
        assert "  " not in text, text


def test_sentences_have_one_to_twenty_two_words_and_some_nine_on_average(
    training: list[str],
) -> None:
    lengths = [len(spoken_words(text)) for text in training]
    assert min(lengths) >= 1
    assert max(lengths) <= 22
    assert 8 <= np.mean(lengths) <= 10


def test_sentences_vary(training: list[str]) -> None:
    assert len(set(training)) > 0.65 * len(training)


def test_same_seed_same_text() -> None:
    assert sentences(5, 200) == sentences(5, 200)
    assert sentences(5, 200) != sentences(6, 200)
    first, again = (call(np.random.default_rng(7), scoring=True) for _ in range(2))
    assert first == again


def test_each_section_keeps_templates_for_scoring_only() -> None:
    for section in sections().values():
        if section.stock:
            continue
        assert len(section.scoring) >= FEWEST_SCORING, section.key
        assert len(section.training) > len(section.scoring), section.key


def test_no_template_is_both_trained_and_scored_on() -> None:
    spoken = [section for section in sections().values() if not section.stock]
    trained = {template for section in spoken for template in section.training}
    scored = {template for section in spoken for template in section.scoring}
    stock = {t for section in sections().values() if section.stock for t in section.training}
    assert not trained & scored
    assert not stock & scored
    assert 0.1 <= len(scored) / len(trained | scored) <= 0.15


def test_no_scored_sentence_is_ever_trained_on(training: list[str], scoring: list[str]) -> None:
    assert not {bare(text) for text in training} & {bare(text) for text in scoring}


def test_there_are_five_hundred_templates() -> None:
    assert len(set(all_templates())) >= 500


def test_every_slot_is_filled_and_every_lexicon_used() -> None:
    lines = (line for lexicon in entries().values() for line in lexicon)
    in_code = {f"{sector}_{slot}" for sector in sectors() for slot in (*SECTOR_SLOTS, "company")}
    in_code |= {"agent_opener", "customer_opener", "tail"}
    wanted = slots(all_templates()) | slots(lines) | in_code
    filled = set(entries()) | set(MAKERS) | set(ALIASES) | SECTOR_SLOTS
    assert wanted <= filled
    assert set(entries()) <= wanted | set(ALIASES.values())


def slots(templates: Iterable[str]) -> set[str]:
    return {slot for template in templates for slot in parts(template)[1::2]}


def test_lexicon_and_templates_have_no_blank_or_repeated_lines() -> None:
    for name, lines in entries().items():
        assert all(line == line.strip() != "" for line in lines), name
        assert len(lines) == len(set(lines)) or name == "company_name", name


@pytest.mark.parametrize("scoring", [False, True])
def test_calls_run_from_the_agents_greeting_to_a_goodbye(scoring: bool) -> None:
    for seed in range(60):
        turns = call(np.random.default_rng(seed), scoring=scoring)
        assert 12 <= len(turns) <= 40
        assert {side for side, _ in turns} == {"agent", "customer"}
        assert turns[0][0] == "agent"
        assert re.search(r"(?i)hello|good|thank|welcome|hi\b|morning", turns[0][1])
        assert re.search(r"(?i)bye|thank|take care", turns[-1][1])
        assert all(SPEAKABLE.fullmatch(text) for _, text in turns)


def test_the_customer_keeps_one_surname_within_a_call() -> None:
    named = re.compile(r"\b(?:Mister|Miss|Missus|Madam|Professor) ([A-Z]\w+)")
    found = [set(named.findall(said_in_call(seed, scoring=False))) for seed in range(60)]
    assert max(map(len, found)) == 1


def said_in_call(seed: int, *, scoring: bool) -> str:
    return " ".join(text for _, text in call(np.random.default_rng(seed), scoring=scoring))


def test_scored_calls_say_nothing_trained_but_stock_replies() -> None:
    stock = [text for section in sections().values() if section.stock for text in section.training]
    shared = turns_in_calls(scoring=True) & turns_in_calls(scoring=False)
    assert shared <= {bare(said) for text in stock for said in (text, contract(text))}


def turns_in_calls(*, scoring: bool) -> set[str]:
    calls = (call(np.random.default_rng(seed), scoring=scoring) for seed in range(150))
    return {bare(text) for turns in calls for _, text in turns}
