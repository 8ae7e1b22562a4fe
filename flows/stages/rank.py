"""Rank: JOINED into DRIVERS, FOCUS and FOLLOW_UPS, anew when it or its settings changed."""

import pandas as pd

from flows.stages.report import state_of_copies
from flows.stages.site import Site
from flows.subjects import subjects
from models.ranking import Ranking, rank
from models.subjects import RankOptions
from pipeline.behaviours.register import register_facts
from pipeline.errors import ContractError
from pipeline.join import contexts_of, joined_table, within
from pipeline.report.recordings import recordings_beside
from pipeline.tables import CALLS, DRIVERS, FOCUS, FOLLOW_UPS, MOMENTS

RANK_VERSION = "rank-2"
"""Change it when the same JOINED gives another ranking."""


def options(site: Site) -> RankOptions:
    """The ranking's options out of the settings."""
    chosen = site.settings.rank
    return RankOptions(half_life_days=chosen.half_life_days, level=chosen.level)


def rank_tables(site: Site) -> None:
    """Write the three tables unless they were made from just this JOINED, moments and copies."""
    joined = joined_table()
    copies = state_of_copies(site.settings.privacy.recordings)
    chosen = f"{site.settings.rank.model_dump_json()},{RANK_VERSION},{register_facts()},{copies}"
    fingerprint = site.made_from([joined, MOMENTS], chosen)
    if site.store.fingerprint(DRIVERS) == fingerprint:
        return
    ranking = _ranking(site, site.store.read(joined))
    for table, frame in (
        (FOCUS, ranking.focus),
        (FOLLOW_UPS, ranking.follow_ups),
        (DRIVERS, ranking.drivers),  # last: its fingerprint says that all three are there
    ):
        site.store.overwrite(table, frame, fingerprint)
        site.wrote(table.name)


def _ranking(site: Site, joined: pd.DataFrame) -> Ranking:
    """The ranking; without enough answers an empty one and a note, for the pages say so too."""
    joined = within(joined, site.settings.rank.window_days)
    contexts = contexts_of(joined, site.settings.rank.contexts)
    calls = site.store.read(CALLS, columns=["agent_id", "team", "started_at"])
    teams = calls.dropna(subset=["agent_id", "team"]).sort_values("started_at")
    try:
        ranking = rank(
            joined,
            subjects(),
            contexts,
            options(site),
            moments=_moments(site),
            teams=dict(zip(teams["agent_id"], teams["team"], strict=True)),
        )
    except ContractError as error:
        site.tally.notes.append(f"no ranking: {error}")
        return Ranking(
            drivers=pd.DataFrame(columns=DRIVERS.names),
            focus=pd.DataFrame(columns=FOCUS.names),
            follow_ups=pd.DataFrame(columns=FOLLOW_UPS.names),
            diagnostics=pd.DataFrame(),
            warnings=(),
        )
    site.tally.notes += ranking.warnings
    return ranking


def _moments(site: Site) -> pd.DataFrame:
    """MOMENTS, and which of them a page can play."""
    found = site.store.read(MOMENTS)
    copies = recordings_beside(site.settings.report.path, site.settings.privacy.recordings)
    there = {call: copies.has(call) for call in found["call_id"].unique()}
    return found.assign(plays=found["call_id"].map(there).astype(bool))
