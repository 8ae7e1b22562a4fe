"""Resolution: whether the customer hangs up knowing what happens, who does it and by when."""

from collections.abc import Iterable

from pipeline.behaviours.call import Call, Turn, once
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown

LATE = 0.6
"""Share of the call after which a sign of a clear ending counts: the last 40 %."""
END = 0.8
"""Share of the call after which a question or a matter counts as open at its end."""
ANSWER_WORDS = 3
"""Words of the agent that are an answer; fewer only when they say yes, no or a time."""
OPENING_WORDS = 4
"""Words at the start of a turn within which a yes answers what was asked before it."""


@behaviour(
    unit="0–5", owner="agent", expected="up", label="Resolution clarity",
    source="Zendesk; Amazon Contact Lens", sided=True, from_words=True, version=2,
)  # fmt: skip
def resolution_clarity(call: Call) -> Measure:
    """How many of five signs of a clear ending stand in the last 40 % of the call, 0–5.

    The signs: a commitment, a next step, a timeline and a recap by the agent, and an
    acknowledgement by the customer. Each sign counts once however often it is said.
    """
    signs = [commitment, next_step, timeline, recap, acknowledgement]
    measures = [sign(call) for sign in signs]
    for measure in measures:
        if measure.value is None:
            return measure
    value = sum(measure.value or 0.0 for measure in measures)
    return Measure(value, _by_start(m for measure in measures for m in measure.moments))


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Commitment", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True, version=2,
)  # fmt: skip
def commitment(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, what was done or will be done."""
    return _present(call, "commitment")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Next step", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True, version=2,
)  # fmt: skip
def next_step(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, what happens next and on whose side."""
    return _present(call, "next_step")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Timeline", source="Amazon Contact Lens",
    ranked=False, binary=True, sided=True, from_words=True, version=2,
)  # fmt: skip
def timeline(call: Call) -> Measure:
    """1 when the agent says, in the last 40 % of the call, by when."""
    return _present(call, "timeline")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Recap", source="contact-centre practice",
    ranked=False, binary=True, sided=True, from_words=True, version=2,
)  # fmt: skip
def recap(call: Call) -> Measure:
    """1 when the agent repeats, in the last 40 % of the call, what was agreed."""
    return _present(call, "recap")


@behaviour(
    unit="yes/no", owner="agent", expected="up", label="Acknowledgement", source="Zendesk",
    ranked=False, binary=True, sided=True, from_words=True, version=2,
)  # fmt: skip
def acknowledgement(call: Call) -> Measure:
    """1 when the customer takes the solution, in the last 40 % of the call.

    That is: finds it good ("that works", "perfect"), has understood it, will do it, or thanks
    warmly or for the help. A plain "thanks" or "okay" is politeness and does not count.
    """
    return _present(call, "acknowledgement")


@behaviour(
    unit="yes/no", owner="customer", expected="up", label="Customer confirms the resolution",
    source="Zendesk; contact-centre practice", ranked=False, binary=True, sided=True,
    from_words=True,
)  # fmt: skip
def customer_confirmed_resolution(call: Call) -> Measure:
    """1 when the customer says, in the last 40 % of the call, that the matter is settled.

    Either in own words ("it is working now", "that solves my problem"), or by a yes that begins
    the turn after the agent asked whether it is settled. Never said is 0: it was not confirmed.
    """
    if not _speaks(call, LATE):
        return unknown("nothing is said in the last 40 % of the call")
    moments = [*_late(call, "confirmed_resolution"), *_confirmed_when_asked(call)]
    return Measure(float(bool(moments)), _by_start(moments))


@behaviour(
    unit="yes/no", owner="agent", expected="down", label="Open question at the end",
    source="contact-centre practice", binary=True, sided=True, from_words=True,
)  # fmt: skip
def open_question_at_end(call: Call) -> Measure:
    """1 when the call ends with a question unanswered or a matter left open, in its last 20 %.

    Unanswered is the customer's last question when the agent then says no three words but those
    that close a call, and neither yes, no nor a time. Left open is a matter of which the agent does
    not know, has yet to find out, or says that somebody else will be in touch; it is settled when
    the agent gives a time in the same turn or later, promises or has done something in a later
    turn, or the customer then says that the matter is settled.
    """
    if not _speaks(call, END):
        return unknown("nothing is said in the last 20 % of the call")
    moments = [*_unanswered(call), *_left_open(call)]
    return Measure(float(bool(moments)), _by_start(moments))


@behaviour(
    unit="yes/no", owner="centre", expected="down", label="Says it is not the first contact",
    source="contact-centre practice", binary=True, sided=True, from_words=True,
)  # fmt: skip
def spoken_repeat_contact(call: Call) -> Measure:
    """1 when the customer says, anywhere in the call, that this is not the first contact about it.

    "Second time I call", "I spoke to your colleague last week", "nobody called me back". It finds
    repeats that the call log cannot see, such as a call from another number.
    """
    moments = found(call, "spoken_repeat_contact")
    return Measure(float(bool(moments)), moments)


@once
def _present(call: Call, kind: str) -> Measure:
    if not _speaks(call, LATE):
        return unknown("nothing is said in the last 40 % of the call")
    moments = _late(call, kind)
    return Measure(float(bool(moments)), moments)


@once
def _late(call: Call, kind: str) -> list[Moment]:
    return found(call, kind, from_s=LATE * call.duration_s)


def _speaks(call: Call, share: float) -> bool:
    """Whether there are words after this share of the call."""
    return any(word.start_s >= share * call.duration_s for word in reversed(call.words))


def _by_start(moments: Iterable[Moment]) -> list[Moment]:
    return sorted(moments, key=lambda moment: moment.start_s)


def _confirmed_when_asked(call: Call) -> list[Moment]:
    """Questions whether it is settled, each with the yes that begins the customer's next turn."""
    questions = _late(call, "resolution_question")
    said = _late(call, "answer_yes") if questions else []
    moments: list[Moment] = []
    for question in questions:
        turn = _next_turn(call, "customer", question)
        opening = turn.words[:OPENING_WORDS] if turn else ()
        starts = {word.start_s for word in opening}
        answer = next((yes for yes in said if yes.start_s in starts), None)
        moments += [m for m in (question, answer) if answer and m and m not in moments]
    return moments


def _next_turn(call: Call, side: str, moment: Moment) -> Turn | None:
    """The side's first turn, be it a backchannel, that begins after the moment has begun."""
    return next((t for t in call.turns if t.side == side and t.start_s > moment.start_s), None)


def _unanswered(call: Call) -> list[Moment]:
    """The customer's last question, when the agent does not answer it."""
    asked = found(call, "open_question", from_s=END * call.duration_s)
    if not asked:
        return []
    question = asked[-1]
    after_s = question.end_s
    if any(found(call, kind, from_s=after_s) for kind in ("short_answer", "timeline")):
        return []
    closings = found(call, "closing", from_s=after_s)
    answer = [
        word
        for turn in call.turns
        if turn.side == "agent"
        for word in turn.words
        if word.start_s >= after_s
        and not any(closing.start_s <= word.start_s < closing.end_s for closing in closings)
    ]
    return [] if len(answer) >= ANSWER_WORDS else [question]


def _left_open(call: Call) -> list[Moment]:
    """What the agent leaves open, when nothing settles it."""
    remarks = found(call, "left_open", from_s=END * call.duration_s)
    return [remark for remark in remarks if not _settled(call, remark)]


def _settled(call: Call, remark: Moment) -> bool:
    """Whether a time is given in the turn of the remark or later, or what follows settles it."""
    # By its words: a recogniser's words can end after the turn that holds them.
    turn = next(
        turn
        for turn in call.turns
        if turn.side == remark.side and remark.start_s in [word.start_s for word in turn.words]
    )
    return (
        bool(found(call, "timeline", from_s=turn.start_s))
        or bool(found(call, "commitment", from_s=turn.end_s))
        or bool(found(call, "confirmed_resolution", from_s=remark.end_s))
    )
