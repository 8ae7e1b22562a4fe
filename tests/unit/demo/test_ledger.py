import pytest

from flows.demo.ledger import find_turns, keep_ledger
from flows.demo.timeline import AGENT, CUSTOMER, Line, Timeline, Utterance, lay_out
from models.speech.voices import SpokenWord


def utterance(side: str, start_s: float, end_s: float, text: str, *tags: str) -> Utterance:
    words = text.split()
    length_s = (end_s - start_s) / len(words)
    spoken = tuple(
        SpokenWord(word, start_s + i * length_s, start_s + (i + 1) * length_s)
        for i, word in enumerate(words)
    )
    inside = "inside" in tags
    line = Line(side, text, 0.0, frozenset(tags) - {"inside"}, inside=inside)
    return Utterance(line, 0, start_s, end_s, spoken)


CALL = Timeline(
    utterances=(
        utterance(AGENT, 1, 4, "Hello there you are through"),
        utterance(CUSTOMER, 3, 5, "My router is broken"),
        utterance(AGENT, 6, 9, "I am sorry to hear that", "empathic"),
        utterance(CUSTOMER, 7, 7.5, "Right", "inside"),
        utterance(AGENT, 10.5, 12, "Please hold", "commitment"),
        utterance(AGENT, 22, 23, "Thank you for holding"),
        utterance(AGENT, 29, 31, "It was nothing", "unhelpful"),
        utterance(AGENT, 31.5, 33, "I will fix it by Monday", "commitment", "timeline"),
        utterance(CUSTOMER, 33.5, 34.5, "That works for me", "acknowledgement"),
    ),
    hold=((12, 22),),
    duration_s=40.0,
)


def test_dead_air_leaves_out_hold_and_short_silences() -> None:
    # 23 to 29, and the 5.5 s after the last word.
    assert keep_ledger(CALL).values["dead_air_s"] == pytest.approx(6 + 5.5)


def test_hold_time_is_the_length_of_the_hold() -> None:
    assert keep_ledger(CALL).values["hold_time_s"] == pytest.approx(10)


def test_talk_share_counts_backchannels_as_speech() -> None:
    agent_s = 3 + 3 + 1.5 + 1 + 2 + 1.5
    customer_s = 2 + 0.5 + 1
    share = keep_ledger(CALL).values["agent_talk_share"]
    assert share == pytest.approx(agent_s / (agent_s + customer_s))


def test_overtalk_is_every_second_in_which_both_speak() -> None:
    assert keep_ledger(CALL).values["overtalk_s"] == pytest.approx(1 + 0.5)


def test_a_monologue_runs_on_over_a_backchannel_and_a_short_pause() -> None:
    # 6 to 12 with a gap of 1.5 s and a backchannel within.
    assert keep_ledger(CALL).values["longest_agent_monologue_s"] == pytest.approx(6)


def test_pace_is_words_over_speech() -> None:
    words = 5 + 6 + 2 + 4 + 3 + 6
    assert keep_ledger(CALL).values["agent_pace_wpm"] == pytest.approx(words / 12 * 60)


def test_empathy_weighs_both_kinds() -> None:
    assert keep_ledger(CALL).values["agent_empathy"] == 0


def test_empathy_without_an_opportunity_is_unknown() -> None:
    plain = Timeline((utterance(AGENT, 0, 1, "Hello"),), (), 2.0)
    assert keep_ledger(plain).values["agent_empathy"] is None


def test_a_cue_before_the_last_part_does_not_count() -> None:
    values = keep_ledger(CALL).values
    assert values["commitment"] == 1
    assert values["recap"] == 0
    assert values["resolution_clarity"] == 3


def test_turns_join_over_backchannels_but_not_over_long_gaps() -> None:
    turns = find_turns(CALL.utterances)
    assert [(t.side, t.start_s, t.end_s) for t in turns if t.side == AGENT] == [
        (AGENT, 1, 4), (AGENT, 6, 12), (AGENT, 22, 23), (AGENT, 29, 33),
    ]  # fmt: skip
    assert [turn.backchannel for turn in turns if turn.side == CUSTOMER] == [False, True, False]


def words_of(length_s: float) -> list[SpokenWord]:
    return [SpokenWord("word", 0.0, length_s)]


def test_a_line_starts_after_its_gap_and_an_overlap_leaves_most_of_both_lines() -> None:
    lines = [Line(AGENT, "a", 0.5), Line(CUSTOMER, "b", 0.25), Line(AGENT, "c", -1.0)]
    timeline = lay_out(lines, [words_of(2), words_of(3), words_of(2)])
    assert [u.start_s for u in timeline.utterances] == [0.5, 2.75, 4.75]


def test_an_overlap_without_room_becomes_a_gap() -> None:
    lines = [Line(AGENT, "a", 0.0), Line(CUSTOMER, "b", -1.0)]
    timeline = lay_out(lines, [words_of(2), words_of(0.5)])
    assert timeline.utterances[1].start_s == 2.3


@pytest.mark.parametrize(("length_s", "kept"), [(0.4, True), (1.2, False)])
def test_a_backchannel_is_short_and_inside(length_s: float, kept: bool) -> None:
    lines = [Line(AGENT, "a", 0.0), Line(CUSTOMER, "b", 0.0, inside=True)]
    timeline = lay_out(lines, [words_of(4), words_of(length_s)])
    assert (len(timeline.utterances) == 2) is kept


def test_the_silence_before_a_line_after_hold_is_the_hold() -> None:
    lines = [Line(AGENT, "a", 0.0), Line(AGENT, "b", 9.5, after_hold=True)]
    assert lay_out(lines, [words_of(2), words_of(1)]).hold == ((2.0, 11.5),)
