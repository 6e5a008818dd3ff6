"""The types of columns, and drawing from tables of quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Ints = npt.NDArray[Any]
"""Whole numbers, of 64 bits where nothing is said; columns of payments are narrower."""
Floats = npt.NDArray[Any]
Bools = npt.NDArray[Any]
Draw = np.random.Generator


def shares(weights: Any, size: int) -> npt.NDArray[np.uint8]:
    """Return a table of so many entries in which each number comes as often as its weight says, at most one off.

    A place of it taken at random is a draw that costs no search.

    >>> shares([1, 0, 3], 8).tolist()
    [0, 0, 2, 2, 2, 2, 2, 2]
    """
    ends = np.cumsum(np.asarray(weights, np.float64))
    places = (np.arange(size) + 0.5) / size * ends[-1]
    return np.asarray(np.searchsorted(ends, places, side="right"), np.uint8)


def shares_of_rows(weights: Floats, size: int) -> npt.NDArray[np.uint8]:
    """Return `shares` of each row along the last axis."""
    flat = weights.reshape(-1, weights.shape[-1])
    return np.stack([shares(row, size) for row in flat]).reshape(*weights.shape[:-1], size)


def within(counts: Ints) -> tuple[Ints, Ints]:
    """Return for things that come so often each, one after another: which of them it is, and the how manieth of it.

    >>> [part.tolist() for part in within(np.array([2, 0, 3]))]
    [[0, 0, 2, 2, 2], [0, 1, 0, 1, 2]]
    """
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)


def any_there(place: Ints, wanted: Ints, rng: Draw) -> Ints:
    """Return for each place that is wanted one of those that are at this place, each as likely as the others.

    >>> any_there(np.array([1, 0, 1]), np.array([0, 0]), np.random.default_rng(0)).tolist()
    [1, 1]
    """
    order = np.argsort(place, kind="stable")
    counts = np.bincount(place)
    first = (np.cumsum(counts) - counts)[wanted]
    return np.asarray(order[first + (rng.random(len(wanted)) * counts[wanted]).astype(np.int64)])


def in_order(*keys: Ints) -> Ints:
    """Return the order of rows by keys of at least 0, the first counting most; rows that are alike stay in theirs.

    Keys and the row's number are packed into one number of 63 bits, for sorting these is several times faster than
    sorting by position. Where they do not fit, it is done by position.
    """
    count = len(keys[0])
    sizes = [int(key.max()).bit_length() if count else 0 for key in keys]
    own = max(count - 1, 0).bit_length()
    if sum(sizes) + own > 63:
        return np.lexsort(keys[::-1])
    packed = keys[0].astype(np.int64)
    for key, size in zip(keys[1:], sizes[1:], strict=True):
        packed = (packed << size) | key
    packed = (packed << own) | np.arange(count)
    packed.sort()
    return packed & ((1 << own) - 1)
