"""The call log: mapped columns, broken cells, times and their zones, ids as they come."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ContractError
from pipeline.ingest.call_log import read_call_log
from pipeline.ingest.calls import calls_table
from pipeline.ingest.reading import Rows, Source
from pipeline.ingest.workforce import with_workforce
from pipeline.tables import CALLS

AT = "2026-01-05T10:00:00Z"


def read(folder: Path, text: str, zone: str = "UTC", **columns: str) -> Rows:
    path = folder / "log.csv"
    path.write_text(text, encoding="utf-8")
    return read_call_log(Source(path, columns, zone))


def started(folder: Path, written: Sequence[str], zone: str = "Europe/Berlin") -> list[str]:
    """When calls started that one log lists with these times, in UTC."""
    rows = "".join(f"{number},{time}\n" for number, time in enumerate(written))
    frame = read(folder, f"call_id,started_at\n{rows}", zone).frame
    return [time.isoformat() for time in frame["started_at"]]


def test_types_days_and_hours(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "call_id,started_at,duration_s,transfers\nA,2026-01-05T23:30:00-02:00,61.5,2\n"
    )
    row = rows.frame.iloc[0]
    assert str(row["started_at"]) == "2026-01-06 01:30:00+00:00"
    assert (str(row["call_date"]), row["hour"]) == ("2026-01-06", 1)
    assert (row["duration_s"], row["transfers"], row["line"]) == (61.5, 2, 2)


def test_mapped_columns_and_those_not_used(tmp_path: Path) -> None:
    rows = read(tmp_path, f"Id,Begin,line\nA,{AT},5\n", call_id="Id", started_at="Begin")
    assert rows.frame["call_id"].tolist() == ["A"]
    assert rows.unused == ("'line'",)


def test_every_missing_or_unknown_column_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        read(tmp_path, "Id,Begin\nA,x\n", call_id="Nr", agent_id="Agent", colour="Id")
    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    for name in ("'Nr'", "'started_at'", "'Agent'", "'colour'"):
        assert name in told
    assert "it has: 'Id', 'Begin'" in told
    assert caught.value.exit_code == 4


def test_the_first_of_two_rows_with_one_id_counts(tmp_path: Path) -> None:
    rows = read(tmp_path, f"call_id,started_at,agent_id\nA,{AT},1\n A ,{AT},2\nB,bad,3\nB,{AT},4\n")
    assert rows.frame["agent_id"].tolist() == ["1", "4"]
    assert [(r.where, r.what) for r in rows.refusals] == [
        ("log.csv, line 4", "call log row"),
        ("log.csv, line 3", "call log row"),
    ]


def test_ids_stay_as_they_are_written(tmp_path: Path) -> None:
    ids = ["007", "=1+1", "@SUM(A1)", "../../etc/passwd", "C:\\x", "Ünï日本", "a'b", "x y", "1e5",
           "9" * 400]  # fmt: skip
    rows = read(tmp_path, "call_id,started_at\n" + "".join(f'"  {i} ",{AT}\n' for i in ids))
    assert rows.frame["call_id"].tolist() == ids


def test_a_row_without_its_id_is_left_out(tmp_path: Path) -> None:
    blanks = ["", "  ", "nan", "NaN", "None", "NaT"]
    rows = read(tmp_path, "call_id,started_at\n" + "".join(f"{id_},{AT}\n" for id_ in blanks))
    assert rows.frame.empty
    assert {r.why for r in rows.refusals} == {
        "call_id: got nothing, expected text; the row is left out"
    }
    assert len(rows.refusals) == len(blanks)


WRITTEN = {
    "2026-01-05T10:00:00Z": "2026-01-05T10:00:00+00:00",
    "2026-01-05t10:00:00z": "2026-01-05T10:00:00+00:00",
    "2026-01-05T10:00:00+05:30": "2026-01-05T04:30:00+00:00",
    "2026-01-05T10:00:00+0100": "2026-01-05T09:00:00+00:00",
    "2026-01-05T10:00:00-03": "2026-01-05T13:00:00+00:00",
    "2026-01-05 10:00": "2026-01-05T09:00:00+00:00",
    "2026-07-05 10:00:00.25": "2026-07-05T08:00:00.250000+00:00",
    "2026-01-05T10:00:00.123456789Z": "2026-01-05T10:00:00.123456+00:00",
    "2026-01-05": "2026-01-04T23:00:00+00:00",
    "20260105": "2026-01-04T23:00:00+00:00",
    "2026-03-29 01:59:59": "2026-03-29T00:59:59+00:00",
    "2026-03-29 03:00:00": "2026-03-29T01:00:00+00:00",
    "2026-10-25T02:30:00+02:00": "2026-10-25T00:30:00+00:00",
}

NO_TIMES = [
    "2026-03-29 02:30:00", "2026-10-25 02:30:00", "now", "today", "2026", "1767606000",
    "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00", "05.01.2026 10:00",
    "2026-02-30", "2026-01-05T25:00:00", "2026-01-05T10:00:60Z", "10:00", "inf", "1e400",
    "2026-01-05T10:00:00 Europe/Berlin", "soon",
]  # fmt: skip


def test_times_with_and_without_offset(tmp_path: Path) -> None:
    assert started(tmp_path, list(WRITTEN)) == list(WRITTEN.values())


def test_a_time_alone_in_its_file_is_read_as_among_others(tmp_path: Path) -> None:
    for written in ("2026-01-05T10:00:00-03", "2026-07-05 10:00:00.25", "2026-01-05"):
        assert started(tmp_path, [written]) == [WRITTEN[written]]
        assert started(tmp_path, [written, "bad"]) == [WRITTEN[written]]


def test_what_is_no_time_leaves_the_row_out(tmp_path: Path) -> None:
    """The first two do not exist, and exist twice, on the clocks of Berlin."""
    assert started(tmp_path, NO_TIMES) == []


def test_times_of_all_kinds_may_stand_in_one_file(tmp_path: Path) -> None:
    written = ["2026-01-05", AT, "2026-01-05T10:00:00+01:00", "2026-01-05T10:00:00-03", "bad", ""]
    text = "\n".join(
        ["call_id,started_at,agent_id", *(f"{i},{t},x" for i, t in enumerate(written))]
    )
    rows = read(tmp_path, text)
    assert rows.frame["call_id"].tolist() == ["0", "1", "2", "3"]
    assert [r.where for r in rows.refusals] == ["log.csv, line 6", "log.csv, line 7"]


def test_a_broken_number_is_unknown_and_its_row_stays(tmp_path: Path) -> None:
    cells = ["-1", "inf", "-inf", "1e400", "1e300", "99999999", "0x10", "1_000", "5 s", "00:05",
             "True", "٣"]  # fmt: skip
    text = "".join(f"{number};{AT};{cell};{cell}\n" for number, cell in enumerate(cells))
    rows = read(tmp_path, f"call_id;started_at;hold_s;transfers\n{text}Z;{AT};60;1.5\n")
    assert len(rows.frame) == len(cells) + 1
    assert rows.frame["hold_s"].dropna().tolist() == [60]
    assert rows.frame["transfers"].dropna().tolist() == [99999999]
    assert {r.what for r in rows.refusals} == {"call log cell"}
    holds = [r for r in rows.refusals if r.why.startswith("hold_s")]
    assert [r.where for r in holds] == [f"log.csv, line {n + 2}" for n in range(len(cells))]
    assert holds[0].why == (
        "hold_s: got '-1', expected a number from 0 to 86400; the cell is taken as unknown"
    )


def test_a_refusal_quotes_nothing_that_redaction_would_remove(tmp_path: Path) -> None:
    rows = read(tmp_path, f"call_id,started_at,wait_s\nA,{AT},call me on 0170 1234567\n")
    assert rows.refusals[0].why.startswith("wait_s: got 'call me on [phone]', expected a number")


def test_a_broken_time_is_quoted_as_it_is(tmp_path: Path) -> None:
    rows = read(tmp_path, "call_id,started_at\nA,2026-02-30 10:00\n")
    assert "got '2026-02-30 10:00', expected a time such as" in rows.refusals[0].why


def test_parquet_with_native_types_and_naive_times(tmp_path: Path) -> None:
    at = pd.Timestamp("2026-03-29 03:30")
    table = pa.table(
        {
            "call_id": pa.array([7, 8], pa.int64()),
            "started_at": pa.array([at, at - pd.Timedelta("1h")], pa.timestamp("ns")),
            "agent_id": pa.array([17.0, None]),
            "transfers": pa.array([1, None], pa.int32()),
        }
    )
    path = tmp_path / "log.parquet"
    pq.write_table(table, path)
    rows = read_call_log(Source(path, {}, "Europe/Berlin"))
    row = rows.frame.iloc[0]
    assert (row["call_id"], row["agent_id"], row["transfers"]) == ("7", "17", 1)
    assert row["started_at"] == pd.Timestamp("2026-03-29T01:30Z")
    assert [r.where for r in rows.refusals] == ["log.parquet, line 2"]


@pytest.mark.parametrize("rows", ["", f"A,{AT},\n", f"A,{AT},1e308\nB,{AT},3\n"])
def test_whatever_is_left_keeps_the_contract_of_calls(tmp_path: Path, rows: str) -> None:
    log = read(tmp_path, f"call_id,started_at,transfers\n{rows}").frame
    calls, _ = calls_table(with_workforce(log, None), {})
    assert CALLS.to_arrow(calls).num_rows == len(log)


def test_a_file_without_a_header_does_not_spill_its_first_row(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        read(tmp_path, f"C1,{AT},+44 7700 900123,jane@example.com\n")
    assert "900123" not in str(caught.value) and "jane" not in str(caught.value)


def test_what_agents_type_is_redacted(tmp_path: Path) -> None:
    rows = read(tmp_path, f"call_id,started_at,reason\nA,{AT},call 07700 900123 a@example.com\n")
    assert rows.frame["reason"].tolist() == ["call [phone] [email]"]


def test_first_level_is_yes_no_or_unknown(tmp_path: Path) -> None:
    cells = ["Yes", "y", "TRUE", "1", "1.0", "no", "N", "False", "0", "", "maybe", "2"]
    log = "".join(f"{number},{AT},{cell}\n" for number, cell in enumerate(cells))
    rows = read(tmp_path, "call_id,started_at,first_level\n" + log)
    assert rows.frame["first_level"].tolist() == [True] * 5 + [False] * 4 + [None] * 3
    assert [(r.where, r.what) for r in rows.refusals] == [
        ("log.csv, line 12", "call log cell"),
        ("log.csv, line 13", "call log cell"),
    ]
    assert "first_level: got 'maybe', expected yes or no" in rows.refusals[0].why
    calls, _ = calls_table(with_workforce(rows.frame, None), {})
    assert CALLS.to_arrow(calls).column("first_level").to_pylist().count(None) == 3
    assert set(read(tmp_path, f"call_id,started_at\nA,{AT}\n").frame["first_level"]) == {None}


def test_first_level_of_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    cells = [("A", AT, True), ("B", AT, False), ("C", AT, None)]
    names = ["call_id", "started_at", "first_level"]
    pq.write_table(pa.table(list(map(pa.array, zip(*cells, strict=True))), names), path)
    frame = read_call_log(Source(path, {}, "UTC")).frame
    assert frame["first_level"].tolist() == [True, False, None]
