"""Hold normal distributions of points to the covariance of each group of rows, and to what undoes them."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from likewise.networks.gaussians import Gaussians, placed, plain  # noqa: E402


def two_groups(rows=800):
    """Points of two groups that lie along other axes around other middles; the second condition is a number."""
    rng = np.random.default_rng(0)
    level = (np.arange(rows) % 2).astype(np.float32)
    number = rng.standard_normal(rows).astype(np.float32)
    noise = rng.standard_normal((rows, 3)) * np.where(level[:, None] > 0, [3, 0.5, 1], [0.5, 3, 1])
    points = noise + 5 * level[:, None] + number[:, None]
    return points.astype(np.float32), np.stack([level, 1 - level, number], axis=1)


def told(condition, learned):
    return torch.from_numpy(condition), torch.from_numpy(learned.groups(condition)), learned.tensors("cpu")


def test_points_of_each_group_become_standard_normal_and_come_back():
    points, condition = two_groups()
    learned = Gaussians.fit(points, np.zeros_like(points), condition)
    beside, groups, tensors = told(condition, learned)
    numbers = plain(torch.from_numpy(points), beside, groups, tensors)
    for level in (0, 1):
        own = numbers[condition[:, 0] == level].numpy()
        assert np.allclose(np.cov(own.T), np.eye(3), atol=0.1) and np.allclose(own.mean(axis=0), 0, atol=0.05)
    assert torch.allclose(placed(numbers, beside, groups, tensors), torch.from_numpy(points), atol=1e-4)


def test_a_combination_that_was_not_seen_or_is_rare_lies_as_all_rows_do():
    points, condition = two_groups()
    condition[:5, :2] = 1
    learned = Gaussians.fit(points, np.zeros_like(points), condition)
    assert learned.groups(np.array([[1, 1, 0.3], [0, 0, 0.3]], dtype=np.float32)).tolist() == [0, 0]
    assert set(learned.groups(condition[5:])) == {1, 2}


@pytest.mark.parametrize(("rows", "width"), [(1, 0), (1, 2), (40, 0)])
def test_few_rows_and_no_condition_are_enough(rows, width):
    points = np.random.default_rng(0).standard_normal((rows, 4)).astype(np.float32)
    condition = np.zeros((rows, width), dtype=np.float32)
    learned = Gaussians.fit(points, np.ones_like(points), condition)
    beside, groups, tensors = told(condition, learned)
    numbers = plain(torch.from_numpy(points), beside, groups, tensors)
    assert torch.isfinite(numbers).all() and torch.allclose(
        placed(numbers, beside, groups, tensors), torch.from_numpy(points), atol=1e-4
    )


def test_its_arrays_make_it_again():
    points, condition = two_groups()
    learned = Gaussians.fit(points, np.zeros_like(points), condition)
    again = Gaussians.from_state(learned.state())
    assert all((again.state()[name] == own).all() for name, own in learned.state().items())
