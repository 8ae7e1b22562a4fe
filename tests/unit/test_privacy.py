"""What redaction removes, what it leaves, and what it says of times and confidence."""

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy import EMAIL, NUMBER, redact, redact_text


def spoken(text: str) -> str:
    words = [Word(part, index, index + 0.5) for index, part in enumerate(text.split())]
    return " ".join(word.text for word in redact(words))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card is four one one one", "my card is [number]"),
        ("it's Four, one, one. one thanks", "it's [number] thanks"),
        ("four-one-one-one", "[number]"),
        ("forty one eleven ninety two", "[number]"),
        ("twenty-two thirty-three", "[number]"),
        ("double seven triple five", "[number]"),
        ("triple oh seven", "[number]"),
        ("4111 1111 1111 1111 please", "[number] please"),
        ("4111-1111-1111-1111", "[number]"),
        ("4111.1111.1111.1111", "[number]"),
        ("01.23.45.67.89", "[number]"),
        ("+4917012345678", "[number]"),
        ("(555) 123-4567.", "[number]"),
        ("DE89370400440532013000", "[number]"),
        ("order 1 2 3 4 5", "order [number]"),
        ("anna at mail dot com", "[email]"),
        ("anna dot smith at mail dot co dot uk thanks", "[email] thanks"),
        ("a n n a at g mail dot com", "[email]"),
        ("write to Anna.Smith+x@mail.example.com.", "write to [email]"),
        ("(anna@mail.com).)", "[email]"),
        ("anna one nine eight four at mail dot com", "anna [email]"),
        ("a at 1 2 3 4 dot com", "[email]"),
    ],
)  # fmt: skip
def test_secrets_are_replaced(said: str, kept: str) -> None:
    assert spoken(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "one two three",
        "in twenty four to forty eight hours",
        "five to ten minutes",
        "double four",
        "oh no oh oh",
        "meet me at noon dot",
        "look at that",
        "it costs $1.50 or 2.30",
        "",
    ],
)
def test_ordinary_words_stay(said: str) -> None:
    assert spoken(said) == said


def test_a_number_over_several_turns_is_one_placeholder_with_their_time_and_doubt() -> None:
    words = [Word("four", 1.0, 1.2, 0.9), Word("one", 1.3, 1.5, 0.4),
             Word("two", 9.0, 9.2, 0.8), Word("two", 9.3, 9.5, 0.7)]  # fmt: skip
    assert redact(words) == (Word(NUMBER, 1.0, 9.5, 0.4),)


def test_a_placeholder_ends_with_the_last_of_overlapping_words() -> None:
    words = [Word("12", 1.0, 5.0), Word("34", 1.5, 2.0)]
    assert redact(words) == (Word(NUMBER, 1.0, 5.0),)


def test_no_words_are_no_words() -> None:
    assert redact([]) == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call me: 0170/1234567", "call me: [number]"),
        ("I gave a 10", "I gave a 10"),
        ("mail a.b@c.com or\nd@e.org", "mail [email] or [email]"),
        ("four one one one", "[number]"),
        ("x4111111111111111y", "[number]"),
    ],
)
def test_free_text(text: str, kept: str) -> None:
    assert redact_text(text) == kept
    assert redact_text(kept) == kept
    assert EMAIL not in text
