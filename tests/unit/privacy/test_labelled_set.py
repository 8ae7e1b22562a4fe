"""The labelled set is what it says, and the redactor keeps its bounds on the open family."""

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import KINDS
from pipeline.privacy.redaction import redact_call
from tests.truth.secrets import FAMILIES, Case, Sizes, labelled_set, templates, values
from tests.truth.secrets.figures import LIKE_A_NAME, NATO
from tests.truth.secrets.score import judged, verdict
from tests.truth.secrets.slots import KIND_OF
from tests.truth.secrets.templates import HARMLESS

LEAST_RECALL = {"card": 0.995, "cvv": 0.995}
LEAST_OTHER_RECALL = 0.97
MOST_TOUCHED = 0.02
FEWEST_TEMPLATES = {"card": 30, "cvv": 30, "harmless": 60}
SEVERAL = 200
SOME = Sizes(payment=600, other=100, harmless=900)
"""Enough for the bounds; the bench takes all."""

each_family = pytest.mark.parametrize("family", FAMILIES)


@cache
def cases(family: str) -> tuple[Case, ...]:
    return tuple(labelled_set(family))


def bare(template: str) -> str:
    """The words alone, without slots, case and marks."""
    return " ".join(re.findall(r"[a-z']+", re.sub(r"\{.*?\}|[AC]:", " ", template).lower()))


@each_family
def test_every_kind_has_its_cases_and_the_harmless_ones_are_as_many(family: str) -> None:
    counts = Counter(HARMLESS if one.is_harmless else one.section for one in cases(family))
    assert set(counts) == {*KINDS, HARMLESS}
    assert min(counts["card"], counts["cvv"]) >= 600
    assert min(counts.values()) >= 150
    assert counts[HARMLESS] >= sum(counts.values()) / 2


@each_family
def test_every_kind_has_enough_templates(family: str) -> None:
    counts = Counter(
        section.split()[0] for section, lines in templates(family).items() for _ in lines
    )
    assert {kind for kind in counts if counts[kind] < FEWEST_TEMPLATES.get(kind, 15)} == set()


def test_no_template_is_in_both_families_and_none_twice() -> None:
    every = [
        (section, bare(line))
        for family in FAMILIES
        for section, lines in templates(family).items()
        for line in lines
    ]
    # What is nothing but a slot says nothing that could be learnt.
    assert [one for one, count in Counter(every).items() if count > 1 and one[1]] == []


def test_the_same_seed_gives_the_same_set_and_another_seed_another() -> None:
    few = Sizes(payment=20, other=5, harmless=20)
    first, again, other = (list(labelled_set("development", seed=s, sizes=few)) for s in (1, 1, 2))
    assert [one.words for one in first] == [one.words for one in again]
    assert [one.words for one in first] != [one.words for one in other]


@each_family
def test_numbers_are_valid(family: str) -> None:
    seen: set[str] = set()
    for one in cases(family):
        numbers = {slot: "".join(groups) for slot, groups in one.values.items()}
        seen.update(numbers)
        if "card" in numbers:
            assert values.luhn_remainder(numbers["card"]) == 0
        if "iban" in numbers:
            assert values.iban_remainder(numbers["iban"]) == 1
        if "routing" in numbers:
            assert values.routing_remainder(numbers["routing"]) == 0
        if "ssn" in numbers:
            assert re.fullmatch(r"9\d{8}", numbers["ssn"])
    assert set(KIND_OF) <= seen


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "6011111111111117"])
def test_known_test_cards_are_valid(number: str) -> None:
    assert values.luhn_remainder(number) == 0
    assert values.luhn_remainder(number[:-1] + str((int(number[-1]) + 1) % 10)) != 0


def test_all_brands_are_drawn() -> None:
    rng = np.random.default_rng(3)
    drawn = ["".join(values.card(rng)) for _ in range(SEVERAL)]
    for brand, (prefixes, length) in values.BRANDS.items():
        assert any(one.startswith(prefixes) and len(one) == length for one in drawn), brand


@each_family
def test_what_is_typed_whole_is_labelled_whole(family: str) -> None:
    typed = 0
    for one in cases(family):
        for slot in {"card", "iban", "phone", "ssn"} & set(one.values):
            groups = one.values[slot]
            for (side, index), piece in one.places():
                signs = re.sub(r"[^a-z0-9+]", "", piece.text.lower())
                if signs == "".join(groups).lower():
                    typed += 1
                    kinds = {s.kind for s in one.secrets if (side, index) in s.places}
                    assert kinds == {KIND_OF[slot]}, piece
    assert typed > 50


@each_family
def test_labels_hit_words_of_secrets_alone(family: str) -> None:
    for one in cases(family):
        for secret in one.secrets:
            assert secret.places
            texts = [one.words[side][index].text for side, index in secret.places]
            assert all(re.search(r"[A-Za-z0-9]", text) for text in texts)
        assert bool(one.secrets) != one.is_harmless


@each_family
def test_names_that_are_said_are_those_of_the_log(family: str) -> None:
    for one in cases(family):
        known = " ".join(one.names).lower().split()
        for secret in (secret for secret in one.secrets if secret.kind == "name"):
            for side, index in secret.places:
                text = one.words[side][index].text.lower().strip(".,?!")
                spelled = len(re.sub(r"\W", "", text)) == 1 or "-" in text
                said = text.removesuffix("'s")
                assert spelled or said in known or is_for_a_letter(said), (said, known)


def is_for_a_letter(word: str) -> bool:
    return word in {name.lower() for name in (*LIKE_A_NAME.values(), *NATO.values())}


@each_family
def test_times_run_on_and_no_two_words_of_a_side_start_together(family: str) -> None:
    for one in cases(family):
        for words in one.words.values():
            starts = [word.start_s for word in words]
            assert sorted(set(starts)) == starts
            assert all(word.end_s > word.start_s for word in words)


def test_the_judge_sees_what_is_left_and_what_is_taken() -> None:
    case = next(one for one in cases("development") if one.section == "phone")
    untouched = verdict(case, case.words)
    assert not untouched.outcomes[0].is_gone
    assert untouched.touched == ()
    nothing = {
        side: [Word("[phone]", word.start_s, word.end_s) for word in words]
        for side, words in case.words.items()
    }
    taken = verdict(case, nothing)
    assert taken.outcomes[0].is_gone
    assert taken.outcomes[0].named
    assert len(taken.touched) == taken.plain > 0


def test_the_judge_does_not_take_a_placeholder_with_digits_left_at_it() -> None:
    case = next(one for one in cases("development") if one.section == "card")
    halves = {
        side: [Word(f"[card]{word.text}", word.start_s, word.end_s) for word in words]
        for side, words in case.words.items()
    }
    assert not verdict(case, halves).outcomes[0].is_gone


def test_the_redactor_keeps_its_bounds_on_the_open_family() -> None:
    some = labelled_set("development", sizes=SOME)
    verdicts = judged(some, lambda words, names: redact_call(words, names=names))
    said, gone = Counter[str](), Counter[str]()
    for outcome in (outcome for one in verdicts for outcome in one.outcomes):
        said[outcome.kind] += 1
        gone[outcome.kind] += outcome.is_gone
    recall = {kind: gone[kind] / said[kind] for kind in KINDS}
    low = {k: r for k, r in recall.items() if r < LEAST_RECALL.get(k, LEAST_OTHER_RECALL)}
    assert low == {}
    touched = [bool(one.touched) for one in verdicts if one.case.is_harmless]
    assert np.mean(touched) <= MOST_TOUCHED
