"""README.md of this room: figures of the cross-validation and the strongest weights."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from models.text.corpus import Sentence, corpus
from models.text.tasks import EMPATHY, SHIPPED
from models.text.training import Task, sentences_of, trained
from models.text.validation import (
    auc,
    by_classifier,
    by_cue,
    found,
    held_out,
    losses,
    sentiment_of,
    vader,
)

STRONGEST = 20

HEAD = """# Classifiers of sentences

Made by `python -m models.text`, this page too; it needs scikit-learn, the product does not. The
corpus (`{language}/customer`, `{language}/agent`) was written for this: {customers} sentences of
customers and {agents} of agents, a file per topic or way of speaking, a label before each sentence.
A linguist can edit it and run the command again; the product only reads the table that comes of it.

A classifier is a multinomial logistic regression with an L2 penalty on the words and the pairs of
neighbouring words of a sentence in plain writing (`^` and `$` are its ends), each counted once and
only where two sentences of the corpus have it, and on how good and how bad the words are by VADER's
lexicon, turned by a negation up to three words before; `help` and `please` take back what the
lexicon gives them. Figures are of a cross-validation by file:
every sentence is judged by a classifier that has not seen its topic.
"""


CONTRASTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "customer_sentiment": {
        "negative": ("neutral", "positive"),
        "positive": ("neutral", "negative"),
    },
    "agent_sentiment": {
        "unhelpful": ("neutral", "empathic", "warm"),
        "warm": ("neutral", "empathic", "unhelpful"),
    },
}
"""Which labels of a task's side should be told from which others."""


def notes(language: str) -> str:
    """The whole page of a language."""
    parts = [head(language)]
    for task in SHIPPED:
        parts += _sentiment(task, language)
    return "\n".join([*parts, *_empathy(corpus(language, "agent"), language)])


def head(language: str) -> str:
    """How the page begins: what there is, without figures that take long."""
    customers, agents = (len(corpus(language, side)) for side in ("customer", "agent"))
    return HEAD.format(language=language, customers=customers, agents=agents)


def _sentiment(task: Task, language: str) -> Iterator[str]:
    """Figures are on the sentences of the task's first side."""
    sentences = sentences_of(task, language)
    judged = corpus(language, task.sides[0])
    ours = sentiment_of(task, sentences, language)[: len(judged)]
    yield f"## {task.name.replace('_', ' ').capitalize()}: shipped\n"
    yield f"P(positive) − P(negative), −1…1, learnt from {_counts(sentences)}.\n"
    yield "| AUC | VADER alone | ours |\n|---|--:|--:|"
    for above, below in CONTRASTS[task.name].items():
        sign = 1 if above in task.classes["positive"] else -1
        figures = [auc(sign * one, judged, above, below) for one in (vader(judged), ours)]
        yield f"| {above} against {', '.join(below)} | {figures[0]:.3f} | {figures[1]:.3f} |"
    yield "\n" + _penalties(task, sentences, language)
    yield _strongest(task, sentences, language)


def _empathy(sentences: Sequence[Sentence], language: str) -> Iterator[str]:
    table = held_out(EMPATHY, sentences, language)
    yield "## Empathy: the cues stay\n"
    yield f"Of {_counts(sentences)}; precision / recall:\n"
    yield "| of agents' sentences | the cues | the classifier |\n|---|--:|--:|"
    for cue, labels in (
        ("empathic", ("empathic",)),
        ("empathic", ("empathic", "warm")),
        ("unhelpful", ("unhelpful",)),
    ):
        told = (by_cue(cue, sentences, language), by_classifier(table, labels))
        cells = [found(one, sentences, labels) for one in told]
        shown = " | ".join(f"{one.precision:.2f} / {one.recall:.2f}" for one in cells)
        yield f"| {' or '.join(labels)} | {shown} |"
    yield NO_EMPATHY


NO_EMPATHY = """
The classifier is not shipped: for what we call empathic (sorry, understanding, reassurance) the
cues are as precise and find more. Other people's labels of empathy are wider: thanks, "you're
welcome" and good wishes too, but hardly ever in stock sentences. There the classifier finds more
than the cues and is less often right (`python -m tests.bench dialogues`).
"""


def _counts(sentences: Sequence[Sentence]) -> str:
    counts = Counter(one.label for one in sentences)
    return ", ".join(f"{number} {label}" for label, number in sorted(counts.items()))


def _penalties(task: Task, sentences: Sequence[Sentence], language: str) -> str:
    rows = [f"{c:g}: {value:.4f}" for c, value in losses(task, sentences, language).items()]
    return f"Log loss by C, the inverse of the penalty ({task.c:g} is taken): {', '.join(rows)}.\n"


def _strongest(task: Task, sentences: Sequence[Sentence], language: str) -> str:
    """The features that speak most for each class: by their weight beyond that of the other."""
    linear = trained(task, sentences, language)
    negative, positive = (linear.classes.index(name) for name in ("negative", "positive"))
    beyond = {name: row[positive] - row[negative] for name, row in linear.weights.items()}
    order = sorted(beyond, key=lambda name: (beyond[name], name))
    parts = []
    for which, names in (("negative", order), ("positive", order[::-1])):
        shown = ", ".join(f"`{name}` {abs(beyond[name]):.1f}" for name in names[:STRONGEST])
        parts.append(f"Most {which}: {shown}.\n")
    return "\n".join(parts)
