"""Words in windows go back into the recording, inside the speech that they were heard in."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spans import Span, inside
from pipeline.speech.decoding import RawWord
from pipeline.speech.times import SNAP_S, placed
from pipeline.speech.windows import WindowOptions, pack

SPEECH = [(10.0, 12.0), (20.0, 21.0)]
"""In the window: 0.2–2.2 s and 2.6–3.6 s."""


def words(*times: Span) -> list[RawWord]:
    return [RawWord(f"w{i}", start, end, 0.9) for i, (start, end) in enumerate(times)]


def spans(heard: Sequence[RawWord], speech: Sequence[Span] = SPEECH) -> list[list[Span]]:
    (window,) = pack(speech, channel=0, duration_s=60.0)
    return [[(w.start_s, w.end_s) for w in own] for _, own in placed(window, heard)]


def test_words_come_back_in_the_time_of_their_recording() -> None:
    assert spans(words((0.8, 1.0), (1.0, 1.5), (3.0, 3.1))) == [
        [(10.6, 10.8), (10.8, 11.3)],
        [(20.4, 20.5)],
    ]


def test_first_and_last_words_reach_to_the_ends_of_their_stretch() -> None:
    """The alignment starts the first in the silence and ends the last early."""
    assert spans(words((0.0, 0.9), (0.9, 2.0))) == [[(10.0, 10.7), (10.7, 12.0)]]


def test_words_far_from_the_ends_stay_there() -> None:
    late, early = 0.2 + SNAP_S + 0.1, 2.2 - SNAP_S - 0.1
    assert spans(words((late, early))) == [[(10.4, 11.6)]]


def test_a_word_that_bridges_a_pause_belongs_where_most_of_it_is() -> None:
    assert spans(words((2.1, 3.2))) == [[(20.0, 20.6)]]
    assert spans(words((1.0, 2.7))) == [[(10.8, 12.0)]]


def test_a_word_in_silence_belongs_to_the_nearest_stretch() -> None:
    assert spans(words((2.25, 2.3))) == [[(12.0, 12.0)]]
    assert spans(words((25.0, 29.0))) == [[(21.0, 21.0)]]


@given(
    st.lists(st.tuples(st.floats(-1, 40), st.floats(0, 3)), max_size=20),
    st.sampled_from((0.0, 0.2)),
)
def test_no_word_lies_in_silence_or_ends_before_it_starts(
    times: list[tuple[float, float]], edge_s: float
) -> None:
    options = WindowOptions(edge_s=edge_s)
    heard = words(*sorted((start, start + length) for start, length in times))
    for window in pack(SPEECH, channel=0, duration_s=60.0, options=options):
        for piece, own in placed(window, heard):
            for word in own:
                assert word.start_s <= word.end_s
                assert inside([piece.speech], (word.start_s, word.end_s))


def test_no_words_are_nothing() -> None:
    assert spans([]) == []


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_the_probability_is_the_recognisers(probability: float) -> None:
    (window,) = pack(SPEECH, channel=0, duration_s=60.0)
    ((_, (word,)),) = placed(window, [RawWord("yes", 1.0, 1.2, probability)])
    assert word.probability == probability
