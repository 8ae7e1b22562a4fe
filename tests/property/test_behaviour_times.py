"""Behaviours of time and talk, on any speech and any hold: what must hold of every call."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.behaviours.call import Call
from pipeline.behaviours.register import Measure
from pipeline.behaviours.talking import (
    agent_interruptions_per_turn,
    agent_talk_share,
    customer_interruptions_per_turn,
    longest_agent_monologue_s,
    overtalk_s,
)
from pipeline.behaviours.timing import (
    agent_response_latency_s,
    dead_air_count,
    dead_air_s,
    dead_air_share,
    hold_count,
    hold_time_s,
    longest_silence_s,
    talk_time_s,
)
from pipeline.spans import Span, merged, overlap, seconds
from pipeline.speech.turns import turns

DURATION_S = 60.0
TWENTIETHS = st.integers(0, 1180).map(lambda at: at / 20)
SPAN = st.tuples(TWENTIETHS, st.integers(1, 300)).map(
    lambda span: (span[0], min(round(span[0] + span[1] / 20, 2), DURATION_S))
)
SPANS = st.lists(SPAN, max_size=8).map(merged)
HOLD = st.lists(SPAN, max_size=3).map(merged)


def call_of(agent: tuple[Span, ...], customer: tuple[Span, ...], hold: tuple[Span, ...]) -> Call:
    said = turns({"agent": agent, "customer": customer}, {})
    return Call("drawn", DURATION_S, agent, customer, hold=hold, turns=said, heard=True)


CALLS = st.builds(call_of, SPANS, SPANS, HOLD)
COUNTS = (dead_air_count, hold_count)
SUMS = (dead_air_s, hold_time_s, talk_time_s, overtalk_s)
OUTSIDE_HOLD = (
    agent_interruptions_per_turn, customer_interruptions_per_turn, dead_air_count, dead_air_s,
    dead_air_share, longest_agent_monologue_s, longest_silence_s, overtalk_s, talk_time_s,
    agent_talk_share,
)  # fmt: skip
FEW = settings(max_examples=60)


def value(measure: Measure) -> float:
    assert measure.value is not None
    return measure.value


def spans(measure: Measure) -> list[Span]:
    return [(moment.start_s, moment.end_s) for moment in measure.moments]


@FEW
@given(CALLS)
def test_a_count_has_as_many_moments(call: Call) -> None:
    for count in COUNTS:
        assert value(count(call)) == len(count(call).moments)
    for side, rate in (("agent", agent_interruptions_per_turn),
                       ("customer", customer_interruptions_per_turn)):  # fmt: skip
        found = rate(replace(call, hold=()))
        if found.value is not None:
            of_side = len(call.turns_of(side))
            assert found.value * of_side == pytest.approx(len(found.moments))


@FEW
@given(CALLS)
def test_a_sum_is_the_length_of_its_moments(call: Call) -> None:
    for total in SUMS:
        assert value(total(call)) == pytest.approx(seconds(spans(total(call))))


@FEW
@given(CALLS)
def test_talk_and_hold_are_the_call_and_dead_air_is_in_the_talk(call: Call) -> None:
    talk_s, dead_s = value(talk_time_s(call)), value(dead_air_s(call))
    assert talk_s + value(hold_time_s(call)) == pytest.approx(DURATION_S)
    share = dead_air_share(call).value
    assert share is None or (0 <= share <= 1 and share * talk_s == pytest.approx(dead_s))
    assert (value(dead_air_count(call)) > 0) == (value(longest_silence_s(call)) > 5 - 1e-6)


@FEW
@given(CALLS)
def test_moments_lie_in_the_recording_and_outside_hold(call: Call) -> None:
    for behaviour in OUTSIDE_HOLD:
        shown = spans(behaviour(call))
        assert [start for start, _ in shown] == sorted(start for start, _ in shown)
        assert all(0 <= start < end <= DURATION_S for start, end in shown)
        assert seconds(overlap(merged(shown), call.hold)) == 0


@FEW
@given(CALLS, HOLD)
def test_more_hold_never_adds_dead_air_talk_or_overtalk(call: Call, more: tuple[Span, ...]) -> None:
    held = replace(call, hold=merged((*call.hold, *more)))
    for total in (dead_air_s, longest_silence_s, talk_time_s, overtalk_s):
        assert value(total(held)) <= value(total(call)) + 1e-6
    monologue = longest_agent_monologue_s(held).value
    assert monologue is None or monologue <= value(longest_agent_monologue_s(call))


@FEW
@given(CALLS)
def test_swapped_sides_swap_the_interruptions_and_the_share(call: Call) -> None:
    other = {"agent": "customer", "customer": "agent"}
    swapped = replace(
        call,
        agent=call.customer,
        customer=call.agent,
        turns=tuple(replace(turn, side=other[turn.side]) for turn in call.turns),
    )
    mine, theirs = agent_interruptions_per_turn, customer_interruptions_per_turn
    assert mine(call).value == theirs(swapped).value
    assert theirs(call).value == mine(swapped).value
    assert overtalk_s(call).value == overtalk_s(swapped).value
    share = agent_talk_share(call).value
    assert share is None or share == pytest.approx(1 - value(agent_talk_share(swapped)))


@FEW
@given(CALLS)
def test_both_speak_throughout_an_interruption_s_first_moment(call: Call) -> None:
    both = overlap(call.agent_speech, call.customer_speech)
    for rate in (agent_interruptions_per_turn, customer_interruptions_per_turn):
        measured = rate(call)
        assert measured.value is None or 0 <= measured.value <= 1
        for start, end in spans(measured):
            assert any(first <= start < last for first, last in both)
            assert end - start > 0.3


@FEW
@given(CALLS)
def test_answers_are_within_their_window(call: Call) -> None:
    latency = agent_response_latency_s(call)
    assert latency.value is None or -2.001 <= latency.value <= 3.001
    assert all(end - start <= 3.001 for start, end in spans(latency))
