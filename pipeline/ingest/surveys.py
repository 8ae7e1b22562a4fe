"""Surveys: invitations and their answers, checked against their scale and against the calls."""

import pandas as pd

from pipeline.ingest.reading import Field, Rows, Source, read_rows
from pipeline.ingest.refusals import Refusal, quoted
from pipeline.nps import answer_class
from pipeline.privacy.gate import Gate
from pipeline.privacy.redaction import redact_text

FIELDS = (
    Field("survey_id", required=True),
    Field("customer_id"),
    Field("call_id"),
    Field("invited_at", kind="time"),
    Field("answered_at", kind="time"),
    Field("kind"),
    Field("scale"),
    Field("mode"),
    Field("score"),
    Field("comment"),
)

SHOWN = ["kind", "scale", "score", "call_id"]
SCALES = {"nps": ("0-10",), "csat": ("1-5", "1-7", "1-10", "0-10"), "ces": ("1-7", "1-5")}
"""Each kind's scales; the first one is meant where a survey names none."""


def read_surveys(source: Source, calls: pd.DataFrame, gate: Gate | None = None) -> Rows:
    """Invitations and answers. Refused: a score that is no whole number or outside its scale, an
    unknown kind or scale, an answer before its call, a row with neither customer nor call.

    A later answer under the same survey_id replaces the earlier. `calls` has call_id, customer_id
    and started_at, as they come out of the gate. Raises ContractError when the file as a whole
    breaks its contract.
    """
    rows = read_rows(source, FIELDS, what="surveys")
    frame = _with_defaults(rows.frame if gate is None else gate.rows(rows.frame))
    frame = _with_call(frame, calls)
    why = _why_refused(frame)
    refusals = [
        Refusal("surveys row", f"{source.path.name}, line {line}", reason)
        for line, reason in zip(frame.loc[why != "", "line"], why[why != ""], strict=True)
    ]
    kept = _latest_answers(frame[why == ""])
    return Rows(_surveys(kept), (*rows.refusals, *refusals), rows.unused)


def told_at(surveys: pd.DataFrame) -> pd.Series:
    """When each was answered, or else when the customer was asked; null where neither is known."""
    return surveys["answered_at"].fillna(surveys["invited_at"])


def _with_defaults(frame: pd.DataFrame) -> pd.DataFrame:
    kind = frame["kind"].fillna("nps").astype(str).str.lower()
    first = kind.map({name: scales[0] for name, scales in SCALES.items()})
    scale = frame["scale"].fillna(first).astype(str).str.replace("–", "-").str.replace(" ", "")
    number = pd.to_numeric(frame["score"], errors="coerce").astype("float64")
    answered = frame["answered_at"].fillna(frame["invited_at"]).where(frame["score"].notna())
    return frame.assign(kind=kind, scale=scale, score_number=number, answered_at=answered)


def _with_call(frame: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """The surveyed call's start, and its customer where the survey names none."""
    known = calls.set_index("call_id")[["customer_id", "started_at"]]
    # reindex, not a merge or to_numpy(): it keeps times as times where no call is known
    call = known.reindex(frame["call_id"]).set_axis(frame.index)
    return frame.assign(
        customer_id=frame["customer_id"].fillna(call["customer_id"]),
        call_started_at=call["started_at"],
        call_known=frame["call_id"].isin(known.index),
    )


def _why_refused(frame: pd.DataFrame) -> pd.Series:
    """The first thing that is wrong with each row, or an empty string."""
    why = pd.Series("", index=frame.index, dtype=object)
    number = frame["score_number"]
    given = frame["score"].notna()
    ends = frame["scale"].str.extract(r"^(\d{1,3})-(\d{1,3})$").astype(float)
    fits = pd.Series(False, index=frame.index)
    for kind, scales in SCALES.items():
        fits |= (frame["kind"] == kind) & frame["scale"].isin(scales)
    checks = [
        (~frame["kind"].isin(list(SCALES)), "kind: got {got_kind}, expected nps, csat or ces"),
        (~fits, "scale: got {got_scale}, expected one of {scales} for {kind}"),
        (given & (number.isna() | (number % 1 != 0)),
         "score: got {got_score}, expected a whole number on {scale}"),
        (given & ((number < ends[0]) | (number > ends[1])),
         "score: got {got_score}, outside the scale {scale}"),
        (given & frame["answered_at"].isna(), "answered_at: an answer needs a time"),
        (frame["call_id"].notna() & ~frame["call_known"] & frame["customer_id"].isna(),
         "call_id: {call_id!r} is not in the call log, and there is no customer_id"),
        (frame["call_id"].isna() & frame["customer_id"].isna(),
         "neither customer_id nor call_id is given"),
        (frame["call_started_at"].notna() & (frame["answered_at"] < frame["call_started_at"]),
         "answered_at: the answer is older than its call"),
    ]  # fmt: skip
    for broken, reason in checks:
        hit = broken.fillna(False).astype(bool) & (why == "")
        for index, kind, scale, score, call_id in frame.loc[hit, SHOWN].itertuples():
            why.loc[index] = reason.format(
                kind=kind, scale=scale, call_id=call_id, got_kind=quoted(kind),
                got_scale=quoted(scale), got_score=quoted(score),
                scales=", ".join(SCALES.get(str(kind), ())),
            )  # fmt: skip
    return why


def _latest_answers(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per survey_id: the answer given last, else the last row of the file."""
    order = frame.assign(has=frame["score_number"].notna())
    order = order.sort_values(["has", "answered_at", "line"], kind="stable")
    return order.drop_duplicates("survey_id", keep="last").sort_values("survey_id")


def _surveys(frame: pd.DataFrame) -> pd.DataFrame:
    named = ["survey_id", "customer_id", "call_id", "invited_at", "answered_at", "kind", "scale"]
    classes = [
        answer_class(score) if kind == "nps" and pd.notna(score) else None
        for kind, score in zip(frame["kind"], frame["score_number"], strict=True)
    ]
    result = frame[[*named, "mode"]].assign(score=frame["score_number"])
    result["class"] = pd.Series(classes, index=frame.index, dtype=object)
    result["comment"] = frame["comment"].map(redact_text, na_action="ignore").astype(object)
    return result.reset_index(drop=True)
