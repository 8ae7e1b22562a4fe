"""What is dropped as invented, and what is kept although it looks like it."""

import pytest

from pipeline.behaviours.call import Word
from pipeline.speech.decoding import Hypothesis
from pipeline.speech.invention import TrustOptions, why_not_stretch, why_not_window

OPTIONS = TrustOptions()


def said(text: str, probability: float = 0.9) -> list[Word]:
    return [Word(word, 0.0, 0.1, probability) for word in text.split()]


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (Hypothesis((), -0.2, 0.0), None),
        (Hypothesis((), -2.0, 0.0), None),
        (Hypothesis((), -0.2, 0.99), None),
        (Hypothesis((), -2.0, 0.9), "no speech, low confidence"),
        (Hypothesis((), -0.1, 0.0, looped=True), "repetition"),
    ],
)
def test_a_window_is_dropped_only_when_both_doubts_agree(
    heard: Hypothesis, reason: str | None
) -> None:
    assert why_not_window(heard, OPTIONS) == reason


@pytest.mark.parametrize(
    "text",
    ["Thanks for watching!", "Thank you so much for watching.", "Please subscribe to my channel.",
     "Subtitles by the Amara.org community", "Transcription by CastingWords",
     "See you in the next video."],
)  # fmt: skip
def test_what_stands_under_films_and_is_said_in_no_call_is_dropped_however_sure(text: str) -> None:
    assert why_not_stretch(said(text, 0.99), (0.0, 3.0), OPTIONS) == "stock phrase"


@pytest.mark.parametrize("text", ["Thank you.", "Bye.", "Okay.", "you", "I'm sorry."])
def test_short_courtesies_are_dropped_only_when_they_are_doubtful(text: str) -> None:
    assert why_not_stretch(said(text, 0.9), (0.0, 1.0), OPTIONS) is None
    reason = why_not_stretch(said(text, 0.2), (0.0, 1.0), OPTIONS)
    assert reason == "stock phrase, low confidence"


@pytest.mark.parametrize(
    "text",
    ["Thank you for waiting.", "Thanks for watching over my account.", "I want to subscribe.",
     "My subtitles are broken.", "The bill is wrong.", "See you next time.",
     "You find it on www.northwind.com."],
)  # fmt: skip
def test_what_only_resembles_a_stock_phrase_is_kept_also_when_doubtful(text: str) -> None:
    assert why_not_stretch(said(text, 0.2), (0.0, 3.0), OPTIONS) is None


def test_more_words_than_a_mouth_can_say_are_dropped() -> None:
    text = "one two three four five six seven eight"
    assert why_not_stretch(said(text), (0.0, 0.5), OPTIONS) == "more words than fit"
    assert why_not_stretch(said(text), (0.0, 1.2), OPTIONS) is None
    assert why_not_stretch(said("no no"), (0.0, 0.1), OPTIONS) is None
