"""Queries of the graph: which shape a set of transfers has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.industries.finance.arrays import Ints

SHAPES = ("fan-in", "fan-out", "scatter-gather", "gather-scatter", "cycle", "stack", "bipartite", "random")


def shape_of(source: Ints, target: Ints) -> str | None:
    """Return the shape of transfers from these accounts to those; None where they are not connected.

    `random` is what is connected and has no other shape. Each pair counts once.

    >>> shape_of(np.array([1, 2, 3]), np.array([2, 3, 1]))
    'cycle'
    >>> shape_of(np.array([1, 2, 3]), np.array([9, 9, 9]))
    'fan-in'
    """
    names, flat = np.unique(np.concatenate([source, target]), return_inverse=True)
    count = len(names)
    pays = np.zeros((count, count), np.bool_)
    pays[flat[: len(source)], flat[len(source) :]] = True
    if count < 2 or not _connected(pays):
        return None
    into, out = pays.sum(0), pays.sum(1)
    first, last = into == 0, out == 0
    middle = ~first & ~last
    if (into == 1).all() and (out == 1).all():
        return "cycle"
    if not middle.any():
        return _of_two_layers(first, last, pays)
    one_step = ~pays[np.ix_(middle, middle)].any() and not pays[np.ix_(first, last)].any()
    if one_step and first.any() and last.any():
        return _of_three_layers(first, middle, last, pays)
    return "random"


def _of_two_layers(first: Ints, last: Ints, pays: Ints) -> str:
    if last.sum() == 1:
        return "fan-in"
    if first.sum() == 1:
        return "fan-out"
    return "bipartite" if pays[np.ix_(first, last)].all() else "random"


def _of_three_layers(first: Ints, middle: Ints, last: Ints, pays: Ints) -> str:
    whole = pays[np.ix_(first, middle)].all() and pays[np.ix_(middle, last)].all()
    if not whole:
        return "random"
    sizes = int(first.sum()), int(middle.sum()), int(last.sum())
    if sizes[0] == sizes[2] == 1 and sizes[1] > 1:
        return "scatter-gather"
    if sizes[1] == 1 and min(sizes[0], sizes[2]) > 1:
        return "gather-scatter"
    return "stack" if sizes[1] > 1 and sizes[0] > 1 else "random"


def _connected(pays: Ints) -> bool:
    """Return whether everything hangs together, whichever way the money went."""
    near = pays | pays.T | np.eye(len(pays), dtype=np.bool_)
    reached = near[0]
    while True:
        further = near[reached].any(0)
        if (further == reached).all():
            return bool(reached.all())
        reached = further


def shapes(tables: Mapping[str, Table]) -> dict[int, str | None]:
    """Return the shape of each ring's layering transfers, by the ring's number, as the edges of the graph show it."""
    edges = tables["edges"]
    layering = pc.equal(edges.column("stage").cast(pa.string()), "layering")
    rows = np.flatnonzero(np.asarray(pc.fill_null(layering, False)))
    ring, source, target = (
        np.asarray(edges.column(name).take(pa.array(rows))) for name in ("ring", "source", "target")
    )
    return {int(one): shape_of(source[ring == one], target[ring == one]) for one in np.unique(ring)}
