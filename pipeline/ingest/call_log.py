"""The call log: one row per call, checked and typed."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from pipeline.ingest.reading import Field, Rows, Source, read_rows
from pipeline.ingest.refusals import Refusal, quoted
from pipeline.ingest.transcript_formats.fields import language
from pipeline.privacy.gate import Gate
from pipeline.privacy.redaction import redact_text

DAY_S = 86_400.0
"""No part of a call lasts longer: more is a wrong unit, such as milliseconds."""

FIELDS = (
    Field("call_id", required=True),
    Field("started_at", kind="time", required=True),
    Field("duration_s", kind="number", low=0, high=DAY_S),
    Field("agent_id"),
    Field("customer_id"),
    Field("segment"),
    Field("brand"),
    Field("region"),
    Field("channel"),
    Field("queue"),
    Field("reason"),
    Field("language"),
    Field("wait_s", kind="number", low=0, high=DAY_S),
    Field("hold_s", kind="number", low=0, high=DAY_S),
    Field("after_call_work_s", kind="number", low=0, high=DAY_S),
    Field("transfers", kind="count", low=0),
    Field("first_level"),
    Field("recording"),
    Field("recording_agent"),
    Field("recording_customer"),
    Field("transcript"),
    Field("customer_name"),
    Field("agent_name"),
)

NAMES = ("customer_name", "agent_name")
"""Names are read so that they can be taken out of what is said, and are written nowhere."""

YES = ("yes", "y", "true", "t", "1", "1.0")
NO = ("no", "n", "false", "f", "0", "0.0")

FREE = ("reason", "queue", "channel", "segment", "brand", "region")
"""Columns that agents may have typed anything into."""


def read_call_log(source: Source, gate: Gate | None = None) -> Rows:
    """Rows of the call log, by the gate. A call_id that stands twice counts once: its first row.

    Raises ContractError when the file as a whole breaks its contract.
    """
    rows = read_rows(source, FIELDS, what="call log")
    if gate is not None:
        rows = replace(rows, frame=gate.rows(rows.frame))
    twice = rows.frame.duplicated("call_id", keep="first")
    refusals = [
        Refusal(
            "call log row",
            f"{source.path.name}, line {line}",
            f"call_id {call_id!r} stands in an earlier row; that one counts",
        )
        for line, call_id in rows.frame.loc[twice, ["line", "call_id"]].itertuples(index=False)
    ]
    frame = rows.frame[~twice].reset_index(drop=True)
    frame["language"], unknown = _languages(frame, source)
    frame["first_level"], unclear = _first_level(frame, source)
    people = names_of_people(frame)
    for name in FREE:
        frame[name] = _clean(frame, name, people)
    return Rows(
        _with_day_and_hour(frame), (*rows.refusals, *refusals, *unknown, *unclear), rows.unused
    )


def _languages(frame: pd.DataFrame, source: Source) -> tuple[pd.Series, list[Refusal]]:
    """ISO 639-1 codes of "en-GB", "EN" or "English"; what is no language is unknown, and told."""
    codes = frame["language"].map(language, na_action="ignore").astype(object)
    return _known(frame, source, codes.rename("language"), "a code such as en or de-AT")


def _first_level(frame: pd.DataFrame, source: Source) -> tuple[pd.Series, list[Refusal]]:
    """Yes and no as they are commonly written; what is neither is unknown, and told."""
    written = frame["first_level"].str.casefold()
    meant = written.map({**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}).astype(object)
    return _known(frame, source, meant.rename("first_level"), "yes or no")


def _known(
    frame: pd.DataFrame, source: Source, cells: pd.Series, expected: str
) -> tuple[pd.Series, list[Refusal]]:
    """Cells of the column of that name as they were understood, and those that were not."""
    cells = cells.where(cells.notna(), None)
    written = frame[cells.name]
    broken = written.notna() & cells.isna()
    refusals = [
        Refusal(
            "call log cell",
            f"{source.path.name}, line {line}",
            f"{cells.name}: got {quoted(cell)}, expected {expected}; the cell is taken as unknown",
        )
        for line, cell in zip(frame.loc[broken, "line"], written[broken], strict=True)
    ]
    return cells, refusals


def names_of_people(log: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The names of the people in each call of the log; none where it has no names."""
    named = log[["call_id", *NAMES]]
    return {
        call_id: tuple(str(name) for name in names if isinstance(name, str))
        for call_id, *names in named.itertuples(index=False)
    }


def _clean(frame: pd.DataFrame, column: str, people: Mapping[str, tuple[str, ...]]) -> pd.Series:
    """A column without secrets; what stands in many rows is looked at once."""
    known: dict[tuple[str, tuple[str, ...]], str] = {}

    def clean(call_id: str, text: object) -> str | None:
        if not isinstance(text, str):
            return None
        key = text, people[call_id]
        if key not in known:
            known[key] = redact_text(text, names=key[1])
        return known[key]

    pairs = zip(frame["call_id"], frame[column], strict=True)
    return pd.Series([clean(*pair) for pair in pairs], index=frame.index, dtype=object)


def _with_day_and_hour(frame: pd.DataFrame) -> pd.DataFrame:
    started = pd.to_datetime(frame["started_at"], utc=True)
    return frame.assign(started_at=started, call_date=started.dt.date, hour=started.dt.hour)
