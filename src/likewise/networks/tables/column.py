"""One column as few symbols that a network can tell apart, and the place of a value within its symbol."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Condition
from likewise.core.protocol import Arrays
from likewise.core.schema import Column
from likewise.errors import ConditionError
from likewise.modalities.tabular.codec import Codec, arrow_type, decode, rounded, weights
from likewise.modalities.tabular.numbers import NumberCodec, typed_numbers

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Fine = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class ColumnEncoding:
    """Group the symbols of a codec (here called fine ones) into the coarse symbols that networks learn.

    `group[f]` is the coarse symbol of fine symbol `f`, missing last, -1 where it never comes; `mass[f]` the share of
    the rows that have it. The fine symbols of a group lie next to each other on a number's line, so that the place of a
    value in its group, from 0 to 1, is its rank among them. Levels that share a group have no order, and no place.

    `ways[f]` are the shares of the ways in which the numbers of a symbol end (see `NumberCodec`), None for others.
    """

    column: Column
    codec: Codec
    group: Longs
    mass: Floats
    ways: Floats | None

    @property
    def cardinality(self) -> int:
        """The number of coarse symbols, a missing value's included."""
        return int(self.group.max()) + 1

    @property
    def is_number(self) -> bool:
        """Whether symbols lie on a line."""
        return isinstance(self.codec, NumberCodec)

    @property
    def has_places(self) -> npt.NDArray[np.bool_]:
        """For each coarse symbol whether the place of a value within it tells anything."""
        return (np.bincount(self.group[self.group >= 0]) > 1) & self.is_number

    @property
    def shares(self) -> Floats:
        """The share of the rows that have each coarse symbol."""
        known = self.group >= 0
        return np.bincount(self.group[known], self.mass[known], self.cardinality).astype(np.float64)

    @property
    def spans(self) -> Floats:
        """For each coarse symbol of a number where it begins and how long it is among all values by rank: n x 2.

        A missing value lies half-way, without length. Of levels there is no order: all of it is zeros.
        """
        spans = np.zeros((self.cardinality, 2))
        if not self.is_number:
            return spans
        share, missing = self.shares.copy(), int(self.group[-1])
        if missing >= 0:
            share[missing] = 0
        share /= max(share.sum(), 1e-12)
        spans[:, 0], spans[:, 1] = np.cumsum(share) - share, share
        if missing >= 0:
            spans[missing] = 0.5, 0.0
        return spans

    def encode(self, fine: Fine, rng: np.random.Generator) -> tuple[Longs, Floats]:
        """Return coarse symbols and places of fine ones; those that never come turn to others by their share."""
        never = np.flatnonzero(self.group[fine] < 0)
        if len(never):
            fine = fine.copy()
            fine[never] = rng.choice(len(self.mass), size=len(never), p=self.mass)
        return self.placed(fine, rng.random(len(fine)))

    def placed(self, fine: Fine, within: Floats) -> tuple[Longs, Floats]:
        """Return coarse symbols and places of fine ones that come, by how far `within` its own each value lies."""
        symbols = self.group[fine]
        starts, lengths = self._within()
        places = starts[fine] + within * lengths[fine]
        return symbols, np.where(self.has_places[symbols], places, 0.5)

    def fine(self, symbols: Longs, places: Floats, rng: np.random.Generator) -> Fine:
        """Return the fine symbols of coarse ones: by their place, or, where this tells nothing, by their share."""
        order, ends = self._ends
        places = np.where(self.has_places[symbols], np.clip(places, 0, 1), rng.random(len(symbols)))
        own = np.searchsorted(ends, symbols + np.clip(places, 1e-9, 1 - 1e-9), side="left")
        return order[np.minimum(own, len(order) - 1)].astype(np.int32)

    def decode(self, fine: Fine, rng: np.random.Generator, condition: Condition | None = None) -> pa.Array:
        """Return the cells of fine symbols, within the condition where there is one."""
        if isinstance(self.codec, NumberCodec) and self.ways is not None and condition is None:
            values = self.codec.decode(fine, rng)
            totals = np.cumsum(self.ways, axis=1)
            ways = (rng.random(len(fine))[:, None] >= totals[fine]).sum(axis=1).astype(np.int32)
            values = rounded(self.codec.moved(values, fine, ways, rng), self.column)
            return typed_numbers(values, self.column, arrow_type(self.column))
        return decode(self.codec, self.column, fine, rng, condition)

    def allowed(self, condition: Condition) -> tuple[Floats, Floats]:
        """Return the share of values that a condition allows, of each fine symbol and of each coarse one.

        Raises ConditionError where it allows none that can come.
        """
        wanted = weights(self.codec, condition)
        known = self.group >= 0
        inside = np.bincount(self.group[known], (self.mass * wanted)[known], self.cardinality)
        if not inside.any():
            raise ConditionError("given.unseen", f"no row that was learned meets {condition}",
                                 where=self.column.name, hint="loosen the condition")  # fmt: skip
        return wanted, inside / self.shares

    def _within(self) -> tuple[Floats, Floats]:
        """Return where each fine symbol begins within its group, and its length."""
        order, ends = self._ends
        begins = np.concatenate([[0.0], ends[:-1]]) - self.group[order]
        starts, lengths = np.zeros(len(self.group)), np.zeros(len(self.group))
        starts[order] = np.clip(begins, 0, 1)
        lengths[order] = ends - self.group[order] - starts[order]
        return starts, lengths

    @property
    def _ends(self) -> tuple[Longs, Floats]:
        """Return fine symbols in the order of their groups, and where each ends: its group plus its rank in it."""
        order = np.argsort(np.where(self.group < 0, 2**40, self.group), kind="stable")[: (self.group >= 0).sum()]
        groups = self.group[order]
        totals = np.cumsum(self.mass[order])
        before = np.concatenate([[0.0], np.cumsum(self.shares)])[:-1]
        ends = groups + np.clip((totals - before[groups]) / self.shares[groups], 0, 1)
        last = np.append(groups[1:] != groups[:-1], True)
        ends[last] = groups[last] + 1.0
        return order, ends

    def state(self) -> Arrays:
        """Return what a model file keeps of it beside its codec."""
        own = {} if self.ways is None else {"ways": self.ways}
        return {"group": self.group, "mass": self.mass, **own}

    @classmethod
    def from_state(cls, column: Column, codec: Codec, arrays: Arrays) -> ColumnEncoding:
        """Rebuild it from a model file."""
        return cls(column, codec, arrays["group"], arrays["mass"], arrays.get("ways"))


def fit_column(column: Column, codec: Codec, fine: Fine, ways: Fine | None, *, bins: int, most: int) -> ColumnEncoding:
    """Learn the groups of a column from its fine symbols (and the ways its numbers end).

    Of a number with more than `bins` symbols about as many groups are made, of equal mass where no symbol has more than
    that. Of levels the commonest stay alone, and the others share one group, so that there are `most`.
    """
    counts = np.bincount(fine, minlength=codec.symbols + 1).astype(np.float64)
    if codec.rare is not None:
        counts[codec.rare] = 0
    if not counts.any():
        counts[-1] = 1
    own = grouped(column, codec, counts / counts.sum(), bins=bins, most=most)
    return own if ways is None else replace(own, ways=_shares(fine, ways, codec))


def grouped(column: Column, codec: Codec, mass: Floats, *, bins: int, most: int) -> ColumnEncoding:
    """Return the groups of a column of which the shares of the fine symbols are known, missing last."""
    group = _on_line(mass[:-1], bins) if isinstance(codec, NumberCodec) else _most_held(mass[:-1], most)
    group = np.append(group, group.max(initial=-1) + 1 if mass[-1] > 0 else -1)
    return ColumnEncoding(column, codec, group, mass, None)


def _on_line(mass: Floats, bins: int) -> Longs:
    """Return the groups of symbols on a line; one that alone has a group's mass stays alone."""
    seen = mass > 0
    group = np.full(len(mass), -1, dtype=np.int64)
    if seen.sum() <= bins:
        group[seen] = np.arange(seen.sum())
        return group
    wanted, held, number, alone = mass.sum() / bins, 0.0, -1, True
    for place in np.flatnonzero(seen):
        heavy = mass[place] >= wanted
        if alone or heavy or held + mass[place] / 2 > wanted:
            number, held = number + 1, 0.0
        group[place], held, alone = number, held + mass[place], bool(heavy)
    return group


def _most_held(mass: Floats, most: int) -> Longs:
    """Return the groups of levels: the `most` commonest alone, the others together."""
    seen = np.flatnonzero(mass > 0)
    group = np.full(len(mass), -1, dtype=np.int64)
    if len(seen) <= most:
        group[seen] = np.arange(len(seen))
        return group
    group[seen] = most - 1
    alone = np.sort(seen[np.argsort(-mass[seen], kind="stable")[: most - 1]])
    group[alone] = np.arange(most - 1)
    return group


def _shares(fine: Fine, ways: Fine, codec: Codec) -> Floats | None:
    """Return how often numbers of each symbol end in each way; None where there is one way only."""
    assert isinstance(codec, NumberCodec)
    if codec.ways == 1:
        return None
    counts = np.zeros((codec.symbols + 1, codec.ways + 1))
    np.add.at(counts, (fine, ways), 1)
    counts[counts.sum(axis=1) == 0, 0] = 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))
