"""What is true of every call and of every planted effect; the pipeline never reads it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flows.demo.effects import EFFECTIVE, PLANTED_POINTS, Asked, Model, Numbers, Step, nps_at
from flows.demo.ledger import Ledger, TrueTurn
from flows.demo.log import CALLBACK, REPEAT_WITHIN_DAYS, PlannedCall
from flows.demo.manner import CUES
from models.speech.voices import SpokenWord

BEHAVIOURS = (
    "handle_time_s",
    "dead_air_s",
    "hold_time_s",
    "agent_talk_share",
    "longest_agent_monologue_s",
    "overtalk_s",
    "agent_pace_wpm",
    "agent_sentiment",
    "agent_empathy",
    "resolution_clarity",
    "first_call_resolution",
    "transferred",
    "wait_time_s",
)
BINARY = ("first_call_resolution", "transferred")

README = """# What is true of this made-up contact centre

Nothing in `pipeline/` or `models/` reads this folder; it is for checking them. `truth.json` has the
effect of each behaviour on NPS in each segment, as it was planted: `effect_points` from
`from_value` to `to_value` (P25 to P75 over the segment's calls, or 0 to 1), `strength_points`
(1.349 x the standard deviation of the dose-response over the segment's calls) and whether there is
any (`planted`). `calls.parquet` has a row per call: the true value of every behaviour, each cue of
`resolution_clarity`, stretches of speech and hold, and the turns as written.
"""


def list_truth(calls: Sequence[PlannedCall], ledgers: Sequence[Ledger]) -> pd.DataFrame:
    """One row per call: its length and the true value of every behaviour; null where undefined."""
    frame = pd.DataFrame([ledger.values for ledger in ledgers], dtype=float)
    frame.insert(0, "call_id", [call.call_id for call in calls])
    frame.insert(1, "duration_s", [ledger.duration_s for ledger in ledgers])
    after_call = [call.manner.after_call_work_s for call in calls]
    frame["handle_time_s"] = frame["duration_s"] + np.array(after_call)
    frame["first_call_resolution"] = find_first_call_resolution(calls)
    frame["transferred"] = [float(call.transfers > 0) for call in calls]
    frame["wait_time_s"] = [call.wait_s for call in calls]
    others = ["empathic_count", "unhelpful_count", *CUES]
    return frame[["call_id", "duration_s", *BEHAVIOURS, *others]]


def find_first_call_resolution(calls: Sequence[PlannedCall]) -> Numbers:
    """1 if the customer does not call again for the same reason within 7 days, else 0.

    NaN for a call that is such a repeat, and where the 7 days run past the last call of the log.
    A callback is the centre's: it is NaN and no repeat.
    """
    window = timedelta(days=REPEAT_WITHIN_DAYS)
    end = max((call.started_at for call in calls if call.channel != CALLBACK), default=None)
    contacts: dict[tuple[str, str], list[int]] = {}
    for index, call in enumerate(calls):
        if call.channel == CALLBACK:
            continue
        contacts.setdefault((call.customer.customer_id, call.matter.reason), []).append(index)
    resolved = np.full(len(calls), np.nan)
    for indices in contacts.values():
        times = [calls[index].started_at for index in indices]
        for place, index in enumerate(indices):
            repeat = place > 0 and times[place] - times[place - 1] <= window
            again = place + 1 < len(times) and times[place + 1] - times[place] <= window
            if not repeat and end is not None and times[place] + window <= end:
                resolved[index] = float(not again)
    return resolved


def find_steps(truth: pd.DataFrame, segments: pd.Series) -> dict[str, dict[str, Step]]:
    """From where to where each effect counts, by segment and behaviour.

    P25 to P75 over the segment's calls; 0 to 1 for a binary; from 0 to the median of what is not 0
    where P25 = P75; a step of no width for a segment without calls.
    """
    return {
        segment: {name: _step(truth.loc[segments == segment, name], name) for name in BEHAVIOURS}
        for segment in PLANTED_POINTS
    }


def _step(values: pd.Series, name: str) -> Step:
    if name in BINARY:
        return Step(0.0, 1.0)
    known = values.dropna().to_numpy(dtype=float)
    if not len(known):
        return Step(0.0, 0.0)
    low, high = (float(value) for value in np.quantile(known, [0.25, 0.75]))
    if low < high:
        return Step(low, high)
    other = known[known != 0]
    return Step(0.0, float(np.median(other)) if len(other) else 0.0)


def list_effects(
    asked: Asked, model: Model, truth: pd.DataFrame, segments: pd.Series
) -> list[dict[str, Any]]:
    """The true effect and strength of every behaviour in every segment."""
    steps = find_steps(truth, segments)
    return [
        _effect(
            asked,
            model,
            segment=segment,
            name=name,
            step=steps[segment][name],
            values=truth.loc[segments == segment, name],
        )
        for segment in PLANTED_POINTS
        for name in BEHAVIOURS
    ]


def _effect(
    asked: Asked, model: Model, *, segment: str, name: str, step: Step, values: pd.Series
) -> dict[str, Any]:
    effect = strength = 0.0
    if name in EFFECTIVE:
        index = EFFECTIVE.index(name)
        low, high = nps_at(asked, model, segment, index, np.array([step.low, step.high]))
        effect = float(high - low)
        strength = _strength(asked, model, segment, index, values.dropna().to_numpy(dtype=float))
    return {
        "segment": segment,
        "behaviour": name,
        "effect_points": round(effect, 3),
        "strength_points": round(strength, 3),
        "from_value": round(step.low, 6),
        "to_value": round(step.high, 6),
        "planted": name in EFFECTIVE,
    }


def _strength(asked: Asked, model: Model, segment: str, index: int, values: Numbers) -> float:
    """1.349 x SD over calls of the NPS at the call's value, read off a grid of 41 quantiles."""
    if not len(values):
        return 0.0
    grid = np.unique(np.quantile(values, np.linspace(0, 1, 41)))
    response = nps_at(asked, model, segment, index, grid)
    return float(1.349 * np.std(np.interp(values, grid, response)))


def write_truth(
    folder: Path,
    *,
    effects: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
    truth: pd.DataFrame,
    ledgers: Sequence[Ledger],
    recorded: int,
) -> None:
    """Write `truth.json`, `calls.parquet` and `README.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"seed": options["seed"], "options": dict(options), "effects": list(effects)}
    (folder / "truth.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")
    table = pa.Table.from_pandas(truth, preserve_index=False)
    columns = {
        "recorded": pa.array([i >= len(ledgers) - recorded for i in range(len(ledgers))]),
        "agent_speech": pa.array([_spans(one.agent_speech) for one in ledgers], SPANS),
        "customer_speech": pa.array([_spans(one.customer_speech) for one in ledgers], SPANS),
        "hold": pa.array([_spans(one.hold) for one in ledgers], SPANS),
        "turns": pa.array([[_turn(turn) for turn in one.turns] for one in ledgers], TURNS),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    pq.write_table(table, folder / "calls.parquet", compression="zstd")


SPANS = pa.list_(pa.struct([("start_s", pa.float64()), ("end_s", pa.float64())]))
WORDS = pa.list_(
    pa.struct([("text", pa.string()), ("start_s", pa.float64()), ("end_s", pa.float64())])
)
TURNS = pa.list_(
    pa.struct(
        [
            ("side", pa.string()),
            ("start_s", pa.float64()),
            ("end_s", pa.float64()),
            ("text", pa.string()),
            ("words", WORDS),
            ("backchannel", pa.bool_()),
        ]
    )
)


def _spans(spans: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
    return [{"start_s": round(start, 2), "end_s": round(end, 2)} for start, end in spans]


def _turn(turn: TrueTurn) -> dict[str, Any]:
    return {**vars(turn), "words": [vars(word) for word in turn.words]}


def turn_as_json(turn: TrueTurn) -> dict[str, Any]:
    """A turn as transcripts have it."""
    return {
        "side": turn.side,
        "start_s": turn.start_s,
        "end_s": turn.end_s,
        "text": turn.text,
        "words": [_word(word) for word in turn.words],
    }


def _word(word: SpokenWord) -> list[str | float]:
    return [word.text, word.start_s, word.end_s]
