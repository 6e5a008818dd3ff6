"""Noisy counts of a column, less their noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.privacy.pieces import Pieces, counted, levels_of, nearest, pieces_of


def denoised(codes: np.ndarray, size: int, sigma: float, *, ordered: bool = True, missing: bool = False) -> Pieces:
    rng = np.random.default_rng(0)
    parts = counted(codes.astype(np.int32), size, ordered=ordered, missing=missing)
    fine, coarse = (counts + rng.normal(0, sigma, len(counts)) for counts in parts)
    return pieces_of(fine, coarse, (sigma, sigma), ordered=ordered, missing=missing)


@pytest.mark.parametrize("size", [1, 2, 74, 128, 129, 1000, 4501, 65_536])
@pytest.mark.parametrize("missing", [False, True])
def test_pieces_cover_each_cell_once(size: int, missing: bool) -> None:
    codes = np.random.default_rng(1).integers(0, size + missing, 5000)
    pieces = denoised(codes, size + missing, 20.0, missing=missing)
    assert pieces.starts[0] == 0 and pieces.stops[-1] == size + missing
    assert (pieces.starts[1:] == pieces.stops[:-1]).all() and (pieces.stops > pieces.starts).all()
    assert (pieces.masses >= 0).all()
    assert not missing or pieces.starts[-1] == size


def test_a_row_is_counted_once_a_level() -> None:
    codes = np.array([0, 7, 99_999], dtype=np.int32)
    whole = np.concatenate(counted(codes, 100_001, ordered=True, missing=True))
    less = np.concatenate(counted(codes[:2], 100_001, ordered=True, missing=True))
    assert (whole - less).sum() == len(levels_of(100_000, ordered=True)) and ((whole - less) >= 0).all()
    fine, coarse = counted(np.array([100_000], dtype=np.int32), 100_001, ordered=True, missing=True)
    assert fine.sum() == fine[-1] == 1 and not coarse.any()


def test_a_spike_is_a_piece_of_its_own_and_empty_regions_stay_whole() -> None:
    codes = np.concatenate([np.zeros(9000), np.full(900, 7298), np.full(100, 20_000)]).astype(np.int64)
    pieces = denoised(codes, 65_536, 20.0)
    alone = pieces.stops - pieces.starts == 1
    found = dict(zip(pieces.starts[alone].tolist(), pieces.masses[alone].tolist(), strict=True))
    assert abs(found[0] - 9000) < 200 and abs(found[7298] - 900) < 200
    assert pieces.masses[pieces.starts > 21_000].sum() < 200 and len(pieces.masses) < 100


def test_without_noise_every_cell_that_differs_is_told() -> None:
    codes = np.repeat(np.arange(74), np.arange(74) * 10)
    pieces = denoised(codes, 74, 0.01)
    spread = np.repeat(pieces.masses / (pieces.stops - pieces.starts), pieces.stops - pieces.starts)
    assert np.abs(spread - np.bincount(codes, minlength=74)).max() < 1


def test_pure_noise_is_one_piece_nearly_always() -> None:
    pieces = denoised(np.array([], dtype=np.int64), 4096, 50.0)
    assert len(pieces.masses) < 12 and pieces.total < 1500


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 1e6))
def test_nearest_counts_are_not_negative_and_keep_the_sum(counts: list[float], total: float) -> None:
    found = nearest(np.array(counts), total)
    assert (found >= 0).all() and abs(found.sum() - total) < 1e-6 * max(total, 1, *map(abs, counts))


def test_levels_follow_from_the_size_alone() -> None:
    assert levels_of(128, ordered=True) == [0] and levels_of(100_000, ordered=False) == [0]
    assert levels_of(129, ordered=True) == [0, 4] and levels_of(65_536, ordered=True) == [0, 4, 8, 12]
