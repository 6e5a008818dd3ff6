"""How near new rows come to real ones, measured when a model is fitted: what the card says of privacy."""

from __future__ import annotations

import numpy as np

from likewise.techniques.smote.maker import Maker
from likewise.techniques.smote.pools import Floats, Ints, dealt
from likewise.techniques.smote.search import Index, squared

LOOKED_AT = 300
"""Rows that are drawn to be looked at."""


def closeness(maker: Maker, shares: Floats, rng: np.random.Generator) -> str:
    """Return a sentence on the rows that coincide with real ones, and on those that lie nearer than real ones do.

    A new row lies nearer where it is closer to a real row than half of the real ones are to their nearest other.
    """
    counts = dealt(LOOKED_AT, shares)
    copied = nearer = 0
    for number, count in enumerate(counts.tolist()):
        if not count:
            continue
        pool = maker.pools[number]
        made, _ = maker.made(np.where(np.arange(len(counts)) == number, count, 0), rng)
        copied += len(maker.copies(made, number))
        if len(pool) < 2:
            nearer += count
            continue
        index = maker.index(number)
        some = np.unique(rng.integers(len(pool), size=min(LOOKED_AT, len(pool))))
        usual = np.median(_gaps(index, some))
        nearest = index.nearest(there := maker.geometry.place(made), 1)
        nearer += int((squared(there, index.points.take(nearest[:, 0])) < usual).sum())
    return (
        f"of {LOOKED_AT} rows drawn to see, {100 * copied / LOOKED_AT:.1f} % coincide with a real row and "
        f"{100 * nearer / LOOKED_AT:.1f} % lie nearer to one than real rows do to each other (median)"
    )


def _gaps(index: Index, rows: Ints) -> Floats:
    """Return the squared distance of some points to their nearest other."""
    nearest = index.nearest(index.points.take(rows), 1, own=rows)
    return squared(index.points.take(rows), index.points.take(nearest[:, 0]))
