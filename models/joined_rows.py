"""The JOINED table as the ranking may use it: checked, one outcome, in a fixed order."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from models.arrays import Array, floats
from models.subjects import RankOptions
from pipeline.errors import ContractError

ORDER = ("call_id", "invitation_id", "survey_id", "score", "days_before_survey")
"""Rows are sorted by these first, so that the order of the input never shows in the output."""


def checked(joined: pd.DataFrame, options: RankOptions) -> tuple[pd.DataFrame, list[str]]:
    """The rows in a fixed order with a numeric score, and what the table cannot adjust for.

    A call whose survey asked something else stays, as a call that was not surveyed. Raises
    ContractError, naming all problems, when there is no row, no call_id, no score, a score that is
    no whole number from 0 to 10, or an outcome other than nps.
    """
    problems = _problems(joined, options)
    if problems:
        raise ContractError(*problems, next_step="Check how the table was joined.")
    frame = joined.assign(score=_numbers(joined["score"]))
    for column in ("survey_id", "invitation_id"):
        frame[column] = text(frame, column)
    other = _of_another_kind(frame, options)
    frame.loc[other, ["survey_id", "invitation_id"]] = None
    frame.loc[other, "score"] = np.nan
    order = [column for column in ORDER if column in frame]
    frame = frame.sort_values(order, kind="stable").reset_index(drop=True)
    return frame, list(_gaps(joined, options))


def text(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column as text with None for null; all None where the column is missing."""
    if column not in frame:
        return pd.Series(None, index=frame.index, dtype=object)
    values = frame[column]
    known = values.notna()
    if not pd.api.types.is_string_dtype(values):
        values = values.astype(object).astype(str)
    return values.astype(object).where(known, None)


def days_before(frame: pd.DataFrame) -> Array:
    """Days from the call to its survey: as given, else from the two times; NaN where unknown."""
    if "days_before_survey" in frame:
        return _numbers(frame["days_before_survey"])
    if {"started_at", "answered_at"} <= set(frame):
        return (seconds(frame, "answered_at") - seconds(frame, "started_at")) / 86400.0
    return np.full(len(frame), np.nan)


def seconds(frame: pd.DataFrame, column: str) -> Array:
    """A time column as seconds since 1970; NaN where unknown or where the column is missing."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    times = pd.DatetimeIndex(pd.to_datetime(frame[column], utc=True, errors="coerce"))
    return floats((times - pd.Timestamp(0, tz="UTC")).total_seconds())


def _numbers(values: pd.Series) -> Array:
    numbers = pd.to_numeric(values, errors="coerce")
    return floats(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _of_another_kind(frame: pd.DataFrame, options: RankOptions) -> pd.Series:
    kind = text(frame, "kind")
    return kind.notna() & (kind != options.outcome)


def _problems(joined: pd.DataFrame, options: RankOptions) -> Sequence[str]:
    if options.outcome != "nps":
        return [f"outcome: got {options.outcome!r}, expected 'nps'."]
    missing = [c for c in ("call_id", "score") if c not in joined]
    if missing:
        return [f"JOINED.{c}: the column is missing." for c in missing]
    if not len(joined):
        return ["JOINED: the table has no row, expected one per invitation and call."]
    problems = []
    unnamed = int(joined["call_id"].isna().sum())
    if unnamed:
        problems.append(f"JOINED.call_id: {unnamed} rows are empty, expected none.")
    return problems + _score_problems(joined, options)


def _score_problems(joined: pd.DataFrame, options: RankOptions) -> list[str]:
    given = joined["score"].notna() & ~_of_another_kind(joined, options)
    numbers = _numbers(joined["score"])
    whole = (numbers >= 0) & (numbers <= 10) & (numbers == np.round(numbers))
    is_flag = pd.api.types.is_bool_dtype(joined["score"])
    bad = given & ~(whole & (not is_flag))
    if not bad.any():
        return []
    odd = sorted(set(joined.loc[bad, "score"].astype(str)))[:3]
    return [
        f"JOINED.score: {int(bad.sum())} rows such as {odd}, expected whole numbers from 0 to 10."
    ]


def _gaps(joined: pd.DataFrame, options: RankOptions) -> Iterable[str]:
    """A sentence for each optional column that is not there: column, harm, remedy."""
    harms = {
        "agent_id": "effects are not held within agents and there are no focus lists",
        "customer_id": "repeat customers count as different ones",
        options.segment: "all customers are ranked as one segment",
        "started_at": "a survey's last call is the one nearest to it, and there are no follow-ups",
        "mode": "phone and email answers are not told apart",
    }
    for column, harm in harms.items():
        if column not in joined or joined[column].isna().all():
            yield f"{column}: the column is missing or empty, so {harm}; add it to the table."
    if not {"survey_id", "invitation_id"} & set(joined):
        yield (
            "survey_id: the column is missing, so each row with a score counts as a survey of its "
            "own and intervals are too narrow where surveys have several calls; add it."
        )
    timed = "days_before_survey" in joined or {"started_at", "answered_at"} <= set(joined)
    if not timed:
        yield (
            "days_before_survey: the column is missing, so every call counts in full, however old; "
            "add it, or started_at and answered_at."
        )
