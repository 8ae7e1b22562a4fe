"""Secret numbers are found in many wordings, and what only looks like them stays."""

from pathlib import Path

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import Conversation
from pipeline.privacy.numbers import find_numbers

HERE = Path(__file__).parent
SIDES = {"A:": "agent", "C:": "customer"}


def exchanges(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def conversation(exchange: str) -> tuple[Conversation, list[str]]:
    """The words without braces, and those that stood between them."""
    words: dict[str, list[Word]] = {}
    secret: list[str] = []
    at_s, inside = 0.0, False
    for turn in exchange.split(" | "):
        side = SIDES.get(turn[:2], "customer")
        for part in turn[2:].split() if turn[:2] in SIDES else turn.split():
            inside = inside or part.startswith("{")
            text = part.strip("{}")
            secret += [text] if inside else []
            inside = inside and not part.endswith("}")
            words.setdefault(side, []).append(Word(text, at_s, at_s + 0.25))
            at_s += 0.3
        at_s += 0.6
    return Conversation.of(words), secret


def found(exchange: str) -> list[str]:
    talk, _ = conversation(exchange)
    return [talk.tokens[position].written for position in sorted(find_numbers(talk))]


def kinds(exchange: str) -> set[str]:
    return set(find_numbers(conversation(exchange)[0]).values())


@pytest.mark.parametrize("exchange", exchanges("numbers_secret.txt"))
def test_secret(exchange: str) -> None:
    assert found(exchange) == conversation(exchange)[1]


@pytest.mark.parametrize("exchange", exchanges("numbers_harmless.txt"))
def test_harmless(exchange: str) -> None:
    assert found(exchange) == []


@pytest.mark.parametrize(
    ("exchange", "kind"),
    [
        ("A: card number? | C: 4111 1111 1111 1111", "card"),
        ("A: what's the security code? | C: one two three", "cvv"),
        ("A: expiry date? | C: oh four twenty seven", "expiry"),
        ("C: my IBAN is DE89 3704 0044 0532 0130 00", "iban"),
        ("C: my account number is one two three four five six seven eight", "account"),
        ("C: my social is 123-45-6789", "ssn"),
        ("C: call me on 555 010 0199", "phone"),
        ("C: my PIN is four four one two", "number"),
        ("C: 88219934", "number"),
        ("C: pay it to NL91 ABNA 0417 1643 00", "iban"),
        ("C: 4111111111111111", "card"),
    ],
)
def test_kind(exchange: str, kind: str) -> None:
    assert kinds(exchange) == {kind}


def test_card_data_have_three_kinds() -> None:
    assert kinds("C: my card is 4111 1111 1111 1111, 09/28 and the CVV is 123") == {
        "card", "expiry", "cvv"
    }  # fmt: skip


def test_a_card_given_as_an_order_number_goes() -> None:
    assert found("C: the order number is 4111 1111 1111 1111") == ["4111"] + ["1111"] * 3


def test_a_number_read_back_later_goes() -> None:
    later = " | ".join(["A: let me have a look at that for you"] * 12)
    exchange = f"C: my card is four one two two nine | {later} | A: so four one two two"
    assert found(exchange)[-4:] == ["four", "one", "two", "two"]


def test_a_long_run_of_digits_without_a_hint_goes_with_ordinals_and_words_misheard_in_it() -> None:
    said = "fourth three one zero six zero five foul five two six two three five eight three"
    assert found(f"C: Short if {said}.") == f"{said}.".split()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("A: security code?", "four heaven two"),
        ("A: security code?", "four eight tool"),
        ("A: card number?", "four five foul six one two two double old nine tents one"),
        ("A: the last four of your social?", "four war ford three"),
        ("A: your PIN?", "seven double sixth one"),
    ],
)
def test_words_misheard_among_asked_digits_go_with_them(question: str, answer: str) -> None:
    assert found(f"{question} | C: {answer}") == answer.split()


def test_a_card_with_a_slip_after_an_order_number_goes() -> None:
    card = "four five five six, one two two one, oh oh one nine, no, oh oh one eight, nine eight"
    exchange = f"A: order number? | C: 8 8 1 2 9 | A: and you pay how? | C: {card}"
    assert found(exchange) == [word for word in card.split() if word != "no,"]


def test_words_without_times_are_read_in_order() -> None:
    text = "my pin is 4 4 1 2 and I waited 20 minutes"
    words = [Word(part, 0.0, 0.0) for part in text.split()]
    marks = find_numbers(Conversation.of({"text": words}))
    assert sorted(marks) == [3, 4, 5, 6]


@pytest.mark.parametrize(
    "text", ["", "hello", "²", "٣٤٥", "double", "hundred " * 3000, "4 " * 3000]
)
def test_strange_text_is_no_error(text: str) -> None:
    words = [Word(part, 0.0, 0.0) for part in text.split()]
    assert find_numbers(Conversation.of({"text": words})).keys() <= set(range(len(words)))


def test_a_conversation_without_words_has_no_numbers() -> None:
    assert find_numbers(Conversation.of({})) == {}
