"""What every copula offers: uniforms that depend on one another, freely or within limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]

OPEN = 1e-12
"""How far uniforms keep from 0 and 1, so that no score of theirs is infinite."""


class Limits(Protocol):
    """Say where the uniforms of some latents may lie."""

    @property
    def latents(self) -> Sequence[int]:
        """The latents that are limited, in an order in which the limits of each are known once those before are."""

    def of(self, latent: int, drawn: Floats) -> tuple[Floats, Floats]:
        """Return the ends of disjoint intervals, rising, (intervals, rows) each; `drawn` (latents, rows) are known."""


class Copula(ABC):
    """Draw uniforms on (0, 1), one a latent, whose dependence is all that it knows.

    A latent is what one column (or a part of what settles it) is drawn by; see `Marginal`. `reorders` says whether
    latents can be drawn in any order.
    """

    form: ClassVar[str]
    reorders: ClassVar[bool] = True

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of latents."""

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return (latents, n) uniforms."""

    @abstractmethod
    def tie(self, even: Floats, scale: Floats) -> Floats:
        """Return (latents, n) uniforms made of independent ones, and of one more a row where all share a scale.

        The same independent uniforms give the same ones, so that any row can be drawn alone.
        """

    @abstractmethod
    def draw_within(self, n: int, rng: np.random.Generator, limits: Limits) -> tuple[Floats, Floats]:
        """Return (latents, n) uniforms within limits, and the logarithm of what each row weighs.

        Each latent is drawn given those before it, within its limits; the weight is the product of the probabilities
        that they met the limits by themselves (sequential importance sampling: Geweke, 1991; Hajivassiliou and
        McFadden, 1998; Keane, 1994). Rows taken by their weights are draws from the conditional distribution.
        """

    @abstractmethod
    def weighs(self, limits: Limits) -> bool:
        """Return whether rows drawn within limits differ in their weights."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""

    def said(self) -> str:
        """Return in a few words which copula it is."""
        return self.form


def log_of(weights: Floats) -> Floats:
    """Return logarithms, minus infinity for nothing."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(weights))


def within(low: Floats, high: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Return a point of one of several intervals for each row, at `shares` (0 to 1) of their joint width, and that.

    `low` and `high` are (intervals, rows); where all are empty, the point is the start of the first.
    """
    if len(low) == 1:
        width = np.maximum(high[0] - low[0], 0.0)
        return low[0] + shares * width, width
    widths = np.maximum(high - low, 0.0)
    ends = np.cumsum(widths, axis=0)
    aims = shares * ends[-1]
    picked = np.minimum((aims >= ends).sum(axis=0), len(low) - 1)
    rows = np.arange(low.shape[1])
    point = low[picked, rows] + aims - (ends[picked, rows] - widths[picked, rows])
    return np.minimum(point, np.maximum(high[picked, rows], low[picked, rows])), ends[-1]


def kept_within(uniforms: Floats, low: Floats, high: Floats) -> Floats:
    """Return uniforms moved back by what rounding took them out of their limits."""
    inside = ((uniforms > low) & (uniforms < high)).any(axis=0)
    if inside.all():
        return uniforms
    middle = np.where(high > low, (low + high) / 2, np.nan)
    away = np.where(np.isnan(middle), np.inf, np.maximum(low - uniforms, uniforms - high))
    nearest, rows = away.argmin(axis=0), np.arange(len(uniforms))
    inner = np.clip(uniforms, low[nearest, rows], high[nearest, rows])
    step = 1e-9 * (high - low)[nearest, rows]
    return np.where(inside, uniforms, np.clip(inner, low[nearest, rows] + step, high[nearest, rows] - step))
