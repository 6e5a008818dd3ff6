"""Columns that repeat others in a share of the rows are found, and chance is not taken for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.constraints.kinds import Constraints, Order
from likewise.constraints.mining.copies import Copy, mine_copies
from likewise.constraints.mining.mine import mine
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


def test_a_step_from_another_column_is_found_where_many_rows_take_it() -> None:
    start = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 10**8, ROWS), unit="s"))
    long = pd.to_timedelta(
        np.choose(RNG.integers(0, 4, ROWS), [900, 900, 3600, RNG.integers(1, 10**6, ROWS)]), unit="s"
    )
    copies = mine_copies(Table.from_any(pd.DataFrame({"start": start, "stop": start + long})))
    assert [copy.told for copy in copies] == ["15 minutes", "1 hour"]
    assert copies[0].said().startswith("`stop` is 15 minutes after `start` in ")
    turned = mine_copies(Table.from_any(pd.DataFrame({"stop": start + long, "start": start})))
    assert turned[0].said().startswith("`start` is 15 minutes before `stop` in ")
    assert copies[0].share == np.round((long == pd.Timedelta(900, unit="s")).mean(), 6)
    days = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 3000, ROWS), unit="D")).dt.date
    due = pd.Series(pd.to_datetime(days) + pd.to_timedelta(np.where(RNG.random(ROWS) < 0.4, 30, 365), unit="D")).dt.date
    assert [copy.told for copy in mine_copies(Table.from_any(pd.DataFrame({"sent": days, "due": due})))] == [
        "365 days",
        "30 days",
    ]


def test_columns_that_are_merely_close_take_no_step() -> None:
    level = RNG.integers(0, 10**5, ROWS)
    assert not found(today=level, tomorrow=level + RNG.integers(-40, 40, ROWS))
    day = pd.Timestamp("2020-01-01")
    first, gap = RNG.integers(0, 3000, ROWS), np.round(RNG.normal(40, 9, ROWS))
    today, later = (pd.Series(day + pd.to_timedelta(days, unit="D")).dt.date for days in (first, first + gap))
    assert not found(today=today, later=later)
