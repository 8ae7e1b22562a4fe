"""Timing: how long the call took and where the time went. All from voice activity and the log."""

import statistics

from pipeline.behaviours.call import Call, Turn
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown
from pipeline.spans import Span, gaps, merged, seconds

SILENCE_S = 3.0
DEAD_AIR_S = 5.0
LATENCY_S = (-2.0, 3.0)


def silences(call: Call, at_least_s: float) -> tuple[Span, ...]:
    """Stretches of the conversation in which neither side speaks, outside hold.

    Hold ends a silence: no silence is counted inside hold, nor across it.
    """
    quiet = gaps(merged((*call.speech, *call.hold)), 0.0, call.duration_s)
    return tuple(span for span in quiet if span[1] - span[0] >= at_least_s)


def _silent(kind: str, spans: tuple[Span, ...]) -> list[Moment]:
    return [Moment(kind, "unknown", start, end) for start, end in spans]


@behaviour(unit="s", owner="agent", expected="down", label="Handle time", source="Genesys")
def handle_time_s(call: Call) -> Measure:
    """Seconds of talk, hold and after-call work: the call's AHT.

    Conversation time is the length of the recording; after-call work comes from the call log and
    without it handle time is unknown, never the mere duration.
    """
    if call.after_call_work_s is None:
        return unknown("the call log has no after-call work")
    return Measure(call.duration_s + call.after_call_work_s)


@behaviour(
    unit="s",
    owner="agent",
    expected="none",
    label="Hold",
    source="Genesys; Cisco",
    ranked=False,
    version=2,
)
def hold_time_s(call: Call) -> Measure:
    """Seconds on hold, by the telephone system where the call log has it, else estimated.

    Where the log's hold lies is heard, or announced, or in the longest silences.
    Estimated hold is music of 8 s and more (ring tones and beeps as well), or a silence that was
    announced ("please hold") up to 10 s before, or thanked for ("thank you for holding") up to 5 s
    after. A part of handle time, so shown but not ranked.
    """
    moments = [Moment("hold", "unknown", start, end) for start, end in call.hold]
    if call.logged_hold_s is not None and call.logged_hold_s > call.duration_s:
        return unknown("the call log has more hold than the call is long")
    if call.logged_hold_s is not None:
        return Measure(call.logged_hold_s, moments)
    if not call.heard and not call.words:
        return unknown("the call log has no hold, and there is neither sound nor words to tell it")
    return Measure(seconds(call.hold), moments)


@behaviour(
    unit="s", owner="agent", expected="down", label="Dead air", source="Google", from_sound=True
)
def dead_air_s(call: Call) -> Measure:
    """Seconds of silence of 5 s and more: neither side speaks, outside hold."""
    dead = silences(call, DEAD_AIR_S)
    return Measure(seconds(dead), _silent("dead air", dead))


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Longest silence",
    source="Qualtrics",
    ranked=False,
    from_sound=True,
)
def longest_silence_s(call: Call) -> Measure:
    """The longest silence, in seconds: neither side speaks for 3 s and more, outside hold.

    0 when no silence reaches 3 s. Not ranked: dead air is made of it.
    """
    quiet = silences(call, SILENCE_S)
    if not quiet:
        return Measure(0.0)
    longest = max(quiet, key=lambda span: span[1] - span[0])
    return Measure(longest[1] - longest[0], _silent("longest silence", (longest,)))


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Response time",
    source="Levinson & Torreira 2015",
    sided=True,
    from_sound=True,
)
def agent_response_latency_s(call: Call) -> Measure:
    """Median seconds from the end of the customer's turn to the start of the agent's next turn.

    Only answers from 2 s before to 3 s after the customer's end count: what is further away is an
    interruption or a silence. Unknown with fewer than three answers.
    """
    pairs = list(zip(call.main_turns, call.main_turns[1:], strict=False))
    delays = [after.start_s - before.end_s for before, after in pairs if _answers(before, after)]
    delays = [delay for delay in delays if LATENCY_S[0] <= delay <= LATENCY_S[1]]
    if len(delays) < 3:
        return unknown("fewer than three answers of the agent to time")
    return Measure(statistics.median(delays))


def _answers(before: Turn, after: Turn) -> bool:
    return before.side == "customer" and after.side == "agent"
