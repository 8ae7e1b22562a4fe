"""Who is the agent, from words: hand-written calls, and the transcripts of real ones."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.behaviours.call import Word
from pipeline.speech.roles import Roles, roles_of_channels, roles_of_speakers

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
Lines = list[tuple[float, str]]

INBOUND = (
    ["Good morning, Northwind, Anna speaking, how can I help?", "Can I take your order number?",
     "Let me check that for you.", "It left our warehouse today. Is there anything else?"],
    ["Hi, I ordered a kettle and my order has not arrived.", "Yes, it is four two seven.",
     "Okay.", "No, that's all, thank you for your help."],
)  # fmt: skip
OUTBOUND = (
    ["Hello, am I speaking with Mrs Hill?", "I'm calling from Northwind about your contract.",
     "You would like to keep it? Then I will send you the papers."],
    ["Hello?", "Yes, that's me.", "I want to change my contract, my phone does not work."],
)  # fmt: skip
WITHOUT_A_GREETING = (
    ["What was your date of birth?", "And what is your postcode?", "I understand how you feel.",
     "Your card has been cancelled."],
    ["I lost my card.", "The second of May.", "I was charged twice.", "You too."],
)  # fmt: skip
TWO_AGENTS = (
    ["Hi, I have a customer on the line, she would like to cancel.", "Let me check for you.",
     "Her account, yes. Bear with me.", "I will transfer you now."],
    ["Thank you for calling the cancellation team, how can I help you?",
     "Can I have your account number?", "Is there anything else?"],
)  # fmt: skip
CALLS = [INBOUND, OUTBOUND, WITHOUT_A_GREETING]


def words(lines: Lines, *, bare: bool = False) -> list[Word]:
    said = []
    for start_s, text in lines:
        for number, word in enumerate(text.split()):
            plain = re.sub(r"[^\w']", "", word).lower() if bare else word
            said.append(Word(plain, start_s + 0.3 * number, start_s + 0.3 * number + 0.25))
    return said


def spoken(call: tuple[list[str], list[str]], *, bare: bool = False) -> tuple[list[Word], ...]:
    """Agent and customer take turns of 6 s."""
    return tuple(
        words([(12.0 * turn + 6 * side, text) for turn, text in enumerate(texts)], bare=bare)
        for side, texts in enumerate(call)
    )


def checked(call: tuple[list[Word], ...]) -> Roles:
    return roles_of_channels({"agent": call[0], "customer": call[1]}, language="en")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("bare", [False, True], ids=["as written", "lower case without marks"])
def test_channels_are_kept_and_swapped_channels_are_noticed(
    call: tuple[list[str], list[str]], bare: bool
) -> None:
    agent, customer = spoken(call, bare=bare)
    right, wrong = checked((agent, customer)), checked((customer, agent))
    assert (right.order, right.how) == (("agent", "customer"), "as configured")
    assert (wrong.order, wrong.how) == (("customer", "agent"), "swapped")
    assert right.confidence is not None and right.confidence > 0.9
    assert wrong.confidence is not None and wrong.confidence > 0.9


@pytest.mark.parametrize("call", CALLS)
def test_of_two_speakers_the_agent_is_found(call: tuple[list[str], list[str]]) -> None:
    agent, customer = spoken(call)
    for names in (("0", "1"), ("1", "0")):
        found = roles_of_speakers(dict(zip(names, (agent, customer), strict=True)), language="en")
        assert (found.order, found.how) == (names, "from words")


def test_one_weak_word_against_the_order_makes_it_doubtful_and_swaps_nothing() -> None:
    agent = words([(5.0, "Hi, I lost my card."), (20.0, "I was charged twice.")])
    customer = words([(12.0, "Okay.")])
    found = checked((agent, customer))
    assert (found.order, found.how) == (("agent", "customer"), "doubtful")
    assert found.confidence is not None and found.confidence < 0.5


def test_two_agents_on_the_line_are_never_swapped() -> None:
    assert checked(spoken(TWO_AGENTS)).how != "swapped"


@pytest.mark.parametrize("texts", [[], ["Hello?", "Yes.", "Mm-hm."], ["[number]", "[email]"]])
def test_without_evidence_channels_stay_and_speakers_are_doubtful(texts: list[str]) -> None:
    said = words([(10.0 * turn, text) for turn, text in enumerate(texts)])
    assert checked((said, [])).how == "as configured"
    assert roles_of_speakers({"0": said, "1": said}, language="en").how == "doubtful"


def test_redacted_words_are_no_evidence_and_hide_none() -> None:
    agent = words([(1.0, "Thank you for calling [name], how can I help you?")])
    customer = words([(8.0, "My order [number] is not here. I want to cancel it.")])
    assert roles_of_speakers({"a": customer, "b": agent}, language="en").order == ("b", "a")


def test_saying_one_thing_again_and_again_is_no_more_evidence() -> None:
    once = words([(1.0, "Okay, let me check.")])
    often = words([(10.0 * turn, "Okay, let me check.") for turn in range(6)])
    other = words([(5.0, "Sure.")])
    found = [roles_of_speakers({"0": said, "1": other}, language="en") for said in (once, often)]
    assert found[0] == found[1]


def test_a_language_without_phrases_says_so() -> None:
    agent, customer = spoken(INBOUND)
    channels = roles_of_channels({"agent": customer, "customer": agent}, language="xx")
    speakers = roles_of_speakers({"0": customer, "1": agent}, language="xx")
    assert channels == Roles(("agent", "customer"), "as configured", None)
    assert (speakers.how, speakers.confidence) == ("doubtful", None)


def bank_calls() -> Iterator[tuple[Lines, Lines]]:
    for path in sorted((DATA / "calls_harper_valley" / "transcript").glob("*.json")):
        for kind in ("human_transcript", "transcript"):
            said: tuple[Lines, Lines] = ([], [])
            for one in json.loads(path.read_text(encoding="utf-8")):
                line = (one["offset_ms"] / 1000, one[kind])
                said[one["speaker_role"] != "agent"].append(line)
            yield said


def chats() -> Iterator[tuple[Lines, Lines]]:
    for path in sorted((DATA / "dialogues_maia").glob("*.json")):
        for chat in json.loads(path.read_text(encoding="utf-8")):
            said: tuple[Lines, Lines] = ([], [])
            now = 0.0
            for turn in chat["turns"]:
                inbound = turn["floor"] == "inbound"
                text = " ".join(turn["text_mt" if inbound else "text_src"])
                said[inbound].append((now, re.sub(r"#(\w+)#", r"[\1]", text)))
                now += 0.3 * len(text.split()) + 3
            yield said


def real() -> list[tuple[list[Word], ...]]:
    return [tuple(words(side, bare=True) for side in one) for one in (*bank_calls(), *chats())]


@pytest.mark.skipif(
    not DATA.is_dir(), reason="needs ../shared/data, which is not part of the project"
)
def test_real_calls_and_chats() -> None:
    told = real()
    kept = [checked(one).how for one in told]
    turned = [checked(one[::-1]).how for one in told]
    mono = [roles_of_speakers({"0": one[1], "1": one[0]}, language="en") for one in told]
    assert kept.count("swapped") == 0
    assert kept.count("as configured") >= 0.98 * len(told)
    assert turned.count("as configured") == 0
    assert turned.count("swapped") >= 0.9 * len(told)
    assert not [one for one in mono if one.how == "from words" and one.order != ("1", "0")]
    assert sum(one.how == "from words" for one in mono) >= 0.95 * len(told)
