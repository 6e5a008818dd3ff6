from __future__ import annotations

import time

import pytest

from likewise.core.alike import rows_beside, rows_like
from likewise.core.table import Table
from likewise.errors import SchemaError

PRICES = Table.from_any({"price": ["1.50", "2.25", "3.10"] * 20, "town": ["Oslo", "Bern", "Rome"] * 20})
OTHERS = {"price": ["1,200.50", "2.25", "3.10"] * 20, "town": ["Oslo", "Bern", "Rome"] * 20}


def test_what_is_written_another_way_is_read_by_itself_to_be_judged() -> None:
    with pytest.raises(SchemaError):
        rows_like(OTHERS, PRICES.schema)
    read = rows_beside(OTHERS, PRICES.schema)
    assert read.numbers("price").max() == 1200.5
    assert read.schema["town"] == rows_like({"town": OTHERS["town"]}, PRICES.schema.select(["town"])).schema["town"]


def test_lists_in_a_column_of_levels_are_read_by_themselves() -> None:
    lists = {"town": [[1, 2], [3]], "price": ["1.00", "2.00"]}
    assert rows_beside(lists, PRICES.schema).schema["town"].kind == "json"
    with pytest.raises(SchemaError):
        rows_like(lists, PRICES.schema)


def test_rows_that_fit_are_read_as_ever() -> None:
    fitting = {"town": ["Lima", "Oslo"], "price": ["7.00", "9.99"], "more": [1, 2]}
    assert rows_beside(fitting, PRICES.schema) == rows_like(fitting, PRICES.schema)


def test_many_new_levels_are_read_in_no_time() -> None:
    codes = [f"k{i % 30_000}" for i in range(90_000)]
    schema = Table.from_any({"code": codes}).schema
    start = time.process_time()
    assert rows_like({"code": [f"{c}!" for c in codes]}, schema).rows == 90_000
    assert time.process_time() - start < 10
