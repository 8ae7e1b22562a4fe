"""Word behaviours against what people said of real customer-support chats and four bank calls.

    python -m tests.bench dialogues

The chats (MAIA-DQE, two companies, English view) have no times: their words are laid out one after
the other, so behaviours of time are left out. Intervals are 95 %, from 1,000 resamples of whole
dialogues. The data are beside the checkout, not part of the project, and nothing is learnt from
them; their texts are never printed.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from pipeline.behaviours.call import Call, Turn, Word
from pipeline.behaviours.measurement import measure_call
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import Behaviour, registered
from pipeline.behaviours.sentiment import sentiment
from pipeline.ingest.transcripts import read_transcript

Floats = npt.NDArray[np.float64]

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
CHATS = BESIDE / "dialogues_maia"
CALLS = BESIDE / "calls_harper_valley"

WORD_S, GAP_S = 0.35, 0.5
"""How long a word of a chat lasts, and the pause between two turns."""
RESOLVED, UNRESOLVED = 4, 2
"""Task Success from which, and up to which, a dialogue counts; those between do not."""
NEGATIVE = frozenset({"disappointment", "confusion", "frustration", "anger", "anxiety"})
OTHER = frozenset({"neutral", "happiness"})
WARM = frozenset({"empathy", "happiness"})
RESAMPLES = 1_000
SEED = 20_260_401


@dataclass(frozen=True)
class Sentence:
    """A sentence of a chat: who wrote it, whether it is a stock sentence, and the emotion that a
    person heard in it, if labelled.
    """

    side: str
    text: str
    emotion: str | None
    template: bool


@dataclass(frozen=True)
class Dialogue:
    """A chat: its company's file, its turns, and how well the task went, 1-5."""

    file: str
    turns: tuple[tuple[Sentence, ...], ...]
    success: float

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return tuple(sentence for turn in self.turns for sentence in turn)

    @property
    def resolved(self) -> bool | None:
        """Whether the task was done; None in between."""
        if UNRESOLVED < self.success < RESOLVED:
            return None
        return self.success >= RESOLVED


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of sentences or dialogues, which of them are positives, and each one's dialogue."""

    scores: Floats
    positive: npt.NDArray[np.bool_]
    dialogue: npt.NDArray[np.int_]


@dataclass(frozen=True)
class Figure:
    """A figure with its interval, and on how many positives and others it stands."""

    value: float
    low: float
    high: float
    positives: int
    others: int

    def __str__(self) -> str:
        return (f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]  "
                f"({self.positives} against {self.others})")  # fmt: skip


def dialogues(folder: Path) -> list[Dialogue]:
    """Every chat of a folder, English view, by file."""
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    return [
        Dialogue(
            path.stem,
            tuple(_turn(turn, names) for turn in chat["turns"]),
            float(chat["dialog"]["Task Sucess"]),  # as the data spell it
        )
        for path in sorted(folder.glob("*.json"))
        for chat in json.loads(path.read_text(encoding="utf-8"))
    ]


def _turn(turn: dict[str, Any], names: Sequence[str]) -> tuple[Sentence, ...]:
    customer = turn["floor"] == "inbound"
    side, texts = ("customer", turn["text_mt"]) if customer else ("agent", turn["text_src"])
    # Of some turns the last sentences are not marked as stock sentences or none.
    stock = [*turn["Templated"], *[None] * len(texts)]
    return tuple(
        Sentence(side, text or "", names[label] if 0 <= label < len(names) else None, mark == 1)
        for text, label, mark in zip(texts, turn["Emotion"], stock, strict=False)
    )


def as_call(turns: Iterable[tuple[str, str]]) -> Call:
    """A call in which sides say texts one after the other, every word as long as the next."""
    laid: list[Turn] = []
    now = 0.0
    for side, text in turns:
        starts = [now + WORD_S * index for index in range(len(text.split()))]
        words = tuple(Word(word, start, start + WORD_S)
                      for word, start in zip(text.split(), starts, strict=True))  # fmt: skip
        if words:
            laid.append(Turn(side, now, words[-1].end_s, text, words))
            now = words[-1].end_s + GAP_S
    agent, customer = (
        tuple((turn.start_s, turn.end_s) for turn in laid if turn.side == side)
        for side in ("agent", "customer")
    )
    return Call("chat", now, agent=agent, customer=customer, turns=tuple(laid))


def call_of(dialogue: Dialogue) -> Call:
    """A chat as a call, one turn for each of its turns."""
    return as_call(
        (turn[0].side, " ".join(one.text for one in turn)) for turn in dialogue.turns if turn
    )


def auc(scored: Scored, weights: Floats) -> float:
    """How often a positive scores above another, ties half; NaN where either is missing."""
    order = np.argsort(scored.scores, kind="stable")
    _, groups = np.unique(scored.scores[order], return_inverse=True)
    each = weights[order]
    up = np.bincount(groups, each * scored.positive[order])
    down = np.bincount(groups, each * ~scored.positive[order])
    pairs = up.sum() * down.sum()
    below = np.cumsum(down) - down / 2
    return float(up @ below / pairs) if pairs else float("nan")


def precision(scored: Scored, weights: Floats) -> float:
    """Share of those scored above 0 that are positives."""
    told = (scored.scores > 0) * weights
    return float(told @ scored.positive / told.sum()) if told.sum() else float("nan")


def recall(scored: Scored, weights: Floats) -> float:
    """Share of the positives that are scored above 0."""
    true = scored.positive * weights
    return float(true @ (scored.scores > 0) / true.sum()) if true.sum() else float("nan")


def figure(statistic: Callable[[Scored, Floats], float], scored: Scored) -> Figure:
    """A statistic and its 95 % interval over resamples of dialogues."""
    rng = np.random.default_rng(SEED)
    size = int(scored.dialogue.max(initial=-1)) + 1
    ids = np.unique(scored.dialogue)
    values = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(rng.choice(ids, ids.size), minlength=size) if size else ids
        values.append(statistic(scored, drawn[scored.dialogue].astype(float)))
    low, high = np.nanquantile(values, [0.025, 0.975])
    positives = int(scored.positive.sum())
    whole = statistic(scored, np.ones(scored.scores.size))
    return Figure(whole, float(low), float(high), positives, scored.scores.size - positives)


def bench(folder: Path) -> None:
    """Print what the words tell of the chats and of the calls; the folder is not needed."""
    del folder
    if CHATS.is_dir():
        _print_chats(dialogues(CHATS))
    else:
        print("dialogues_maia: skipped, the chats are not here")
    if CALLS.is_dir():
        _print_calls()
    else:
        print("calls_harper_valley: skipped, the calls are not here")


def _print_chats(chats: list[Dialogue]) -> None:
    files = sorted({chat.file for chat in chats})
    for name, some in [(file, [c for c in chats if c.file == file]) for file in files] + [
        ("both files", chats)
    ]:
        print(f"\n-- {name}: {len(some)} chats")
        _print_resolution(some)
        _print_sentiment(some)
        _print_empathy(some)


def _print_resolution(chats: list[Dialogue]) -> None:
    judged = [chat for chat in chats if chat.resolved is not None]
    print(f"AUC, task success ≥ {RESOLVED} against ≤ {UNRESOLVED} (aim of resolution clarity 0.75)")
    values = [measure_call(call_of(chat)).values for chat in judged]
    for behaviour in _told_by_words():
        known = [index for index, value in enumerate(values) if behaviour.name in value]
        scores = [values[index][behaviour.name] for index in known]
        _print_dialogues(f"{behaviour.family}: {behaviour.name}", judged, known, scores)
    moods = [_vader_of_customer(chat) for chat in judged]
    _print_dialogues("VADER alone: customer, whole chat", judged, range(len(judged)), moods)


def _told_by_words() -> list[Behaviour]:
    """The behaviours that a chat can tell: of words, and of no time."""
    return [one for one in registered() if one.from_words and not one.from_sound]


def _print_dialogues(
    name: str, chats: Sequence[Dialogue], known: Sequence[int], scores: Sequence[float]
) -> None:
    positive = np.array([bool(chats[index].resolved) for index in known], dtype=bool)
    if positive.all() or not positive.any():
        print(f"  {name:<42} known in {len(known)}: too few")
        return
    scored = Scored(np.array(scores, dtype=float), positive, np.arange(len(known)))
    print(f"  {name:<42} {figure(auc, scored)}")


def _vader_of_customer(chat: Dialogue) -> float:
    """Mean compound of the customer's turns by number of words: what the mood alone says."""
    texts = [" ".join(one.text for one in turn) for turn in chat.turns
             if turn and turn[0].side == "customer"]  # fmt: skip
    words = [len(text.split()) for text in texts]
    return float(np.average([vader(text) for text in texts], weights=words)) if sum(words) else 0.0


@cache
def _analyser() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


@cache
def vader(text: str) -> float:
    """VADER's compound score, −1 … 1: what ours is held against."""
    return float(_analyser().polarity_scores(text)["compound"])


def _print_sentiment(chats: list[Dialogue]) -> None:
    print("AUC, the customer's negative sentences against neutral and happy ones (aim 0.70)")
    for name, score in (("VADER alone", vader), ("ours", _ours)):
        for which, negative in (("", NEGATIVE), (", without anxiety", NEGATIVE - {"anxiety"})):
            scored = _sentences(chats, "customer", score, negative, OTHER)
            turned = replace(scored, scores=-scored.scores)
            print(f"  {name + which:<42} {figure(auc, turned)}")
    print("AUC, the agent's empathic and happy sentences against neutral ones")
    for name, score in (("VADER alone", vader), ("ours", _ours_of_agents)):
        scored = _sentences(chats, "agent", score, WARM, frozenset({"neutral"}))
        print(f"  {name:<42} {figure(auc, scored)}")


def _ours(text: str) -> float:
    return sentiment(text, "en", "customer")


def _ours_of_agents(text: str) -> float:
    return sentiment(text, "en", "agent")


def _sentences(
    chats: Sequence[Dialogue],
    side: str,
    score: Callable[[str], float],
    positive: frozenset[str],
    other: frozenset[str],
) -> Scored:
    rows = [
        (score(sentence.text), sentence.emotion in positive, number)
        for number, chat in enumerate(chats)
        for sentence in chat.sentences
        if sentence.side == side and sentence.emotion in positive | other
    ]
    scores, positives, numbers = zip(*rows, strict=True)
    return Scored(np.array(scores), np.array(positives), np.array(numbers))


def _print_empathy(chats: list[Dialogue]) -> None:
    print("the agent's empathic sentences (aim: precision 0.5 at recall 0.4)")
    agents = [
        replace(chat, turns=tuple(turn for turn in chat.turns if turn and turn[0].side == "agent"))
        for chat in chats
    ]
    others = frozenset(
        one.emotion for chat in agents for one in chat.sentences if one.emotion is not None
    ) - {"empathy"}
    for name, score in (("the cue", _by_cue), *_classifiers()):
        for which, some in (("", agents), (", own words", list(map(_own_words, agents)))):
            scored = _sentences(some, "agent", score, frozenset({"empathy"}), others)
            if scored.positive.any():
                print(f"  {name + which:<42} precision {figure(precision, scored)}")
                print(f"  {'':<42} recall    {figure(recall, scored)}")


def _own_words(chat: Dialogue) -> Dialogue:
    """The chat without stock sentences, in which people heard next to no empathy."""
    return replace(
        chat, turns=tuple(tuple(s for s in turn if not s.template) for turn in chat.turns)
    )


def _by_cue(text: str) -> float:
    return float(bool(text.split() and found(as_call([("agent", text)]), "empathic")))


def _classifiers() -> Iterator[tuple[str, Callable[[str], float]]]:
    """The classifier of models/text that is not shipped, where scikit-learn can train it."""
    if find_spec("sklearn") is None:
        print("  the classifier: skipped, scikit-learn is not here")
        return
    text = import_module("models.text.training")
    task = import_module("models.text.tasks").EMPATHY
    linear = text.trained(task, text.sentences_of(task, "en"), "en")
    yield (
        "classifier, empathic or warm",
        lambda told: sum(linear.score(text.plain_words(told, "en"))[:2]) - 0.5,
    )


def _print_calls() -> None:
    """Every behaviour of every call beside the caller's rating and the human note."""
    with (CALLS / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    calls = [measure_call(_harper_valley(row["sid"])) for row in rows]
    print("\n-- calls_harper_valley: every behaviour beside the caller's rating and the human note")
    _print_row("rating, 0-10", [row["caller_partner_rating_0_10"] for row in rows])
    _print_row(
        "resolved, by the note", [row["resolved_per_provisional_human_note"] for row in rows]
    )
    for one in registered():
        if one.measure is not None:
            cells = [f"{c.values[one.name]:.2f}" if one.name in c.values else "–" for c in calls]
            _print_row(f"{one.family}: {one.name}", cells)
    for row in rows:
        print(f"  rated {row['caller_partner_rating_0_10']}: {row['note']}")
    print("  unknown: " + "; ".join(sorted({why for c in calls for why in c.unknown.values()})))


def _print_row(name: str, cells: Iterable[str]) -> None:
    print(f"  {name:<42} " + "  ".join(f"{cell:>8}" for cell in cells))


def _harper_valley(sid: str) -> Call:
    """A call as the product imports it."""
    read = read_transcript((CALLS / "transcript" / f"{sid}.json").read_bytes(), sid, "en")
    return Call(
        sid,
        read.duration_s,
        agent=tuple(read.speech.get("agent", ())),
        customer=tuple(read.speech.get("customer", ())),
        unsided=tuple(read.speech.get("unknown", ())),
        hold=tuple(hold.span for hold in read.hold),
        turns=read.turns,
        sides=read.facts.sides,
    )
