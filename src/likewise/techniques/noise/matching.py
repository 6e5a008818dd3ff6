"""Points that are the same, found by their bits; and the nearest where none is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def distinct(points: Floats) -> tuple[Floats, Ints, Ints]:
    """Return the distinct points (rows x columns), which of them each row is at, and how many rows are at each.

    >>> distinct(np.array([[1.0, 2.0], [0.0, 5.0], [1.0, 2.0]]))[2].tolist() in ([1, 2], [2, 1])
    True
    """
    _, first, of = np.unique(_keys(points), return_index=True, return_inverse=True)
    found = points[first]
    if not (found[of] == points).all():  # two points with one key, once in a billion tables
        found, of = np.unique(points, axis=0, return_inverse=True)
    return found, of.reshape(-1), np.bincount(of.reshape(-1))


def places(rows: Floats, points: Floats) -> Ints:
    """Return the place of the point that each row is at, -1 where it is at none."""
    keys, own = _keys(points), _keys(rows)
    order = np.argsort(keys)
    found = order[np.minimum(np.searchsorted(keys[order], own), len(keys) - 1)]
    return np.where((points[found] == rows).all(axis=1), found, -1)


def nearest(rows: Floats, points: Floats) -> Ints:
    """Return the place of the nearest point of each row."""
    found = places(rows, points)
    lost = np.flatnonzero(found < 0)
    if len(lost):
        from scipy.spatial import cKDTree

        found[lost] = cKDTree(points).query(rows[lost])[1]
    return found


def _keys(points: Floats) -> npt.NDArray[np.uint64]:
    """Return a number for each row by its bits (splitmix64; Steele et al., 2014, OOPSLA)."""
    keys = np.zeros(len(points), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in points.T:
            keys += np.ascontiguousarray(column + 0.0).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
            keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            keys ^= keys >> np.uint64(31)
    return keys
