"""Which rows of a class new ones start from, and what a variant knows of each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.techniques.smote.pools import Floats, Ints, Pool
from likewise.techniques.smote.search import Codes, Index, Points, squared

MOST_SEEN = 20_000
"""Rows that a support vector machine, which takes their square, or clusters are fitted to at most."""
MOST_LEVELS = 50
"""Levels of a column that these see apart."""
A_CLUSTER = 20
"""Rows of a class for each cluster of `kmeans`."""
MOST_CLUSTERS = 100


@dataclass(frozen=True, eq=False)
class Scene:
    """Hold all rows: where they lie, the class of each, and how far is looked (`k` and `m` neighbours)."""

    points: Points
    of: Ints
    k: int
    m: int
    rng: np.random.Generator

    @cached_property
    def index(self) -> Index:
        """All rows, to be searched."""
        return Index(self.points)

    def others(self, rows: Ints, group: int, k: int) -> Ints:
        """Return how many of the k nearest of all rows are of another class, for some rows of one class."""
        near = self.index.nearest(self.points.take(rows), k, own=rows)
        return np.asarray((self.of[near] != group).sum(axis=1), dtype=np.int64)

    def nearest_others(self, rows: Ints, group: int, k: int) -> Ints:
        """Return the (rows, k) nearest rows of other classes."""
        other = np.flatnonzero(self.of != group)
        return other[Index(self.points.take(other)).nearest(self.points.take(rows), k)]


Found = tuple[Pool, str | None]
"""A pool and a note for the card where the variant could not do what it is for."""


def in_danger(pool: Pool, scene: Scene) -> Found:
    """Start from rows at the border: half or more of their m neighbours are of other classes, not all (Han, 2005)."""
    others = scene.others(pool.rows, pool.group, scene.m)
    m = min(scene.m, len(scene.of) - 1)
    return _chosen(pool, ((2 * others >= m) & (others < m)).astype(np.float64), "no row is at the border")


def in_danger_of_others(pool: Pool, scene: Scene) -> Found:
    """Start from rows at the border, and know the nearest rows beyond it."""
    found, note = in_danger(pool, scene)
    return replace(found, beside=scene.nearest_others(pool.rows, pool.group, scene.k)), note


def with_nearest_other(pool: Pool, scene: Scene) -> Found:
    """Start from every row, and know the nearest row of another class."""
    return replace(pool, beside=scene.nearest_others(pool.rows, pool.group, 1)), None


def by_difficulty(pool: Pool, scene: Scene) -> Found:
    """Start from rows in proportion to the share of other classes among their k neighbours (He et al., 2008)."""
    others = scene.others(pool.rows, pool.group, scene.k)
    return _chosen(pool, others.astype(np.float64), "no row has neighbours of another class")


def by_safe_level(pool: Pool, scene: Scene) -> Found:
    """Know how many of the k neighbours are of the own class; start where there are some (Bunkhumpornpat, 2009)."""
    k = min(scene.k, len(scene.of) - 1)
    safe = (k - scene.others(pool.rows, pool.group, scene.k)).astype(np.float64)
    found, note = _chosen(pool, (safe > 0).astype(np.float64), "no row has a neighbour of its class among its nearest")
    return replace(found, marks=safe), note


def of_support(pool: Pool, scene: Scene) -> Found:
    """Start from the support vectors of the class, but noise; mark those in safe places by 1 (Nguyen et al., 2009)."""
    support = _support(pool, scene)
    others = scene.others(pool.rows, pool.group, scene.m)
    m = min(scene.m, len(scene.of) - 1)
    found, note = _chosen(
        pool, (support & (others < m)).astype(np.float64), "no row is a support vector among its like"
    )
    return replace(found, marks=(2 * others < m).astype(np.float64)), note


def _support(pool: Pool, scene: Scene) -> npt.NDArray[np.bool_]:
    """Return which rows of a pool are support vectors against the rest; of many rows a drawn part is looked at."""
    from sklearn.svm import SVC

    rest = np.flatnonzero(scene.of != pool.group)
    own = np.arange(len(pool))
    half = MOST_SEEN // 2
    if len(own) + len(rest) > MOST_SEEN:
        own = np.sort(scene.rng.permutation(own)[: max(half, MOST_SEEN - len(rest))])
        rest = np.sort(scene.rng.permutation(rest)[: MOST_SEEN - len(own)])
    rows = np.concatenate([pool.rows[own], rest])
    seen = scene.points.take(rows)
    machine = SVC(kernel="rbf", gamma="scale").fit(_flat(seen, _levels(seen)), np.arange(len(rows)) < len(own))
    support = np.zeros(len(pool), dtype=bool)
    support[own[machine.support_[machine.support_ < len(own)]]] = True
    return support


def _levels(points: Points) -> list[Codes]:
    """Return the most frequent levels of each column of codes."""
    counted = [np.unique(column, return_counts=True) for column in points.codes.T]
    return [levels[np.argsort(-counts, kind="stable")[:MOST_LEVELS]] for levels, counts in counted]


def _flat(points: Points, levels: list[Codes]) -> Floats:
    """Return points as coordinates alone, unequal levels as far apart as they are."""
    apart = np.sqrt(points.apart / 2)
    return np.hstack([points.coordinates, *((column[:, None] == own) * apart
                                            for column, own in zip(points.codes.T, levels, strict=True))])  # fmt: skip


def _chosen(pool: Pool, weights: Floats, why: str) -> Found:
    """Return the pool with chances by weight; all alike, with a note, where no row has any."""
    chances = pool.chances * weights
    if not chances.sum():
        return pool, why
    return replace(pool, chances=chances / chances.sum()), None


def in_clusters(pool: Pool, scene: Scene, clusters: int | None) -> tuple[list[tuple[Pool, float]], str | None]:
    """Return a pool for each cluster in which the class prevails, with its share of the new rows.

    Clusters are found among all rows. A cluster's share is that of its sparseness among the rows of the class: the mean
    distance of its rows, to the power of the directions they differ in, over their number (Douzas, Bacao and Last,
    2018). Where the class prevails nowhere, clusters where it is more frequent than elsewhere are taken.
    """
    labels = _clustered(scene, clusters or int(np.clip(len(pool) // A_CLUSTER, 2, MOST_CLUSTERS)))
    own = np.bincount(labels[pool.rows], minlength=labels.max() + 1)
    every = np.bincount(labels, minlength=len(own))
    held = np.bincount(labels[scene.of == pool.group], minlength=len(own))
    note = None
    chosen = (2 * held >= every) & (own > 1)
    if not chosen.any():
        note = "the class prevails in no cluster; those where it is most frequent are taken"
        chosen = (held * len(scene.of) >= every * held.sum()) & (own > 1)
    if not chosen.any():
        return [(pool, 1.0)], "the rows of the class are in clusters of their own; all are taken together"
    found = []
    for cluster in np.flatnonzero(chosen).tolist():
        rows = np.flatnonzero(labels[pool.rows] == cluster)
        found.append(Pool.of(pool.group, pool.rows[rows], pool.held[rows]))
    sparse = np.array([_sparseness(scene.points.take(part.rows)) for part in found])
    shares = np.exp(sparse - sparse.max())
    return list(zip(found, (shares / shares.sum()).tolist(), strict=True)), note


def _clustered(scene: Scene, clusters: int) -> Ints:
    from sklearn.cluster import MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    points, seed = scene.points, int(scene.rng.integers(2**31))
    seen = points.take(np.sort(scene.rng.permutation(len(points))[:MOST_SEEN]))
    levels = _levels(seen)
    machine = MiniBatchKMeans(n_clusters=min(clusters, len(seen)), random_state=seed, n_init=1, batch_size=4096)
    with threadpool_limits(limits=1):  # sums in one order
        machine.fit(_flat(seen, levels))
        parts = [points.take(slice(start, start + MOST_SEEN)) for start in range(0, len(points), MOST_SEEN)]
        return np.concatenate([machine.predict(_flat(part, levels)) for part in parts]).astype(np.int64)


def _sparseness(points: Points) -> float:
    """Return the logarithm of the mean distance of points to the power of their directions, over their number."""
    some = np.unique(np.linspace(0, len(points) - 1, 200).astype(np.int64))
    one, other = np.meshgrid(some, some)
    total = float(np.sqrt(squared(points.take(one.ravel()), points.take(other.ravel()))).sum())
    mean = max(total / (len(some) * (len(some) - 1)), 1e-12)
    return points.directions * float(np.log(mean)) - float(np.log(len(points)))


BASES: dict[str, Callable[[Pool, Scene], Found]] = {
    "borderline-1": in_danger,
    "borderline-2": in_danger_of_others,
    "svm": of_support,
    "adasyn": by_difficulty,
    "safe-level": by_safe_level,
    "g-smote": with_nearest_other,
}
