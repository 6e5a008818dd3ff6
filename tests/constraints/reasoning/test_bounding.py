"""What rules leave of a column beside known cells, row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.constraints.reasoning.worlds import DOMAINS, ROWS, RULES, VALUES, cells_of, solutions

from likewise.constraints.language.cells import Cells
from likewise.constraints.reasoning.bounding import bounds_given
from likewise.constraints.reasoning.domain import Domain


@settings(max_examples=60, deadline=None)
@given(RULES, st.sampled_from(list(VALUES)), st.sets(st.sampled_from(list(VALUES)), max_size=3))
def test_no_value_that_a_row_could_have_is_left_out(rules: list[str], column: str, names: set[str]) -> None:
    names -= {column}
    met = solutions(rules)
    picked = [ROWS[place] for place in np.flatnonzero(met)[::7]]
    known = {name: cells_of(picked, name, DOMAINS[name]) for name in names}
    if not picked or not known:
        return
    found = bounds_given(rules, column, known, DOMAINS)
    for place, row in enumerate(picked):
        value = row[column]
        if value is None:
            assert found.absent[place]
        elif found.values is not None and found.allowed is not None:
            assert value in [v for v, there in zip(found.values, found.allowed[place]) if there]
        else:
            assert found.low[place] <= float(value) <= found.high[place]


def test_known_cells_settle_bounds() -> None:
    days = Domain.between(0, 365, step=1)
    domains = {"s": Domain.among("xyz"), "a": days, "b": days, "m": Domain.between(0, 100, step=0.01, missing="may")}
    known = {"s": Cells("text", pa.array(["x", "y", "z"])), "a": Cells("number", np.array([5.0, 300.0, np.nan]), 0)}
    rules = ["if s == 'x' then b > a else b < a", "if s == 'y' then m is missing", "if s == 'z' then m > 50"]
    own = bounds_given(rules, "b", known, domains)
    assert own.low.tolist() == [6, 0, 0]
    assert own.high.tolist() == [365, 299, 365]
    other = bounds_given(rules, "m", known, domains)
    assert other.low.tolist() == [0, np.inf, 50.01]
    assert other.absent.tolist() == [True, True, True]
    assert other.lost.tolist() == [False, False, False]


def test_levels_are_allowed_one_by_one_for_many_rows() -> None:
    known = {"s": Cells("text", pa.array(["x", "y"] * 1000).dictionary_encode())}
    domains = {"s": Domain.among("xyz"), "t": Domain.among("uvw")}
    found = bounds_given(["if s == 'x' then t in ['u', 'w']", "if s == 'y' then t == 'q'"], "t", known, domains)
    assert found.values == ("u", "v", "w")
    assert found.allowed is not None
    assert found.allowed[:2].tolist() == [[True, False, True], [False, False, False]]
    assert found.lost[:2].tolist() == [False, True]
    assert len(found.low) == 2000


def test_columns_in_between_stay_open() -> None:
    whole = Domain.between(0, 100, step=1)
    known = {"a": Cells("number", np.array([10.0, 40.0]), 0)}
    found = bounds_given(["a < b", "b < c", "c <= 2 * a"], "c", known, {"a": whole, "b": whole, "c": whole})
    assert (found.low.tolist(), found.high.tolist()) == ([12, 42], [20, 80])
