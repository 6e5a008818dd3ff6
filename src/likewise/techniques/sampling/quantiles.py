"""From uniforms to numbers: the smoothed empirical quantile function of a column, or that of a family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.modalities.tabular.codec import bound_of, rounded
from likewise.modalities.tabular.distributions.distribution import Distribution
from likewise.modalities.tabular.distributions.reading import parse
from likewise.modalities.tabular.numbers import NumberCodec

Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]

GRAIN = 2.0**-11
"""How far to both sides of a known continuous value its uniform may lie: as wide as an interval of many rows is."""


class Quantiles(Protocol):
    """Turn uniforms into numbers, rising, and say where the uniforms of numbers lie."""

    form: ClassVar[str]

    def at(self, uniforms: Floats, rng: np.random.Generator) -> Floats:
        """Return the number at each uniform."""

    def below(self, values: Floats) -> Floats:
        """Return the share of numbers that are less than each value."""

    def upto(self, values: Floats) -> Floats:
        """Return the share of numbers that are at most each value."""

    def bounds(self, column: Column) -> tuple[Any, Any] | None:
        """Return the least and the greatest number as a schema writes them, None where there is none."""

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Read the atoms and intervals of a codec as a quantile function: straight lines between the ends of intervals.

    `ends` (symbols + 1) are the shares of rows up to each symbol. `ways` (ways, symbols) counts how the numbers of a
    symbol end, None where that tells nothing (see `NumberCodec`).
    """

    codec: NumberCodec
    column: Column
    ends: Floats
    ways: npt.NDArray[np.int64] | None = None

    form: ClassVar[str] = "smoothed"

    def at(self, uniforms: Floats, rng: np.random.Generator) -> Floats:
        """Return the number at each uniform; how it ends is drawn beside."""
        symbols = np.clip(np.searchsorted(self.ends, uniforms, side="right") - 1, 0, self.codec.symbols - 1)
        start, share = self.ends[symbols], np.diff(self.ends)[symbols]
        place = np.clip((uniforms - start) / np.where(share > 0, share, 1), 0, 1 - 1e-12)
        low, width = self.codec.low[symbols], (self.codec.high - self.codec.low)[symbols]
        values = low + (np.floor(place * self._points[symbols]) * self.codec.step if self.codec.step else place * width)
        values = rounded(values, self.column)
        if self.ways is None:
            return values
        drawn = _picked(self.ways, symbols, rng)
        return rounded(self.codec.moved(values, symbols.astype(np.int32), drawn, rng), self.column)

    def below(self, values: Floats) -> Floats:
        """Return the share of numbers that are less than each value."""
        return self._shares(values, ends_before=True)

    def upto(self, values: Floats) -> Floats:
        """Return the share of numbers that are at most each value."""
        return self._shares(values, ends_before=False)

    @cached_property
    def _points(self) -> Floats:
        """How many values each symbol has on its grid."""
        width = self.codec.high - self.codec.low
        return np.round(width / self.codec.step) + 1 if self.codec.step else np.ones(len(width))

    def _shares(self, values: Floats, *, ends_before: bool) -> Floats:
        """Return the share of numbers under each value: within its interval in proportion, as they are drawn."""
        codec = self.codec
        symbols = np.clip(np.searchsorted(codec.low, values, side="right") - 1, 0, codec.symbols - 1)
        if ends_before:  # a value that ends one interval and begins the next is not below the first's end
            symbols = np.clip(np.searchsorted(codec.high, values, side="left"), 0, codec.symbols - 1)
        low, high = codec.low[symbols], codec.high[symbols]
        with np.errstate(invalid="ignore", divide="ignore"):
            if codec.step:
                steps = (values - low) / codec.step
                counted = np.ceil(steps - 1e-9) if ends_before else np.floor(steps + 1e-9) + 1
                inside = counted / self._points[symbols]
            else:
                edge = (values > low) if ends_before else (values >= low)
                inside = np.where(high > low, (values - low) / (high - low), edge)
        inside = np.clip(np.nan_to_num(inside, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
        found: Floats = self.ends[symbols] + inside * np.diff(self.ends)[symbols]
        return found

    def bounds(self, column: Column) -> tuple[Any, Any] | None:
        """Return the least and the greatest number as a schema writes them."""
        return bound_of(column, float(self.codec.low[0])), bound_of(column, float(self.codec.high.max()))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        meta, arrays = self.codec.state()
        own = {"ends": self.ends} | ({} if self.ways is None else {"ways": self.ways})
        return {"form": self.form, "codec": meta}, own | {f"codec.{name}": array for name, array in arrays.items()}

    @classmethod
    def from_state(cls, column: Column, meta: dict[str, Any], arrays: Arrays) -> Smoothed:
        """Rebuild it from a model file."""
        own = {n.removeprefix("codec."): array for n, array in arrays.items() if n.startswith("codec.")}
        return cls(NumberCodec.from_state(meta["codec"], own), column, arrays["ends"], arrays.get("ways"))


@dataclass(frozen=True, eq=False)
class Family:
    """Read a declared or fitted distribution as a quantile function, rounded to the grid of its column.

    `low` and `high` cut off what no row may hold; `step` is the grid, 0 for none, on which `start` lies.
    """

    distribution: Distribution
    column: Column
    step: float = 0.0
    low: float = -np.inf
    high: float = np.inf
    start: float = 0.0

    form: ClassVar[str] = "family"

    def at(self, uniforms: Floats, rng: np.random.Generator) -> Floats:
        """Return the number at each uniform."""
        first, last = self.reach
        shares = first + uniforms * (last - first)
        values = self.distribution.ppf(shares)
        if self.step and not self.distribution.discrete:
            values = self.start + np.round((values - self.start) / self.step) * self.step
        return np.clip(rounded(values, self.column), self.low, self.high)

    def below(self, values: Floats) -> Floats:
        """Return the share of numbers that are less than each value."""
        if self.distribution.discrete or not self.step:
            return self._scaled(self.distribution.cdf(values) - self.distribution.mass(values), values > self.low)
        cells = np.ceil((values - self.start) / self.step - 1e-9) - 0.5
        return self._scaled(self.distribution.cdf(self.start + cells * self.step), values > self.low)

    def upto(self, values: Floats) -> Floats:
        """Return the share of numbers that are at most each value."""
        if self.distribution.discrete or not self.step:
            return self._scaled(self.distribution.cdf(values), values >= self.low)
        cells = np.floor((values - self.start) / self.step + 1e-9) + 0.5
        return self._scaled(self.distribution.cdf(self.start + cells * self.step), values >= self.low)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The shares of the distribution between which uniforms are spread."""
        half = 0.0 if self.distribution.discrete else self.step / 2
        first = 0.0 if self.low == -np.inf else float(
            self.distribution.cdf(self.low - half) - (0.0 if half else self.distribution.mass(self.low))
        )  # fmt: skip
        last = 1.0 if self.high == np.inf else float(self.distribution.cdf(self.high + half))
        return first, max(last, first)

    def _scaled(self, shares: Floats, reached: npt.NDArray[np.bool_]) -> Floats:
        first, last = self.reach
        found: Floats = np.clip((shares - first) / max(last - first, 1e-300), 0, 1)
        return np.where(reached, found, 0.0)

    def bounds(self, column: Column) -> tuple[Any, Any] | None:
        """Return the least and the greatest number as a schema writes them, None where there is none."""
        low, high = (float(end) for end in self.distribution.support)
        low, high = max(low, self.low), min(high, self.high)
        if not np.isfinite([low, high]).all():
            return None
        return bound_of(column, float(rounded(np.array(low), column))), bound_of(
            column, float(rounded(np.array(high), column))
        )

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        cut = np.array([self.step, self.low, self.high, self.start])
        return {"form": self.form, "distribution": self.distribution.to_dict()}, {"cut": cut}

    @classmethod
    def from_state(cls, column: Column, meta: dict[str, Any], arrays: Arrays) -> Family:
        """Rebuild it from a model file."""
        step, low, high, start = arrays["cut"].tolist()
        return cls(parse(meta["distribution"]), column, step, low, high, start)


def load_quantiles(column: Column, meta: dict[str, Any], arrays: Arrays) -> Smoothed | Family:
    """Rebuild a quantile function from a model file."""
    return (Smoothed if meta["form"] == Smoothed.form else Family).from_state(column, meta, arrays)


def places(quantiles: Quantiles, values: Floats) -> tuple[Floats, Floats]:
    """Return between which uniforms each value is drawn: its share where it is an atom, a grain around it where not."""
    low, high = quantiles.below(values), quantiles.upto(values)
    point = high - low < GRAIN
    middle = (low + high) / 2
    return np.where(point, np.maximum(middle - GRAIN, 0), low), np.where(point, np.minimum(middle + GRAIN, 1), high)


def smoothed(codec: NumberCodec, column: Column, values: Floats, counts: Floats) -> Smoothed:
    """Return the quantile function of a column: `values` as they are in its rows, `counts` of rows by symbol."""
    ends = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    ends[-1] = 1.0
    if codec.ways == 1:
        return Smoothed(codec, column, ends)
    known = values[~np.isnan(values)]
    cells = codec.ways_of(known).astype(np.int64) * codec.symbols + codec.encode(known)
    ways = np.bincount(cells, minlength=codec.ways * codec.symbols).reshape(codec.ways, codec.symbols)
    return Smoothed(replace(codec), column, ends, ways)


def _picked(ways: npt.NDArray[np.int64], symbols: npt.NDArray[np.int64], rng: np.random.Generator) -> Any:
    """Return a way for each symbol, as often as its rows have it."""
    ends = np.cumsum(ways, axis=0)
    aims = rng.random(len(symbols)) * np.maximum(ends[-1], 1)[symbols]
    return np.minimum((aims >= ends[:, symbols]).sum(axis=0), len(ways) - 1).astype(np.int32)
