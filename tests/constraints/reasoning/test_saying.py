"""Kinds of one row say the same as expressions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.kinds.within import Box, Circle, Within
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.tables import columns_of
from likewise.constraints.reasoning.saying import premises_of
from likewise.core.table import Table

TABLE = Table.from_any({
    "a": [1, 2, None, 4, 5, 6], "b": [2, 2, 3, 3, 9, None], "c": [3, 4, 5, 7, None, 6],
    "s": ["x", "y", None, "x", "y", "x"],
    "lat": [52.5, 0.0, 10.0, 52.6, -5.0, 53.0], "lon": [13.4, 179.0, 5.0, 13.5, -179.0, 13.0],
    "day": [dt.date(2020, 1, 31), dt.date(2021, 2, 28), None, dt.date(2019, 12, 31), dt.date(2020, 6, 1),
            dt.date(2020, 3, 1)],
    "month": [1, 2, None, 12, 7, 3],
})  # fmt: skip


@pytest.mark.parametrize(
    "item",
    [Order(low="a", high="b"), Range(column="a", low=2, high=5, below=True), Range(column="day", low=18262, above=True),
     Levels(column="s", levels=("x",)), Missing(column="c", by="s", levels=("y",), missing=True, exactly=True),
     Missing(column="a", by="s", missing=True), Formula(column="c", form="sum", of=("a", "b")),
     Formula(column="c", form="sum", of=("a", "b"), minus=("a",)),
     Formula(column="b", form="multiple", of=("a",), factor=2),
     Formula(column="c", form="product", of=("a", "b")), Part(column="month", of="day", unit="month"),
     Within(lat="lat", lon="lon", areas=(Circle(at=(52.52, 13.4), km=30),)),
     Within(lat="lat", lon="lon", areas=(Box(south=-10, west=170, north=20, east=-170),))],
    ids=lambda item: item.said(),
)  # fmt: skip
def test_both_hold_in_the_same_rows(item: Rule) -> None:
    (premise,) = premises_of([item], TABLE.schema)
    met = holds(premise.expression, columns_of(TABLE), TABLE.rows)
    assert met.tolist() == np.asarray(item.holds(TABLE)).tolist()


def test_what_is_of_several_rows_is_left_out() -> None:
    assert premises_of([Unique(columns=("a",))], TABLE.schema) == []
