"""Values that few entities use, which would tell who was learned from: invented ones take their place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.keys import capacity, infer_pattern, make_keys
from likewise.core.schema import Pattern
from likewise.core.table import Table
from likewise.modalities.sequence.entities import codes_of

Ints = npt.NDArray[np.int64]


def without_rare(table: Table, name: str, owner: Ints, least: int, *, seed: int) -> Table:
    """Return a table in whose column each value that fewer than `least` entities use is an invented one, the same for
    the same. Identifiers, which are invented already, and missing values stay.

    >>> table = Table.from_any({"shop": ["north", "north", "south"] * 4})
    >>> hidden = without_rare(table, "shop", np.array([0, 1, 0] * 4), 2, seed=0)
    >>> hidden.column("shop").to_pylist()[:3]
    ['north', 'north', 'shop-1']
    """
    column, values = table.schema[name], table.column(name)
    if column.is_pseudonymous:
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
    shown[rare] = _invented(name, levels.drop_null(), len(rare), seed)
    made = pa.array(shown.tolist(), pa.string()).take(pa.array(codes))
    if column.kind == "category":
        known = pa.array([level for level in shown.tolist() if level is not None], pa.string())
        made = pa.DictionaryArray.from_arrays(pc.index_in(made, known), known)
        column = column.model_copy(update={"levels": tuple(known.to_pylist()), "ordered": False})
    columns = table.columns.set_column(table.names.index(name), name, made)
    return Table(columns, table.schema.replace(name, levels=column.levels, ordered=column.ordered), table.container)


def _invented(name: str, levels: pa.Array, count: int, seed: int) -> list[str]:
    """Return values that are built as the real ones are, and none of them; numbered ones where there is no room."""
    pattern, wanted = infer_pattern(levels), len(levels) + count
    if pattern is None or capacity(pattern) < wanted:
        pattern = Pattern(form="sequence", prefix=f"{name}-")
    drawn = make_keys(pattern, 0, wanted, seed)
    found: list[str] = drawn.filter(pc.invert(pc.is_in(drawn, value_set=levels))).to_pylist()
    return found[:count]
