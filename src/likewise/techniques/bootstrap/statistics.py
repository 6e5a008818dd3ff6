"""Statistics that are known by name and worked out for all replicates at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError, suggest
from likewise.techniques.bootstrap.runs import Indices

Floats = npt.NDArray[np.float64]

NAMES = ("mean", "std", "corr", "median", "quantile:0.9")


class Moments(ABC):
    """Work a statistic out from means of a few features of each row, so that no replicate need be laid out.

    Values are (rows, columns); results have a last axis of one or more numbers.
    """

    @abstractmethod
    def features(self, values: Floats) -> Floats:
        """Return (rows, features)."""

    @abstractmethod
    def of(self, means: Floats, rows: int | Indices, centre: Floats, scale: Floats) -> Floats:
        """Return the statistic for means (..., features) of `rows` rows; values are centre + scale * what was seen."""


class Mean(Moments):
    """The mean of each column."""

    def features(self, values: Floats) -> Floats:
        """Return the values."""
        return values

    def of(self, means: Floats, rows: int | Indices, centre: Floats, scale: Floats) -> Floats:
        """Return the means."""
        return means * scale + centre


class Deviation(Moments):
    """The standard deviation of each column, divided by rows - 1."""

    def features(self, values: Floats) -> Floats:
        """Return values and squares."""
        return np.concatenate([values, values**2], axis=1)

    def of(self, means: Floats, rows: int | Indices, centre: Floats, scale: Floats) -> Floats:
        """Return the root of the mean square less the squared mean."""
        first, second = np.split(means, 2, axis=-1)
        found: Floats = scale * np.sqrt(np.maximum(second - first**2, 0) * rows / np.maximum(rows - 1, 1))
        return found


class Correlation(Moments):
    """Pearson's correlation of each pair of columns: (0, 1), (0, 2), ..., (1, 2), ...; 0 where one is constant."""

    def features(self, values: Floats) -> Floats:
        """Return values, their squares, and the product of each pair."""
        left, right = np.triu_indices(values.shape[1], 1)
        return np.concatenate([values, values**2, values[:, left] * values[:, right]], axis=1)

    def of(self, means: Floats, rows: int | Indices, centre: Floats, scale: Floats) -> Floats:
        """Return covariance by the root of both variances."""
        columns = len(centre)
        left, right = np.triu_indices(columns, 1)
        first, second, products = np.split(means, [columns, 2 * columns], axis=-1)
        variances = np.maximum(second - first**2, 0)
        spread = np.sqrt(variances[..., left] * variances[..., right])
        shared = products - first[..., left] * first[..., right]
        found: Floats = np.where(spread > 1e-14, shared / np.where(spread > 1e-14, spread, 1), 0.0)
        return np.clip(found, -1.0, 1.0)


@dataclass(frozen=True)
class Quantile:
    """A quantile of each column, between neighbouring values where it falls between two (Hyndman and Fan's type 7)."""

    share: float

    def place(self, rows: int) -> tuple[int, float]:
        """Return the rank (from 0) below the quantile among `rows` values, and the way to the next."""
        place = self.share * (rows - 1)
        below = min(int(place), max(rows - 2, 0))
        return below, place - below

    def of_ranks(self, ordered: Floats, ranks: npt.NDArray[Any]) -> Floats:
        """Return the quantile of resamples (count, rows) that are told by the ranks of their values in one column.

        Ranks are whole numbers, which are sorted several times faster than what they stand for.
        """
        below, way = self.place(ranks.shape[1])
        ranks = np.sort(ranks, axis=1)
        low, high = ordered[ranks[:, below]], ordered[ranks[:, min(below + 1, ranks.shape[1] - 1)]]
        found: Floats = low + way * (high - low)
        return found

    def of_draws(self, ordered: Floats, length: int, count: int, rng: np.random.Generator) -> Floats:
        """Return the quantile of `count` resamples of `length` independent draws from ordered values (rows, columns).

        Only the order statistics that are needed are drawn: those of uniform numbers are beta (Renyi, 1953).
        """
        below, way = self.place(length)
        rank = rng.beta(below + 1, length - below, count)
        low = ordered[np.minimum((rank * len(ordered)).astype(np.int64), len(ordered) - 1)]
        if length - below - 1 == 0 or way == 0:
            return low
        rank += (1 - rank) * rng.beta(1, length - below - 1, count)
        high = ordered[np.minimum((rank * len(ordered)).astype(np.int64), len(ordered) - 1)]
        return low + way * (high - low)

    def left_out(self, ordered: Floats, ranks: npt.NDArray[Any], units: Sequence[Indices]) -> Floats:
        """Return the quantile with each unit of rows left out, (units, columns), from values in order and ranks."""
        found = np.empty((len(units), ordered.shape[1]))
        for place, unit in enumerate(units):
            left = len(ordered) - len(unit)
            below, way = self.place(left)
            for column, gone in enumerate(np.sort(ranks[unit].astype(np.int64), axis=0).T):
                kept = np.array([below, min(below + 1, left - 1)])
                at = kept + np.searchsorted(gone - np.arange(len(gone)), kept, side="right")
                low, high = ordered[at, column]
                found[place, column] = low + way * (high - low)
        return found


Named = Moments | Quantile


def named(name: str) -> Named:
    """Return the statistic of a name. Raises SettingsError when there is none."""
    known: dict[str, Named] = {"mean": Mean(), "std": Deviation(), "corr": Correlation(), "median": Quantile(0.5)}
    if name in known:
        return known[name]
    if name.startswith("quantile:"):
        try:
            share = float(name.partition(":")[2])
        except ValueError:
            share = np.nan
        if 0 <= share <= 1:
            return Quantile(share)
        raise SettingsError("settings.statistic", "a quantile is named by a share from 0 to 1",
                            hint="write e.g. 'quantile:0.9'")  # fmt: skip
    raise SettingsError("settings.statistic", f"there is no statistic named `{name}`",
                        hint=suggest(name, NAMES, "statistic"))  # fmt: skip
