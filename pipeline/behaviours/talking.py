"""Talking: who speaks how much, at whose expense, and how fast."""

from pipeline.behaviours.call import Call
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown
from pipeline.spans import merged, overlap, seconds, without

OVERTALK_S = 0.2


@behaviour(
    unit="share",
    owner="agent",
    expected="none",
    label="Agent talk share",
    source="Amazon Contact Lens",
    sided=True,
    from_sound=True,
)
def agent_talk_share(call: Call) -> Measure:
    """Share of the speech that is the agent's, hold excluded: agent / (agent + customer)."""
    agent, customer = seconds(call.agent_speech), seconds(call.customer_speech)
    if agent + customer == 0:
        return unknown("nobody speaks")
    return Measure(agent / (agent + customer))


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Longest monologue",
    source="contact-centre practice",
    sided=True,
    from_sound=True,
)
def longest_agent_monologue_s(call: Call) -> Measure:
    """Seconds of the agent's longest turn, from its start to its end, backchannels ignored."""
    turns = call.turns_of("agent")
    if not turns:
        return unknown("the agent has no turn")
    longest = max(turns, key=lambda turn: turn.seconds)
    moment = Moment("monologue", "agent", longest.start_s, longest.end_s, longest.text)
    return Measure(longest.seconds, [moment])


@behaviour(
    unit="s",
    owner="agent",
    expected="down",
    label="Overtalk",
    source="MiiTel",
    two_channels=True,
    from_sound=True,
)
def overtalk_s(call: Call) -> Measure:
    """Seconds in which both sides speak at once, overlaps of 0.2 s and more, hold excluded."""
    both = overlap(call.agent_speech, call.customer_speech)
    both = tuple(span for span in both if span[1] - span[0] >= OVERTALK_S)
    return Measure(seconds(both), [Moment("overtalk", "unknown", *span) for span in both])


@behaviour(
    unit="words/min",
    owner="agent",
    expected="none",
    label="Pace",
    source="Amazon Contact Lens",
    sided=True,
    from_sound=True,
    from_words=True,
)
def agent_pace_wpm(call: Call) -> Measure:
    """The agent's words per minute of the agent's own speech (pauses do not slow it down).

    What was redacted counts neither as words nor as time.
    """
    words = [word for turn in call.turns if turn.side == "agent" for word in turn.words]
    redacted = merged((word.start_s, word.end_s) for word in words if word.is_redacted)
    spoken = seconds(without(call.agent_speech, redacted))
    if spoken < 3.0:
        return unknown("the agent speaks for less than 3 s")
    return Measure(sum(not word.is_redacted for word in words) / spoken * 60.0)
