"""Measures how long words are: `python -m flows.demo.pace_table` writes `word_seconds.csv`."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from flows.demo import matters, phrases
from flows.demo.pace import REFERENCE_WPM, TABLE, Seconds, list_places, split_sentences
from flows.demo.voices import VOICES
from flows.demo.wording import Random, fill, pick, spoken_words
from models.speech.voices import Delivery, speaker

FRAGMENTS = ("COMPANIES", "TAKES_DEADLINE")
"""Texts of `phrases` that are no sentences."""

Spoken = tuple[str, tuple[str, str], float]
"""Voice, (word, place) and seconds."""


def measure_table(sentences: Sequence[tuple[str, str]], vocabulary: Sequence[str]) -> Seconds:
    """Speak (voice, sentence) pairs at the reference rate and average each word in each place.

    Lengths and voice factors are fitted in turn, five times: each mean uses the other's last value.
    Words of the vocabulary that no sentence has are spoken in a carrier.
    """
    carriers = [(VOICES[0], f"A {word}, the {word} is {word}.") for word in vocabulary]
    carried = _mean((key, seconds) for _, key, seconds in _speak(carriers))
    spoken = list(_speak(sentences))
    factor = dict.fromkeys(VOICES, 1.0)
    means: Seconds = {}
    for _ in range(5):
        means = _mean((key, seconds / factor[voice]) for voice, key, seconds in spoken)
        for voice in VOICES:
            own = [(seconds, means[key]) for name, key, seconds in spoken if name == voice]
            factor[voice] = sum(a for a, _ in own) / sum(b for _, b in own)
    return carried | means | {(voice, "voice"): value for voice, value in factor.items()}


def _mean(lengths: Iterable[tuple[tuple[str, str], float]]) -> Seconds:
    groups: dict[tuple[str, str], list[float]] = {}
    for key, seconds in lengths:
        groups.setdefault(key, []).append(seconds)
    return {key: float(np.mean(group)) for key, group in groups.items()}


def _speak(sentences: Iterable[tuple[str, str]]) -> Iterator[Spoken]:
    """Every word's length: until the next word, but without the pause at a comma."""
    with speaker() as voices:
        for voice, text in sentences:
            words = voices.say(text, Delivery(voice, REFERENCE_WPM)).words
            for index, (word, place) in enumerate(list_places(text)):
                end_s = words[index + 1].start_s if place == "within" else words[index].end_s
                yield voice, (spoken_words(word)[0], place), end_s - words[index].start_s


def draw_sentences(rng: Random, *, count: int) -> list[tuple[str, str]]:
    """(voice, sentence) pairs as the demo's calls have them."""
    known = {"agent": "Sarah", "name": "James", "surname": "Hall", "company": "Northwind",
             "given": "It is {digits}.", "title": "Mister"}  # fmt: skip
    templates = list(_templates())
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        matter = matters.MATTERS[int(rng.integers(len(matters.MATTERS)))]
        own = {
            "product": pick(rng, matter.products),
            "issue": pick(rng, matter.issues),
            "fix": pick(rng, matter.fixes),
        }
        text = fill(pick(rng, templates), rng, known | own)
        pairs.extend((pick(rng, VOICES), sentence) for sentence in split_sentences(text))
    return pairs


def _templates() -> Iterator[str]:
    """Every sentence template of the demo."""
    for name, value in sorted(vars(phrases).items()):
        if name.isupper() and name not in FRAGMENTS:
            yield from _flatten(value)
    for matter in matters.MATTERS:
        yield from (*matter.openings, *matter.facts)
    yield from (*matters.COMMON_FACTS, *_flatten(matters.QUESTIONS))


def _flatten(value: str | Sequence[object]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for part in value:
            yield from _flatten(part)  # type: ignore[arg-type]


def main() -> None:
    """Measure the table and write it beside this module."""
    vocabulary = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
    sentences = draw_sentences(np.random.default_rng(1), count=6000)
    table = measure_table(sentences, vocabulary)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "place", "value"))
        writer.writerows((*key, f"{value:.4f}") for key, value in sorted(table.items()))


if __name__ == "__main__":
    main()
