"""Tables whose missing cells are filled: what was known stays as it was, to the byte."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.alike import rows_like
from likewise.core.cells import put, put_arrow
from likewise.core.draw import complete
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.table import Table

if TYPE_CHECKING:
    from likewise.core.protocol import Model

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Filled:
    """Hold a table without the gaps that could be filled, where these were, and which columns keep gaps (`left`)."""

    table: Table
    cells: Mapping[str, Mask]
    left: tuple[str, ...]

    @property
    def count(self) -> int:
        """The number of cells that were filled."""
        return int(sum(mask.sum() for mask in self.cells.values()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be filled, a sentence a column."""
        return tuple(f"`{name}`: missing cells stay missing, no value was learned to fill them" for name in self.left)

    def like(self, data: Any) -> Any:
        """Return `data` with the cells filled: the same kind of object, with everything else as it is there."""
        return put(data, self.table, self.cells)

    def into(self, raw: pa.Table, written: pa.Table) -> pa.Table:
        """Return an Arrow table with the cells of `written` put where its own were missing."""
        return put_arrow(raw, written, self.cells)


def fill(model: Model, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Filled:
    """Fill the missing cells of learned columns, each row given what is known of it; see `Model.impute`."""
    generator(seed)
    table = rows_like(data, model.schema)
    shared = [c for c in model.schema.columns if c.name in table.schema]
    names = [c.name for c in shared if not c.is_generated]
    left = [c.name for c in shared if c.is_generated and table.missing(c.name).any()]
    gaps = {name: mask for name in names if (mask := table.missing(name)).any()}
    if not gaps:
        return Filled(table, {}, tuple(left))
    rows = np.flatnonzero(np.any(list(gaps.values()), axis=0))
    drawn = complete(model, table.select(names).take(rows), seed=seed, progress=progress)
    cells: dict[str, Mask] = {}
    for name, gap in gaps.items():
        known = np.zeros(table.rows, dtype=bool)
        if not table.schema[name].is_pseudonymous:
            known[rows] = ~drawn.missing(name)
        if (gap & ~known).any():
            left.append(name)
        if (gap & known).any():
            cells[name] = gap & known
            table = _with_column(table, name, drawn.column(name), rows)
    return Filled(table, cells, tuple(left))


def warn(filled: Filled) -> Filled:
    """Warn the caller's caller of what could not be filled, and return it as it is."""
    for note in filled.notes:
        warnings.warn(note, stacklevel=3)
    return filled


def _with_column(table: Table, name: str, drawn: pa.Array, rows: npt.NDArray[np.int64]) -> Table:
    """Return the table with the gaps of one column filled from what was drawn for some rows."""
    own, schema = table.column(name), table.schema
    place = np.zeros(table.rows, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    if not pa.types.is_dictionary(own.type):
        filled = pc.coalesce(own, drawn.cast(own.type).take(pa.array(place)))
    else:
        texts = pc.coalesce(own.dictionary_decode(), drawn.dictionary_decode().take(pa.array(place)))
        known = schema[name].levels or ()
        levels = (*known, *(t for t in pc.unique(texts).drop_null().to_pylist() if t not in {*known}))
        schema = schema.replace(name, levels=levels)
        dictionary = pa.array(levels, pa.string())
        filled = pa.DictionaryArray.from_arrays(pc.index_in(texts, dictionary), dictionary)
    number = table.columns.schema.get_field_index(name)
    return Table(table.columns.set_column(number, name, filled), schema, table.container)
