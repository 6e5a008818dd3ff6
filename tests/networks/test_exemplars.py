"""Points are drawn around learned ones of the conditions that are asked for, and not onto them."""

from __future__ import annotations

import numpy as np

from likewise.networks.apart import HUGGING, SHARES, share_kept
from likewise.networks.exemplars import Exemplars


def points(rows: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((rows, width)).astype(np.float32)


def nearest(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.sort(np.sqrt(((asked[:, None] - known[None]) ** 2).sum(axis=2)), axis=1)


def share_of(known: np.ndarray) -> float:
    """Return the share that is kept where rows are their own noisy points."""

    def drawn(share: float) -> np.ndarray:
        noise = np.random.default_rng(1).standard_normal(known.shape).astype(np.float32)
        return np.float32(share) * known + np.float32(np.sqrt(1 - share**2)) * noise

    return share_kept(drawn, known, np.arange(len(known)))


def untold(rows: int) -> np.ndarray:
    return np.zeros((rows, 0), np.float32)


def test_few_points_in_many_dimensions_are_blurred_until_few_are_hugged() -> None:
    rng = np.random.default_rng(0)
    middles, loose = points(10, 40), np.random.default_rng(1).gamma(2, 0.2, (300, 1))
    known = (middles[rng.integers(10, size=300)] + loose * rng.standard_normal((300, 40))).astype(np.float32)
    usual = nearest(known, known)[:, 1:6]
    limit = np.quantile(usual[:, 0] / usual[:, 4], HUGGING)
    hugging = []
    for share in (share_of(known), 0.99):
        drawn = share * known[:200] + np.sqrt(1 - share**2) * points(500, 40)[300:]
        own = nearest(drawn, known)
        hugging.append((own[:, 0] / own[:, 4] < limit).mean())
    assert share_of(known) < 1 and hugging[0] <= 0.05 < hugging[1]


def test_many_points_in_few_dimensions_are_kept_as_they_are() -> None:
    assert share_of(points(2000, 1)) > share_of(points(2000, 40))


def test_too_few_and_equal_points_are_mostly_noise_or_as_they_are() -> None:
    assert share_of(points(3, 4)) == SHARES[-1]
    equal = np.zeros((50, 4), np.float32)
    assert share_kept(lambda share: equal, equal, np.arange(50)) == SHARES[0]


def kinds_of(rows: int, width: int, apart: float, within: float) -> tuple[np.ndarray, np.ndarray]:
    """Return points of 30 kinds that lie `apart`, and differ `within`; and which kind each is of."""
    rng = np.random.default_rng(1)
    own = np.arange(rows) % 30
    middles = apart * rng.standard_normal((30, width))
    return (middles[own] + within * rng.standard_normal((rows, width))).astype(np.float32), own


def test_points_are_drawn_within_their_kind_and_as_wide_as_it_is() -> None:
    known, own = kinds_of(600, 20, 0.95, 0.3)
    condition = np.eye(30, dtype=np.float32)[own]
    kept = Exemplars.fit(known, condition, 0.5)
    drawn = kept.drawn(condition, points(600, 20), np.random.default_rng(0))
    middles = np.stack([known[own == kind].mean(axis=0) for kind in range(30)])
    assert (nearest_kind(drawn, middles) == own).mean() > 0.99
    assert 0.25 < (drawn - middles[own]).std() < 0.35 and drawn.dtype == np.float32


def nearest_kind(asked: np.ndarray, middles: np.ndarray) -> np.ndarray:
    return ((asked[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)


def test_kinds_that_do_not_differ_have_no_middles() -> None:
    known, own = kinds_of(600, 20, 0.0, 1.0)
    kept = Exemplars.fit(known, np.eye(30, dtype=np.float32)[own], 0.5)
    alone = Exemplars.fit(known, np.arange(600, dtype=np.float32)[:, None], 0.5)
    assert np.abs(kept.middles).mean() < 0.05 and np.abs(alone.middles).mean() < 0.1


def test_middles_rests_and_axes_are_the_points() -> None:
    known, own = kinds_of(90, 6, 1.0, 0.5)
    kept = Exemplars.fit(known, np.eye(30, dtype=np.float32)[own], 0.5)
    assert np.allclose((kept.middles[kept.kinds] + kept.rests) @ kept.axes, known, atol=1e-4)


def test_conditions_that_nobody_had_take_the_nearest() -> None:
    condition = np.array([[0.0], [1.0], [5.0]] * 30, np.float32)
    kept = Exemplars.fit(100 * condition, condition, 1.0)
    drawn = kept.drawn(np.array([[4.0], [-3.0]], np.float32), np.zeros((2, 1), np.float32), np.random.default_rng(0))
    assert np.allclose(drawn[:, 0], [500, 0], atol=20)


def test_all_points_of_a_condition_come_before_one_comes_again() -> None:
    known, one = np.arange(8, dtype=np.float32)[:, None], np.ones((1, 1), np.float32)
    kept = Exemplars(known, np.zeros(8, np.int64), 0 * one, untold(1), one, 1.0)
    drawn = kept.drawn(untold(20), np.zeros((20, 1), np.float32), np.random.default_rng(0))[:, 0].astype(int)
    assert sorted(np.bincount(drawn, minlength=8)) == [2, 2, 2, 2, 3, 3, 3, 3]
    assert len(kept.drawn(untold(0), np.zeros((0, 1), np.float32), np.random.default_rng(0))) == 0
    again = Exemplars.from_state(kept.state())
    assert (again.rests == known).all() and again.share == 1.0
