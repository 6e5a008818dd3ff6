"""Columns that are unique together: claimed where chance would not make them so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from likewise.constraints.kinds import Constraints, Unique
from likewise.constraints.mining.keys import find_keys
from likewise.core.table import Table

RNG = np.random.default_rng(0)
ORDER = np.repeat(np.arange(800), RNG.integers(1, 6, 800))


def found(**columns: object) -> list[tuple[str, ...]]:
    return [key.columns for key in find_keys(Table.from_any(pd.DataFrame(columns)))]


def lines() -> pd.DataFrame:
    line = pd.Series(ORDER).groupby(ORDER).cumcount() + 1
    return pd.DataFrame({"order": ORDER, "line": line, "count": RNG.integers(1, 9, len(ORDER))})


def test_order_and_line_are_a_key() -> None:
    assert found(**lines()) == [("order", "line")]


def test_a_key_of_three_columns_is_found_when_no_two_do() -> None:
    grid = pd.MultiIndex.from_product([range(12), range(15), range(9)], names=["shop", "week", "shelf"]).to_frame()
    assert found(**grid.reset_index(drop=True)) == [("shop", "week", "shelf")]


def test_one_repeated_row_is_enough() -> None:
    frame = lines()
    frame.loc[len(frame)] = frame.loc[5]
    assert found(**frame) == []


def test_many_values_that_happen_never_to_meet_are_no_key() -> None:
    rows = 400
    columns = {name: RNG.integers(0, 300, rows) for name in ("a", "b")}
    frame = pd.DataFrame(columns).drop_duplicates()
    assert found(**frame) == []


def test_a_key_tells_which_rows_meet_it_and_is_not_kept_in_a_model() -> None:
    table = Table.from_any(pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 3, 3]}))
    key = Unique(columns=("a", "b"))
    assert key.holds(table).tolist() == [True, True, False, False]
    assert Constraints(items=(key,)).kept == Constraints()
    assert Constraints.model_validate_json(Constraints(items=(key,)).model_dump_json()).items == (key,)
