"""Bins of a column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.select.bins import Bins, binned, spread, told_apart

CELLS = st.lists(st.floats(0, 1000), min_size=1, max_size=60)


def each(masses: list[float]) -> Pieces:
    starts = np.arange(len(masses))
    return Pieces(starts, starts + 1, np.array(masses))


@given(CELLS, st.booleans(), st.booleans(), st.integers(3, 20), st.floats(1, 500))
def test_every_cell_has_a_bin_and_a_bin_draws_its_own_cells(
    masses: list[float], ordered: bool, missing: bool, most: int, least: float
) -> None:
    missing = missing and len(masses) > 1
    bins = binned(each(masses), ordered=ordered, missing=missing, most=most, least=least)
    cells = np.arange(len(masses))
    assert set(bins.of(cells)) == set(range(bins.count))
    assert np.isclose(bins.masses.sum(), sum(masses))
    wanted = np.repeat(np.arange(bins.count), 5)
    drawn = bins.cells(wanted, np.random.default_rng(0))
    assert (bins.of(drawn) == wanted).all()
    assert not missing or (bins.of(cells) == bins.of(cells)[-1]).sum() == 1


def test_a_spike_has_a_bin_of_its_own_and_the_rest_about_equal_ones() -> None:
    masses = [100.0] * 100
    masses[40] = 20_000.0
    bins = binned(each(masses), ordered=True, missing=False, most=12, least=10)
    own = bins.of(np.array([40]))[0]
    assert (bins.of(np.arange(100)) == own).sum() == 1
    others = np.delete(bins.masses, own)
    assert 8 <= len(others) <= 12 and others.max() < 2 * others.min()


def test_rare_levels_share_a_bin() -> None:
    bins = binned(each([500.0, 3.0, 400.0, 2.0, 1.0]), ordered=False, missing=False, most=8, least=50)
    assert bins.of(np.arange(5)).tolist() == [0, 2, 1, 2, 2]


def test_a_wide_piece_is_cut() -> None:
    whole = Pieces(np.array([0]), np.array([1000]), np.array([1000.0]))
    bins = binned(whole, ordered=True, missing=False, most=10, least=1)
    assert bins.count == 10 and np.allclose(bins.masses, 100)


def test_cells_come_as_often_as_the_pieces_have_rows() -> None:
    bins = Bins(each([300.0, 100.0, 0.0, 200.0]), np.array([0, 0, 1, 0]))
    counts = np.bincount(bins.cells(np.zeros(6000, dtype=np.int64), np.random.default_rng(0)), minlength=4)
    assert np.abs(counts - [3000, 1000, 0, 2000]).max() <= 2
    assert (bins.cells(np.ones(5, dtype=np.int64), np.random.default_rng(0)) == 2).all()


def test_only_allowed_cells_are_drawn() -> None:
    pieces = Pieces(np.array([0, 10]), np.array([10, 20]), np.array([100.0, 300.0]))
    bins, parts = Bins(pieces, np.array([0, 1])).within(np.isin(np.arange(20), [3, 4, 15]))
    assert np.allclose(parts, [0.2, 0.1])
    drawn = bins.cells(np.repeat([0, 1], 50), np.random.default_rng(0))
    assert set(drawn[:50]) == {3, 4} and set(drawn[50:]) == {15}


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_quantiles_are_spread_evenly(rows: int) -> None:
    found = np.sort(spread(np.zeros(rows, dtype=np.int64), 1, np.random.default_rng(0)))
    assert ((found * rows).astype(int) == np.arange(rows)).all()


def test_bins_are_parted_by_kind() -> None:
    pieces = Pieces(np.array([0, 10]), np.array([10, 20]), np.array([100.0, 300.0]))
    bins = told_apart(Bins(pieces, np.array([0, 0])), (np.arange(20) >= 15).astype(np.int64))
    of = bins.of(np.arange(20))
    assert len(set(of[:15])) == 1 and len(set(of[15:])) == 1 and of[0] != of[19]
    assert np.allclose(bins.masses, [250, 150])
