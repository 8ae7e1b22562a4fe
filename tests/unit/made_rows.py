"""Rows of tables for tests: small, made up, complete."""

from collections.abc import Sequence

import pandas as pd

from pipeline.behaviours import behaviours_table
from pipeline.tables import CALLS


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def calls_frame(rows: Sequence[tuple[str, str | None, str]]) -> pd.DataFrame:
    """CALLS of (call_id, customer_id, started_at)."""
    started = pd.to_datetime([start for _, _, start in rows], utc=True)
    frame = pd.DataFrame(
        {
            "call_id": pd.Series([call_id for call_id, _, _ in rows], dtype=object),
            "customer_id": pd.Series([customer for _, customer, _ in rows], dtype=object),
            "started_at": pd.Series(started, dtype="datetime64[us, UTC]"),
        }
    )
    frame = frame.assign(call_date=frame["started_at"].dt.date, source="none")
    missing = [name for name in CALLS.names if name not in frame]
    return frame.assign(**dict.fromkeys(missing))[CALLS.names]


def surveys_frame(
    rows: Sequence[tuple[str, str | None, str | None, str | None, float | None]],
) -> pd.DataFrame:
    """SURVEYS of (survey_id, customer_id, call_id, answered_at, score)."""
    names = ["survey_id", "customer_id", "call_id", "answered_at", "score"]
    frame = pd.DataFrame(rows, columns=names)
    answered = pd.Series(
        pd.to_datetime(frame["answered_at"], utc=True), dtype="datetime64[us, UTC]"
    )
    return frame.assign(
        answered_at=answered,
        invited_at=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]"),
        kind="nps",
        scale="0-10",
        mode=None,
    )


def no_behaviours() -> pd.DataFrame:
    """BEHAVIOURS before anything was measured."""
    frame: pd.DataFrame = behaviours_table().schema.empty_table().to_pandas()
    return frame
