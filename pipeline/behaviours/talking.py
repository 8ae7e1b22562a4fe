"""Talking: who speaks how much, at whose expense, and how fast."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pipeline.behaviours.call import Call, Turn, once
from pipeline.behaviours.conversation import lasting, most_telling, said, talk
from pipeline.behaviours.interruptions import interruptions_by
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown
from pipeline.spans import Span, merged, overlap, seconds, without

OVERTALK_S = 0.2
LEAST_SPOKEN_S = 3.0
TELLING_TURN_S = 5.0
"""A turn with less speech is no proof of a pace: one word more would be 12 words a minute."""


@once
def _turns(call: Call, side: str) -> list[Turn]:
    return [turn for turn in talk(call) if turn.side == side]


def _moment(kind: str, turn: Turn, confidence: float | None) -> Moment:
    return Moment(kind, turn.side, turn.start_s, turn.end_s, turn.text or None, confidence)


@behaviour(
    unit="share",
    owner="agent",
    expected="none",
    label="Agent talk share",
    source="Amazon Contact Lens",
    sided=True,
    from_sound=True,
    version=2,
)
def agent_talk_share(call: Call) -> Measure:
    """Share of the speech that is the agent's: seconds of agent / (agent + customer), 0 … 1.

    Hold and silence do not count; where both speak, both count. Unknown where nobody speaks outside
    hold. Its moments are the five longest turns, of either side.
    """
    agent, customer = seconds(call.agent_speech), seconds(call.customer_speech)
    if agent + customer <= 0:
        return unknown("nobody speaks outside hold")
    longest = most_telling(talk(call), by=lambda turn: turn.seconds)
    moments = [_moment("long turn", turn, call.timing_confidence) for turn in longest]
    return Measure(agent / (agent + customer), moments)


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Longest monologue",
    source="contact-centre practice",
    sided=True,
    from_sound=True,
    version=3,
)
def longest_agent_monologue_s(call: Call) -> Measure:
    """Seconds of the agent's longest turn, from its start to its end.

    Pauses of up to 2 s are part of a turn, and the customer's "mm-hm" does not end it. Hold ends
    it: what the agent says on hold does not count. Unknown where the agent has no turn outside
    hold.
    """
    turns = _turns(call, "agent")
    if not turns:
        return unknown("the agent has no turn outside hold")
    longest = max(turns, key=lambda turn: turn.seconds)
    return Measure(longest.seconds, [_moment("monologue", longest, call.timing_confidence)])


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Overtalk",
    source="MiiTel",
    two_channels=True,
    from_sound=True,
    version=2,
)
def overtalk_s(call: Call) -> Measure:
    """Seconds in which both sides speak at once, in overlaps of 0.2 s and more, outside hold.

    It does not matter who began, and a "mm-hm" counts as well. Unknown in mono.
    """
    both = lasting(overlap(call.agent_speech, call.customer_speech), OVERTALK_S)
    sure = call.timing_confidence
    moments = [Moment("overtalk", "unknown", *span, confidence=sure) for span in both]
    return Measure(seconds(both), moments)


@behaviour(
    unit="per turn",
    owner="agent",
    expected="down",
    label="Agent interruptions",
    source="Medallia",
    sided=True,
    two_channels=True,
    from_sound=True,
    version=2,
)
def agent_interruptions_per_turn(call: Call) -> Measure:
    """Share of the agent's turns that begin by interrupting the customer, 0 … 1.

    A turn interrupts when the other side has been speaking for at least 1 s as it begins and goes
    on for more than 0.3 s without a pause, and when the turn itself begins with at least 1 s of
    speech. In these two seconds a breath of up to 0.5 s counts as speech. These are no
    interruptions: a turn that begins in a pause of the other; two people who begin at once; a
    "mm-hm", which is no turn; a short "right" over the other's last word. A turn interrupts at most
    once. Hold is left out. Unknown in mono, and where the agent has no turn outside hold.
    """
    return _interruptions(call, "agent")


@behaviour(
    unit="per turn",
    owner="customer",
    expected="down",
    label="Customer interruptions",
    source="Medallia",
    ranked=False,
    sided=True,
    two_channels=True,
    from_sound=True,
    version=2,
)
def customer_interruptions_per_turn(call: Call) -> Measure:
    """Share of the customer's turns that begin by interrupting the agent, 0 … 1.

    Counted as the agent's interruptions are. The customer's doing, so shown but not ranked.
    """
    return _interruptions(call, "customer")


def _interruptions(call: Call, side: str) -> Measure:
    """Each moment is the stretch in which both speak, with what the interrupter says in it."""
    cut_in, turns = interruptions_by(call, side)
    if not turns:
        return unknown(f"the {side} has no turn outside hold")
    moments = [
        Moment("interruption", side, *one.both, one.words or None, call.timing_confidence)
        for one in cut_in
    ]
    return Measure(len(cut_in) / turns, moments)


@behaviour(
    unit="words/min",
    owner="agent",
    expected="none",
    label="Pace",
    source="Amazon Contact Lens",
    sided=True,
    from_sound=True,
    from_words=True,
    version=2,
)
def agent_pace_wpm(call: Call) -> Measure:
    """The agent's words per minute of the agent's own speech: pauses do not count.

    What was redacted counts neither as words nor as time, and what is said on hold does not count.
    Unknown with less than 3 s of speech. Its moments are the agent's fastest and slowest turns of
    5 s of speech and more; where fewer than two turns are so long, the longest one.
    """
    return _pace(call, "agent")


@behaviour(
    unit="words/min",
    owner="agent",
    expected="none",
    label="Pace gap",
    source="Amazon Contact Lens",
    ranked=False,
    sided=True,
    from_sound=True,
    from_words=True,
)
def pace_gap_wpm(call: Call) -> Measure:
    """The agent's pace less the customer's, in words per minute: above 0 the agent is faster.

    Each pace is measured as the agent's is; unknown where one of the two is unknown. Not ranked,
    because the agent's pace is a part of it. Its moments are the fastest and slowest turns of both.
    """
    agent, customer = _pace(call, "agent"), _pace(call, "customer")
    if agent.value is None:
        return agent
    if customer.value is None:
        return customer
    moments = sorted((*agent.moments, *customer.moments), key=lambda moment: moment.start_s)
    return Measure(agent.value - customer.value, moments)


@once
def _pace(call: Call, side: str) -> Measure:
    words = said(call, side)
    redacted = [word for word in words if word.is_redacted]
    if len(words) == len(redacted):
        return unknown(f"no words of the {side}")
    speech = call.agent_speech if side == "agent" else call.customer_speech
    speech = without(speech, merged((word.start_s, word.end_s) for word in redacted))
    if seconds(speech) < LEAST_SPOKEN_S:
        return unknown(f"the {side} speaks for less than {LEAST_SPOKEN_S:g} s")
    value = (len(words) - len(redacted)) / seconds(speech) * 60.0
    return Measure(value, _fast_and_slow(_turns(call, side), speech))


def _fast_and_slow(turns: Sequence[Turn], speech: Sequence[Span]) -> list[Moment]:
    """The fastest and the slowest of the turns that are long enough, or else the longest one."""
    timed = [(_spoken(turn, speech), turn) for turn in turns if turn.words]
    paces = [(_count(turn) / length_s, turn) for length_s, turn in timed
             if length_s >= TELLING_TURN_S]  # fmt: skip
    if len(paces) < 2:
        longest_s, longest = max(timed, key=_first, default=(0.0, None))
        return [_of_words("longest turn", longest)] if longest and longest_s > 0 else []
    (_, fastest), (_, slowest) = max(paces, key=_first), min(reversed(paces), key=_first)
    moments = [_of_words("fastest turn", fastest), _of_words("slowest turn", slowest)]
    return sorted(moments, key=lambda moment: moment.start_s)


def _first(pair: tuple[float, Turn]) -> float:
    return pair[0]


def _count(turn: Turn) -> int:
    return sum(not word.is_redacted for word in turn.words)


def _spoken(turn: Turn, speech: Sequence[Span]) -> float:
    first = bisect_right(speech, turn.start_s, key=lambda span: span[1])
    last = bisect_left(speech, turn.end_s, key=lambda span: span[0])
    return seconds(overlap(speech[first:last], ((turn.start_s, turn.end_s),)))


def _of_words(kind: str, turn: Turn) -> Moment:
    confidence = sum(word.probability for word in turn.words) / len(turn.words)
    return _moment(kind, turn, confidence)
