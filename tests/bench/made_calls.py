"""Made-up calls on the product's path, and the same calls as the truth has them.

A call is made, written as a file, listened to, put into turns and read back out of the rows of
CALLS, ACTIVITY and TURNS, as the run does it. Its words are told, as by a recogniser that makes no
mistake, so what is measured wrong was heard wrong.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from pipeline.audio.decode import Recording
from pipeline.audio.listening import listen
from pipeline.behaviours.call import Call, Word
from pipeline.behaviours.rows import calls_of
from pipeline.contracts import Table
from pipeline.spans import Span, gaps, merged, without
from pipeline.speech.sides import heard_transcript
from pipeline.speech.transcript import Facts, Transcript, frames, make_transcript
from pipeline.tables import ACTIVITY, CALLS, TURNS
from tests.bench.sound import cached
from tests.truth.call import SCORING_SEEDS, Made, Spec, plan
from tests.truth.coding import CODINGS, encoded
from tests.truth.conversation import AGENT, CUSTOMER, SILENT_HOLD
from tests.truth.music import HOLD_KINDS
from tests.truth.noise import NOISE_KINDS

SNR_DB = (5.0, 10.0, 15.0, 20.0, 30.0, 40.0)
CALLS_MADE = 60
"""Ten for every SNR; three hours and a half."""

SEEDS = SCORING_SEEDS[300 : 300 + CALLS_MADE]
"""Nothing else in the tests has heard these."""

SIDES = {AGENT: "agent", CUSTOMER: "customer"}
DAY = date(2026, 1, 5)

WORDS_PER_S = 2.7
EXPLAINED_S = 5.0
"""Every other silence from here on is announced in words."""

ANNOUNCES_HOLD = "please hold the line for a moment"
EXPLAINS = "let me just check that for you"
PLAIN = ("then", "there", "were", "two", "of", "them", "on", "the", "table", "by", "the", "door")
"""Words that no cue is made of."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A made call as it was heard, and as it is true."""

    made: Made
    heard: Call
    true: Call
    transcript: Transcript


def specs(count: int = CALLS_MADE) -> list[Spec]:
    """The calls: every SNR with every noise; none, one or two holds. Uncoded, to be coded later."""
    kinds = (*HOLD_KINDS, *SILENT_HOLD)
    planned, used = [], 0
    for number in range(count):
        count_held = (number + number // len(SNR_DB)) % 3  # at every SNR none, one and two
        held = [kinds[(used + i) % len(kinds)] for i in range(count_held)]
        used += len(held)
        planned.append(
            plan(
                SEEDS[number],
                scoring=True,
                snr_db=SNR_DB[number % len(SNR_DB)],
                noise=NOISE_KINDS[number // len(SNR_DB) % len(NOISE_KINDS)],
                coding="pcm",
                hold_kinds=held,
            )
        )
    return planned


def pairs(folder: Path, spec: Spec, codings: Sequence[str]) -> Iterator[tuple[str, Pair]]:
    """One call through each of the codings."""
    folder.mkdir(parents=True, exist_ok=True)
    made = cached(folder, spec)
    for coding in codings:
        with written(made, coding) as path:
            yield coding, pair(made, path)


@contextmanager
def written(made: Made, coding: str) -> Iterator[Path]:
    """A made call as a file, for a while."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"call.{CODINGS[coding].container}"
        path.write_bytes(encoded(made.samples, CODINGS[coding]))
        yield path


def pair(made: Made, path: Path) -> Pair:
    """A made call as it is heard from its file and put into turns; and its truth."""
    trace, told = listen(Recording((path,)))
    words = said(made)
    transcript = heard_transcript(
        str(made.spec.seed), trace, told, words, agent_channel=AGENT, language="en",
        logged_hold_s=logged_hold_s(made), dropped=(),
    )  # fmt: skip
    true = true_transcript(made, words)
    return Pair(made, call_of(transcript), call_of(true), transcript)


def logged_hold_s(made: Made) -> float | None:
    """The log tells of hold where a call has one that neither sound nor words tell."""
    if any(hold.kind == "silence" for hold in made.hold):
        return sum(hold.end_s - hold.start_s for hold in made.hold)
    return None


def true_transcript(made: Made, words: dict[int, list[Word]]) -> Transcript:
    """The call with the true speech outside hold and the true hold."""
    hold = merged(made.hold_spans)
    return make_transcript(
        str(made.spec.seed), "recording", made.duration_s, language="en",
        words={SIDES[side]: own for side, own in words.items()},
        speech={SIDES[side]: without(merged(made.speech[side]), hold) for side in SIDES},
        hold=hold, logged_hold_s=logged_hold_s(made),
        facts=Facts(timing_confidence=1.0, sides="as configured", agent_channel=AGENT),
    )  # fmt: skip


def call_of(transcript: Transcript) -> Call:
    """Through the rows of the tables, as the stage that measures reads it."""
    activity, turns = frames([transcript], {transcript.call_id: DAY}, {transcript.call_id: ""})
    logged = pd.DataFrame([{"call_id": transcript.call_id}], columns=CALLS.names)
    return calls_of(logged, _stored(ACTIVITY, activity), _stored(TURNS, turns))[0]


def _stored(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the store gives them back."""
    return table.to_arrow(rows).to_pandas(date_as_object=True)


def said(made: Made) -> dict[int, list[Word]]:
    """The words of each channel at a steady pace within its true speech; announcements last."""
    hold = merged(made.hold_spans)
    words = {side: _evenly(without(merged(made.speech[side]), hold)) for side in SIDES}
    for start_s, phrase in _announcements(made):
        _say_before(words[AGENT], start_s, phrase.split())
    return words


def _evenly(spans: Sequence[Span]) -> list[Word]:
    words: list[Word] = []
    for start, end in spans:
        edges = np.linspace(start, end, max(round((end - start) * WORDS_PER_S), 1) + 1)
        for begin, stop in pairwise(edges):
            words.append(Word(PLAIN[len(words) % len(PLAIN)], float(begin), float(stop)))
    return words


def _announcements(made: Made) -> Iterator[tuple[float, str]]:
    """Where the agent says in advance what will be silent: announced holds, every other silence."""
    for hold in made.hold:
        if hold.kind == "silence_announced":
            yield hold.start_s, ANNOUNCES_HOLD
    busy = merged((*made.speech[AGENT], *made.speech[CUSTOMER], *made.hold_spans))
    silent = [span for span in gaps(busy, 0.0, made.duration_s) if span[1] - span[0] >= EXPLAINED_S]
    for start_s, _ in silent[::2]:
        yield start_s, EXPLAINS


def _say_before(words: list[Word], at_s: float, phrase: Sequence[str]) -> None:
    """The last words before a time become the phrase, where they are of the ten seconds before."""
    last = sum(word.end_s <= at_s + 0.01 for word in words)
    first = last - len(phrase)
    if first < 0 or words[first].start_s < at_s - 10.0:
        return
    for index, text in enumerate(phrase, first):
        old = words[index]
        words[index] = Word(text, old.start_s, old.end_s)
