"""What may not be heard is silent: secrets, their surroundings, and what nobody has read."""

import re
from collections.abc import Sequence

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.copies import CopyOptions, copy_name, silences
from pipeline.spans import Span, inside, seconds

OPTIONS = CopyOptions()
MARGIN = OPTIONS.margin_s


def said(text: str, start_s: float, *, word_s: float = 0.4, probability: float = 1.0) -> list[Word]:
    """Words one after the other without pauses."""
    return [
        Word(part, start_s + i * word_s, start_s + (i + 1) * word_s, probability)
        for i, part in enumerate(text.split())
    ]


def of_customer(
    words: Sequence[Word], speech: Sequence[Span], *, untimed: Sequence[Span] = ()
) -> Span | None:
    """The only silence in a minute's call in which the customer alone speaks, or None."""
    sides = {"agent": [], "customer": words}
    found = silences(sides, {"customer": speech}, 60.0, untimed=untimed)
    assert len(found) <= 1
    return found[0] if found else None


def test_a_call_without_secrets_stays_as_it_is() -> None:
    assert of_customer(said("my order is late", 5.0), [(5.0, 6.6)]) is None


def test_a_placeholder_is_silent_with_a_margin() -> None:
    found = of_customer(said("it is [card] thanks", 5.0), [(5.0, 6.6)])
    assert found == pytest.approx((5.8 - MARGIN, 6.2 + MARGIN))


def test_the_sides_share_their_silences() -> None:
    words = {"agent": said("[card]", 5.0), "customer": said("[cvv]", 20.0)}
    found = silences(words, {}, 60.0)
    assert [start for start, _ in found] == pytest.approx([5.0 - MARGIN, 20.0 - MARGIN])


def test_between_near_placeholders_nothing_is_heard() -> None:
    words = {"agent": said("okay", 6.0), "customer": [*said("[card]", 5.0), *said("[card]", 8.0)]}
    (found,) = silences(words, {}, 60.0)
    assert found == pytest.approx((5.0 - MARGIN, 8.4 + MARGIN))


def test_between_far_placeholders_words_stay() -> None:
    words = {"customer": [*said("[card]", 5.0), *said("[name]", 15.0)]}
    assert len(silences(words, {}, 60.0)) == 2


def test_speech_without_words_is_not_played() -> None:
    words = [*said("hello there", 5.0), *said("goodbye", 20.0)]
    found = of_customer(words, [(5.0, 5.8), (10.0, 13.0), (20.0, 20.4)])
    assert found == pytest.approx((10.0 - MARGIN, 13.0 + MARGIN))


def test_a_window_lost_inside_one_stretch_is_silent_from_word_to_word() -> None:
    words = [*said("hello there", 5.0), *said("goodbye", 20.0)]
    found = of_customer(words, [(5.0, 20.4)])
    assert found == pytest.approx((5.8 - MARGIN, 20.0 + MARGIN))


def test_a_lost_number_said_digit_by_digit_is_silent() -> None:
    """Each digit is a short stretch of speech of its own, and none has a word."""
    digits = [(10.0 + i, 10.35 + i) for i in range(4)]
    found = of_customer(said("hello there", 5.0), [(5.0, 5.8), *digits])
    assert found == pytest.approx((10.0 - MARGIN, 13.35 + MARGIN))


def test_a_breath_far_from_secrets_is_played() -> None:
    assert of_customer(said("hello there", 5.0), [(5.0, 5.8), (9.0, 9.3)]) is None


def test_a_lost_digit_near_a_placeholder_is_silent() -> None:
    found = silences(
        {"customer": said("[card]", 5.0)}, {"customer": [(5.0, 5.4), (7.0, 7.3)]}, 60.0
    )
    assert inside(found, (7.0, 7.3))


def test_a_doubtful_word_near_a_placeholder_is_silent() -> None:
    words = [*said("[card]", 5.0), *said("Kevin", 5.4, probability=0.5), *said("right", 6.5)]
    found = of_customer(words, [(5.0, 5.8), (6.5, 6.9)])
    assert found == pytest.approx((5.0 - MARGIN, 5.8 + MARGIN))


def test_doubtful_words_far_from_placeholders_are_played() -> None:
    words = [*said("[card]", 5.0), *said("what a long day", 30.0, probability=0.3)]
    found = of_customer(words, [(5.0, 5.4), (30.0, 31.6)])
    assert found is not None and found[1] < 10


def test_what_one_side_says_is_not_read_by_words_of_the_other() -> None:
    words = {"agent": said("so let us see what we have", 10.0), "customer": []}
    (found,) = silences(words, {"agent": [(10.0, 12.8)], "customer": [(10.5, 12.0)]}, 60.0)
    assert found == pytest.approx((10.5 - MARGIN, 12.0 + MARGIN))


def test_without_any_word_all_speech_is_silent() -> None:
    speech = [(1.0, 20.0), (30.0, 55.0)]
    found = silences({}, {"unknown": speech}, 60.0)
    assert all(inside(found, span) for span in speech)


def test_a_turn_whose_words_have_no_times_is_silent_whole() -> None:
    words = [*said("it is [card] okay", 5.0), *said("goodbye now", 20.0)]
    found = of_customer(words, [(5.0, 6.6), (20.0, 20.8)], untimed=[(4.8, 9.0), (20.0, 21.0)])
    assert found is not None
    assert found[0] <= 4.8 and found[1] >= 9.0
    assert found[1] < 20.0


def test_silences_end_with_the_recording() -> None:
    words = {"customer": [*said("[name]", 0.1), *said("[card]", 9.7)]}
    found = silences(words, {}, 10.0)
    assert found[0][0] == 0.0
    assert found[-1][1] == 10.0


def test_a_word_of_no_length_is_silent_too() -> None:
    found = of_customer([Word("[card]", 5.0, 5.0), Word("[cvv]", 5.2, 4.9)], [])
    assert found == pytest.approx((5.0 - MARGIN, 5.2 + MARGIN))


def test_times_that_go_back_hide_nothing() -> None:
    words = [*said("[card]", 30.0), *said("[cvv]", 10.0), *said("fine", 20.0)]
    found = silences({"customer": words}, {"customer": [(10.0, 30.4)]}, 60.0)
    assert inside(found, (30.0, 30.4))
    assert inside(found, (10.0, 10.4))


def test_ten_hours_of_withheld_words_are_silent_from_end_to_end() -> None:
    words = said("[withheld] " * 36_000, 0.0, word_s=1.0)
    speech = [(float(i), i + 0.9) for i in range(36_000)]
    assert seconds(silences({"customer": words}, {"customer": speech}, 36_000.0)) == 36_000.0


@pytest.mark.parametrize(
    "call_id",
    ["C1", "../../etc/passwd", "a/b\\c", "", "C1\n", "x" * 5_000, "名前", "\ud800", "CON", "a\0b"],
)
def test_the_name_of_a_copy_is_safe_for_any_id(call_id: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{40}\.flac", copy_name(call_id))
    assert copy_name(call_id) == copy_name(call_id)


def test_ids_that_differ_in_case_only_have_copies_of_their_own() -> None:
    assert copy_name("c1") != copy_name("C1")
