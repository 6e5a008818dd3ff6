"""A table masked column by column, and the masking undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.moments import DAY
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Blank, Format, Keep, Method, Replace, Shift
from likewise.privacy.masking.texts import masked_numbers, masked_texts

Ints = npt.NDArray[np.int64]
Invent = Callable[[Replace, Ints], pa.Array]
"""What gives the field of a record for each number; equal numbers are one record."""


def masked(
    table: Table, methods: Mapping[str, Method], key: Key, *, invent: Invent, backwards: bool = False
) -> Table:  # fmt: skip
    """Return the table with its columns masked; `backwards`, as it was where that can be undone.

    Columns that are named nowhere stay. Equal values are masked alike whatever the table. Raises SettingsError where a
    column is of a kind that a method cannot mask.
    """
    first = {name: method for name, method in methods.items() if not isinstance(method, Shift | Replace)}
    rest = {name: method for name, method in methods.items() if isinstance(method, Shift | Replace)}
    found = table
    for name, method in first.items():
        found = _with(found, name, method, key, backwards)
    for name, other in rest.items():
        numbers = key.numbers(_by(table if backwards else found, methods, name, other.by), "record", other.by)
        if isinstance(other, Shift):
            found = _replaced(found, name, _shifted(found, name, other, numbers, backwards))
        elif not backwards:
            kept = found.column(name).is_null()
            found = _as_texts(found, name, pc.if_else(kept, pa.scalar(None, pa.string()), invent(other, numbers)))
    return found


def lost(methods: Mapping[str, Method]) -> tuple[str, ...]:
    """Return the columns that cannot be had back."""
    return tuple(name for name, method in methods.items() if isinstance(method, Blank | Replace))


def _with(table: Table, name: str, method: Method, key: Key, backwards: bool) -> Table:
    column = table.schema[name]
    if isinstance(method, Keep) or (backwards and isinstance(method, Blank)):
        return table
    if isinstance(method, Blank):
        return _blanked(table, column, method)
    assert isinstance(method, Format)
    cipher = key.cipher("format", method.domain)
    if column.kind == "integer":
        return _replaced(table, name, masked_numbers(table.column(name), cipher, backwards=backwards))
    if column.kind not in ("text", "id", "category", "constant"):
        raise _unfit(column, "`format` masks texts, ids and whole numbers", "move dates with `shift`; `blank` the rest")
    texts = table.column(name).cast(pa.string())
    if method.whole or (method.whole is None and _is_whole(texts)):
        numbers = masked_numbers(texts.cast(pa.int64()), cipher, backwards=backwards)
        return _as_texts(table, name, numbers.cast(pa.string()))
    found = masked_texts(texts, cipher, first=method.first, last=method.last, check=method.check, backwards=backwards)
    return _as_texts(table, name, found)


def _unfit(column: Column, what: str, hint: str) -> SettingsError:
    """Return the error that a column is of a kind that a method cannot mask."""
    said = f"`{column.name}` is a column of kind {column.kind}: {what}"
    return SettingsError("masking.kind", said, where=column.name, hint=hint)


def _is_whole(texts: pa.Array) -> bool:
    """Return whether all texts are whole numbers as they are usually written."""
    return bool(pc.all(pc.match_substring_regex(texts.drop_null(), r"^(?:0|-?[1-9][0-9]{0,17})$")).as_py())


def _by(table: Table, methods: Mapping[str, Method], name: str, by: str) -> pa.Array:
    """Return the masked values that a column goes by."""
    if isinstance(methods.get(by), Blank | Shift | Replace):
        raise SettingsError("masking.by", f"`{name}` goes by `{by}`, which does not tell rows apart once it is masked",
                            where=name, hint=f"keep `{by}`, or mask it with `format`")  # fmt: skip
    return table.column(by).cast(pa.string())


def _shifted(table: Table, name: str, method: Shift, numbers: Ints, backwards: bool) -> pa.Array:
    """Return dates or moments moved by a number of days that is never 0."""
    array = table.column(name)
    if table.schema[name].kind not in ("date", "datetime"):
        raise _unfit(table.schema[name], "`shift` moves dates and moments", "mask texts and numbers with `format`")
    days = numbers % (2 * method.days) - method.days
    days = np.where(days >= 0, days + 1, days) * (-1 if backwards else 1)
    if pa.types.is_date32(array.type):
        return pc.add(array.cast(pa.int32()), pa.array(days.astype(np.int32))).cast(pa.date32())
    return pc.add(array.cast(pa.int64()), pa.array(days * DAY)).cast(array.type)


def _blanked(table: Table, column: Column, method: Blank) -> Table:
    if method.text is not None:
        return _as_texts(table, column.name, pa.repeat(pa.scalar(method.text), table.rows))
    found = _replaced(table, column.name, pa.nulls(table.rows, table.column(column.name).type))
    return found.with_schema(found.schema.replace(column.name, nullable=True))


def _replaced(table: Table, name: str, array: pa.Array) -> Table:
    place = table.names.index(name)
    columns = table.columns.set_column(place, name, array)
    return Table(columns, table.schema.replace(name, bounds=None), table.container)


def _as_texts(table: Table, name: str, texts: pa.Array) -> Table:
    """Return the table with a column of new texts, of the same kind where that holds any text."""
    column, place = table.schema[name], table.names.index(name)
    texts = texts.cast(pa.string())
    if column.kind in ("category", "constant"):
        coded = texts.dictionary_encode()
        levels = tuple(coded.dictionary.to_pylist())
        kind = "category" if len(levels) != 1 else column.kind
        schema = table.schema.replace(name, levels=levels, kind=kind, pattern=None)
        return Table(table.columns.set_column(place, name, coded), schema, table.container)
    schema = table.schema
    if column.kind not in ("text", "id"):
        schema = schema.replace(name, kind="text", dtype="string", format=None, bounds=None)
    return Table(table.columns.set_column(place, name, texts), schema, table.container)
