"""A store of many calls of six minutes with transcripts, made quickly: written calls, tiled.

A base call is eight written calls of the demo on end, with sentences of `tests/truth` between them,
through the product's redaction, turns and rows. Each day takes base calls at random and puts
another word into every longer turn, so that few turns of two calls are alike.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import write_deltalake

from flows.demo import CentreOptions
from flows.demo.centre import plan
from flows.demo.ledger import Ledger, TrueTurn
from flows.demo.studio import make_calls
from pipeline.behaviours.call import Word
from pipeline.contracts import Table
from pipeline.spans import Span
from pipeline.speech.transcript import Facts, Transcript, frames, make_transcript
from pipeline.store import STATISTICS, Store
from pipeline.tables import ACTIVITY, BEHAVIOURS, CALLS, MOMENTS, TURNS
from tests.truth.sentences import SCORING_SENTENCES, TUNING_SENTENCES

FIRST_DAY = date(2026, 1, 5)
CALLS_A_DAY = 1000
BASES, PARTS = 300, 8
"""Eight written calls of 46 s, with silence between them, are six minutes and 900 words."""

LONGER = 6
"""Turns of so many words get another word."""

SENTENCES = [text.split() for each in (TUNING_SENTENCES, SCORING_SENTENCES) for text in each["en"]]
REASONS = ("billing", "delivery", "repair", "contract", "account")


@dataclass(frozen=True, eq=False)
class Base:
    """Rows of ACTIVITY and TURNS of the base calls, and where each call's turns are."""

    activity: pa.Table
    turns: pa.Table
    first_turn: Sequence[int]
    vocabulary: Sequence[str]


def base(count: int = BASES, seed: int = 1) -> Base:
    """The calls that all others are made of."""
    rng = np.random.default_rng(seed)
    planned, _ = plan(CentreOptions(seed=seed, calls=count * PARTS, recorded=0))
    ledgers = make_calls(planned, seed=seed, recorded=0, folder=Path(), workers=1)
    made = [
        _transcript(rng, f"{number:05d}", ledgers[number * PARTS : (number + 1) * PARTS])
        for number in range(count)
    ]
    days = {one.call_id: FIRST_DAY for one in made}
    activity, turns = frames(made, days, dict.fromkeys(days, "made"))
    activity = activity.assign(voices=pd.Series([_voices(rng) for _ in made]))
    turns["level_dbfs"] = rng.uniform(-35.0, -15.0, len(turns))
    edges = np.searchsorted(turns["call_id"].to_numpy(), [*days, "~"])
    vocabulary = sorted({word for sentence in SENTENCES for word in sentence} | _words(ledgers))
    return Base(ACTIVITY.to_arrow(activity), TURNS.to_arrow(turns), edges.tolist(), vocabulary)


def _words(ledgers: Sequence[Ledger]) -> set[str]:
    return {word.text for one in ledgers for turn in one.turns for word in turn.words}


def _voices(rng: np.random.Generator) -> list[dict[str, object]]:
    return [
        {"side": side, "pitch_variation_semitones": float(rng.uniform(1, 4)),
         "loudness_variation_db": float(rng.uniform(2, 8))}
        for side in ("agent", "customer")
    ]  # fmt: skip


def _transcript(rng: np.random.Generator, call_id: str, ledgers: Sequence[Ledger]) -> Transcript:
    """One call of several: words, speech and hold moved behind each other."""
    words: dict[str, list[Word]] = {"agent": [], "customer": []}
    speech: dict[str, list[Span]] = {"agent": [], "customer": []}
    hold: list[Span] = []
    at_s = 0.0
    for ledger in ledgers:
        for turn in ledger.turns:
            words[turn.side] += _moved(rng, turn, at_s)
        for side, own in (("agent", ledger.agent_speech), ("customer", ledger.customer_speech)):
            speech[side] += [(at_s + start, at_s + end) for start, end in own]
        hold += [(at_s + start, at_s + end) for start, end in ledger.hold]
        at_s += ledger.duration_s
        sentence = SENTENCES[int(rng.integers(len(SENTENCES)))]
        side = ("agent", "customer")[int(rng.integers(2))]
        ends = at_s + np.cumsum(rng.uniform(0.2, 0.5, len(sentence)))
        starts = np.concatenate([[at_s], ends[:-1]])
        words[side] += [
            Word(text, float(start), float(end), float(rng.uniform(0.6, 1.0)))
            for text, start, end in zip(sentence, starts, ends, strict=True)
        ]
        speech[side].append((at_s, float(ends[-1])))
        at_s = float(ends[-1]) + 0.5
    return make_transcript(
        call_id, "recording", at_s, words=words, speech=speech, hold=hold, language="en",
        facts=Facts(timing_confidence=1.0, sides="as configured", agent_channel=0),
    )  # fmt: skip


def _moved(rng: np.random.Generator, turn: TrueTurn, by_s: float) -> list[Word]:
    return [
        Word(word.text, by_s + word.start_s, by_s + word.end_s, float(rng.uniform(0.6, 1.0)))
        for word in turn.words
    ]


def store(root: Path, calls: int, seed: int = 2) -> Store:
    """The store with so many calls, not measured yet; what is there already is used again."""
    made = Store(root)
    if made.count(ACTIVITY) != calls:
        shutil.rmtree(root, ignore_errors=True)
        parts, rng = base(), np.random.default_rng(seed)
        for number, start in enumerate(range(0, calls, CALLS_A_DAY)):
            ids = [f"T{call:06d}" for call in range(start, min(start + CALLS_A_DAY, calls))]
            _add_day(made, parts, ids, FIRST_DAY + timedelta(days=number), rng)
    for table in (CALLS, BEHAVIOURS, MOMENTS):
        shutil.rmtree(made.path(table), ignore_errors=True)
    made.append(CALLS, _calls(calls, np.random.default_rng(seed + 1)))
    return made


def _add_day(
    to: Store, parts: Base, ids: Sequence[str], day: date, rng: np.random.Generator
) -> None:
    drawn = rng.integers(len(parts.first_turn) - 1, size=len(ids))
    ranges = [np.arange(parts.first_turn[one], parts.first_turn[one + 1]) for one in drawn]
    names = np.repeat(np.array(ids), [len(own) for own in ranges])
    turns = _reworded(parts.turns.take(np.concatenate(ranges)), parts.vocabulary, rng)
    _append(to, ACTIVITY, _renamed(parts.activity.take(drawn), ids, day))
    _append(to, TURNS, _renamed(turns, names.tolist(), day))


def _renamed(rows: pa.Table, ids: Sequence[str], day: date) -> pa.Table:
    rows = _with(rows, "call_id", pa.array(ids))
    return _with(rows, "call_date", pa.array([day] * len(ids), pa.date32()))


def _with(rows: pa.Table, name: str, values: Any) -> pa.Table:  # noqa: ANN401 - any Arrow array
    return rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), values)


def _reworded(turns: pa.Table, vocabulary: Sequence[str], rng: np.random.Generator) -> pa.Table:
    """One word of every longer turn becomes another one; the text follows."""
    said: Any = turns.column("words").combine_chunks()
    lengths = said.value_lengths().to_numpy()
    edges = np.concatenate([[0], np.cumsum(lengths)])
    chosen = np.flatnonzero(lengths >= LONGER)
    places = edges[chosen] + rng.integers(lengths[chosen])
    words = said.flatten()
    index = np.arange(len(words))
    index[places] = len(words) + rng.integers(len(vocabulary), size=len(places))
    fields = {field.name: pc.struct_field(words, field.name) for field in words.type}
    known = pa.concat_arrays([fields["word"], pa.array(vocabulary)])
    fields["word"] = known.take(pa.array(index))
    structs = pa.StructArray.from_arrays(list(fields.values()), fields=list(words.type))
    offsets = pa.array(edges, pa.int32())
    lists = pa.ListArray.from_arrays(offsets, structs, type=said.type)
    text = pc.binary_join(pa.ListArray.from_arrays(offsets, fields["word"]), " ")
    return _with(_with(turns, "words", lists), "text", text)


def _append(to: Store, table: Table, rows: pa.Table) -> None:
    """As the store appends, but from Arrow: millions of words as Python objects take minutes."""
    write_deltalake(
        to.path(table), rows, mode="append", partition_by=["call_date"],
        configuration={STATISTICS: "call_id"},
    )  # fmt: skip


def _calls(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """The call log: so many customers that a third of them call again within some days."""
    day = np.arange(count) // CALLS_A_DAY
    second = np.sort(rng.integers(8 * 3600, 19 * 3600, count))
    begin = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    rows = pd.DataFrame({"call_id": [f"T{call:06d}" for call in range(count)]})
    rows = rows.reindex(columns=CALLS.names)
    rows["call_date"] = [FIRST_DAY + timedelta(days=int(one)) for one in day]
    rows["started_at"] = [
        begin + timedelta(days=int(one), seconds=int(s)) for one, s in zip(day, second, strict=True)
    ]
    rows["agent_id"] = [f"A{one:03d}" for one in rng.integers(200, size=count)]
    rows["customer_id"] = [f"K{one:06d}" for one in rng.integers(count * 2 // 3, size=count)]
    rows["reason"] = [REASONS[one] for one in rng.integers(len(REASONS), size=count)]
    rows["channel"], rows["language"], rows["source"] = "phone", "en", "recording"
    rows["tried"] = rows["timed"] = "made"
    rows["after_call_work_s"] = rng.uniform(10, 90, count)
    rows["wait_s"] = rng.uniform(0, 200, count)
    rows["transfers"] = rng.integers(0, 2, count)
    for name in ("segment", "brand", "region", "queue", "team", "site", "recording",
                 "content_hash", "why_not"):  # fmt: skip
        rows[name] = rows[name].astype(object)
    return rows
