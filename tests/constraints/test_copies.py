"""Columns that repeat others in a share of the rows are found, and chance is not taken for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.constraints.copies import Copy, mine_copies
from likewise.constraints.kinds import Constraints, Order
from likewise.constraints.mine import mine
from likewise.core.table import Table

ROWS = 5000
RNG = np.random.default_rng(0)
BILL = RNG.integers(0, 100_000, ROWS)


def found(**columns: object) -> list[tuple[str, str]]:
    table = Table.from_any(pd.DataFrame(columns))
    return [(copy.column, copy.of) for copy in mine_copies(table, mine(table))]


def repeated(of: np.ndarray, share: float) -> np.ndarray:
    return np.where(RNG.random(ROWS) < share, of, RNG.integers(0, 100_000, ROWS))


def test_a_share_of_equal_rows_is_found_with_its_support() -> None:
    paid = repeated(BILL, 0.2)
    (copy,) = mine_copies(Table.from_any(pd.DataFrame({"bill": BILL, "paid": paid})))
    assert copy == Copy(column="paid", of="bill", share=copy.share, support=int((paid == BILL).sum()))
    assert copy.share == round(copy.support / ROWS, 6)
    assert copy.said().startswith("`paid` repeats `bill` in ")


def test_several_sources_come_by_the_rows_that_no_other_explains() -> None:
    other = RNG.integers(0, 100_000, ROWS)
    paid = repeated(repeated(BILL, 0.6), 0.5)
    paid[:400] = other[:400]
    assert found(bill=BILL, other=other, paid=paid) == [("paid", "bill"), ("paid", "other")]


def test_dates_repeat_dates() -> None:
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 3000, ROWS), unit="D")
    other = pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 3000, ROWS), unit="D")
    again = pd.Series(days).where(RNG.random(ROWS) < 0.3, pd.Series(other))
    assert found(first=days, again=again) == [("again", "first")]


def test_chance_common_values_and_nearness_are_no_copies() -> None:
    zero = [np.where(RNG.random(ROWS) < 0.5, 0, RNG.integers(0, 10_000, ROWS)) for _ in range(2)]
    assert not found(a=zero[0], b=zero[1])
    level = RNG.integers(0, 400, ROWS)
    assert not found(today=level, tomorrow=level + RNG.integers(-3, 4, ROWS))
    assert not found(a=RNG.integers(0, 150, ROWS), b=RNG.integers(0, 150, ROWS))


def test_what_holds_in_every_row_is_no_copy() -> None:
    assert not found(a=BILL, b=BILL)


def test_what_is_bounded_may_be_repeated() -> None:
    late = BILL + np.where(RNG.random(ROWS) < 0.3, 0, RNG.integers(1, 5000, ROWS))
    rules = Constraints(items=(Order(low="low", high="high"),))
    table = Table.from_any(pd.DataFrame({"low": BILL, "high": late}))
    assert [(copy.column, copy.of) for copy in mine_copies(table, rules)] == [("high", "low")]


def test_few_rows_claim_nothing() -> None:
    assert not mine_copies(Table.from_any({"a": list(range(150)), "b": list(range(150))}))
