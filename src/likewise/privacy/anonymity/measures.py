"""Classical disclosure measures of a table, exactly as defined: classes are rows that share their quasi-identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Keys = npt.NDArray[np.integer[Any]]
"""A number for each row, equal where all quasi-identifiers are."""


@dataclass(frozen=True)
class Classes:
    """Hold the classes of rows that share their quasi-identifiers: the class of each row, and how large each is."""

    of: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]


def classes(keys: Keys) -> Classes:
    """Return the equivalence classes of rows by key.

    >>> classes(np.array([7, 7, 9], dtype=np.uint64)).sizes.tolist()
    [2, 1]
    """
    _, of, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    return Classes(of.reshape(-1), sizes)


def k_anonymity(keys: Keys) -> int:
    """Return the size of the smallest class: each row is one of at least that many.

    Samarati, 2001, IEEE TKDE 13; Sweeney, 2002, IJUFKS 10.

    >>> k_anonymity(np.array([7, 7, 9, 9, 9], dtype=np.uint64))
    2
    """
    return int(classes(keys).sizes.min())


def k_map(released: Keys, population: Keys) -> int:
    """Return the fewest people of the population that a released row's quasi-identifiers may mean, of rows that occur.

    0 where no released row has anybody's quasi-identifiers. El Emam and Dankar, 2008, JAMIA 15.

    >>> k_map(np.array([1, 2], dtype=np.uint64), np.array([1, 1, 1, 3], dtype=np.uint64))
    3
    """
    known, sizes = np.unique(population, return_counts=True)
    met = sizes[np.isin(known, released)]
    return int(met.min()) if len(met) else 0


def l_diversity(keys: Keys, secret: Array) -> int:
    """Return the fewest distinct values of a secret in any class (distinct l-diversity; a gap is a value).

    Machanavajjhala et al., 2007, ACM TKDD 1.

    >>> l_diversity(np.array([1, 1, 2, 2], dtype=np.uint64), np.array([0, 1, 1, 1], dtype=np.int32))
    1
    """
    return int(np.bincount(_tallied(keys, secret).of).min())


def entropy_diversity(keys: Keys, secret: Array) -> float:
    """Return how many equally common values the secret of the least diverse class is worth: e to its entropy.

    A table is entropy l-diverse where this is at least l. Machanavajjhala et al., 2007, ACM TKDD 1.

    >>> round(entropy_diversity(np.array([1, 1, 2, 2], dtype=np.uint64), np.array([0, 1, 1, 2])), 6)
    2.0
    """
    found = _tallied(keys, secret)
    share = found.counts / found.sizes[found.of]
    return float(np.exp(np.bincount(found.of, weights=-share * np.log(share)).min()))


def is_recursive_diverse(keys: Keys, secret: Array, *, c: float, at: int) -> bool:
    """Return whether in each class the commonest secret has fewer rows than `c` times those of the `at`-th and rarer.

    Recursive (c, l)-diversity with l = `at`. Machanavajjhala et al., 2007, ACM TKDD 1.

    >>> is_recursive_diverse(np.array([1, 1, 1], dtype=np.uint64), np.array([0, 0, 1]), c=3, at=2)
    True
    """
    found = _tallied(keys, secret)
    order = np.lexsort((-found.counts, found.of))
    own, counts = found.of[order], found.counts[order]
    rank = np.arange(len(own)) - np.searchsorted(own, own)
    rare = np.bincount(own, weights=np.where(rank >= at - 1, counts, 0))
    return bool((counts[rank == 0] < c * rare).all())


def t_closeness(keys: Keys, secret: Array, *, ordered: bool) -> float:
    """Return the largest distance of a class's distribution of a secret to that of all rows, 0 to 1.

    The earth mover's distance: along the line of distinct values where `ordered`, else the total variation.

    Li et al., 2007, ICDE.

    >>> t_closeness(np.array([1, 1, 2, 2], dtype=np.uint64), np.array([0, 1, 1, 1], dtype=np.int32), ordered=False)
    0.25
    """
    found = _tallied(keys, secret)
    if ordered:
        return max(0.0, float(_moved(keys, secret).max()))
    over = found.counts / found.sizes[found.of] - found.whole[found.code]
    return float(np.bincount(found.of, weights=np.maximum(over, 0)).max())


def _moved(keys: Keys, secret: Array) -> npt.NDArray[np.float64]:
    """Return for each class how far its values must move along the line to be distributed as all are.

    The i-th of the s values of a class, in order, stands for the quantiles from i / s to (i + 1) / s of all.
    """
    found = classes(keys)
    _, codes, counts = np.unique(secret, return_inverse=True, return_counts=True)
    codes = codes.reshape(-1)
    order = np.lexsort((codes, found.of))
    of, value = found.of[order], codes[order].astype(np.float64)
    upto = np.concatenate([[0], np.cumsum(counts)]) / len(codes)
    area = np.concatenate([[0.0], np.cumsum(counts * np.arange(len(counts)))]) / len(codes)
    start = (np.arange(len(of)) - np.searchsorted(of, of)) / found.sizes[of]
    end = start + 1 / found.sizes[of]
    middle = np.clip(upto[codes[order]], start, end)  # where the quantiles of all reach this value
    first, last, turn = (np.interp(u, upto, area) for u in (start, end, middle))
    work = value * (2 * middle - start - end) + first + last - 2 * turn
    away: npt.NDArray[np.float64] = np.bincount(of, weights=work) / max(1, len(counts) - 1)
    return away


def delta_presence(released: Keys, members: Keys, others: Keys) -> tuple[float, float]:
    """Return the least and the greatest share of members among people with a released row's quasi-identifiers.

    The population are members and others together; where the greatest is 1 somebody's presence is certain. (0, 0) where
    no released row has anybody's quasi-identifiers. Nergiz et al., 2007, SIGMOD.

    >>> one, two = (np.full(n, 7, dtype=np.uint64) for n in (1, 2))
    >>> delta_presence(one, two, two)
    (0.5, 0.5)
    """
    people = np.concatenate([members, others])
    known, of = np.unique(people, return_inverse=True)
    inside = np.bincount(of.reshape(-1), weights=np.arange(len(people)) < len(members), minlength=len(known))
    share = (inside / np.bincount(of.reshape(-1), minlength=len(known)))[np.isin(known, released)]
    return (float(share.min()), float(share.max())) if len(share) else (0.0, 0.0)


@dataclass(frozen=True)
class _Tallied:
    """Hold how many rows of each class have each of the values that occur in it, beside the shares of all rows."""

    of: npt.NDArray[np.int64]
    code: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    whole: npt.NDArray[np.float64]


def _tallied(keys: Keys, secret: Array) -> _Tallied:
    found = classes(keys)
    _, codes, every = np.unique(secret, return_inverse=True, return_counts=True)
    pairs, counts = np.unique(found.of * len(every) + codes.reshape(-1), return_counts=True)
    return _Tallied(pairs // len(every), pairs % len(every), counts, found.sizes, every / len(codes))
