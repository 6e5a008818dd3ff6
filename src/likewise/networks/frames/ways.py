"""The ways that points take through the latent space, as vectors that are about standard normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays

Floats = npt.NDArray[np.float32]

KEPT = 0.99
"""The share of the variance of ways that is kept."""

NEAR = 0.3
"""The part of their deviations by which ways are drawn anew around their means: all of it drowns what is fine."""

MOST = 256
"""Principal components that are kept at most."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """Turn ways (rows x width) into their principal components, each of variance 1, and back.

    `into` and `back` are width x components.
    """

    middle: Floats
    into: Floats
    back: Floats

    @classmethod
    def fit(cls, ways: Floats, deviations: Floats) -> Whitening:
        """Learn the components of ways whose points have `deviations` (rows x width) around them."""
        values = ways.astype(np.float64)
        middle = values.mean(axis=0)
        noise = (deviations.astype(np.float64) ** 2).mean(axis=0)
        covariance = np.cov(values - middle, rowvar=False) if len(values) > 1 else np.zeros((len(middle),) * 2)
        found, axes = np.linalg.eigh(np.atleast_2d(covariance))
        found, axes = np.maximum(found[::-1], 0), axes[:, ::-1]
        share = np.cumsum(found) / max(found.sum(), 1e-12)
        kept = min(MOST, max(1, int(np.searchsorted(share, KEPT)) + 1), len(found))
        axes = axes[:, :kept]
        scale = np.sqrt(np.maximum(found[:kept] + noise @ axes**2, 1e-8))
        return cls(middle.astype(np.float32), (axes / scale).astype(np.float32), (axes * scale).astype(np.float32))

    def apply(self, ways: Floats) -> Floats:
        """Return the components of ways."""
        return np.asarray((ways - self.middle) @ self.into, dtype=np.float32)

    def invert(self, components: Floats) -> Floats:
        """Return the ways of components."""
        return np.asarray(components @ self.back.T + self.middle, dtype=np.float32)

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"middle": self.middle, "into": self.into, "back": self.back}
