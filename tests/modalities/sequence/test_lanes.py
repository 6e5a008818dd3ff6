"""Hold lanes to giving back what they took."""

from __future__ import annotations

import pandas as pd

from likewise.core.table import Table
from likewise.modalities.sequence.lanes import Lane, lanes_of

FRAME = pd.DataFrame({
    "load": [1.5, None, 9.0, 2.0, 8.5, 5.0] * 9, "count": [1, 2, 9, 1, 8, 5] * 9,
    "level": ["low", None, "top", "low", "top", "mid"] * 9, "hot": [False, None, True, False, True, True] * 9,
    "day": pd.to_datetime(["2024-01-02", None, "2024-01-09", "2024-01-02", "2024-01-08", "2024-01-05"] * 9),
    "none": [None] * 54, "same": ["x"] * 54,
})  # fmt: skip


def test_columns_come_back_as_they_were() -> None:
    table = Table.from_any(FRAME)
    for lane in lanes_of(table, table.names):
        again = Lane.from_state(lane.state())
        assert again == lane
        assert again.decode(again.encode(table)).to_pylist() == table.column(lane.column.name).to_pylist()


def test_levels_stand_in_the_order_of_the_numbers_beside_them() -> None:
    table = Table.from_any(FRAME)
    level = lanes_of(table, table.names)[2]
    assert level.levels in (("low", "mid", "top"), ("top", "mid", "low"))


def test_levels_of_other_tables_are_known_by_their_names() -> None:
    lane = lanes_of(Table.from_any(FRAME), ["level"])[0]
    values = lane.encode(Table.from_any({"level": ["top", "odd", "low"] * 5}))
    assert lane.decode(values).to_pylist() == ["top", None, "low"] * 5
