"""Timing: how long the call took and where the time went. All from voice activity and the log."""

import statistics
from collections.abc import Sequence
from itertools import pairwise

from pipeline.behaviours.call import Call, Turn, once
from pipeline.behaviours.conversation import (
    HAIR_S,
    conversation,
    held,
    lasting,
    most_telling,
    talk,
)
from pipeline.behaviours.language import languages
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown
from pipeline.spans import Span, gaps, merged, seconds

SILENCE_S = 3.0
DEAD_AIR_S = 5.0
UNEXPLAINED_S = 15.0
EXPLAINED_BEFORE_S = 10.0
SEVERE_S = 30.0
LATENCY_S = (-2.0, 3.0)
LEAST_HOLD_FOUND = 0.8
"""Share of the logged hold that has to be found in the call for its stretches to be counted."""


@once
def silences(call: Call, at_least_s: float) -> tuple[Span, ...]:
    """Stretches of the conversation in which neither side speaks, outside hold.

    Hold ends a silence: no silence is counted inside hold, nor across it.
    """
    quiet = gaps((*call.speech, *call.hold), 0.0, call.duration_s)
    return lasting(quiet, at_least_s)


def _quiet(call: Call, kind: str, spans: Sequence[Span]) -> list[Moment]:
    return [Moment(kind, "unknown", *span, confidence=call.timing_confidence) for span in spans]


def _stretches(kind: str, spans: Sequence[Span]) -> list[Moment]:
    return [Moment(kind, "unknown", *span) for span in spans]


def _hold(call: Call) -> tuple[Span, ...]:
    """Where hold was found. Without any by the log, music is a radio or a ring tone: none.

    Such music is left out of the conversation all the same: no speech can be told in it.
    """
    return () if call.logged_hold_s == 0 else held(call)


def _talking(call: Call) -> list[Moment]:
    return _stretches("conversation", gaps(_hold(call), 0.0, call.duration_s))


@behaviour(
    unit="s", owner="agent", expected="down", label="Handle time", source="Genesys", version=3
)
def handle_time_s(call: Call) -> Measure:
    """Seconds of talk, hold and after-call work: the call's AHT.

    Talk and hold are the length of the recording, from connected to disconnected, without queue and
    menu. After-call work comes from the call log; without it handle time is unknown, never the mere
    duration.
    """
    if call.after_call_work_s is None:
        return unknown("the call log has no after-call work")
    both = (*_talking(call), *_stretches("hold", _hold(call)))
    moments = sorted(both, key=lambda moment: moment.start_s)
    return Measure(call.duration_s + call.after_call_work_s, moments)


@behaviour(
    unit="s",
    owner="agent",
    expected="none",
    label="Talk time",
    source="Genesys",
    ranked=False,
)
def talk_time_s(call: Call) -> Measure:
    """Seconds of conversation without hold: the length of the recording less the hold time.

    Silence is talk time too; only hold is not. Unknown where hold time is. A part of handle time,
    so shown but not ranked.
    """
    hold = hold_time_s(call)
    if hold.value is None:
        return hold
    return Measure(call.duration_s - hold.value, _talking(call))


@behaviour(
    unit="s",
    owner="agent",
    expected="none",
    label="Hold",
    source="Genesys; Cisco",
    ranked=False,
    version=3,
)
def hold_time_s(call: Call) -> Measure:
    """Seconds on hold: the call log's where it has them, else an estimate.

    Estimated hold is music of 8 s and more (ring tones and beeps as well), or a silence of 3 s and
    more that was announced ("please hold") up to 10 s before, or thanked for ("thank you for
    holding") up to 5 s after. The log has a total only: it is placed where hold was found in this
    way, and what is left of it in the longest silences of 5 s and more. Unknown where the log has
    more hold than the call is long, and where there is no log and neither sound nor words. A part
    of handle time, so shown but not ranked.
    """
    moments = _stretches("hold", _hold(call))
    if call.logged_hold_s is not None and call.logged_hold_s > call.duration_s + HAIR_S:
        return unknown("the call log has more hold than the call is long")
    if call.logged_hold_s is not None:
        return Measure(call.logged_hold_s, moments)
    if not (moments or call.heard or _readable(call)):
        return unknown("the call log has no hold, and there is neither sound nor words to tell it")
    return Measure(seconds(_hold(call)), moments)


def _readable(call: Call) -> bool:
    return bool(call.words) and call.language in languages()


@behaviour(
    unit="count",
    owner="agent",
    expected="down",
    label="Holds",
    source="Genesys",
)
def hold_count(call: Call) -> Measure:
    """How often the customer was put on hold: the stretches of hold that were found in the call.

    Stretches less than 5 s apart with nobody speaking between them are one hold, such as music that
    pauses. 0 where the call log has no hold. Unknown where hold time is, and where less than 80 %
    of the log's seconds of hold were found in the call: the rest may be one hold or three.
    """
    total = hold_time_s(call)
    if not total.value:
        return total
    if call.logged_hold_s and seconds(_hold(call)) < LEAST_HOLD_FOUND * call.logged_hold_s:
        return unknown("the call log has more hold than is found in the call")
    holds = _holds(call)
    return Measure(float(len(holds)), _stretches("hold", holds))


@once
def _holds(call: Call) -> tuple[Span, ...]:
    hold = _hold(call)
    between = gaps(hold, hold[0][0], hold[-1][1])
    pauses = set(between) & set(silences(call, 0.0))
    return merged((*hold, *(pauses - set(lasting(pauses, DEAD_AIR_S)))))


@behaviour(
    unit="s",
    owner="agent",
    expected="none",
    label="After-call work",
    source="Genesys",
    ranked=False,
    from_log=True,
)
def after_call_work_s(call: Call) -> Measure:
    """Seconds of the agent's work on the call after the customer has gone, by the call log.

    A part of handle time, so shown but not ranked.
    """
    if call.after_call_work_s is None:
        return unknown("the call log has no after-call work")
    return Measure(call.after_call_work_s)


@once
def _dead_air(call: Call) -> list[Moment]:
    """Every stretch of dead air; one of 30 s and more is severe (CallMiner)."""
    return [
        moment
        for span in silences(call, DEAD_AIR_S)
        for moment in _quiet(call, _dead_air_kind(span), [span])
    ]


def _dead_air_kind(span: Span) -> str:
    return "severe dead air" if lasting([span], SEVERE_S) else "dead air"


def _length(moment: Moment) -> float:
    return moment.end_s - moment.start_s


def _seconds(moments: Sequence[Moment]) -> float:
    return sum(map(_length, moments), 0.0)


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Dead air",
    source="Google",
    from_sound=True,
    version=2,
)
def dead_air_s(call: Call) -> Measure:
    """Seconds of silence, in stretches of 5 s and more: neither side speaks, outside hold.

    Silence before the first word and after the last one counts. A stretch of 30 s and more is
    called severe. Music is no silence.
    """
    dead = _dead_air(call)
    return Measure(_seconds(dead), dead)


@behaviour(
    unit="share",
    owner="agent",
    expected="down",
    label="Share of dead air",
    source="Google",
    ranked=False,
    from_sound=True,
)
def dead_air_share(call: Call) -> Measure:
    """Share of the call outside hold that is dead air: silence of 5 s and more, 0 … 1.

    Unknown when the whole call is hold. Not ranked, because dead air in seconds is. Its moments are
    the five longest silences.
    """
    outside_s = seconds(conversation(call))
    if outside_s <= 0:
        return unknown("the whole call is hold")
    dead = _dead_air(call)
    # Sums of the same stretches may differ in the last digit, and a share is at most 1.
    share = min(_seconds(dead) / outside_s, 1.0)
    return Measure(share, most_telling(dead, by=_length))


@behaviour(
    unit="count",
    owner="agent",
    expected="down",
    label="Stretches of dead air",
    source="Google",
    ranked=False,
    from_sound=True,
)
def dead_air_count(call: Call) -> Measure:
    """How many silences of 5 s and more there are: neither side speaks, outside hold.

    Not ranked, because dead air in seconds is.
    """
    dead = _dead_air(call)
    return Measure(float(len(dead)), dead)


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Longest silence",
    source="Qualtrics",
    ranked=False,
    from_sound=True,
    version=2,
)
def longest_silence_s(call: Call) -> Measure:
    """The longest silence, in seconds: neither side speaks for 3 s and more, outside hold.

    0 when no silence lasts 3 s. Not ranked, because dead air in seconds is.
    """
    quiet = silences(call, SILENCE_S)
    if not quiet:
        return Measure(0.0)
    longest = max(quiet, key=lambda span: span[1] - span[0])
    return Measure(longest[1] - longest[0], _quiet(call, "longest silence", [longest]))


@behaviour(
    unit="count",
    owner="agent",
    expected="down",
    label="Unexplained dead air",
    source="Genesys",
    ranked=False,
    sided=True,
    from_sound=True,
    from_words=True,
)
def unexplained_dead_air_count(call: Call) -> Measure:
    """How many silences of 15 s and more begin without the agent having said why.

    An explanation ("let me look that up") or the announcement of a hold counts when it ends at most
    10 s before the silence begins. Silence before the first word and after the last one counts as
    well. Not ranked, because dead air in seconds is.
    """
    said = sorted(
        (moment.start_s, moment.end_s)
        for cue in ("explanation", "hold_start")
        for moment in found(call, cue)
    )
    long = silences(call, UNEXPLAINED_S)
    alone = [span for span in long if not _explained(span, said)]
    return Measure(float(len(alone)), _quiet(call, "unexplained dead air", alone))


def _explained(silence: Span, said: Sequence[Span]) -> bool:
    from_s = silence[0] - EXPLAINED_BEFORE_S
    return any(start <= silence[0] and end >= from_s for start, end in said)


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Response time",
    source="Levinson & Torreira 2015",
    sided=True,
    from_sound=True,
    version=3,
)
def agent_response_latency_s(call: Call) -> Measure:
    """Median seconds from the end of the customer's turn to the start of the agent's next turn.

    Only answers from 2 s before to 3 s after the customer's end count: earlier is an interruption,
    later is a silence. Below 0 the agent begins before the customer has ended. People usually take
    about 0.2 s. Hold is left out. Unknown with fewer than three answers. Its moments are the five
    slowest answers, from the customer's end to the agent's start.
    """
    answers = [pair for pair in pairwise(talk(call)) if _answers(*pair)]
    if len(answers) < 3:
        return unknown("fewer than three answers of the agent to time")
    slowest = most_telling(answers, by=_delay)
    return Measure(
        statistics.median(map(_delay, answers)),
        [_answer(call, pair) for pair in slowest if _delay(pair) != 0],
    )


def _answers(before: Turn, after: Turn) -> bool:
    low, high = LATENCY_S
    return (
        before.side == "customer"
        and after.side == "agent"
        and low - HAIR_S <= _delay((before, after)) <= high + HAIR_S
    )


def _delay(pair: tuple[Turn, Turn]) -> float:
    return pair[1].start_s - pair[0].end_s


def _answer(call: Call, pair: tuple[Turn, Turn]) -> Moment:
    """An answer that begins before the customer's end is the stretch in which both speak."""
    start, end = sorted((pair[0].end_s, pair[1].start_s))
    return Moment("answer", "agent", start, end, confidence=call.timing_confidence)
