"""Arousal goes when it is switched off: at once, of every call, out of older versions too."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from flows.stages.site import Site
from pipeline.behaviours import behaviours_table
from pipeline.behaviours.tone_voice import FROM_AROUSAL
from pipeline.speech.voices import OFF
from pipeline.tables import ACTIVITY, MOMENTS, TURNS

AT_ONCE = 1_000
"""Calls whose turns are in memory at a time."""


def remove_arousal(site: Site) -> None:
    """No arousal stays stored, not even of calls whose sound is gone and that are not told anew.

    A run without any to remove reads a few columns of a row a call. Whoever stops after one of the
    stages keeps what later tables have of it until they are made anew.
    """
    removed = _out_of_behaviours(site) + _out_of_turns(site)
    if removed:
        site.has_old_versions_removed = True
        site.say("voice_emotion is off: what was measured of it is removed")


def _out_of_turns(site: Site) -> int:
    """ACTIVITY comes last: by it a removal that was killed is found, and done again."""
    rows = site.store.read(ACTIVITY, columns=["call_id", "call_date", "voices", "no_arousal"])
    have = rows[rows["voices"].notna() & rows["no_arousal"].isna()]
    for start in range(0, len(have), AT_ONCE):
        part = have.iloc[start : start + AT_ONCE]
        keys: list[tuple[str, date]] = list(zip(part["call_id"], part["call_date"], strict=True))
        for table, emptied in ((TURNS, {"arousal": None}), (ACTIVITY, {"no_arousal": OFF})):
            own = site.store.read(table, call_ids=list(part["call_id"]))
            site.store.replace_calls(table, own.assign(**emptied), keys)
            site.wrote(table.name)
    return len(have)


def _out_of_behaviours(site: Site) -> int:
    table = behaviours_table()
    values = site.store.read(table, columns=["call_id", *FROM_AROUSAL])
    have = values.loc[values[list(FROM_AROUSAL)].notna().any(axis=1), "call_id"]
    if have.empty:
        return 0
    if site.store.remove(MOMENTS, {"behaviour": FROM_AROUSAL}):
        site.wrote(MOMENTS.name)
    rows = site.store.read(table, call_ids=list(have))
    keys = list(zip(rows["call_id"], rows["call_date"], strict=True))
    site.store.replace_calls(table, _without(rows), keys)
    site.wrote(table.name)
    return len(have)


def _without(rows: pd.DataFrame) -> pd.DataFrame:
    unknown = [_reasons(entries) for entries in rows["unknown"]]
    return rows.assign(
        **dict.fromkeys(FROM_AROUSAL, None),
        unknown=pd.Series(unknown, index=rows.index, dtype=object),
    )


def _reasons(entries: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    others = [dict(entry) for entry in entries if entry["behaviour"] not in FROM_AROUSAL]
    off = [{"behaviour": name, "reason": OFF} for name in FROM_AROUSAL]
    return sorted([*others, *off], key=lambda entry: entry["behaviour"])
