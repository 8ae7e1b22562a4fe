"""Cases of the labelled set, spoken by the demo's voices by telephone and heard by its model."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.demo.recording import record, write_wav
from flows.demo.timeline import Line, Script
from flows.demo.voices import VOICES
from models.speech.voices import Delivery, SpokenWord, speaker
from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import bare
from pipeline.speech.model import load
from tests.bench.spoken import Pair, Said, Spoken
from tests.bench.words import OPTIONS, ours
from tests.truth.secrets import SIDES, Case, Sizes, labelled_set
from tests.truth.secrets.figures import DIGIT_WORDS, HOMOPHONES
from tests.truth.secrets.score import Redact, Words, is_readable
from tests.truth.secrets.templates import HARMLESS

SEED = 23
KNOWN = Path(__file__).parents[2] / "flows" / "demo" / "words.txt"
MARGIN_S = 0.1
"""A recognised word belongs to a secret when its middle is not farther from it than this."""

Sides = Mapping[str, Sequence[Said]]

HOMOPHONE_WORDS = frozenset(HOMOPHONES.values())
TELLING = DIGIT_WORDS | HOMOPHONE_WORDS


@dataclass(frozen=True)
class HeardSecret:
    """What a reader could read of a secret, before redaction and after; `whole`: all of it."""

    kind: str
    before: tuple[str, ...]
    left: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class Heard:
    """A case as heard; `touched`: a word was taken from it. `pairs`: words said, words heard."""

    case: Case
    secrets: tuple[HeardSecret, ...]
    touched: bool
    pairs: tuple[Pair, ...]


def sample(sizes: Sizes) -> list[Case]:
    """Cases of the scoring family, in words."""
    return list(labelled_set("scoring", seed=SEED, sizes=sizes, typed_share=0.0))


def known_sample(sizes: Sizes) -> list[Case]:
    """At most so many of those whose every word the demo's model was trained on."""
    known = frozenset(KNOWN.read_text(encoding="utf-8").split())
    taken: dict[str, list[Case]] = {}
    for case in labelled_set("scoring", seed=SEED, typed_share=0.0):
        own = taken.setdefault(HARMLESS if case.is_harmless else case.section, [])
        most = sizes.harmless if case.is_harmless else sizes.of(case.section)
        if len(own) < most and all(word in known for word in _separate(case)):
            own.append(case)
    return [case for own in taken.values() for case in own]


def _separate(case: Case) -> Iterator[str]:
    for _, pieces in case.turns:
        for piece in pieces:
            yield from bare(piece.text).split("-")


def heard_cases(folder: Path, cases: Sequence[Case], redact: Redact) -> list[Heard]:
    """The cases spoken, heard and redacted. Recordings stay in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken = [_speak(case, folder / f"{number}.wav", number) for number, case in enumerate(cases)]
    recognised = ours(load(OPTIONS), OPTIONS)(spoken)
    return [
        _heard(case, one.words, found, redact)
        for case, one, found in zip(cases, spoken, recognised, strict=True)
    ]


def _speak(case: Case, path: Path, number: int) -> Spoken:
    rng = np.random.default_rng((SEED, number))
    voices = rng.choice(len(VOICES), 2, replace=False)
    deliveries = {
        side: Delivery(VOICES[voice], int(rng.integers(150, 190)), int(rng.integers(40, 61)))
        for side, voice in zip(SIDES, voices, strict=True)
    }
    gaps = rng.uniform(0.3, 1.0, len(case.turns))
    lines = tuple(
        Line(side, " ".join(_aloud(one.text, one.rest) for one in pieces), float(gap))
        for (side, pieces), gap in zip(case.turns, gaps, strict=True)
    )
    with speaker() as loaded:
        timeline, samples = record(rng, Script(lines, deliveries), loaded)
    write_wav(path, samples)
    words: dict[str, list[Said]] = {side: [] for side in SIDES}
    for one in sorted(timeline.utterances, key=lambda one: one.index):
        words[one.line.side] += map(_said, one.words)
    return Spoken(path, words, timeline.duration_s)


def _aloud(text: str, rest: bool) -> str:
    """A letter as a capital, or "a" is read as the article; a comma for a pause."""
    letter = text.upper() if len(text) == 1 and text != "i" else text
    return f"{letter.rstrip(',')}," if rest else letter


def _said(word: SpokenWord) -> Said:
    return Said(word.text, word.start_s, word.end_s)


def _heard(case: Case, said: Sides, found: Sides, redact: Redact) -> Heard:
    words = {side: [Word(w.text, w.start_s, w.end_s) for w in own] for side, own in found.items()}
    redacted = redact(words, case.names)
    secrets = []
    for secret in case.secrets:
        own = [(side, said[side][index]) for side, index in secret.places]
        before, left = (tuple(_told(own, one)) for one in (words, redacted))
        lost = Counter(bare(word.text) for _, word in own) - Counter(map(bare, before))
        secrets.append(HeardSecret(secret.kind, before, left, not lost))
    touched = any(word.is_redacted for own in redacted.values() for word in own)
    pairs = tuple((said[side], found[side]) for side in SIDES if said[side])
    return Heard(case, tuple(secrets), touched, pairs)


def _told(secret: Sequence[tuple[str, Said]], words: Words) -> Iterator[str]:
    """Words in its time that tell of it: its own, digits if it has digits, letters if letters."""
    own = {bare(word.text) for _, word in secret}
    has_digits, has_letters = any(map(_is_digit, own)), any(len(one) == 1 for one in own)
    for side, several in words.items():
        spans = [(word.start_s, word.end_s) for of, word in secret if of == side]
        for word in filter(is_readable, several):
            text, middle_s = bare(word.text), (word.start_s + word.end_s) / 2
            # "for the card" just after a number is no four of it.
            margin_s = MARGIN_S if text in own or text not in HOMOPHONE_WORDS else 0.0
            tells = (
                text in own or (has_digits and _is_digit(text)) or (has_letters and len(text) == 1)
            )
            near = (start_s - margin_s <= middle_s <= end_s + margin_s for start_s, end_s in spans)
            if tells and any(near):
                yield word.text


def _is_digit(text: str) -> bool:
    return text in TELLING or any(sign.isdigit() for sign in text)
