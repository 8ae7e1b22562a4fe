"""Calls and surveys: which calls stand behind which answer, with what weight.

The unit of everything that follows is the *survey* (METHOD.md, 1): a score is never copied onto
each call; each survey owns the calls of its look-back window, weighted by recency. Surveys without
an answer and fresh calls pass through the same door, so that points are averaged over everybody
asked, and a fresh call is described exactly as the model describes a survey.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from models.arrays import Array, IntArray
from models.joined_rows import days_before, seconds, text
from models.subjects import RankOptions
from pipeline.errors import ContractError

LEAST_ANSWERS = 30
"""Fewer answers than this carry no ranking at all."""
UNANSWERED_PER_ANSWER = 2
"""Surveys without an answer only widen the averages behind the points: a sample is enough."""
FRESH_DAYS = 2.0
"""Follow-ups look at the last two days of the table: what is older is past its 48 hours."""
ANSWERED, UNANSWERED, FRESH = 0, 1, 2


@dataclass(frozen=True)
class Calls:
    """Every call once, sorted by call_id. `agent` and `segment` are codes; -1 is unknown."""

    frame: pd.DataFrame
    started_s: Array
    segment: IntArray
    segments: tuple[str, ...]
    agent: IntArray
    agents: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True)
class Surveys:
    """Answered surveys first, by segment; then unanswered ones; then fresh calls (`role`).

    `weights` is surveys x calls, recency weights within the window. `score` is NaN unless answered.
    `share` is how many surveys a row stands for (unanswered ones are sampled). `call` is the last
    call, which gives the segment; `agent` the one with the heaviest weight, -1 if unknown.
    """

    role: IntArray
    score: Array
    segment: IntArray
    agent: IntArray
    customer: IntArray
    mode: npt.NDArray[np.object_]
    call: IntArray
    share: Array
    weights: sparse.csr_array

    def __len__(self) -> int:
        return len(self.role)

    @property
    def n_answered(self) -> int:
        """How many of the rows, all at the front, are answered."""
        return int((self.role == ANSWERED).sum())

    @property
    def call_count(self) -> Array:
        """Calls in the window of each survey."""
        return np.diff(self.weights.indptr).astype(np.float64)


def calls_of(frame: pd.DataFrame, options: RankOptions) -> Calls:
    """Every call once; the first row of a call, in the fixed order, gives its columns."""
    once = frame.drop_duplicates("call_id").reset_index(drop=True)
    segment, segments = _codes(_segment_column(once, options))
    agent, agents = _codes(text(once, "agent_id"))
    return Calls(once, seconds(once, "started_at"), segment, segments, agent, agents)


def _segment_column(frame: pd.DataFrame, options: RankOptions) -> pd.Series:
    if options.segment not in frame:
        return pd.Series("all", index=frame.index)
    return text(frame, options.segment).fillna("unknown")


def _codes(values: pd.Series) -> tuple[IntArray, tuple[str, ...]]:
    """Codes in alphabetical order, and the names; -1 where null."""
    codes, names = pd.factorize(values, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def surveys_of(
    frame: pd.DataFrame, calls: Calls, options: RankOptions
) -> tuple[Surveys, list[str]]:
    """The surveys with their calls, and warnings.

    Raises ContractError with fewer than LEAST_ANSWERS answers that have a call in the window.
    """
    pairs, warnings = _pairs(frame, calls, options)
    found = int(pairs.loc[pairs["role"] == ANSWERED, "survey"].nunique())
    if found < LEAST_ANSWERS:
        raise ContractError(
            f"JOINED.score: {found} answers have a call in the {options.window_days:g} days before "
            f"them, expected at least {LEAST_ANSWERS}.",
            next_step="Wait for more answers, widen the window, or check how surveys join calls.",
        )
    pairs = pd.concat([_sampled(pairs), _fresh(calls, pairs)], ignore_index=True)
    return _surveys(pairs, calls), warnings


def _survey_ids(frame: pd.DataFrame) -> pd.Series:
    """survey_id, else invitation_id, else the row itself where it has a score; None: no survey."""
    answered, invited = text(frame, "survey_id"), text(frame, "invitation_id")
    nth = frame.groupby("call_id").cumcount().astype(str)
    row = ("row " + frame["call_id"].astype(str) + " " + nth).astype(object)
    own = row.where(frame["score"].notna(), None)
    return answered.where(answered.notna(), invited.where(invited.notna(), own))


def _pairs(
    frame: pd.DataFrame, calls: Calls, options: RankOptions
) -> tuple[pd.DataFrame, list[str]]:
    """One row per survey and call in its window, with the survey's one score on each."""
    pairs = pd.DataFrame(
        {
            "survey": _survey_ids(frame),
            "call": pd.Index(calls.frame["call_id"]).get_indexer(pd.Index(frame["call_id"])),
            "days": days_before(frame),
            "score": frame["score"],
            "mode": text(frame, "mode"),
        }
    )
    pairs = pairs[pairs["survey"].notna()].reset_index(drop=True)
    pairs["survey"], names = pd.factorize(pairs["survey"], sort=True)
    pairs["hash"] = pd.util.hash_array(np.asarray(names, dtype=object))[pairs["survey"]]
    untimed = int(pairs["days"].isna().sum())
    pairs["days"] = pairs["days"].fillna(0.0)
    pairs = pairs[pairs["days"].between(0.0, options.window_days)]
    pairs = pairs.drop_duplicates(["survey", "call"])
    pairs["weight"] = 0.5 ** (pairs["days"] / options.half_life_days)
    pairs["started"] = np.nan_to_num(calls.started_s[pairs["call"].to_numpy()])
    pairs = pairs.sort_values(["survey", "started", "days", "call"],
                              ascending=[True, True, False, True], kind="stable")  # fmt: skip
    by_survey = pairs.groupby("survey")["score"]
    torn = int((by_survey.nunique() > 1).sum())
    pairs["score"] = by_survey.transform("last")
    pairs["role"] = np.where(pairs["score"].notna(), ANSWERED, UNANSWERED)
    return pairs, _pair_warnings(untimed if untimed < len(frame) else 0, torn)


def _pair_warnings(untimed: int, torn: int) -> list[str]:
    warnings = []
    if untimed:
        warnings.append(
            f"days_before_survey: {untimed} rows do not say when the call was, so these calls "
            "count in full; fill the column."
        )
    if torn:
        warnings.append(
            f"score: {torn} surveys have different scores on different rows, so the score beside "
            "their last call counts; give each survey one score."
        )
    return warnings


def _sampled(pairs: pd.DataFrame) -> pd.DataFrame:
    """All answered surveys and a sample of the others, by hash of the id; and what each is for."""
    answered = pairs["role"] == ANSWERED
    others = pairs.loc[~answered, ["survey", "hash"]].drop_duplicates()
    most = UNANSWERED_PER_ANSWER * int(pairs.loc[answered, "survey"].nunique())
    kept = others.sort_values(["hash", "survey"])["survey"].iloc[:most]
    share = len(others) / max(len(kept), 1)
    chosen = pairs[answered | pairs["survey"].isin(kept)]
    return chosen.assign(share=np.where(chosen["role"] == ANSWERED, 1.0, share))


def _fresh(calls: Calls, pairs: pd.DataFrame) -> pd.DataFrame:
    """The calls of the last days without an answer, each as a survey of its own call."""
    answered = np.zeros(len(calls), dtype=bool)
    answered[pairs.loc[pairs["role"] == ANSWERED, "call"].to_numpy()] = True
    if not np.isfinite(calls.started_s).any():
        return pd.DataFrame({column: [] for column in pairs}).astype(pairs.dtypes.to_dict())
    latest = np.nanmax(calls.started_s)
    late = calls.started_s >= latest - FRESH_DAYS * 86400.0
    call = np.flatnonzero(late & ~answered)
    names = "call " + calls.frame["call_id"].iloc[call].astype(str)
    return pd.DataFrame(
        {"survey": names.to_numpy(object), "call": call, "score": np.nan, "mode": None,
         "weight": 1.0, "role": FRESH, "share": 0.0}
    )  # fmt: skip


def _surveys(pairs: pd.DataFrame, calls: Calls) -> Surveys:
    """Stack the pairs into surveys: roles in order, answered ones by segment."""
    last = pairs.groupby("survey", sort=True).tail(1)
    segment = calls.segment[last["call"].to_numpy()]
    last = last.assign(segment=segment).sort_values(["role", "segment", "survey"], kind="stable")
    row = pd.Index(last["survey"]).get_indexer(pd.Index(pairs["survey"]))
    weights = sparse.csr_array(
        (pairs["weight"].to_numpy(np.float64), (row, pairs["call"].to_numpy(np.int64))),
        shape=(len(last), len(calls)),
    )
    call = last["call"].to_numpy(np.int64)
    customer, _ = _codes(text(calls.frame, "customer_id"))
    return Surveys(
        role=last["role"].to_numpy(np.int64),
        score=last["score"].to_numpy(np.float64),
        segment=last["segment"].to_numpy(np.int64),
        agent=_heaviest(pairs, row, calls.agent, len(last)),
        customer=customer[call],
        mode=last["mode"].to_numpy(object),
        call=call,
        share=last["share"].to_numpy(np.float64),
        weights=weights,
    )


def _heaviest(pairs: pd.DataFrame, row: IntArray, agent: IntArray, count: int) -> IntArray:
    """The agent with the most weight in each survey; the first by name among equals."""
    heavy = pd.DataFrame(
        {"row": row, "agent": agent[pairs["call"].to_numpy()], "weight": pairs["weight"]}
    )
    known = heavy[heavy["agent"] >= 0]
    totals = known.groupby(["row", "agent"])["weight"].sum().reset_index()
    ranked = totals.sort_values(["row", "weight", "agent"], ascending=[True, False, True])
    best = ranked.drop_duplicates("row")
    found = np.full(count, -1, dtype=np.int64)
    found[best["row"].to_numpy()] = best["agent"].to_numpy()
    return found
