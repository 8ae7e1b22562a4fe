"""CALLS: the call log, the workforce, and what there is of each call to hear or to read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.ingest.refusals import Refusal
from pipeline.tables import CALLS

NOTHING = "no recording and no transcript"
UNCLAIMED = "no call in the call log belongs to it"
SOUND = ("source", "recording", "content_hash")
FILLED_LATER = ("tried", "timed", "channels", "eligible", "why_not")


@dataclass(frozen=True)
class Sound:
    """What there is of a call: the kind of source, its name and its hash."""

    source: str
    name: str
    content_hash: str


def calls_table(
    log: pd.DataFrame, sounds: Mapping[str, Sound], *, known: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Refusal]]:
    """CALLS as far as it is known before anything is heard.

    Refused: a call without sound, and a transcript of a call that neither this log nor an earlier
    one (`known`) has.
    """
    found = [sounds.get(call_id) for call_id in log["call_id"]]
    silent = np.array([sound is None for sound in found], dtype=bool)
    facts = {
        "source": [sound.source if sound else "none" for sound in found],
        "recording": [sound.name if sound else None for sound in found],
        "content_hash": [sound.content_hash if sound else None for sound in found],
        "tried": [None] * len(log),
        "timed": [None] * len(log),
        "channels": [None] * len(log),
        "eligible": [None if sound else False for sound in found],
        "why_not": [None if sound else NOTHING for sound in found],
    }
    frame = log.assign(**{name: pd.Series(cells, log.index) for name, cells in facts.items()})
    refusals = [
        Refusal("call", f"call {call_id}", NOTHING) for call_id in log.loc[silent, "call_id"]
    ]
    logged = {*log["call_id"], *known}
    refusals += [
        Refusal("transcript", f"{sound.name}, call {call_id}", UNCLAIMED)
        for call_id, sound in sounds.items()
        if sound.source == "transcript" and call_id not in logged
    ]
    return frame[CALLS.names], refusals


def changed(new: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The rows of `new` that are not in `stored` or differ there.

    What later stages filled in is kept where the sound is the same, or is gone: a recording that is
    deleted (or a folder that is not mounted tonight) does not take along what was heard in it, also
    where the call's transcript is still there.
    """
    if stored.empty:
        return new
    old = stored.set_index("call_id").reindex(new["call_id"]).reset_index()
    old.index = new.index
    gone = new["source"].eq("none") & old["source"].isin(["recording", "transcript"])
    refused = old["why_not"].astype("string").str.startswith("refused:").fillna(False)
    heard = old["source"].eq("recording") & old["tried"].notna() & ~refused
    gone |= new["source"].eq("transcript") & heard
    same_sound = _same(new[["content_hash"]], old[["content_hash"]]) & new["source"].ne("none")
    merged = new.copy()
    for name in FILLED_LATER:
        merged[name] = new[name].astype(object).where(~(same_sound | gone), old[name])
    for name in SOUND:
        merged[name] = new[name].astype(object).where(~gone, old[name])
    compared = [name for name in new.columns if name not in FILLED_LATER]
    return merged[~_same(merged[compared], old[compared])]


def _same(left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """Row by row, whether all cells are equal; two unknowns are equal."""
    both = pd.Series(True, index=left.index)
    for name in left.columns:
        a, b = left[name], right[name]
        both &= (a == b) | (a.isna() & b.isna())
    return both
