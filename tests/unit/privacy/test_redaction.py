"""Redaction as a whole: placeholders and their times, languages, text, twice is once."""

import re

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.redaction import redact_call, redact_text, with_placeholders

CARD = "my card number is four one one one one one one one one one one one one one one one thanks"


def words(text: str, start_s: float = 0.0) -> list[Word]:
    return [
        Word(part, start_s + 0.3 * index, start_s + 0.3 * index + 0.25, 0.9)
        for index, part in enumerate(text.split())
    ]


def text_of(said: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in said)


def test_a_secret_becomes_one_placeholder_with_the_time_of_its_words() -> None:
    said = words(CARD)
    clean = redact_call({"customer": said})["customer"]
    assert text_of(clean) == "my card number is [card] thanks"
    placeholder = clean[4]
    assert (placeholder.start_s, placeholder.end_s) == (said[4].start_s, said[19].end_s)


def test_a_placeholder_does_not_bridge_a_pause_and_is_as_sure_as_its_least_sure_word() -> None:
    said = [Word("a", 0, 1, 0.9), Word("b", 1.4, 2, 0.2), Word("c", 2.6, 3, 0.8)]
    clean = with_placeholders(said, ["card", "card", "card"])
    assert [(w.start_s, w.end_s, w.probability) for w in clean] == [(0, 2, 0.2), (2.6, 3, 0.8)]


def test_a_secret_asked_for_by_one_and_told_by_the_other_in_two_turns() -> None:
    clean = redact_call({
        "agent": words("could I have the long number on the card", 0) + words("mm-hm", 12.0),
        "customer": words("four one one one two two two two", 6) + words("three four five six "
                          "seven eight nine oh", 14),
    })  # fmt: skip
    assert set(text_of(clean["customer"]).split()) == {"[card]"}
    assert text_of(clean["agent"]) == "could I have the long number on the card mm-hm"


def test_a_number_is_seen_whole_while_the_other_side_speaks() -> None:
    clean = redact_call({
        "agent": words("good morning Northwind Broadband Martin speaking how can I help", 0.1),
        "customer": words("it is seven three five nine one one zero four", 0.4),
    })  # fmt: skip
    assert text_of(clean["customer"]) == "it is [number]"
    assert "[" not in text_of(clean["agent"])


def test_what_is_a_placeholder_already_stays() -> None:
    said = words("my card is [card] and my name is [redacted] [withheld]")
    assert redact_call({"customer": said})["customer"] == tuple(said)


@pytest.mark.parametrize("text", [
    CARD,
    "mail me at anna dot smith at example dot com or 555 123 4567",
    "I was born on the third of may nineteen eighty four and live at 12 Oak Street Springfield",
])  # fmt: skip
def test_twice_is_once(text: str) -> None:
    once = redact_call({"customer": words(text)})
    assert redact_call(once) == once


@pytest.mark.parametrize(("language", "said"), [
    ("de", "meine nummer ist vier eins zwei zwei drei fünf acht neun danke"),
    ("fr", "mon numéro est quatre un deux deux trois cinq merci"),
    ("es", "mi número es 4122 3456 7890 1234 gracias"),
    ("de-AT", "schreiben Sie an anna.beispiel@example.com bitte"),
])  # fmt: skip
def test_of_languages_with_known_numbers_these_and_addresses_are_taken_out(
    language: str, said: str
) -> None:
    clean = text_of(redact_call({"customer": words(said)}, language=language)["customer"])
    assert re.search(r"\[(number|card|phone|email)\]", clean) and not re.search(r"\d|@", clean)
    assert (
        clean.split()[0] == said.split(maxsplit=1)[0]
        and clean.split()[-1] == said.rsplit(maxsplit=1)[-1]
    )


@pytest.mark.parametrize("language", ["fi", "auto", "xx", ""])
def test_words_of_a_language_that_nobody_can_redact_are_withheld(language: str) -> None:
    clean = redact_call({"customer": words("hyvää päivää"), "agent": []}, language=language)
    assert text_of(clean["customer"]) == "[withheld]" and clean["agent"] == ()


def test_free_text_keeps_its_punctuation_and_loses_its_secrets() -> None:
    text = "Great!  Call me on (555) 123-4567, or mail jane.example@example.com (Jane)."
    assert redact_text(text, names=("Jane Example",)) == (
        "Great! Call me on [phone] or mail [email] [name]"
    )
    assert redact_text("") == ""
    assert redact_text("Order 12345 came after 3 days, for $20.50.") == (
        "Order 12345 came after 3 days, for $20.50."
    )


def test_an_empty_call_stays_empty() -> None:
    assert redact_call({}) == {} and redact_call({"agent": []}) == {"agent": ()}
