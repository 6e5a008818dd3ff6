"""Values of one column: from how they were written to their typed form, and back."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.dtypes import arrow_type
from likewise.core.formats import NumberStyle, plain_texts, write_numbers
from likewise.core.moments import kind_of_format, offset_of, read_moments, write_moments
from likewise.core.schema import Column
from likewise.errors import SchemaError

MARKERS = ("NA", "N/A", "n/a", "na", "NaN", "nan", "null", "NULL", "Null", "None", "none", "#N/A", "#NA", "NIL", "nil",
           "-", "--", "?", ".", "<NA>", "<null>", "NaT", "-nan", "missing", "Missing", "N.A.")  # fmt: skip
"""Words that stand for a missing value when they stray into a column of numbers or dates."""

INFINITIES = ("inf", "-inf", "+inf", "Inf", "-Inf", "+Inf", "Infinity", "-Infinity", "+Infinity", "INF", "-INF")
BROKEN_SHARE = 0.01
"""The share of impossible dates (2024-02-31) up to which they are taken for missing values."""

MICROS = {"s": 1_000_000, "ms": 1000, "us": 1}


def is_words(dtype: pa.DataType) -> bool:
    """Return whether a type holds strings."""
    return bool(pa.types.is_string(dtype) or pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype))


def is_bytes(dtype: pa.DataType) -> bool:
    """Return whether a type holds bytes."""
    return bool(
        pa.types.is_binary(dtype)
        or pa.types.is_large_binary(dtype)
        or pa.types.is_fixed_size_binary(dtype)
        or pa.types.is_binary_view(dtype)
    )


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array, an extension type as what it is stored as; tensors stay tensors."""
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    is_stored = isinstance(column, pa.ExtensionArray) and not isinstance(column, pa.FixedShapeTensorArray)
    return column.storage if is_stored else column


def decoded(array: pa.Array) -> pa.Array:
    """Return an array without its dictionary."""
    if pa.types.is_dictionary(array.type):
        return array.dictionary.take(array.indices)
    return array


def as_texts(array: pa.Array) -> pa.Array:
    """Return any array as strings from which `from_texts` can make it again."""
    array = decoded(array)
    dtype = array.type
    if is_words(dtype):
        return array.cast(pa.string())
    if pa.types.is_floating(dtype):
        return write_numbers(finite(array), NumberStyle(), None)
    if is_bytes(dtype):
        return pa.array([None if v is None else base64.b64encode(v).decode() for v in array.to_pylist()], pa.string())
    if pa.types.is_nested(dtype):
        rows = [None if v is None else json.dumps(v, default=str, ensure_ascii=False) for v in array.to_pylist()]
        return pa.array(rows, pa.string())
    return array.cast(pa.string())


def from_texts(texts: pa.Array, dtype: pa.DataType) -> pa.Array:
    """Return strings as the type they were before `as_texts`."""
    if is_words(dtype):
        return texts.cast(dtype)
    if pa.types.is_dictionary(dtype):
        coded = from_texts(texts, dtype.value_type).dictionary_encode()
        return cast(pa.Array, pa.DictionaryArray.from_arrays(
            coded.indices.cast(dtype.index_type), coded.dictionary, ordered=dtype.ordered))  # fmt: skip
    if is_bytes(dtype):
        return pa.array([None if v is None else base64.b64decode(v) for v in texts.to_pylist()], dtype)
    if pa.types.is_nested(dtype):
        return pa.array([None if v is None else json.loads(v) for v in texts.to_pylist()], dtype)
    if pa.types.is_float16(dtype):
        return texts.cast(pa.float64()).cast(dtype)
    return texts.cast(dtype)


def readable(texts: pa.Array, dtype: pa.DataType) -> pa.Array:
    """Return the strings that can be written back as values of a type (30 February cannot), in their order."""
    dtype = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    if is_words(dtype):
        return texts
    try:
        return texts.filter(pc.equal(as_texts(from_texts(texts, dtype)), texts))
    except (ValueError, TypeError):
        if len(texts) == 1:
            return texts.slice(0, 0)
        half = len(texts) // 2
        return pa.concat_arrays([readable(texts.slice(0, half), dtype), readable(texts.slice(half), dtype)])


def finite(array: pa.Array) -> pa.Array:
    """Return floats as doubles whose NaN and infinities are null."""
    array = array.cast(pa.float64())
    return pc.if_else(pc.fill_null(pc.is_finite(array), False), array, None)


def blank(texts: pa.Array) -> pa.Array:
    """Return where texts are empty or only white space, false where null."""
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(texts), ""), False)


def without_markers(texts: pa.Array, markers: Sequence[str]) -> pa.Array:
    """Return the texts with blanks and the given markers as null."""
    gone = blank(texts)
    if any(m.strip() for m in markers):
        gone = pc.or_(gone, pc.is_in(texts, value_set=pa.array(markers, pa.string())))
    return pc.if_else(gone, None, texts)


# -- written to typed -----------------------------------------------------------------------------------------------
def typed_array(raw: pa.Array, column: Column) -> pa.Array:
    """Return one raw column in the Arrow type that `Table` holds for its kind (levels must be known).

    Raises SchemaError when values cannot be of this kind; says how many and in which rows, never which.
    """
    kind = column.kind
    if kind == "empty":
        return pa.nulls(len(raw))
    if pa.types.is_null(raw.type):
        raw = pa.nulls(len(raw), pa.string())
    if kind in ("category", "constant"):
        return _typed_levels(raw, column)
    if kind in ("text", "id", "json"):
        texts = as_texts(raw)
        return without_markers(texts, column.missing) if is_words(decoded(raw).type) else texts
    raw = decoded(raw)
    if is_words(raw.type):
        return _coded(raw.cast(pa.string()), column)
    if kind == "boolean":
        return _typed_boolean(raw, column)
    if kind in ("integer", "decimal", "float"):
        return _typed_number(raw, column)
    return _typed_moment(raw, column)


def _typed_levels(raw: pa.Array, column: Column) -> pa.Array:
    levels = pa.array(column.levels or (), pa.string())
    if pa.types.is_dictionary(raw.type):
        texts = level_texts(raw.dictionary, column)
        indices = pc.index_in(texts, value_set=levels, skip_nulls=True).take(raw.indices)
    else:
        indices = pc.index_in(level_texts(raw, column), value_set=levels, skip_nulls=True)
    return pa.DictionaryArray.from_arrays(indices, levels, ordered=column.ordered)


def level_texts(raw: pa.Array, column: Column) -> pa.Array:
    """Return a level column as strings, null where missing."""
    texts = as_texts(raw)
    return without_markers(texts, column.missing) if is_words(decoded(raw).type) else texts


def _coded(texts: pa.Array, column: Column) -> pa.Array:
    """Type strings by their distinct values, which are often few."""
    distinct, indices = _distinct(texts)
    words = without_markers(distinct, column.missing)
    words = pc.if_else(pc.is_in(pc.utf8_trim_whitespace(words), value_set=pa.array(MARKERS + INFINITIES)), None, words)
    if column.kind == "boolean":
        typed = _read_boolean(words, column)
    elif column.kind in ("integer", "decimal", "float"):
        typed = _read_numbers(words, column)
    else:
        typed = _read_moments(words, column)
    broken = pc.and_(pc.is_valid(words), pc.is_null(typed))
    if pc.any(broken).as_py():
        rows = np.flatnonzero(np.asarray(pc.fill_null(_spread(broken, indices), False)))
        if column.kind in ("integer", "decimal", "float", "boolean") or len(rows) > max(1, BROKEN_SHARE * len(texts)):
            raise _misfit(column, rows)
    return _spread(typed, indices)


def _distinct(texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Return the distinct texts and where each row finds its own; all texts and None when most are different."""
    probe = texts[:10_000]
    if len(probe.unique()) > 0.5 * len(probe):
        return texts, None
    coded = texts.dictionary_encode()
    return coded.dictionary, coded.indices


def _spread(values: pa.Array, indices: pa.Array | None) -> pa.Array:
    return values if indices is None else values.take(indices)


def _misfit(column: Column, rows: npt.NDArray[np.integer[Any]]) -> SchemaError:
    listed = ", ".join(str(int(r) + 1) for r in rows[:3]) + (", ..." if len(rows) > 3 else "")
    return SchemaError(
        f"schema.not-{column.kind}",
        f"column `{column.name}` holds {len(rows)} values that are no {column.kind} as its schema writes them",
        where=f"{column.name} (rows {listed})",
        hint="correct them, list their texts in `missing` (`likewise inspect --exact` does), or change the column's "
        "`kind` or `format`",
    )


def _read_boolean(words: pa.Array, column: Column) -> pa.Array:
    yes, no = (column.format or "true/false").split("/", 1)
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    either = pc.is_in(folded, value_set=pa.array([yes.lower(), no.lower()]))
    return pc.if_else(either, pc.equal(folded, yes.lower()), None)


def _read_numbers(words: pa.Array, column: Column) -> pa.Array:
    plain = plain_texts(words, NumberStyle.from_worked(column.format))
    if column.kind != "integer":
        return _cast_doubles(plain)
    whole = pc.replace_substring_regex(plain, r"^\+|\.0*$", "")
    simple = pc.fill_null(pc.match_substring_regex(whole, r"^-?[0-9]{1,18}$"), False)
    numbers = pc.if_else(simple, whole, None).cast(pa.int64())
    odd = pc.and_(pc.invert(simple), pc.is_valid(whole))
    if pc.any(odd).as_py():
        numbers = pc.coalesce(
            numbers, pa.array([_whole(v) for v in pc.if_else(odd, whole, None).to_pylist()], pa.int64())
        )
    return numbers


def _whole(text: str | None) -> int | None:
    """Read the rare ways to write a whole number: 1e3, 19 digits."""
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        value = float(text)
        if not value.is_integer():
            return None
        number = int(value)
    return number if -(2**63) <= number < 2**63 else None


def _cast_doubles(plain: pa.Array) -> pa.Array:
    return finite(pc.replace_substring_regex(plain, r"^\+", "").cast(pa.float64()))


def _read_moments(words: pa.Array, column: Column) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(words)
    micros = np.zeros(len(words), dtype=np.int64)
    valid = np.zeros(len(words), dtype=bool)
    for written in formats_of(column):
        moments = read_moments(trimmed, written)
        fresh = moments.valid & ~valid
        shift = offset_of(column.zone) * 60_000_000 if moments.offsets is None else 0
        micros = np.where(fresh, moments.micros - shift, micros)
        valid |= fresh
    return micros_array(micros, ~valid, column)


def formats_of(column: Column) -> list[str]:
    """Return the formats a date column is written in; the first is the one for new values."""
    default = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%d %H:%M:%S"}
    return (column.format or default.get(column.kind, "")).split(" | ")


def micros_array(micros: npt.NDArray[np.int64], gone: npt.NDArray[np.bool_], column: Column) -> pa.Array:
    """Return microseconds as the Arrow type of a date, time, datetime or duration column."""
    if column.kind == "date":
        return pa.array((micros // 86_400_000_000).astype(np.int32), mask=gone).cast(pa.date32())
    dtype = {"time": pa.time64("us"), "datetime": pa.timestamp("us", tz=column.zone), "duration": pa.duration("us")}
    return pa.array(micros, mask=gone).cast(dtype[column.kind])


def _is_plain(dtype: pa.DataType) -> bool:
    """Say whether values of a type are numbers or truth values: moments, lists and bytes are not."""
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean)
    return any(test(dtype) for test in tests)


def foreign_type(dtype: pa.DataType, column: Column) -> SchemaError:
    """Return the error that values of a type cannot be of a column's kind."""
    return SchemaError(f"schema.not-{column.kind}", f"column `{column.name}` holds {dtype}, not a {column.kind}",
                       where=column.name, hint="change the column's `kind`, or read it as text")  # fmt: skip


def _typed_boolean(raw: pa.Array, column: Column) -> pa.Array:
    """Return truth values, 0 and 1 among them; other numbers are none."""
    if not _is_plain(raw.type):
        raise foreign_type(raw.type, column)
    if not pa.types.is_boolean(raw.type):
        numbers = np.asarray(pc.fill_null(raw.cast(pa.float64(), safe=False), 0))
        others = np.flatnonzero((numbers != 0) & (numbers != 1) & ~np.isnan(numbers))
        if len(others):
            raise _misfit(column, others)
    return raw.cast(pa.bool_())


def _typed_number(raw: pa.Array, column: Column) -> pa.Array:
    if not _is_plain(raw.type):
        raise foreign_type(raw.type, column)
    if pa.types.is_floating(raw.type):
        raw = finite(raw if pa.types.is_float64(raw.type) else _shortest(raw))
    if column.kind != "integer":
        return raw.cast(pa.float64(), safe=False)
    try:
        return raw.cast(pa.int64())
    except pa.ArrowInvalid:
        numbers = np.asarray(pc.fill_null(raw.cast(pa.float64(), safe=False), 0))
        rows = np.flatnonzero((numbers != np.rint(numbers)) | (np.abs(numbers) >= 2.0**63))
        raise _misfit(column, rows) from None


def _shortest(raw: pa.Array) -> pa.Array:
    """Return narrow floats as the doubles that their shortest writing stands for: 0.2, not 0.20000000298."""
    narrow = raw.to_numpy(zero_copy_only=False)
    distinct, places = np.unique(narrow, return_inverse=True)
    return pa.array(distinct.astype(str).astype(np.float64)[places], from_pandas=True)


def _typed_moment(raw: pa.Array, column: Column) -> pa.Array:
    dtype = raw.type
    if column.kind == "duration" and pa.types.is_duration(dtype):
        return raw.cast(pa.duration("us"), safe=False)
    if column.kind == "time" and pa.types.is_time(dtype):
        return raw.cast(pa.time64("us"), safe=False)
    if pa.types.is_date(dtype) or pa.types.is_timestamp(dtype):
        if column.kind == "date" and pa.types.is_timestamp(dtype):
            raw = raw.cast(pa.timestamp("us", tz=dtype.tz), safe=False)
        if column.kind == "date":
            return raw.cast(pa.date32(), safe=False)
        if column.kind == "datetime":
            return raw.cast(pa.timestamp("us"), safe=False).cast(pa.timestamp("us", tz=column.zone))
    if pa.types.is_integer(dtype) and column.format:
        return _coded(raw.cast(pa.string()), column)
    raise foreign_type(dtype, column)


# -- typed to written -----------------------------------------------------------------------------------------------
def written_array(typed: pa.Array, column: Column) -> pa.Array:
    """Return one typed column in the type and the writing it came in."""
    dtype = arrow_type(column.dtype)
    kind = column.kind
    if kind == "empty":
        return _marked(pa.nulls(len(typed), dtype), column)
    if kind in ("category", "constant"):
        return _written_levels(typed, column, dtype)
    if kind in ("text", "id", "json"):
        return _marked(from_texts(typed.cast(pa.string()), dtype), column)
    if pa.types.is_dictionary(dtype):
        return from_texts(_marked(_as_written(typed, column, dtype.value_type), column), dtype)
    return _marked(_as_written(typed, column, dtype), column)


def _as_written(typed: pa.Array, column: Column, dtype: pa.DataType) -> pa.Array:
    if is_words(dtype):
        coded = typed.dictionary_encode()
        return _words(coded.dictionary, column).take(coded.indices).cast(dtype)
    if column.kind in ("integer", "decimal", "float"):
        return _numbers_as(typed, dtype, column)
    if pa.types.is_integer(dtype):
        return _words(typed, column).cast(dtype)
    if pa.types.is_timestamp(dtype):
        if column.kind == "date" or typed.type.tz is not None or dtype.tz is not None:
            typed = typed.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz=dtype.tz))
        return typed.cast(dtype, safe=False)
    return typed.cast(dtype, safe=pa.types.is_boolean(dtype))


def _words(values: pa.Array, column: Column) -> pa.Array:
    if column.kind in ("integer", "decimal", "float"):
        return write_numbers(values, NumberStyle.from_worked(column.format), column.decimals)
    if column.kind == "boolean":
        yes, no = (column.format or "true/false").split("/", 1)
        return pc.if_else(values, yes, no)
    if column.kind == "duration":
        return values.cast(pa.int64()).cast(pa.string())
    written = formats_of(column)[0]
    integers = values.cast(pa.int32()).cast(pa.int64()) if column.kind == "date" else values.cast(pa.int64())
    micros = np.asarray(pc.fill_null(integers, 0)) * (86_400_000_000 if column.kind == "date" else 1)
    zone = column.zone if kind_of_format(written) == "datetime" else None
    texts = write_moments(micros, written, offset_of(zone))
    return pc.if_else(values.is_valid(), texts, None)


def _numbers_as(typed: pa.Array, dtype: pa.DataType, column: Column) -> pa.Array:
    if pa.types.is_integer(dtype) and not pa.types.is_integer(typed.type):
        typed = pc.round(typed)
    if pa.types.is_decimal(dtype):
        if pa.types.is_integer(typed.type):
            return typed.cast(pa.string()).cast(dtype)
        return write_numbers(typed, NumberStyle(), dtype.scale).cast(dtype)
    if pa.types.is_float16(dtype):
        return typed.cast(pa.float64()).cast(pa.float32(), safe=False).cast(dtype, safe=False)
    if pa.types.is_float64(dtype) and column.decimals is not None:
        return pa.array(np.round(typed.to_numpy(zero_copy_only=False), column.decimals), from_pandas=True)
    return typed.cast(dtype, safe=pa.types.is_integer(dtype))


def _written_levels(typed: pa.Array, column: Column, dtype: pa.DataType) -> pa.Array:
    levels = typed.dictionary
    if pa.types.is_dictionary(dtype):
        values = from_texts(levels, dtype.value_type)
        index = dtype.index_type if len(levels) < 2 ** (dtype.index_type.bit_width - 1) else pa.int32()
        return pa.DictionaryArray.from_arrays(typed.indices.cast(index), values, ordered=dtype.ordered)
    return _marked(from_texts(levels, dtype).take(typed.indices), column)


def _marked(array: pa.Array, column: Column) -> pa.Array:
    """Write the missing marker into a column of strings."""
    if column.missing and is_words(array.type) and array.null_count:
        return pc.fill_null(array, pa.scalar(column.missing[0], array.type))
    return array
