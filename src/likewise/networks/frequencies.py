"""Attributes that are few levels or few whole numbers: drawn as often as their combinations were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given, levels_of
from likewise.core.protocol import Arrays
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.networks.conditioning import marks_of
from likewise.networks.makers import RowMaker, State

Values = Mapping[str, npt.NDArray[np.float64]]

FEW = 10
"""Rows below which a combination may tell who had it; the card of the model says how many there are."""

MOST_COMBINATIONS = 2000
"""Combinations of levels from which on attributes are learned by a network instead."""


@dataclass(frozen=True, eq=False)
class Frequencies(RowMaker):
    """Draw combinations of levels by their counts. `rows` has each combination that was seen once.

    `values` are those of whole numbers that have only a few: classes may be named by numbers, which are then drawn as
    levels are.
    """

    rows: Table
    counts: npt.NDArray[np.int64]
    values: Values

    way: ClassVar[str] = "frequencies"

    @classmethod
    def fit(cls, table: Table) -> Frequencies | None:
        """Count combinations; None where a column is neither levels nor few numbers, or where there are too many."""
        values: dict[str, npt.NDArray[np.float64]] = {}
        for column in table.schema.columns:
            marks = marks_of(table.numbers(column.name)) if column.kind == "integer" else None
            if marks is not None:
                values[column.name] = marks
            elif not column.is_levels:
                return None
        codes = np.stack([_codes(table, name, values) for name in table.names], axis=1)
        _, first, counts = np.unique(codes, axis=0, return_index=True, return_counts=True)
        if len(first) > MOST_COMBINATIONS:
            return None
        return cls(table.take(first), counts.astype(np.int64), values)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of combinations that few rows had: they are drawn as they were."""
        few = int((self.counts < FEW).sum())
        names = ", ".join(f"`{name}`" for name in self.rows.names)
        said = f"{names} are drawn in the combinations that were seen, {few:,} of which fewer than {FEW} rows had"
        return (said,) if few else ()

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows by the counts of those combinations that meet the conditions."""
        if given is not None and given.rows is not None:
            return self._completed(given.rows, rng)
        fits = np.ones(self.rows.rows, dtype=bool) if given is None else given.matches(self.rows)
        if not fits.any():
            raise ConditionError("given.unseen", f"no row that was learned meets {given}", hint="loosen the conditions")
        return self.rows.take(self._chosen(fits, n, rng))

    def _completed(self, known: Table, rng: np.random.Generator) -> Table:
        """Return for each partial row a combination that has its levels; what is missing in it is open."""
        names = [name for name in known.names if name in self.rows.schema]
        asked = np.stack([self._asked(known, name) for name in names], axis=1)
        own = self._codes(names)
        kinds, which = np.unique(asked, axis=0, return_inverse=True)
        chosen = np.zeros(known.rows, dtype=np.int64)
        for number, kind in enumerate(kinds):
            fits = ((own == kind) | (kind == -1)).all(axis=1)
            if not fits.any():
                raise ConditionError("given.unseen", "a partial row has values that no learned row has together",
                                     where=", ".join(names), hint="leave more of its cells open")  # fmt: skip
            places = np.flatnonzero(which == number)
            chosen[places] = self._chosen(fits, len(places), rng)
        return self.rows.take(chosen)

    def _asked(self, known: Table, name: str) -> npt.NDArray[np.int32]:
        """Return the values of partial rows as positions among those learned; -1 where open, -2 for one unseen."""
        if name in self.values:
            return _codes(known, name, self.values)
        place = {level: number for number, level in enumerate(levels_of(self.rows.schema[name]))}
        lookup = np.array([place.get(level, -2) for level in levels_of(known.schema[name])] + [-1], dtype=np.int32)
        return np.asarray(lookup[known.codes(name)])

    def _codes(self, names: Sequence[str]) -> npt.NDArray[np.int32]:
        return np.stack([_codes(self.rows, name, self.values) for name in names], axis=1)

    def _chosen(self, fits: npt.NDArray[np.bool_], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        shares = np.where(fits, self.counts, 0) / self.counts[fits].sum()
        return rng.choice(len(shares), size=n, p=shares)

    def state(self) -> State:
        """Return the combinations as codes, and their counts."""
        values = {name: own.astype(int).tolist() for name, own in self.values.items()}
        return {"values": values}, {"codes": self._codes(self.rows.names), "counts": self.counts}

    @classmethod
    def from_state(cls, schema: Schema, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        values = {name: np.array(own, dtype=np.float64) for name, own in meta["values"].items()}
        parts = zip(arrays["codes"].T, schema.columns, strict=True)
        columns = [_decoded(codes, column, values) for codes, column in parts]
        return cls(Table(pa.table(columns, names=list(schema.names)), schema), arrays["counts"], values)


def _codes(table: Table, name: str, values: Values) -> npt.NDArray[np.int32]:
    """Return a column as positions among its levels or values, -1 where missing, -2 for a value not among them."""
    if name not in values:
        return table.codes(name)
    own, numbers = values[name], table.numbers(name)
    place = np.searchsorted(own, numbers).clip(max=len(own) - 1)
    codes = np.where(own[place] == numbers, place, np.where(np.isnan(numbers), -1, -2))
    return np.asarray(codes, dtype=np.int32)


def _decoded(codes: npt.NDArray[np.int32], column: Column, values: Values) -> pa.Array:
    gone = codes < 0
    if column.name in values:
        return pa.array(values[column.name][codes].astype(np.int64), mask=gone)
    if column.kind == "boolean":
        return pa.array(codes == 1, mask=gone)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=gone), pa.array(levels_of(column), pa.string()))
