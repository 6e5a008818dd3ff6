"""One new row between two real ones: numbers on the line, levels by vote, gaps by the nearer end."""

from __future__ import annotations

import numpy as np

from likewise.techniques.smote.cells import Cells, Codes, Floats


def between(base: Cells, other: Cells, share: Floats) -> Floats:
    """Return numbers at `share` of the way from base to other (0 the base, 1 the other, below 0 away from it).

    Where one end is missing, so is the nearer end's half of the way; on the other half is what is known.
    """
    way = share[:, None]
    gone, other_gone = np.isnan(base.numbers), np.isnan(other.numbers)
    if not (gone.any() or other_gone.any()):
        return _moved(base.numbers, other.numbers, way)
    start = np.where(gone, other.numbers, base.numbers)
    end = np.where(other_gone, base.numbers, other.numbers)
    return np.where(np.where(way > 0.5, other_gone, gone), np.nan, _moved(start, end, way))


def _moved(start: Floats, end: Floats, way: Floats) -> Floats:
    """Return what lies so far on the way; between equal ends it is them to the bit."""
    with np.errstate(over="ignore"):  # between the ends of what a float holds it is cut to what was seen
        return start + way * (end - start)


def voted(base: Codes, other: Codes, near: Codes, share: Floats, rng: np.random.Generator) -> Codes:
    """Return the level that most of the `near` rows (rows, k, columns) have, by lot among those that tie.

    A level is missing where the nearer of the two ends has none; where no neighbour has one, it is that end's.
    """
    nearer = np.where(share[:, None] > 0.5, other, base)
    won = np.where(nearer < 0, base, nearer)
    best = np.zeros(nearer.shape)
    for place in range(near.shape[1]):
        own = near[:, place]
        votes = (near == own[:, None]).sum(axis=1) + rng.random(own.shape)  # a tie is broken by less than a vote
        ahead = (own >= 0) & (votes > best)
        won, best = np.where(ahead, own, won), np.where(ahead, votes, best)
    found: Codes = np.where(nearer < 0, -1, won).astype(np.int32)
    return found


def ranked(base: Codes, near: Codes) -> Codes:
    """Return 1 for each label that more than half of the row and its neighbours have (Charte et al., 2015)."""
    votes = (base == 1).astype(np.int64) + (near == 1).sum(axis=1)
    found: Codes = (2 * votes > near.shape[1] + 1).astype(np.int32)
    return found
