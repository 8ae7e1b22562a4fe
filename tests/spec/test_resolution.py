"""Resolution: drawn calls."""

import pytest

from pipeline.behaviours import measure_call
from tests.spec.drawing import Says, draw
from tests.spec.specs import CHAT, TALK, Spec, check

LATE = """
agent    |####...........####..####|
customer |.....####............##..|
"""
ENDING = """
agent    |####...........####...###|
customer |.....####...........##...|
"""
"""The last 40 % begin at 15 s, the last 20 % at 20 s."""
SILENT_END = """
agent    |####.....................|
customer |.....####................|
"""
GREETING = "thank you for calling how can I help"


def ending(*agent: str, customer: str = "", opening: str = CHAT) -> Says:
    """An opening, then what the agent says from 15 s and from 21 or 22 s, the customer before."""
    return {"agent": [GREETING, *agent], "customer": [opening, customer]}


CLARITY = [
    Spec("resolution_clarity", LATE, 5, says=ending(
        "So to confirm, I've applied a credit to your account and you will receive an email",
        "it will be there by Monday", customer="perfect that is all I needed")),
    Spec("resolution_clarity", LATE, 0, says=ending("okay well", "goodbye", customer="right bye")),
    # A sign counts once however often it is said; each time is a moment.
    Spec("resolution_clarity", LATE, 1, moments=2, says=ending(
        "I will cancel it", "and I've removed the fee", customer="right bye")),
    # What is promised in the first 60 % is forgotten by the end.
    Spec("resolution_clarity", LATE, 0, says={
        "agent": ["I will send you an email by Monday", "okay well", "goodbye"],
        "customer": [CHAT, "right bye"]}),
    Spec("resolution_clarity", TALK, None, because="fewer than 10 words"),
    Spec("resolution_clarity", SILENT_END, None, because="nothing is said in the last 40 %",
         says={"agent": [GREETING], "customer": [CHAT]}),
    Spec("commitment", LATE, 1, says=ending("I will send you a new card", "goodbye"), moments=1),
    Spec("commitment", LATE, 0, says=ending("I will be right back", "goodbye")),
    Spec("commitment", SILENT_END, None, because="nothing is said in the last 40 %",
         says={"agent": [GREETING], "customer": [CHAT]}),
    Spec("next_step", LATE, 1, says=ending("an engineer will visit you", "goodbye"), moments=1),
    Spec("next_step", LATE, 0, says=ending("the engineer was here", "goodbye")),
    Spec("next_step", TALK, None, because="fewer than 10 words"),
    Spec("timeline", LATE, 1, moments=1,
         says=ending("that is done within two working days", "goodbye")),
    Spec("timeline", LATE, 0, says=ending("you called us last Monday", "goodbye")),
    Spec("timeline", TALK, None, because="fewer than 10 words"),
    Spec("recap", LATE, 1, moments=1,
         says=ending("just to confirm the address is right", "goodbye")),
    Spec("recap", LATE, 0, says=ending("can you confirm your address", "goodbye")),
    Spec("recap", TALK, None, because="fewer than 10 words"),
    Spec("acknowledgement", LATE, 1, moments=1,
         says=ending("all done", "bye", customer="that works for me")),
    Spec("acknowledgement", LATE, 0, says=ending("all done", "bye", customer="no it is broken")),
    # Closing politeness takes no solution.
    Spec("acknowledgement", LATE, 0, says=ending("all done", "bye", customer="okay thanks bye")),
    # The agent's own "perfect" is not the customer's.
    Spec("acknowledgement", LATE, 0, says=ending("perfect", "great", customer="right bye")),
    Spec("acknowledgement", TALK, None, because="fewer than 10 words"),
]  # fmt: skip
CONFIRMED = [
    Spec("customer_confirmed_resolution", ENDING, 1, moments=1,
         says=ending("try it again", "great", customer="oh it is working now")),
    # A yes answers: the question and the yes are the moments.
    Spec("customer_confirmed_resolution", ENDING, 1, moments=2,
         says=ending("does that resolve your issue", "great", customer="yes thank you")),
    Spec("customer_confirmed_resolution", ENDING, 0,
         says=ending("does that resolve your issue", "oh", customer="no it does not")),
    # A yes to another question confirms nothing.
    Spec("customer_confirmed_resolution", ENDING, 0,
         says=ending("is that your new address", "great", customer="yes it is")),
    # Thanks confirm nothing either.
    Spec("customer_confirmed_resolution", ENDING, 0,
         says=ending("all done", "bye", customer="thank you so much")),
    # Said in the first 60 %.
    Spec("customer_confirmed_resolution", ENDING, 0, says=ending(
        "okay", "bye", customer="right bye", opening="hello the phone is working now again but")),
    Spec("customer_confirmed_resolution", TALK, None, because="fewer than 10 words"),
    Spec("customer_confirmed_resolution", SILENT_END, None, because="nothing is said in the last",
         says={"agent": [GREETING], "customer": [CHAT]}),
]  # fmt: skip
OPEN = [
    # A question, and goodbye.
    Spec("open_question_at_end", ENDING, 1, moments=1, says=ending(
        "okay", "thank you for calling bye", customer="when will it come")),
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "okay", "it comes with the post", customer="when will it come")),
    # One word is enough when it answers.
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "okay", "tomorrow bye", customer="when will it come")),
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "okay", "yes goodbye", customer="will it come by post")),
    # The answer is that nobody knows.
    Spec("open_question_at_end", ENDING, 1, moments=1, says=ending(
        "okay", "we do not know I'm afraid", customer="when will it come")),
    # Somebody will call, some time; with a time it is settled.
    Spec("open_question_at_end", ENDING, 1, moments=1, says=ending(
        "okay", "someone will call you back", customer="right")),
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "okay", "someone will call you back by Friday", customer="right")),
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "it is cancelled", "have a nice day", customer="okay great")),
    # A question in the first 80 %.
    Spec("open_question_at_end", ENDING, 0, says=ending(
        "okay", "goodbye", customer="right", opening="hello when will my new card come please")),
    Spec("open_question_at_end", TALK, None, because="fewer than 10 words"),
    Spec("open_question_at_end", SILENT_END, None, because="nothing is said in the last 20 %",
         says={"agent": [GREETING], "customer": [CHAT]}),
]  # fmt: skip
REPEAT = [
    Spec("spoken_repeat_contact", ENDING, 1, moments=1, says=ending(
        "okay", "bye", opening="hello this is the second time I call about my bill today")),
    # Two ways to say it are two moments.
    Spec("spoken_repeat_contact", ENDING, 1, moments=2, says=ending(
        "okay", "bye", customer="nobody called me back", opening="I already called about my bill")),
    Spec("spoken_repeat_contact", ENDING, 0, says=ending(
        "okay", "bye", customer="I will call again",
        opening="this is the second time I order a lamp from you")),
    # The agent's own calls are no repeat of the customer's.
    Spec("spoken_repeat_contact", ENDING, 0, says=ending(
        "I already called them twice", "we called yesterday", customer="right")),
    Spec("spoken_repeat_contact", TALK, None, because="fewer than 10 words"),
]  # fmt: skip
SPECS = [*CLARITY, *CONFIRMED, *OPEN, *REPEAT]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    check(spec)


def test_moments_are_in_order_with_the_side_that_says_them() -> None:
    says = ending("I've cancelled it", "goodbye", customer="perfect thank you")
    moments = measure_call(draw(ENDING, says)).moments["resolution_clarity"]
    assert [(moment.side, moment.quote) for moment in moments] == [
        ("agent", "I've cancelled"),
        ("customer", "perfect"),
    ]
    assert 15 <= moments[0].start_s < moments[1].start_s < 22


def test_a_promise_in_a_later_turn_settles_what_was_open() -> None:
    picture = """
    agent    |####............####.####|
    customer |.....####..........#.....|
    """
    says = ending("I will have to ask", "I've cancelled it for you", customer="okay")
    measured = measure_call(draw(picture, says))
    assert measured.values["open_question_at_end"] == 0
    says = ending("well now", "I will have to ask", customer="okay")
    assert measure_call(draw(picture, says)).values["open_question_at_end"] == 1


def test_doubtful_sides_leave_resolution_unknown() -> None:
    says = ending("I've cancelled it", "goodbye", customer="perfect thank you")
    measured = measure_call(draw(ENDING, says, sides_known="doubtful"))
    for name in ("resolution_clarity", "customer_confirmed_resolution", "spoken_repeat_contact"):
        assert "doubtful which side" in measured.unknown[name]
