"""Calls out of CALLS, ACTIVITY and TURNS; BEHAVIOURS and MOMENTS out of what was measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from pipeline.behaviours.call import Call, Turn, Voice, Word
from pipeline.behaviours.measurement import Measured, behaviours_table
from pipeline.behaviours.register import Moment, registered
from pipeline.spans import Span
from pipeline.tables import MOMENTS


def calls_of(calls: pd.DataFrame, activity: pd.DataFrame, turns: pd.DataFrame) -> list[Call]:
    """One Call per row of `calls`, by call_id; without a row in `activity` it says why not."""
    heard = {row["call_id"]: row for row in activity.to_dict("records")}
    said: dict[str, list[Mapping[Any, Any]]] = {}
    for row in turns.to_dict("records"):  # a frame a call would take ten times as long
        said.setdefault(row["call_id"], []).append(row)
    return [
        _call(row, heard.get(row["call_id"]), said.get(row["call_id"], []))
        for row in calls.sort_values("call_id").to_dict("records")
    ]


def _call(
    logged: Mapping[Any, Any],
    heard: Mapping[Any, Any] | None,
    said: Iterable[Mapping[Any, Any]],
) -> Call:
    transfers = _known(logged["transfers"])
    call = Call(
        call_id=logged["call_id"],
        duration_s=0.0,
        logged_hold_s=_known(logged["hold_s"]),
        after_call_work_s=_known(logged["after_call_work_s"]),
        wait_s=_known(logged["wait_s"]),
        transfers=None if transfers is None else int(transfers),
    )
    if heard is None:
        return replace(call, why_not_eligible=logged["why_not"])
    return replace(
        call,
        duration_s=heard["duration_s"],
        language=_first_known(heard["language"], logged["language"], call.language),
        agent=_spans(heard["speech"], "agent"),
        customer=_spans(heard["speech"], "customer"),
        unsided=_spans(heard["speech"], "unknown"),
        hold=tuple((hold["start_s"], hold["end_s"]) for hold in heard["hold"]),
        turns=tuple(_turn(row) for row in said),
        mono=heard["channels"] == 1,
        mono_because=heard["mono_because"],
        heard=heard["source"] == "recording",
        timing_confidence=_known(heard["timing_confidence"]),
        sides=heard["sides"],
        sides_confidence=_known(heard["sides_confidence"]),
        voices=_voices(heard["voices"]),
        no_arousal=None if _is_missing(heard["no_arousal"]) else heard["no_arousal"],
    )


def _voices(cell: Any) -> dict[str, Voice]:  # noqa: ANN401 - a cell, null in older rows
    return {
        voice["side"]: Voice(
            _known(voice["pitch_variation_semitones"]), _known(voice["loudness_variation_db"])
        )
        for voice in (() if _is_missing(cell) else cell)
    }


def _first_known(*values: Any) -> str:  # noqa: ANN401 - cells of a table
    """Rows from before the language was kept have none."""
    return next(value for value in values if isinstance(value, str))


def _is_missing(cell: Any) -> bool:  # noqa: ANN401 - a list in a table, or what stands for none
    return cell is None or isinstance(cell, float)


def _spans(stretches: Iterable[Mapping[str, Any]], side: str) -> tuple[Span, ...]:
    return tuple((s["start_s"], s["end_s"]) for s in stretches if s["side"] == side)


def _turn(row: Mapping[Any, Any]) -> Turn:
    words = tuple(
        Word(word["word"], word["start_s"], word["end_s"], word["probability"])
        for word in row["words"]
    )
    return Turn(
        row["side"], row["start_s"], row["end_s"], row["text"], words, bool(row["backchannel"]),
        _known(row["level_dbfs"]), _known(row["arousal"]),
    )  # fmt: skip


def _known(value: Any) -> float | None:  # noqa: ANN401 - a cell of any column
    return None if pd.isna(value) else float(value)


def frames(
    measured: Sequence[Measured], dates: Mapping[str, date], versions: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """BEHAVIOURS and MOMENTS of many calls."""
    values = [_behaviours_row(m, dates[m.call_id], versions[m.call_id]) for m in measured]
    events = [row for m in measured for row in _moment_rows(m, dates[m.call_id])]
    return (
        pd.DataFrame(values, columns=behaviours_table().names),
        pd.DataFrame(events, columns=MOMENTS.names),
    )


def _behaviours_row(measured: Measured, call_date: date, version: str) -> dict[str, Any]:
    return {
        "call_id": measured.call_id,
        "call_date": call_date,
        "version": version,
        "sides_confidence": measured.sides_confidence,
        "agent_words_confidence": measured.words_confidence.get("agent"),
        "customer_words_confidence": measured.words_confidence.get("customer"),
        "unknown": [
            {"behaviour": name, "reason": reason}
            for name, reason in sorted(measured.unknown.items())
        ],
        **{b.name: measured.values.get(b.name) for b in registered()},
    }


def _moment_rows(measured: Measured, call_date: date) -> Iterable[dict[str, Any]]:
    for name, moments in measured.moments.items():
        for number, moment in enumerate(moments):
            yield {
                "call_id": measured.call_id,
                "call_date": call_date,
                "behaviour": name,
                "moment": number,
                **_moment(moment),
                "contested": False,
            }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "kind": moment.kind,
        "side": moment.side,
        "start_s": moment.start_s,
        "end_s": moment.end_s,
        "quote": moment.quote,
        "confidence": moment.confidence,
    }
