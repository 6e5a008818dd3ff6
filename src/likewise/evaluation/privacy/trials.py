"""Copies made on purpose, of kinds that are hard to see: what the search for near copies is tried on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import Compared, Part

Rng = np.random.Generator


def trial_copies(columns: Sequence[Compared], real: Part, synthetic: Part, rows: int, *, seed: int) -> dict[str, Part]:
    """Return some copies of real rows of each kind, by what they are in words; the plainest kind comes first.

    What is not copied in a row is that of a synthetic one.

    >>> two = Part((np.arange(90.0), np.arange(90)), 90)
    >>> [kind for kind in trial_copies((), two, two, 10, seed=0) if "half" in kind]
    ['rows with half of their cells copied']
    """
    rng = generator(seed, "near copies", "trials")
    size = min(rows, real.rows, synthetic.rows)
    source, fresh = (p.take(rng.permutation(p.rows)[:size]) for p in (real, synthetic))
    return {
        "copies moved by up to 1 % of the range": _moved(real, source, 0.01, rng),
        "copies moved by up to 3 %": _moved(real, source, 0.03, rng),
        "rows with half of their cells copied": _spliced(source, fresh, rng),
        "rows between two real ones": _between(columns, real, source, rng),
    }


def _moved(real: Part, source: Part, share: float, rng: Rng) -> Part:
    """Return rows with their numbers moved by up to a share of the range."""
    moved = []
    for all_values, values in zip(real.arrays, source.arrays, strict=True):
        if values.dtype == np.float64 and not np.isnan(all_values).all():
            span = np.nanmax(all_values) - np.nanmin(all_values)
            values = values + rng.uniform(-share, share, source.rows) * span
        moved.append(values)
    return Part(tuple(moved), source.rows)


def _spliced(source: Part, fresh: Part, rng: Rng) -> Part:
    """Return rows of which half of the cells are real, other cells in each row."""
    width = len(source.arrays)
    copied = rng.random((source.rows, width)).argsort(axis=1) < (width + 1) // 2
    both = zip(copied.T, source.arrays, fresh.arrays, strict=True)
    return Part(tuple(np.where(of_real, a, b) for of_real, a, b in both), source.rows)


def _between(columns: Sequence[Compared], real: Part, source: Part, rng: Rng) -> Part:
    """Return rows with the levels of a real row and numbers on the line to its nearest neighbour (SMOTE, 2002)."""
    asked, known = scale(columns, real, [source, real], robust=True)
    neighbours = real.take(nearest_neighbours(asked, known, 2)[1][:, 1])
    way, arrays = rng.random(source.rows), []
    for values, others in zip(source.arrays, neighbours.arrays, strict=True):
        if values.dtype == np.float64:
            values = np.where(np.isnan(others), values, values + way * (others - values))
        arrays.append(values)
    return Part(tuple(arrays), source.rows)
