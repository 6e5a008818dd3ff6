"""Points drawn around those that were learned: what is left where they are too few for a density of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import Arrays

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.int64]

ALIKE = 1e-4
"""How much farther than the nearest conditions others may lie to count as near."""


@dataclass(frozen=True, eq=False)
class Exemplars:
    """Hold learned points in two parts, the middle of their kind and the `rests` that are theirs alone.

    A kind is rows of equal conditions: `conditions` and `middles` have a row for each, `kinds` says which one a point
    is of. Middles and rests are in units in which rests are about standard normal; `axes` (width x width) lead from
    these units to points.

    A point is drawn of a learned one, of the kind that lies nearest to what is asked for: its middle + `share` x its
    rest + sqrt(1 - share^2) x noise. That is a prior of as many normal distributions as there are points (Norouzi,
    Fleet and Norouzi 2020, "Exemplar VAE"), as wide as points of a kind differ, not as points of all.
    """

    rests: Floats
    kinds: Kinds
    middles: Floats
    conditions: Floats
    axes: Floats
    share: float

    @classmethod
    def fit(cls, points: Floats, condition: Floats, share: float) -> Exemplars:
        """Learn from points (rows x width) that are about standard normal, a row of conditions for each.

        What conditions do one by one may be out of points already; middles hold what they do together. The middle of
        few rows is drawn towards none, the more so the less kinds differ; how points of a kind lie is drawn towards how
        all do, as by half as many rows as points have numbers.
        """
        own, kinds, counts = np.unique(condition, axis=0, return_inverse=True, return_counts=True)
        kinds, values = kinds.reshape(-1), points.astype(np.float64)
        means = np.zeros((len(own), points.shape[1]))
        np.add.at(means, kinds, values / counts[kinds, None])
        axes, undone = _axes(values - means[kinds], len(values) - len(own))
        middles = _drawn_in(means @ undone, counts[:, None])
        rests = values @ undone - middles[kinds]
        return cls(_single(rests), kinds, _single(middles), _single(own), _single(axes), share)

    def drawn(self, condition: Floats, noise: Floats, rng: np.random.Generator) -> Floats:
        """Return a point for each row of conditions, of rows x width of standard normal noise."""
        rows, share = self._taken(condition, rng), np.float32(self.share)
        made = self.middles[self.kinds[rows]] + share * self.rests[rows] + np.sqrt(1 - share**2) * noise
        return np.asarray(made @ self.axes, dtype=np.float32)

    def _taken(self, condition: Floats, rng: np.random.Generator) -> Kinds:
        """Return the learned point that each row is drawn of: all of a kind before any comes again."""
        asked, of, counts = np.unique(condition, axis=0, return_inverse=True, return_counts=True)
        places = np.split(np.argsort(of.reshape(-1), kind="stable"), np.cumsum(counts))[:-1]
        rows = np.empty(len(condition), dtype=np.int64)
        for own, mine in zip(asked, places, strict=True):
            apart = np.square(self.conditions - own).sum(axis=1)
            near = np.flatnonzero((apart <= apart.min() + ALIKE)[self.kinds])
            turns = [rng.permutation(near) for _ in range(-(-len(mine) // len(near)))]
            rows[mine] = np.concatenate(turns)[: len(mine)]
        return rows

    def state(self) -> Arrays:
        """Return it as the arrays of a model file."""
        return {"rests": self.rests, "kinds": self.kinds, "middles": self.middles, "conditions": self.conditions,
                "axes": self.axes, "share": np.array([self.share])}  # fmt: skip

    @classmethod
    def from_state(cls, arrays: Arrays) -> Exemplars:
        """Rebuild it from a model file."""
        return cls(arrays["rests"], arrays["kinds"], arrays["middles"], arrays["conditions"], arrays["axes"],
                   float(arrays["share"][0]))  # fmt: skip


def _single(numbers: npt.NDArray[Any]) -> Floats:
    return np.asarray(numbers, dtype=np.float32)


def _axes(within: Doubles, free: int) -> tuple[Doubles, Doubles]:
    """Return what standard normal numbers are multiplied by to lie as points of a kind do, and what undoes it."""
    width = within.shape[1]
    pull = width / 2
    covariance = (within.T @ within + pull * np.eye(width)) / (free + pull)
    found, axes = np.linalg.eigh(covariance)
    spreads = np.sqrt(found)
    return (axes * spreads).T, axes / spreads


def _drawn_in(means: Doubles, counts: Kinds) -> Doubles:
    """Return means of so many standard normal rows each, drawn towards 0 by how little they differ beyond chance."""
    beyond = np.maximum((counts * means**2).sum(axis=0) - len(means), 0) / counts.sum()
    return np.asarray(means * beyond / (beyond + 1 / counts))
