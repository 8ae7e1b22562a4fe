"""What a table promises, and every way in which a frame can break it."""

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.contracts import Column, Table
from pipeline.errors import ContractError

PEOPLE = Table(
    name="PEOPLE",
    row="a person",
    made_by="tests",
    key=("id",),
    columns=(
        Column("id", pa.string(), "Who."),
        Column("age", pa.int64(), "Years.", nullable=True),
        Column("side", pa.string(), "Where.", nullable=True, choices=("left", "right")),
    ),
)


def people(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"id": ["b", "a"], **columns})


def test_rows_are_sorted_and_missing_nullable_columns_are_null() -> None:
    table = PEOPLE.to_arrow(people(age=[1, None]))
    assert table.to_pylist() == [
        {"id": "a", "age": None, "side": None},
        {"id": "b", "age": 1, "side": None},
    ]


def test_an_empty_frame_keeps_the_contract() -> None:
    table = PEOPLE.to_arrow(people().iloc[:0])
    assert (table.num_rows, table.schema) == (0, PEOPLE.schema)


def test_columns_that_are_not_declared_are_left_out() -> None:
    assert PEOPLE.to_arrow(people(colour=["red", "blue"])).column_names == PEOPLE.names


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (pd.DataFrame({"age": [1]}), "PEOPLE.id: the column is missing"),
        (pd.DataFrame({"id": ["a", None]}), "PEOPLE.id: 1 rows are empty"),
        (pd.DataFrame({"id": ["a", "a"]}), "1 rows repeat a key"),
        (people(age=["x", 1]), "PEOPLE.age: expected int64"),
        (people(age=[1.5, 2.0]), "PEOPLE.age: expected int64"),
        (people(age=[2**70, 1]), "PEOPLE.age: expected int64"),
        (people(age=[[1], {}]), "PEOPLE.age: expected int64"),
        (people(side=["left", "up"]), r"PEOPLE.side: got \['up'\], expected one of"),
        (pd.DataFrame({"id": ["\ud800"]}, dtype=object), "PEOPLE.id: expected string"),
        (pd.DataFrame({"id": [1, 2]}), "PEOPLE.id: expected string"),
    ],
)
def test_a_broken_frame_is_refused(frame: pd.DataFrame, why: str) -> None:
    with pytest.raises(ContractError, match=why):
        PEOPLE.to_arrow(frame)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ContractError) as caught:
        PEOPLE.check(pd.DataFrame({"age": ["x"], "side": ["up"]}))
    assert len(caught.value.problems) == 3


def test_more_columns_come_behind() -> None:
    wider = PEOPLE.with_columns([Column("extra", pa.float64(), "More.", nullable=True)])
    assert wider.names == [*PEOPLE.names, "extra"]
    assert PEOPLE.names == ["id", "age", "side"]
