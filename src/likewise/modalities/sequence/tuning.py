"""Scores as they are drawn, mapped to scores as they were: each channel's values come as often as they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]

KNOTS, OUTERMOST = 65, 3.0
"""Quantiles that a map goes through: those of evenly spread normal scores, up to the outermost."""


@dataclass(frozen=True, eq=False)
class Tuning:
    """Map scores of each channel and mark by quantiles: from `drawn` to `real` (each channels x knots, both rising).

    What networks draw is right in the middle and less so at the ends. The map is fixed, so that no row depends on which
    others are drawn; beyond the outermost knots scores are moved as these are.
    """

    drawn: Floats
    real: Floats

    @classmethod
    def fit(cls, drawn: Floats, real: Floats) -> Tuning:
        """Learn from steps that were drawn (n x channels) and `quantiles` of the real ones."""
        found = quantiles(drawn)
        flat = found[:, -1] - found[:, 0] <= 1e-9  # a channel that never changes
        found[flat] = real[flat]
        return cls(found, real)

    def applied(self, steps: Floats) -> Floats:
        """Return steps (any shape whose last axis is the channels), tuned."""
        tuned = np.empty_like(steps)
        for i, (low, high) in enumerate(zip(self.drawn, self.real, strict=True)):
            own = steps[..., i]
            beyond = own - np.clip(own, low[0], low[-1])
            tuned[..., i] = np.interp(own, low, high) + beyond
        return tuned

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"drawn": self.drawn.tolist(), "real": self.real.tolist()}

    @classmethod
    def from_state(cls, meta: dict[str, Any] | None) -> Tuning | None:
        """Rebuild it from a model file."""
        return None if meta is None else cls(np.array(meta["drawn"]), np.array(meta["real"]))


def quantiles(steps: Floats) -> Floats:
    """Return the quantiles of each channel of steps (n x channels): channels x `KNOTS`."""
    return np.asarray(np.quantile(steps, ndtr(np.linspace(-OUTERMOST, OUTERMOST, KNOTS)), axis=0).T)
