"""What a moment that was heard must hold, by the truth of a made call."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from pipeline.behaviours.call import Call, Turn
from pipeline.behaviours.conversation import talk
from pipeline.behaviours.interruptions import interruptions_by
from pipeline.behaviours.register import Moment
from pipeline.spans import Span, overlap, seconds

SLACK_S = 0.5
"""So much speech inside a silence, or so far from where it begins, is the detector's right."""

ALIKE = 0.7
"""What a turn and the true one must have in common, of what both are together."""

Judge = Callable[[Moment, Call], str | None]
"""Why the moment is not what it says, by the true call; None when it is."""


def silence(moment: Moment, true: Call) -> str | None:
    """Neither side speaks, and nobody is on hold."""
    span = (moment.start_s, moment.end_s)
    spoken, held = _common_s(true.speech, span), _common_s(true.hold, span)
    if spoken > SLACK_S:
        return f"{spoken:.1f} s of speech in it"
    return f"{held:.1f} s of hold in it" if held > SLACK_S else None


def hold(moment: Moment, true: Call) -> str | None:
    """Mostly true hold, without a word. The seconds around a silent hold are silent as well."""
    span = (moment.start_s, moment.end_s)
    held, spoken = _common_s(true.hold, span), _common_s(true.speech, span)
    if held < 0.5 * (span[1] - span[0]):
        return f"only {held:.1f} of {span[1] - span[0]:.1f} s are hold"
    return f"{spoken:.1f} s of conversation in it" if spoken > SLACK_S else None


def conversation(moment: Moment, true: Call) -> str | None:
    """No hold."""
    held = _common_s(true.hold, (moment.start_s, moment.end_s))
    return f"{held:.1f} s of hold in it" if held > 1.0 else None


def overtalk(moment: Moment, true: Call) -> str | None:
    """Both sides speak for at least half of it."""
    span = (moment.start_s, moment.end_s)
    both = _common_s(overlap(true.agent_speech, true.customer_speech), span)
    if both >= 0.5 * (span[1] - span[0]):
        return None
    each = [_common_s(side, span) for side in (true.agent_speech, true.customer_speech)]
    return (f"both speak for {both:.2f} of {span[1] - span[0]:.2f} s (agent {each[0]:.2f}, "
            f"customer {each[1]:.2f})")  # fmt: skip


def interruption(moment: Moment, true: Call) -> str | None:
    """An interruption by that side in the true call as well."""
    span = (moment.start_s, moment.end_s)
    found, _ = interruptions_by(true, moment.side)
    if any(_common_s([one.both], span) > 0 for one in found):
        return None
    own, other = true.agent_speech, true.customer_speech
    if moment.side == "customer":
        own, other = other, own
    around = (span[0] - SLACK_S, span[1] + SLACK_S)
    both = _common_s(overlap(own, other), around)
    begins = min((start for start, _ in own), key=lambda at: abs(at - span[0]))
    return f"both speak for {both:.2f} s there, the side begins {begins - span[0]:+.2f} s from it"


def turn(moment: Moment, true: Call) -> str | None:
    """A true turn of that side that begins and ends about there."""
    own = [one for one in talk(true) if one.side == moment.side]
    shares = [(_likeness(one, moment), one) for one in own]
    share, nearest = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    if share >= ALIKE:
        return None
    said = f"{nearest.start_s:.1f}-{nearest.end_s:.1f}" if nearest and share else "nowhere near"
    return f"the true turn is {said}"


def _likeness(true: Turn, moment: Moment) -> float:
    both = min(true.end_s, moment.end_s) - max(true.start_s, moment.start_s)
    either = max(true.end_s, moment.end_s) - min(true.start_s, moment.start_s)
    return max(both, 0.0) / either


def answer(moment: Moment, true: Call) -> str | None:
    """The customer's turn ends at one of its edges and the agent's next one begins at the other."""
    edges = (moment.start_s, moment.end_s)
    for before, after in pairwise(talk(true)):
        if (before.side, after.side) == ("customer", "agent"):
            true_edges = sorted((before.end_s, after.start_s))
            if all(abs(a - b) <= SLACK_S for a, b in zip(edges, true_edges, strict=True)):
                return None
    return "no such answer in the truth"


def voice(moment: Moment, true: Call) -> str | None:
    """That side speaks for at least half of it."""
    span = (moment.start_s, moment.end_s)
    spoken = _common_s(true.agent if moment.side == "agent" else true.customer, span)
    length_s = span[1] - span[0]
    return None if spoken >= 0.5 * length_s else f"{spoken:.1f} of {length_s:.1f} s spoken"


JUDGES: dict[str, Judge] = {
    "dead air": silence,
    "severe dead air": silence,
    "longest silence": silence,
    "unexplained dead air": silence,
    "hold": hold,
    "conversation": conversation,
    "overtalk": overtalk,
    "interruption": interruption,
    "monologue": turn,
    "long turn": turn,
    "turn": turn,
    "fastest turn": turn,
    "slowest turn": turn,
    "answer": answer,
}
"""By kind of moment; a kind that is not here is `voice`."""


def why_not(moment: Moment, true: Call) -> str | None:
    """The verdict of the judge of its kind."""
    return JUDGES.get(moment.kind, voice)(moment, true)


def _common_s(spans: Sequence[Span], span: Span) -> float:
    return seconds(overlap(spans, (span,)))
