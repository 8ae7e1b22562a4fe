"""Turns of any speech: every word in one turn of its side, nothing outside speech."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.behaviours.call import Turn, Word
from pipeline.spans import Span, inside, merged, seconds
from pipeline.speech.turns import TurnOptions, turns

OPTIONS = TurnOptions()
TENTHS = st.integers(0, 600).map(lambda tenth: tenth / 10)
SPAN = st.tuples(TENTHS, st.integers(1, 80)).map(lambda s: (s[0], round(s[0] + s[1] / 10, 1)))
SPEECH = st.fixed_dictionaries(
    {side: st.lists(SPAN, max_size=10).map(merged) for side in ("agent", "customer")}
)
MOMENTS = st.lists(st.tuples(st.sampled_from(("agent", "customer")), TENTHS), max_size=20)

Speech = dict[str, tuple[Span, ...]]


def said(moments: list[tuple[str, float]]) -> dict[str, list[Word]]:
    words: dict[str, list[Word]] = {"agent": [], "customer": []}
    for number, (side, at) in enumerate(sorted(moments, key=lambda moment: moment[1])):
        words[side].append(Word(f"{side}{number}", at, at + 0.1))
    return words


def of(side: str, result: tuple[Turn, ...]) -> list[Turn]:
    return [turn for turn in result if turn.side == side]


@given(SPEECH, MOMENTS)
def test_every_word_lands_in_exactly_one_turn_of_its_side(
    speech: Speech, moments: list[tuple[str, float]]
) -> None:
    words = said(moments)
    result = turns(speech, words)
    for side, spoken in words.items():
        landed = Counter(word.text for turn in of(side, result) for word in turn.words)
        assert landed == Counter(word.text for word in spoken if speech[side])


@given(SPEECH, MOMENTS)
def test_a_word_is_never_nearer_to_another_turn(
    speech: Speech, moments: list[tuple[str, float]]
) -> None:
    def away(turn: Turn, word: Word) -> float:
        middle = (word.start_s + word.end_s) / 2
        return max(turn.start_s - middle, middle - turn.end_s, 0.0)

    result = turns(speech, said(moments))
    for turn in result:
        for word in turn.words:
            assert away(turn, word) == min(away(other, word) for other in of(turn.side, result))


@given(SPEECH, MOMENTS)
def test_words_keep_their_order_and_make_the_text(
    speech: Speech, moments: list[tuple[str, float]]
) -> None:
    for turn in turns(speech, said(moments)):
        assert [w.start_s for w in turn.words] == sorted(w.start_s for w in turn.words)
        assert turn.text == " ".join(word.text for word in turn.words)


@given(SPEECH)
def test_turns_are_sorted_and_hold_all_speech_and_little_else(speech: Speech) -> None:
    result = turns(speech, {})
    assert [turn.start_s for turn in result] == sorted(turn.start_s for turn in result)
    for side, spans in speech.items():
        own = [(turn.start_s, turn.end_s) for turn in of(side, result)]
        assert all(inside(merged(own), span) for span in spans)
        closed = merged(spans, OPTIONS.pause_s + 1e-9)
        assert all(inside(closed, turn) for turn in own)


@given(SPEECH)
def test_main_turns_of_a_side_are_apart(speech: Speech) -> None:
    for side in speech:
        main = [turn for turn in of(side, turns(speech, {})) if not turn.backchannel]
        assert all(a.end_s < b.start_s for a, b in pairwise(main))


@given(SPEECH)
def test_a_backchannel_is_short_and_inside_the_others_longer_speech(speech: Speech) -> None:
    for turn in turns(speech, {}):
        if turn.backchannel:
            other = "customer" if turn.side == "agent" else "agent"
            around = [s for s in merged(speech[other], OPTIONS.backchannel_bridge_s)
                      if s[0] <= turn.start_s and turn.end_s <= s[1]]  # fmt: skip
            assert turn.seconds <= OPTIONS.backchannel_s
            assert seconds(around) > turn.seconds


@given(SPEECH)
def test_somebody_has_the_word_where_there_is_speech(speech: Speech) -> None:
    result = turns(speech, {})
    assert bool(result) == any(speech.values())
    assert not result or any(not turn.backchannel for turn in result)


@given(SPEECH, MOMENTS)
def test_the_order_of_the_sides_does_not_matter(
    speech: Speech, moments: list[tuple[str, float]]
) -> None:
    words = said(moments)
    assert turns(speech, words) == turns(dict(reversed(speech.items())), words)
