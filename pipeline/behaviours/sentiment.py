"""How positive words are: a classifier for each side, for an agent speaks of others' troubles."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.behaviours.classifier import classifier
from pipeline.behaviours.language import tokens

LONGEST = 30
"""Words at most that are judged at once: a turn without punctuation can run over minutes."""


@lru_cache(maxsize=1 << 16)
def sentiment(text: str, language: str, side: str) -> float:
    """How positive a text is, −1…1: P(positive) − P(negative), the mean of its sentences by words.

    Of a customer, negative is a problem, a worry, a complaint or a failed attempt, and positive is
    thanks, praise or relief. Of an agent, negative is blame, refusal or sending away as well, and
    to be sorry for the customer's trouble is neither. 0 without words or where none of them is
    known. Raises MissingCueError for a language without weights.
    """
    judge = classifier(language, f"{side}_sentiment")
    total = count = 0.0
    for words in sentences(text, language):
        negative, positive = judge.score(words)
        total += len(words) * (positive - negative)
        count += len(words)
    return total / count if count else 0.0


def sentences(text: str, language: str) -> Iterator[Sequence[str]]:
    """The plain words of each sentence; one of more than 30 words in parts of equal length."""
    for line in tokens(text.split(), language).text.split("\n"):
        words = line.split()
        parts = -(-len(words) // LONGEST)
        for part in range(parts):
            yield words[len(words) * part // parts : len(words) * (part + 1) // parts]
