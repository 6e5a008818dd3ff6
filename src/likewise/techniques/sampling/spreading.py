"""Points in the unit cube that lie more evenly than chance would have them: Latin hypercubes, Sobol, Halton."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

POWER = 20
"""The power of distances whose sum is lessened: the larger, the more the nearest pair counts (Morris and Mitchell)."""

SWAPS = 4_000
"""Exchanges that are tried to move points apart."""

ROUNDS = 20
"""Times that correlations are taken out, each leaving less."""


def latin_hypercube(n: int, size: int, rng: np.random.Generator) -> Floats:
    """Return (n, size) points, of which each column has one in each of `n` equal ranges.

    McKay, Beckman and Conover, 1979, Technometrics 21.
    """
    strata = rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
    return np.asarray((strata + rng.random((size, n))).T / max(n, 1), dtype=np.float64)


def maximin(points: Floats, rng: np.random.Generator) -> Floats:
    """Return a Latin hypercube whose nearest points lie farther apart: coordinates of two points are exchanged.

    One of the two is of the nearest pair, where most is to be gained. Memory and cost of an exchange: points squared,
    and points times columns.

    Morris and Mitchell, 1995, Journal of Statistical Planning and Inference 43.
    """
    n, size = points.shape
    if n < 3 or size < 2:
        return points
    points = points.copy()
    inverse = _inverse_powers(points, points)
    np.fill_diagonal(inverse, 0.0)
    for _ in range(SWAPS):
        one = int(inverse.max(axis=1).argmax())
        other, column = int(rng.integers(n)), int(rng.integers(size))
        if other == one:
            continue
        pair = [one, other]
        moved = points[pair]
        moved[:, column] = moved[::-1, column]
        fresh = _inverse_powers(moved, points)
        fresh[:, pair] = inverse[np.ix_(pair, pair)]  # the two stay as far from each other
        if fresh.sum() < inverse[pair].sum():
            points[pair] = moved
            inverse[pair], inverse[:, pair] = fresh, fresh.T
    return points


def _inverse_powers(some: Floats, points: Floats) -> Floats:
    square = ((some[:, None, :] - points[None]) ** 2).sum(axis=2)
    return np.asarray(np.maximum(square, 1e-12) ** (-POWER / 2), dtype=np.float64)


def correlations_reduced(points: Floats) -> Floats:
    """Return a Latin hypercube whose columns hardly correlate: they are made uncorrelated, and ranked anew.

    Iman and Conover, 1982, Communications in Statistics B 11; Owen, 1994, Journal of the American Statistical
    Association 89.
    """
    best, least, strata = points, _most_correlated(points), np.sort(points, axis=0)
    for _ in range(ROUNDS):
        root = np.linalg.cholesky(np.corrcoef(points, rowvar=False) + 1e-9 * np.eye(points.shape[1]))
        free = np.linalg.solve(root, (points - points.mean(axis=0)).T)
        points = np.take_along_axis(strata, np.argsort(np.argsort(free, axis=1), axis=1).T, axis=0)
        if (most := _most_correlated(points)) < least:
            best, least = points, most
    return best


def _most_correlated(points: Floats) -> float:
    return float(np.abs(np.corrcoef(points, rowvar=False) - np.eye(points.shape[1])).max())


def sobol(n: int, size: int, rng: np.random.Generator) -> Floats:
    """Return the first `n` points of a scrambled Sobol sequence; evenest where `n` is a power of 2.

    Sobol, 1967; Joe and Kuo, 2008; Owen, 1998 (scrambling).
    """
    from scipy.stats import qmc

    power = max(int(n - 1).bit_length(), 0) if n else 0
    return np.asarray(qmc.Sobol(size, scramble=True, seed=rng).random_base2(power)[:n], dtype=np.float64)


def halton(n: int, size: int, rng: np.random.Generator) -> Floats:
    """Return the first `n` points of a scrambled Halton sequence: even for any `n`, best in up to about ten columns.

    Halton, 1960; Owen, 2017 (scrambling).
    """
    from scipy.stats import qmc

    return np.asarray(qmc.Halton(size, scramble=True, seed=rng).random(n), dtype=np.float64)
