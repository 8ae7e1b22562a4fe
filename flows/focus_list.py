"""An agent's focus list in the terminal, as CSV or as JSON."""

import json
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as Grid

from flows.configuration import Settings
from flows.keys import pseudonyms_of
from pipeline.behaviours import registered
from pipeline.errors import UsageError
from pipeline.report.wording import is_scale
from pipeline.store import Store
from pipeline.tables import FOCUS

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(settings: Settings, agent: str) -> pd.DataFrame:
    """The agent's rows of FOCUS, change before keep; raises UsageError for an agent without."""
    table = Store(settings.store.path).read(FOCUS)
    if settings.privacy.agent_pseudonyms:
        agent = pseudonyms_of(settings).agent(agent)
    own = table[table["agent_id"] == agent]
    if own.empty:
        known = sorted(table["agent_id"].unique())
        shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
        raise UsageError(
            f"There is no focus list for agent {agent!r}.",
            next_step=f"agents with one: {shown}."
            if known
            else "run `attune run` first; an agent needs 25 calls and the centre enough answers.",
        )
    return own.sort_values(["kind", "gain_points"], ascending=[True, False])


def show(own: pd.DataFrame, agent: str) -> None:
    """Print the list with its moments."""
    console = Console(soft_wrap=True, markup=False)
    first = own.iloc[0]
    team = "" if pd.isna(first["team"]) else f", team {first['team']}"
    console.print(f"Agent {agent}{team}: {first['n_calls']} calls, {first['n_surveys']} answers")
    labels = {b.name: b.label for b in registered()}
    grid = Grid("", "behaviour", "now", "peers", "target", "NPS points on these calls")
    for row in own.to_dict("records"):
        grid.add_row(
            row["kind"],
            labels.get(row["behaviour"], row["behaviour"]),
            f"{row['current']:.3g}" + ("" if is_scale(row["unit"]) else f" {row['unit']}"),
            f"{row['peers_median']:.3g}",
            f"{row['target']:.3g}",
            f"{row['gain_points']:+.1f} ({row['gain_low']:+.1f} to {row['gain_high']:+.1f})",
        )
    console.print(grid)
    for row in own.to_dict("records"):
        for moment in _moments(row):
            quote = f" “{moment['quote']}”" if moment["quote"] else ""
            start = f"{int(moment['start_s'] // 60)}:{moment['start_s'] % 60:04.1f}"
            console.print(f"  listen: {labels.get(row['behaviour'])} in call {moment['call_id']} "
                          f"at {start}{quote}")  # fmt: skip
    console.print("Associated with NPS in calls like these; never a prediction of a person.")


def _moments(row: dict[Any, Any]) -> list[dict[str, Any]]:
    moments = row["moments"]
    return [] if moments is None else list(moments)


def as_json(own: pd.DataFrame) -> str:
    """One JSON list."""
    records = own.to_dict("records")
    for row in records:
        row["moments"] = _moments(row)
    return json.dumps(records, ensure_ascii=False, default=str)


def as_csv(own: pd.DataFrame) -> str:
    """CSV without moments; a cell that a spreadsheet would run is written as text."""
    plain = own.drop(columns="moments")
    for name in plain.columns:
        plain[name] = plain[name].map(_neutral)
    return str(plain.to_csv(index=False))


def _neutral(cell: object) -> object:
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell
