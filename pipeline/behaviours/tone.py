"""Tone, from words alone: no emotion of an agent is ever inferred from the voice."""

from collections.abc import Sequence

from pipeline.behaviours.call import Call, Turn, once
from pipeline.behaviours.conversation import covering, held, most_telling, said, talk
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown
from pipeline.behaviours.sentiment import sentiment

LEAST_WORDS = 30
"""Agent words from which a rate is told: with fewer, one phrase is more than 3 per 100 words."""

CLEAR = 0.3
"""Sentiment beyond which a turn's words are called positive or negative."""

POLITE = ("apology", "courtesy", "deference", "gratitude", "indirect_request", "please")
"""The polite strategies of Danescu-Niculescu-Mizil et al. 2013 that a contact centre knows."""


@once
def _spoken(call: Call, side: str) -> list[Turn]:
    return [turn for turn in talk(call) if turn.side == side and turn.words]


def _score(call: Call, turn: Turn) -> float:
    return sentiment(turn.text, call.language, turn.side)


def _mean(call: Call, turns: Sequence[Turn], weights: Sequence[float]) -> float:
    scores = [_score(call, turn) for turn in turns]
    return sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)


def _words(turns: Sequence[Turn]) -> list[float]:
    return [float(len(turn.words)) for turn in turns]


def _moment(call: Call, turn: Turn) -> Moment:
    score = _score(call, turn)
    kind = "neutral words"
    if abs(score) >= CLEAR:
        kind = "positive words" if score > 0 else "negative words"
    sure = sum(word.probability for word in turn.words) / len(turn.words)
    return Moment(kind, turn.side, turn.start_s, turn.end_s, turn.text, sure)


def _strongest(call: Call, turns: Sequence[Turn]) -> list[Moment]:
    """The five turns furthest from neutral; those that are neutral prove nothing."""
    moved = [turn for turn in turns if _score(call, turn) != 0]
    return [_moment(call, turn) for turn in most_telling(moved, lambda t: abs(_score(call, t)))]


def _cues(call: Call, kinds: Sequence[str]) -> list[Moment]:
    """Every cue of these kinds outside hold, by start: words on hold are for a colleague."""
    hold = held(call)
    cues = [cue for kind in kinds for cue in found(call, kind)]
    return sorted(
        (cue for cue in cues if not covering(hold, (cue.start_s + cue.end_s) / 2)),
        key=lambda cue: (cue.start_s, cue.end_s, cue.kind),
    )


def _per_hundred(call: Call, kinds: Sequence[str]) -> Measure:
    """Cues of these kinds per 100 words of the agent."""
    words = len(said(call, "agent"))
    if words < LEAST_WORDS:
        return unknown(f"fewer than {LEAST_WORDS} words of the agent")
    cues = _cues(call, kinds)
    return Measure(100 * len(cues) / words, cues)


@behaviour(
    unit="−1…1",
    owner="agent",
    expected="up",
    label="Agent sentiment",
    source="Genesys; a classifier of the words",
    sided=True,
    from_words=True,
    version=2,
)
def agent_sentiment(call: Call) -> Measure:
    """How positive the agent's words are: mean sentiment of the agent's turns, −1 … 1.

    A turn's sentiment is P(positive) − P(negative) of its words, by the weights in the word pack.
    Each turn counts by its number of words; hold and backchannels are left out. Words only, never
    the voice. Its moments are the five turns furthest from neutral.
    """
    turns = _spoken(call, "agent")
    if not turns:
        return unknown("no words of the agent")
    return Measure(_mean(call, turns, _words(turns)), _strongest(call, turns))


def _first_half(call: Call) -> list[Turn]:
    return [t for t in _spoken(call, "customer") if t.start_s < call.duration_s / 2]


def _second_half(call: Call) -> list[Turn]:
    return [t for t in _spoken(call, "customer") if t.start_s >= call.duration_s / 2]


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment at the start",
    source="Genesys; a classifier of the words",
    ranked=False,
    sided=True,
    from_words=True,
    version=2,
)
def customer_sentiment_start(call: Call) -> Measure:
    """How positive the customer's words are in the first half of the call, −1 … 1.

    Mean sentiment, by number of words, of the turns that begin there. Its moments are the five
    furthest from neutral.
    """
    turns = _first_half(call)
    if not turns:
        return unknown("no words of the customer in the first half")
    return Measure(_mean(call, turns, _words(turns)), _strongest(call, turns))


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment at the end",
    source="Genesys; a classifier of the words",
    ranked=False,
    sided=True,
    from_words=True,
    version=2,
)
def customer_sentiment_end(call: Call) -> Measure:
    """How positive the customer's words are in the second half of the call, −1 … 1.

    Mean sentiment, by number of words, of the turns that begin there; those that begin in the last
    quarter of the call count twice. Its moments are the five furthest from neutral.
    """
    turns = _second_half(call)
    if not turns:
        return unknown("no words of the customer in the second half")
    late = 0.75 * call.duration_s
    weights = [len(t.words) * (2.0 if t.start_s >= late else 1.0) for t in turns]
    return Measure(_mean(call, turns, weights), _strongest(call, turns))


@behaviour(
    unit="−1…1",
    owner="customer",
    expected="up",
    label="Customer sentiment trend",
    source="Genesys",
    ranked=False,
    sided=True,
    from_words=True,
    version=2,
)
def customer_sentiment_trend(call: Call) -> Measure:
    """Half the change of the customer's sentiment from start to end: (end − start) / 2.

    Its moments are two turns: where it rises the most negative of the first half and the most
    positive of the second, where it falls the other way round.
    """
    start, end = customer_sentiment_start(call), customer_sentiment_end(call)
    if start.value is None or end.value is None:
        return unknown(start.why_unknown or end.why_unknown or "")
    trend = (end.value - start.value) / 2
    if trend == 0:
        return Measure(0.0)
    sign = 1 if trend > 0 else -1
    first = min(_first_half(call), key=lambda turn: sign * _score(call, turn))
    last = max(_second_half(call), key=lambda turn: sign * _score(call, turn))
    return Measure(trend, [_moment(call, first), _moment(call, last)])


@behaviour(
    unit="−100…100",
    owner="agent",
    expected="up",
    label="Empathy",
    source="Genesys",
    sided=True,
    from_words=True,
    version=2,
)
def agent_empathy(call: Call) -> Measure:
    """Empathic against unhelpful moments of the agent: 100 · (E − U) / (E + U).

    E are the cues `empathic` of the word pack: sorry for the customer's trouble, understanding,
    reassurance, thanks for patience, warm wishes. U are the cues `unhelpful`: blame, brushing off,
    refusal without another way, sending away. Greetings, closings and "sorry?" are neither.
    Without any of them there was no opportunity and the value is unknown, not 0.
    """
    empathic, unhelpful = _cues(call, ("empathic",)), _cues(call, ("unhelpful",))
    total = len(empathic) + len(unhelpful)
    if total == 0:
        return unknown("no opportunity: neither empathic nor unhelpful phrases")
    return Measure(100 * (len(empathic) - len(unhelpful)) / total, [*empathic, *unhelpful])


@behaviour(
    unit="per 100 words",
    owner="agent",
    expected="up",
    label="Politeness",
    source="strategies of Danescu-Niculescu-Mizil et al. 2013",
    sided=True,
    from_words=True,
)
def agent_politeness(call: Call) -> Measure:
    """How often the agent is polite in words: polite cues per 100 words of the agent.

    The cues: gratitude, "please", apology, courtesy ("sir", "you're welcome", "good morning"),
    indirect request ("could you", "may I") and deference ("good question", "of course"), all of
    them after the list behind ConvoKit. "Could you please" is two. Set phrases ("thank you for
    calling") count as well. Plain instructions ("open the app") take nothing away: on a call they
    are the agent's work. Unknown with fewer than 30 words of the agent.
    """
    return _per_hundred(call, POLITE)


@behaviour(
    unit="per 100 words",
    owner="agent",
    expected="down",
    label="Hedging",
    source="hedges of Hyland 2005, as in Danescu-Niculescu-Mizil et al. 2013",
    sided=True,
    from_words=True,
)
def agent_hedging(call: Call) -> Measure:
    """How often the agent sounds unsure: hedges per 100 words of the agent.

    Hedges are "I think", "maybe", "it should be there", "sort of", "I am not sure", "hopefully"
    and the like. "You should call us", "may I" and "what kind of" are none. Unknown with fewer than
    30 words of the agent.
    """
    return _per_hundred(call, ("hedging",))
