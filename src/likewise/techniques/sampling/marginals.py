"""What settles one column: latents, each a uniform, and what their values stand for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Condition
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import arrow_type, decode, encode, known_symbols, output_column, weights
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.techniques.sampling.quantiles import Quantiles, load_quantiles, places

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[Any]]

NOTHING, ALL = np.empty((0, 2)), np.array([[0.0, 1.0]])
"""Intervals of uniforms: none, and the only one there is."""


class Marginal(ABC):
    """Hold the distribution of one column, drawn by one uniform or a few (its latents).

    Intervals of uniforms are (intervals, 2), rising. A latent may tell nothing in some rows: how large a value is that
    is missing.
    """

    form: ClassVar[str]
    column: Column

    @property
    @abstractmethod
    def latents(self) -> int:
        """The number of latents."""

    @abstractmethod
    def told(self, latent: int, uniforms: Floats) -> Mask:
        """Return in which rows a latent tells something, given those before it: `uniforms` (latents, rows)."""

    @abstractmethod
    def wanted(self, condition: Condition) -> list[npt.NDArray[np.float64]]:
        """Return for each latent the intervals that a condition allows. Raises ConditionError when it allows none."""

    @abstractmethod
    def known(self) -> list[npt.NDArray[np.float64]] | None:
        """Return for each latent the intervals of what can fill a gap; None where nothing can."""

    @abstractmethod
    def places(self, table: Table) -> tuple[Floats, Floats]:
        """Return between which uniforms the cells of a table lie, (latents, rows) each; 0 and 1 where it is open."""

    @abstractmethod
    def values(self, uniforms: Floats, rng: np.random.Generator, condition: Condition | None = None) -> pa.Array:
        """Return the typed Arrow array of some uniforms (latents, rows); with a condition, values that it allows."""

    @abstractmethod
    def shown(self) -> Column:
        """Return the column as it may be shown: with the bounds and levels that can come back."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""


@dataclass(frozen=True, eq=False)
class Line(Marginal):
    """Numbers, dates, moments, times and durations, some of them missing.

    `missing` is the share of missing values. They are drawn by a latent of their own (`apart`), so that what goes with
    being missing need not go with being small; or else they lie below the smallest number. `quantiles` is None where
    all values are missing.
    """

    column: Column
    quantiles: Quantiles | None
    missing: float = 0.0
    apart: bool = True

    form: ClassVar[str] = "line"

    @property
    def latents(self) -> int:
        """The number of latents."""
        return 1 + self._has_switch

    @property
    def _has_switch(self) -> bool:
        return self.apart and 0 < self.missing < 1

    def told(self, latent: int, uniforms: Floats) -> Mask:
        """Return in which rows a latent tells something: how large a value is says nothing where it is missing."""
        if latent == 0:
            return np.ones(uniforms.shape[1], dtype=bool)
        return np.asarray(uniforms[0] < 1 - self.missing)

    def wanted(self, condition: Condition) -> list[npt.NDArray[np.float64]]:
        """Return for each latent the intervals that a condition allows."""
        spans = NOTHING
        if self.quantiles is not None and condition.ranges:
            spans = _merged([self._span(low, high) for low, high in condition.ranges])
        missing = condition.missing and self.missing > 0
        if not (len(spans) or missing):
            raise self._never(condition)
        return self._intervals(spans, missing=missing)

    def known(self) -> list[npt.NDArray[np.float64]] | None:
        """Return for each latent the intervals of numbers; None where there are none."""
        return None if self.quantiles is None else self._intervals(ALL, missing=False)

    def _intervals(self, spans: npt.NDArray[np.float64], *, missing: bool) -> list[npt.NDArray[np.float64]]:
        """Return intervals of the latents from those of the numbers."""
        share = 1 - self.missing
        if self._has_switch:
            switch = [[0.0, share]] * (len(spans) > 0) + [[share, 1.0]] * missing
            return [_merged(switch), spans if len(spans) else ALL]
        low = [[0.0, self.missing]] * (missing and self.missing > 0)
        return [_merged([*low, *(self.missing + spans * share).tolist()])]

    def _span(self, low: float, high: float) -> tuple[float, float]:
        """Return where the numbers from `low` to `high` lie; around a single continuous value its grain."""
        assert self.quantiles is not None
        ends = np.array([low]), np.array([high])
        first, last = float(self.quantiles.below(ends[0])[0]), float(self.quantiles.upto(ends[1])[0])
        if low == high and 0 < first == last < 1:
            around = places(self.quantiles, ends[0])
            return float(around[0][0]), float(around[1][0])
        return first, last

    def places(self, table: Table) -> tuple[Floats, Floats]:
        """Return between which uniforms the cells of a table lie; a missing cell is open."""
        low, high = np.zeros((self.latents, table.rows)), np.ones((self.latents, table.rows))
        known = ~table.missing(self.column.name)
        if self.quantiles is None or not known.any():
            return low, high
        ends = places(self.quantiles, table.numbers(self.column.name)[known])
        if self._has_switch:
            high[0, known] = 1 - self.missing
            low[1, known], high[1, known] = ends
        else:
            low[0, known], high[0, known] = (self.missing + end * (1 - self.missing) for end in ends)
        return low, high

    def values(self, uniforms: Floats, rng: np.random.Generator, condition: Condition | None = None) -> pa.Array:
        """Return the typed Arrow array of some uniforms."""
        blank, own = self.parted(uniforms)
        found = np.full(len(own), np.nan)
        if self.quantiles is not None:
            found = np.where(blank, np.nan, self.quantiles.at(own, rng))
            if condition is not None:
                found = self._allowed(found, own, condition)
        return typed_numbers(found, self.column, arrow_type(self.column))

    def parted(self, uniforms: Floats) -> tuple[Mask, Floats]:
        """Return in which rows the value is missing, and the uniform that says how large it is where not."""
        if self._has_switch:
            return ~self.told(1, uniforms), uniforms[1]
        blank = np.asarray(uniforms[0] < self.missing)
        return blank, np.clip((uniforms[0] - self.missing) / max(1 - self.missing, 1e-300), 0, 1)

    def _allowed(self, values: Floats, uniforms: Floats, condition: Condition) -> Floats:
        """Return values moved into the ranges of a condition that rounding, or how they end, took them out of."""
        inside = np.isnan(values)
        moved, away = values, np.full(len(values), np.inf)
        for low, high in condition.ranges:
            inside |= (values >= low) & (values <= high)
            nearest = np.clip(values, low, high)
            moved = np.where(np.abs(nearest - values) < away, nearest, moved)
            away = np.minimum(away, np.abs(nearest - values))
        return np.where(inside, values, moved)

    def _never(self, condition: Condition) -> ConditionError:
        sensitive = self.column.role == "sensitive"
        return ConditionError("given.unseen", f"no row that was learned meets {condition}", where=self.column.name,
                              hint="loosen the condition" if condition.ranges or sensitive else
                              "the column is never missing")  # fmt: skip

    def shown(self) -> Column:
        """Return the column as it may be shown."""
        bounds = None if self.quantiles is None else self.quantiles.bounds(self.column)
        return self.column.model_copy(update={"bounds": bounds, "reason": ""})

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        meta, arrays = (None, {}) if self.quantiles is None else self.quantiles.state()
        own = {"form": self.form, "column": self.column.to_dict(), "missing": self.missing, "apart": self.apart}
        return {**own, "quantiles": meta}, arrays

    @classmethod
    def from_state(cls, column: Column, meta: dict[str, Any], arrays: Arrays) -> Line:
        """Rebuild it from a model file."""
        found = meta["quantiles"]
        quantiles = None if found is None else load_quantiles(column, found, arrays)
        return cls(column, quantiles, float(meta["missing"]), bool(meta["apart"]))


@dataclass(frozen=True, eq=False)
class Node:
    """Hold one choice on the way to a level: `bins` is where each symbol falls, in order, -1 where it is not reached.

    A node is reached in rows for which `parent` chose `branch`; the first node is reached in all.
    """

    bins: Ints
    parent: int = -1
    branch: int = 0

    def ends(self, shares: Floats) -> Floats:
        """Return the shares up to each bin, among the rows that reach the node."""
        reached = self.bins >= 0
        mass = np.bincount(self.bins[reached], weights=shares[reached])
        ends = np.concatenate([[0.0], np.cumsum(mass)])
        return np.asarray(ends / ends[-1] if ends[-1] else np.linspace(0, 1, len(ends)))


@dataclass(frozen=True, eq=False)
class Levels(Marginal):
    """Categories, booleans, texts and columns without a value: symbols of a codec, the missing one among them.

    `shares` (symbols + 1) is how often each comes, the missing one last. `nodes` lead to them: one that puts all
    symbols in an order, or a tree of choices where no single order tells how they go with other columns.
    """

    column: Column
    codec: LevelsCodec
    shares: Floats
    nodes: tuple[Node, ...]

    form: ClassVar[str] = "levels"

    @property
    def latents(self) -> int:
        """The number of latents."""
        return len(self.nodes)

    @cached_property
    def _ends(self) -> list[Floats]:
        return [node.ends(self.shares) for node in self.nodes]

    def _bins(self, latent: int, uniforms: Floats) -> npt.NDArray[np.int64]:
        """Return the bin that each uniform of a latent falls into."""
        ends = self._ends[latent]
        return np.clip(np.searchsorted(ends[1:-1], uniforms, side="right"), 0, len(ends) - 2)

    def told(self, latent: int, uniforms: Floats) -> Mask:
        """Return in which rows a node is reached, given the uniforms of those above it."""
        found = np.ones(uniforms.shape[1], dtype=bool)
        while (node := self.nodes[latent]).parent >= 0:
            found &= self._bins(node.parent, uniforms[node.parent]) == node.branch
            latent = node.parent
        return found

    def wanted(self, condition: Condition) -> list[npt.NDArray[np.float64]]:
        """Return for each latent the intervals that a condition allows."""
        wanted = weights(self.codec, condition)
        if not (wanted * self.shares).any():
            raise ConditionError("given.unseen", f"no row that was learned meets {condition}", where=self.column.name,
                                 hint="its rows are too few to be drawn without giving them away")  # fmt: skip
        return self._intervals(wanted)

    def known(self) -> list[npt.NDArray[np.float64]] | None:
        """Return for each latent the intervals of what can fill a gap; None where nothing can."""
        wanted = known_symbols(self.codec)
        return self._intervals(wanted) if (wanted * self.shares).any() else None

    def _intervals(self, wanted: Floats) -> list[npt.NDArray[np.float64]]:
        """Return intervals of the latents for symbols that are wanted; of one in part, that part of its interval."""
        found = []
        for node, ends in zip(self.nodes, self._ends, strict=True):
            reached = node.bins >= 0
            most = np.zeros(len(ends) - 1)
            # A bin that leads on is wanted whole where anything below it is; what, is settled there.
            alone = np.bincount(node.bins[reached], minlength=len(most)) == 1
            own = np.where(alone[node.bins[reached]], wanted[reached], wanted[reached] > 0)
            np.maximum.at(most, node.bins[reached], np.where(self.shares[reached] > 0, own, 0))
            spans = [(ends[b], ends[b] + share * (ends[b + 1] - ends[b])) for b, share in enumerate(most) if share]
            found.append(_merged(spans) if spans else ALL)
        return found

    def places(self, table: Table) -> tuple[Floats, Floats]:
        """Return between which uniforms the cells of a table lie; a missing or unknown cell is open."""
        symbols = encode(self.codec, table, self.column.name)
        open_cells = table.missing(self.column.name) | (self.shares[symbols] == 0)
        low, high = np.zeros((self.latents, table.rows)), np.ones((self.latents, table.rows))
        for latent, (node, ends) in enumerate(zip(self.nodes, self._ends, strict=True)):
            bins = np.where(open_cells, -1, node.bins[symbols])
            rows = np.flatnonzero(bins >= 0)
            low[latent, rows], high[latent, rows] = ends[bins[rows]], ends[bins[rows] + 1]
        return low, high

    def values(self, uniforms: Floats, rng: np.random.Generator, condition: Condition | None = None) -> pa.Array:
        """Return the typed Arrow array of some uniforms."""
        return decode(self.codec, self.column, self.symbols(uniforms), rng, condition)

    def symbols(self, uniforms: Floats) -> Ints:
        """Return the symbol that each row's uniforms lead to."""
        found = np.full(uniforms.shape[1], self.codec.symbols, dtype=np.int32)
        for latent, node in enumerate(self.nodes):
            reached = self.told(latent, uniforms)
            order = np.flatnonzero(node.bins >= 0)
            last = np.zeros(len(self._ends[latent]) - 1, dtype=np.int32)
            last[node.bins[order]] = order
            found[reached] = last[self._bins(latent, uniforms[latent])[reached]]
        return found

    def shown(self) -> Column:
        """Return the column as it may be shown."""
        return output_column(self.codec, self.column)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        codec, arrays = self.codec.state()
        own = {"form": self.form, "column": self.column.to_dict(), "codec": codec}
        nodes = [[node.parent, node.branch] for node in self.nodes]
        bins = np.stack([node.bins for node in self.nodes])
        kept = {f"codec.{name}": array for name, array in arrays.items()}
        return {**own, "nodes": nodes}, {**kept, "shares": self.shares, "bins": bins}

    @classmethod
    def from_state(cls, column: Column, meta: dict[str, Any], arrays: Arrays) -> Levels:
        """Rebuild it from a model file."""
        own = {n.removeprefix("codec."): array for n, array in arrays.items() if n.startswith("codec.")}
        nodes = (Node(bins, *place) for bins, place in zip(arrays["bins"], meta["nodes"], strict=True))
        return cls(column, LevelsCodec.from_state(meta["codec"], own), arrays["shares"], tuple(nodes))


def save_marginals(marginals: Sequence[Marginal]) -> tuple[list[dict[str, Any]], Arrays]:
    """Return what a model file keeps of the marginals."""
    metas, arrays = [], {}
    for number, marginal in enumerate(marginals):
        meta, own = marginal.state()
        metas.append(meta)
        arrays.update({f"marginal.{number}.{name}": array for name, array in own.items()})
    return metas, arrays


def load_marginals(metas: Sequence[dict[str, Any]], arrays: Arrays) -> tuple[Marginal, ...]:
    """Rebuild marginals from a model file."""
    marginals: list[Marginal] = []
    for number, meta in enumerate(metas):
        prefix = f"marginal.{number}."
        own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        form = Line if meta["form"] == Line.form else Levels
        marginals.append(form.from_state(Column.from_dict(meta["column"]), meta, own))
    return tuple(marginals)


def _merged(spans: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
    """Return intervals in rising order, those that touch as one, without empty ones."""
    found: list[list[float]] = []
    for low, high in sorted((float(low), float(high)) for low, high in spans if high > low):
        if found and low <= found[-1][1]:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return np.array(found).reshape(-1, 2)
