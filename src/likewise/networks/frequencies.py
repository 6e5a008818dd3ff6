"""Attributes that are few levels: drawn as often as their combinations were seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given, levels_of
from likewise.core.protocol import Arrays
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.networks.makers import RowMaker, State

MOST_COMBINATIONS = 2000
"""Combinations of levels from which on attributes are learned by a network instead."""


@dataclass(frozen=True, eq=False)
class Frequencies(RowMaker):
    """Draw combinations of levels by their counts. `rows` has each combination that was seen once."""

    rows: Table
    counts: npt.NDArray[np.int64]

    way: ClassVar[str] = "frequencies"

    @classmethod
    def fit(cls, table: Table) -> Frequencies | None:
        """Count combinations; None where columns are not all levels, or where there are too many of them."""
        if not all(column.is_levels for column in table.schema.columns):
            return None
        codes = np.stack([table.codes(name) for name in table.names], axis=1)
        _, first, counts = np.unique(codes, axis=0, return_index=True, return_counts=True)
        if len(first) > MOST_COMBINATIONS:
            return None
        return cls(table.take(first), counts.astype(np.int64))

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
        asked = np.stack([_codes_in(known, name, self.rows) for name in names], axis=1)
        own = np.stack([self.rows.codes(name) for name in names], axis=1)
        kinds, which = np.unique(asked, axis=0, return_inverse=True)
        chosen = np.zeros(known.rows, dtype=np.int64)
        for number, kind in enumerate(kinds):
            fits = ((own == kind) | (kind == -1)).all(axis=1)
            if not fits.any():
                raise ConditionError("given.unseen", "a partial row has levels that no learned row has together",
                                     where=", ".join(names), hint="leave more of its cells open")  # fmt: skip
            places = np.flatnonzero(which == number)
            chosen[places] = self._chosen(fits, len(places), rng)
        return self.rows.take(chosen)

    def _chosen(self, fits: npt.NDArray[np.bool_], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        shares = np.where(fits, self.counts, 0) / self.counts[fits].sum()
        return rng.choice(len(shares), size=n, p=shares)

    def state(self) -> State:
        """Return the combinations as codes, and their counts."""
        codes = np.stack([self.rows.codes(name) for name in self.rows.names], axis=1).astype(np.int32)
        return {}, {"codes": codes, "counts": self.counts}

    @classmethod
    def from_state(cls, schema: Schema, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        columns = [_leveled(arrays["codes"][:, place], column) for place, column in enumerate(schema.columns)]
        return cls(Table(pa.table(columns, names=list(schema.names)), schema), arrays["counts"])


def _leveled(codes: npt.NDArray[np.int32], column: Any) -> pa.Array:
    gone = codes < 0
    if column.kind == "boolean":
        return pa.array(codes == 1, mask=gone)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=gone), pa.array(levels_of(column), pa.string()))


def _codes_in(known: Table, name: str, rows: Table) -> npt.NDArray[np.int32]:
    """Return the levels of partial rows as positions among the learned levels; -2 for one that was not learned."""
    place = {level: number for number, level in enumerate(levels_of(rows.schema[name]))}
    lookup = np.array([place.get(level, -2) for level in levels_of(known.schema[name])] + [-1], dtype=np.int32)
    return np.asarray(lookup[known.codes(name)])
