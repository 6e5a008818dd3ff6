"""Pseudonyms: ids that repeat, replaced by invented ones before anything is learned from a table."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.digest import digest_columns
from likewise.core.dtypes import arrow_type
from likewise.core.keys import capacity, make_keys
from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.core.values import readable
from likewise.errors import SettingsError


def pseudonymised(table: Table, *, seed: int) -> Table:
    """Return the table with new levels in the columns whose levels are identifiers: who is who is lost, groups stay.

    A category that has a `pattern` gets levels made by it, in a shuffled order, none of them a real one unless the
    pattern can make too few. The shuffle is drawn from the seed and from the data: the seed alone does not undo it.
    The same table and seed give the same pseudonyms. Missing values stay missing. Raises SettingsError where a pattern
    can make fewer ids than there are.

    >>> table = Table.from_any({"user_id": [f"U{i % 40 * 17 % 999:03}" for i in range(200)]})
    >>> new = pseudonymised(table, seed=0)
    >>> old = set(table.schema["user_id"].levels)
    >>> len(new.schema["user_id"].levels), len(old & set(new.schema["user_id"].levels))
    (40, 0)
    """
    columns, schema = table.columns, table.schema
    for place, column in enumerate(table.schema.columns):
        if not column.is_pseudonymous:
            continue
        levels = _pseudonyms(table, column, seed)
        array = columns.column(place).combine_chunks()
        coded = pa.DictionaryArray.from_arrays(array.indices, levels)
        columns = columns.set_column(place, column.name, coded)
        schema = schema.replace(column.name, levels=tuple(levels.to_pylist()))
    return Table(columns, schema, table.container)


def _pseudonyms(table: Table, column: Column, seed: int) -> pa.Array:
    """Return as many different ids as the column has levels."""
    real = pa.array(column.levels or (), pa.string())
    rng = generator(seed, "pseudonyms", column.name, digest_columns(table.columns.select([column.name])))
    pattern, most = column.pattern, 2 * len(real) + 16
    assert pattern is not None
    if pattern.form == "sequence" and capacity(pattern) < most:  # count through the gaps, and from the beginning
        pattern = pattern.model_copy(update={"start": 0, "step": 1})
    drawn = make_keys(pattern, 0, min(most, capacity(pattern)), int(rng.integers(2**62)))
    drawn = readable(drawn, arrow_type(column.dtype))
    used = pa.concat_arrays([real, pa.array(column.missing, pa.string())])
    new = drawn.filter(pc.invert(pc.is_in(drawn, value_set=used)))
    if len(drawn) < len(real):
        what = f"the pattern of `{column.name}` can make {len(drawn):,} values, fewer than the {len(real):,} it holds"
        raise SettingsError("key.exhausted", what, where=column.name, hint="widen the column's pattern in the schema")
    if len(new) < len(real):  # nearly all that the pattern can make is in use: what is real is dealt out anew
        new = pa.concat_arrays([new, real])
    return new.slice(0, len(real)).take(pa.array(rng.permutation(len(real))))
