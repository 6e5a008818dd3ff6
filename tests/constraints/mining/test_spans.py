"""Days and whole years between two dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.constraints.mining.mine import mine
from likewise.core.table import Table

ROWS = 1000
RNG = np.random.default_rng(0)
START = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 500, ROWS), "D"))
NIGHTS = pd.Series(RNG.integers(0, 15, ROWS))
END = START + pd.to_timedelta(NIGHTS, "D")


def said(**columns: object) -> list[str]:
    return [rule.said() for rule in mine(Table.from_any(pd.DataFrame(columns))).items]


def test_the_later_date_is_the_sum() -> None:
    assert said(start=START, end=END, nights=NIGHTS) == ["`end` is `start` plus `nights`"]


def test_the_days_are_computed_where_something_else_bounds_the_later_date() -> None:
    told = END + pd.to_timedelta(RNG.integers(0, 9, ROWS), "D")
    assert said(start=START, end=END, nights=NIGHTS, told=told)[:1] == ["`nights` is `end` minus `start`"]


def test_a_date_that_is_known_without_the_days_is_not_computed() -> None:
    gone = RNG.random(ROWS) < 0.2
    assert "`nights` is `end` minus `start`" in said(start=START.mask(gone), end=END, nights=NIGHTS.mask(gone))
    assert "`end` is `start` plus `nights`" in said(start=START, end=END.mask(gone), nights=NIGHTS.mask(gone))


def test_ages_are_whole_years() -> None:
    born = pd.Series(pd.Timestamp("1950-01-01") + pd.to_timedelta(RNG.integers(0, 20_000, ROWS), "D"))
    early = START.dt.month * 100 + START.dt.day < born.dt.month * 100 + born.dt.day
    age = START.dt.year - born.dt.year - early
    assert "`age` is the whole years from `born` to `day`" in said(born=born, day=START, age=age)
    age[5] += 1
    assert not any("`age`" in rule for rule in said(born=born, day=START, age=age))
