"""Which moments illustrate a row of a focus list: a few, from different calls, always the same."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from models.survey_rows import Calls

MOST = 3
FIELDS = ["call_id", "start_s", "end_s", "quote"]
Excerpt = dict[str, object]


def excerpts_of(
    focus: pd.DataFrame, calls: Calls, moments: pd.DataFrame | None
) -> list[list[Excerpt] | None]:
    """Up to MOST moments for each row of `focus`, of its agent and behaviour; None without moments.

    From the calls that show the point: for a change those that miss its target, for a strength
    those on its good side of the peers. Of these, calls that can be played come first (the column
    `plays` of `moments`), then those that show it best, then the surest and longest moments. At
    most one per call; contested ones never.
    """
    if moments is None:
        return [None] * len(focus)
    found = dict(list(_usable(calls, moments).groupby(["agent_id", "behaviour"])))
    return [_of(row, found, calls) for row in focus.to_dict("records")]


def _usable(calls: Calls, moments: pd.DataFrame) -> pd.DataFrame:
    agents = pd.Series(calls.agent, index=calls.frame["call_id"].astype(str))
    names = dict(enumerate(calls.agents))
    usable = moments[~moments["contested"].astype(bool)] if "contested" in moments else moments
    return usable.assign(
        agent_id=usable["call_id"].astype(str).map(agents).map(names),
        confidence=usable["confidence"].fillna(0.0) if "confidence" in usable else 0.0,
        quote=usable.get("quote"),
        plays=usable["plays"].astype(bool) if "plays" in usable else False,
        seconds=usable["end_s"] - usable["start_s"],
    ).dropna(subset=["agent_id"])


def _of(
    row: Mapping[Hashable, Any], found: Mapping[Any, pd.DataFrame], calls: Calls
) -> list[Excerpt]:
    own = found.get((row["agent_id"], row["behaviour"]))
    if own is None:
        return []
    values = calls.frame.set_index("call_id")[row["behaviour"]].astype(float)
    value, low, bound = own["call_id"].map(values), _low_first(row), _bound(row)
    shows = value < bound if low else value > bound
    ordered = own.assign(value=value, shows=shows).sort_values(
        ["shows", "plays", "value", "confidence", "seconds", "call_id", "start_s"],
        ascending=[False, False, low, False, False, True, True],
        kind="stable",
    )
    chosen = ordered.drop_duplicates("call_id").head(MOST)[FIELDS].to_dict("records")
    return [{f: None if pd.isna(r[f]) else r[f] for f in FIELDS} for r in chosen]


def _low_first(row: Mapping[Hashable, Any]) -> bool:
    """Whether calls with little of the behaviour show the point better than calls with much."""
    if row["kind"] == "change":
        return bool(row["target"] > row["current"])
    return bool(row["current"] < row["peers_median"])


def _bound(row: Mapping[Hashable, Any]) -> float:
    """A call beyond it shows the point."""
    return float(row["target"] if row["kind"] == "change" else row["peers_median"])
