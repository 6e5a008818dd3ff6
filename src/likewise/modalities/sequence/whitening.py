"""Vectors whose coordinates are uncorrelated and of one size: principal components, what is given taken out first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.modalities.sequence.swings import Swing

Floats = npt.NDArray[np.float64]

MOST = 1024
"""Components that are kept at most; what the others held is lost, and it is little."""
ROWS = 8192
"""Rows that components are found from at most."""
SMALLEST = 1e-5
"""Deviation of a component, as a share of the largest, below which it is none but rounding."""
LEAST = 0.02
"""The least width of a component at a place, beside its width over all rows."""
LOOSE = 1.0
"""How many rows of prior knowledge say that what is given tells nothing (ridge regression)."""
BINS, FULL = 16, 100
"""Places along the first component at which the others' means and deviations are known, each of 100 rows or more."""
EACH = 4
"""Rows a component that are wanted at least before more than its deviation is learned of it."""


@dataclass(frozen=True, eq=False)
class Bends:
    """Say where components lie and how wide by the first: `means` and `spreads` (places x components) at `places`."""

    places: Floats
    means: Floats
    spreads: Floats

    @classmethod
    def fit(cls, components: Floats) -> Bends:
        """Learn from rows; of too few rows nothing is learned."""
        rows, size = components.shape
        bins = min(BINS, rows // FULL) if size > 1 else 0
        if bins < 2:
            return cls(np.zeros(1), np.zeros((1, size)), np.ones((1, size)))
        parts = np.array_split(components[np.argsort(components[:, 0], kind="stable")], bins)
        places = np.array([np.median(part[:, 0]) for part in parts])
        means, spreads = (np.stack([f(part) for part in parts]) for f in (_means, _spreads))
        means[:, 0], spreads[:, 0] = 0, 1
        return cls(places, means, np.maximum(spreads, LEAST))

    def straightened(self, components: Floats) -> Floats:
        """Return coordinates, all of one place and width."""
        means, spreads = self._at(components[:, :1], components.shape[1])
        return np.asarray((components - means) / spreads)

    def bent(self, coordinates: Floats) -> Floats:
        """Return the components of coordinates."""
        means, spreads = self._at(coordinates[:, :1], coordinates.shape[1])
        return np.asarray(coordinates * spreads + means)

    def _at(self, first: Floats, size: int) -> tuple[Floats, Floats]:
        if len(self.places) == 1:
            return self.means[:, :size], self.spreads[:, :size]
        high = np.clip(np.searchsorted(self.places, first[:, 0]), 1, len(self.places) - 1)
        span = np.maximum(self.places[high] - self.places[high - 1], 1e-12)
        part = np.clip((first[:, 0] - self.places[high - 1]) / span, 0, 1)[:, None]
        means, spreads = ((1 - part) * x[high - 1, :size] + part * x[high, :size] for x in (self.means, self.spreads))
        return means, spreads


def _means(part: Floats) -> Floats:
    return np.asarray(part.mean(axis=0))


def _spreads(part: Floats) -> Floats:
    return np.asarray(part.std(axis=0))


@dataclass(frozen=True, eq=False)
class Whitening:
    """Turn vectors into coordinates of mean 0 and deviation 1, given other vectors that tell of them, and back.

    A vector is `mean` + given @ `slopes` + (components * `deviations`) @ `basis`. Components after the first are
    coordinates scaled and moved by what the first says, by lines between `places`: prices move more where they are
    high, and no rotation takes that out. The first `learned` coordinates are worth learning more of than that: of the
    others there are too few rows to see more than noise. Networks learn `numbers` of them: `swing` parts how much a row
    moves from how.

    Tipping and Bishop 1999, "Probabilistic principal component analysis": it is the linear autoencoder, and the linear
    VAE too (Lucas et al. 2019).
    """

    mean: Floats
    slopes: Floats
    basis: Floats
    deviations: Floats
    bends: Bends
    learned: int
    swing: Swing

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
        basis, deviations = basis[:kept] * signs[:, None], deviations[:kept]
        components = left @ basis.T / deviations
        bends = Bends.fit(components)
        swing = Swing.fit(bends.straightened(components)[:, :learned])
        return cls(mean, slopes, basis, deviations, bends, learned, swing)

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return len(self.deviations)

    @property
    def numbers(self) -> int:
        """The number of what networks learn of a row: the learned coordinates, and its swing where it has one."""
        return self.learned + self.swing.extra

    def lessons(self, rows: Floats, given: Floats) -> Floats:
        """Return what networks learn of rows: n x `numbers`, each of mean 0 and deviation 1."""
        return self.swing.parted(self.encode(rows, given)[:, : self.learned])

    def drawn(self, numbers: Floats, given: Floats, rng: np.random.Generator) -> Floats:
        """Return the rows of numbers that networks drew; `rng` draws the coordinates that they did not learn."""
        others = rng.standard_normal((len(numbers), self.size - self.learned))
        return self.decode(np.concatenate([self.swing.joined(numbers), others], axis=1), given)

    def encode(self, rows: Floats, given: Floats) -> Floats:
        """Return the coordinates of rows: n x `size`."""
        return self.bends.straightened((rows - self.mean - given @ self.slopes) @ self.basis.T / self.deviations)

    def decode(self, coordinates: Floats, given: Floats) -> Floats:
        """Return the rows of coordinates; where there are only the first of them, the others are their mean, 0."""
        known = coordinates.shape[1]
        scaled = self.bends.bent(coordinates) * self.deviations[:known]
        return np.asarray(self.mean + given @ self.slopes + scaled @ self.basis[:known])

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps of it."""
        arrays = {"mean": self.mean, "slopes": self.slopes, "basis": self.basis, "deviations": self.deviations,
                  "places": self.bends.places, "means": self.bends.means, "spreads": self.bends.spreads}  # fmt: skip
        return {"learned": self.learned, "swing": self.swing.state()}, arrays

    @classmethod
    def from_state(cls, meta: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Whitening:
        """Rebuild it from a model file."""
        bends = Bends(arrays["places"], arrays["means"], arrays["spreads"])
        return cls(arrays["mean"], arrays["slopes"], arrays["basis"], arrays["deviations"], bends, meta["learned"],
                   Swing.from_state(meta["swing"]))  # fmt: skip
