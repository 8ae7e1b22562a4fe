"""How long a sentence takes, from a table of word lengths instead of the voices.

Speaking 8,000 calls would take many minutes; only the recorded ones are spoken. For the others the
length of each word is its mean in espeak-ng's own sentences, times a factor of the voice, divided
by the rate. `pace_table` measures the table (`word_seconds.csv`).
"""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from flows.demo.wording import spoken_words
from models.speech.voices import Delivery, SpokenWord, Times

TABLE = Path(__file__).parent / "word_seconds.csv"
REFERENCE_WPM = 170
COMMA_PAUSE_S = 0.16

Seconds = dict[tuple[str, str], float]
"""Seconds by (word, place), as a word before a pause is longer; by (voice, "voice") a factor."""


@lru_cache(maxsize=512)
def time_words(text: str, delivery: Delivery) -> Times:
    """Words of a sentence with the times that the table gives them, from the sentence's start.

    Remembered for a while: a call in the making is timed again after each change.
    """
    table = load_table()
    factor = table[delivery.voice, "voice"] * REFERENCE_WPM / delivery.rate_wpm
    at_s, words = 0.0, []
    for word, place in list_places(text):
        length_s = table[spoken_words(word)[0], place] * factor
        words.append(SpokenWord(word, at_s, at_s + length_s))
        at_s += length_s + (COMMA_PAUSE_S * factor if place == "before_comma" else 0.0)
    return tuple(words)


@cache
def load_table() -> Seconds:
    """The measured table: seconds by word and place, and a factor by voice."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["word"], row["place"]): float(row["value"]) for row in csv.DictReader(file)}


def list_places(text: str) -> list[tuple[str, str]]:
    """The words of a sentence, each with its place: within, before_comma or at_end."""
    words = text.split()
    return [
        (word, "at_end" if index == len(words) - 1 else
         "before_comma" if word.endswith(",") else "within")
        for index, word in enumerate(words)
    ]  # fmt: skip


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, each with its mark."""
    return re.split(r"(?<=[.?!]) ", text)
