"""Surveys: invitations and their answers, checked against their scale and against the calls."""

import pandas as pd

from pipeline.ingest.reading import Field, Rows, Source, read_rows
from pipeline.ingest.refusals import Refusal
from pipeline.nps import answer_class
from pipeline.privacy import redact_text

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

SHOWN = ["score", "scale", "call_id"]
SCALES = {"nps": ("0-10",), "csat": ("1-5", "1-10"), "ces": ("1-7",)}


def read_surveys(source: Source, calls: pd.DataFrame) -> Rows:
    """Invitations and answers. Refused: a score that is no whole number or outside its scale, an
    unknown kind or scale, an answer before its call, a row with neither customer nor call.

    A later answer under the same survey_id replaces the earlier. `calls` has call_id, customer_id
    and started_at. Raises ContractError when the file as a whole breaks its contract.
    """
    rows = read_rows(source, FIELDS, what="surveys")
    frame = _with_defaults(rows.frame)
    frame["score_number"] = pd.to_numeric(frame["score"], errors="coerce")
    frame = _with_call(frame, calls)
    why = _why_refused(frame)
    refusals = [
        Refusal("survey row", f"{source.path.name}, line {line}", reason)
        for line, reason in zip(frame.loc[why != "", "line"], why[why != ""], strict=True)
    ]
    kept = _latest_answers(frame[why == ""])
    return Rows(_surveys(kept), (*rows.refusals, *refusals), rows.unused)


def _with_defaults(frame: pd.DataFrame) -> pd.DataFrame:
    kind = frame["kind"].fillna("nps").astype(str).str.lower()
    first = kind.map({name: scales[0] for name, scales in SCALES.items()})
    scale = frame["scale"].fillna(first).astype(str).str.replace("–", "-", regex=False)
    return frame.assign(kind=kind, scale=scale)


def _with_call(frame: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """The surveyed call's start, and its customer where the survey names none."""
    known = calls.set_index("call_id")[["customer_id", "started_at"]]
    call = known.reindex(frame["call_id"])
    customer = frame["customer_id"].fillna(
        pd.Series(call["customer_id"].to_numpy(), index=frame.index)
    )
    return frame.assign(
        customer_id=customer,
        call_started_at=call["started_at"].to_numpy(),
        call_known=frame["call_id"].isin(known.index),
    )


def _why_refused(frame: pd.DataFrame) -> pd.Series:
    """The first thing that is wrong with each row, or an empty string."""
    why = pd.Series("", index=frame.index, dtype=object)
    ends = frame["scale"].str.extract(r"^(\d+)-(\d+)$").astype(float)
    number = frame["score_number"]
    given = frame["score"].notna()
    checks = [
        (~frame["kind"].isin(list(SCALES)), "kind: expected nps, csat or ces"),
        (ends.isna().any(axis=1), "scale: expected lowest-highest, such as 0-10"),
        (given & number.isna(), "score: got {score!r}, expected a whole number on {scale}"),
        (given & (number % 1 != 0), "score: got {score!r}, expected a whole number on {scale}"),
        (given & ((number < ends[0]) | (number > ends[1])),
         "score: got {score!r}, outside the scale {scale}"),
        (given & frame["answered_at"].isna() & frame["invited_at"].isna(),
         "answered_at: an answer needs a time"),
        (frame["call_id"].notna() & ~frame["call_known"] & frame["customer_id"].isna(),
         "call_id: {call_id!r} is not in the call log, and there is no customer_id"),
        (frame["call_id"].isna() & frame["customer_id"].isna(),
         "neither customer_id nor call_id is given"),
        (frame["call_started_at"].notna() & (frame["answered_at"] < frame["call_started_at"]),
         "answered_at: the answer is older than its call"),
    ]  # fmt: skip
    for broken, reason in checks:
        hit = broken.fillna(False).astype(bool) & (why == "")
        for index, score, scale, call_id in frame.loc[hit, SHOWN].itertuples():
            why.loc[index] = reason.format(score=score, scale=scale, call_id=call_id)
    return why


def _latest_answers(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per survey_id: the answer given last, else the last row of the file."""
    answered = frame["answered_at"].fillna(pd.Timestamp.min.tz_localize("UTC"))
    order = frame.assign(at=answered, has=frame["score_number"].notna())
    order = order.sort_values(["has", "at", "line"], kind="stable")
    return order.drop_duplicates("survey_id", keep="last").sort_values("survey_id")


def _surveys(frame: pd.DataFrame) -> pd.DataFrame:
    score = frame["score_number"]
    nps = frame["kind"].eq("nps") & score.notna()
    classes = score.where(nps).map(answer_class, na_action="ignore")
    answered = frame["answered_at"].fillna(frame["invited_at"]).where(score.notna())
    return pd.DataFrame(
        {
            "survey_id": frame["survey_id"],
            "customer_id": frame["customer_id"],
            "call_id": frame["call_id"],
            "invited_at": frame["invited_at"],
            "answered_at": answered,
            "kind": frame["kind"],
            "scale": frame["scale"],
            "mode": frame["mode"],
            "score": score,
            "class": classes,
            "comment": frame["comment"].map(redact_text, na_action="ignore"),
        }
    ).reset_index(drop=True)
