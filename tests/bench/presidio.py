"""presidio, the usual choice, on the same words: its own recognisers, without a language model.

Its names, places and free dates need a spaCy model, which is a download of its own.
"""

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import chain
from typing import Protocol

from pipeline.behaviours.call import Word
from tests.truth.secrets.score import Redact, Words


class _Found(Protocol):
    entity_type: str
    score: float
    start: int
    end: int


class _Analyzer(Protocol):
    def analyze(self, text: str, language: str) -> Sequence[_Found]: ...


class _Token(Protocol):
    lemma_: str
    lower_: str


HOW = "pip install presidio-analyzer"
KINDS = {
    "CREDIT_CARD": "card", "IBAN_CODE": "iban", "US_BANK_NUMBER": "account", "US_SSN": "ssn",
    "UK_NINO": "ssn", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "DATE_TIME": "birthdate",
}  # fmt: skip
"""Its names of kinds in ours; another of its names stays as it is."""


def redactor() -> Redact | None:
    """None where it is not installed."""
    if find_spec("presidio_analyzer") is None:
        return None
    analyzer = _analyzer()

    def redact(words: Words, _: Sequence[str]) -> Words:
        ordered = sorted(chain.from_iterable(words.values()), key=lambda word: word.start_s)
        starts, at = [], 0
        for word in ordered:
            starts.append(at)
            at += len(word.text) + 1
        found = analyzer.analyze(" ".join(word.text for word in ordered), language="en")
        kinds = {
            id(word): _kind(found, start, start + len(word.text))
            for word, start in zip(ordered, starts, strict=True)
        }
        return {
            side: [_without(word, kinds[id(word)]) for word in own] for side, own in words.items()
        }

    return redact


def _kind(found: Sequence[_Found], start: int, end: int) -> str | None:
    """Of the surest that takes a sign between `start` and `end`; None where none does."""
    here = [one for one in found if one.start < end and start < one.end]
    surest = max(here, key=lambda one: one.score, default=None)
    return KINDS.get(surest.entity_type, surest.entity_type) if surest else None


def _without(word: Word, kind: str | None) -> Word:
    return Word(f"[{kind}]", word.start_s, word.end_s) if kind else word


def _analyzer() -> _Analyzer:
    """Its default recognisers over a blank English pipeline, whose lemmas are the words."""
    spacy = importlib.import_module("spacy")
    domains = importlib.import_module("tldextract")
    # The list of domains that comes with it, or its first e-mail address asks the network.
    vars(domains)["extract"] = domains.TLDExtract(suffix_list_urls=())
    language = importlib.import_module("spacy.language").Language
    engines = importlib.import_module("presidio_analyzer.nlp_engine")

    @language.component("words_as_lemmas")  # type: ignore[untyped-decorator]
    def words_as_lemmas(document: Sequence[_Token]) -> Sequence[_Token]:
        for token in document:
            token.lemma_ = token.lower_
        return document

    engine = engines.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    blank = spacy.blank("en")
    blank.add_pipe("words_as_lemmas")
    engine.nlp = {"en": blank}
    make = importlib.import_module("presidio_analyzer").AnalyzerEngine
    analyzer: _Analyzer = make(nlp_engine=engine, supported_languages=["en"])
    return analyzer
