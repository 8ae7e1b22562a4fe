"""Street addresses and postcodes, and the ways, places and minutes that are none."""

import pytest

from pipeline.privacy.addresses import find_addresses
from tests.unit.privacy.marked_sentences import expected, found_in, sentences


@pytest.mark.parametrize("line", sentences("address", with_secrets=True))
def test_every_word_from_house_to_postcode_is_found_and_no_other(line: str) -> None:
    assert found_in(line, find_addresses) == expected(line)


@pytest.mark.parametrize("line", sentences("address", with_secrets=False))
def test_what_only_resembles_an_address_stays(line: str) -> None:
    assert "<" not in found_in(line, find_addresses)


def test_a_street_that_may_be_something_else_needs_a_question() -> None:
    assert "<" not in found_in("seven mill close", find_addresses)
    assert "<seven mill close>" in found_in("A: your address / C: seven mill close", find_addresses)


def test_a_bare_postcode_needs_its_question() -> None:
    assert "<" not in found_in("A: your code / C: nine oh two one oh", find_addresses)
    assert "<nine oh two one oh>" in found_in(
        "A: your zip code / C: nine oh two one oh", find_addresses
    )
