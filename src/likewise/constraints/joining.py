"""Rows beside the rows of other tables that they refer to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.cells import Cells, Columns
from likewise.constraints.language.tables import columns_of
from likewise.core.dataset import Dataset, Relation
from likewise.core.table import Table
from likewise.errors import SettingsError

Ints = npt.NDArray[np.int64]


def home_of(tables: Collection[str], data: Dataset) -> str | None:
    """Return the one of some tables from which all others are referred to, None where none is named.

    Raises SettingsError where there is no such table.
    """
    for name in tables:
        data[name]
    found = [name for name in tables if set(tables) <= {name, *way_from(data, name)}]
    if tables and not found:
        listed = ", ".join(f"`{name}`" for name in sorted(tables))
        raise SettingsError("settings.rule-tables", f"none of {listed} refers to the others",
                            hint="declare the relation between them, or say it of one table")  # fmt: skip
    return sorted(found)[0] if found else None


def own_columns(table: Table, name: str | None) -> Columns:
    """Return what gives the cells of a table, whose columns may also be told by the name of the table."""
    cells, prefix = columns_of(table), f"{name}."
    return lambda column: cells(column if column in table.schema else column.removeprefix(prefix))


def columns_in(data: Dataset, home: str) -> Columns:
    """Return what gives the cells of the rows of a table, and as `table.column` those of the rows they refer to.

    They are missing where a row refers to none. A table that is referred to in two ways is taken by the first.
    Raises SettingsError where the rows refer to none of another table.
    """
    own, ways = own_columns(data[home], home), way_from(data, home)
    read: dict[str, Cells] = {}

    def cells(name: str) -> Cells:
        table, _, column = name.partition(".")
        if not column or table == home or name in data[home].schema:
            return own(name)
        if table not in ways:
            data[table]
            raise SettingsError("settings.rule-tables", f"no row of `{home}` refers to one of `{table}`",
                                hint="declare the relation between them")  # fmt: skip
        if name not in read:
            read[name] = taken(columns_of(data[table])(column), places_on(data, ways[table]))
        return read[name]

    return cells


def taken(cells: Cells, places: Ints) -> Cells:
    """Return the cells at some places, missing where a place is -1."""
    gone = places < 0
    if isinstance(cells.values, np.ndarray):
        padded = np.append(cells.values, np.nan)
        whole = None if cells.whole is None else cells.whole.take(pa.array(places, mask=gone))
        return Cells(cells.sort, padded[places], cells.decimals, whole, cells.spoken)
    return Cells(cells.sort, cells.values.take(pa.array(places, mask=gone)))


def way_from(data: Dataset, home: str) -> dict[str, tuple[Relation, ...]]:
    """Return for each table that a table refers to, directly or through others, the relations on the way."""
    found: dict[str, tuple[Relation, ...]] = {}
    waiting: list[tuple[str, tuple[Relation, ...]]] = [(home, ())]
    while waiting:
        table, way = waiting.pop(0)
        for relation in data.relations:
            if relation.table == table and relation.to not in found and relation.to != home:
                found[relation.to] = (*way, relation)
                waiting.append((relation.to, found[relation.to]))
    return found


def places_on(data: Dataset, way: Sequence[Relation]) -> Ints:
    """Return which row of the last table each row of the first refers to, -1 for none."""
    places: Ints | None = None
    for relation in way:
        step = parents_of(data, relation)
        places = step if places is None else np.append(step, -1)[places]
    assert places is not None
    return places


def parents_of(data: Dataset, relation: Relation) -> Ints:
    """Return which row of the table that a relation goes to each row refers to, -1 for none.

    As in SQL a row refers to none where a part of its reference is missing.
    """
    child, parent = data[relation.table], data[relation.to]
    own = np.zeros(child.rows, dtype=np.int64)
    others = np.zeros(parent.rows, dtype=np.int64)
    lost, nobody = np.zeros(child.rows, dtype=np.bool_), np.zeros(parent.rows, dtype=np.bool_)
    for column, key in zip(relation.columns, relation.key, strict=True):
        first, second = _alike(keys_of(child, column), keys_of(parent, key))
        known = pc.unique(second).drop_null()
        codes = [np.asarray(pc.fill_null(pc.index_in(part, known), -1), dtype=np.int64) for part in (first, second)]
        lost |= codes[0] < 0
        nobody |= codes[1] < 0
        pairs = np.concatenate([own * len(known) + codes[0], others * len(known) + codes[1]])
        _, dense = np.unique(pairs, return_inverse=True)  # composite keys of many columns must not overflow
        own, others = dense[: child.rows], dense[child.rows :]
    size = int(max(own.max(initial=-1), others.max(initial=-1))) + 2
    place = np.full(size, -1, dtype=np.int64)
    rows = np.flatnonzero(~nobody)[::-1]
    place[others[rows]] = rows
    found: Ints = np.where(lost, -1, place[own])
    return found


def keys_of(table: Table, column: str) -> pa.Array:
    """Return a column as values that can be looked up in one of another table."""
    array = table.column(column)
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def _alike(first: pa.Array, second: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return two columns in one type: whole numbers as such, else as they are written."""
    if first.type == second.type:
        return first, second
    return (_texts(first), _texts(second))


def _texts(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type):
        whole = pc.equal(array, pc.round(array))
        if pc.all(whole).as_py() is not False:
            array = array.cast(pa.int64())
    return array.cast(pa.string())
