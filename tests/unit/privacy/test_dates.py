"""Dates as written and as spoken, which parts they have, and which of them are dates of birth."""

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.birthdates import find_birthdates
from pipeline.privacy.conversation import Conversation
from pipeline.privacy.dates import Date, dates
from tests.unit.privacy.marked_sentences import expected, found_in, sentences


def read(text: str) -> list[tuple[str, Date]]:
    conversation = Conversation.of({"customer": [Word(part, 0.0, 0.0) for part in text.split()]})
    return [
        (" ".join(conversation.tokens[one].written for one in date.positions), date)
        for date in dates(conversation.tokens)
    ]


@pytest.mark.parametrize(
    ("text", "month", "numbers"),
    [
        ("05/12/1984", None, (5, 12, 84)),
        ("5.12.84", None, (5, 12, 84)),
        ("1984-12-05", None, (84, 12, 5)),
        ("12 / 05 / 1984", None, (12, 5, 84)),
        ("5-Dec-1984", 12, (5, 84)),
        ("5 December 84", 12, (5, 84)),
        ("March 3rd, 1985", 3, (3, 85)),
        ("March third eighty-five.", 3, (3, 85)),
        ("December fifth nineteen eighty four", 12, (5, 84)),
        ("third of may two thousand and one", 5, (3, 1)),
        ("first of january two thousand", 1, (1, 0)),
        ("twenty first of uh june nineteen oh four", 6, (21, 4)),
        ("nineteen eighty four december five", 12, (84, 5)),
        ("fifth of the twelfth eighty four", None, (5, 12, 84)),
        ("five slash twelve slash eighty four", None, (5, 12, 84)),
        ("oh five twelve eighty four", None, (5, 12, 84)),
        ("ten twenty four nineteen seventy one", None, (10, 24, 71)),
    ],
)
def test_a_whole_date_has_its_parts(text: str, month: int | None, numbers: tuple[int, ...]) -> None:
    [(words, date)] = read(f"it was {text} I think")
    assert words == text
    assert (date.month, date.numbers) == (month, numbers)
    assert date.is_whole and not date.is_month_and_year


@pytest.mark.parametrize(
    "text",
    ["04/27", "04 / 27", "11/2026", "4 slash twenty seven", "oh four twenty seven",
     "june twenty eight", "december 2027", "april two thousand twenty one"],
)  # fmt: skip
def test_month_and_year_can_be_an_expiry(text: str) -> None:
    [(words, date)] = read(f"valid thru {text} okay")
    assert words == text
    assert date.is_month_and_year and not date.is_whole


@pytest.mark.parametrize(
    "text",
    ["may i help you", "we march on", "four one two two three three eight nine", "2019",
     "one two three testing", "i have two or three", "45/99", "the 45th", "32/13/1984", ""],
)  # fmt: skip
def test_other_numbers_and_words_are_no_dates(text: str) -> None:
    assert read(text) == []


def test_the_same_date_has_the_same_parts_however_it_is_told() -> None:
    told = ["05/12/1984", "december fifth eighty four", "5th of December '84", "1984-12-05"]
    assert len({read(text)[0][1].parts for text in told}) == 1


def test_only_a_row_of_numbers_says_that_it_is_one() -> None:
    assert read("oh five twelve eighty four")[0][1].is_row
    assert not read("05/12/84")[0][1].is_row


@pytest.mark.parametrize("line", sentences("birthdate", with_secrets=True))
def test_every_word_of_a_date_of_birth_is_found_and_no_other(line: str) -> None:
    assert found_in(line, find_birthdates) == expected(line)


@pytest.mark.parametrize("line", sentences("birthdate", with_secrets=False))
def test_other_dates_stay(line: str) -> None:
    assert "<" not in found_in(line, find_birthdates)
