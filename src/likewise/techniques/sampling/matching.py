"""The correlations of normal latents of which only bins are seen: ties, atoms and levels do not shrink them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular import special
from likewise.modalities.tabular.copulas.nearest import nearest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

TERMS = 128
"""Terms of the series in the correlation; what is left out is felt above 0.98."""

STEPS = 24
"""Times that the interval in which a correlation lies is halved."""

HIGHEST = 1 - 1e-6
"""The largest correlation of two latents: beyond it, one could not be drawn given the other."""

ALIKE = 0.98
"""Correlation from which on one column's latents are taken for those of another, with a little noise."""

STANDS_OUT = 2.0
"""Standard errors that a correlation must differ from zero by."""

FEWEST = 20
"""Rows in which both latents tell something, at least, for their correlation to be learned."""

CELLS = 2e7
"""Rows times latents that are looked at, at most."""

PAIRS = 20_000
"""Pairs that are solved at a time."""


@dataclass(frozen=True, eq=False)
class Binned:
    """Hold what is seen of one latent: the bin of each row, -1 where it tells nothing, and the shares up to each bin.

    Latents of one `column` are independent of one another by construction. `line` says whether the bins are those of
    numbers.
    """

    bins: Ints
    ends: Floats
    column: int
    line: bool = False

    @cached_property
    def scores(self) -> Floats:
        """The mean of the standard normal in each bin."""
        means: Floats = _integrals(self.ends, 1)[0] / np.maximum(np.diff(self.ends), 1e-300)
        return means

    def series(self) -> Floats:
        """Return the terms' factors: with these of another latent they sum to the covariance of both's scores."""
        return _integrals(self.ends, TERMS) @ self.scores

    def spread(self, rng: np.random.Generator) -> Floats:
        """Return a uniform for each row, evenly within its bin (the distributional transform; Rueschendorf, 2009)."""
        place, told = rng.random(len(self.bins)), self.bins >= 0
        return np.where(told, self.ends[self.bins] + place * np.diff(self.ends)[self.bins], place)

    def take(self, rows: npt.NDArray[Any]) -> Binned:
        """Return what is seen in some rows."""
        return replace(self, bins=self.bins[rows])


def matched(latents: Sequence[Binned], rng: np.random.Generator) -> Floats:
    """Return the correlation matrix under which bins' scores go together as they do in the rows.

    The covariance of two latents' scores is a power series in their correlation (Mehler, 1866), whose factors are
    integrals of Hermite polynomials over the bins: it is solved for the correlation, pair by pair, so that neither few
    levels nor atoms shrink it (a polychoric correlation by matching rather than by likelihood; Olsson, 1979). Those
    within two standard errors of zero are zero. Then the nearest correlation matrix is taken: nearest in the
    covariances of the scores. Cost: rows times latents squared, on at most 20 million cells.
    """
    rows = len(latents[0].bins) if latents else 0
    most = int(CELLS / max(len(latents), 1))
    if rows > most:
        chosen = np.sort(rng.choice(rows, most, replace=False))
        latents = [latent.take(chosen) for latent in latents]
    columns = np.array([latent.column for latent in latents])
    apart = columns[:, None] == columns[None, :]
    covariance, shared, sizes = _covariances(latents)
    errors = np.sqrt(np.maximum(np.outer(sizes, sizes), 1e-300) / np.maximum(shared, 1))
    asked = (np.abs(covariance) > STANDS_OUT * errors) & (shared >= FEWEST) & ~apart
    first, second = np.nonzero(np.triu(asked, 1))
    series = np.array([latent.series() for latent in latents]).reshape(len(latents), -1)
    found = np.eye(len(latents))
    for start in range(0, len(first), PAIRS):
        pair = slice(start, start + PAIRS)
        a, b = first[pair], second[pair]
        found[a, b] = found[b, a] = _solved(series[a] * series[b], covariance[a, b])
    felt = np.outer(sizes, sizes) * shared / max(float(shared.max(initial=1)), 1.0)
    copied = _copies(found, columns)
    own = np.flatnonzero(copied == np.arange(len(copied)))
    settled = nearest(found[np.ix_(own, own)], felt[np.ix_(own, own)] ** 2, columns[own])
    return _with_copies(settled, found, copied, own)


def _copies(found: Floats, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each latent the one that it repeats, of an earlier column that repeats it as a whole, else itself."""
    copied = np.arange(len(columns))
    places = [np.flatnonzero(columns == column) for column in np.unique(columns)]
    kept: list[npt.NDArray[np.int64]] = []
    for place in places:
        for other in kept:
            if len(other) == len(place) and (np.abs(found[place, other]) >= ALIKE).all():
                copied[place] = other
                break
        else:
            kept.append(place)
    return copied


def _with_copies(settled: Floats, found: Floats, copied: npt.NDArray[np.int64], own: npt.NDArray[np.int64]) -> Floats:
    """Return the matrix of all latents, in which those that repeat another go with others as that one does."""
    place = np.searchsorted(own, copied)
    share = np.where(copied == np.arange(len(copied)), 1.0, found[np.arange(len(copied)), copied])
    whole: Floats = settled[np.ix_(place, place)] * np.outer(share, share)
    np.fill_diagonal(whole, 1.0)
    return whole


def _covariances(latents: Sequence[Binned]) -> tuple[Floats, Floats, Floats]:
    """Return the covariances of scores where both tell, the rows where they do, and each one's variance."""
    size, rows = len(latents), len(latents[0].bins) if latents else 0
    scores, told = np.zeros((size, rows), dtype=np.float32), np.zeros((size, rows), dtype=np.float32)
    for place, latent in enumerate(latents):
        scores[place] = np.append(latent.scores, 0.0)[latent.bins]
        told[place] = latent.bins >= 0
    shared = (told @ told.T).astype(np.float64)
    sums = (scores @ told.T).astype(np.float64)
    rows_of = np.maximum(shared, 1)
    found = (scores @ scores.T).astype(np.float64) / rows_of - sums * sums.T / rows_of**2
    variances = np.array([(np.diff(latent.ends) * latent.scores**2).sum() for latent in latents])
    return found, shared, variances


def _solved(factors: Floats, wanted: Floats) -> Floats:
    """Return the correlation at which each power series, of the factors (pairs, terms), has the wanted value."""
    signs = np.where(wanted < 0, -1.0, 1.0)
    odd = np.arange(1, factors.shape[1] + 1) % 2 == 1
    factors = np.where(odd, factors, factors * signs[:, None])
    low, high = np.zeros(len(wanted)), np.full(len(wanted), HIGHEST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        total = np.zeros(len(wanted))
        for term in factors.T[::-1]:
            total = (total + term) * middle
        beyond = total > np.abs(wanted)
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    found: Floats = signs * (low + high) / 2
    return found


def _integrals(ends: Floats, terms: int) -> Floats:
    """Return the integrals of the normalised Hermite polynomials times the normal density: (terms, bins)."""
    cuts = special.ndtri(ends)
    inner = np.isfinite(cuts)
    at = np.where(inner, cuts, 0.0)
    density = np.where(inner, np.exp(-at * at / 2) / np.sqrt(2 * np.pi), 0.0)
    before, polynomial = np.zeros_like(at), np.ones_like(at)
    found = np.empty((terms, len(ends) - 1))
    for term in range(1, terms + 1):
        found[term - 1] = -np.diff(density * polynomial) / np.sqrt(term)
        before, polynomial = polynomial, (at * polynomial - np.sqrt(term - 1) * before) / np.sqrt(term)
    return found
