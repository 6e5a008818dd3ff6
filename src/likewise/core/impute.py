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
from likewise.core.draw import complete
from likewise.core.extras import require
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
        if self.table.schema.nested or isinstance(data, Table):
            return self.table.to_native()
        container, written = self.table.container, self.table.to_arrow()
        if container == "pandas":
            return _into_pandas(data, self)
        if container == "polars":
            return _into_polars(data, self)
        if container == "dict" and isinstance(data, Mapping):
            return {name: self._into_values(str(name), values, written) for name, values in data.items()}
        return self.table.to_dict() if container == "dict" else self.into(pa.table(data), written)

    def _into_values(self, name: str, values: Any, written: pa.Table) -> Any:
        if name not in self.cells:
            return values
        new, mask = written.column(name).to_pylist(), self.cells[name]
        mixed = [drawn if gap else own for own, drawn, gap in zip(values, new, mask, strict=True)]
        return np.array(mixed, dtype=values.dtype) if isinstance(values, np.ndarray) else mixed

    def into(self, raw: pa.Table, written: pa.Table) -> pa.Table:
        """Return an Arrow table with the cells of `written` put where its own were missing."""
        for name, mask in self.cells.items():
            place = raw.schema.get_field_index(name)
            if place >= 0:
                mixed = _mixed(raw.column(place), written[name], mask)
                raw = raw.set_column(place, raw.schema.field(place).with_type(mixed.type), mixed)
        return raw


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


def _mixed(own: pa.ChunkedArray, new: pa.ChunkedArray, mask: Mask) -> pa.ChunkedArray:
    """Return one column with new values where the mask says so, in its own type (if it has one)."""
    if pa.types.is_null(own.type):
        return new
    plain = own.type.value_type if pa.types.is_dictionary(own.type) else own.type
    merged = pc.if_else(pa.array(mask), new.cast(plain), own.cast(plain))
    return merged.cast(own.type) if plain == own.type else merged.dictionary_encode().cast(own.type)


def _into_pandas(frame: Any, filled: Filled) -> Any:
    """Return a copy of a pandas frame: its index, its dtypes and its known cells as they are."""
    pandas = require("pandas", extra="pandas")
    new, copy = filled.table.to_pandas(), frame.copy()
    for place, name in enumerate(filled.table.names):
        if name not in filled.cells:
            continue
        own, mask = frame.iloc[:, place], filled.cells[name]
        values = new[name].array
        if isinstance(own.dtype, pandas.CategoricalDtype):
            fresh = [v for v in pandas.unique(values[mask]) if v not in own.cat.categories]
            own = own.cat.add_categories(fresh)
            values = pandas.Categorical(values.astype(object), dtype=own.dtype)
        made = own.where(~mask, pandas.Series(values, index=own.index))
        copy.isetitem(place, made.astype(own.dtype))
    return copy


def _into_polars(frame: Any, filled: Filled) -> Any:
    """Return a polars frame with the cells filled, its dtypes as they are."""
    polars = require("polars", extra="polars")
    frame = frame.collect() if isinstance(frame, polars.LazyFrame) else frame
    new = filled.table.to_polars()
    own = {name: new[name].dtype if frame[name].dtype == polars.Null else frame[name].dtype for name in filled.cells}
    made = [
        new[name].cast(own[name]).zip_with(polars.Series(mask), frame[name].cast(own[name]))
        for name, mask in filled.cells.items()
    ]
    return frame.with_columns(made)
