"""Learned rows in an endless order: each once before any comes twice, and any part of the order by itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

AT_ONCE = 4096
"""Rows whose order comes from one generator, at least."""


def ordered(rows: int, start: int, count: int, seed: int, *path: int | str) -> npt.NDArray[np.int64]:
    """Return the places `start` to `start + count` of the endless order of so many rows.

    The order is one permutation of all rows after another. A part costs the permutations that it lies in.

    >>> sorted(ordered(5, 10, 5, seed=0).tolist())
    [0, 1, 2, 3, 4]
    """
    rounds = -(-AT_ONCE // rows)
    size = rounds * rows
    parts = []
    for number in range(start // size, -(-(start + count) // size)):
        rng = generator(seed, *path, number)
        parts.append(rng.permuted(np.tile(np.arange(rows), (rounds, 1)), axis=1).reshape(-1))
    if not parts:
        return np.empty(0, dtype=np.int64)
    skipped = start - start // size * size
    return np.concatenate(parts)[skipped : skipped + count]
