"""Points of a latent space given conditions, as a normal distribution whose mean follows them: a flow's first guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.protocol import Arrays

if TYPE_CHECKING:
    from torch import Tensor

Floats = npt.NDArray[np.float32]

RIDGE = 2.0
"""Rows that say of each condition that it changes nothing: a level of few rows moves the mean less."""

LEAST = 1e-3
"""The least standard deviation of a direction, as a part of the usual one."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """Turn points (rows x width) into about standard normal numbers, and back, under conditions.

    `means` is (conditions + 1) x width: the mean of a point is its conditions, and a one, times it. What is left lies
    along `axes` (width x width, orthonormal columns, the widest first) with the standard deviations `spreads`.
    """

    means: Floats
    axes: Floats
    spreads: Floats

    @classmethod
    def fit(cls, points: Floats, variances: Floats, condition: Floats) -> Gaussian:
        """Learn from points that are known up to `variances` (rows x width)."""
        known = np.concatenate([condition, np.ones((len(condition), 1))], axis=1).astype(np.float64)
        values = points.astype(np.float64)
        weight = np.full(known.shape[1], RIDGE)
        weight[-1] = 1e-6
        means = np.linalg.solve(known.T @ known + np.diag(weight), known.T @ values)
        rest = values - known @ means
        covariance = rest.T @ rest / max(len(rest), 1) + np.diag(variances.astype(np.float64).mean(axis=0))
        found, axes = np.linalg.eigh(covariance)
        spreads = np.sqrt(np.maximum(found[::-1], LEAST**2 * max(float(found.mean()), 1e-12)))
        return cls(*(np.ascontiguousarray(own, dtype=np.float32) for own in (means, axes[:, ::-1], spreads)))

    def tensors(self, device: str) -> tuple[Tensor, Tensor, Tensor]:
        """Return means, axes and spreads on a device."""
        torch = require("torch", extra="deep")
        means, axes, spreads = (torch.from_numpy(own).to(device) for own in (self.means, self.axes, self.spreads))
        return means, axes, spreads

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"means": self.means, "axes": self.axes, "spreads": self.spreads}

    @classmethod
    def from_state(cls, arrays: Arrays) -> Gaussian:
        """Rebuild it from a model file."""
        return cls(arrays["means"], arrays["axes"], arrays["spreads"])


def lifted(means: Any, condition: Any) -> Any:
    """Return the mean of each row's points: rows x width."""
    return condition @ means[:-1] + means[-1]
