"""Points drawn around those that were learned: what is left where they are too few for a density of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays

Floats = npt.NDArray[np.float32]

AT_ONCE = 512
"""Rows of conditions that are compared with the learned ones at once."""

ALIKE = 1e-4
"""How much farther than the nearest conditions others may lie to count as near."""


@dataclass(frozen=True, eq=False)
class Exemplars:
    """Hold learned `points` (rows x width, about standard normal), their conditions, and the share that is kept.

    A point is drawn as share x a learned one + sqrt(1 - share^2) x noise, of those whose conditions lie nearest to what
    is asked for: a prior of as many normal distributions as there are points (Norouzi, Fleet and Norouzi 2020,
    "Exemplar VAE"). `share_kept` chooses the share, so that what is drawn lies no nearer to learned points than these
    lie to each other.
    """

    points: Floats
    condition: Floats
    share: float

    def drawn(self, condition: Floats, noise: Floats, rng: np.random.Generator) -> Floats:
        """Return a point for each row of conditions, of rows x width of standard normal noise."""
        turns = rng.random(len(condition))
        rows = np.empty(len(condition), dtype=np.int64)
        lengths = (self.condition**2).sum(axis=1)
        for start in range(0, len(condition), AT_ONCE):
            own = condition[start : start + AT_ONCE]
            apart = lengths[None, :] - 2 * own @ self.condition.T
            near = apart <= apart.min(axis=1, keepdims=True) + ALIKE
            wanted = (turns[start : start + AT_ONCE] * near.sum(axis=1)).astype(np.int64)
            rows[start : start + AT_ONCE] = (near.cumsum(axis=1) > wanted[:, None]).argmax(axis=1)
        share = np.float32(self.share)
        return np.asarray(share * self.points[rows] + np.sqrt(1 - share**2) * noise, dtype=np.float32)

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"points": self.points, "condition": self.condition, "share": np.array([self.share])}

    @classmethod
    def from_state(cls, arrays: Arrays) -> Exemplars:
        """Rebuild it from a model file."""
        return cls(arrays["points"], arrays["condition"], float(arrays["share"][0]))
