"""Timing: drawn calls."""

from dataclasses import replace

import pytest

from pipeline.behaviours import Call, Moment, measure_call
from pipeline.behaviours.hold import logged_hold
from tests.spec.drawing import draw
from tests.spec.specs import TALK, Spec, check

HEARD = {"heard": True}
CHECKING = "okay one two three let me check that for you"
NOTHING = "okay that is what it says here on my screen"
EARLY = "let me check that for you it is a long list of many"
ON_HOLD = "okay then I am going to put you on hold"
LONG = """
agent    |##########.................##|
customer |...........................#.|
"""

HANDLE = [
    Spec("handle_time_s", TALK, 16 + 20, log={"after_call_work_s": 20}, moments=1),
    # Talk before and after the hold, and the hold.
    Spec("handle_time_s", "agent |####....####|\ncustomer |####........|\nhold |....hhhh....|",
         12 + 20, log={"after_call_work_s": 20}, moments=3),
    Spec("handle_time_s", TALK, None, because="no after-call work"),
    Spec("handle_time_s", "agent |####|\ncustomer |####|", None, log={"after_call_work_s": 9},
         because="at most 4 s"),
    Spec("after_call_work_s", TALK, 20, log={"after_call_work_s": 20}, moments=0),
    Spec("after_call_work_s", TALK, 0, log={"after_call_work_s": 0}),
    Spec("after_call_work_s", TALK, None, because="no after-call work"),
    # The log tells it, though there is nothing to hear.
    Spec("after_call_work_s", "agent |....|\ncustomer |....|", 9, log={"after_call_work_s": 9}),
    Spec("talk_time_s", TALK, 16, log=HEARD, moments=1),
    Spec("talk_time_s", TALK, 16 - 12, log={"hold_s": 12}),
    # Silence is talk time, hold is not: 5 s before it, 3 s after it.
    Spec("talk_time_s", "agent |##...........##|\ncustomer |##.............|\n"
         "hold  |.....hhhhhhh...|", 8, log=HEARD, moments=2),
    Spec("talk_time_s", TALK, None, because="neither sound nor words"),
    Spec("talk_time_s", TALK, None, log={"hold_s": 200}, because="than the call is long"),
]  # fmt: skip

HOLD = [
    Spec("hold_time_s", TALK, 12, log={"hold_s": 12}),
    Spec("hold_time_s", TALK, None, log={"hold_s": 200}, because="than the call is long"),
    Spec("hold_time_s", "agent |####....####|\nhold |....hhhh....|\n"
         "customer |##..........|", 4, says={"agent": ["one two three please hold", "hello again"]},
         moments=1),
    # Music is heard, words or not, and who speaks need not be known.
    Spec("hold_time_s", "unknown |####........####|\nhold |....hhhhhhhh....|", 8, log=HEARD,
         moments=1),
    Spec("hold_time_s", TALK, 0, log=HEARD, moments=0),
    Spec("hold_time_s", TALK, None, because="neither sound nor words"),
    Spec("hold_count", "unknown |####........####|\nhold |....hhhhhhhh....|", 1, log=HEARD,
         moments=1),
    Spec("hold_count", TALK, 0, log=HEARD, moments=0),
    # Back for a word, and on hold again.
    Spec("hold_count", "agent |###....##....##|\ncustomer |###............|\n"
         "hold |...hhhh..hhhh..|", 2, log=HEARD, moments=2),
    # Music that pauses for 2 s with nobody speaking is one hold; 5 s of silence are dead air.
    Spec("hold_count", "agent |###..........##|\ncustomer |###............|\n"
         "hold |...hhhh..hhhh..|", 1, log=HEARD, moments=1),
    Spec("hold_count", "agent |###.............##|\ncustomer |###...............|\n"
         "hold |...hhhh.....hhhh..|", 2, log=HEARD, moments=2),
    # The log knows the seconds, the call where they are.
    Spec("hold_count", "agent |####....####|\ncustomer |####........|\nhold |....hhhh....|", 1,
         log={"hold_s": 5}, moments=1),
    Spec("hold_count", "agent |####....####|\ncustomer |####........|\nhold |....hhhh....|", None,
         log={"hold_s": 5.1}, because="than is found"),
    Spec("hold_count", TALK, None, log={"hold_s": 12}, because="than is found"),
    # By the log there was none: the music is a radio.
    Spec("hold_count", "agent |####........####|\ncustomer |####............|\n"
         "hold |....hhhhhhhh....|", 0, log={"hold_s": 0, "heard": True}, moments=0),
    Spec("hold_count", TALK, None, log={"hold_s": 200}, because="than the call is long"),
    Spec("hold_count", TALK, None, because="neither sound nor words"),
]  # fmt: skip

SILENCE = [
    # Silence of 5 s and more, with neither side speaking; a pause of 4 s is none.
    Spec("dead_air_s", "agent    |####......####|\ncustomer |####..........|", 6, moments=1),
    Spec("dead_air_s", "agent    |####....####...|\ncustomer |####...........|", 0, moments=0),
    Spec("dead_air_s", "agent    |####.....####|\ncustomer |####.........|", 5, moments=1),
    Spec("dead_air_s", "agent    |####......####|\ncustomer |......####....|", 0),
    # No silence inside hold, nor across it.
    Spec("dead_air_s", "agent    |####............####|\ncustomer |####................|\n"
         "hold     |......hhhhhhhh......|", 0),
    # Lead-in and tail belong to the conversation.
    Spec("dead_air_s", "agent    |......####......|\ncustomer |..........#.....|", 11, moments=2),
    Spec("dead_air_s", TALK, 0, log={"sides_known": "doubtful"}),
    Spec("dead_air_s", TALK, None, log={"timing_confidence": 0.2, "heard": True},
         because="line is too poor"),
    # A transcript whose turns have times and whose words have not says nothing of pauses.
    Spec("dead_air_s", TALK, None, log={"timing_confidence": 0.0}, because="times of turns"),
    Spec("dead_air_s", TALK, 0, log={"timing_confidence": 0.95}),
    Spec("dead_air_s", "unknown |####......####|", 6),
    # 6 s of the 14 s, and of the 16 s that are not hold.
    Spec("dead_air_share", "agent    |####......####|\ncustomer |####..........|", 6 / 14,
         moments=1),
    Spec("dead_air_share", "agent    |####......##......##|\ncustomer |####................|\n"
         "hold     |.............hhhh...|", 6 / 16, moments=1),
    Spec("dead_air_share", TALK, 0, moments=0),
    # Six silences; the five longest are shown.
    Spec("dead_air_share",
         "agent |#.....#......#.....#.....#.....#.....#|\ncustomer |#" + "." * 37 + "|", 31 / 38,
         moments=5),
    Spec("dead_air_share", "agent |######|\ncustomer |######|\nhold |hhhhhh|", None,
         because="whole call is hold"),
    Spec("dead_air_share", TALK, None, log={"timing_confidence": 0.0}, because="times of turns"),
    Spec("dead_air_count", "agent    |......####......|\ncustomer |..........#.....|", 2,
         moments=2),
    Spec("dead_air_count", "agent    |####....####...|\ncustomer |####...........|", 0, moments=0),
    Spec("dead_air_count", TALK, None, log={"timing_confidence": 0.0}, because="times of turns"),
    Spec("longest_silence_s", "agent |####....####.......##|\ncustomer |#....................|", 7,
         moments=1),
    Spec("longest_silence_s", "agent    |####..####|\ncustomer |####......|", 0, moments=0),
    Spec("longest_silence_s", TALK, None, log={"timing_confidence": 0.0}, because="times of turns"),
    # 17 s after words that explain nothing; after an explanation; after a hold was announced.
    Spec("unexplained_dead_air_count", LONG, 1, says={"agent": [NOTHING]}, moments=1),
    Spec("unexplained_dead_air_count", LONG, 0, says={"agent": [CHECKING]}, moments=0),
    Spec("unexplained_dead_air_count", LONG, 0, says={"agent": [ON_HOLD]}, moments=0),
    # The customer's words explain nothing of the agent's.
    Spec("unexplained_dead_air_count",
         "agent    |............................##|\n"
         "customer |##########....................|", 1, says={"customer": [CHECKING]}, moments=1),
    # "Let me check" ended 10 s before the silence begins, and 11 s before it.
    Spec("unexplained_dead_air_count",
         "agent    |#############...............##|\n"
         "customer |............................#.|", 0, says={"agent": [EARLY]}, moments=0),
    Spec("unexplained_dead_air_count",
         "agent    |##############...............##|\n"
         "customer |.............................#.|", 1, says={"agent": [f"{EARLY} things"]},
         moments=1),
    # 14 s are dead air that needs no explanation.
    Spec("unexplained_dead_air_count",
         "agent    |##########..............##|\ncustomer |........................#.|", 0,
         says={"agent": [NOTHING]}, moments=0),
    # Nobody has said anything yet, and the second silence is after the explanation.
    Spec("unexplained_dead_air_count",
         "agent    |...............##########...............|\n"
         "customer |.......................................#|", 1, says={"agent": [CHECKING]},
         moments=1),
    Spec("unexplained_dead_air_count", LONG, None, because="fewer than 10 words"),
    Spec("unexplained_dead_air_count", LONG, None, says={"agent": [NOTHING]},
         log={"sides_known": "doubtful"}, because="doubtful"),
]  # fmt: skip

LATENCY = [
    Spec("agent_response_latency_s",
         "agent    |###......###......###......###|\n"
         "customer |...#####....#####....#####.....|", 1.0, moments=3),
    # After 0, 1 and 2 s; before the customer's end by 1 s; 4 s are a silence and no answer.
    Spec("agent_response_latency_s",
         "agent    |...###....###.....###..###......##|\n"
         "customer |###...###...####...#####..##.....#|", 0.5, moments=3),
    # After 1, 3 and 3 s: hold begins in a pause of the customer's third turn, 1 s after its words.
    Spec("agent_response_latency_s",
         "agent    |....##......##.....##|\n"
         "customer |###....##......#.#...|\n"
         "hold     |.................h...|", 3.0, moments=3),
    # What the agent says on hold, 1 s after the customer's last word, is no answer.
    Spec("agent_response_latency_s",
         "agent    |....##...##....##........|\n"
         "customer |###...##...###...........|\n"
         "hold     |..............hhhhhhhhhh.|", None, because="fewer than three answers"),
    Spec("agent_response_latency_s", TALK, None, because="fewer than three answers"),
    Spec("agent_response_latency_s", "unknown |####..####|", None,
         because="who speaks is not known"),
]  # fmt: skip

SPECS = [*HANDLE, *HOLD, *SILENCE, *LATENCY]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    check(spec)


def moments(name: str, picture: str, **log: object) -> list[tuple[str, str, float, float]]:
    found: tuple[Moment, ...] = measure_call(draw(picture, **log)).moments[name]  # type: ignore[arg-type]
    return [(moment.kind, moment.side, moment.start_s, moment.end_s) for moment in found]


def test_dead_air_of_half_a_minute_is_severe() -> None:
    picture = f"agent |##{'.' * 30}##......|\ncustomer |##{'.' * 38}|"
    expected = [("severe dead air", "unknown", 2.0, 32.0), ("dead air", "unknown", 34.0, 40.0)]
    assert moments("dead_air_s", picture) == expected
    assert moments("dead_air_count", picture) == expected
    assert moments("dead_air_share", picture) == expected


def test_handle_time_shows_talk_and_hold() -> None:
    picture = "agent |####....####|\ncustomer |####........|\nhold |....hhhh....|"
    assert moments("handle_time_s", picture, after_call_work_s=3.0) == [
        ("conversation", "unknown", 0.0, 4.0),
        ("hold", "unknown", 4.0, 8.0),
        ("conversation", "unknown", 8.0, 12.0),
    ]


def test_music_that_the_log_says_is_no_hold_is_shown_as_none() -> None:
    picture = "agent |####........####|\ncustomer |####............|\nhold |....hhhhhhhh....|"
    assert moments("handle_time_s", picture, after_call_work_s=3.0, hold_s=0.0) == [
        ("conversation", "unknown", 0.0, 16.0)
    ]


def test_an_answer_is_the_stretch_from_the_customers_end_to_the_agents_start() -> None:
    picture = """
    agent    |.....##...##....##|
    customer |###....##....####.|
    """
    assert moments("agent_response_latency_s", picture) == [
        ("answer", "agent", 3.0, 5.0),
        ("answer", "agent", 9.0, 10.0),
        ("answer", "agent", 16.0, 17.0),
    ]


def test_a_share_shows_the_longest_stretches_in_their_order() -> None:
    picture = f"agent |#......#.....#......#......#......#......#|\ncustomer |#{'.' * 41}|"
    starts = [start for _, _, start, _ in moments("dead_air_share", picture)]
    assert starts == [1.0, 14.0, 21.0, 28.0, 35.0]


def test_hold_of_a_transcript_is_unknown_in_a_language_whose_words_are_not() -> None:
    call = replace(draw(TALK, {"agent": ["ein zwei drei vier"]}), language="xx")
    assert "neither sound nor words" in (measure_call(call).unknown["hold_time_s"])
    assert measure_call(replace(call, hold=((1.0, 2.0),))).values["hold_time_s"] == 1.0


def test_a_silence_that_is_a_hair_short_of_5_s_in_binary_is_dead_air() -> None:
    said, again = (0.0, 3.04), (8.04, 20.0)
    assert again[0] - said[1] < 5.0
    call = Call("drawn", 20.0, agent=(said, again), customer=((0.0, 1.0),))
    assert measure_call(call).values["dead_air_count"] == 1


def test_a_few_seconds_of_logged_hold_beside_music_are_no_further_hold() -> None:
    call = draw("agent |###......##............##|\ncustomer |#........................|\n"
                "hold |...........hhhhhhhhhhhh..|")  # fmt: skip
    assert logged_hold(call, 12.0 + 4.0) == ()
    assert logged_hold(call, 12.0 + 5.0) == ((3.0, 9.0),)


def test_music_past_the_end_of_the_recording_is_no_logged_hold_found() -> None:
    call = draw("agent |###......##............##|\ncustomer |#........................|\n"
                "hold |...........hhhhhhhhhhhhhh|")  # fmt: skip
    longer = replace(call, hold=((11.0, 28.0),))
    assert logged_hold(longer, 14.0 + 5.0) == logged_hold(call, 14.0 + 5.0) == ((3.0, 9.0),)
