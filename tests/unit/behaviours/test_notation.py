"""The notation of phrases: what each sign finds, and what is no phrase."""

import pytest

from pipeline.behaviours.language import spoken, tokens
from pipeline.behaviours.notation import PhraseError, Search, phrase

SLOTS = {
    "number": "one|two|three | a couple of",
    "unit": "day|days | working|business day|days",
    "span": "{number} {unit}",
    "circle": "{circle}",
    "open": "one ) two",
}


def found(text: str, *phrases: str, but: tuple[str, ...] = ()) -> list[str]:
    """What is found in a sentence, in the words as they were spoken."""
    words = text.split()
    line = tokens(words, "en")
    search = Search({"it": ([phrase(p, SLOTS) for p in phrases], [phrase(p, SLOTS) for p in but])})
    places = [spoken(line, start, end) for start, end in search.matches(line).get("it", ())]
    return [" ".join(words[index] for index in place) for place in places]


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("We will see, you go", "we|you go", ["you go"]),
        ("Going, gone, go!", "go", ["go!"]),
        ("please do hold", "please do? hold", ["please do hold"]),
        ("please hold", "please do? hold", ["please hold"]),
        ("call you back", "call * back", ["call you back"]),
        ("call back", "call * back", []),
        ("as I have just said", "as ... said", ["as I have just said"]),
        ("as I have only just now quite said", "as ... said", []),
        ("in a couple of business days", "in {number} {unit}", ["in a couple of business days"]),
        ("in two days", "in {span}", ["in two days"]),
        ("by 5 it is", "by {digits}", ["by 5"]),
        ("go there", "go ( to | back from )? there|town", ["go there"]),
        ("go back from town", "go ( to | back from )? there|town", ["go back from town"]),
        ("So what now", "^ so what", ["So what"]),
        ("and so what now", "^ so what", []),
        ("Right. So what", "^ so what", ["So what"]),
        ("thanks, bye", "thanks $", []),
        ("bye, thanks", "thanks $", ["thanks"]),
        # A contraction counts as its words, and its place is that of the word as spoken.
        ("I'll do it", "will do", ["I'll do"]),
        ("I don\u2019t know", "not know", ["don\u2019t know"]),
        # A phrase never runs over the end of a sentence.
        ("I will. Send it", "will send", []),
    ],
)
def test_what_is_found(text: str, written: str, expected: list[str]) -> None:
    assert found(text, written) == expected


def test_matches_do_not_overlap_and_the_longest_phrase_counts() -> None:
    said = "I am sorry to hear that"
    assert found(said, "sorry", "am sorry to hear", "sorry to hear that") == ["am sorry to hear"]


def test_an_exclusion_takes_out_what_it_overlaps_and_nothing_else() -> None:
    said = "I will be right back and I will send it"
    expected = ["I will send"]
    assert found(said, "i will be|send", but=("will be right back",)) == expected


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("* go", "at its start"),
        ("... go", "at its start"),
        ("go?", "at its start"),
        ("{digits} days", "at its start"),
        ("( a | b", "not closed"),
        ("a b )", "too many"),
        ("{colour} car", "no slot"),
        ("go {circle}", "no slot"),
        ("go {open}", "too many in the slot {open}"),
        ("go, then", "not a word"),
    ],
)
def test_what_is_no_phrase(written: str, why: str) -> None:
    with pytest.raises(PhraseError, match=why):
        phrase(written, SLOTS)
