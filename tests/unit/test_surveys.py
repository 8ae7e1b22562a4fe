"""Surveys: scores on their scales, answers in their time, the later one under the same id."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.ingest.reading import Rows, Source
from pipeline.ingest.surveys import read_surveys
from pipeline.tables import SURVEYS
from tests.unit.made_rows import calls_frame

CALLS = calls_frame([("C1", "K1", "2026-01-05T10:00Z"), ("C2", None, "2026-01-05T11:00Z")])
AT = "2026-01-06T10:00:00Z"
HEAD = "survey_id,customer_id,call_id,answered_at,score"


def read(folder: Path, rows: str, head: str = HEAD) -> Rows:
    path = folder / "surveys.csv"
    path.write_text(f"{head}\n{rows}", encoding="utf-8")
    result = read_surveys(Source(path, {}), CALLS)
    SURVEYS.to_arrow(result.frame)  # whatever was read keeps the contract
    return result


def only_refusal(rows: Rows) -> str:
    assert rows.frame.empty
    assert [r.where for r in rows.refusals] == ["surveys.csv, line 2"]
    return rows.refusals[0].why


@pytest.mark.parametrize(
    ("score", "value", "answer_class"),
    [("10", 10, "promoter"), ("9.0", 9, "promoter"), (" 7 ", 7, "passive"), ("0", 0, "detractor")],
)
def test_an_answer(tmp_path: Path, score: str, value: int, answer_class: str) -> None:
    row = read(tmp_path, f"S1,K1,,{AT},{score}\n").frame.iloc[0]
    assert (row["score"], row["class"], row["kind"], row["scale"]) == (
        value, answer_class, "nps", "0-10",
    )  # fmt: skip


@pytest.mark.parametrize("score", ["11", "-1"])
def test_a_score_outside_its_scale_is_refused(tmp_path: Path, score: str) -> None:
    why = only_refusal(read(tmp_path, f"S1,K1,,{AT},{score}\n"))
    assert why == f"score: got '{score}', outside the scale 0-10"


def test_a_score_that_is_no_whole_number_is_refused(tmp_path: Path) -> None:
    scores = ["ten", "9.5", "10 - great", "inf", "1e400", "-inf", "１０", "{x}", "True", "9,0"]
    rows = read(tmp_path, "".join(f'S{i},K1,,{AT},"{s}"\n' for i, s in enumerate(scores)))
    assert rows.frame.empty
    assert [r.why for r in rows.refusals] == [
        f"score: got {score!r}, expected a whole number on 0-10" for score in scores
    ]


def test_a_refused_score_quotes_no_secret(tmp_path: Path) -> None:
    why = only_refusal(read(tmp_path, f"S1,K1,,{AT},call 0170 1234567\n"))
    assert "1234567" not in why
    assert "[phone]" in why


@pytest.mark.parametrize("score", ["", "nan"])
def test_an_invitation_without_answer_has_no_time_of_answer(tmp_path: Path, score: str) -> None:
    rows = read(tmp_path, f"S1,K1,,{AT},{score}\n")
    assert not rows.refusals
    assert rows.frame[["score", "class", "answered_at"]].isna().all(axis=None)


def test_a_later_answer_replaces_the_earlier_wherever_it_stands(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        f"S1,K1,,2026-01-08T00:00Z,3\nS1,K1,,{AT},9\nS1,K1,,2026-01-09T00:00Z,11\n"
        "S1,K1,,2026-01-10T00:00Z,\n",
    )
    assert rows.frame[["survey_id", "score"]].to_dict("list") == {
        "survey_id": ["S1"],
        "score": [3.0],
    }
    assert [r.where for r in rows.refusals] == ["surveys.csv, line 4"]


def test_of_two_answers_at_one_time_the_last_row_counts(tmp_path: Path) -> None:
    assert read(tmp_path, f"S1,K1,,{AT},3\nS1,K1,,{AT},9\n").frame["score"].tolist() == [9]


@pytest.mark.parametrize("head", [HEAD, HEAD.replace("answered", "invited")])
def test_an_answer_before_its_call_is_refused(tmp_path: Path, head: str) -> None:
    why = only_refusal(read(tmp_path, "S1,K1,C1,2026-01-04T00:00:00Z,3\n", head))
    assert why == "answered_at: the answer is older than its call"


def test_an_answer_without_any_time_is_refused(tmp_path: Path) -> None:
    why = only_refusal(read(tmp_path, "S1,K1,,,3\n"))
    assert why == "answered_at: an answer needs a time"


def test_neither_customer_nor_call_is_refused(tmp_path: Path) -> None:
    why = only_refusal(read(tmp_path, f"S1,,,{AT},3\n"))
    assert why == "neither customer_id nor call_id is given"


def test_an_unknown_call_is_refused_unless_the_customer_is_known(tmp_path: Path) -> None:
    assert "'C9' is not in the call log" in only_refusal(read(tmp_path, f"S1,,C9,{AT},3\n"))
    assert read(tmp_path, f"S1,K1,C9,{AT},3\n").frame["call_id"].tolist() == ["C9"]


def test_the_customer_comes_from_the_call_where_the_survey_has_none(tmp_path: Path) -> None:
    frame = read(tmp_path, f"S1,,C1,{AT},3\nS2,K7,C1,{AT},3\nS3,,C2,{AT},3\n").frame
    assert frame["customer_id"].where(frame["customer_id"].notna(), None).tolist() == [
        "K1", "K7", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "scale", "why"),
    [
        ("happy", "", "kind: got 'happy', expected nps, csat or ces"),
        ("nps", "0-20", "scale: got '0-20', expected one of 0-10 for nps"),
        ("nps", "1-5", "scale: got '1-5', expected one of 0-10 for nps"),
        ("csat", "5-1", "scale: got '5-1', expected one of 1-5, 1-7, 1-10, 0-10 for csat"),
        ("ces", "low-high", "scale: got 'low-high', expected one of 1-7, 1-5 for ces"),
    ],
)
def test_an_unknown_kind_or_scale_is_refused(
    tmp_path: Path, kind: str, scale: str, why: str
) -> None:
    head = f"{HEAD},kind,scale"
    assert only_refusal(read(tmp_path, f"S1,K1,,{AT},50,{kind},{scale}\n", head)) == why


def test_kinds_and_scales_in_other_writing(tmp_path: Path) -> None:
    rows = read(tmp_path, f"S1,K1,,{AT},3,CSAT,\nS2,K1,,{AT},3,Nps,0 – 10\n", f"{HEAD},kind,scale")
    assert rows.frame[["kind", "scale"]].to_numpy().tolist() == [["csat", "1-5"], ["nps", "0-10"]]
    assert rows.frame["class"].where(rows.frame["class"].notna(), None).tolist() == [
        None, "detractor",
    ]  # fmt: skip


def test_comments_are_redacted(tmp_path: Path) -> None:
    rows = read(tmp_path, f'S1,K1,{AT},9,"card 4111 1111 1111 1111"\n',
                "survey_id,customer_id,answered_at,score,comment")  # fmt: skip
    assert rows.frame["comment"].tolist() == ["card [card]"]


def test_the_fewest_columns_and_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "", "survey_id,customer_id,score").frame.empty
    assert len(read(tmp_path, "S1,K1,2026-01-06\n", "survey_id,customer_id,invited_at").frame) == 1


def test_no_call_is_known(tmp_path: Path) -> None:
    path = tmp_path / "surveys.csv"
    path.write_text(f"{HEAD}\nS1,K1,,{AT},9\n", encoding="utf-8")
    frame = read_surveys(Source(path, {}), CALLS.iloc[:0]).frame
    assert frame["score"].tolist() == [9]
    assert isinstance(frame["answered_at"].dtype, pd.DatetimeTZDtype)
