"""Points are drawn around learned ones of the conditions that are asked for, and not onto them."""

from __future__ import annotations

import numpy as np

from likewise.networks.apart import HUGGING, SHARES, share_kept
from likewise.networks.exemplars import Exemplars


def points(rows: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((rows, width)).astype(np.float32)


def nearest(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.sort(np.sqrt(((asked[:, None] - known[None]) ** 2).sum(axis=2)), axis=1)


def test_few_points_in_many_dimensions_are_blurred_until_few_are_hugged() -> None:
    rng = np.random.default_rng(0)
    middles, loose = points(10, 40), np.random.default_rng(1).gamma(2, 0.2, (300, 1))
    known = (middles[rng.integers(10, size=300)] + loose * rng.standard_normal((300, 40))).astype(np.float32)
    usual = nearest(known, known)[:, 1:6]
    limit = np.quantile(usual[:, 0] / usual[:, 4], HUGGING)
    hugging = []
    for share in (share_kept(known, 0), 0.99):
        kept = Exemplars(known, np.zeros((300, 0), np.float32), share)
        drawn = kept.drawn(np.zeros((200, 0), np.float32), points(500, 40)[300:], rng)
        own = nearest(drawn, known)
        hugging.append((own[:, 0] / own[:, 4] < limit).mean())
    assert share_kept(known, 0) < 1 and hugging[0] <= 0.05 < hugging[1]


def test_many_points_in_few_dimensions_are_kept_as_they_are() -> None:
    assert share_kept(points(2000, 1), 0) > share_kept(points(2000, 40), 0)


def test_too_few_and_equal_points_are_mostly_noise_or_as_they_are() -> None:
    assert share_kept(points(3, 4), 0) == SHARES[-1]
    assert share_kept(np.zeros((50, 4), np.float32), 0) in SHARES


def test_points_come_from_the_nearest_conditions() -> None:
    condition = np.eye(3, dtype=np.float32)[np.arange(90) % 3]
    known = 100 * condition
    kept = Exemplars(known, condition, 0.9)
    asked = np.eye(3, dtype=np.float32)[[2, 0, 1, 1]]
    drawn = kept.drawn(asked, points(4, 3), np.random.default_rng(0))
    assert drawn.argmax(axis=1).tolist() == [2, 0, 1, 1] and drawn.dtype == np.float32


def test_all_points_of_a_condition_take_their_turn() -> None:
    known = np.arange(8, dtype=np.float32)[:, None]
    kept = Exemplars(known, np.zeros((8, 1), np.float32), 1.0)
    drawn = kept.drawn(np.zeros((400, 1), np.float32), np.zeros((400, 1), np.float32), np.random.default_rng(0))
    assert np.bincount(drawn[:, 0].astype(int), minlength=8).min() > 20
    again = Exemplars.from_state(kept.state())
    assert (again.points == known).all() and again.share == 1.0
