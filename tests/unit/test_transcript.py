"""A transcript and its rows: redacted words, speech that redaction leaves alone, hold."""

from datetime import date

import pytest

from pipeline.behaviours.call import Word
from pipeline.speech.transcript import (
    Facts,
    Hold,
    Speaking,
    frames,
    make_transcript,
    spans_of,
    turn_rows,
)
from pipeline.tables import ACTIVITY, TURNS


def test_words_stand_in_for_voice_activity_where_there_is_no_sound() -> None:
    words = [Word("a", 0.0, 0.5), Word("b", 0.7, 1.0), Word("c", 2.0, 2.0)]
    assert spans_of(words) == ((0.0, 1.0), (2.0, 2.05))


def test_a_number_over_a_pause_does_not_fill_the_pause() -> None:
    digits = ["four", "one", "one", "one", "one", "one", "one", "one"]
    words = [Word(digit, start + i / 2, start + i / 2 + 0.4)
             for start in (0.0, 20.0) for i, digit in enumerate(digits)]  # fmt: skip
    made = make_transcript("C", "transcript", 30.0, words={"agent": words, "customer": []},
                           language="en")  # fmt: skip
    assert made.speech["agent"] == ((0.0, 3.9), (20.0, 23.9))
    assert [turn.text for turn in made.turns] == ["[number]", "[number]"]


def test_voice_activity_goes_before_the_words_times() -> None:
    made = make_transcript("C", "recording", 30.0, words={"agent": [Word("hi", 9.0, 9.1)]},
                           language="en", speech={"agent": ((1.0, 2.0),)})  # fmt: skip
    assert [(turn.start_s, turn.end_s, turn.text) for turn in made.turns] == [(1.0, 2.0, "hi")]


def test_logged_hold_is_taken_and_otherwise_announced_hold_is_looked_for() -> None:
    words = {"agent": [Word(w, 1.0 + i / 4, 1.2 + i / 4) for i, w in
                       enumerate(["please", "hold", "the", "line", "for", "a", "moment"])],
             "customer": [Word("okay", 40.0, 40.4)]}  # fmt: skip
    estimated = make_transcript("C", "transcript", 60.0, words=words, language="en").hold
    assert [hold.estimated for hold in estimated] == [True]
    logged = make_transcript("C", "transcript", 60.0, words=words, language="en",
                             hold=[(5.0, 9.0)])  # fmt: skip
    assert logged.hold == (Hold((5.0, 9.0), "telephony"),)
    assert not logged.hold[0].estimated
    none = make_transcript("C", "transcript", 60.0, words=words, language="en", logged_hold_s=0.0)
    assert none.hold == ()


def test_music_is_hold_also_when_none_was_logged_and_takes_the_silence_it_fills() -> None:
    speech = {"agent": ((0.0, 3.0),), "customer": ((40.0, 41.0),)}
    words = {"agent": [Word(w, 1.0 + i / 4, 1.2 + i / 4) for i, w in
                       enumerate(["please", "hold", "the", "line"])], "customer": []}  # fmt: skip
    made = make_transcript("C", "recording", 60.0, words=words, language="en", speech=speech,
                           music=[(4.0, 39.0)])  # fmt: skip
    assert made.hold == (Hold((4.0, 39.0), "music"),)
    logged = make_transcript("C", "recording", 60.0, words=words, language="en", speech=speech,
                             music=[(10.0, 39.0)], logged_hold_s=0.0)  # fmt: skip
    assert [hold.how for hold in logged.hold] == ["music"]
    both = make_transcript("C", "recording", 60.0, words=words, language="en", speech=speech,
                           music=[(10.0, 39.0)])  # fmt: skip
    assert [(hold.how, hold.span) for hold in both.hold] == [
        ("announced", (3.0, 10.0)), ("music", (10.0, 39.0)),
    ]  # fmt: skip


def test_logged_hold_that_nobody_heard_is_in_the_longest_silences() -> None:
    speech = {"agent": ((0.0, 3.0), (30.0, 31.0), (62.0, 63.0)), "customer": ((40.0, 41.0),)}
    said = {"agent": [Word("well", 0.0, 1.0)], "customer": [Word("yes", 40.0, 41.0)]}

    def hold(logged_s: float, music: tuple[tuple[float, float], ...] = ()) -> list[object]:
        made = make_transcript("C", "recording", 64.0, words=said, language="en", speech=speech,
                               music=music, logged_hold_s=logged_s)  # fmt: skip
        return [(one.how, one.span) for one in made.hold]

    assert hold(25.0) == [("logged", (3.0, 30.0))]
    assert hold(46.0) == [("logged", (3.0, 30.0)), ("logged", (41.0, 62.0))]
    assert hold(0.0) == []
    # A silence much longer than the hold is more than the hold; the next one may be it.
    assert hold(17.0) == [("logged", (41.0, 62.0))]
    assert hold(27.0, music=((3.0, 30.0),)) == [("music", (3.0, 30.0))]


def test_a_turns_side_is_as_sure_as_its_voice() -> None:
    speakers = (Speaking("agent", (0.0, 4.0), 0.9), Speaking("customer", (4.0, 5.0), 0.6),
                Speaking("agent", (5.0, 6.0), 0.5))  # fmt: skip
    made = make_transcript(
        "C", "recording", 9.0, words={"agent": [], "customer": []}, language="en",
        speech={"agent": ((0.0, 4.0), (5.0, 6.0)), "customer": ((4.0, 5.0),)},
        facts=Facts(channels=1, sides="from words", speakers=speakers),
    )  # fmt: skip
    rows = turn_rows(made, date(2026, 1, 5))
    assert [(row["side"], row["side_confidence"]) for row in rows] == [
        ("agent", pytest.approx(0.9)), ("customer", pytest.approx(0.6)),
        ("agent", pytest.approx(0.5)),
    ]  # fmt: skip


def test_rows_keep_their_contracts() -> None:
    two = make_transcript("C1", "transcript", 9.0, language="en",
                          words={"agent": [Word("hi", 1.0, 1.5, 0.5)], "customer": []})  # fmt: skip
    mono = make_transcript("C2", "recording", 9.0, words={"unknown": []}, language="xx",
                           speech={"unknown": ((1.0, 2.0),)}, dropped=["repetition"])  # fmt: skip
    days = dict.fromkeys(["C1", "C2"], date(2026, 1, 5))
    activity, said = frames([two, mono], days, dict.fromkeys(days, "v"))
    assert ACTIVITY.to_arrow(activity).column("channels").to_pylist() == [2, 1]
    turns = TURNS.to_arrow(said).to_pylist()
    assert [(t["call_id"], t["turn"], t["text"], t["confidence"]) for t in turns] == [
        ("C1", 0, "hi", 0.5), ("C2", 0, "", None),
    ]  # fmt: skip
    assert frames([], {}, {})[1].empty
