"""Small linear classifiers of sentences: which class the words speak for, by weights in a table.

A table stands in a language's word pack, `weights/<name>.tsv`: a row per feature, a column per
class. `models/text` makes them out of sentences of our own; nothing is learnt here.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pipeline.behaviours.language import PACKS
from pipeline.behaviours.phrases import MissingCueError

FOLDER = "weights"
BIAS, GOOD, BAD = "(bias)", "(good words)", "(bad words)"
"""Features that are no word: always there, and how good and how bad the words are by a lexicon."""
START, END = "^", "$"

NEGATIONS = frozenset({"cannot", "hardly", "neither", "never", "no", "nobody", "none", "nor", "not",
                       "nothing", "without"})  # fmt: skip
NEGATED, REACH = -0.74, 3
"""What a negation up to 3 words before makes of a word's valence (VADER, Hutto & Gilbert 2014)."""
STRONGEST = 6.0
"""Sum of valences (−4…4 a word) beyond which more good or bad words change nothing."""


@dataclass(frozen=True, eq=False)
class Linear:
    """A multinomial logistic regression. `weights` has a row per feature, one number per class.

    Besides `classes` there is the class of all that is neither, with weights of 0.
    """

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    lexicon: Mapping[str, float]

    def score(self, words: Sequence[str]) -> tuple[float, ...]:
        """The probability of each class for a sentence in plain words: softmax(Σ weight · value).

        Where no feature of the sentence has a weight it is all 0, for nothing is known.
        """
        get = self.weights.get
        rows = [row for row in map(get, ngrams(words)) if row]
        for name, value in valences(words, self.lexicon):
            if value and name in self.weights:
                rows.append(tuple(value * weight for weight in self.weights[name]))
        if not rows:
            return (0.0,) * len(self.classes)
        odds = [math.exp(sum(column)) for column in zip(self.weights[BIAS], *rows, strict=True)]
        whole = 1.0 + sum(odds)
        return tuple(one / whole for one in odds)


def ngrams(words: Sequence[str]) -> dict[str, None]:
    """The words and the pairs of neighbours, each once, in order; `^` and `$` are the ends."""
    pairs = zip((START, *words), (*words, END), strict=True)
    return dict.fromkeys((*words, *map(" ".join, pairs)))


def valences(words: Sequence[str], lexicon: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """How good and how bad the words are, each 0–2: sums of valences, turned by a negation."""
    good = bad = 0.0
    for index, word in enumerate(words):
        valence = lexicon.get(word, 0.0)
        if valence and not NEGATIONS.isdisjoint(words[max(0, index - REACH) : index]):
            valence *= NEGATED
        good, bad = good + max(valence, 0.0), bad + max(-valence, 0.0)
    yield GOOD, min(good, STRONGEST) / (STRONGEST / 2)
    yield BAD, min(bad, STRONGEST) / (STRONGEST / 2)


@cache
def lexicon(language: str) -> Mapping[str, float]:
    """Words and their valence, −4…4: VADER's for English; empty for another language."""
    if language != "en":
        return {}
    return {str(word): float(v) for word, v in SentimentIntensityAnalyzer().lexicon.items()}


@cache
def classifier(language: str, name: str) -> Linear:
    """The classifier of that name; raises MissingCueError for a language that has none."""
    path = table_path(language, name)
    if not path.is_file():
        raise MissingCueError(f"the word pack of {language!r} has no weights for {name}")
    head, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    weights = {feature: tuple(map(float, numbers)) for feature, *numbers in rows}
    return Linear(tuple(head[1:]), weights, lexicon(language))


def table_path(language: str, name: str) -> Path:
    """Where a classifier's table stands."""
    return PACKS / language / FOLDER / f"{name}.tsv"


def weights_version(language: str) -> str:
    """Changes with any of the language's tables; empty without one."""
    tables = sorted((PACKS / language / FOLDER).glob("*.tsv"))
    content = b"".join(path.read_bytes() for path in tables)
    return hashlib.sha256(content).hexdigest()[:16] if tables else ""
