"""Focus lists: what an agent could change, what to keep, and the calls to listen to together."""

from dataclasses import dataclass

import pandas as pd

from pipeline.behaviours.register import Behaviour
from pipeline.report.charts import Mark, strip
from pipeline.report.material import Material, Row, rows
from pipeline.report.moments import MomentView, excerpts, playing
from pipeline.report.names import anchor
from pipeline.report.sentences import label_of
from pipeline.report.wording import effect, quantity
from pipeline.small_numbers import AGENT_HIDDEN_BELOW, agent_hidden

MOST_TO_CHANGE = 3
NO_TEAM = "(no team)"


@dataclass(frozen=True)
class FocusView:
    """A row of FOCUS as a page shows it; `place` is its own on the agent's page."""

    label: str
    place: str
    proof: str
    kind: str
    advice: str
    gain: str
    current: str
    median: str
    best: str
    target: str
    n_calls: int
    n_surveys: int
    marks: tuple[Mark, ...]
    behaviour: Behaviour | None
    moments: tuple[MomentView, ...]
    note: str


@dataclass(frozen=True)
class AgentPage:
    """An agent's list; `why_not` says why there is none."""

    agent_id: str
    page: str
    team: str
    n_calls: int
    segment_mix: str
    change: tuple[FocusView, ...]
    keep: tuple[FocusView, ...]
    why_not: str
    playing: str


@dataclass(frozen=True)
class Team:
    """A team and its agents, by id."""

    name: str
    agents: tuple[AgentPage, ...]


def agent_pages(material: Material) -> tuple[AgentPage, ...]:
    """A page for every agent in FOCUS or in the call log."""
    focus = material.tables.focus.sort_values(["agent_id", "kind"])
    lists = {str(agent): list(rows(group)) for agent, group in focus.groupby("agent_id")}
    latest, counts = _latest_teams(material), material.measured_calls["agent_id"].value_counts()
    return tuple(
        _page(
            material,
            agent,
            page,
            found=lists.get(agent, []),
            team=latest.get(agent, NO_TEAM),
            n_calls=int(counts.get(agent, 0)),
        )
        for agent, page in material.agent_pages.items()
    )


def teams(pages: tuple[AgentPage, ...]) -> tuple[Team, ...]:
    """The agents by team; those without a team come last."""
    names = sorted({page.team for page in pages}, key=lambda name: (name == NO_TEAM, name))
    return tuple(Team(name, tuple(p for p in pages if p.team == name)) for name in names)


def _page(
    material: Material, agent: str, page: str, *, found: list[Row], team: str, n_calls: int
) -> AgentPage:
    shown = [row for row in found if not agent_hidden(row["n_calls"])]
    ordered = sorted(shown, key=lambda row: (-row["gain_points"], row["behaviour"]))
    views = [_view(material, row) for row in ordered]
    first = found[0] if found else {}
    return AgentPage(
        agent_id=agent,
        page=page,
        team=first.get("team") or team,
        n_calls=max([n_calls, *(int(row["n_calls"]) for row in found)]),
        segment_mix=(first.get("segment_mix") or "") if shown else "",
        change=tuple(v for v in views if v.kind == "change")[:MOST_TO_CHANGE],
        keep=tuple(v for v in views if v.kind == "keep"),
        why_not="" if views else _why_not(material, n_calls),
        playing=playing(material, (moment for view in views for moment in view.moments)),
    )


def _why_not(material: Material, n_calls: int) -> str:
    if agent_hidden(n_calls):
        return (
            f"Fewer than {AGENT_HIDDEN_BELOW} measured calls: too few for a fair picture, so no "
            "list is made."
        )
    if material.tables.drivers.empty:
        return "There is no ranking of behaviours yet, so no list can be made."
    return (
        "No behaviour that this agent could change stands out: either none goes clearly with NPS, "
        "or the agent is level with the best quarter of the peers."
    )


def _view(material: Material, row: Row) -> FocusView:
    behaviour = material.behaviours.get(row["behaviour"])
    current, median, best, target = (
        quantity(row[name], row["unit"], binary=bool(behaviour and behaviour.binary), mean=True)
        for name in ("current", "peers_median", "peers_best_quartile", "target")
    )
    gain = effect(row["gain_points"], row["gain_low"], row["gain_high"])
    return FocusView(
        label=label_of(behaviour, row["behaviour"]),
        place=f"focus-{anchor(row['behaviour'])}",
        proof=material.proof(row["behaviour"]),
        kind=row["kind"],
        advice=_advice(row["kind"], current, median, target),
        gain=gain,
        current=current,
        median=median,
        best=best,
        target=target,
        n_calls=int(row["n_calls"]),
        n_surveys=int(row["n_surveys"]),
        marks=strip([
            ("current", "This agent", row["current"], current),
            ("median", "Peers’ median", row["peers_median"], median),
            ("best", "Peers’ best quarter", row["peers_best_quartile"], best),
        ]),
        behaviour=behaviour,
        moments=excerpts(material, row["behaviour"], row["moments"]),
        note=row["note"] or "",
    )  # fmt: skip


def _advice(kind: str, current: str, median: str, target: str) -> str:
    if kind == "keep":
        return f"Keep it at {current}; the peers’ median is {median}."
    return f"From {current} towards {target}; the peers’ median is {median}."


def _latest_teams(material: Material) -> dict[str, str]:
    """Each agent's latest team."""
    log: pd.DataFrame = material.call_log
    known = log[log["team"].notna() & log["agent_id"].notna()]
    latest = known.sort_values(["started_at", "call_id"]).drop_duplicates("agent_id", keep="last")
    return {
        str(agent): str(team)
        for agent, team in zip(latest["agent_id"], latest["team"], strict=True)
    }
