"""Points of a latent space given conditions, as normal distributions: what a flow starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays

if TYPE_CHECKING:
    from torch import Tensor

    Tensors = tuple[Tensor, Tensor, Tensor]
    """Means, axes and inverses of normal distributions, on a device."""

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

RIDGE = 2.0
"""Rows that say of each condition that it changes nothing: a level of few rows moves the mean less."""

LEAST = 1e-3
"""The least standard deviation of a direction, as a part of the usual one."""

MOST_GROUPS, FEWEST = 32, 32
"""Groups of rows whose points lie in an own way: at most so many, the largest, of at least so many rows each."""


@dataclass(frozen=True, eq=False)
class Gaussians:
    """Turn points (rows x width) into about standard normal numbers, and back, under conditions.

    `means` is (conditions + 1) x width: the mean of a point is its conditions, and a one, times it. What is left lies
    as that of its group does: along `axes` (groups x width x width, columns as long as a standard deviation, the
    longest first; `inverses` undo them). The groups are combinations of levels: `kinds` (groups x places) has the
    values that conditions have at `places`. The first group has no kind: it is of all rows that are in no other.
    """

    means: Floats
    axes: Floats
    inverses: Floats
    places: Groups
    kinds: Floats

    @classmethod
    def fit(cls, points: Floats, variances: Floats, condition: Floats) -> Self:
        """Learn from points that are known up to `variances` (rows x width).

        The covariance of a group is drawn towards that of all rows as by half as many rows as points have numbers.
        """
        known = np.concatenate([condition, np.ones((len(condition), 1))], axis=1).astype(np.float64)
        values, unsure = points.astype(np.float64), variances.astype(np.float64)
        weight = np.full(known.shape[1], RIDGE)
        weight[-1] = 1e-6
        means = np.linalg.solve(known.T @ known + np.diag(weight), known.T @ values)
        rest = values - known @ means
        places = np.flatnonzero(((condition == 0) | (condition == 1)).all(axis=0))
        kinds, which, counts = np.unique(condition[:, places], axis=0, return_inverse=True, return_counts=True)
        large = [int(own) for own in np.argsort(-counts, kind="stable")[:MOST_GROUPS] if counts[own] >= FEWEST]
        whole = _scatter(rest, unsure) / max(len(rest), 1)
        pull = points.shape[1] / 2
        rows = [which.reshape(-1) == own for own in large]
        own = [(_scatter(rest[r], unsure[r]) + pull * whole) / (int(r.sum()) + pull) for r in rows]
        axes, inverses = (np.stack(part) for part in zip(*map(_axes, [whole, *own]), strict=True))
        means, axes, inverses = (np.ascontiguousarray(part, dtype=np.float32) for part in (means, axes, inverses))
        return cls(means, axes, inverses, places.astype(np.int64), kinds[large].astype(np.float32))

    def groups(self, condition: Floats) -> Groups:
        """Return the group of each row of conditions."""
        found = np.zeros(len(condition), dtype=np.int64)
        for number, kind in enumerate(self.kinds, start=1):
            found[(condition[:, self.places] == kind).all(axis=1)] = number
        return found

    def tensors(self, device: str) -> Tensors:
        """Return means, axes and inverses on a device, for `plain` and `placed`."""
        torch = require("torch", extra="deep")
        means, axes, inverses = (torch.from_numpy(own).to(device) for own in (self.means, self.axes, self.inverses))
        return means, axes, inverses

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"means": self.means, "axes": self.axes, "inverses": self.inverses, "places": self.places,
                "kinds": self.kinds}  # fmt: skip

    @classmethod
    def from_state(cls, arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        return cls(*(arrays[name] for name in ("means", "axes", "inverses", "places", "kinds")))


def divergence(mean: Tensor, spread: Tensor) -> Tensor:
    """Return how far points of rows, whose variances are `exp(spread)`, are from standard normal: nats, one a row.

    Kullback and Leibler, 1951. Both are rows x width, or rows x any axes.
    """
    return 0.5 * (mean.square() + spread.exp() - 1 - spread).flatten(1).sum(dim=1)


def plain(points: Tensor, condition: Tensor, groups: Tensor, tensors: Tensors) -> Tensor:
    """Return points as about standard normal numbers; `tensors` are those of the normal distributions."""
    means, _, inverses = tensors
    return _times(points - condition @ means[:-1] - means[-1], inverses[groups])


def placed(numbers: Tensor, condition: Tensor, groups: Tensor, tensors: Tensors) -> Tensor:
    """Return about standard normal numbers as points."""
    means, axes, _ = tensors
    return _times(numbers, axes[groups]) + condition @ means[:-1] + means[-1]


def _times(rows: Tensor, matrices: Tensor) -> Tensor:
    """Return each row times its own matrix."""
    return (matrices @ rows[:, :, None])[:, :, 0]


def _scatter(rest: Doubles, variances: Doubles) -> Doubles:
    return np.asarray(rest.T @ rest + np.diag(variances.sum(axis=0)))


def _axes(covariance: Doubles) -> tuple[Doubles, Doubles]:
    """Return what standard normal numbers are multiplied by to have a covariance, and what undoes it."""
    found, axes = np.linalg.eigh(covariance)
    spreads = np.sqrt(np.maximum(found, LEAST**2 * max(float(found.mean()), 1e-12)))[::-1]
    return axes[:, ::-1] * spreads, (axes[:, ::-1] / spreads).T
