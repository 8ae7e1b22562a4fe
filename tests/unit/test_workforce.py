"""Workforce: the team, site and tenure that an agent had on the day of the call."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.ingest.reading import Source
from pipeline.ingest.workforce import read_workforce, with_workforce
from tests.unit.made_rows import calls_frame

HEAD = "agent_id,valid_from,team,site,started_on\n"


def calls(*agents: str | None) -> pd.DataFrame:
    frame = calls_frame([(f"C{i}", "K", "2026-01-05T10:00Z") for i in range(len(agents))])
    frame = frame.drop(columns=["team", "site", "tenure_days"])
    return frame.assign(agent_id=pd.Series(agents, dtype=object))


def workforce(folder: Path, rows: str) -> pd.DataFrame:
    path = folder / "workforce.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read_workforce(Source(path, {})).frame


def test_the_latest_row_before_the_call_counts(tmp_path: Path) -> None:
    table = workforce(
        tmp_path,
        "A,2026-01-05T10:00:01Z,later,,\nA,2026-01-05T10:00:00Z,now,N,2025-12-26T10:00:00Z\n"
        "A,2025-01-01,old,,\n",
    )
    row = with_workforce(calls("A"), table).iloc[0]
    assert (row["team"], row["site"], row["tenure_days"]) == ("now", "N", 10.0)


def test_unknown_agents_and_calls_without_one_are_null(tmp_path: Path) -> None:
    table = workforce(tmp_path, "A,2026-02-01,T,,\n")
    for agents in (("A", "B", None), (None, None)):
        result = with_workforce(calls(*agents), table)
        assert result["call_id"].tolist() == [f"C{i}" for i in range(len(agents))]
        assert result[["team", "site", "tenure_days"]].isna().all(axis=None)


def test_nobody_has_been_there_for_less_than_nothing(tmp_path: Path) -> None:
    table = workforce(tmp_path, "A,2026-01-01,T,,2027-01-01\n")
    assert with_workforce(calls("A"), table)["tenure_days"].isna().all()


def test_without_workforce_or_calls() -> None:
    assert with_workforce(calls("A"), None)["team"].isna().all()
    assert with_workforce(calls(), None).empty


def test_rows_without_agent_or_day_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "workforce.csv"
    path.write_text(HEAD + ",2026-01-01,T,,\nA,whenever,T,,\nA,2026-01-01,T,,\n", encoding="utf-8")
    rows = read_workforce(Source(path, {}))
    assert len(rows.frame) == 1
    assert [r.where for r in rows.refusals] == ["workforce.csv, line 2", "workforce.csv, line 3"]


def test_a_table_without_agents_is_none(tmp_path: Path) -> None:
    path = tmp_path / "workforce.csv"
    path.write_text("team\nT\n", encoding="utf-8")
    with pytest.raises(ContractError, match="agent_id"):
        read_workforce(Source(path, {}))
