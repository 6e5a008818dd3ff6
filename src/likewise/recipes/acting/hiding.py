"""Values that few entities use, which would tell who was learned from: invented ones take their place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.keys import capacity, infer_pattern, make_keys
from likewise.core.schema import Pattern
from likewise.core.table import Table
from likewise.core.values import is_words
from likewise.modalities.sequence.entities import codes_of, plain_type
from likewise.modalities.sequence.ordering import widened

Ints = npt.NDArray[np.int64]


def without_rare(table: Table, name: str, owner: Ints, least: int, *, seed: int) -> Table:
    """Return a table in whose column each value that fewer than `least` entities use is an invented one, the same for
    the same. Identifiers, which are invented already, missing values, and what is neither text nor number stay.

    >>> table = Table.from_any({"shop": ["north", "north", "south"] * 4})
    >>> hidden = without_rare(table, "shop", np.array([0, 1, 0] * 4), 2, seed=0)
    >>> hidden.column("shop").to_pylist()[:3]
    ['north', 'north', 'shop-1']
    """
    column, values = table.schema[name], table.column(name)
    dtype = plain_type(column)
    is_number = pa.types.is_integer(dtype) or pa.types.is_floating(dtype) or pa.types.is_decimal(dtype)
    if column.is_pseudonymous or not (is_number or is_words(dtype)):
        return table
    codes = codes_of(values)
    many = int(codes.max(initial=-1)) + 1
    users = np.bincount(np.unique(owner * many + codes) % max(many, 1), minlength=many)
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    levels = plain.take(pa.array(np.unique(codes, return_index=True)[1]))
    rare = np.flatnonzero((users < least) & np.asarray(levels.is_valid()))
    if not len(rare):
        return table
    shown = np.array(levels.to_pylist(), dtype=object)
    known = levels.drop_null()
    shown[rare] = _numbered(known, len(rare)) if is_number else _invented(name, known, len(rare), seed)
    made = pa.array(shown.tolist(), pa.string()).take(pa.array(codes))
    if column.kind == "category":
        known = pa.array([level for level in shown.tolist() if level is not None], pa.string())
        made = pa.DictionaryArray.from_arrays(pc.index_in(made, known), known)
        wide = widened(column)
        fields = {"levels": tuple(known.to_pylist()), "ordered": False, "dtype": wide.dtype, "native": wide.native}
        table = Table(table.columns, table.schema.replace(name, **fields), table.container)
    columns = table.columns.set_column(table.names.index(name), name, made)
    return Table(columns, table.schema, table.container)


def _numbered(levels: pa.Array, count: int) -> list[str]:
    """Return whole numbers beyond the largest of levels that are numbers."""
    first = int(max(0.0, np.floor(float(pc.max(levels.cast(pa.float64())).as_py())))) + 1
    return [str(first + k) for k in range(count)]


def _invented(name: str, levels: pa.Array, count: int, seed: int) -> list[str]:
    """Return values that are built as the real ones are, and none of them; numbered ones where there is no room."""
    pattern, wanted = infer_pattern(levels), len(levels) + count
    if pattern is None or capacity(pattern) < wanted:
        pattern = Pattern(form="sequence", prefix=f"{name}-")
    drawn = make_keys(pattern, 0, wanted, seed)
    found: list[str] = drawn.filter(pc.invert(pc.is_in(drawn, value_set=levels))).to_pylist()
    return found[:count]
