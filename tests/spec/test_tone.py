"""Tone, from words: drawn calls."""

import pytest

from pipeline.behaviours import measure_call
from pipeline.behaviours.sentiment import sentiment
from tests.spec.drawing import Says, draw
from tests.spec.specs import OPENING, TALK, Spec, check

MOOD = """
agent    |####............|
customer |....##....##....|
"""
GLAD, CROSS = "thank you that is great", "this is terrible and useless"
GOOD, BAD = sentiment(GLAD, "en", "customer"), sentiment(CROSS, "en", "customer")
KIND, UNKIND = sentiment(GLAD, "en", "agent"), sentiment(CROSS, "en", "agent")
MOODS: Says = {
    "agent": ["how can I help you with this today my friend"],
    "customer": [GLAD, CROSS],
}
LATE = """
agent    |####.......#....|
customer |.........##..##.|
"""
LONG = """
agent    |########........|
customer |.........#####..|
"""
HELD = """
agent    |####............####|
customer |....####............|
hold     |................####|
"""
TASK = "now look at the back of the box for the long number and read it"  # 15 words


def agent(*parts: str) -> Says:
    """An agent who says the parts, and a customer with a question."""
    return {"agent": [" ".join(parts)], **OPENING}


SPECS = [
    # A turn counts by its words; the customer's terrible day is not the agent's.
    Spec("agent_sentiment", "agent    |#####..........|\ncustomer |.....#####.....|", KIND,
         says={"agent": [GLAD], "customer": [CROSS, "and so on"]}, moments=1),
    Spec("agent_sentiment", "agent    |####.......####|\ncustomer |....####.......|",
         (5 * KIND + 5 * UNKIND) / 10,
         says={"agent": [GLAD, CROSS], **OPENING}, moments=2),
    # What the agent says on hold, to a colleague, is no part of the call.
    Spec("agent_sentiment", HELD, KIND, says={"agent": [GLAD, CROSS], **OPENING}, moments=1),
    Spec("agent_sentiment", "agent    |#...............|\ncustomer |..##############|", None,
         because="no words of the agent", says={"agent": [""], **OPENING}),
    Spec("customer_sentiment_start", MOOD, GOOD, says=MOODS, moments=1),
    Spec("customer_sentiment_start", LATE, None, because="in the first half",
         says={"agent": ["how can I help you with this today my friend", "so"],
               "customer": [GLAD, CROSS]}),
    Spec("customer_sentiment_end", MOOD, BAD, says=MOODS, moments=1),
    Spec("customer_sentiment_end", "agent    |####............|\ncustomer |....##..........|",
         None, because="in the second half", says=MOODS),
    # The last quarter counts twice: (GOOD + 2 · BAD) / 3, with as many words in either.
    Spec("customer_sentiment_end", LATE, (GOOD + 2 * BAD) / 3,
         says={"agent": ["how can I help you with this today my friend", "so"],
               "customer": [GLAD, CROSS]}, moments=2),
    Spec("customer_sentiment_trend", MOOD, (BAD - GOOD) / 2, says=MOODS, moments=2),
    Spec("customer_sentiment_trend", MOOD, 0, says={**MOODS, "customer": [GLAD, GLAD]}),
    Spec("customer_sentiment_trend", LATE, None, because="in the first half",
         says={"agent": ["how can I help you with this today my friend", "so"],
               "customer": [GLAD, CROSS]}),
    # Two empathic moments against one unhelpful: 100 · (2 − 1) / (2 + 1).
    Spec("agent_empathy", TALK, 100 / 3, moments=3, says={
        "agent": ["I am so sorry to hear that I completely understand how you feel",
                  "there is nothing I can do"], **OPENING}),
    Spec("agent_empathy", TALK, -100, moments=2, says={
        "agent": ["that is not my problem", "you will have to call the shop"], **OPENING}),
    Spec("agent_empathy", TALK, None, because="no opportunity", says={
        "agent": ["your order was sent on Monday", "sorry ? which shop"], **OPENING}),
    # The customer's own apology is no empathy of the agent's.
    Spec("agent_empathy", TALK, None, because="no opportunity", says={
        "agent": ["what is your name", "thank you"],
        "customer": ["I am sorry to hear that but I have a question about my bill"]}),
    # Said to a colleague while the customer is on hold.
    Spec("agent_empathy", HELD, 100, moments=1, says={
        "agent": ["do not worry I can see it here", "there is nothing I can do"], **OPENING}),
    # "Thank you", "sir", "could you", "please": 4 in 3 + 3 + 15 + 10 words.
    Spec("agent_politeness", LONG, 100 * 4 / 31, moments=4, says=agent(
        "thank you sir", "could you please", TASK, "then wait for the light to go green and red"
    )),
    Spec("agent_politeness", LONG, 0, moments=0, says=agent(TASK, TASK)),
    Spec("agent_politeness", LONG, None, because="fewer than 30 words",
         says=agent("thank you sir", TASK)),
    # "I think", "maybe", "should be": 3 in 2 + 15 + 1 + 15 + 5 + 4 words; "should call" is none.
    Spec("agent_hedging", LONG, 100 * 3 / 42, moments=3, says=agent(
        "I think", TASK, "maybe", TASK, "it should be there tomorrow", "you should call him")),
    Spec("agent_hedging", LONG, 0, moments=0, says=agent(TASK, TASK)),
    Spec("agent_hedging", LONG, None, because="fewer than 30 words", says=agent("I think so")),
]  # fmt: skip


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    check(spec)


def test_the_words_of_the_drawn_calls_are_glad_and_cross() -> None:
    assert GOOD > 0.3
    assert BAD < -0.3


def test_a_trend_is_shown_by_what_it_went_from_and_to() -> None:
    moments = measure_call(draw(MOOD, MOODS)).moments["customer_sentiment_trend"]
    assert [(m.kind, m.quote) for m in moments] == [
        ("positive words", GLAD), ("negative words", CROSS),
    ]  # fmt: skip


def test_of_many_strong_turns_five_are_shown() -> None:
    picture = "agent    |" + "#..." * 8 + "|\ncustomer |" + "..#." * 8 + "|"
    call = draw(picture, {"agent": [GLAD] * 8, "customer": ["and then"] * 8})
    assert len(measure_call(call).moments["agent_sentiment"]) == 5


def test_a_polite_moment_is_named_after_its_strategy() -> None:
    call = draw(LONG, agent("thank you sir could you please", TASK, TASK))
    moments = measure_call(call).moments["agent_politeness"]
    assert [m.kind for m in moments] == ["gratitude", "courtesy", "indirect request", "please"]
