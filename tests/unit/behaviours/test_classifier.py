"""Classifiers read from tables, and the sentiment that one of them gives."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.behaviours.classifier import BAD, BIAS, GOOD, Linear, ngrams, valences
from pipeline.behaviours.phrases import MissingCueError
from pipeline.behaviours.sentiment import LONGEST, sentences, sentiment

COLOURS = Linear(
    ("red", "blue"),
    {BIAS: (-1.0, -2.0), "rose": (3.0, 0.0), "not rose": (-3.0, 1.0), BAD: (0.5, 0.0)},
    {"thorn": -3.0},
)


def test_a_score_is_the_softmax_of_the_weights_of_what_is_there() -> None:
    red, blue = COLOURS.score(["not", "rose"])
    odds = math.exp(-1.0 + 3.0 - 3.0), math.exp(-2.0 + 1.0)
    assert red == pytest.approx(odds[0] / (1 + sum(odds)))
    assert blue == pytest.approx(odds[1] / (1 + sum(odds)))


def test_a_word_counts_once_however_often_it_is_said() -> None:
    assert COLOURS.score(["rose", "rose", "rose"]) == COLOURS.score(["rose"])


def test_of_a_sentence_without_known_words_nothing_is_told() -> None:
    assert COLOURS.score(["oak"]) == (0.0, 0.0)
    assert COLOURS.score([]) == (0.0, 0.0)


def test_a_lexicon_tells_of_words_that_have_no_weight() -> None:
    one, two = COLOURS.score(["thorn"]), COLOURS.score(["thorn", "thorn"])
    assert 0 < one[0] < two[0]


def test_pairs_know_the_ends_of_the_sentence() -> None:
    assert list(ngrams(["no", "thanks"])) == ["no", "thanks", "^ no", "no thanks", "thanks $"]


def test_a_negation_up_to_three_words_before_turns_a_valence() -> None:
    lexicon = {"good": 2.0}
    assert dict(valences(["good"], lexicon)) == {GOOD: 2 / 3, BAD: 0}
    near = ["not", "at", "all", "good"]
    assert dict(valences(near, lexicon)) == {GOOD: 0, BAD: pytest.approx(0.74 * 2 / 3)}
    far = ["not", "that", "they", "know", "good"]
    assert dict(valences(far, lexicon)) == {GOOD: 2 / 3, BAD: 0}


NEGATIVE = (
    "the dishwasher you sold us floods the kitchen every night",
    "Nobody has answered my letter and I'm getting desperate!",
    "I've been cut off twice already and it still isn't sorted",
    "this tariff is a swindle",
    "you never rang me back",
    "I'm afraid my savings have been stolen",
)
NEUTRAL = (
    "the boat is twelve metres long",
    "my account number ends in five six",
    "Which platform does it leave from?",
    "we are a party of nine",
    "I live above the bakery",
    "yes that is right",
)
POSITIVE = (
    "what a kind thing to do, thank you",
    "That's marvellous, the kids will be thrilled!",
    "you've been ever so helpful today",
    "great it is up and running again",
    "I am really pleased with the way you dealt with it",
)


@pytest.mark.parametrize("text", NEGATIVE)
def test_problems_worries_and_complaints_are_negative(text: str) -> None:
    assert sentiment(text, "en", "customer") < -0.3


@pytest.mark.parametrize("text", NEUTRAL)
def test_facts_and_questions_are_near_zero(text: str) -> None:
    assert abs(sentiment(text, "en", "customer")) < 0.3


@pytest.mark.parametrize("text", POSITIVE)
def test_thanks_praise_and_relief_are_positive(text: str) -> None:
    assert sentiment(text, "en", "customer") > 0.3


def test_an_agent_who_is_sorry_for_trouble_is_not_negative() -> None:
    for text in (
        "I am so sorry that the dishwasher flooded your kitchen",
        "I understand how worrying this is for you",
    ):
        assert sentiment(text, "en", "agent") > max(-0.3, sentiment(text, "en", "customer"))


def test_an_agent_who_blames_or_refuses_is_negative() -> None:
    for text in ("well that is your own fault", "I can't help you with that, ring someone else"):
        assert sentiment(text, "en", "agent") < -0.3


def test_no_words_are_neutral() -> None:
    assert sentiment("", "en", "customer") == 0
    assert sentiment(" … ?! ", "en", "customer") == 0


def test_case_and_marks_within_a_sentence_change_nothing() -> None:
    assert sentiment("Thank you, that's GREAT!", "en", "customer") == sentiment(
        "thank you that's great", "en", "customer"
    )


def test_a_language_without_weights_has_no_sentiment() -> None:
    with pytest.raises((MissingCueError, KeyError)):
        sentiment("bonjour madame", "fr", "customer")


def test_sentences_weigh_by_their_words() -> None:
    parts = ("Thank you so much.", "My account number is four one nine two.")
    counts = [len(words) for part in parts for words in sentences(part, "en")]
    apart = sum(
        count * sentiment(part, "en", "customer") for part, count in zip(parts, counts, strict=True)
    ) / sum(counts)
    assert sentiment(" ".join(parts), "en", "customer") == pytest.approx(apart)


def test_a_turn_without_marks_is_judged_in_parts() -> None:
    lengths = [len(words) for words in sentences("and " * 100, "en")]
    assert sum(lengths) == 100
    assert max(lengths) <= LONGEST
    assert max(lengths) - min(lengths) <= 1


def test_a_complaint_within_much_small_talk_weighs_less() -> None:
    complaint = "this is the worst service and nothing works"
    talk = "so I went to the shop on the corner and bought a newspaper and some bread " * 6
    assert (
        sentiment(complaint, "en", "customer")
        < sentiment(f"{complaint} {talk}", "en", "customer")
        < 0
    )


@given(st.text(max_size=200))
def test_sentiment_is_between_minus_one_and_one(text: str) -> None:
    assert -1 <= sentiment(text, "en", "customer") <= 1
