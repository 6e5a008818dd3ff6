"""Give rows what another row has in some columns: data swapping."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from likewise.core.packing import streamed, unstreamed
from likewise.core.protocol import Arrays
from likewise.core.schema import LEVELS, NUMBERS, Column, Kind
from likewise.core.table import Table
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation

Ints = npt.NDArray[np.int64]


class Exchange(RowOperation):
    """Give a share of rows the values that another row has in `columns`, all from the same row: data swapping.

    What the columns say of one another stays true (no pregnant man, no internet protection without internet), and each
    keeps its distribution; what ties them to the other columns weakens. `within` names levels that the other row must
    share, so that ties to these hold too: an address within an age group and sex. The other row is a learned one. Use
    to break the link of a sensitive group of columns, or to change categories that hang on one another. Dalenius and
    Reiss, 1982, Journal of Statistical Planning and Inference 6.
    """

    op: ClassVar[str] = "exchange"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS | LEVELS | {"text", "json"}

    ties: ClassVar[bool] = True
    reads: ClassVar[frozenset[Kind]] = LEVELS

    columns: tuple[str, ...] = Field(min_length=1)
    share: float = Field(default=0.1, ge=0, le=1)
    within: tuple[str, ...] = ()

    def needs(self) -> tuple[str, ...]:
        """Return the columns that both rows share."""
        return self.within

    def takes(self, column: Column) -> bool:
        """Return False: its columns are always named."""
        return False

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Keep the columns, in the order of the groups that share `within`."""
        group, sizes = self._groups(table)
        order = np.argsort(group, kind="stable")
        own = pa.table([table.column(name).take(pa.array(order)) for name in names], names=list(names))
        found, counts = np.unique(group, return_counts=True)
        arrays: Arrays = {"rows": streamed(own), "group": found, "count": counts}
        return Learned({"sizes": sizes}, arrays)

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Draw the other rows, and return what they have; a row of a group that was not learned stays."""
        own = unstreamed(learned.arrays["rows"])
        known, counts = learned.arrays["group"], learned.arrays["count"]
        group, _ = self._groups(rows, learned.meta["sizes"])
        place = np.minimum(np.searchsorted(known, group), len(known) - 1)
        there = known[place] == group
        drawn = np.floor(dice.rng.random(rows.rows) * counts[place]).astype(np.int64)
        other = np.where(there, (np.cumsum(counts) - counts)[place] + drawn, own.num_rows + np.arange(rows.rows))
        return {name: _joined(own.column(name), rows.column(name)).take(pa.array(other)) for name in names}

    def _groups(self, rows: Table, sizes: list[int] | None = None) -> tuple[Ints, list[int]]:
        """Return a number for each combination of `within`, -1 for levels that were not learned; and their counts."""
        group, found = np.zeros(rows.rows, dtype=np.int64), []
        for number, name in enumerate(self.within):
            codes = rows.codes(name).astype(np.int64) + 1
            size = int(codes.max(initial=0)) + 1 if sizes is None else sizes[number]
            found.append(size)
            group = np.where((group < 0) | (codes >= size), -1, group * size + codes)
        return group, found


def _joined(learned: pa.ChunkedArray, own: pa.Array) -> pa.Array:
    """Return what was learned and what the rows have as one array, in the levels of the rows."""
    first = learned.combine_chunks() if learned.num_chunks != 1 else learned.chunk(0)
    if pa.types.is_dictionary(own.type):
        indices = first.indices.cast(own.type.index_type)
        first = pa.DictionaryArray.from_arrays(indices, own.dictionary, ordered=own.type.ordered)
    return pa.concat_arrays([first, own])
