"""Hold sizes of rows to being taken apart and put back, and to being drawn as often as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.sequence.swings import FEWEST, ROWS, Swing


def restless(rows=4000, size=40, spread=0.6, seed=0):
    """Rows of normal numbers, each as a whole smaller or greater by chance; the first number is none of it."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(rows, size))
    found[:, 1:] *= np.exp(spread * rng.normal(size=(rows, 1)))
    return found


@given(st.integers(0, 1000), st.floats(0.6, 3.0))
def test_coordinates_come_back(seed, spread):
    rows = restless(200, 20, spread, seed)
    swing = Swing.fit(rows)
    assert swing.extra == 1
    parted = swing.parted(rows)
    assert parted.shape == (200, 21) and np.allclose((parted[:, 1:-1] ** 2).mean(axis=1), 1)
    assert np.allclose(swing.joined(parted), rows, rtol=1e-6)


def test_noise_becomes_rows_as_quiet_and_as_wild_as_the_real_ones():
    rows = restless()
    swing = Swing.fit(rows)
    drawn = swing.joined(np.random.default_rng(1).normal(size=(4000, 41)))
    sizes, known = (np.quantile((x[:, 1:] ** 2).mean(axis=1), [0.05, 0.5, 0.95, 0.99]) for x in (drawn, rows))
    assert np.allclose(sizes, known, rtol=0.15)


def test_what_a_network_draws_too_narrow_comes_back_as_wide():
    rows = restless()
    numbers = np.random.default_rng(1).normal(size=(4000, 41))
    numbers[:, 1:-1] *= 0.8
    assert abs(Swing.fit(rows).joined(numbers)[:, 1:].std() / rows[:, 1:].std() - 1) < 0.1


@pytest.mark.parametrize(("rows", "size", "spread"), [(4000, 40, 0.0), (ROWS - 1, 40, 1.0), (400, FEWEST - 1, 1.0)])
def test_of_noise_or_of_too_little_nothing_is_parted(rows, size, spread):
    found = restless(rows, size, spread)
    swing = Swing.fit(found)
    assert swing.extra == 0 and swing.parted(found) is found and swing.joined(found) is found
    assert Swing.from_state(swing.state()).extra == 0


def test_rows_without_any_size_do_not_divide_by_nothing():
    rows = restless()
    rows[:5] = 0
    swing = Swing.from_state(Swing.fit(rows).state())
    assert np.isfinite(swing.parted(rows)).all() and np.isfinite(swing.joined(np.zeros((3, 41)))).all()
    assert np.array_equal(swing.parted(rows), Swing.fit(rows).parted(rows))
