"""Measure: every call whose words, log or definitions changed goes through the register."""

import pandas as pd

from flows.executor import Step
from flows.jobs import MeasuredBatch, MeasureJob, halves
from flows.stages.site import Site
from flows.workers import measure as measure_job
from pipeline.behaviours import behaviours_table
from pipeline.behaviours.measurement import register_version
from pipeline.behaviours.whole_log import (
    Log,
    calls_of_other_moments,
    differs,
    log_moments,
    measured_log,
    still_contested,
    together,
    with_log_behaviours,
)
from pipeline.tables import ACTIVITY, CALLS, MOMENTS, TURNS

DEPENDS_ON = (
    "tried", "timed", "language", "hold_s", "after_call_work_s", "wait_s", "transfers", "why_not",
)  # fmt: skip


def measure(site: Site) -> None:
    """Measure what is stale, then bring the behaviours of the whole log up to date everywhere."""
    table = behaviours_table()
    logged = site.store.read(CALLS)
    log = measured_log(logged)
    calls = logged[logged["tried"].notna() | (logged["source"] == "none")]
    wanted = _versions(calls)
    stored = site.store.read(table, columns=["call_id", "version"])
    known = stored.set_index("call_id")["version"].reindex(calls["call_id"]).to_numpy()
    # A run that was killed before its last commit has left `eligible` open.
    behind = (wanted.to_numpy() != known) | calls["eligible"].isna().to_numpy()
    since = site.retention.first_day(TURNS, ACTIVITY, MOMENTS, table)
    if since is not None:
        behind &= (calls["call_date"] >= since).to_numpy()
    stale = calls[behind].sort_values(["started_at", "call_id"])
    site.say(f"{len(stale)} calls to measure, {len(calls) - len(stale)} unchanged")
    site.run(_step(site, stale, wanted, log))
    _refresh(site, logged, log)


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


def _step(
    site: Site, stale: pd.DataFrame, wanted: pd.Series, log: Log
) -> Step[MeasureJob, MeasuredBatch]:
    size = site.settings.run.batch_transcripts
    jobs = [
        MeasureJob(
            root=site.store.root,
            calls=tuple(zip(part["call_id"], part["call_date"], strict=True)),
            versions={str(c): str(v) for c, v in wanted[part["call_id"]].items()},
            own=site.settings.behaviours.folder,
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


def _commit(site: Site, result: MeasuredBatch, log: Log) -> None:
    rows = with_log_behaviours(result.behaviours, log)
    keys = list(zip(rows["call_id"], rows["call_date"], strict=True))
    ids = list(rows["call_id"])
    calls = site.store.read(CALLS, call_ids=ids)
    moments = together(result.moments, log_moments(rows, log, _seconds(site, calls, ids)))
    before = site.store.read(MOMENTS, call_ids=ids)
    site.store.replace_calls(MOMENTS, still_contested(moments, before), keys)
    site.store.replace_calls(behaviours_table(), rows, keys)
    why = calls["call_id"].map(result.why_not)
    calls = calls.assign(eligible=why.isna(), why_not=why.astype(object).where(why.notna(), None))
    site.store.replace_calls(CALLS, calls, keys)
    site.tally.measured += len(rows)
    for name in ("MOMENTS", "BEHAVIOURS"):
        site.wrote(name)


def _seconds(site: Site, calls: pd.DataFrame, call_ids: list[str] | None = None) -> pd.Series:
    """How long each call is, by call_id: its recording or transcript, else by the call log."""
    heard = site.store.read(ACTIVITY, columns=["call_id", "duration_s"], call_ids=call_ids)
    logged = calls.set_index("call_id")["duration_s"]
    return heard.set_index("call_id")["duration_s"].reindex(logged.index).fillna(logged)


def _refresh(site: Site, calls: pd.DataFrame, log: Log) -> None:
    """Windows close and customers call again: rows whose value, reason or moment is true no longer.

    MOMENTS and BEHAVIOURS are looked at apart: a run that was killed between the two is mended.
    """
    table = behaviours_table()
    rows = site.store.read(table, columns=["call_id", "call_date", "unknown", *log])
    if rows.empty:
        return
    _refresh_moments(site, rows, calls, log)
    changed = rows.loc[differs(rows, log), "call_id"]
    if len(changed):
        whole = site.store.read(table, call_ids=list(changed))
        keys = list(zip(whole["call_id"], whole["call_date"], strict=True))
        site.store.replace_calls(table, with_log_behaviours(whole, log), keys)
        site.wrote(table.name)


def _refresh_moments(site: Site, rows: pd.DataFrame, calls: pd.DataFrame, log: Log) -> None:
    since = site.retention.first_day(MOMENTS)
    kept = rows if since is None else rows[rows["call_date"] >= since]
    wanted = log_moments(kept, log, _seconds(site, calls))
    stored = site.store.read(MOMENTS, named={"behaviour": list(log)})
    changed = calls_of_other_moments(wanted, stored) & set(kept["call_id"])
    if changed:
        before = site.store.read(MOMENTS, call_ids=sorted(changed))
        others = before[~before["behaviour"].isin(log)]
        fresh = together(others, wanted[wanted["call_id"].isin(changed)])
        part = kept[kept["call_id"].isin(changed)]
        keys = list(zip(part["call_id"], part["call_date"], strict=True))
        site.store.replace_calls(MOMENTS, still_contested(fresh, before), keys)
        site.wrote(MOMENTS.name)
