"""How many rows units have: noise is averaged away in the tail, and what is surely there stays."""

from __future__ import annotations

import numpy as np

from likewise.privacy.contract.number import Number
from likewise.techniques.marginals.units.counting import cap_of, corrected, fallen, falling
from likewise.techniques.marginals.units.levels import Level


def test_values_fall_and_keep_their_sum() -> None:
    values, weights = np.array([5.0, 1.0, 3.0, -2.0, 0.0]), np.array([1.0, 1.0, 3.0, 1.0, 1.0])
    found = fallen(values, weights)
    assert (np.diff(found) <= 0).all() and np.isclose((found * weights).sum(), (values * weights).sum())
    assert found.tolist() == [5.0, 2.5, 2.5, -1.0, -1.0]


def test_a_spike_is_no_noise() -> None:
    middles = np.arange(1.0, 13.0)
    counts = np.array([900.0, 300, 100, 40, 20, 10, 5, 3, 2, 1, 1, 500])
    found = falling(counts, np.ones(12), middles, 5.0)
    assert found.masses[-1] == 500 and found.masses[5:11].sum() < 60


def test_a_sum_that_is_known_better_corrects_the_tail() -> None:
    noisy, rows = np.array([100.0, 50.0, 20.0]), np.array([1.0, 2.0, 40.0])
    found = corrected(noisy, 10.0, rows, 600.0, 1.0)
    assert abs(found @ rows - 600) < 1 and abs(found[0] - 100) < 1 < noisy[2] - found[2]
    assert np.array_equal(corrected(noisy, 1e-9, rows, 600.0, 1e9), noisy)


def test_few_numbers_are_told_one_by_one_and_many_in_ranges() -> None:
    level = Level("who", None, (), None, {"visits": 250}, fewest=1)
    (domain,) = level.domains
    assert isinstance(domain, Number) and domain.cells < 40
    edges = level.tails[0]
    assert edges[:4].tolist() == [1, 2, 3, 4] and edges[-1] == 251
    drawn = level.counts(0, np.arange(domain.cells))
    assert ((drawn >= edges[:-1]) & (drawn < edges[1:])).all()


def test_the_cap_leaves_out_few() -> None:
    masses = np.array([90.0, 8.0, 1.9, 0.1])
    found = falling(masses, np.ones(4), np.array([1.0, 2.0, 3.0, 4.0]), 0.1)
    assert cap_of(found, np.array([1.0, 2.0, 3.0, 4.0])) == 2
