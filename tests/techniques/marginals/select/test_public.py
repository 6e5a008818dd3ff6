"""What rows that need no protection tell of those that do."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from likewise.privacy.contract import Coded
from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.public import Public

CELLS = Bins(Pieces(np.arange(4), np.arange(1, 5), np.ones(4)), np.array([0, 0, 1, 2]))


def table(rows: int, seed: int, shift: int = 0) -> npt.NDArray[np.int32]:
    rng = np.random.default_rng(seed)
    first = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    return np.stack([first, (first + shift + rng.integers(0, 2, rows)) % 4], axis=1).astype(np.int32)


def public(rows: int, shift: int = 0) -> Public:
    return Public(Coded(table(rows, 1, shift), ("a", "b"), (4, 4)), [CELLS, CELLS])


def counted(rows: int, sigma: float) -> Measurement:
    codes = [CELLS.of(column) for column in table(rows, 2).T]
    exact = np.zeros((3, 3))
    np.add.at(exact, (codes[0], codes[1]), 1)
    return Measurement((0, 1), exact + np.random.default_rng(3).normal(0, sigma, (3, 3)), sigma)


def test_shares_are_those_of_bins() -> None:
    shares = public(5000).shares((0, 1))
    assert shares.shape == (3, 3) and shares.sum() == pytest.approx(1)
    assert pytest.approx(shares) == public(5000).shares((1, 0)).T


def test_rows_of_one_population_are_off_by_sampling_alone_and_others_by_more() -> None:
    measured = [counted(3000, 5.0)]
    sampled = math.sqrt(1 / 3000 + 1 / 5000)
    assert sampled <= public(5000).unlike(measured, 3000) < 2 * sampled
    assert public(5000, shift=1).unlike(measured, 3000) > 8 * sampled


def test_counts_are_those_of_as_many_rows_as_are_private() -> None:
    told = public(5000).counts((0, 1), 300.0, 0.1)
    assert told.values.sum() == pytest.approx(300) and told.sigma == pytest.approx(300 * 0.1 / 3)


def test_no_public_rows_tell_nothing() -> None:
    none = public(0)
    assert not none.shares((0, 1)).any() and none.unlike([counted(3000, 5.0)], 3000) >= 1
