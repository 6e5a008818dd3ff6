"""How finely numbers are written is found, kept, and not exceeded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.tabular.precision import Precision, precision_of


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([53.66666667, 0.004910258, 1307.5], Precision(9, 10)),
        ([12.5, 0.1 + 0.2, 19534.170000000002], Precision(2, 7)),
        ([1e-7, 2.5e-7], Precision(8, 2)),
        ([3e20, 5.0, np.nan, -0.25], Precision(2, 2)),
        ([1 / 3, 2.0], None),
        ([1e-300, 2.0], None),
        ([1e308, 5e-324], None),
        ([], None),
    ],
)
def test_it_is_found(values: list[float], found: Precision | None) -> None:
    assert precision_of(np.array(values, dtype=np.float64)) == found


@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1), st.floats(allow_infinity=False))
def test_numbers_are_theirs_already_and_new_ones_become_so(known: list[float], new: float) -> None:
    values = np.array(known, dtype=np.float64)
    precision = precision_of(values)
    assert precision is not None and precision.decimals <= 3
    assert precision.of(values) == pytest.approx(values, rel=1e-14)
    once = precision.of(np.array([new]))
    assert np.array_equal(precision.of(once), once, equal_nan=True)
