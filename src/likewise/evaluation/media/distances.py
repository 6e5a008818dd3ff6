"""How far two clouds of feature vectors lie apart, and how likely so far where both are of one source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.dealing import deal, mean_chance

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

DEALS, FEW_DEALS = 60, 24
"""Deals that the spread of a distance is taken from; fewer where a distance is dear."""


@dataclass(frozen=True)
class Apart:
    """Hold how far synthetic and fresh vectors lie from the same real ones, and the chance of such a difference.

    `spread` is the standard deviation of the difference where nothing is wrong.
    """

    synthetic: float
    fresh: float
    chance: float
    spread: float


def root(covariance: Floats) -> Floats:
    """Return the symmetric root of a covariance matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def frechet(first: Vectors, second: Vectors) -> float:
    """Return the Frechet distance of two clouds as if both were normal: of means and of covariances.

    It is biased upwards in small samples: compare figures of equally many vectors only. Dowson and Landau, 1982, JMVA
    12; Heusel et al., 2017, NeurIPS (arXiv 1706.08500), who take it on features of pictures.

    >>> cloud = np.array([[0, 0], [2, 0], [0, 2], [2, 2]], dtype=np.float32)
    >>> round(frechet(cloud, cloud), 6), round(frechet(cloud, cloud + 1), 6)
    (0.0, 2.0)
    """
    return _between(*_moments(first), *_moments(second))


def _moments(vectors: Vectors) -> tuple[Floats, Floats]:
    values = vectors.astype(np.float64)
    return values.mean(axis=0), np.atleast_2d(np.cov(values, rowvar=False))


def _between(mean: Floats, covariance: Floats, other: Floats, other_covariance: Floats) -> float:
    roots = np.linalg.svd(root(covariance) @ root(other_covariance), compute_uv=False)
    spreads = float(np.trace(covariance) + np.trace(other_covariance))
    return max(0.0, float(((mean - other) ** 2).sum()) + spreads - 2 * float(roots.sum()))


def frechet_apart(real: Vectors, synthetic: Vectors, fresh: Vectors, *, seed: int) -> Apart:
    """Compare the Frechet distances of synthetic and of as many fresh vectors from the real ones."""
    both = np.concatenate([synthetic, fresh])
    ground = _moments(real)
    dealt = deal(len(synthetic), len(both), 1, seed, "frechet")[: DEALS + 1]
    found = []
    for line in dealt:
        aside = np.ones(len(both), dtype=bool)
        aside[line] = False
        found.append([_between(*_moments(part), *ground) for part in (both[line], both[aside])])
    return apart_of(np.array(found))


def kernel_apart(real: Vectors, synthetic: Vectors, fresh: Vectors, *, seed: int) -> Apart:
    """Compare the kernel distances of synthetic and of as many fresh vectors from the real ones.

    It is the squared MMD without bias, by a polynomial kernel of degree 3; vectors are taken to have a mean squared
    length of about 1. It sees differences of any moment up to the third, and its mean is 0 where the clouds are alike,
    whatever their size; by chance it lies below 0 half of the time. Binkowski et al., 2018, ICLR (arXiv 1801.01401);
    Gretton et al., 2012, JMLR 13.
    """
    both = np.concatenate([synthetic, fresh])
    size, beside = len(synthetic), len(real)
    own = _kernel(real, real)
    within = (own.sum() - np.trace(own)) / (beside * (beside - 1))
    matrix = _kernel(both, both)
    np.fill_diagonal(matrix, 0)
    across = _kernel(both, real).mean(axis=1)
    dealt = deal(size, len(both), 1, seed, "kernel")[: DEALS + 1]
    chosen = np.zeros((len(both), len(dealt)))
    chosen[dealt, np.arange(len(dealt))[:, None]] = 1
    found = []
    for part, count in ((chosen, size), (1 - chosen, len(both) - size)):
        inner = (part * (matrix @ part)).sum(axis=0) / (count * (count - 1))
        found.append(inner + within - 2 * (across @ part) / count)
    return apart_of(np.stack(found, axis=1))


def _kernel(first: Vectors, second: Vectors) -> Floats:
    return np.asarray((first.astype(np.float64) @ second.T.astype(np.float64) + 1) ** 3)


def measured_apart(
    measure: Callable[[Sequence[Any], Sequence[Any]], float], real: Sequence[Any], synthetic: Sequence[Any],
    fresh: Sequence[Any], *, seed: int,
) -> Apart:  # fmt: skip
    """Compare how far synthetic and fresh cells lie from real ones by any measure of two lists of cells."""
    both = [*synthetic, *fresh]
    found = []
    for line in deal(len(synthetic), len(both), 1, seed, measure.__name__)[: FEW_DEALS + 1]:
        mine = set(line.tolist())
        parts = [both[k] for k in line], [cell for k, cell in enumerate(both) if k not in mine]
        found.append([measure(real, part) for part in parts])
    return apart_of(np.array(found))


def apart_of(found: Floats) -> Apart:
    """Return what a line of two figures for each deal tells, the first line being the sides as they are."""
    gaps = found[:, 0] - found[:, 1]
    return Apart(float(found[0, 0]), float(found[0, 1]), mean_chance(gaps), float(gaps[1:].std(ddof=1)))


def squared_distances(first: Vectors, second: Vectors) -> Vectors:
    """Return the squared Euclidean distances of all vectors of one cloud to all of another.

    >>> squared_distances(np.zeros((1, 2), np.float32), np.array([[3, 4]], np.float32)).tolist()
    [[25.0]]
    """
    lengths = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(lengths - 2 * (first @ second.T), 0), dtype=np.float32)
