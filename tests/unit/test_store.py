"""The store: whole calls are replaced, ids may be anything, a broken table is said so."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from pipeline.contracts import Table
from pipeline.errors import ContractError, StoreError
from pipeline.store import Purged, Store
from pipeline.tables import CALLS, QUARANTINE, SURVEYS, TURNS
from tests.unit.made_rows import calls_frame

DAY = date(2026, 1, 5)
NASTY = ["a'b", 'a"b', "a\\b", "a\nb", "=1+1", "' OR 1=1 --", "日本", "a%b", "../x", " x", "a,b",
         "\0z", "x" * 3000]  # fmt: skip


def calls(*ids: str, at: str = "2026-01-05T10:00Z") -> pd.DataFrame:
    return calls_frame([(call_id, None, at) for call_id in ids])


def keys(frame: pd.DataFrame) -> list[tuple[str, date]]:
    return list(zip(frame["call_id"], frame["call_date"], strict=True))


def test_a_table_that_is_not_there_is_empty(tmp_path: Path) -> None:
    store = Store(tmp_path / "no" / "store")
    assert store.read(CALLS).columns.tolist() == CALLS.names
    assert store.read(CALLS, columns=["call_id"], call_ids=["x"]).empty
    assert (store.version(CALLS), store.fingerprint(CALLS)) == (None, None)


def test_rows_come_back_sorted_in_the_contracts_order(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("b", "a").iloc[:, ::-1])
    store.append(CALLS, calls("0"))
    read = store.read(CALLS)
    assert read.columns.tolist() == CALLS.names
    assert read["call_id"].tolist() == ["0", "a", "b"]
    CALLS.check(read)


def test_nothing_to_append_writes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls())
    assert store.version(CALLS) is None


def test_ids_of_any_kind_are_replaced_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls(*NASTY))
    for call_id in NASTY[:6]:
        row = store.read(CALLS, call_ids=[call_id]).assign(team="T")
        assert row["call_id"].tolist() == [call_id]
        store.replace_calls(CALLS, row, keys(row))
    read = store.read(CALLS).set_index("call_id")["team"]
    assert sorted(read.index) == sorted(NASTY)
    assert sorted(read.dropna().index) == sorted(NASTY[:6])


def test_a_batch_done_again_leaves_the_same_rows(tmp_path: Path) -> None:
    store = Store(tmp_path)
    batch = calls("a", "b")
    store.replace_calls(CALLS, batch, keys(batch))
    once = store.read(CALLS)
    store.replace_calls(CALLS, batch, keys(batch))
    pd.testing.assert_frame_equal(once, store.read(CALLS))


def test_a_call_without_rows_any_more_loses_its_old_ones(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a", "b"))
    store.replace_calls(CALLS, calls(), [("a", DAY)])
    assert store.read(CALLS)["call_id"].tolist() == ["b"]


def test_a_call_that_moved_to_another_day_stands_there_only(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a", "b"))
    moved = calls("a", at="2026-02-01T00:00Z")
    store.replace_calls(CALLS, moved, keys(moved))
    read = store.read(CALLS)
    assert keys(read) == [("a", date(2026, 2, 1)), ("b", DAY)]
    assert store.read(CALLS, dates=[DAY])["call_id"].tolist() == ["b"]
    assert store.read(CALLS, dates=[DAY], call_ids=["a"]).empty


def test_a_table_knows_what_it_was_made_from(tmp_path: Path) -> None:
    store = Store(tmp_path)
    empty = QUARANTINE.schema.empty_table().to_pandas()
    store.overwrite(QUARANTINE, empty, "first")
    store.overwrite(QUARANTINE, empty, "second")
    assert (store.fingerprint(QUARANTINE), store.version(QUARANTINE)) == ("second", 1)
    store.append(CALLS, calls("a"))
    assert store.fingerprint(CALLS) is None


@pytest.mark.parametrize("table", [CALLS, TURNS, SURVEYS], ids=lambda table: f"{table.name}")
def test_rows_that_break_the_contract_are_not_written(tmp_path: Path, table: Table) -> None:
    store = Store(tmp_path)
    with pytest.raises(ContractError):
        store.append(table, pd.DataFrame({"call_id": ["a"]}))
    assert store.version(table) is None


def test_two_runs_at_once_are_refused_and_one_after_the_other_is_not(tmp_path: Path) -> None:
    with (
        Store(tmp_path).locked(),
        pytest.raises(StoreError, match="Another run holds") as caught,
        Store(tmp_path).locked(),
    ):
        pass
    assert caught.value.exit_code == 7
    with Store(tmp_path).locked():
        pass


@pytest.mark.parametrize("root", ["file", "file/below"])
def test_a_store_that_cannot_be_a_folder(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be opened"), Store(tmp_path / root).locked():
        pass


def test_a_broken_log_of_the_table_is_one_clear_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a"))
    log = next((store.path(CALLS) / "_delta_log").glob("*.json"))
    log.write_text("garbage", encoding="utf-8")
    for look in (store.version, store.read, store.fingerprint):
        with pytest.raises(StoreError, match=r"Table CALLS in .* cannot be read") as caught:
            look(CALLS)
        assert len(str(caught.value).splitlines()) == 2


def test_a_lost_file_of_the_table_is_one_clear_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a"))
    for path in store.path(CALLS).rglob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreError, match=r"Table CALLS in .* cannot be read"):
        store.read(CALLS)


def everything(root: Path) -> bytes:
    """All files below, with Delta's checkpoints and tables decoded."""
    parts = []
    for path in sorted(root.rglob("*")):
        if path.suffix == ".parquet":
            parts.append(str(pq.ParquetFile(path).read().to_pylist()).encode())
        elif path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)


def surveys(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    fixed = {"kind": "nps", "scale": "0-10", "invited_at": pd.NaT, "answered_at": pd.NaT}
    return pd.DataFrame(
        [{"survey_id": s, "customer_id": u, "call_id": c, **fixed} for s, u, c in rows],
        columns=SURVEYS.names,
    )


def test_rows_are_removed_by_any_of_their_ids(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = surveys(("s1", "u1", None), ("s2", None, "c1"), ("s3", None, None), ("s4", "u2", "c2"))
    store.overwrite(SURVEYS, rows, "made from this")
    named = {"customer_id": ["u1"], "call_id": ["c1", "c9"], "no_such_column": ["s3"]}
    assert store.remove(SURVEYS, named) == 2
    assert store.read(SURVEYS)["survey_id"].tolist() == ["s3", "s4"]
    assert store.fingerprint(SURVEYS) == "made from this"
    assert store.remove(SURVEYS, named) == 0


@pytest.mark.parametrize("call_id", NASTY)
def test_a_row_with_any_id_is_removed_alone(tmp_path: Path, call_id: str) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls(*NASTY))
    assert store.remove(CALLS, {"call_id": [call_id]}) == 1
    assert set(store.read(CALLS)["call_id"]) == set(NASTY) - {call_id}


def test_rows_are_removed_by_day(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a", "b"))
    store.append(CALLS, calls("c", at="2026-02-01T00:00Z"))
    assert store.remove(CALLS, {"call_date": ["2026-01-05"]}) == 2
    assert store.read(CALLS)["call_id"].tolist() == ["c"]


def test_what_stands_beside_a_removed_row_is_found_and_replaced_as_before(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = calls("a", "b", "c")
    store.append(CALLS, rows.assign(reason=rows["call_id"].map({"a": "x", "c": "y"})))
    store.remove(CALLS, {"call_id": ["b"], "customer_id": ["nobody"]})
    store.purge(CALLS)
    assert store.read(CALLS, named={"reason": ["x"], "customer_id": ["u"]})["call_id"].item() == "a"
    assert store.count(CALLS) == 2 and store.count(CALLS, named={"reason": ["z"]}) == 0
    row = store.read(CALLS, call_ids=["a"]).assign(team="red")
    store.replace_calls(CALLS, row, keys(row))
    assert store.read(CALLS, call_ids=["a", "c"])["team"].fillna("").tolist() == ["red", ""]
    assert store.remove(CALLS, {"call_id": ["a"]}) == 1


def test_nothing_is_removed_from_a_table_that_is_not_there(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.remove(CALLS, {"call_id": ["a"]}) == 0
    assert (store.count(CALLS), store.purge(CALLS)) == (0, Purged())
    assert store.dropped(CALLS, ["call_id"], {"call_id": ["a"]}).columns.tolist() == ["call_id"]
    assert not any(tmp_path.iterdir())


def test_after_a_purge_no_file_holds_what_was_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("LEFT1", "GONE1", "LEFT2"))
    store.append(CALLS, calls("GONE2", at="2026-02-01T00:00Z"))
    changed = store.read(CALLS, call_ids=["GONE1", "LEFT1"]).assign(team="blue")
    store.replace_calls(CALLS, changed, keys(changed))
    left = store.read(CALLS, call_ids=["LEFT1", "LEFT2"])
    store.remove(CALLS, {"call_id": ["GONE1", "GONE2"]})
    assert b"GONE1" in everything(tmp_path) and b"GONE2" in everything(tmp_path)
    version = store.version(CALLS)
    assert store.purge(CALLS) == Purged(versions=3, files=3)
    assert b"GONE" not in everything(tmp_path)
    assert store.version(CALLS) == version, "nothing is made anew for a purge"
    pd.testing.assert_frame_equal(store.read(CALLS), left)
    assert not (store.path(CALLS) / "call_date=2026-02-01").exists()


def test_a_purged_table_is_written_on(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in "abc":
        store.append(CALLS, calls(name))
    store.remove(CALLS, {"call_id": ["b"]})
    store.purge(CALLS)
    store.append(CALLS, calls("d"))
    row = store.read(CALLS, call_ids=["a"]).assign(team="red")
    store.replace_calls(CALLS, row, keys(row))
    assert store.read(CALLS)["call_id"].tolist() == ["a", "c", "d"]
    assert store.purge(CALLS).versions == 2
    assert store.purge(CALLS) == Purged(), "a second purge finds nothing to drop"
    assert store.read(CALLS, call_ids=["a"])["team"].tolist() == ["red"]


def test_a_purge_keeps_what_a_table_was_made_from(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.overwrite(SURVEYS, surveys(("s1", "u1", None), ("s2", "u2", None)), "first")
    store.overwrite(SURVEYS, surveys(("s1", "u1", None), ("s2", "u2", None)), "second")
    store.remove(SURVEYS, {"survey_id": ["s1"]})
    store.purge(SURVEYS)
    assert store.fingerprint(SURVEYS) == "second"
    assert b"s1" not in everything(tmp_path)


def test_a_purge_drops_what_a_killed_write_has_left(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a"))
    left = store.path(CALLS) / "call_date=2026-01-05" / "part-unknown.parquet"
    left.write_bytes(b"PAR1 cut off")
    assert store.dropped(CALLS, ["call_id"], {"call_id": ["a"]}).empty
    assert store.purge(CALLS) == Purged(versions=0, files=1)
    assert store.read(CALLS)["call_id"].tolist() == ["a"]


def test_rows_of_earlier_versions_can_be_looked_up_until_a_purge(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a", "b"))
    store.remove(CALLS, {"call_id": ["a"]})
    looked_up = store.dropped(CALLS, ["call_id", "recording"], {"call_id": ["a"]})
    assert looked_up["call_id"].tolist() == ["a"]
    store.purge(CALLS)
    assert store.dropped(CALLS, ["call_id", "recording"], {"call_id": ["a"]}).empty


def test_no_text_stands_in_the_log(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(CALLS, calls("a").assign(reason="TEXT", team="TEXT"))
    row = store.read(CALLS).assign(reason="TEXT2")
    store.replace_calls(CALLS, row, keys(row))
    store.overwrite(SURVEYS, surveys(("s1", "u1", "c1")).assign(comment="TEXT"), "")
    logs = [path for path in tmp_path.rglob("_delta_log/*.json") if path.is_file()]
    said = "".join(path.read_text(encoding="utf-8") for path in logs)
    assert "TEXT" not in said and "u1" not in said and len(logs) == 3


def test_a_store_from_before_keeps_no_text_in_its_log_from_its_first_purge_on(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    rows = CALLS.to_arrow(calls("a").assign(reason="TEXT"))
    write_deltalake(store.path(CALLS), rows, partition_by=["call_date"])
    store.purge(CALLS)
    row = store.read(CALLS).assign(reason="TEXT2")
    store.replace_calls(CALLS, row, keys(row))
    store.purge(CALLS)
    logs = (store.path(CALLS) / "_delta_log").iterdir()
    assert all(b"TEXT" not in path.read_bytes() for path in logs)
    assert store.read(CALLS)["reason"].tolist() == ["TEXT2"]
