"""Training: sentences and labels in, the weights of a `Linear` out. Multinomial, L2."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from models.text.corpus import Sentence, corpus
from pipeline.behaviours.classifier import BIAS, Linear, lexicon, ngrams, valences
from pipeline.behaviours.language import tokens

DECIMALS = 4
NEITHER = "neither"
"""The class of what is in no class of a task."""


@dataclass(frozen=True)
class Task:
    """What a classifier tells, by whose sentences it learns, and how.

    `classes` are its own, each a group of labels; all other labels are the class of neither.
    `shares` is how common each class is taken to be, for the corpus has as many as were written.
    `c` is the inverse strength of the L2 penalty, chosen by cross-validation; an n-gram in fewer
    than `least_count` sentences is left out.
    """

    name: str
    sides: tuple[str, ...]
    classes: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, float]
    c: float = 1.0
    least_count: int = 2

    def class_of(self, label: str) -> str:
        """The class of a label, `neither` for the rest."""
        return next((name for name, own in self.classes.items() if label in own), NEITHER)


def sentences_of(task: Task, language: str) -> tuple[Sentence, ...]:
    """What a task learns by: the sentences of its sides."""
    return tuple(one for side in task.sides for one in corpus(language, side))


def plain_words(text: str, language: str) -> list[str]:
    """A sentence of the corpus as the product sees it."""
    return tokens(text.split(), language).text.split()


def features(words: Sequence[str], language: str) -> dict[str, float]:
    """The values of all features of a sentence."""
    told = {name: value for name, value in valences(words, lexicon(language)) if value}
    return {**dict.fromkeys(ngrams(words), 1.0), **told}


def trained(task: Task, sentences: Sequence[Sentence], language: str) -> Linear:
    """The classifier of a task; the same sentences give the same weights, to 4 decimals."""
    rows = [features(plain_words(one.text, language), language) for one in sentences]
    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in counts.items() if count >= task.least_count)
    labels = np.array([task.class_of(one.label) for one in sentences])
    weights = _sample_weights(task, labels)
    # To the optimum, so that rounding hides which machine it was.
    fit = LogisticRegression(C=task.c, tol=1e-9, max_iter=20_000)
    fit.fit(_matrix(rows, names), labels, sample_weight=weights)
    return _linear(task, fit, names, language)


def _sample_weights(task: Task, labels: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    shares = {**task.shares, NEITHER: 1.0 - sum(task.shares.values())}
    return np.array([shares[label] / np.mean(labels == label) for label in labels])


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> sparse.csr_array:
    column = {name: index for index, name in enumerate(names)}
    cells = [
        (number, column[name], value)
        for number, row in enumerate(rows)
        for name, value in row.items()
        if name in column
    ]
    numbers, columns, values = zip(*cells, strict=True)
    return sparse.csr_array((values, (numbers, columns)), shape=(len(rows), len(names)))


def _linear(task: Task, fit: LogisticRegression, names: Sequence[str], language: str) -> Linear:
    """The weights against those of the class of neither, which softmax leaves as they are."""
    table = np.column_stack([fit.intercept_, fit.coef_])
    if len(table) == 1:  # of two classes scikit-learn keeps the second alone
        table = np.vstack([-table / 2, table / 2])
    order = list(fit.classes_)
    table = np.round(table - table[order.index(NEITHER)], DECIMALS) + 0.0
    own = [order.index(name) for name in task.classes]
    rows = {
        name: tuple(map(float, column))
        for name, column in zip((BIAS, *names), table[own].T, strict=True)
        if name == BIAS or column.any()
    }
    return Linear(tuple(task.classes), rows, lexicon(language))


def table_text(linear: Linear) -> str:
    """The table as it is shipped: sorted by feature."""
    rows = [("feature", *linear.classes)]
    for name in sorted(linear.weights):
        rows.append((name, *(f"{weight:.{DECIMALS}f}" for weight in linear.weights[name])))
    return "".join("\t".join(row) + "\n" for row in rows)
