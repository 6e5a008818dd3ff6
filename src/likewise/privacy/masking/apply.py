"""Rows masked column by column, and the masking undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import decoded, is_words, one_array
from likewise.errors import SettingsError
from likewise.privacy.masking.dates import moved
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Blank, Format, Method, Replace, Shift
from likewise.privacy.masking.texts import masked_numbers, masked_texts

Ints = npt.NDArray[np.int64]
Invent = Callable[[Replace, Ints], pa.Array]
"""What gives the field of a record for each number; equal numbers are one record."""


def masked(
    rows: pa.Table, methods: Mapping[str, Method], key: Key, *, invent: Invent, backwards: bool = False
) -> pa.Table:  # fmt: skip
    """Return rows with their columns masked, in the types they are stored in; `backwards`, as they were.

    Columns that are named nowhere are not touched. Equal values are masked alike whatever the table. Raises
    SettingsError where a column is of a type that a method cannot mask.
    """
    found = rows
    for name, method in methods.items():
        if isinstance(method, Format):
            cipher = key.cipher("format", method.domain)
            found = _put(found, name, _formatted(_column(rows, name), name, cipher, method, backwards))
        elif isinstance(method, Blank) and not backwards:
            found = _put(found, name, _blanked(_column(rows, name), method))
    known = rows if backwards else found  # where the columns that others go by stand masked
    for name, method in methods.items():
        if isinstance(method, Shift):
            numbers = _numbers(known, methods, name, method.by, key)
            found = _put(found, name, _shifted(_column(rows, name), name, method, numbers, backwards))
        elif isinstance(method, Replace) and not backwards:
            numbers = _numbers(known, methods, name, method.by, key)
            found = _put(found, name, _replaced(_column(rows, name), invent(method, numbers)))
    return found


def lost(methods: Mapping[str, Method]) -> tuple[str, ...]:
    """Return the columns that cannot be had back."""
    return tuple(name for name, method in methods.items() if isinstance(method, Blank | Replace))


def _formatted(array: pa.Array, name: str, cipher: object, method: Format, backwards: bool) -> pa.Array:
    """Return texts and whole numbers in place of others of the same form."""
    plain = decoded(array)
    if pa.types.is_null(plain.type):
        return array
    if is_words(plain.type):
        found = masked_texts(plain.cast(pa.string()), cipher, method, backwards=backwards)
        return _as(found, array.type)
    try:
        whole = plain.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        whole = None
    number = pa.types.is_integer(plain.type) or pa.types.is_floating(plain.type) or pa.types.is_decimal(plain.type)
    if whole is None or not number:
        raise _unfit(name, plain.type, "`format` masks texts, ids and whole numbers",
                     "move dates with `shift`; `blank` the rest")  # fmt: skip
    try:
        return _as(masked_numbers(plain, cipher, method, backwards=backwards), array.type)
    except SettingsError as fault:
        raise SettingsError(fault.code, f"`{name}`: {fault.what}", where=name, hint=fault.hint) from None


def _blanked(array: pa.Array, method: Blank) -> pa.Array:
    if method.text is None:
        return pa.nulls(len(array), array.type)
    return _as(pa.repeat(pa.scalar(method.text), len(array)), array.type)


def _shifted(array: pa.Array, name: str, method: Shift, numbers: Ints, backwards: bool) -> pa.Array:
    """Return dates or moments moved by a number of days that is never 0."""
    days = numbers % (2 * method.days) - method.days
    days = np.where(days >= 0, days + 1, days) * (-1 if backwards else 1)
    found = moved(decoded(array), days, name)
    if found is None:
        raise _unfit(name, array.type, "`shift` moves dates and moments", "mask texts and numbers with `format`")
    return _as(found, array.type)


def _replaced(array: pa.Array, invented: pa.Array) -> pa.Array:
    """Return invented texts where there was a value."""
    texts = pc.if_else(array.is_null(), pa.scalar(None, pa.string()), invented.cast(pa.string()))
    return _as(texts, array.type)


def _numbers(rows: pa.Table, methods: Mapping[str, Method], name: str, by: str, key: Key) -> Ints:
    """Return a number for each masked value that a column goes by, the same in all tables for equal values."""
    method = methods.get(by)
    if isinstance(method, Blank | Shift | Replace):
        raise SettingsError("masking.by", f"`{name}` goes by `{by}`, which does not tell rows apart once it is masked",
                            where=name, hint=f"keep `{by}`, or mask it with `format`")  # fmt: skip
    domain = method.domain if isinstance(method, Format) else ""
    try:
        values = decoded(_column(rows, by)).cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise _unfit(by, rows.schema.field(by).type, f"`{name}` cannot go by it", "go by an id") from None
    return key.numbers(values, "record", domain)


def _unfit(name: str, dtype: pa.DataType, what: str, hint: str) -> SettingsError:
    """Return the error that a column is of a type that a method cannot mask."""
    return SettingsError("masking.kind", f"`{name}` is stored as {dtype}: {what}", where=name, hint=hint)


def _column(rows: pa.Table, name: str) -> pa.Array:
    return one_array(rows.column(name))


def _as(values: pa.Array, dtype: pa.DataType) -> pa.Array:
    """Return values in the type of a column, or as texts where that holds none."""
    if pa.types.is_dictionary(dtype):  # coded anew: the old order of the levels would tell of them
        coded = _as(values, dtype.value_type).dictionary_encode()
        return pa.DictionaryArray.from_arrays(coded.indices.cast(dtype.index_type), coded.dictionary,
                                              ordered=dtype.ordered)  # fmt: skip
    return values if pa.types.is_string(values.type) and not is_words(dtype) else values.cast(dtype)


def _put(rows: pa.Table, name: str, array: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), pa.field(name, array.type), array)
