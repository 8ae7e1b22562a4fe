"""Turns out of voice activity, and where their words go."""

from pipeline.behaviours.call import Turn, Word
from pipeline.spans import Span
from pipeline.speech.turns import turns

Speech = dict[str, list[Span]]


def drawn(speech: Speech, **words: list[tuple[str, float]]) -> list[tuple[str, float, float, str]]:
    said = {side: [Word(t, at, at + 0.2) for t, at in some] for side, some in words.items()}
    return [(t.side, t.start_s, t.end_s, t.text) for t in turns(speech, said)]


def backchannels(speech: Speech) -> list[Turn]:
    return [turn for turn in turns(speech, {}) if turn.backchannel]


def test_a_pause_of_two_seconds_ends_no_turn_a_longer_one_does() -> None:
    speech: Speech = {"agent": [(0.0, 1.0), (3.0, 4.0), (6.1, 7.0)], "customer": []}
    assert [t[1:3] for t in drawn(speech)] == [(0.0, 4.0), (6.1, 7.0)]


def test_the_other_side_ends_a_turn() -> None:
    speech: Speech = {"agent": [(0.0, 2.0), (4.0, 5.0)], "customer": [(2.1, 3.9)]}
    assert [t[0] for t in drawn(speech)] == ["agent", "customer", "agent"]


def test_a_backchannel_ends_no_turn() -> None:
    speech: Speech = {"agent": [(0.0, 5.0), (5.4, 9.0)], "customer": [(4.8, 5.6)]}
    assert [(t.side, t.start_s, t.end_s) for t in turns(speech, {}) if not t.backchannel] == [
        ("agent", 0.0, 9.0)
    ]
    assert len(backchannels(speech)) == 1


def test_a_short_answer_outside_the_others_speech_is_a_turn() -> None:
    assert not backchannels({"agent": [(0.0, 5.0)], "customer": [(5.1, 5.6)]})


def test_more_than_a_second_inside_the_others_speech_is_a_turn() -> None:
    assert not backchannels({"agent": [(0.0, 5.0)], "customer": [(1.0, 2.1)]})


def test_two_who_say_the_same_at_once_are_not_each_others_backchannel() -> None:
    assert not backchannels({"agent": [(0.0, 0.8)], "customer": [(0.0, 0.8)]})
    short: Speech = {"agent": [(0.0, 1.0)], "customer": [(0.0, 0.4), (0.6, 1.0)]}
    assert {turn.side for turn in backchannels(short)} == {"customer"}


def test_a_word_goes_to_the_turn_that_holds_its_middle_else_to_the_nearest() -> None:
    speech: Speech = {"agent": [(0.0, 1.0), (5.0, 6.0)], "customer": []}
    words = [("far", -3.0), ("in", 0.5), ("left", 2.0), ("right", 4.0), ("late", 99.0)]
    assert [t[3] for t in drawn(speech, agent=words)] == ["far in left", "right late"]


def test_words_stay_with_their_side() -> None:
    speech: Speech = {"agent": [(0.0, 4.0)], "customer": [(5.0, 9.0)]}
    got = drawn(speech, agent=[("mine", 6.0)], customer=[("theirs", 1.0)])
    assert [(t[0], t[3]) for t in got] == [("agent", "mine"), ("customer", "theirs")]


def test_a_word_in_a_backchannel_between_the_halves_of_an_own_turn_is_the_turns() -> None:
    speech: Speech = {"agent": [(0.0, 4.0), (4.2, 4.8), (5.2, 9.0)],
                      "customer": [(3.95, 4.9)]}  # fmt: skip
    got = turns(speech, {"agent": [Word("yes", 4.4, 4.6)]})
    assert [(t.start_s, t.end_s, t.backchannel) for t in got if t.text == "yes"] == [
        (0.0, 9.0, False)
    ]


def test_silence_has_no_turns() -> None:
    assert turns({"agent": [], "customer": []}, {"agent": [], "customer": []}) == ()
