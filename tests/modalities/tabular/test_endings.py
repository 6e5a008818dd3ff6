"""Numbers that end alike are found, and others are made that end so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from likewise.modalities.tabular.endings import Endings, fit_endings, weekdays


def prices(rows: int = 4_000, seed: int = 0) -> np.ndarray:
    """Return prices of which a third ends in .99, a third is whole, and the rest ends as it comes."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(1, 900, rows).astype(float)
    kind = rng.integers(0, 3, rows)
    return np.round(whole + np.choose(kind, [np.full(rows, 0.99), np.zeros(rows), rng.random(rows)]), 2)


def shares(endings: Endings, values: np.ndarray) -> np.ndarray:
    return np.bincount(endings.of(values), minlength=endings.ways + 1) / len(values)


def test_ends_that_stand_out_are_found_and_no_others() -> None:
    found = fit_endings(prices(), 0.01, k=10)
    assert found is not None
    assert set(zip(found.steps.tolist(), found.rests.tolist(), strict=True)) == {(100, 0), (100, 99)}
    assert fit_endings(np.random.default_rng(0).integers(0, 10_000, 5_000).astype(float), 1.0, k=10) is None
    assert fit_endings(np.random.default_rng(0).random(5_000), 0.0, k=10) is None
    assert fit_endings(np.full(5_000, 25.0), 1.0, k=10) is None, "one value that many rows share is no way to end"
    assert fit_endings(np.empty(0), 0.0, k=10) is None


def test_a_tenth_of_round_numbers_is_no_more_than_chance_but_a_sixth_is() -> None:
    rng = np.random.default_rng(1)
    plain = rng.integers(1, 50_000, 6_000).astype(float)
    heaped = np.where(rng.random(6_000) < 0.08, np.round(plain, -1), plain)
    assert fit_endings(plain, 1.0, k=10) is None
    found = fit_endings(heaped, 1.0, k=10)
    assert found is not None
    assert found.steps.tolist() == [10]


def test_decimals_of_floats_are_told_apart() -> None:
    rng = np.random.default_rng(2)
    values = rng.random(3_000) * 100
    values = np.where(rng.random(3_000) < 0.5, np.round(values, 3), values)
    found = fit_endings(values, 0.0, k=10)
    assert found is not None
    assert [step / 10**found.decimals for step in found.steps.tolist()] == [0.001]
    assert shares(found, values)[0] == pytest.approx(0.5, abs=0.03)


def test_values_are_made_that_end_as_told_within_their_bounds() -> None:
    found, rng = fit_endings(prices(), 0.01, k=10), np.random.default_rng(3)
    assert found is not None
    low = np.round(rng.uniform(1, 800, 5_000), 2)
    high, ways = low + 20, rng.integers(0, found.ways, 5_000).astype(np.int32)
    drawn = np.round(low + np.floor(rng.random(5_000) * 2_001) * 0.01, 2)
    made = found.ended(drawn, ways, low, high, 0.01, rng)
    assert (found.of(np.round(made, 2)) == ways).mean() > 0.999
    assert ((made >= low - 1e-9) & (made <= high + 1e-9)).all()


def test_where_nothing_ends_so_a_finer_way_is_taken_and_atoms_stay() -> None:
    endings = Endings(np.array([1000, 100]), np.array([0, 0]), 2)
    low, high = np.array([3.2, 3.8, 5.5, 7.0]), np.array([3.9, 4.4, 5.5, 7.0])
    made = endings.ended(low.copy(), np.zeros(4, dtype=np.int32), low, high, 0.01, np.random.default_rng(0))
    assert made[1:].tolist() == [4.0, 5.5, 7.0], "no multiple of ten, but a whole number; an atom is what it is"
    assert 3.2 <= made[0] <= 3.9


def test_missing_values_are_the_way_after_the_last() -> None:
    endings = Endings(np.array([100]), np.array([0]), 2)
    assert endings.of(np.array([np.nan, 3.0, 3.5])).tolist() == [2, 0, 1]
    kept = endings.ended(np.array([np.nan]), np.array([2], dtype=np.int32), np.array([np.nan]), np.array([np.nan]),
                         0.01, np.random.default_rng(0))  # fmt: skip
    assert np.isnan(kept).all()


@given(arrays(np.float64, st.integers(0, 400), elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_any_numbers_are_sorted_and_come_back_from_a_file(values: np.ndarray) -> None:
    found = fit_endings(values, 0.0, k=2)
    if found is None:
        return
    ways = found.of(values)
    assert ((ways >= 0) & (ways <= found.ways)).all()
    assert (Endings.from_state(found.state()).of(values) == ways).all()
    assert (np.diff(found.steps) <= 0).all()


def test_dates_of_some_weeks_are_told_by_their_weekday() -> None:
    days = np.arange(18_000, 18_100, dtype=float)
    found = weekdays(days)
    assert found is not None and found.ways == 8
    assert (found.of(days) == days % 7).all()
    made = found.ended(days, (days % 7).astype(np.int32)[::-1], days - 30, days + 30, 1.0, np.random.default_rng(0))
    assert (made % 7 == (days % 7)[::-1]).all()
    assert weekdays(days[:40]) is None and weekdays(np.array([np.nan])) is None
