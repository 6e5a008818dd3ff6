"""Channels of series as normal scores and back: bounds, grids and what never changes are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtr, ndtri

from likewise.modalities.tabular.precision import Precision, precision_of

Floats = npt.NDArray[np.float64]
Form = Literal["normal", "plain"]

KNOTS = 65
"""Quantiles that a channel's map goes through."""
PIECES = 1024
"""Straight pieces of the map: the way there and the way back are then each other's inverse."""
OUTERMOST = 5e-4
"""Share of values beyond which scores stop: the least and the greatest value lie there."""
VALUES = 200_000
"""Values of a channel that its map is learned from, evenly picked."""


@dataclass(frozen=True, eq=False)
class Channel:
    """Map values of one channel to scores and back: `knots` are pairs of score and value, both rising.

    A value that is a good part of all has a range of scores, all of which are mapped back to it. A channel without any
    value has no knots.
    """

    knots: Floats
    precision: Precision | None

    @classmethod
    def fit(cls, known: Floats, form: Form = "normal") -> Channel:
        """Learn a map: `normal` makes values standard normal by their quantiles, `plain` only moves and scales them."""
        if not len(known):
            return cls(np.zeros((0, 2)), None)
        seen = known[np.linspace(0, len(known) - 1, min(len(known), VALUES)).astype(np.int64)]
        low, high = float(known.min()), float(known.max())
        if low == high:
            knots = np.array([[0.0, low]])
        elif form == "plain":
            ends = np.array([low, high])
            knots = np.stack([(ends - seen.mean()) / max(seen.std(), 1e-9 * (high - low)), ends], axis=1)
        else:
            shares = np.linspace(0, 1, KNOTS)
            values = np.quantile(seen, shares)
            values[0], values[-1] = low, high
            knots = np.stack([ndtri(np.clip(shares, OUTERMOST, 1 - OUTERMOST)), values], axis=1)
        return cls(knots, precision_of(known))

    def encode(self, values: Floats, rng: np.random.Generator | None = None) -> Floats:
        """Return the scores of values, those beyond the bounds at the ends; NaN stays.

        With `rng` a value that has a range of scores gets any of them, by chance: scores are normal then.
        """
        scores, table = self._table
        if len(scores) == 1:
            return np.where(np.isnan(values), np.nan, 0.0)
        inside = np.clip(np.nan_to_num(values), table[0], table[-1])
        first, after = np.searchsorted(table, inside, "left"), np.searchsorted(table, inside, "right")
        left, right = np.maximum(first - 1, 0), np.minimum(first, len(table) - 1)
        span = np.where(table[right] > table[left], table[right] - table[left], 1.0)
        between = scores[left] + (scores[right] - scores[left]) * (inside - table[left]) / span
        least, most = scores[np.minimum(first, len(scores) - 1)], scores[np.maximum(after - 1, 0)]
        low, high = ndtr(np.minimum(least, most)), ndtr(most)
        within = (least + most) / 2
        if rng is not None:  # far out, shares are 0 or 1 and lead nowhere, but there a value has one score
            within = np.where(most > least, ndtri(low + (high - low) * rng.random(low.shape)), within)
        return np.where(np.isnan(values), np.nan, np.where(after > first, within, between))

    def decode(self, scores: Floats) -> Floats:
        """Return the values at scores, never beyond the bounds and written as finely as those that were learned."""
        places, table = self._table
        values = np.interp(scores, places, table) if len(places) > 1 else np.full(scores.shape, table[0])
        if self.precision is None or not len(self.knots):
            return values
        return np.clip(self.precision.of(values), self.knots[0, 1], self.knots[-1, 1])

    def slopes(self, values: Floats) -> Floats:
        """Return how fast scores rise with values; what is a range of scores counts as if it were narrow."""
        scores, table = self._table
        if len(scores) == 1:
            return np.ones(values.shape)
        piece = np.clip(np.searchsorted(table, values, "right") - 1, 0, len(table) - 2)
        rise = np.maximum(table[piece + 1] - table[piece], 1e-6 * (table[-1] - table[0]))
        return np.asarray((scores[piece + 1] - scores[piece]) / rise)

    @property
    def line(self) -> tuple[float, float]:
        """The value at score 0 and how fast values rise with scores, of a plain map."""
        if len(self.knots) < 2:
            return float(self._table[1][0]), 0.0
        (low, least), (high, most) = self.knots[[0, -1]].tolist()
        return least - low * (most - least) / (high - low), (most - least) / (high - low)

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        """The map as pairs of score and value that are joined by straight lines."""
        if not len(self.knots):
            return np.zeros(1), np.full(1, np.nan)
        scores, values = self.knots.T
        if len(self.knots) <= 2:
            return scores, values
        fine = np.linspace(scores[0], scores[-1], PIECES + 1)
        return fine, np.maximum.accumulate(PchipInterpolator(scores, values)(fine))


@dataclass(frozen=True, eq=False)
class Channels:
    """Map all channels of series."""

    each: tuple[Channel, ...]

    @classmethod
    def fit(cls, cells: Sequence[Floats], form: Form = "normal") -> Channels:
        """Learn the map of every channel of series (steps x channels, NaN where missing)."""
        values = np.concatenate(list(cells))
        return cls(tuple(Channel.fit(own[np.isfinite(own)], form) for own in values.T))

    def encode(self, values: Floats, rng: np.random.Generator | None = None) -> Floats:
        """Return the scores of values: any shape whose last axis is the channels."""
        return np.stack([channel.encode(values[..., i], rng) for i, channel in enumerate(self.each)], axis=-1)

    def decode(self, scores: Floats) -> Floats:
        """Return the values at scores."""
        return np.stack([channel.decode(scores[..., i]) for i, channel in enumerate(self.each)], axis=-1)

    def slopes(self, values: Floats) -> Floats:
        """Return how fast each score rises with its value."""
        return np.stack([channel.slopes(values[..., i]) for i, channel in enumerate(self.each)], axis=-1)

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        finest = [None if c.precision is None else [c.precision.decimals, c.precision.digits] for c in self.each]
        return {"knots": [channel.knots.tolist() for channel in self.each], "precision": finest}

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Channels:
        """Rebuild it from a model file."""
        pairs = zip(meta["knots"], meta["precision"], strict=True)
        return cls(tuple(Channel(np.array(k).reshape(-1, 2), None if p is None else Precision(*p)) for k, p in pairs))
