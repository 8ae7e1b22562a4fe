"""Which moments illustrate a row of a focus list: a few, from different calls, always the same."""

import pandas as pd

from models.survey_rows import Calls

MOST = 3
FIELDS = ["call_id", "start_s", "end_s", "quote"]
Excerpt = dict[str, object]


def excerpts_of(
    focus: pd.DataFrame, calls: Calls, moments: pd.DataFrame | None
) -> list[list[Excerpt] | None]:
    """Up to MOST moments for each row of `focus`, of its agent and behaviour; None without moments.

    The surest moments first, at most one per call, contested ones never.
    """
    if moments is None:
        return [None] * len(focus)
    found = _by_agent(calls, moments)
    return [found.get(key, []) for key in zip(focus["agent_id"], focus["behaviour"], strict=True)]


def _by_agent(calls: Calls, moments: pd.DataFrame) -> dict[tuple[object, object], list[Excerpt]]:
    agents = pd.Series(calls.agent, index=calls.frame["call_id"].astype(str))
    names = dict(enumerate(calls.agents))
    usable = moments[~moments["contested"].astype(bool)] if "contested" in moments else moments
    usable = usable.assign(
        agent_id=usable["call_id"].astype(str).map(agents).map(names),
        confidence=usable["confidence"].fillna(0.0) if "confidence" in usable else 0.0,
        quote=usable.get("quote"),
    ).dropna(subset=["agent_id"])
    usable = usable.sort_values(
        ["agent_id", "behaviour", "confidence", "call_id", "start_s"],
        ascending=[True, True, False, True, True], kind="stable",
    ).drop_duplicates(["agent_id", "behaviour", "call_id"])  # fmt: skip
    chosen = usable.groupby(["agent_id", "behaviour"]).head(MOST)
    groups: dict[tuple[object, object], list[Excerpt]] = {}
    for row in chosen[["agent_id", "behaviour", *FIELDS]].to_dict("records"):
        excerpt = {field: None if pd.isna(row[field]) else row[field] for field in FIELDS}
        groups.setdefault((row["agent_id"], row["behaviour"]), []).append(excerpt)
    return groups
