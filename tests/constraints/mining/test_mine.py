"""What is found to hold in every row, and what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.constraints.kinds import Constraints, Determined, Formula, Order
from likewise.constraints.mining.mine import mine
from likewise.core.table import Table

ROWS = 2000
RNG = np.random.default_rng(0)


def found(**columns: object) -> set[str]:
    return {c.said() for c in mine(Table.from_any(pd.DataFrame(columns))).items}


def test_a_sum_is_found_whatever_the_order_of_its_columns() -> None:
    bus, rail = RNG.integers(0, 500, ROWS), RNG.integers(0, 900, ROWS)
    assert found(total=bus + rail, bus=bus, rail=rail) == {"`total` is `bus` plus `rail`"}


def test_a_product_is_found_to_the_cent() -> None:
    price, count = np.round(RNG.gamma(2, 20, ROWS), 2), RNG.integers(1, 9, ROWS)
    assert "`due` is `price` times `count`" in found(price=price, count=count, due=np.round(price * count, 2))


def test_copies_and_multiples_are_found() -> None:
    metres = np.round(RNG.gamma(2, 20, ROWS), 1)
    said = found(metres=metres, again=metres, centimetres=np.round(metres * 100))
    assert said == {"`again` is equal to `metres`", "`centimetres` is 100 times `metres`"}


def test_one_row_that_breaks_a_rule_is_enough() -> None:
    bus, rail = RNG.integers(0, 500, ROWS), RNG.integers(0, 900, ROWS)
    total = bus + rail
    total[17] += 1
    assert not any("plus" in said for said in found(total=total, bus=bus, rail=rail))


def test_an_order_of_dates_is_found_with_missing_ends() -> None:
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 700, ROWS), "D")
    end = pd.Series(start + pd.to_timedelta(RNG.integers(0, 90, ROWS), "D"))
    end[RNG.random(ROWS) < 0.2] = None
    assert found(start=start, end=end) == {"`start` is never above `end`"}


def test_ranges_that_never_meet_are_no_order() -> None:
    assert found(age=RNG.integers(18, 90, ROWS), income=RNG.integers(10_000, 90_000, ROWS)) == set()


def test_unrelated_columns_are_no_order_even_when_none_breaks_it() -> None:
    few = (RNG.random(ROWS) < 0.002).astype(int) * 5
    assert found(few=few + RNG.integers(0, 3, ROWS), many=RNG.gamma(2, 400, ROWS).astype(int) + 10) == set()


def test_a_deciding_column_is_found() -> None:
    city = RNG.choice(["Rome", "Oslo", "Bonn", "Lyon", "Bern"], ROWS)
    land = pd.Series(city).map({"Rome": "IT", "Oslo": "NO", "Bonn": "DE", "Lyon": "FR", "Bern": "FR"})
    assert found(city=city, land=land) == {"`city` decides `land`"}


def test_little_data_proves_nothing() -> None:
    assert mine(Table.from_any({"a": [1, 2, 3] * 10, "b": [1, 2, 3] * 10})) == Constraints()


def test_orders_that_follow_from_two_are_not_shown() -> None:
    orders = (Order(low="a", high="b"), Order(low="b", high="c"), Order(low="a", high="c"))
    assert Constraints(items=orders).shown == orders[:2]


@pytest.mark.parametrize("item", [
    Order(low="a", high="b"), Formula(column="c", form="sum", of=("a", "b")), Determined(column="c", by="a"),
])  # fmt: skip
def test_constraints_survive_json(item: object) -> None:
    constraints = Constraints.model_validate({"items": [item]})
    assert Constraints.model_validate_json(constraints.model_dump_json()) == constraints


def test_every_kind_tells_which_rows_meet_it() -> None:
    table = Table.from_any(pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 1, 5, 9], "c": [3, 3, 9, 13], "d": list("xxyx")}))
    assert Order(low="a", high="b").holds(table).tolist() == [True, False, True, True]
    assert Formula(column="c", form="sum", of=("a", "b")).holds(table).tolist() == [True, True, False, True]
    assert Determined(column="d", by="c").holds(table).all()


def test_huge_numbers_are_no_trouble() -> None:
    huge = RNG.normal(size=ROWS) * 1e300
    assert found(a=huge, b=RNG.normal(size=ROWS) * 1e300, c=RNG.normal(size=ROWS) * 1e-300) == set()
