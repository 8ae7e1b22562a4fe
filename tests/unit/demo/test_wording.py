import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flows.demo
from flows.demo import matters, phrases
from flows.demo.wording import (
    CHOICES,
    LETTERS,
    MAKERS,
    MEN,
    SURNAMES,
    WOMEN,
    fill,
    spell_under_hundred,
    spoken_words,
)

VOCABULARY = set(
    (Path(flows.demo.__file__).parent / "words.txt").read_text(encoding="utf-8").split()
)
CALL_SLOTS = {
    "agent", "name", "surname", "title", "company", "product", "issue", "fix", "given",
}  # fmt: skip


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif isinstance(value, matters.Matter):
        yield from texts((value.products, value.issues, value.openings, value.facts, value.fixes))


def all_texts() -> list[str]:
    """Every template and filling."""
    parts = [
        value
        for module in (phrases, matters)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, tuple)
    ]
    return [text for part in (*parts, *CHOICES.values()) for text in texts(part)]


def test_every_word_that_can_be_said_is_in_the_vocabulary() -> None:
    said = {word for text in all_texts() for word in spoken_words(re.sub(r"\{\w+\}", " ", text))}
    numbers = {word for n in range(1, 100) for word in spell_under_hundred(n).split()}
    people = {word for name in (*WOMEN, *MEN, *SURNAMES) for word in spoken_words(name)}
    assert said | numbers | people <= VOCABULARY
    assert set(LETTERS.lower()) <= VOCABULARY
    assert len(said) > 300


def test_every_word_of_many_calls_is_in_the_vocabulary(told: list[Any]) -> None:
    said = {word for one in told for line in one.script.lines for word in spoken_words(line.text)}
    assert said <= VOCABULARY
    assert len(said) > 350


def test_every_slot_can_be_filled_and_every_filling_is_used() -> None:
    used = {slot for text in all_texts() for slot in re.findall(r"\{(\w+)\}", text)}
    assert used - CALL_SLOTS <= set(CHOICES) | set(MAKERS)
    within_script = {"identifier", "item", "bill"}
    assert set(CHOICES) | set(MAKERS) <= used | within_script


@pytest.mark.parametrize(
    ("number", "words"),
    [(7, "seven"), (13, "thirteen"), (40, "forty"), (99, "ninety nine")],
)
def test_numbers_are_written_as_words(number: int, words: str) -> None:
    assert spell_under_hundred(number) == words


def test_fill_takes_what_is_known_first_and_begins_with_a_capital() -> None:
    rng = np.random.default_rng(1)
    assert fill("{product} is late", rng, {"product": "my parcel"}) == "My parcel is late"


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        fill("{nonsense}", np.random.default_rng(1), {})
