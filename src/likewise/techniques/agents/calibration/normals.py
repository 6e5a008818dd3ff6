"""Densities of a normal that is known from a few draws only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SLACK = 0.5
"""The scale of the Laplace amount, in standard deviations, by which a robust likelihood lets summaries be off."""
SHRINKAGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
FOLDS = 4


def log_normal_unbiased(point: Floats, draws: Floats) -> float:
    """Return the log of an estimate of the normal density at a point that is right on average (Ghurye and Olkin, 1969).

    `draws` (m, d) with m above d + 3, else minus infinity. The estimate is 0 beyond about root m deviations.

    >>> round(log_normal_unbiased(np.zeros(1), np.linspace(-2, 2, 101)[:, None]), 2)
    -1.08
    """
    from scipy.special import gammaln

    m, d = draws.shape
    apart = draws - draws.mean(axis=0)
    sign, log_scatter = np.linalg.slogdet(scatter := apart.T @ apart)
    if m <= d + 3 or sign <= 0:
        return -np.inf
    gap = point - draws.mean(axis=0)
    inside = 1 - gap @ np.linalg.solve(scatter, gap) / (1 - 1 / m)
    if inside <= 0:
        return -np.inf
    steps = np.arange(d)
    constant = d / 2 * np.log(2) + (gammaln((m - 1 - steps) / 2) - gammaln((m - 2 - steps) / 2)).sum()
    return float(
        -d / 2 * np.log(2 * np.pi) + constant - d / 2 * np.log(1 - 1 / m)
        - (m - d - 2) / 2 * log_scatter + (m - d - 3) / 2 * (log_scatter + np.log(inside))
    )  # fmt: skip


def log_normal(point: Floats, draws: Floats, shrinkage: float) -> float:
    """Return the log density at a point of the normal with the draws' mean, variances and shrunk correlations."""
    whitened, log_size = _whitened(point, draws, shrinkage)
    return float(-0.5 * (whitened**2).sum() - log_size - len(point) / 2 * np.log(2 * np.pi))


def log_normal_laplace(point: Floats, draws: Floats, shrinkage: float) -> float:
    """Return the same where each whitened coordinate may be off by a Laplace amount too: tails are exponential."""
    from scipy.special import log_ndtr

    r, log_size = _whitened(point, draws, shrinkage)
    rate = 1 / SLACK
    terms = np.logaddexp(-rate * r + log_ndtr(r - rate), rate * r + log_ndtr(-r - rate))
    return float((terms + rate**2 / 2 + np.log(rate / 2)).sum() - log_size)


def _whitened(point: Floats, draws: Floats, shrinkage: float) -> tuple[Floats, float]:
    """Return a point's coordinates in which the normal is standard, and the log volume of its unit cube.

    By the symmetric root of the correlations, so that a coordinate stays as near to its summary as can be.
    """
    spread = draws.std(axis=0, ddof=1)
    spread = np.where(spread > 0, spread, 1e-9 + 1e-6 * np.abs(draws).max(axis=0))
    scaled = (draws - draws.mean(axis=0)) / spread
    correlations = shrunk(scaled.T @ scaled / (len(draws) - 1), shrinkage)
    values, vectors = np.linalg.eigh(correlations)
    values = np.maximum(values, 1e-9)
    gap = vectors @ ((vectors.T @ ((point - draws.mean(axis=0)) / spread)) / np.sqrt(values))
    return gap, float(np.log(spread).sum() + 0.5 * np.log(values).sum())


def shrunk(correlations: Floats, shrinkage: float) -> Floats:
    """Return correlations times `shrinkage`, with ones on the diagonal (Warton, 2008)."""
    return np.asarray(shrinkage * correlations + (1 - shrinkage) * np.eye(len(correlations)))


def shrinkage_of(batches: list[Floats]) -> float:
    """Return the shrinkage under which draws left out are most likely, over all batches (Warton, 2008)."""
    if not batches:
        return 0.5
    scores = np.zeros(len(SHRINKAGES))
    for batch in batches:
        fold = np.arange(len(batch)) % FOLDS
        for out in range(FOLDS):
            rest = batch[fold != out]
            scores += [sum(log_normal(row, rest, s) for row in batch[fold == out]) for s in SHRINKAGES]
    return SHRINKAGES[int(np.argmax(scores))]
