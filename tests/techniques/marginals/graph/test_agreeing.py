"""Overlapping counts agree afterwards, and move no farther than their noise lets them."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.marginals.graph.agreeing import agreed
from likewise.techniques.marginals.graph.measurement import Measurement, merged

SIZES = (6, 4, 3)
HALVES = np.array([0, 0, 0, 1, 1, 1])
THIRDS = np.array([0, 0, 1, 1, 2, 2])
SIXTHS = np.array([0, 1, 2, 3, 4, 5])


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(100, 30, shape)


def test_tables_agree_on_all_that_they_share() -> None:
    known = [
        Measurement((0, 1), noise(6, 4), 1.0),
        Measurement((1, 2), noise(4, 3), 2.0),
        Measurement((0, 1, 2), noise(6, 4, 3), 3.0),
        Measurement((2,), noise(3), 4.0),
        Measurement((0, 2), noise(2, 3), 5.0, (HALVES, None)),
    ]
    a, b, c, d, e = (m.values for m in agreed(merged(known, SIZES), SIZES, 1000.0))
    assert all(values.sum() == pytest.approx(1000) for values in (a, b, c, d, e))
    np.testing.assert_allclose(a, c.sum(axis=2))
    np.testing.assert_allclose(b, c.sum(axis=0))
    np.testing.assert_allclose(d, b.sum(axis=0))
    np.testing.assert_allclose(e, c.sum(axis=1).reshape(2, 3, 3).sum(axis=1))


def test_the_surer_of_two_moves_less() -> None:
    sure, unsure = Measurement((0,), np.array([10.0, 20.0]), 1.0), Measurement((0, 1), np.full((2, 4), 10.0), 10.0)
    values = agreed([sure, unsure], (2, 4), 40.0)
    # the single counts have variance 1, those of the pairs' sums 4 * 100
    assert values[0].values == pytest.approx(np.array([15.0, 25.0]) * 400 / 401 + np.array([20.0, 20.0]) / 401)
    np.testing.assert_allclose(values[1].values.sum(axis=1), values[0].values)


def test_groups_that_cut_each_other_are_left_as_they_are() -> None:
    known = [Measurement((0,), noise(2), 1.0, (HALVES,)), Measurement((0,), noise(3), 1.0, (THIRDS,))]
    for m, after in zip(known, agreed(known, SIZES, float(known[0].values.sum())), strict=True):
        np.testing.assert_allclose(after.values - after.values.mean(), m.values - m.values.mean())


def test_what_agrees_already_stays() -> None:
    table = noise(6, 4)
    known = [Measurement((0, 1), table, 1.0), Measurement((0,), table.sum(axis=1), 3.0, (SIXTHS,)),
             Measurement((0,), table.sum(axis=1).reshape(2, 3).sum(axis=1), 2.0, (HALVES,))]  # fmt: skip
    for m, after in zip(known, agreed(known, SIZES, float(table.sum())), strict=True):
        np.testing.assert_allclose(after.values, m.values)


def test_the_same_sums_are_averaged_by_their_noise() -> None:
    twice = [Measurement((0, 1), np.full((6, 4), 10.0), 1.0), Measurement((1, 0), np.full((4, 6), 20.0), 2.0)]
    (one,) = merged(twice, SIZES)
    assert one.values == pytest.approx(np.full((6, 4), 12.0)) and one.sigma == pytest.approx((1 + 1 / 4) ** -0.5)
