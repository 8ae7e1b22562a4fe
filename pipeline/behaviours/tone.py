"""Tone, from words alone: no emotion of an agent is ever inferred from the voice."""

from collections.abc import Sequence
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pipeline.behaviours.call import Call, Turn
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown

STRONG = 0.5
"""A turn's compound score beyond which it is shown as a moment."""


@cache
def _analyser() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


@cache
def compound(text: str) -> float:
    """VADER's compound score of a text, −1 … 1."""
    return float(_analyser().polarity_scores(text)["compound"])


def _mean(turns: Sequence[Turn], weights: Sequence[float]) -> float:
    total = sum(weights)
    return sum(w * compound(t.text) for t, w in zip(turns, weights, strict=True)) / total


def _spoken(call: Call, side: str) -> list[Turn]:
    return [turn for turn in call.turns if turn.side == side and turn.words]


def _strong(turns: Sequence[Turn]) -> list[Moment]:
    return [
        Moment(
            "positive words" if compound(turn.text) > 0 else "negative words",
            turn.side,
            turn.start_s,
            turn.end_s,
            turn.text,
        )
        for turn in turns
        if abs(compound(turn.text)) >= STRONG
    ]


@behaviour(
    unit="−1…1",
    owner="agent",
    expected="up",
    label="Agent sentiment",
    source="VADER (Hutto & Gilbert 2014)",
    sided=True,
    from_words=True,
)
def agent_sentiment(call: Call) -> Measure:
    """How positive the agent's words are: mean VADER compound of the agent's turns, −1 … 1.

    Each turn counts by its number of words. Words only, never the voice.
    """
    turns = _spoken(call, "agent")
    if not turns:
        return unknown("no words of the agent")
    return Measure(_mean(turns, [len(turn.words) for turn in turns]), _strong(turns))


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment at the start",
    source="Genesys; VADER",
    ranked=False,
    sided=True,
    from_words=True,
)
def customer_sentiment_start(call: Call) -> Measure:
    """How positive the customer's words are in the first half of the call, −1 … 1.

    Mean VADER compound of the turns that begin there, by number of words.
    """
    turns = [t for t in _spoken(call, "customer") if t.start_s < call.duration_s / 2]
    if not turns:
        return unknown("no words of the customer in the first half")
    return Measure(_mean(turns, [len(turn.words) for turn in turns]), _strong(turns))


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment at the end",
    source="Genesys; VADER",
    ranked=False,
    sided=True,
    from_words=True,
)
def customer_sentiment_end(call: Call) -> Measure:
    """How positive the customer's words are in the second half of the call, −1 … 1.

    Mean VADER compound by number of words; turns that begin in the last quarter count twice.
    """
    turns = [t for t in _spoken(call, "customer") if t.start_s >= call.duration_s / 2]
    if not turns:
        return unknown("no words of the customer in the second half")
    late = 0.75 * call.duration_s
    weights = [len(t.words) * (2.0 if t.start_s >= late else 1.0) for t in turns]
    return Measure(_mean(turns, weights), _strong(turns))


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment trend",
    source="Genesys",
    ranked=False,
    sided=True,
    from_words=True,
)
def customer_sentiment_trend(call: Call) -> Measure:
    """Half the change of the customer's sentiment from start to end: (end − start) / 2."""
    start, end = customer_sentiment_start(call), customer_sentiment_end(call)
    if start.value is None or end.value is None:
        return unknown(start.why_unknown or end.why_unknown or "")
    return Measure((end.value - start.value) / 2)


@behaviour(
    unit="−100…100",
    owner="agent",
    expected="up",
    label="Empathy",
    source="Genesys; phrases after ConvoKit's politeness strategies",
    sided=True,
    from_words=True,
)
def agent_empathy(call: Call) -> Measure:
    """Empathic against unhelpful moments of the agent: 100 · (E − U) / (E + U).

    E are apologies, understanding and reassurance, U blame, refusal and sending away, by the
    phrases of the word pack. Without either there was no opportunity and the value is
    unknown, not 0.
    """
    empathic, unhelpful = found(call, "empathic"), found(call, "unhelpful")
    total = len(empathic) + len(unhelpful)
    if total == 0:
        return unknown("no opportunity: neither empathic nor unhelpful phrases")
    return Measure(100 * (len(empathic) - len(unhelpful)) / total, [*empathic, *unhelpful])
