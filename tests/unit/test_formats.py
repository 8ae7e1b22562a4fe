"""Files as text: every format, every broken row, and the line that a refusal names."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ContractError
from pipeline.ingest.formats import TextRows, read_text_rows


def read(folder: Path, content: str | bytes, ending: str = ".csv") -> TextRows:
    path = folder / f"file{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text_rows(path, "call log")


def read_parquet(folder: Path, table: pa.Table) -> pd.DataFrame:
    path = folder / "file.parquet"
    pq.write_table(table, path)
    return read_text_rows(path, "call log").frame


def refused(rows: TextRows) -> list[tuple[str, str]]:
    return [(r.where.rsplit(" ", 1)[-1], r.why) for r in rows.refusals]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_any_delimiter_and_line_end(tmp_path: Path, mark: str, end: str) -> None:
    rows = read(tmp_path, end.join([f"a{mark}b", f"1{mark}x", f"2{mark}", ""]))
    assert rows.frame.to_dict("list") == {"a": ["1", "2"], "b": ["x", ""]}
    assert list(rows.lines) == [2, 3]


def test_the_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert list(read(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n").frame) == ["a", "b"]


def test_names_may_be_quoted_spaced_or_hold_a_delimiter(tmp_path: Path) -> None:
    assert list(read(tmp_path, '"a", b ,"c,d"\n1,2,3\n').frame) == ["a", "b", "c,d"]


def test_columns_without_a_name_are_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,,\n1,2,,\n").frame.to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_lines_count_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n1,"x\ny"\n\n2,x\n,\n3\n4,x\n')
    assert list(rows.lines) == [2, 5, 8]
    assert refused(rows) == [("7", "1 cells, expected 2 as in the header")]
    assert rows.frame["b"][0] == "x\ny"


def test_rows_of_another_width_are_refused_by_their_line(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b\n1\n2,x\n3,x,y\n4,x\n")
    assert list(rows.lines) == [3, 5]
    assert [line for line, _ in refused(rows)] == ["2", "4"]


@pytest.mark.parametrize("broken", ['1,"x', '"1,x', '1,"x" y', "1," + "x" * 200_000])
def test_a_quote_left_open_costs_its_own_line_only(tmp_path: Path, broken: str) -> None:
    rows = read(tmp_path, f'a,b\n0,x\n{broken}\n2,x\n3,"x"\n')
    assert rows.frame["a"].tolist() == ["0", "2", "3"]
    assert list(rows.lines) == [2, 4, 5]
    assert refused(rows)[0][0] == "3"
    assert refused(rows)[0][1].startswith("not CSV (")


def test_a_quote_inside_a_cell_is_a_quote(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n1,5" x\n').frame["b"].tolist() == ['5" x']


@pytest.mark.parametrize("header", ["a,b\n", "a,b"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, header: str) -> None:
    rows = read(tmp_path, header)
    assert (list(rows.frame), len(rows.frame), rows.refusals) == (["a", "b"], 0, [])


@pytest.mark.parametrize(
    ("content", "ending", "why"),
    [
        ("", ".csv", "is empty"),
        ("\n \n", ".csv", "no header line"),
        (bytes(2000), ".csv", "no header line"),
        (bytes(range(256)) * 9, ".csv", "cannot be read as a table"),
        ("a,caf\u00e9\n1,2\n".encode("latin-1"), ".csv", "cannot be read as a table"),
        (b"a,b\n1," + "\u00e9".encode("latin-1") + b"\n", ".csv", "cannot be read as a table"),
        ("a,b\n1,2\n".encode("utf-16"), ".csv", "cannot be read as a table"),
        ("a,b,a\n1,2,3\n", ".csv", "has the column 'a' twice"),
        ('"a,b\n', ".csv", "the header of file.csv is not CSV"),
        (b"PAR1" + b"x" * 90 + b"PAR1", ".parquet", "cannot be read as a table"),
        ("a,b\n1,2\n", ".PARQUET", "cannot be read as a table"),
        ("x\n[1]\n", ".jsonl", "no line of file.jsonl is a JSON object"),
        ("\n\n", ".jsonl", "no line of file.jsonl is a JSON object"),
        ('{"a":"\u00e9"}'.encode("latin-1"), ".ndjson", "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_table(
    tmp_path: Path, content: str | bytes, ending: str, why: str
) -> None:
    with pytest.raises(ContractError, match=why):
        read(tmp_path, content, ending)


def test_no_file_and_a_folder_for_a_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(ContractError, match="there is no file"):
            read_text_rows(path, "surveys")


def test_a_name_too_long_for_any_file(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="cannot be read"):
        read_text_rows(tmp_path / ("x" * 5000), "surveys")


def test_json_lines_refuse_by_line_and_go_on(tmp_path: Path) -> None:
    lines = ['{"a": 7, "b": null}', "x", "[1]", '"s"', "5", "null", "", "[" * 100_000,
             '{"a": ' + "9" * 5000 + "}", '{"a": "\\ud800"}',
             '{"b": 1.5, "c": {"d": [1]}, "a": true}']  # fmt: skip
    rows = read(tmp_path, "\r\n".join(lines), ".jsonl")
    assert list(rows.lines) == [1, 11]
    assert [line for line, _ in refused(rows)] == ["2", "3", "4", "5", "6", "8", "9", "10"]
    assert rows.frame.astype(object).where(rows.frame.notna(), None).to_dict("records") == [
        {"a": "7", "b": None, "c": None},
        {"a": "true", "b": "1.5", "c": '{"d": [1]}'},
    ]


def test_json_text_may_hold_what_looks_like_a_line_end(tmp_path: Path) -> None:
    rows = read(tmp_path, b"\xef\xbb\xbf" + '{"a": "x\u2028y"}\n{"a": "z"}'.encode(), ".jsonl")
    assert rows.frame["a"].tolist() == ["x\u2028y", "z"]


def test_parquet_types_are_written_as_a_csv_would_hold_them(tmp_path: Path) -> None:
    at = pd.Timestamp("2026-01-05 10:00:00.5")
    table = pa.table(
        {
            "whole": pa.array([17, None], pa.int64()),
            "id_with_gaps": pa.array([12345678901.0, None]),
            "share": pa.array([0.5, 1.0]),
            "naive": pa.array([at, None], pa.timestamp("us")),
            "zoned": pa.array([at.tz_localize("Europe/Berlin"), None],
                              pa.timestamp("ms", "Europe/Berlin")),
            "day": pa.array([at.date(), None]),
            "took": pa.array([pd.Timedelta("90s"), None], pa.duration("us")),
            "kind": pa.array(["x", None]).dictionary_encode(),
            "nested": pa.array([[1], None]),
            "bytes": pa.array([b"\xff", None]),
        }
    )  # fmt: skip
    frame = read_parquet(tmp_path, table)
    assert frame.iloc[1].drop("share").isna().all()
    assert frame.iloc[0].to_dict() == {
        "whole": "17", "id_with_gaps": "12345678901", "share": "0.5",
        "naive": "2026-01-05 10:00:00.500000", "zoned": "2026-01-05 10:00:00.500+0100",
        "day": "2026-01-05", "took": "90", "kind": "x", "nested": "[1]", "bytes": "b'\\xff'",
    }  # fmt: skip


def test_parquet_with_a_column_twice(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["x"])] * 2, names=["a", "a"])
    with pytest.raises(ContractError, match="has the column 'a' twice"):
        read_parquet(tmp_path, table)


def test_a_column_called_line_is_a_column(tmp_path: Path) -> None:
    assert read(tmp_path, "line,b\n7,x\n").frame["line"].tolist() == ["7"]
    assert read(tmp_path, '{"line": 7}', ".jsonl").frame["line"].tolist() == ["7"]
    assert read_parquet(tmp_path, pa.table({"line": [7]}))["line"].tolist() == ["7"]


def test_many_rows_keep_their_lines_over_chunks(tmp_path: Path) -> None:
    rows = [f"{i},x" if i != 66_000 else "bad" for i in range(70_000)]
    got = read(tmp_path, "\n".join(["a,b", *rows, "last,"]))
    assert (len(got.frame), got.lines[-1]) == (70_000, 70_002)
    assert refused(got)[0][0] == "66002"
