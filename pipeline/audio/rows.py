"""Traces as rows of TRACKS, and back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audio.diarise import Diarised, Segment
from pipeline.audio.listening import Trace
from pipeline.audio.tracks import SCALES, Codes, Tracks
from pipeline.tables import TRACKS


def frame(
    traces: Mapping[str, Trace], dates: Mapping[str, date], versions: Mapping[str, str]
) -> pd.DataFrame:
    """TRACKS of many calls, by call_id."""
    rows = [
        {"call_id": call_id, "call_date": dates[call_id], "version": versions[call_id], **row}
        for call_id, trace in traces.items()
        for row in _rows(trace)
    ]
    return pd.DataFrame(rows, columns=TRACKS.names)


def _rows(trace: Trace) -> list[dict[str, Any]]:
    return [
        {
            "channel": trace.numbers[place],
            "duration_s": trace.duration_s,
            **{name: _bytes(codes) for name, codes in tracks.codes.items()},
            "speech_probability": trace.probability and _bytes(trace.probability[place]),
            "mono_because": trace.mono_because,
            "speakers": trace.speakers and [_speaker_row(one) for one in trace.speakers.segments],
            "speakers_confidence": trace.speakers and trace.speakers.confidence,
        }
        for place, tracks in enumerate(trace.channels)
    ]


def _bytes(codes: Codes) -> bytes:
    return codes.astype(codes.dtype.newbyteorder("<")).tobytes()


def _speaker_row(one: Segment) -> dict[str, Any]:
    return {
        "start_s": one.start_s,
        "end_s": one.end_s,
        "speaker": one.speaker,
        "confidence": one.confidence,
    }


def traces_of(rows: pd.DataFrame) -> dict[str, Trace]:
    """The traces in rows of TRACKS, by call_id."""
    return {
        str(call_id): _trace(own.sort_values("channel").to_dict("records"))
        for call_id, own in rows.groupby("call_id")
    }


def _trace(rows: Sequence[Mapping[Any, Any]]) -> Trace:
    first = rows[0]
    opinions = [row["speech_probability"] for row in rows]
    return Trace(
        channels=tuple(
            Tracks({name: _codes(row[name], scale.kind) for name, scale in SCALES.items()})
            for row in rows
        ),
        numbers=tuple(int(row["channel"]) for row in rows),
        duration_s=float(first["duration_s"]),
        mono_because=first["mono_because"],
        probability=None
        if opinions[0] is None
        else tuple(_codes(opinion, np.uint8) for opinion in opinions),
        speakers=_diarised(first),
    )


def _codes(stored: bytes, kind: type[np.unsignedinteger[Any]]) -> Codes:
    codes: Codes = np.frombuffer(stored, np.dtype(kind).newbyteorder("<")).astype(kind)
    return codes


def _diarised(row: Mapping[Any, Any]) -> Diarised | None:
    if row["speakers"] is None:
        return None
    segments = tuple(
        Segment(one["start_s"], one["end_s"], int(one["speaker"]), one["confidence"])
        for one in row["speakers"]
    )
    return Diarised(segments, float(row["speakers_confidence"]))
