"""Resolution: whether the customer hangs up knowing what happens, who does it and by when."""

from pipeline.behaviours.call import Call
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Measure, Moment, behaviour

LATE = 0.6
"""Share of the call after which a cue counts: the last 40 %."""


def _late(call: Call, kind: str) -> list[Moment]:
    return found(call, kind, from_s=LATE * call.duration_s)


def _present(call: Call, kind: str) -> Measure:
    moments = _late(call, kind)
    return Measure(float(bool(moments)), moments)


@behaviour(
    unit="0–5",
    owner="agent",
    expected="up",
    label="Resolution clarity",
    source="Zendesk; Amazon Contact Lens",
    sided=True,
    from_words=True,
)
def resolution_clarity(call: Call) -> Measure:
    """How many of five signs of a clear ending stand in the last 40 % of the call, 0–5.

    The signs: a commitment, a next step, a timeline and a recap by the agent, and an
    acknowledgement by the customer. Each sign counts once however often it is said.
    """
    cues = [commitment, next_step, timeline, recap, acknowledgement]
    measures = [cue(call) for cue in cues]
    value = sum(measure.value or 0.0 for measure in measures)
    return Measure(value, [m for measure in measures for m in measure.moments])


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Commitment", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True,
)  # fmt: skip
def commitment(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, what was or will be done."""
    return _present(call, "commitment")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Next step", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True,
)  # fmt: skip
def next_step(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, what happens next."""
    return _present(call, "next_step")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Timeline", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True,
)  # fmt: skip
def timeline(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, by when."""
    return _present(call, "timeline")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Recap", source="contact-centre practice",
    ranked=False, binary=True, sided=True, from_words=True,
)  # fmt: skip
def recap(call: Call) -> Measure:
    """1 when the agent repeats, in the last 40 % of the call, what was agreed."""
    return _present(call, "recap")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Acknowledgement", source="Zendesk",
    ranked=False, binary=True, sided=True, from_words=True,
)  # fmt: skip
def acknowledgement(call: Call) -> Measure:
    """1 when the customer takes the solution, in the last 40 % of the call."""
    return _present(call, "acknowledgement")
