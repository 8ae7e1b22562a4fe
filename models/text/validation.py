"""How well a classifier does on topics that it has not seen, beside what was there before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.metrics import log_loss, roc_auc_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from models.text.corpus import Sentence, groups
from models.text.tasks import EMPATHY
from models.text.training import NEITHER, Task, plain_words, trained
from pipeline.behaviours.language import pack, tokens

Floats = npt.NDArray[np.float64]

CS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Found:
    """How many of those found are right (precision), and of those there are, found (recall)."""

    precision: float
    recall: float


def held_out(task: Task, sentences: Sequence[Sentence], language: str) -> Floats:
    """Each sentence's probabilities by a classifier that was trained without its group.

    A row per sentence, a column per class of the task.
    """
    table = np.zeros((len(sentences), len(task.classes)))
    for group in groups(sentences):
        linear = trained(task, [one for one in sentences if one.group != group], language)
        for row, one in enumerate(sentences):
            if one.group == group:
                table[row] = linear.score(plain_words(one.text, language))
    return table


def loss(task: Task, sentences: Sequence[Sentence], language: str) -> float:
    """The mean log loss on unseen groups, classes weighted to the task's shares."""
    table = held_out(task, sentences, language)
    labels = np.array([task.class_of(one.label) for one in sentences])
    shares = {**task.shares, NEITHER: 1 - sum(task.shares.values())}
    weights = [shares[label] / np.mean(labels == label) for label in labels]
    names = sorted(shares)
    columns = {name: table[:, index] for index, name in enumerate(task.classes)}
    columns[NEITHER] = 1 - table.sum(axis=1)
    whole = np.column_stack([columns[name] for name in names])
    return float(log_loss(labels, whole, sample_weight=weights, labels=names))


def losses(task: Task, sentences: Sequence[Sentence], language: str) -> dict[float, float]:
    """The log loss for every strength of the penalty: the least chose the task's."""
    return {c: loss(replace(task, c=c), sentences, language) for c in CS}


def auc(scores: Floats, sentences: Sequence[Sentence], above: str, below: Collection[str]) -> float:
    """How often a sentence labelled `above` scores higher than one labelled with one of `below`."""
    labels = np.array([one.label for one in sentences])
    chosen = np.isin(labels, [above, *below])
    return float(roc_auc_score(labels[chosen] == above, scores[chosen]))


def sentiment_of(task: Task, sentences: Sequence[Sentence], language: str) -> Floats:
    """P(positive) − P(negative) of each sentence by a classifier that has not seen its group."""
    table, names = held_out(task, sentences, language), list(task.classes)
    return np.asarray(table[:, names.index("positive")] - table[:, names.index("negative")])


def vader(sentences: Sequence[Sentence]) -> Floats:
    """VADER's compound score of each sentence: what was there before."""
    analyser = SentimentIntensityAnalyzer()
    return np.array([analyser.polarity_scores(one.text)["compound"] for one in sentences])


def by_cue(kind: str, sentences: Sequence[Sentence], language: str) -> npt.NDArray[np.bool_]:
    """Whether the word pack's cue stands in each sentence: what was there before."""
    cue = pack(language).cues[kind]
    return np.array([bool(cue.matches(tokens(one.text.split(), language))) for one in sentences])


def by_classifier(table: Floats, classes: Collection[str]) -> npt.NDArray[np.bool_]:
    """Whether these classes of the task EMPATHY are more likely than all others together."""
    columns = [index for index, name in enumerate(EMPATHY.classes) if name in classes]
    return np.asarray(table[:, columns].sum(axis=1) > 0.5)


def found(
    told: npt.NDArray[np.bool_], sentences: Sequence[Sentence], labels: Collection[str]
) -> Found:
    """Precision and recall of what was told for these labels."""
    true = np.array([one.label in labels for one in sentences])
    both = float(np.sum(told & true))
    return Found(both / max(int(told.sum()), 1), both / max(int(true.sum()), 1))
