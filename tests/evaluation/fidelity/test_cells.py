from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.fidelity.cells import cut, cut_levels, cut_numbers, fitting_bins
from likewise.evaluation.fidelity.sides import take_sides

values = st.lists(st.sampled_from([np.nan, -1.0, 0.0, 0.5, 2.0, 7.0, 1e300]), min_size=1, max_size=40)


@given(values, st.integers(2, 20))
def test_equal_numbers_share_a_cell_and_cells_keep_the_order(listed, bins):
    both = np.array(listed)
    code = cut_numbers(both, both, bins)
    assert ((code == 0) == np.isnan(both)).all()
    for value in np.unique(both[~np.isnan(both)]):
        assert len(np.unique(code[both == value])) == 1
    assert np.array_equal(code, cut_numbers(both.copy(), both, bins))


def test_spikes_gaps_and_values_out_of_range_have_cells_of_their_own():
    rng = np.random.default_rng(0)
    real = np.concatenate([np.zeros(300), rng.uniform(1, 2, 700)])
    both = np.concatenate([real, [np.nan, -5.0, 9.0]])
    code = cut_numbers(both, real, 10)
    assert code[-3:].tolist() == [0, 1, 2]
    spike = code[0]
    assert (code[:300] == spike).all()
    assert (code == spike).sum() == 300
    counts = np.unique(code[300:1000], return_counts=True)[1]
    assert len(counts) == 7
    assert counts.min() > 90


def test_the_commonest_levels_have_cells_and_the_others_share_one():
    both = np.array([3, 3, 3, 1, 1, 0, 2, -1])
    assert cut_levels(both, 2).tolist() == [1, 1, 1, 2, 2, 2, 2, 0]
    assert cut_levels(np.array([-1, -1]), 4).tolist() == [0, 0]


def test_joint_cells_are_told_apart(changed):
    sides = take_sides(changed(rows=300), seed=0)
    cells = cut(sides, 4)
    code, size = cells.joint((0, 3, 6))
    triples = np.column_stack([cells.codes[i] for i in (0, 3, 6)])
    assert len(np.unique(code)) == len(np.unique(triples, axis=0))
    assert code.max() < size
    half = cells.take(np.arange(cells.rows) % 2 == 0)
    assert (half.synthetic, half.rows) == (150, -(-cells.rows // 2))


@pytest.mark.parametrize("rows", [1, 49, 50, 800, 10**6])
def test_bins_are_even_and_bounded(rows):
    for k in (1, 2, 3):
        bins = fitting_bins(rows, k, 20)
        assert bins % 2 == 0
        assert 2 <= bins <= 20
