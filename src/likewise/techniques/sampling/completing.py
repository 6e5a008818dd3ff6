"""Complete partial rows: what is known is drawn first, the rest given it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table
from likewise.modalities.tabular.copulas.copula import Copula, Floats
from likewise.techniques.sampling.limits import Intervals, Known, Latents, known_of

CANDIDATES = 32
"""Completions drawn for a row of which several cells are known, one of which is kept by its weight."""

PATTERNS = 1024
"""Patterns of known cells that get an order of their own; rows of rarer ones share one, and are less exact."""

LEAST_LOG = -1e300
"""What stands for the logarithm of nothing."""

AT_ONCE = 3_000_000
"""Candidates drawn at a time, times latents."""


def completed(copula: Copula, numbering: Latents, rows: Table, rng: np.random.Generator, *, fill: bool) -> Floats:
    """Return uniforms (latents, rows) of partial rows: where known cells lie, and the others drawn beside them.

    Candidates are drawn with the known cells first, each given those before it, and one is kept by its weight
    (sampling importance resampling; Rubin, 1988): exact for one known cell, and nearly so for more.
    """
    low, high = np.zeros((numbering.starts[-1], rows.rows)), np.ones((numbering.starts[-1], rows.rows))
    for column, marginal in enumerate(numbering.marginals):
        if marginal.column.name in rows.names:
            own = numbering.own(column)
            low[own], high[own] = marginal.places(rows)
    fills = _fills(numbering) if fill else {}
    found = np.empty_like(low)
    for part in _patterns(known_of(low, high)) if copula.reorders else [np.arange(rows.rows)]:
        known = Known.by(numbering, low[:, part], high[:, part], fills)
        candidates = CANDIDATES if copula.weighs(known) else 1
        size = max(1, AT_ONCE // (candidates * copula.size))
        for start in range(0, len(part), size):
            chosen = np.arange(start, min(start + size, len(part)))
            found[:, part[chosen]] = _resampled(copula, known, chosen, candidates, rng)
    return found


def _fills(numbering: Latents) -> dict[int, Intervals]:
    """Return the intervals of what can fill a gap, by latent."""
    found: dict[int, Intervals] = {}
    for column, marginal in enumerate(numbering.marginals):
        intervals = marginal.known()
        if intervals is not None:
            found |= dict(zip(numbering.own(column), intervals, strict=True))
    return found


def _patterns(known: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.int64]]:
    """Return the rows of each pattern of known latents (latents, rows), those of all rare ones together."""
    if not known.shape[1]:
        return []
    _, own, counts = np.unique(known, axis=1, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")[:PATTERNS]
    parts = [np.flatnonzero(own.ravel() == pattern) for pattern in often]
    rare = np.flatnonzero(~np.isin(own.ravel(), often))
    return [*parts, rare] if len(rare) else parts


def _resampled(
    copula: Copula, known: Known, rows: npt.NDArray[np.int64], candidates: int, rng: np.random.Generator
) -> Floats:
    """Draw candidates for each row and keep one of them by its weight."""
    uniforms, weight = copula.draw_within(len(rows) * candidates, rng, known.take(np.repeat(rows, candidates)))
    if candidates == 1:
        return uniforms
    logs = weight.reshape(len(rows), candidates)
    totals = np.cumsum(np.exp(logs - np.maximum(logs.max(axis=1, keepdims=True), LEAST_LOG)), axis=1)
    aims = rng.random((len(rows), 1)) * totals[:, -1:]
    kept = np.minimum((aims >= totals).sum(axis=1), candidates - 1)
    return uniforms[:, np.arange(len(rows)) * candidates + kept]
