"""Redaction of any words: what a card is asked for leaves none, nothing is added, twice is once."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import KINDS
from pipeline.privacy.redaction import redact_call, redact_text

SPOKEN = st.sampled_from(
    ["zero", "oh", "one", "two", "four", "nine", "double", "triple", "twenty", "eleven",
     "forty-two", "at", "dot", "com", "uk", "mail", "anna", "a", "b", "underscore", "the", "number",
     "is", "1", "22", "333", "4444", "One,", "two.", "12-34", "+49", "1.5", "x1y", "anna@mail.com",
     "[number]", "[email]", "—", "…", "card", "code", "phone", "born", "may", "street", "order",
     "dollars", "for", "to", "my", "name", "security"]
)  # fmt: skip
SAID = st.lists(st.one_of(SPOKEN, st.text(max_size=6)), max_size=25)
PLACEHOLDERS = {f"[{kind}]" for kind in KINDS}


def words(texts: list[str]) -> list[Word]:
    return [Word(text, index, index + 0.5) for index, text in enumerate(texts)]


@given(SAID, SAID)
def test_what_stays_stays_as_it_was(one: list[str], other: list[str]) -> None:
    before = {"agent": words(one), "customer": words(other)}
    after = redact_call(before, names=("Anna Mailer",))
    for side, said in after.items():
        assert len(said) <= len(before[side])
        assert all(word in before[side] for word in said if word.text not in PLACEHOLDERS)
        assert [word.start_s for word in said] == sorted(word.start_s for word in said)


@given(SAID)
def test_no_typed_address_survives(texts: list[str]) -> None:
    clean = redact_call({"customer": words(texts)})["customer"]
    assert not any("anna@mail.com" in word.text for word in clean)


@given(st.one_of(SAID.map(" ".join), st.text(max_size=60)), st.sampled_from(["en", "de", "fi"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    clean = redact_text(text, language=language)
    assert len(clean.split()) <= len(text.split())
