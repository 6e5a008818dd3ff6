"""Where synthetic vectors lie among real ones, and how near each lies to those that were learned from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often
from likewise.evaluation.fidelity.coverage import NEIGHBOURS, Coverage, Nearness, sparser
from likewise.evaluation.fidelity.dealing import deal, mean_chance
from likewise.evaluation.media.distances import Floats, Vectors, squared_distances


def vectors_coverage(real: Vectors, synthetic: Vectors, fresh: Vectors, *, seed: int, held: bool) -> Coverage:
    """Return precision, density, recall and coverage of vectors by Euclidean balls, as `coverage` does for rows.

    Kynkaanniemi et al., 2019, NeurIPS (arXiv 1904.06991); Naeem et al., 2020, ICML (arXiv 2002.09797).
    """
    size, both = len(synthetic), np.concatenate([synthetic, fresh])
    inside = squared_distances(real, both) <= _reach(real)[:, None]
    dealt = np.vstack([deal(size, len(both), 2_000, seed, "coverage"), np.arange(size, 2 * size)])
    dealt_to = np.zeros((len(both), len(dealt)), dtype=np.float32)
    dealt_to[dealt, np.arange(len(dealt))[:, None]] = 1
    met = (inside.astype(np.float32) @ dealt_to > 0).mean(axis=0)
    held_in = inside.sum(axis=0).astype(np.float64)
    sides = [slice(0, size), slice(size, len(both))]
    near = [
        Nearness(float((held_in[s] > 0).mean()), float(held_in[s].mean()) / NEIGHBOURS, _recall(both[s], real), share)
        for s, share in zip(sides, (float(met[0]), float(met[-1])), strict=True)
    ]
    out = [int((held_in[s] == 0).sum()) for s in sides]
    chance = more_often(out[0], size, out[1], len(fresh))
    chance = min(1.0, 2 * min(chance, sparser(held_in[sides[0]], held_in[sides[1]])))
    unmet, spread = mean_chance(-met[:-1].astype(np.float64)), float(met[1:-1].std(ddof=1))
    return Coverage(near[0], near[1], chance, unmet, spread, size, len(real), held)


def _reach(vectors: Vectors) -> Vectors:
    """Return the squared distance of each vector to its fifth neighbour, itself not counted."""
    apart = squared_distances(vectors, vectors)
    np.fill_diagonal(apart, 0)
    place = min(NEIGHBOURS, len(vectors) - 1)
    return np.asarray(np.partition(apart, place, axis=1)[:, place])


def _recall(balls: Vectors, vectors: Vectors) -> float:
    return float((squared_distances(vectors, balls) <= _reach(balls)[None, :]).any(axis=1).mean())


def nearest(
    asked: Vectors, known: Vectors, count: int, *, at_once: int = 1_000
) -> tuple[Floats, npt.NDArray[np.int64]]:  # fmt: skip
    """Return the distances of each vector to its `count` nearest among `known`, nearest first, and which those are."""
    distances, places = [], []
    for start in range(0, len(asked), at_once):
        apart = squared_distances(asked[start : start + at_once], known)
        near = np.argpartition(apart, min(count, apart.shape[1]) - 1, axis=1)[:, :count]
        order = np.take_along_axis(
            near, np.argsort(np.take_along_axis(apart, near, axis=1), axis=1, kind="stable"), axis=1
        )
        places.append(order)
        distances.append(np.take_along_axis(apart, order, axis=1))
    return np.sqrt(np.concatenate(distances).astype(np.float64)), np.concatenate(places)


def nearest_of(asked: Vectors, known: Vectors, *, at_once: int = 1_000) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the distance of each vector to its nearest among `known`, and which that is."""
    distances, places = [], []
    for start in range(0, len(asked), at_once):
        apart = squared_distances(asked[start : start + at_once], known)
        places.append(apart.argmin(axis=1))
        distances.append(apart.min(axis=1))
    return np.sqrt(np.concatenate(distances).astype(np.float64)), np.concatenate(places)
