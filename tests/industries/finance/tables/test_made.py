"""Tables refer to one another as their relations say, and hold what their schemas say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.industries.finance.made import bank

from likewise.core.table import Table
from likewise.industries.finance.tables.made import TABLES


def test_every_reference_is_to_a_row_that_there_is() -> None:
    made = bank()
    assert len(made.relations) > 25
    for relation in made.relations:
        key = made[relation.to].column(relation.key[0])
        held = made[relation.table].column(relation.columns[0]).drop_null()
        assert pc.all(pc.is_in(held, value_set=key)).as_py() is not False, relation.said()


@pytest.mark.parametrize("name", TABLES)
def test_schemas_say_what_columns_hold(name: str) -> None:
    table = bank()[name]
    for column in table.schema.columns:
        array = table.column(column.name)
        assert str(array.type) == column.dtype or (column.dtype == "string" and array.type == pa.string())
        assert array.null_count == 0 or column.nullable, column.name
        if column.role == "key":
            assert len(np.unique(np.asarray(array))) == table.rows


def test_a_table_can_be_written_out_and_read_again() -> None:
    table = bank()["cards"]
    again = Table.from_any(table.to_arrow(), table.schema)
    assert again.columns.equals(table.columns)


def test_payments_are_in_the_order_of_time() -> None:
    paid = bank()["transactions"]
    time = np.asarray(paid.column("time").cast(pa.int64()))
    assert (np.diff(time) >= 0).all() and str(paid.column("time")[0].as_py()).startswith("2026-01-01 00")
    assert np.array_equal(np.asarray(paid.column("id")), np.arange(paid.rows))


def test_money_comes_back_after_it_was_paid_and_not_more_of_it() -> None:
    paid = bank()["transactions"]
    back = np.flatnonzero(np.asarray(paid.column("reverses").is_valid()))
    bought = np.asarray(paid.column("reverses").fill_null(0))[back]
    amount = np.asarray(paid.column("amount"))
    assert len(back) > 100 and (bought < back).all() and (amount[back] <= amount[bought]).all()
    assert (paid.codes("currency")[back] == paid.codes("currency")[bought]).all()


def test_people_pay_where_their_rhythm_and_their_pockets_let_them() -> None:
    paid = bank()["transactions"]
    time = np.asarray(paid.column("time").cast(pa.int64())) // 1_000_000
    shop = np.asarray(pc.equal(paid.column("channel").cast(pa.string()), "terminal"))
    hour = np.bincount(time[shop] % 86_400 // 3600, minlength=24)
    assert hour[2:5].sum() < 0.03 * hour.sum() < 0.2 * hour[11:19].sum()
    customer = np.asarray(paid.column("customer").fill_null(-1))[shop]
    merchant = np.asarray(paid.column("merchant").fill_null(-1))[shop]
    pairs, counts = np.unique(customer * 10**6 + merchant, return_counts=True)
    assert counts.sum() / len(pairs) > 1.7, "people have no regular shops"
    assert counts.max() > 15
