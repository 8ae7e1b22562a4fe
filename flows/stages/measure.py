"""Measure: every call whose words, log or definitions changed goes through the register."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from flows.executor import Step
from flows.jobs import MeasuredBatch, MeasureJob, halves
from flows.stages.site import Site
from flows.workers import measure as measure_job
from pipeline.behaviours import behaviours_table, registered
from pipeline.behaviours.measurement import register_version
from pipeline.tables import ACTIVITY, CALLS, MOMENTS, TURNS

DEPENDS_ON = (
    "tried", "timed", "language", "hold_s", "after_call_work_s", "wait_s", "transfers", "why_not",
)  # fmt: skip


def measure(site: Site) -> None:
    """Measure what is stale, then bring the behaviours of the whole log up to date everywhere."""
    table = behaviours_table()
    calls = site.store.read(CALLS)
    calls = calls[calls["tried"].notna() | (calls["source"] == "none")]
    wanted = _versions(calls)
    stored = site.store.read(table, columns=["call_id", "version"])
    known = stored.set_index("call_id")["version"].reindex(calls["call_id"]).to_numpy()
    # A run that was killed before its last commit has left `eligible` open.
    behind = (wanted.to_numpy() != known) | calls["eligible"].isna().to_numpy()
    since = site.retention.first_day(TURNS, ACTIVITY, MOMENTS, table)
    if since is not None:
        behind &= (calls["call_date"] >= since).to_numpy()
    stale = calls[behind].sort_values(["started_at", "call_id"])
    log = log_behaviours(calls)
    site.say(f"{len(stale)} calls to measure, {len(calls) - len(stale)} unchanged")
    site.run(_step(site, stale, wanted, log))
    _refresh_log_behaviours(site, log)


def _versions(calls: pd.DataFrame) -> pd.Series:
    """What each call's measures depend on, by call_id. `eligible` follows from them."""
    facts = calls[list(DEPENDS_ON)].copy()
    # What measuring itself writes into why_not must not make the call stale again.
    facts["why_not"] = facts["why_not"].where(calls["eligible"].isna() | _refused(calls))
    facts = facts.astype("string").fillna("")
    hashes = pd.util.hash_pandas_object(facts, index=False)
    names = register_version() + "-" + hashes.map("{:016x}".format).astype(object)
    return pd.Series(names.to_numpy(), index=calls["call_id"])


def _refused(calls: pd.DataFrame) -> pd.Series:
    return calls["why_not"].astype("string").str.startswith("refused:").fillna(False)


def log_behaviours(calls: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every behaviour of the whole log: name → `value` and `reason` by call_id."""
    return {b.name: b.measure_log(calls) for b in registered() if b.measure_log is not None}


def _step(
    site: Site, stale: pd.DataFrame, wanted: pd.Series, log: Mapping[str, pd.DataFrame]
) -> Step[MeasureJob, MeasuredBatch]:
    size = site.settings.run.batch_transcripts
    jobs = [
        MeasureJob(
            root=site.store.root,
            calls=tuple(zip(part["call_id"], part["call_date"], strict=True)),
            versions={str(c): str(v) for c, v in wanted[part["call_id"]].items()},
        )
        for start in range(0, len(stale), size)
        for part in [stale.iloc[start : start + size]]
    ]

    def commit(result: MeasuredBatch) -> None:
        _commit(site, result, log)

    return Step(
        name="measure", work=measure_job, jobs=jobs, commit=commit,
        size=lambda job: len(job.calls), halves=halves, given_up=_give_up,
    )  # fmt: skip


def _give_up(job: MeasureJob, error: str) -> None:
    raise RuntimeError(f"measuring call {job.calls[0][0]!r} failed with {error}")


def _commit(site: Site, result: MeasuredBatch, log: Mapping[str, pd.DataFrame]) -> None:
    rows = with_log_behaviours(result.behaviours, log)
    keys = list(zip(rows["call_id"], rows["call_date"], strict=True))
    site.store.replace_calls(MOMENTS, result.moments, keys)
    site.store.replace_calls(behaviours_table(), rows, keys)
    calls = site.store.read(CALLS, call_ids=list(result.why_not))
    why = calls["call_id"].map(result.why_not)
    calls = calls.assign(eligible=why.isna(), why_not=why.astype(object).where(why.notna(), None))
    site.store.replace_calls(CALLS, calls, keys)
    site.tally.measured += len(rows)
    for name in ("MOMENTS", "BEHAVIOURS"):
        site.wrote(name)


def with_log_behaviours(rows: pd.DataFrame, log: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """BEHAVIOURS rows with the values and reasons of the behaviours of the whole log."""
    filled = rows.copy()
    reasons: list[dict[str, str]] = [
        {entry["behaviour"]: entry["reason"] for entry in entries} for entries in rows["unknown"]
    ]
    for name, measured in log.items():
        own = measured.reindex(rows["call_id"])
        filled[name] = own["value"].to_numpy()
        for known, why in zip(reasons, own["reason"], strict=True):
            known.pop(name, None)
            if isinstance(why, str):
                known[name] = why
    entries = [
        [{"behaviour": name, "reason": why} for name, why in sorted(known.items())]
        for known in reasons
    ]
    return filled.assign(unknown=pd.Series(entries, index=rows.index, dtype=object))


def _refresh_log_behaviours(site: Site, log: Mapping[str, pd.DataFrame]) -> None:
    """Windows close and customers call again: rows whose value or reason is no longer true."""
    table = behaviours_table()
    rows = site.store.read(table)
    if rows.empty:
        return
    fresh = with_log_behaviours(rows, log)
    differs = np.zeros(len(rows), dtype=bool)
    for name in log:
        old, new = rows[name].to_numpy(), fresh[name].to_numpy()
        differs |= ~((old == new) | (np.isnan(old) & np.isnan(new)))
    differs |= [
        _known(a) != _known(b) for a, b in zip(rows["unknown"], fresh["unknown"], strict=True)
    ]
    if differs.any():
        changed = fresh[differs]
        keys = list(zip(changed["call_id"], changed["call_date"], strict=True))
        site.store.replace_calls(table, changed, keys)
        site.wrote(table.name)


def _known(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {entry["behaviour"]: entry["reason"] for entry in entries}
