"""The workforce table: which team, site and tenure an agent had on a day."""

import pandas as pd

from pipeline.ingest.reading import Field, Rows, Source, read_rows

FIELDS = (
    Field("agent_id", required=True),
    Field("valid_from", kind="time", required=True),
    Field("team"),
    Field("site"),
    Field("started_on", kind="time"),
)


def read_workforce(source: Source) -> Rows:
    """Rows of the workforce table; raises ContractError when it breaks its contract."""
    return read_rows(source, FIELDS, what="workforce")


def with_workforce(calls: pd.DataFrame, workforce: pd.DataFrame | None) -> pd.DataFrame:
    """`calls` with team, site and tenure_days as of each call's start; null where nothing is known.

    The latest row of the agent with valid_from at or before the call counts. An agent who had not
    started yet has no tenure.
    """
    if workforce is None or workforce.empty or calls.empty:
        return calls.assign(team=None, site=None, tenure_days=float("nan"))
    order = calls["call_id"]
    known = workforce.drop(columns="line").sort_values(["valid_from", "agent_id"])
    named = calls.dropna(subset=["agent_id"]).sort_values("started_at")
    joined = pd.merge_asof(
        named, known, left_on="started_at", right_on="valid_from", by="agent_id"
    ).set_index("call_id")
    tenure = (joined["started_at"] - joined["started_on"]).dt.total_seconds() / 86_400
    tenure = tenure.where(tenure >= 0)
    found = joined.assign(tenure_days=tenure.round(3)).reindex(order)
    return calls.assign(
        team=found["team"].to_numpy(),
        site=found["site"].to_numpy(),
        tenure_days=found["tenure_days"].to_numpy(),
    )
