"""Surveys to calls: every invitation meets all the calls of its customer in the look-back window.

A score is never copied onto calls to be counted there: JOINED keeps the survey's id beside every
call, and ranking takes one row per survey.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.behaviours import registered
from pipeline.columns import NUMBER
from pipeline.contracts import Column, Table
from pipeline.tables import BRAND_REGION, CONTEXTS, JOINED

LOOK_BACK = pd.Timedelta(days=90)
CONTEXT_NAMES = tuple(c.name for c in (*CONTEXTS, *BRAND_REGION))


@dataclass(frozen=True)
class JoinOptions:
    """`segment` names the column of CALLS that holds the customers' segment."""

    segment: str = "segment"


def joined_table() -> Table:
    """The JOINED contract with contexts and one column per registered behaviour."""
    behaviours = [Column(b.name, NUMBER, b.summary, nullable=True) for b in registered()]
    return JOINED.with_columns([*CONTEXTS, *BRAND_REGION, *behaviours])


def join(
    calls: pd.DataFrame,
    surveys: pd.DataFrame,
    behaviours: pd.DataFrame,
    options: JoinOptions = JoinOptions(),
) -> pd.DataFrame:
    """JOINED: (invitation, call) pairs with the call started at most 90 days before the answer (or,
    unanswered, before the invitation), and every call that no invitation reaches.

    An invitation meets the calls of its customer and the call that it is about, even one whose
    customer nobody knows.
    A behaviour that looks ahead, such as first call resolution, must have closed its window before
    that time, else it is unknown there.
    """
    measured = _measured_calls(calls, behaviours, options)
    asked = _asked(surveys, calls)
    pairs = _pairs(asked, measured)
    before = pairs["asked_at"] - pairs["started_at"]
    pairs = pairs[(before > pd.Timedelta(0)) & (before <= LOOK_BACK)]
    pairs = _closed_before(pairs)
    rest = measured[~measured["call_id"].isin(pairs["call_id"])]
    table = pd.concat([_with_days(pairs), rest], ignore_index=True)
    return _ordered(table)


def _measured_calls(
    calls: pd.DataFrame, behaviours: pd.DataFrame, options: JoinOptions
) -> pd.DataFrame:
    names = [b.name for b in registered()]
    kept = calls[["call_id", "started_at", "agent_id", "customer_id", *CONTEXT_NAMES]]
    kept = kept.assign(segment=calls[options.segment])
    return kept.merge(behaviours[["call_id", *names]], on="call_id", how="left")


def _asked(surveys: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """One row per invitation with the time that calls must precede; without one, its call's day."""
    starts = calls.set_index("call_id")["started_at"]
    # reindex, not map(): it keeps times as times where there is no call at all
    own_call = starts.reindex(surveys["call_id"]).set_axis(surveys.index) + pd.Timedelta(days=1)
    asked_at = surveys["answered_at"].fillna(surveys["invited_at"]).fillna(own_call)
    frame = pd.DataFrame(
        {
            "invitation_id": surveys["survey_id"],
            "survey_id": surveys["survey_id"].where(surveys["score"].notna()),
            **{name: surveys[name] for name in ("kind", "scale", "mode", "score", "answered_at")},
            "customer_id": surveys["customer_id"],
            "about": surveys["call_id"],
            "asked_at": asked_at,
        }
    )
    return frame.dropna(subset=["asked_at"])


def _pairs(asked: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Every invitation beside its customer's calls and beside the call it is about, each once."""
    # dropna: pandas would pair the unknown customers of both sides with each other
    theirs = asked.dropna(subset=["customer_id"]).drop(columns="about")
    by_customer = theirs.merge(measured, on="customer_id")
    about = asked.dropna(subset=["about"]).rename(columns={"about": "call_id"})
    by_call = about.merge(measured, on="call_id", suffixes=("", "_of_call"))
    by_call["customer_id"] = by_call["customer_id"].fillna(by_call.pop("customer_id_of_call"))
    pairs = pd.concat([by_customer, by_call[by_customer.columns]], ignore_index=True)
    return pairs.drop_duplicates(["invitation_id", "call_id"])


def _closed_before(pairs: pd.DataFrame) -> pd.DataFrame:
    """What looks ahead is only known where its days were over when the customer was asked."""
    over = pairs["asked_at"] - pairs["started_at"]
    windows = {b.name: b.window_days for b in registered() if b.window_days is not None}
    return pairs.assign(
        **{
            name: pairs[name].where(over >= pd.Timedelta(days=days))
            for name, days in windows.items()
        }
    )


def _with_days(pairs: pd.DataFrame) -> pd.DataFrame:
    days = (pairs["asked_at"] - pairs["started_at"]).dt.total_seconds() / 86_400
    return pairs.assign(days_before_survey=days.round(6)).drop(columns="asked_at")


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    names = joined_table().names
    return (
        table.reindex(columns=names)
        .sort_values(["call_id", "invitation_id"], na_position="last", kind="stable")
        .reset_index(drop=True)
    )


def within(joined: pd.DataFrame, days: float) -> pd.DataFrame:
    """JOINED cut to a look-back window; calls of no invitation stay."""
    return joined[joined["days_before_survey"].isna() | (joined["days_before_survey"] <= days)]


def contexts_of(joined: pd.DataFrame, wanted: Sequence[str]) -> list[str]:
    """The contexts among `wanted` that the table has and that vary in it."""
    return [name for name in wanted if name in joined and joined[name].nunique(dropna=True) > 1]
