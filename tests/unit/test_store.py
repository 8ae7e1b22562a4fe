"""The store: whole calls are replaced, ids may be anything, a broken table is said so."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.contracts import Table
from pipeline.errors import ContractError, StoreError
from pipeline.store import Store
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
