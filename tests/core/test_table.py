from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table, concat
from likewise.errors import SchemaError


@pytest.fixture
def table() -> Table:
    return Table.from_any({
        "age": [31, None, 45, 27], "sex": ["M", "F", None, "F"], "flag": [True, False, None, True],
        "day": pa.array([0, 1, None, 3], pa.int32()).cast(pa.date32()), "note": ["a b c d e f"] * 3 + [None],
    })  # fmt: skip


def test_columns_are_numbers_or_codes(table: Table) -> None:
    assert np.array_equal(table.numbers("age"), [31, np.nan, 45, 27], equal_nan=True)
    assert np.array_equal(table.numbers("day"), [0, 1, np.nan, 3], equal_nan=True)
    assert table.schema["sex"].levels == ("F", "M")
    assert table.codes("sex").tolist() == [1, 0, -1, 0]
    assert table.codes("flag").tolist() == [1, 0, -1, 1]
    assert table.missing("age").tolist() == [False, True, False, False]
    with pytest.raises(SchemaError, match="no levels"):
        table.codes("age")
    with pytest.raises(SchemaError, match="did you mean `age`"):
        table.column("agee")


def test_parts_keep_the_schema(table: Table) -> None:
    assert table.take(np.array([2, 0])).to_dict()["age"] == [45, 31]
    assert table.take(np.array([True, False, False, True])).rows == 2
    assert table.slice(1, 2).to_dict()["sex"] == ["F", None]
    assert table.select(["sex", "age"]).names == ("sex", "age")
    assert concat([table, table]).rows == 8


def test_the_digest_is_of_values_not_of_memory(table: Table) -> None:
    copied = concat([table.slice(0, 1), table.slice(1)])
    assert copied.digest() == table.digest()
    assert table.slice(1).digest() != table.digest()


def test_a_schema_given_to_a_table_is_applied(table: Table) -> None:
    again = Table.from_any(table, table.schema.replace("age", kind="float"))
    assert again.columns["age"].type == pa.float64()
    assert Table.from_any(table) is table


def test_a_table_shows_itself(table: Table) -> None:
    assert repr(table).startswith("Table(4 rows x 5 columns: age")
    assert "<table>" in table._repr_html_()
    assert pa.table(table).num_rows == 4


def test_columns_must_be_those_of_the_schema() -> None:
    with pytest.raises(SchemaError, match=r"schema\.names"):
        Table(pa.table({"a": [1]}), Schema(columns=(Column(name="b", kind="integer"),)))
