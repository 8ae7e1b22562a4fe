"""Whatever the grouping, the wording and the turns: no digit of a secret number is left."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.behaviours.call import Word
from pipeline.privacy.cards import is_card, passes_luhn
from pipeline.privacy.conversation import Conversation
from pipeline.privacy.numbers import find_numbers

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen")  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
REPEATS = {2: ("double",), 3: ("triple", "treble")}
FILLERS = ("uh", "um", "and", "then", "okay", "dash", "and then", "let me see", "")
HUMS = ("mm-hm", "okay", "go on", "yes", "got it", "right", "uh-huh", "next four", "thank you")
QUESTIONS = (
    "can I take the long card number please", "card number?", "which card would you like to use",
    "read me the sixteen digits on the front", "what's your card number",
    "could you give me the number on your visa",
)  # fmt: skip
ISSUERS = ("4", "51", "55", "2221", "6011", "37", "3528")

Turn = tuple[str, str, bool]
"""Who, what, and whether it is the secret."""


def conversation(turns: Sequence[Turn]) -> tuple[Conversation, set[int]]:
    """The turns as words with times, and the positions of the secret's words."""
    words: dict[str, list[Word]] = {}
    secret: set[int] = set()
    at_s, position = 0.0, 0
    for side, text, is_secret in turns:
        for part in text.split():
            words.setdefault(side, []).append(Word(part, at_s, at_s + 0.2))
            secret |= {position} if is_secret and part not in " ".join(FILLERS).split() else set()
            at_s, position = at_s + 0.3, position + 1
        at_s += 0.5
    return Conversation.of(words), secret


def left(turns: Sequence[Turn]) -> list[str]:
    """The words of the secret that are still readable."""
    talk, secret = conversation(turns)
    marks = find_numbers(talk)
    return [talk.tokens[position].written for position in sorted(secret - marks.keys())]


def with_check_digit(start: str) -> str:
    """The number with the last digit that makes it a card's."""
    return next(f"{start}{digit}" for digit in range(10) if passes_luhn(f"{start}{digit}"))


@st.composite
def cards(draw: st.DrawFn) -> str:
    issuer = draw(st.sampled_from(ISSUERS))
    length = 15 if issuer == "37" else 16
    rest = length - 1 - len(issuer)
    return with_check_digit(issuer + draw(st.text("0123456789", min_size=rest, max_size=rest)))


@st.composite
def groups(draw: st.DrawFn, number: str) -> list[str]:
    """The number cut anywhere, in groups of two to six digits."""
    found = []
    while number:
        size = draw(st.integers(2, 6))
        found.append(number[:size])
        number = number[size:]
    return found


@st.composite
def spoken(draw: st.DrawFn, digits: str) -> str:
    words = []
    while digits:
        run = next(n for n in (3, 2, 1) if digits[:n] == digits[0] * n)
        manners = ["single"] + ["repeat"] * (run > 1) + ["pair"] * (digits[:2] >= "10")
        manner = draw(st.sampled_from(manners)) if len(digits) > 1 else "single"
        if manner == "repeat":
            words += [draw(st.sampled_from(REPEATS[run])), DIGITS[int(digits[0])]]
            digits = digits[run:]
        elif manner == "pair":
            words.append(pair(digits[:2]))
            digits = digits[2:]
        else:
            zero = draw(st.sampled_from(("oh", "zero")))
            words.append(DIGITS[int(digits[0])] if digits[0] != "0" else zero)
            digits = digits[1:]
    return " ".join(words)


def pair(digits: str) -> str:
    value = int(digits)
    if value < 20:
        return TEENS[value - 10]
    unit = f" {DIGITS[value % 10]}" if value % 10 else ""
    return TENS[value // 10 - 2] + unit


@st.composite
def typed(draw: st.DrawFn, digits: str) -> str:
    return draw(st.sampled_from((digits, "-".join(digits), " ".join(digits), f"{digits},")))


@st.composite
def dictated(draw: st.DrawFn) -> list[Turn]:
    """A card number in answer to a question, in turns, with hums and read back in between."""
    turns: list[Turn] = [("agent", draw(st.sampled_from(QUESTIONS)), False)]
    write = draw(st.sampled_from((spoken, typed)))
    for group in draw(groups(draw(cards()))):
        said = draw(write(group))
        turns.append(("customer", f"{draw(st.sampled_from(FILLERS))} {said}", True))
        if draw(st.booleans()):
            turns.append(("agent", draw(st.sampled_from(HUMS)), False))
        elif draw(st.booleans()):
            turns.append(("agent", draw(write(group)), True))
    return turns


@settings(max_examples=60, deadline=None, derandomize=True)
@given(dictated())
def test_no_digit_of_a_dictated_card_is_left(turns: list[Turn]) -> None:
    assert left(turns) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_a_whole_card_is_found_without_any_hint(data: st.DataObject) -> None:
    number = data.draw(cards())
    assert left([("text", data.draw(spoken(number)), True)]) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_three_digits_are_a_code_where_one_was_asked_for(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from((
        "and the three digits on the back", "what's the security code", "CVV please",
        "the code on the signature strip", "and on the back of the card?",
    )))  # fmt: skip
    digits = data.draw(st.text("0123456789", min_size=3, max_size=3))
    write = data.draw(st.sampled_from((spoken, typed)))
    said = f"{data.draw(st.sampled_from(FILLERS))} {data.draw(write(digits))}"
    assert left([("agent", question, False), ("customer", said, True)]) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(21, 9999), st.sampled_from(("dollars", "minutes", "boxes", "percent")))
def test_what_is_counted_stays(number: int, unit: str) -> None:
    talk, _ = conversation([("agent", f"so that is {number} {unit} for the card number", False)])
    assert find_numbers(talk) == {}


@settings(max_examples=20, deadline=None, derandomize=True)
@given(dictated())
def test_the_same_words_give_the_same_marks(turns: list[Turn]) -> None:
    first, _ = conversation(turns)
    second, _ = conversation(turns)
    assert list(find_numbers(first).items()) == list(find_numbers(second).items())


@pytest.mark.parametrize(
    "number", ["4111111111111111", "378282246310005", "5555555555554444", "6011111111111117"]
)
def test_test_cards_are_cards(number: str) -> None:
    assert is_card(number)
    assert not is_card(number[:-1] + str((int(number[-1]) + 1) % 10))
