"""Noisy counts made to agree where they overlap, by least squares, before anything is fitted to them.

Two tables that share an attribute both tell of its counts. Their answers are averaged by the inverse of their
variances, and what each is off by is taken from its cells in equal parts (Qardaji, Yang and Li, 2014, SIGMOD), first
for the whole, then for single attributes from coarse groups to fine ones, then for pairs, and so on, so that no step
undoes an earlier one. A fit then has no quarrel left to settle but that no count may be negative, which is what makes
it quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.beliefs import Array
from likewise.techniques.marginals.graph.measurement import Map, Measurement
from likewise.techniques.marginals.graph.tree import Clique

Steps = tuple[NDArray[np.int64], ...]
"""For each attribute of a set, the coarser group of each place on a table's axis."""


def agreed(measurements: Sequence[Measurement], sizes: Sequence[int], total: float) -> list[Measurement]:
    """Return measurements, each in rising order and no two of the same sums, with values that agree on the `total`."""
    values = [m.values + (total - m.values.sum()) / m.values.size for m in measurements]
    sets = {part for m in measurements for size in range(1, len(m.clique) + 1) for part in combinations(m.clique, size)}
    for part in sorted(sets, key=lambda part: (len(part), part)):
        holders = [i for i, m in enumerate(measurements) if set(part) <= set(m.clique)]
        if len(holders) > 1:
            for maps in resolutions([measurements[i] for i in holders], part):
                settle(measurements, values, holders, part, maps, sizes)
    return [replace(m, values=v) for m, v in zip(measurements, values)]


def resolutions(holders: Sequence[Measurement], part: Clique) -> list[tuple[Map, ...]]:
    """Return the different ways in which the attributes of a set were grouped, the coarsest first."""
    found: dict[object, tuple[int, tuple[Map, ...]]] = {}
    for m in holders:
        axes = [m.clique.index(a) for a in part]
        maps = tuple((m.maps or (None,) * len(m.clique))[axis] for axis in axes)
        key = tuple(None if by is None else by.tobytes() for by in maps)
        found.setdefault(key, (int(np.prod([m.values.shape[axis] for axis in axes])), maps))
    return [maps for _, maps in sorted(found.values(), key=lambda one: one[0])]


def settle(
    measurements: Sequence[Measurement],
    values: list[Array],
    holders: Sequence[int],
    part: Clique,
    maps: tuple[Map, ...],
    sizes: Sequence[int],
) -> None:
    """Average one set's counts over all measurements that hold them, and put the average into each, in place."""
    told: list[tuple[int, Steps, Array, Array]] = []
    for i in holders:
        steps = coarsening(measurements[i], part, maps, sizes)
        if steps is not None:
            cells = summed(np.ones_like(values[i]), measurements[i].clique, part, steps)
            told.append((i, steps, np.maximum(cells, 1.0), summed(values[i], measurements[i].clique, part, steps)))
    weights = [1 / (cells * measurements[i].sigma ** 2) for i, _, cells, _ in told]
    mean = sum(w * sums for w, (_, _, _, sums) in zip(weights, told)) / sum(weights)
    for i, steps, cells, sums in told:
        clique = measurements[i].clique
        change = ((mean - sums) / cells)[np.ix_(*steps)]
        lengths = dict(zip(part, change.shape))
        values[i] = values[i] + change.reshape([lengths.get(a, 1) for a in clique])


def coarsening(m: Measurement, part: Clique, maps: tuple[Map, ...], sizes: Sequence[int]) -> Steps | None:
    """Return how a measurement's own groups fall into those of `maps`, or None where some would be cut in two."""
    steps = []
    for a, coarse in zip(part, maps):
        axis = m.clique.index(a)
        fine = (m.maps or (None,) * len(m.clique))[axis]
        cells = np.arange(sizes[a]) if coarse is None else coarse
        step = np.zeros(m.values.shape[axis], np.int64)
        step[np.arange(sizes[a]) if fine is None else fine] = cells
        if not np.array_equal(step if fine is None else step[fine], cells):
            return None
        steps.append(step)
    return tuple(steps)


def summed(values: Array, clique: Clique, part: Clique, steps: Steps) -> Array:
    """Return the sums of a table over the attributes outside a set, by the set's coarser groups."""
    table = values.sum(axis=tuple(axis for axis, a in enumerate(clique) if a not in part))
    for axis, step in enumerate(steps):
        size = int(step.max()) + 1
        if size != table.shape[axis]:
            sums = np.zeros((*table.shape[:axis], size, *table.shape[axis + 1 :]))
            np.add.at(np.moveaxis(sums, axis, 0), step, np.moveaxis(table, axis, 0))
            table = sums
    return np.asarray(table)
