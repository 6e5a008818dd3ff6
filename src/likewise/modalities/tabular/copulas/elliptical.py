"""Gaussian and Student-t copulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular import special
from likewise.modalities.tabular.copulas.copula import (
    OPEN,
    Arrays,
    Copula,
    Floats,
    Limits,
    kept_within,
    log_of,
    within,
)

AT_ONCE = 8192
"""Rows drawn at a time."""

TINY = 1e-300
"""The smallest probability that a score is found of."""

LEAST_EIGENVALUE = 1e-9
"""What the smallest eigenvalue is lifted to: columns that repeat one another leave a singular matrix."""


@dataclass(frozen=True, eq=False)
class Elliptical(Copula):
    """The dependence of a normal vector, or of a Student-t one with `df` degrees of freedom.

    `correlation` is (latents, latents), with ones on its diagonal and no negative eigenvalue. A Student-t vector is a
    normal one whose rows are scaled alike by chance, so that extremes come together. Latents that are `plain` are not
    scaled (a grouped t copula; Daul and others, 2003): uncorrelated ones are then independent of all others.

    Use when columns go together by their ranks, one way up or down. Avoid when two columns move in more than one
    direction (a hump): take a vine. Cost of a draw: rows times latents squared.

    Nelsen, 2006, An Introduction to Copulas; Demarta and McNeil, 2005, International Statistical Review 73.
    """

    correlation: Floats
    df: float | None = None
    plain: tuple[int, ...] = ()

    form: ClassVar[str] = "elliptical"

    @property
    def size(self) -> int:
        """The number of latents."""
        return len(self.correlation)

    @cached_property
    def root(self) -> Floats:
        """The lower triangle whose square is the correlation matrix."""
        return _root(self.correlation)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return (latents, n) uniforms."""
        found = np.empty((self.size, n))
        for start in range(0, n, AT_ONCE):
            rows = min(AT_ONCE, n - start)
            scores = self.root @ rng.standard_normal((self.size, rows))
            found[:, start : start + rows] = self._uniforms(np.arange(self.size), scores, self._scales(rows, rng))
        return found

    def tie(self, even: Floats, scale: Floats) -> Floats:
        """Return (latents, n) uniforms made of independent ones."""
        scores = self.root @ special.ndtri(even)
        scales = None if self.df is None else np.sqrt(self.df / special.chdtri(self.df, 1 - scale))
        return self._uniforms(np.arange(self.size), scores, scales)

    def draw_within(self, n: int, rng: np.random.Generator, limits: Limits) -> tuple[Floats, Floats]:
        """Return (latents, n) uniforms within limits, and the logarithm of what each row weighs; limited ones first."""
        first = list(limits.latents)
        rest = np.setdiff1d(np.arange(self.size), first)
        order = np.concatenate([np.array(first, dtype=np.int64), rest])
        root = _root(self.correlation[np.ix_(order, order)])
        scales = self._scales(n, rng)
        noise = rng.standard_normal((self.size, n))
        drawn, weight = np.full((self.size, n), np.nan), np.zeros(n)
        for place, latent in enumerate(first):
            low, high = limits.of(latent, drawn)
            middle, spread = root[place, :place] @ noise[:place], root[place, place]
            ends = [(self._scores(latent, side, scales) - middle) / spread for side in (low, high)]
            noise[place], width = _truncated(ends[0], ends[1], rng.random(n))
            weight += log_of(width)
            own = self._uniforms(np.array([latent]), (middle + spread * noise[place])[None], scales)
            drawn[latent] = kept_within(own[0], low, high)
        drawn[rest] = self._uniforms(rest, root[len(first) :] @ noise, scales)
        return drawn, weight

    def weighs(self, limits: Limits) -> bool:
        """Return whether rows drawn within limits differ in their weights: not by one latent that is not scaled."""
        scaled = self.df is not None and not {*limits.latents} <= {*self.plain}
        return len(limits.latents) > 1 or scaled

    def said(self) -> str:
        """Return in a few words which copula it is."""
        if not np.triu(self.correlation, 1).any():
            return "independent"
        return "Gaussian" if self.df is None else f"Student-t with {self.df:g} degrees of freedom"

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        return {"form": self.form, "df": self.df, "plain": list(self.plain)}, {"correlation": self.correlation}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: Arrays) -> Elliptical:
        """Rebuild it from a model file."""
        return cls(arrays["correlation"], meta["df"], tuple(meta["plain"]))

    def _scales(self, n: int, rng: np.random.Generator) -> Floats | None:
        """Return what each row of a Student-t vector is multiplied by; None for a normal one."""
        return None if self.df is None else np.asarray(np.sqrt(self.df / rng.chisquare(self.df, n)))

    def _uniforms(self, latents: npt.NDArray[np.int64], scores: Floats, scales: Floats | None) -> Floats:
        """Return the uniforms of some latents' normal scores (latents, rows)."""
        shares = special.ndtr(scores)
        if scales is not None:
            scaled = ~np.isin(latents, self.plain)
            shares[scaled] = special.stdtr(self.df, scores[scaled] * scales)
        return np.asarray(np.clip(shares, OPEN, 1 - OPEN))

    def _scores(self, latent: int, uniforms: Floats, scales: Floats | None) -> Floats:
        """Return the normal scores of a latent's uniforms, infinite at 0 and 1."""
        if scales is None or latent in self.plain:
            return np.asarray(special.ndtri(uniforms))
        scores = np.where(uniforms <= 0, -np.inf, np.where(uniforms >= 1, np.inf, 0.0))
        inner = np.isfinite(scores)
        scores[inner] = special.stdtrit(self.df, uniforms[inner])
        scaled: Floats = scores / scales
        return scaled


def _truncated(low: Floats, high: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Return a standard normal within intervals for each row, at `shares` of their probability, and that."""
    upper = low.min(axis=0) > 0  # seen from the other side, where probabilities are small but exact
    low, high = np.where(upper, -high[::-1], low), np.where(upper, -low[::-1], high)
    point, width = within(special.ndtr(low), special.ndtr(high), shares)
    score = special.ndtri(np.clip(point, TINY, 1 - OPEN))
    return np.where(upper, -score, score), width


def _root(correlation: npt.NDArray[np.float64]) -> Floats:
    """Return the Cholesky root of a correlation matrix, of one nearby where it is singular."""
    try:
        return np.asarray(np.linalg.cholesky(correlation))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(correlation)
        lifted = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
        scale = np.sqrt(np.diag(lifted))
        return np.asarray(np.linalg.cholesky(lifted / np.outer(scale, scale) + LEAST_EIGENVALUE * np.eye(len(scale))))
