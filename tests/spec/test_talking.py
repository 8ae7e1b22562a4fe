"""Talking: drawn calls."""

import pytest

from pipeline.behaviours import Call, Moment, Turn, Word, measure_call
from pipeline.behaviours.interruptions import interruptions
from tests.spec.drawing import Says, draw
from tests.spec.specs import TALK, Spec, check

TEN = "a b c d e f g h i j"
MONO = {"mono": True}

SHARE = [
    Spec("agent_talk_share", "agent    |######......|\ncustomer |......##....|", 0.75, moments=2),
    Spec("agent_talk_share", "unknown |####..####|", None, because="who speaks is not known"),
    # Voices told apart in one channel are sides; who speaks at once cannot be heard in it.
    Spec("agent_talk_share", "agent    |######......|\ncustomer |......##....|", 0.75, log=MONO),
    Spec("agent_talk_share", TALK, None, log={"sides_known": "doubtful"}, because="doubtful"),
    # What is said on hold (to a colleague, or by the music) is nobody's talk.
    Spec("agent_talk_share", "agent    |####....####|\ncustomer |....####....|\n"
         "hold     |........hhhh|", 0.5, moments=2),
    Spec("agent_talk_share", "agent |####|\ncustomer |####..|\nhold |hhhhhh|", None,
         because="nobody speaks outside hold"),
    # Of six turns the five longest are shown.
    Spec("agent_talk_share", "agent    |##..####..##..|\ncustomer |..##....##..#.|", 8 / 13,
         moments=5),
    # A backchannel of at most 1 s inside the other's speech does not end the turn.
    Spec("longest_agent_monologue_s",
         "agent    |##########...###|\ncustomer |....#......##...|", 10, moments=1),
    # A main utterance of the other side does.
    Spec("longest_agent_monologue_s",
         "agent    |####....######|\ncustomer |....####......|", 6, moments=1),
    # A pause of 2 s is part of it, one of 3 s is not.
    Spec("longest_agent_monologue_s",
         "agent    |####..####...####|\ncustomer |...........#.....|", 10, moments=1),
    # Hold begins in a pause of 1 s in the turn, and ends in one: the turn is what was said.
    Spec("longest_agent_monologue_s",
         "agent    |.#####.##.##.##|\ncustomer |#..............|\nhold     |.......hhh.....|", 5,
         moments=1),
    # The agent talks on while the customer is on hold: to a colleague.
    Spec("longest_agent_monologue_s",
         "agent    |####################|\ncustomer |#...................|\n"
         "hold     |......hhhhhhhhh.....|", 6, moments=1),
    Spec("longest_agent_monologue_s", "agent    |...####|\ncustomer |###....|\n"
         "hold     |...hhhh|", None, because="no turn outside hold"),
    Spec("overtalk_s", "agent    |######....##|\ncustomer |....######..|", 2, moments=1),
    Spec("overtalk_s", "agent    |####....|\ncustomer |....####|", 0, moments=0),
    Spec("overtalk_s", "agent    |######....##|\ncustomer |....######..|", None, log=MONO,
         because="mono recording"),
    # A backchannel is overtalk, and speech over hold music is not.
    Spec("overtalk_s", "agent    |########....|\ncustomer |..#...######|\n"
         "hold     |......hhhhhh|", 1, moments=1),
]  # fmt: skip

CUT_IN = """
agent    |....####...##|
customer |######.......|
"""
AT_ONCE = """
agent    |####......##|
customer |#######.....|
"""
IN_A_PAUSE = """
agent    |...####.........##|
customer |###.........####..|
"""
RESUMED = """
agent    |...#####......|
customer |###..#####....|
"""
BACK_AND_FORTH = """
agent    |######.###...##|
customer |....#####......|
"""

INTERRUPTIONS = [
    # One of the agent's two turns begins 4 s into the customer's, which goes on for 2 s.
    Spec("agent_interruptions_per_turn", CUT_IN, 1 / 2, moments=1),
    Spec("customer_interruptions_per_turn", CUT_IN, 0, moments=0),
    Spec("agent_interruptions_per_turn", AT_ONCE, 0, moments=0),
    Spec("customer_interruptions_per_turn", AT_ONCE, 0, moments=0),
    # One after the other; and a pause of the other, in which the agent takes the word.
    Spec("agent_interruptions_per_turn", IN_A_PAUSE, 0, moments=0),
    Spec("agent_interruptions_per_turn", RESUMED, 0, moments=0),
    # In RESUMED it is the customer who takes it back while the agent speaks: the second of two.
    Spec("customer_interruptions_per_turn", RESUMED, 1 / 2, moments=1),
    # The customer cuts in, the agent cuts in on that, and then speaks once more undisturbed.
    Spec("customer_interruptions_per_turn", BACK_AND_FORTH, 1, moments=1),
    Spec("agent_interruptions_per_turn", BACK_AND_FORTH, 1 / 3, moments=1),
    # A backchannel is neither a turn nor an interruption.
    Spec("customer_interruptions_per_turn",
         "agent    |########....|\ncustomer |...#....####|", 0, moments=0),
    Spec("customer_interruptions_per_turn", "agent    |########|\ncustomer |...#....|", None,
         because="no turn outside hold"),
    # Two stretches over one long turn of the agent are one turn, which cuts in once.
    Spec("customer_interruptions_per_turn",
         "agent    |############....|\ncustomer |..###.###....###|", 1 / 2, moments=1),
    # The agent speaks to a colleague while the customer is on hold, and says so to the music.
    Spec("agent_interruptions_per_turn",
         "agent    |....####..##|\ncustomer |########....|\nhold     |..hhhhhh....|", 0, moments=0),
    Spec("agent_interruptions_per_turn",
         "agent    |...####|\ncustomer |###....|\nhold     |...hhhh|", None,
         because="the agent has no turn outside hold"),
    Spec("agent_interruptions_per_turn", CUT_IN, None, log=MONO, because="mono recording"),
    Spec("customer_interruptions_per_turn", CUT_IN, None, log=MONO, because="mono recording"),
    Spec("agent_interruptions_per_turn", CUT_IN, None, log={"sides_known": "doubtful"},
         because="doubtful"),
]  # fmt: skip

PACE = [
    Spec("agent_pace_wpm", "agent    |######......|\ncustomer |......######|", 12 / 6 * 60,
         says={"agent": [f"{TEN} k l"], "customer": ["yes"]}, moments=1),
    # 20 words in 5 s and 10 in 10 s: a fast and a slow turn.
    Spec("agent_pace_wpm", "agent    |#####...##########|\ncustomer |.....###..........|",
         30 / 15 * 60, says={"agent": [f"{TEN} {TEN}", TEN]}, moments=2),
    # A redacted number is neither words nor time: 10 words in 5 s.
    Spec("agent_pace_wpm", "agent    |#####...##########|\ncustomer |.....###..........|",
         10 / 5 * 60, says={"agent": [TEN, "[number]"], "customer": ["yes"]}, moments=1),
    # What is said on hold is neither, too.
    Spec("agent_pace_wpm", "agent    |#####...##########|\ncustomer |.....###..........|\n"
         "hold     |........hhhhhhhhhh|", 10 / 5 * 60, says={"agent": [TEN, f"{TEN} {TEN}"]},
         moments=1),
    Spec("agent_pace_wpm", "agent    |######......|\ncustomer |......######|", None,
         says={"agent": ["a b c"], "customer": ["yes"]}, because="fewer than 10 words"),
    Spec("agent_pace_wpm", "agent    |##......|\ncustomer |..######|", None,
         says={"agent": [TEN]}, because="less than 3 s"),
    Spec("agent_pace_wpm", "agent    |######......|\ncustomer |......######|", None,
         says={"customer": [TEN]}, because="no words of the agent"),
    # 20 words in 5 s against 10 in 5 s.
    Spec("pace_gap_wpm", "agent    |#####.....|\ncustomer |.....#####|", 240 - 120,
         says={"agent": [f"{TEN} {TEN}"], "customer": [TEN]}, moments=2),
    Spec("pace_gap_wpm", "agent    |#####.....|\ncustomer |.....#####|", 60 - 120,
         says={"agent": ["a b c d e"], "customer": [TEN]}, moments=2),
    Spec("pace_gap_wpm", "agent    |#####..|\ncustomer |.....##|", None,
         says={"agent": [TEN], "customer": ["yes"]}, because="the customer speaks for less"),
    Spec("pace_gap_wpm", "agent    |#####.....|\ncustomer |.....#####|", None,
         says={"agent": [TEN]}, because="no words of the customer"),
]  # fmt: skip

SPECS = [*SHARE, *INTERRUPTIONS, *PACE]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    check(spec)


def moments(name: str, picture: str, says: Says) -> tuple[Moment, ...]:
    return measure_call(draw(picture, says)).moments[name]


def test_an_interruption_shows_who_cut_in_and_with_which_words() -> None:
    said: Says = {"agent": ["yes so what I", "bye"], "customer": ["my bill is not right at"]}
    (moment,) = moments("agent_interruptions_per_turn", CUT_IN, said)
    assert (moment.kind, moment.side, moment.quote) == ("interruption", "agent", "yes so")
    assert (moment.start_s, moment.end_s) == (4.0, 6.0)


def test_the_monologue_is_quoted_as_far_as_the_hold() -> None:
    picture = "agent |########|\ncustomer |#.......|\nhold |....hhhh|"
    (moment,) = moments("longest_agent_monologue_s", picture, {"agent": ["a b c d e f g h"]})
    assert (moment.start_s, moment.end_s, moment.quote) == (0.0, 4.0, "a b c d")


def test_pace_shows_the_fastest_and_the_slowest_turn() -> None:
    picture = "agent |#####...##########..|\ncustomer |.....###..........##|"
    found = moments("agent_pace_wpm", picture, {"agent": [f"{TEN} {TEN}", TEN]})
    assert [(m.kind, m.start_s, m.confidence) for m in found] == [
        ("fastest turn", 0.0, 1.0),
        ("slowest turn", 8.0, 1.0),
    ]


def test_a_mono_recordings_moments_are_as_sure_as_its_voices_are_told_apart() -> None:
    call = Call(
        "drawn", 10.0, agent=((0.0, 5.0),), customer=((6.0, 9.0),), mono=True,
        turns=(Turn("agent", 0.0, 5.0, ""), Turn("customer", 6.0, 9.0, "")),
        sides_confidence=0.8, timing_confidence=0.95,
    )  # fmt: skip
    (moment,) = measure_call(call).moments["longest_agent_monologue_s"]
    assert moment.confidence == pytest.approx(0.8 * 0.95)


@pytest.mark.parametrize(
    ("other", "own", "cut_in"),
    [
        # The other is 1 s in, and 0.9 s.
        ([(1.0, 6.0)], [(2.0, 4.0)], True),
        ([(1.1, 6.0)], [(2.0, 4.0)], False),
        # The other goes on for 0.4 s, and for 0.3 s.
        ([(0.0, 2.4)], [(2.0, 4.0)], True),
        ([(0.0, 2.3)], [(2.0, 4.0)], False),
        # Speech of 1 s, of 0.9 s, and of 0.9 s with a breath in it and more after it.
        ([(0.0, 6.0)], [(2.0, 3.0)], True),
        ([(0.0, 2.5)], [(2.0, 2.9)], False),
        ([(0.0, 2.5)], [(2.0, 2.4), (2.8, 4.0)], True),
        # "Right", over the other's last word, and then a turn after a pause of 1 s.
        ([(0.0, 2.5)], [(2.0, 2.6), (3.6, 6.0)], False),
        # The other took a breath of 0.4 s before, a pause of 0.6 s, or takes either just now.
        ([(0.0, 1.4), (1.8, 6.0)], [(2.0, 4.0)], True),
        ([(0.0, 1.2), (1.8, 6.0)], [(2.0, 4.0)], False),
        ([(0.0, 1.9), (2.3, 6.0)], [(2.0, 4.0)], False),
        ([(0.0, 2.0)], [(2.0, 4.0)], False),
    ],
)
def test_what_is_an_interruption(
    other: list[tuple[float, float]], own: list[tuple[float, float]], cut_in: bool
) -> None:
    word = Word("well", 2.0, 2.2)
    turn = Turn("agent", own[0][0], own[-1][1], "well", (word,))
    found = interruptions([turn], own=own, other=other)
    assert [one.words for one in found] == (["well"] if cut_in else [])


@pytest.mark.parametrize(("own_end_s", "other_end_s"), [(3.5, 6.0), (6.0, 3.5)])
def test_an_interruption_lasts_while_both_speak(own_end_s: float, other_end_s: float) -> None:
    turn = Turn("agent", 2.0, own_end_s, "")
    (found,) = interruptions([turn], own=[(2.0, own_end_s)], other=[(0.0, other_end_s)])
    assert found.both == (2.0, 3.5)
