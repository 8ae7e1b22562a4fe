"""The call log: one row per call, checked and typed."""

import pandas as pd

from pipeline.ingest.reading import Field, Rows, Source, read_rows
from pipeline.ingest.refusals import Refusal
from pipeline.privacy import redact_text

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
    Field("recording"),
    Field("recording_agent"),
    Field("recording_customer"),
    Field("transcript"),
)


FREE = ("reason", "queue", "channel", "segment", "brand", "region")
"""Columns that agents may have typed anything into."""


def read_call_log(source: Source) -> Rows:
    """Rows of the call log. A call_id that stands twice counts once: its first row is kept.

    Raises ContractError when the file as a whole breaks its contract.
    """
    rows = read_rows(source, FIELDS, what="call log")
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
    for name in FREE:
        frame[name] = frame[name].map(redact_text, na_action="ignore").astype(object)
    return Rows(_with_day_and_hour(frame), (*rows.refusals, *refusals), rows.unused)


def _with_day_and_hour(frame: pd.DataFrame) -> pd.DataFrame:
    started = pd.to_datetime(frame["started_at"], utc=True)
    return frame.assign(started_at=started, call_date=started.dt.date, hour=started.dt.hour)
