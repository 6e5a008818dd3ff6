"""Statistics over many resamples: all at once where they are known by name or take an axis, else one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.techniques.bootstrap.observed import Floats, Observed, finite, parameters, results, stacked
from likewise.techniques.bootstrap.resampling import Resampling, groups
from likewise.techniques.bootstrap.runs import BLOCKS, Indices, draw
from likewise.techniques.bootstrap.statistics import Mean, Moments, Quantile


class Replicating(ABC):
    """Work one statistic out on the data, on resamples of it, and with parts of it left out."""

    scheme: Resampling

    @property
    def width(self) -> int:
        """How many numbers are laid out for a row of a resample."""
        return 1

    @abstractmethod
    def whole(self) -> Floats:
        """Return the statistic of the data."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return the statistic of `count` resamples, (count, ...)."""

    @abstractmethod
    def left_out(self) -> list[Floats]:
        """Return, for each stratum or sample, the statistic without each of its units, (units, ...)."""

    @abstractmethod
    def errors(self, rng: np.random.Generator, count: int, inner: int) -> tuple[Floats, Floats]:
        """Return the statistic of `count` resamples and the standard error of each of them."""

    def replicates(self, count: int, *, seed: int, jobs: int) -> Floats:
        """Return `count` replicates; the same for any number of `jobs` (threads)."""
        found = self._grouped(lambda rng, size: (self.draw(rng, size),), count, seed, jobs)
        return finite(found[0], "in some resamples")

    def studentized(self, count: int, *, seed: int, jobs: int, inner: int) -> tuple[Floats, Floats]:
        """Return `count` replicates and the standard error of each, from `inner` resamples of its own."""
        drawn, errors = self._grouped(lambda rng, size: self.errors(rng, size, inner), count, seed, jobs)
        return finite(drawn, "in some resamples"), errors

    def _grouped(
        self, work: Callable[[np.random.Generator, int], tuple[Floats, ...]], count: int, seed: int, jobs: int
    ) -> list[Floats]:
        asked = groups(self.scheme, count, seed)
        if jobs == 1:
            parts = [self._batched(work, *group) for group in asked]
        else:
            with ThreadPoolExecutor(jobs) as pool:
                parts = list(pool.map(lambda group: self._batched(work, *group), asked))
        return [np.concatenate([batch[i] for part in parts for batch in part]) for i in range(len(parts[0][0]))]

    def _batched(
        self, work: Callable[[np.random.Generator, int], tuple[Floats, ...]], rng: np.random.Generator, count: int
    ) -> list[tuple[Floats, ...]]:
        size = max(1, self.scheme.batch // max(self.width, 1))
        return [work(rng, min(size, count - start)) for start in range(0, count, size)]


@dataclass(frozen=True, eq=False)
class OfMoments(Replicating):
    """Work out means, deviations and correlations; resamples in blocks from running sums, without a look at a row."""

    values: Floats
    statistic: Moments
    scheme: Resampling

    @cached_property
    def scale(self) -> Floats:
        """The size of each column's values, 1 where all are 0."""
        size = np.abs(self.values).max(axis=0)
        found: Floats = np.where(size > 0, size, 1.0)
        return found

    @cached_property
    def centre(self) -> Floats:
        """The mean of each column."""
        found: Floats = (self.values / self.scale).mean(axis=0) * self.scale
        return found

    @cached_property
    def features(self) -> Floats:
        """The features of the centred and scaled rows."""
        return np.ascontiguousarray(self.statistic.features(self.values / self.scale - self.centre / self.scale))

    @cached_property
    def prefix(self) -> Floats:
        """The sums of the features before each place of the series laid twice end to end."""
        twice = np.concatenate([self.features, self.features])
        return np.concatenate([np.zeros((1, twice.shape[1])), np.cumsum(twice, axis=0)])

    def _of(self, means: Floats, rows: int | Indices) -> Floats:
        return self.statistic.of(means, rows, self.centre, self.scale)

    def whole(self) -> Floats:
        """Return the statistic of the data."""
        return self._of(self.features.mean(axis=0), len(self.values))

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return the statistic of `count` resamples."""
        if self.scheme.kind in BLOCKS:
            return self._of(self.scheme.runs(rng, count).sums(self.prefix) / self.scheme.length, self.scheme.length)
        if self.scheme.kind == "bayesian":
            return self._of(self.scheme.weights(rng, count) @ self.features, self.scheme.rows)
        rows = self.scheme.indices(rng, count)
        return self._of(self._means(rows), rows.shape[1])

    def _means(self, rows: Indices) -> Floats:
        columns = [feature.take(rows, mode="clip").mean(axis=1) for feature in self.features.T.copy()]
        return np.stack(columns, axis=1)

    def left_out(self) -> list[Floats]:
        """Return the statistic without each unit."""
        total, rows = self.features.sum(axis=0), len(self.values)
        found = []
        for units in self.scheme.units():
            sizes = np.array([len(unit) for unit in units])
            sums = np.add.reduceat(self.features[np.concatenate(units)], np.cumsum(sizes) - sizes, axis=0)
            kept = (rows - sizes)[:, None]
            found.append(self._of((total - sums) / kept, kept))
        return found

    def errors(self, rng: np.random.Generator, count: int, inner: int) -> tuple[Floats, Floats]:
        """Return the statistic of `count` resamples and its standard errors."""
        rows = self.scheme.indices(rng, count)
        found, length = self._of(self._means(rows), rows.shape[1]), rows.shape[1]
        if isinstance(self.statistic, Mean):
            deviations = [feature.take(rows, mode="clip").std(axis=1) for feature in self.features.T.copy()]
            return found, np.stack(deviations, axis=1) * self.scale / np.sqrt(max(length - 1, 1))
        again = [self._means(np.take_along_axis(rows, draw(rng, length, rows.shape).astype(np.int64), axis=1))
                 for _ in range(inner)]  # fmt: skip
        return found, _spread([self._of(means, length) for means in again])


@dataclass(frozen=True, eq=False)
class OfQuantile(Replicating):
    """Work out a quantile; that of independent draws from its order statistics alone."""

    values: Floats
    statistic: Quantile
    scheme: Resampling

    @cached_property
    def order(self) -> Indices:
        """The rows of each column in the order of its values."""
        return np.argsort(self.values, axis=0, kind="stable")

    @cached_property
    def ordered(self) -> Floats:
        """The values of each column in order."""
        return np.take_along_axis(self.values, self.order, axis=0)

    @cached_property
    def ranks(self) -> npt.NDArray[Any]:
        """The place of each row among the values of each column, in the narrowest type."""
        rows = len(self.values)
        found = np.empty(self.order.shape, dtype=np.uint16 if rows <= 1 << 16 else np.int64)
        np.put_along_axis(found, self.order, np.arange(rows, dtype=found.dtype)[:, None], axis=0)
        return found

    def _of(self, rows: Indices) -> Floats:
        columns = zip(self.ordered.T, self.ranks.T, strict=True)
        return np.stack([self.statistic.of_ranks(o, r.take(rows, mode="clip")) for o, r in columns], axis=1)

    def whole(self) -> Floats:
        """Return the statistic of the data."""
        return np.asarray(self._of(np.arange(len(self.values))[None])[0])

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return the statistic of `count` resamples."""
        alone = self.values.shape[1] == 1  # the columns of one resample share its rows
        if alone and self.scheme.kind == "iid" and not self.scheme.strata and not self.scheme.entities:
            return self.statistic.of_draws(self.ordered, self.scheme.length, count, rng)
        return self._of(self.scheme.indices(rng, count))

    def left_out(self) -> list[Floats]:
        """Return the statistic without each unit."""
        return [self.statistic.left_out(self.ordered, self.ranks, units) for units in self.scheme.units()]

    def errors(self, rng: np.random.Generator, count: int, inner: int) -> tuple[Floats, Floats]:
        """Return the statistic of `count` resamples and its standard errors."""
        rows = self.scheme.indices(rng, count)
        again = [np.take_along_axis(rows, draw(rng, rows.shape[1], rows.shape).astype(np.int64), axis=1)
                 for _ in range(inner)]  # fmt: skip
        return self._of(rows), _spread([self._of(each) for each in again])


@dataclass(frozen=True, eq=False)
class OfFunction(Replicating):
    """Call a function of one or several samples; with many resamples at once where it takes an axis."""

    samples: tuple[Observed, ...]
    function: Callable[..., Any]
    schemes: tuple[Resampling, ...]

    @property
    def scheme(self) -> Resampling:  # type: ignore[override]
        """How the largest sample is resampled."""
        return max(self.schemes, key=lambda scheme: scheme.length)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(sample.width for sample in self.samples)

    @cached_property
    def at_once(self) -> bool:
        """Whether many resamples can be given at once."""
        arrays = all(isinstance(sample.data, np.ndarray) for sample in self.samples)
        return arrays and "axis" in parameters(self.function)

    def _call(self, rows: tuple[Indices, ...]) -> Floats:
        """Return the statistic for rows (count, length) of each sample."""
        if self.at_once:
            taken = [sample.take(r) for sample, r in zip(self.samples, rows, strict=True)]
            return results(self.function(*taken, axis=1), len(rows[0]))
        return stacked([self._one(each) for each in zip(*rows, strict=True)])

    def _one(self, rows: tuple[Indices, ...]) -> Floats:
        return results(self.function(*(sample.take(r) for sample, r in zip(self.samples, rows, strict=True))))

    def _weighed(self, data: Any, weights: Floats) -> Floats:
        """Return the statistic of weighted rows."""
        return results(self.function(data, weights=weights, **({"axis": 0} if self.at_once else {})))

    def whole(self) -> Floats:
        """Return the statistic of the data."""
        data = [sample.data for sample in self.samples]
        if self.scheme.kind == "bayesian":
            return self._weighed(data[0], np.full(self.scheme.rows, 1 / self.scheme.rows))
        return results(self.function(*data, axis=0) if self.at_once else self.function(*data))

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return the statistic of `count` resamples."""
        if self.scheme.kind == "bayesian":
            drawn = self.scheme.weights(rng, count)
            return stacked([self._weighed(self.samples[0].data, w) for w in drawn])
        return self._call(tuple(scheme.indices(rng, count) for scheme in self.schemes))

    def left_out(self) -> list[Floats]:
        """Return the statistic without each unit."""
        every = [np.arange(sample.rows) for sample in self.samples]
        found = []
        for place, scheme in enumerate(self.schemes):
            for units in scheme.units():
                kept = (np.delete(every[place], unit) for unit in units)
                found.append(stacked([self._left(every, place, rows) for rows in kept]))
        return found

    def _left(self, every: list[Indices], place: int, rows: Indices) -> Floats:
        chosen = [*every[:place], rows, *every[place + 1 :]]
        if self.scheme.kind == "bayesian":
            return self._weighed(self.samples[0].take(rows), np.full(len(rows), 1 / len(rows)))
        return self._call(tuple(r[None] for r in chosen))[0] if self.at_once else self._one(tuple(chosen))

    def errors(self, rng: np.random.Generator, count: int, inner: int) -> tuple[Floats, Floats]:
        """Return the statistic of `count` resamples and its standard errors."""
        rows = tuple(scheme.indices(rng, count) for scheme in self.schemes)
        again = [
            self._call(tuple(np.take_along_axis(r, draw(rng, r.shape[1], r.shape).astype(np.int64), axis=1)
                             for r in rows))
            for _ in range(inner)
        ]  # fmt: skip
        return self._call(rows), _spread(again)


def _spread(again: list[Floats]) -> Floats:
    """Return the standard deviation of what resamples of each resample gave, huge numbers or not."""
    drawn = np.stack(again)
    size = np.abs(drawn).max() or 1.0
    return np.asarray((drawn / size).std(axis=0, ddof=1) * size)
