"""Redaction of any words: nothing long is left, nothing is added, twice is once."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.behaviours.call import Word
from pipeline.privacy import DIGIT_WORDS, EMAIL, NUMBER, redact, redact_text

SPOKEN = st.sampled_from(
    [*sorted(DIGIT_WORDS), "double", "triple", "twenty", "eleven", "forty-two", "at", "dot", "com",
     "uk", "mail", "anna", "a", "b", "underscore", "the", "number", "is", "1", "22", "333", "4444",
     "One,", "two.", "Three-four", "12-34", "+49", "1.5", "x1y", "anna@mail.com", NUMBER, EMAIL,
     "—", "…"]
)  # fmt: skip
SAID = st.lists(st.one_of(SPOKEN, st.text(max_size=6)), max_size=25)


def words(texts: list[str]) -> list[Word]:
    return [Word(text, index, index + 0.5) for index, text in enumerate(texts)]


def longest_run_of_digits(texts: list[str]) -> int:
    """Digits in a row that a listener would hear, of words for one digit and of figures."""
    longest = run = 0
    for text in texts:
        bare = re.sub(r"[^\w]", "", text.lower())
        count = 1 if bare in DIGIT_WORDS else len(bare) if bare.isdecimal() else 0
        run = run + count if count else 0
        longest = max(longest, run)
    return longest


@given(SAID)
def test_no_run_of_four_digits_survives(texts: list[str]) -> None:
    assert longest_run_of_digits([word.text for word in redact(words(texts))]) < 4


@given(SAID)
def test_twice_is_once(texts: list[str]) -> None:
    once = redact(words(texts))
    assert redact(once) == once


@given(SAID)
def test_never_more_words_and_what_stays_stays_as_it_was(texts: list[str]) -> None:
    before = words(texts)
    after = redact(before)
    assert len(after) <= len(before)
    assert all(word in before for word in after if word.text not in (NUMBER, EMAIL))
    assert [word.start_s for word in after] == sorted(word.start_s for word in after)


@given(SAID)
def test_no_typed_address_survives(texts: list[str]) -> None:
    assert not any("anna@mail.com" in word.text for word in redact(words(texts)))


@given(st.one_of(SAID.map(" ".join), st.text(max_size=60)))
def test_free_text_is_clean_and_stays_clean(text: str) -> None:
    clean = redact_text(text)
    assert not re.search(r"\d{4}", clean)
    assert redact_text(clean) == clean
