"""E-mail addresses, typed and spoken, and the web sites, shops and places that are none."""

import pytest

from pipeline.privacy.email import find_emails
from tests.unit.privacy.marked_sentences import expected, found_in, sentences


@pytest.mark.parametrize("line", sentences("email", with_secrets=True))
def test_every_word_of_an_address_is_found_and_no_other(line: str) -> None:
    assert found_in(line, find_emails) == expected(line)


@pytest.mark.parametrize("line", sentences("email", with_secrets=False))
def test_what_only_resembles_an_address_stays(line: str) -> None:
    assert "<" not in found_in(line, find_emails)


def test_an_address_is_found_far_into_a_call() -> None:
    line = "so we talked about it " * 300 + "write to jane dot doe at example dot com okay"
    assert found_in(line, find_emails).endswith("to <jane dot doe at example dot com> okay")


def test_nobody_said_anything() -> None:
    assert found_in("", find_emails) == ""
