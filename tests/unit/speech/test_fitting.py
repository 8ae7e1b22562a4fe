"""Words fitted into speech: none in silence, none moved far, a late clock put right."""

import pytest

from pipeline.behaviours.call import Word
from pipeline.speech.fitting import fitted, lag, spread

SPEECH = ((1.0, 3.0), (5.0, 6.0))


def moved(start: float, end: float) -> list[tuple[float, float]]:
    words, _ = fitted([Word("word", start, end)], SPEECH)
    return [(word.start_s, word.end_s) for word in words]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((1.5, 2.0), [(1.5, 2.0)]),
        ((0.8, 1.6), [(1.0, 1.6)]),
        ((0.2, 0.6), [(1.0, 1.4)]),
        ((0.4, 1.1), [(1.0, 1.7)]),
        ((2.8, 3.1), [(2.8, 3.0)]),
        ((3.2, 3.5), [(2.7, 3.0)]),
        ((4.5, 7.0), [(5.0, 6.0)]),
        ((2.9, 5.6), [(5.0, 5.6)]),
        ((7.5, 8.0), []),
        ((-1.0, -0.5), []),
    ],
)
def test_a_word_is_cut_moved_or_left_out(
    given: tuple[float, float], expected: list[tuple[float, float]]
) -> None:
    assert moved(*given) == [pytest.approx(one) for one in expected]


def test_words_that_are_left_out_are_counted() -> None:
    words = [Word("a", 1, 2), Word("b", 9, 10), Word("c", 20, 21)]
    assert fitted(words, SPEECH)[1] == 2
    assert fitted(words, ())[1] == 3


def test_words_moved_to_an_edge_keep_their_order() -> None:
    words = [Word("a", 2.9, 3.0), Word("b", 3.1, 3.6), Word("c", 3.6, 3.9)]
    assert [word.text for word in fitted(words, SPEECH)[0]] == ["a", "b", "c"]


def test_words_without_times_take_the_time_of_the_speech_by_letters() -> None:
    words = [Word("abcd", 1, 6), Word("ef", 1, 6)]
    found = [(word.start_s, word.end_s) for word in spread(words, SPEECH)]
    assert found == [pytest.approx((1, 3)), pytest.approx((3, 6))]
    assert spread(words, ()) == words


TALK = ((1.0, 3.0), (5.0, 6.0), (9.0, 13.0), (14.0, 14.5))


@pytest.mark.parametrize("late", [-40.0, -2.0, 2.0, 17.35])
def test_a_clock_that_is_late_is_put_right(late: float) -> None:
    speech = tuple((start + 45, end + 45) for start, end in TALK)
    said = [(start - late, end - late) for start, end in speech]
    assert lag(said, speech, 70.0) == pytest.approx(late, abs=0.1)


def test_a_transcript_that_fits_is_not_moved() -> None:
    said = [(start + 0.1, end) for start, end in TALK]
    assert lag(said, TALK, 20.0) == 0
    assert lag([], TALK, 20.0) == lag(TALK, (), 20.0) == 0
