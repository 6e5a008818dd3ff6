"""Numbers, dates and times as symbols: atoms for values that many rows share, intervals for the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Column
from likewise.modalities.tabular.endings import Endings, fit_endings, weekdays

Floats = npt.NDArray[np.float64]
Symbols = npt.NDArray[np.int32]

PLAIN = ("integer", "decimal", "float")
"""Kinds whose values are told apart by how they end."""
BESIDE_ATOM, BESIDE_ATOMS = 0.05, 0.01
"""Share of the rows of an atom's interval, and of all rows, that must lie beside atoms to be told from them."""
STANDS_OUT = 3.0
"""How many times as many rows as a value beside it an atom must have."""


@dataclass(frozen=True, eq=False)
class NumberCodec:
    """Turn values on a line into symbols in their order and back.

    Symbol `s` stands for the values from `low[s]` to `high[s]`: one value where many rows share it (an atom), else an
    interval that at least `k` training rows fell in. `edges[s]` is the largest value that is read as `s`. Decoding
    draws inside the interval, on the column's grid of `step`, so that a value held by few rows never comes back because
    it was there. The symbol after the last one stands for a missing value.

    What an interval does not tell is the way of a value: how it ends, by `endings` (None where no way stands out), or
    last that it is the interval's own of `atoms`, which too few rows lie beside for an interval without it (NaN where
    there is none, None where there is none at all). A missing value has the way after the last.
    """

    low: Floats
    high: Floats
    edges: Floats
    step: float
    endings: Endings | None = None
    atoms: Floats | None = None

    @property
    def ways(self) -> int:
        """The number of ways that values of one symbol may have, 1 where these tell nothing."""
        return (1 if self.endings is None else self.endings.ways) + (self.atoms is not None)

    @property
    def symbols(self) -> int:
        """The number of symbols without the missing one."""
        return len(self.low)

    @property
    def rare(self) -> int | None:
        """No symbol of a number stands for protected values."""
        return None

    def encode(self, values: Floats) -> Symbols:
        """Return the symbol of each value; values beyond the outermost take the outermost."""
        found = np.searchsorted(self.edges, values, side="left")
        found = np.minimum(found, max(self.symbols - 1, 0))
        return np.where(np.isnan(values), self.symbols, found).astype(np.int32)

    def decode(self, symbols: Symbols, rng: np.random.Generator) -> Floats:
        """Return a value for each symbol, NaN for the missing one."""
        low: Floats = np.append(self.low, np.nan)[symbols]
        width: Floats = np.append(self.high - self.low, 0.0)[symbols]
        place = rng.random(len(symbols))
        if self.step:
            return low + np.floor(place * (np.round(width / self.step) + 1)) * self.step
        return low + place * width

    def without_ways(self) -> NumberCodec:
        """Return the codec of which values are taken for the atom of their interval, and end as they come."""
        if self.atoms is None:
            return replace(self, endings=None)
        lone = ~np.isnan(self.atoms)
        low, high = np.where(lone, self.atoms, self.low), np.where(lone, self.atoms, self.high)
        return replace(self, low=low, high=high, endings=None, atoms=None)

    def ways_of(self, values: Floats) -> Symbols:
        """Return the way of each value, the one after the last where it is missing."""
        found = np.zeros(len(values), dtype=np.int32) if self.endings is None else self.endings.of(values)
        if self.atoms is not None:
            found[values == np.append(self.atoms, np.nan)[self.encode(values)]] = self.ways - 1
        found[np.isnan(values)] = self.ways
        return found

    def moved(self, values: Floats, symbols: Symbols, ways: Symbols, rng: np.random.Generator) -> Floats:
        """Return decoded values, each moved within the interval of its symbol to one of its way."""
        if self.endings is not None:
            low, high = (np.append(bound, np.nan)[symbols] for bound in (self.low, self.high))
            values = self.endings.ended(values, ways, low, high, self.step, rng)
        if self.atoms is None:
            return values
        own = np.append(self.atoms, np.nan)[symbols]
        return np.where((ways == self.ways - 1) & ~np.isnan(own), own, values)

    def allowed(self, low: float, high: float) -> npt.NDArray[np.float64]:
        """Return for each symbol the share of its values that lie in [low, high]."""
        if self.step:
            first = np.ceil((np.maximum(self.low, low) - self.low) / self.step - 1e-9)
            last = np.floor((np.minimum(self.high, high) - self.low) / self.step + 1e-9)
            inside: Floats = np.clip(last - first + 1, 0, None)
            return inside / (np.round((self.high - self.low) / self.step) + 1)
        width = self.high - self.low
        inside = np.minimum(self.high, high) - np.maximum(self.low, low)
        share: Floats = np.where(width > 0, np.clip(inside, 0, None) / np.where(width > 0, width, 1), inside >= 0)
        return share

    def narrowed(self, low: float, high: float) -> NumberCodec:
        """Return the codec whose intervals are cut to [low, high]; symbols outside keep their place and are unused."""
        new_low, new_high = np.maximum(self.low, low), np.minimum(self.high, high)
        if self.step:
            new_low = self.low + np.ceil((new_low - self.low) / self.step - 1e-9) * self.step
            new_high = self.low + np.floor((new_high - self.low) / self.step + 1e-9) * self.step
        outside = new_low > new_high
        return replace(self, low=np.where(outside, self.low, new_low), high=np.where(outside, self.high, new_high))

    def state(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Return what a model file keeps of it."""
        own = {} if self.atoms is None else {"atoms": self.atoms}
        endings = {} if self.endings is None else self.endings.state()
        own |= {f"endings.{name}": array for name, array in endings.items()}
        return {"step": self.step}, {"low": self.low, "high": self.high, "edges": self.edges, **own}

    @classmethod
    def from_state(cls, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> NumberCodec:
        """Rebuild it from a model file."""
        own = {n.removeprefix("endings."): array for n, array in arrays.items() if n.startswith("endings.")}
        endings = Endings.from_state(own) if own else None
        bounds = arrays["low"], arrays["high"], arrays["edges"]
        return cls(*bounds, float(meta["step"]), endings, arrays.get("atoms"))


def fit_number_codec(values: Floats, column: Column, *, k: int, most: int = 512) -> NumberCodec:
    """Learn atoms and intervals from the values of one column (NaN where missing).

    A value that `k` rows (or one in `8 * most`) share is an atom. The values between two atoms are cut into intervals
    of about 1 in `most` rows, finer in the two tails, and never fewer than `k` rows; too few to fill one, they share an
    interval with the nearest atom, and are taken for it where they are very few. The outermost bounds are means of the
    `k` outermost values, unless the outermost value is an atom.
    """
    known = values[~np.isnan(values)]
    step = grid_step(known, column)
    distinct, counts = np.unique(known, return_counts=True)
    if not len(distinct):
        return NumberCodec(np.empty(0), np.empty(0), np.empty(0), step)
    atom = counts >= max(k, len(known) // (8 * most))
    starts = _starts(counts, atom, k=k, wanted=max(k, len(known) // most))
    first, last = starts, np.append(starts[1:], len(distinct)) - 1
    # Inner bounds lie half-way to the neighbour, so that no bound is an order statistic.
    middle = (distinct[1:] + distinct[:-1]) / 2
    if step:
        middle = distinct[:-1] + np.floor((middle - distinct[:-1]) / step + 1e-9) * step
    low = np.append(distinct[0], middle + step)[first]
    high = np.append(middle, distinct[-1])[last]
    low[0] = _outermost(distinct, counts, k, step)
    high[-1] = max(low[-1], _outermost(distinct[::-1], counts[::-1], k, step))
    edges = np.append(middle, np.inf)[last]
    value = np.maximum.reduceat(np.where(atom, distinct, -np.inf), starts)
    of_atom = np.maximum.reduceat(np.where(atom, counts, 0), starts)
    alone, shared = _kept_atoms(of_atom, np.add.reduceat(counts, starts), last - first)
    alone |= shared & (column.kind not in PLAIN)
    low, high = np.where(alone, value, low), np.where(alone, value, high)
    shared &= ~alone
    atoms = np.where(shared, value, np.nan) if shared.any() else None
    if atoms is not None:
        low, high = np.fmin(low, atoms), np.fmax(high, atoms)
    found = NumberCodec(np.minimum(low, high), high, edges, step, atoms=atoms)
    return replace(found, endings=_endings(found, known, column, k))


def _kept_atoms(
    of_atom: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], other_values: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which runs are taken for their atom, and of which the atom is told from the values beside it.

    In the others the atom is no more than a value among its like, of which so many rows happen to have it.
    """
    others = rows - of_atom
    alone = (of_atom > 0) & (others < BESIDE_ATOM * rows)
    shared = (of_atom > 0) & ~alone & (of_atom * np.maximum(other_values, 1) >= STANDS_OUT * others)
    if others[shared].sum() < BESIDE_ATOMS * rows.sum():
        alone, shared = alone | shared, np.zeros_like(shared)
    return alone, shared


def _endings(codec: NumberCodec, known: Floats, column: Column, k: int) -> Endings | None:
    """Return the ways in which numbers that are no atoms end; those of dates are weekdays."""
    if column.kind == "date":
        return weekdays(known)
    if column.kind not in PLAIN:
        return None
    symbols = codec.encode(known)
    free = codec.low[symbols] < codec.high[symbols]
    if codec.atoms is not None:
        free &= known != codec.atoms[symbols]
    return fit_endings(known[free], codec.step, k=k)


def _starts(
    counts: npt.NDArray[np.int64], atom: npt.NDArray[np.bool_], *, k: int, wanted: int
) -> npt.NDArray[np.int64]:
    """Return where each symbol's run of neighbouring distinct values starts; a run holds one atom at most."""
    total = int(counts.sum())
    starts: list[int] = []
    mass, seen, has_atom = 0, 0, False
    for place, (count, is_atom) in enumerate(zip(counts.tolist(), atom.tolist(), strict=True)):
        enough = k if min(seen, total - seen) < 2 * wanted else wanted
        if not starts or (mass >= k and (has_atom or is_atom or mass >= enough)):
            starts.append(place)
            mass, has_atom = 0, False
        mass, seen, has_atom = mass + count, seen + count, has_atom or is_atom
    if len(starts) > 1 and mass < k:
        starts.pop()
    return np.asarray(starts, dtype=np.int64)


def _outermost(distinct: Floats, counts: npt.NDArray[np.int64], k: int, step: float) -> float:
    """Return the mean of the k outermost values, on the grid."""
    weights = np.clip(k - (np.cumsum(counts) - counts), 0, counts)
    mean = float((distinct * weights).sum() / max(weights.sum(), 1))
    if not step:
        return mean
    return float(distinct[0] + np.round((mean - distinct[0]) / step) * step)


def grid_step(known: Floats, column: Column) -> float:
    """Return the distance of the grid that all values lie on (1 for whole numbers, 0.01 for cents), 0 for none."""
    if column.kind == "float" or not len(known):
        return 0.0
    unit = 10.0 ** -(column.decimals or 0) if column.kind == "decimal" else 1.0
    whole = np.round(known / unit)
    if np.abs(whole).max() > 2**62 or not np.allclose(whole * unit, known, rtol=1e-12, atol=unit * 1e-3):
        return 0.0
    distance = int(np.gcd.reduce((whole - whole[0]).astype(np.int64)))
    return unit * max(distance, 1)


def typed_numbers(values: Floats, column: Column, arrow_type: pa.DataType) -> pa.Array:
    """Return decoded values in the column's typed Arrow form."""
    blank = np.isnan(values)
    if pa.types.is_floating(arrow_type):
        return pa.array(values, type=arrow_type, mask=blank)
    whole = pa.array(np.round(np.where(blank, 0, values)).astype(np.int64), mask=blank)
    if pa.types.is_date32(arrow_type):
        return whole.cast(pa.int32()).cast(arrow_type)
    return whole.cast(arrow_type)
