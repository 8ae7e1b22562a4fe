"""The names of the call log: misheard, spelled, and those that are everyday words as well."""

import pytest

from pipeline.privacy.names import find_names
from tests.unit.privacy.marked_sentences import expected, found_in, sentences

NAMES = (
    "Maria Gonzalez-Lopez", "O'Neill, Pat", "Dr. Lee", "Will Young", "Grace May", "José Muñoz",
    "Shaun McDonald", "Ludwig van der Berg", "Mark Price", "Katherine Hughes", "Rose Hill",
    "Joy Banks", "Hope Fields", "Chase Wood", "Jack Black",
)  # fmt: skip


@pytest.mark.parametrize("line", sentences("name", with_secrets=True))
def test_every_part_of_a_known_name_is_found_and_no_other_word(line: str) -> None:
    assert found_in(line, find_names, NAMES) == expected(line)


@pytest.mark.parametrize("line", sentences("name", with_secrets=False))
def test_words_that_are_names_too_stay_words(line: str) -> None:
    assert "<" not in found_in(line, find_names, NAMES)


@pytest.mark.parametrize("names", [(), ("",), ("J.",), ("Dr. J. M.",), ("  ,  ",), ("12345",)])
def test_a_log_without_a_name_finds_nothing(names: tuple[str, ...]) -> None:
    assert "<" not in found_in("my name is j m smith doctor 12345", find_names, names)


def test_an_initial_alone_is_no_name() -> None:
    line = "it is the j model and anna j smith has it"
    assert found_in(line, find_names, ("Anna J. Smith",)) == (
        "it is the j model and <anna j smith> has it"
    )


def test_a_short_name_is_not_misheard_by_a_letter() -> None:
    assert "<" not in found_in("the holy bolt and the halt", find_names, ("Ann Holt",))
