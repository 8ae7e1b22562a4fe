"""What a table promises. Everything else derives from it: checks, Arrow schema, data dictionary."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.errors import ContractError


@dataclass(frozen=True)
class Column:
    """One column: its name carries the unit, its description says what a row's value means."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: what a row is, which columns identify it, and who writes it.

    `partitioned` tables carry `call_date` and are stored in one folder per day.
    `open` tables have further columns that this file cannot know, such as the user's contexts.
    """

    name: str
    row: str
    made_by: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partitioned: bool = False
    open: bool = False
    sort: tuple[str, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return [column.name for column in self.columns]

    @property
    def order(self) -> list[str]:
        """The columns that rows are sorted by before they are written: same input, same bytes."""
        return list(self.sort or self.key)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the declared columns."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])

    def with_columns(self, columns: Iterable[Column]) -> "Table":
        """The same table with more columns behind its own."""
        return replace(self, columns=(*self.columns, *columns))

    def to_arrow(self, frame: pd.DataFrame) -> pa.Table:
        """Check `frame` and turn it into a sorted Arrow table in the contract's column order.

        Missing nullable columns are filled with null. Raises ContractError naming every missing
        column, every column of the wrong type, every forbidden null and any repeated key.
        """
        self.check(frame)
        ordered = frame.sort_values(self.order, kind="stable") if len(frame) else frame
        arrays = [_array(ordered, column) for column in self.columns]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def check(self, frame: pd.DataFrame) -> None:
        """Raise ContractError with all the ways in which `frame` is not this table."""
        problems = [p for c in self.columns for p in self._column_problems(frame, c)]
        present = [name for name in self.key if name in frame]
        if len(present) == len(self.key) and self.key:
            repeated = int(frame.duplicated(list(self.key)).sum())
            if repeated:
                problems.append(
                    f"{self.name}: {repeated} rows repeat a key ({', '.join(self.key)}), "
                    "expected each key once."
                )
        if problems:
            raise ContractError(*problems)

    def _column_problems(self, frame: pd.DataFrame, column: Column) -> Iterable[str]:
        where = f"{self.name}.{column.name}"
        if column.name not in frame:
            if not column.nullable:
                yield f"{where}: the column is missing, expected {column.type}."
            return
        values = frame[column.name]
        nulls = int(values.isna().sum())
        if nulls and not column.nullable:
            yield f"{where}: {nulls} rows are empty, expected none."
        try:
            pa.array(values, type=column.type, from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            yield f"{where}: expected {column.type}, got {values.dtype} ({error})."
            return
        if column.choices:
            odd = sorted(set(values.dropna().astype(str)) - set(column.choices))
            if odd:
                yield f"{where}: got {odd[:5]}, expected one of {list(column.choices)}."


def _array(frame: pd.DataFrame, column: Column) -> "pa.Array[Any]":
    values = frame[column.name] if column.name in frame else [None] * len(frame)
    return pa.array(values, type=column.type, from_pandas=True)
