"""Put the rows of several tables under one another, whatever levels and bounds each of them has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from likewise.core.draw import pattern_of
from likewise.core.keys import capacity, make_keys
from likewise.core.schema import MEDIA, Column, Kind, Schema
from likewise.core.table import Table
from likewise.core.tensors import joint_shape, to_tensor
from likewise.core.values import one_array
from likewise.errors import SchemaError, SettingsError

PLAIN: frozenset[Kind] = frozenset({"integer", "decimal", "float"})
NAMED: frozenset[Kind] = frozenset({"category", "constant"})
KEYS = 65_536
"""Keys that are made at a time, to find those that no row has."""


def stacked(tables: Sequence[Table]) -> Table:
    """Return the rows of several tables one after the other, with the columns of the first.

    A column that a later table lacks is missing in its rows; one that the first lacks is left out. Levels and bounds
    are those of all. Raises SchemaError where a column is of another kind in a later table.

    >>> first, then = Table.from_any({"sex": ["F", "M"] * 9}), Table.from_any({"sex": ["X", "M"] * 9})
    >>> both = stacked([first, then])
    >>> both.rows, both.schema["sex"].levels
    (36, ('F', 'M', 'X'))
    """
    first = tables[0]
    found = [_column(column, tables) for column in first.schema.columns]
    schema = Schema(columns=tuple(column for column, _ in found), nested=first.schema.nested)
    return Table(pa.table([array for _, array in found], names=list(first.names)), schema, first.container)


def with_new_keys(table: Table, known: Table, seed: int) -> Table:
    """Return a table whose generated ids are none of those in `known`, nor any twice.

    Raises SettingsError where the pattern of a column has too few values left.
    """
    columns = table.columns
    for place, column in enumerate(table.schema.columns):
        if column.is_generated and column.name in known.schema:
            keys = _new_keys(known.schema[column.name], known.texts(column.name), table.rows, seed)
            columns = columns.set_column(place, column.name, keys)
    return Table(columns, table.schema, table.container)


def _new_keys(column: Column, taken: pa.Array, n: int, seed: int) -> pa.Array:
    import pyarrow.compute as pc

    pattern, parts, have, start = pattern_of(column), list[pa.Array](), 0, 0
    room, values = capacity(pattern), taken.drop_null()
    while have < n:
        if start >= room:
            raise SettingsError("key.exhausted", f"the pattern of `{column.name}` has too few values for {n:,} new "
                                "rows beside the real ones", where=column.name,
                                hint="widen the column's pattern in the schema, or ask for fewer rows")  # fmt: skip
        made = make_keys(pattern, start, min(KEYS, room - start), seed)
        fresh = made.filter(pc.invert(pc.is_in(made, value_set=values)))
        parts.append(fresh.slice(0, n - have))
        have, start = have + len(parts[-1]), start + len(made)
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def _column(own: Column, tables: Sequence[Table]) -> tuple[Column, pa.Array]:
    """Return one column of all tables, and what it means now."""
    there = [table.schema[own.name] for table in tables if own.name in table.schema]
    kind = _kind(own, [column.kind for column in there])
    types = [t.column(own.name).type for t in tables if own.name in t.schema and t.schema[own.name].kind == kind]
    if kind in MEDIA and len(set(types)) > 1:
        return _of_shapes(own, tables)
    dtype = types[0]
    arrays = [_array(table, own.name, dtype) for table in tables]
    whole = pa.chunked_array(arrays)
    array = one_array(whole.unify_dictionaries() if pa.types.is_dictionary(dtype) else whole)
    changes: dict[str, Any] = {"kind": kind, "nullable": own.nullable or array.null_count > 0}
    if changes["nullable"] and not own.nullable:  # how it writes what is missing, it never had to say
        changes["missing"] = next((column.missing for column in there if column.nullable), ())
    if own.bounds is not None:
        changes["bounds"] = _bounds(there)
    if pa.types.is_dictionary(dtype):
        changes["levels"] = tuple(array.dictionary.to_pylist())
        changes["kind"] = "category" if len(changes["levels"]) > 1 else kind
    return own.model_copy(update=changes), array


def _of_shapes(own: Column, tables: Sequence[Table]) -> tuple[Column, pa.Array]:
    """Return a column of arrays that differ in shape between tables, in the layout that allows it."""
    cells = [cell for table in tables for cell in (table.tensor(own.name) if own.name in table.schema
                                                   else [None] * table.rows)]  # fmt: skip
    array = to_tensor(cells)
    shapes = [shape for t in tables if own.name in t.schema and (shape := t.schema[own.name].shape) is not None]
    changes = {"nullable": own.nullable or array.null_count > 0, "shape": joint_shape(shapes) if shapes else None}
    return own.model_copy(update=changes), array


def _kind(own: Column, kinds: Sequence[Kind]) -> Kind:
    """Return the kind that holds the values of all tables."""
    known = list(dict.fromkeys(kind for kind in kinds if kind != "empty"))
    if len(known) < 2:
        return known[0] if known else "empty"
    if {*known} <= NAMED:
        return "category"
    if {*known} <= PLAIN:
        return "float"
    raise SchemaError("schema.kinds", f"column `{own.name}` is {known[0]} in one table and {known[1]} in another",
                      where=own.name, hint="give both the same schema")  # fmt: skip


def _array(table: Table, name: str, dtype: pa.DataType) -> pa.Array:
    if name not in table.schema:
        return pa.nulls(table.rows, dtype)
    array = table.column(name)
    return array if array.type == dtype else array.cast(dtype)


def _bounds(columns: Sequence[Column]) -> Any:
    """Return bounds that hold all values: None as soon as one table has none."""
    known = [column.bounds for column in columns if column.kind != "empty"]
    ends = [bounds for bounds in known if bounds is not None]
    if len(ends) < len(known) or len({type(end) for pair in ends for end in pair if isinstance(end, str)}) > 1:
        return None
    texts = {isinstance(end, str) for pair in ends for end in pair}
    if len(texts) > 1:
        return None
    return min(pair[0] for pair in ends), max(pair[1] for pair in ends)
