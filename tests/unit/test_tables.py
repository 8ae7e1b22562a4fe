"""The contracts of all tables: what every one of them owes."""

import re

import pytest

from pipeline.behaviours import behaviours_table, registered
from pipeline.contracts import Table
from pipeline.join import joined_table
from pipeline.tables import TABLES

EVERY = [*TABLES, behaviours_table(), joined_table()]
names = pytest.mark.parametrize("table", EVERY, ids=lambda table: f"{table.name}")


@names
def test_columns_are_named_once_in_lower_case(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in table.names)


@names
def test_every_column_says_what_it_means(table: Table) -> None:
    assert all(column.description.strip().endswith((".", "]", "…")) for column in table.columns)


@names
def test_key_and_order_are_columns(table: Table) -> None:
    assert set(table.key) <= set(table.names)
    assert set(table.order) <= set(table.names)


@names
def test_partitioned_tables_know_their_call_and_day(table: Table) -> None:
    assert not table.partitioned or {"call_id", "call_date"} <= set(table.names)


@names
def test_an_empty_table_keeps_its_own_contract(table: Table) -> None:
    frame = table.schema.empty_table().to_pandas(date_as_object=True)
    assert table.to_arrow(frame).schema == table.schema


def test_behaviours_and_joined_have_a_column_for_each_behaviour() -> None:
    known = [behaviour.name for behaviour in registered()]
    assert behaviours_table().names[-len(known) :] == known
    assert joined_table().names[-len(known) :] == known
