"""What the behaviours of the whole call log put into BEHAVIOURS and MOMENTS."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.behaviours.contacts import Flags, linked
from pipeline.behaviours.register import FAILED, NOT_FINITE, registered
from pipeline.tables import MOMENTS

EVENT = ("call_id", "behaviour", "kind", "side")
SAME_SHARE = 0.5
"""Stretches that share this much of the longer one are one event, found again."""

TOLD = ["value", "reason", "moment"]
NO_REASON = "the behaviour gave neither a value nor a reason"

Log = Mapping[str, pd.DataFrame]
MeasureLog = Callable[[pd.DataFrame], pd.DataFrame]


def measured_log(calls: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every behaviour of the whole log: name → `value`, `reason` and `moment` by call_id."""
    log = linked(calls)
    return {
        b.name: _own(b.measure_log, log) if b.own else b.measure_log(log).reindex(columns=TOLD)
        for b in registered()
        if b.measure_log is not None
    }


def _own(measure_log: MeasureLog, log: pd.DataFrame) -> pd.DataFrame:
    """A behaviour of the user's own, which may fail: it is unknown then, and the night goes on."""
    ids = pd.Index(log["call_id"])
    try:
        told = measure_log(log.copy()).reindex(ids, columns=TOLD)
        value = told["value"].astype(float).to_numpy()
        moment = told["moment"].map(str, na_action="ignore").astype(object)
    except (Exception, SystemExit) as error:
        why = FAILED.format(type(error).__name__)
        return pd.DataFrame({"value": np.nan, "reason": why, "moment": None}, index=ids)
    known = np.isfinite(value)
    reason = told["reason"].map(str, na_action="ignore").astype(object).fillna(NO_REASON)
    return pd.DataFrame(
        {
            "value": np.where(known, value, np.nan),
            "reason": reason.mask(np.isinf(value), NOT_FINITE).mask(known, None),
            "moment": moment.where(known & moment.notna(), None),
        },
        index=ids,
    )


def with_log_behaviours(rows: pd.DataFrame, log: Log) -> pd.DataFrame:
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


def differs(rows: pd.DataFrame, log: Log) -> Flags:
    """Which BEHAVIOURS rows have another value or reason of the whole log than it has now."""
    reasons = _reasons(rows["unknown"], log)
    found = np.zeros(len(rows), dtype=bool)
    for name, measured in log.items():
        own = measured.reindex(rows["call_id"])
        old, new = rows[name].to_numpy(dtype=float), own["value"].to_numpy(dtype=float)
        why = own["reason"].astype(object)
        found |= ~((old == new) | (np.isnan(old) & np.isnan(new)))
        found |= reasons[name] != why.where(why.notna(), None).to_numpy()
    return found


def _reasons(unknown: pd.Series, names: Iterable[str]) -> dict[str, npt.NDArray[np.object_]]:
    """The reasons of these behaviours, row by row; None without."""
    reasons = {name: np.full(len(unknown), None, dtype=object) for name in names}
    for row, entries in enumerate(unknown):
        for entry in entries:
            if entry["behaviour"] in reasons:
                reasons[entry["behaviour"]][row] = entry["reason"]
    return reasons


def log_moments(rows: pd.DataFrame, log: Log, seconds: pd.Series) -> pd.DataFrame:
    """MOMENTS of the whole log's behaviours in the calls of `rows` (call_id, call_date).

    The event is that of another call, so there is no stretch to point to: it is the whole call, of
    so many `seconds` (by call_id).
    """
    parts = [MOMENTS.schema.empty_table().to_pandas(date_as_object=True)]
    for name, measured in sorted(log.items()):
        kind = measured["moment"].reindex(rows["call_id"]).to_numpy()
        part = rows.loc[pd.notna(kind), ["call_id", "call_date"]]
        ends = seconds.reindex(part["call_id"]).fillna(0.0).to_numpy(dtype=float)
        part = part.assign(
            behaviour=name, moment=0, kind=kind[pd.notna(kind)], side="customer", start_s=0.0,
            end_s=ends, quote=None, confidence=None, contested=False,
        )  # fmt: skip
        parts.append(part)
    return together(*parts)


def together(*parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of MOMENTS in one frame; empty ones would make pandas guess at types."""
    full = [part for part in parts if len(part)]
    frame = pd.concat(full, ignore_index=True) if full else parts[0]
    return frame.reindex(columns=MOMENTS.names)


def still_contested(fresh: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """MOMENTS, contested where an event is found again that a person has contested.

    It is found again when it is of the same call, behaviour, kind and side, and shares half of the
    longer of the two stretches.
    """
    appealed = stored.loc[stored["contested"].eq(True), [*EVENT, "start_s", "end_s"]]
    if appealed.empty or fresh.empty:
        return fresh
    numbered = fresh.assign(row=range(len(fresh)))[[*EVENT, "start_s", "end_s", "row"]]
    pairs = numbered.merge(appealed, on=list(EVENT), suffixes=("", "_then"))
    starts, ends = pairs[["start_s", "start_s_then"]], pairs[["end_s", "end_s_then"]]
    shared = ends.min(axis=1) - starts.max(axis=1)
    length = (pairs["end_s"] - pairs["start_s"]).combine(
        pairs["end_s_then"] - pairs["start_s_then"], max
    )
    again = set(pairs.loc[shared >= SAME_SHARE * length, "row"])
    return fresh.assign(contested=[row in again for row in range(len(fresh))])


def calls_of_other_moments(wanted: pd.DataFrame, stored: pd.DataFrame) -> set[str]:
    """The calls whose moments in the two frames are not the same; contested or not is no matter."""
    columns = [name for name in MOMENTS.names if name not in ("contested", "quote", "confidence")]
    both = together(wanted, stored)[columns]
    return set(both.drop_duplicates(keep=False)["call_id"])
