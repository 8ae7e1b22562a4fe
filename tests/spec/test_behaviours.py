"""One drawn call or more for each behaviour of the register: picture, words, log, value."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from pipeline.behaviours import measure_call, registered
from tests.spec.drawing import Says, draw


@dataclass(frozen=True)
class Spec:
    """A drawn call and what a behaviour must say of it: a value, or the reason for none."""

    behaviour: str
    picture: str
    value: float | None
    says: Says = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    moments: int | None = None


TALK = """
agent    |####......####..|
customer |.....####.......|
"""
LATE = """
agent    |####...........####..####|
customer |.....####............##..|
"""
CHAT = "well I have a question about my bill and the price of it please"
OPENING = {"customer": [CHAT]}
MOOD = """
agent    |####............|
customer |....##....##....|
"""
MOODS: Says = {
    "agent": ["how can I help you with this today my friend"],
    "customer": ["great", "terrible"],
}


def ending(*agent: str, customer: str = "") -> Says:
    """Words for LATE: an opening, then what the agent and the customer say in the last 40 %."""
    return {
        "agent": ["thank you for calling how can I help", *agent],
        "customer": [CHAT, customer],
    }


SPECS = [
    Spec("handle_time_s", TALK, 16 + 20, log={"after_call_work_s": 20}),
    Spec("handle_time_s", TALK, None, because="no after-call work"),
    Spec("handle_time_s", "agent |####|\ncustomer |####|", None, log={"after_call_work_s": 9},
         because="at most 4 s"),
    Spec("hold_time_s", TALK, 12, log={"hold_s": 12}),
    Spec("hold_time_s", TALK, None, log={"hold_s": 200}, because="than the call is long"),
    Spec("hold_time_s", "agent |####....####|\nhold |....hhhh....|\n"
         "customer |##..........|", 4, says={"agent": ["one two three please hold", "hello again"]},
         moments=1),
    # Music is heard, words or not, and who speaks need not be known.
    Spec("hold_time_s", "unknown |####........####|\nhold |....hhhhhhhh....|", 8,
         log={"heard": True}, moments=1),
    Spec("hold_time_s", TALK, 0, log={"heard": True}),
    Spec("hold_time_s", TALK, None, because="neither sound nor words"),
    # Silence of 5 s and more, with neither side speaking; a pause of 4 s is none.
    Spec("dead_air_s", "agent    |####......####|\ncustomer |####..........|", 6, moments=1),
    Spec("dead_air_s", "agent    |####....####...|\ncustomer |####...........|", 0, moments=0),
    Spec("dead_air_s", "agent    |####......####|\ncustomer |......####....|", 0),
    # No silence inside hold, nor across it.
    Spec("dead_air_s", "agent    |####............####|\ncustomer |####................|\n"
         "hold     |......hhhhhhhh......|", 0),
    # Lead-in and tail belong to the conversation.
    Spec("dead_air_s", "agent    |......####......|\ncustomer |..........#.....|", 11, moments=2),
    Spec("longest_silence_s", "agent |####....####.......##|\ncustomer |#....................|", 7,
         moments=1),
    Spec("longest_silence_s", "agent    |####..####|\ncustomer |####......|", 0),
    Spec("agent_response_latency_s",
         "agent    |###......###......###......###|\n"
         "customer |...#####....#####....#####.....|", 1.0),
    Spec("agent_response_latency_s", TALK, None, because="fewer than three answers"),
    Spec("agent_talk_share", "agent    |######......|\ncustomer |......##....|", 0.75),
    Spec("agent_talk_share", "unknown |####..####|", None, because="who speaks is not known"),
    # Voices told apart in one channel are sides; who speaks at once cannot be heard in it.
    Spec("agent_talk_share", "agent    |######......|\ncustomer |......##....|", 0.75,
         log={"mono": True}),
    Spec("overtalk_s", "agent    |######....##|\ncustomer |....######..|", None,
         log={"mono": True}, because="mono recording"),
    Spec("agent_talk_share", TALK, None, log={"sides_known": "doubtful"}, because="doubtful"),
    Spec("dead_air_s", TALK, 0, log={"sides_known": "doubtful"}),
    Spec("dead_air_s", TALK, None, log={"timing_confidence": 0.2, "heard": True},
         because="line is too poor"),
    # A transcript whose turns have times and whose words have not says nothing of pauses.
    Spec("dead_air_s", TALK, None, log={"timing_confidence": 0.0}, because="times of turns"),
    Spec("dead_air_s", TALK, 0, log={"timing_confidence": 0.95}),
    Spec("dead_air_s", "unknown |####......####|", 6),
    # What is said on hold (to a colleague, or by the music) is nobody's talk.
    Spec("agent_talk_share", "agent    |####....####|\ncustomer |....####....|\n"
         "hold     |........hhhh|", 0.5),
    # A backchannel of at most 1 s inside the other's speech does not end the turn.
    Spec("longest_agent_monologue_s",
         "agent    |##########...###|\ncustomer |....#......##...|", 10, moments=1),
    # A main utterance of the other side does.
    Spec("longest_agent_monologue_s",
         "agent    |####....######|\ncustomer |....####......|", 6),
    Spec("overtalk_s", "agent    |######....##|\ncustomer |....######..|", 2, moments=1),
    Spec("overtalk_s", "agent    |####....|\ncustomer |....####|", 0),
    Spec("agent_pace_wpm", "agent    |######......|\ncustomer |......######|", 12 / 6 * 60,
         says={"agent": ["a b c d e f g h i j k l"], "customer": ["yes"]}),
    Spec("agent_pace_wpm", "agent    |######......|\ncustomer |......######|", None,
         says={"agent": ["a b c"], "customer": ["yes"]}, because="fewer than 10 words"),
    # VADER of "great" is 0.6249; a turn without a word of feeling is 0.
    Spec("agent_sentiment", "agent    |#####..........|\ncustomer |.....#####.....|", 0.6249,
         says={"agent": ["great"], **OPENING}),
    Spec("customer_sentiment_start", MOOD, 0.6249, says=MOODS),
    Spec("customer_sentiment_end", MOOD, -0.4767, says=MOODS),
    # The last quarter counts twice: (0.6249 + 2 · −0.4767) / 3.
    Spec("customer_sentiment_end", "agent    |####.......#....|\ncustomer |.........##..##.|",
         -0.1095, says={"agent": ["how can I help you with this today my friend", "so"],
               "customer": ["great", "terrible"]}),
    Spec("customer_sentiment_trend", MOOD, (-0.4767 - 0.6249) / 2, says=MOODS),
    # Two empathic moments against one unhelpful: 100 · (2 − 1) / (2 + 1).
    Spec("agent_empathy", TALK, 100 / 3, moments=3, says={
        "agent": ["I am so sorry to hear that I completely understand how you feel",
                  "there is nothing I can do"], **OPENING}),
    Spec("agent_empathy", TALK, None, because="no opportunity", says={
        "agent": ["your order was sent on Monday", "it is in the shop"], **OPENING}),
    # The customer's own apology is no empathy of the agent's.
    Spec("agent_empathy", TALK, None, because="no opportunity", says={
        "agent": ["what is your name", "thank you"],
        "customer": ["I am sorry to hear that but I have a question about my bill"]}),
    Spec("resolution_clarity", LATE, 5, says=ending(
        "So to confirm, I've applied a credit to your account and you will receive an email",
        "it will be there by Monday", customer="perfect that is all I needed")),
    Spec("resolution_clarity", LATE, 0, says=ending("okay well", "goodbye", customer="right bye")),
    # What is promised in the first 60 % is forgotten by the end.
    Spec("resolution_clarity", LATE, 0, says={
        "agent": ["I will send you an email by Monday", "okay well", "goodbye"],
        "customer": [CHAT, "right bye"]}),
    Spec("resolution_clarity", TALK, None, because="fewer than 10 words"),
    Spec("commitment", LATE, 1, says=ending("I will send you a new card", "goodbye"), moments=1),
    Spec("commitment", LATE, 0, says=ending("I will be right back", "goodbye")),
    Spec("next_step", LATE, 1, says=ending("an engineer will visit you", "goodbye"), moments=1),
    Spec("next_step", LATE, 0, says=ending("the engineer was here", "goodbye")),
    Spec("timeline", LATE, 1, says=ending("that is done within two working days", "goodbye")),
    Spec("timeline", LATE, 0, says=ending("you called us last Monday", "goodbye")),
    Spec("recap", LATE, 1, says=ending("just to confirm the address is right", "goodbye")),
    Spec("recap", LATE, 0, says=ending("can you confirm your address", "goodbye")),
    Spec("acknowledgement", LATE, 1, says=ending("all done", "bye", customer="that works for me")),
    Spec("acknowledgement", LATE, 0, says=ending("all done", "bye", customer="no it is broken")),
    Spec("wait_time_s", TALK, 42, log={"wait_s": 42}),
    Spec("wait_time_s", TALK, None, because="no waiting time"),
    Spec("transferred", TALK, 1, log={"transfers": 2}),
    Spec("transferred", TALK, 0, log={"transfers": 0}),
    Spec("transferred", TALK, None, because="no transfers"),
]  # fmt: skip


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    measured = measure_call(draw(spec.picture, spec.says, **spec.log))
    if spec.value is None:
        assert spec.behaviour not in measured.values
        assert spec.because in measured.unknown[spec.behaviour]
        return
    assert measured.unknown.get(spec.behaviour) is None
    assert measured.values[spec.behaviour] == pytest.approx(spec.value, abs=1e-4)
    if spec.moments is not None:
        assert len(measured.moments.get(spec.behaviour, ())) == spec.moments


def contact(*rows: tuple[str, str, str, str]) -> dict[str, float | str]:
    """First call resolution of a log of (call, customer, reason, day): value, or why none."""
    log = pd.DataFrame(rows, columns=["call_id", "customer_id", "reason", "day"])
    log["started_at"] = pd.to_datetime(log["day"], utc=True)
    (resolution,) = [b for b in registered() if b.measure_log is not None]
    assert resolution.measure_log is not None
    measured = resolution.measure_log(log)
    return {
        str(call): row["reason"] if pd.isna(row["value"]) else float(row["value"])
        for call, row in measured.iterrows()
    }


def test_first_call_resolution() -> None:
    """Same customer and reason within 7 days; unknown for repeats and while the window is open."""
    said = contact(
        ("again", "C1", "bill", "2026-01-01"),
        ("repeat", "C1", "bill", "2026-01-06"),
        ("other reason", "C2", "bill", "2026-01-01"),
        ("of C2", "C2", "move", "2026-01-03"),
        ("eighth day", "C3", "bill", "2026-01-01"),
        ("not a repeat", "C3", "bill", "2026-01-09"),
        ("open", "C4", "bill", "2026-01-20"),
        ("last", "C5", "bill", "2026-01-22"),
    )
    assert said["again"] == 0
    assert said["repeat"] == "the call is itself a repeat"
    assert said["other reason"] == said["of C2"] == 1
    assert said["eighth day"] == said["not a repeat"] == 1
    assert said["open"] == said["last"] == "the 7-day window has not closed"


def test_every_behaviour_is_drawn() -> None:
    drawn = {spec.behaviour for spec in SPECS} | {"first_call_resolution"}
    assert drawn == {b.name for b in registered()}


def test_a_sum_is_never_ranked_beside_its_parts() -> None:
    ranked = {b.name for b in registered() if b.ranked}
    assert not {"handle_time_s", "hold_time_s"} <= ranked
    cues = {"commitment", "next_step", "timeline", "recap", "acknowledgement"}
    assert "resolution_clarity" in ranked and not cues & ranked


def test_customer_moods_are_never_ranked() -> None:
    assert not [b.name for b in registered() if b.owner == "customer" and b.ranked]
