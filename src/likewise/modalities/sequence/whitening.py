"""Vectors whose coordinates are uncorrelated and of one size: principal components, what is given taken out first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST = 1024
"""Components that are kept at most; what the others held is lost, and it is little."""
ROWS = 8192
"""Rows that components are found from at most."""
SMALLEST = 1e-5
"""Deviation of a component, as a share of the largest, below which it is none but rounding."""
LOOSE = 1.0
"""How many rows of prior knowledge say that what is given tells nothing (ridge regression)."""
EACH = 4
"""Rows a component that are wanted at least before more than its deviation is learned of it."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """Turn vectors into coordinates of mean 0 and deviation 1, given other vectors that tell of them, and back.

    A vector is `mean` + given @ `slopes` + (coordinates * `deviations`) @ `basis`. The first `learned` coordinates are
    worth learning more of than that: of the others there are too few rows to see more than noise.

    Tipping and Bishop 1999, "Probabilistic principal component analysis": it is the linear autoencoder, and the linear
    VAE too (Lucas et al. 2019).
    """

    mean: Floats
    slopes: Floats
    basis: Floats
    deviations: Floats
    learned: int

    @classmethod
    def fit(cls, rows: Floats, given: Floats) -> Whitening:
        """Learn from rows (n x size) and what is given beside each (n x width, of size about 1; the width may
        be 0)."""
        seen = np.linspace(0, len(rows) - 1, min(len(rows), ROWS)).astype(np.int64)
        rows, given = rows[seen], given[seen]
        mean = rows.mean(axis=0)
        centred = given - given.mean(axis=0)
        scatter = centred.T @ centred + LOOSE * np.eye(given.shape[1])
        slopes = np.linalg.solve(scatter, centred.T @ (rows - mean))
        left = rows - mean - centred @ slopes
        mean = mean - given.mean(axis=0) @ slopes
        if len(left) > left.shape[1]:
            squares, vectors = np.linalg.eigh(left.T @ left)
            basis, sizes = vectors.T[::-1], np.sqrt(np.maximum(squares[::-1], 0))
        else:
            _, sizes, basis = np.linalg.svd(left, full_matrices=False)
        deviations = sizes / np.sqrt(max(len(left) - 1, 1))
        kept = int(np.sum(deviations[:MOST] > SMALLEST * max(deviations[:1].max(initial=0), 1e-12)))
        signs = np.sign(basis[np.arange(kept), np.abs(basis[:kept]).argmax(axis=1)])  # solvers differ in them
        learned = min(kept, max(1, len(rows) // EACH)) if kept else 0
        return cls(mean, slopes, basis[:kept] * signs[:, None], deviations[:kept], learned)

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return len(self.deviations)

    def encode(self, rows: Floats, given: Floats) -> Floats:
        """Return the coordinates of rows: n x `size`."""
        return np.asarray((rows - self.mean - given @ self.slopes) @ self.basis.T / self.deviations)

    def decode(self, coordinates: Floats, given: Floats) -> Floats:
        """Return the rows of coordinates; where there are only the first of them, the others are their mean, 0."""
        known = coordinates.shape[1]
        scaled = coordinates * self.deviations[:known]
        return np.asarray(self.mean + given @ self.slopes + scaled @ self.basis[:known])

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps of it."""
        return {"learned": self.learned}, {"mean": self.mean, "slopes": self.slopes, "basis": self.basis,
                                           "deviations": self.deviations}  # fmt: skip

    @classmethod
    def from_state(cls, meta: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Whitening:
        """Rebuild it from a model file."""
        return cls(arrays["mean"], arrays["slopes"], arrays["basis"], arrays["deviations"], meta["learned"])
