"""The ways that points take through the latent space, as their principal components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from likewise.core.extras import require
from likewise.core.protocol import Arrays
from likewise.networks.frames.space import Floats

if TYPE_CHECKING:
    from torch import Generator, Tensor

KEPT = 0.99
"""The share of the variance of ways that is kept."""

NEAR = 0.3
"""The part of their deviations by which ways are drawn anew around their means: all of it drowns what is fine."""

MOST = 256
"""Principal components that are kept at most."""

FLAT = 0.5
"""How far components are brought to one scale: at 1 what hardly varies counts as much as what varies most, at 0 a
network sees nothing else than the latter."""


@dataclass(frozen=True, eq=False)
class Components:
    """Turn ways (rows x width) into their principal components, the first of deviation 1, and back.

    `into` and `back` are width x components; `deviations` has the deviation of each component.
    """

    middle: Floats
    into: Floats
    back: Floats
    deviations: Floats

    @classmethod
    def fit(cls, ways: Floats, deviations: Floats) -> Self:
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
        spread = np.sqrt(np.maximum(found[:kept] + noise @ axes**2, 1e-8))
        own = (spread / spread.max()) ** (1 - FLAT)
        scale = spread / own
        return cls(*(np.asarray(part, dtype=np.float32) for part in (middle, axes / scale, axes * scale, own)))

    @property
    def kept(self) -> int:
        """The number of components."""
        return int(self.into.shape[1])

    def apply(self, ways: Floats) -> Floats:
        """Return the components of ways."""
        return np.asarray((ways - self.middle) @ self.into, dtype=np.float32)

    def invert(self, components: Floats) -> Floats:
        """Return the ways of components."""
        return np.asarray(components @ self.back.T + self.middle, dtype=np.float32)

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"middle": self.middle, "into": self.into, "back": self.back, "deviations": self.deviations}


@dataclass(frozen=True, eq=False)
class Ways:
    """Hold the ways of learned clips (rows x width), what is unsure about them, their conditions and components."""

    means: Floats
    deviations: Floats
    condition: Floats
    components: Components

    @classmethod
    def of(cls, means: Floats, spreads: Floats, condition: Floats) -> Self:
        """Learn the components of ways by their means and the logarithms of their variances."""
        deviations = np.asarray(NEAR * np.exp(spreads / 2), dtype=np.float32)
        return cls(means, deviations, condition, Components.fit(means, deviations))

    def data(self) -> list[Tensor]:
        """Return means, deviations and conditions, a row for each clip: what `drawn_anew` takes, and conditions."""
        torch = require("torch", extra="deep")
        return [torch.from_numpy(np.ascontiguousarray(own, dtype=np.float32))
                for own in (self.means, self.deviations, self.condition)]  # fmt: skip

    def drawn_anew(self, means: Tensor, deviations: Tensor, rng: Generator) -> Tensor:
        """Return components of ways around their means."""
        torch = require("torch", extra="deep")
        middle, into = (
            torch.from_numpy(own).to(means.device) for own in (self.components.middle, self.components.into)
        )
        with torch.autocast(means.device.type, enabled=False):
            return (means + deviations * torch.randn(means.shape, generator=rng, device=means.device) - middle) @ into
