"""One column's guess: what its values are, and the sentence that says why."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.keys import capacity, infer_pattern
from likewise.core.naming import named_id, names_record
from likewise.core.schema import Bound, Column, Kind, Pattern, Role
from likewise.core.values import as_texts, finite, is_bytes, typed_array

FEW = 20
"""Rows below which a table says too little to call its values ids or free text."""

SPARSE = 2**48
"""Codes that a pattern can make beyond which those in use were drawn at random: UUIDs, hashes, card numbers."""


def as_identifiers(column: Column, distinct: pa.Array) -> Column:
    """Return a category with the pattern of its levels where these are identifiers; codes that mean something stay.

    Levels identify by what the column is called, or by being drawn from a space too large for a list of codes.
    """
    pattern = infer_pattern(distinct)
    named = names_record(column.name)
    if len(distinct) < FEW and pattern != Pattern(form="uuid"):
        pattern = None
    elif pattern is None:
        # Codes of many shapes are counted instead, but plain words are no codes.
        digits = pc.mean(pc.match_substring_regex(distinct, "[0-9]")).as_py()
        pattern = Pattern(form="sequence") if named and digits > 0.5 else None
    elif not named and (pattern.form == "sequence" or capacity(pattern) < SPARSE):
        pattern = None
    if pattern is None:
        return column
    told = "; identifiers, so that invented ones take their place"
    return column.model_copy(update={"pattern": pattern, "reason": column.reason + told})


# -- columns that come with a type ----------------------------------------------------------------------------------
def guess_typed(name: str, array: pa.Array) -> Column:
    """Guess what a column of numbers, dates, booleans, bytes or a dictionary means."""
    dtype = array.type
    if pa.types.is_dictionary(dtype):
        return _guess_dictionary(name, array)
    gone = array.null_count
    if pa.types.is_floating(dtype):
        kept = finite(array)
        gone = kept.null_count
    if (len(array) and gone == len(array)) or pa.types.is_null(dtype):
        return Column(name=name, kind="empty", nullable=True, reason="all values are missing")
    nullable = gone > 0
    if pa.types.is_boolean(dtype):
        if _single(array):
            return _constant(name, array)
        return Column(name=name, kind="boolean", nullable=nullable, reason="true and false values")
    if pa.types.is_integer(dtype) or pa.types.is_floating(dtype) or pa.types.is_decimal(dtype):
        return _guess_number(name, array, nullable)
    if (
        pa.types.is_date(dtype)
        or pa.types.is_timestamp(dtype)
        or pa.types.is_time(dtype)
        or pa.types.is_duration(dtype)
    ):
        return _guess_moment(name, array, nullable)
    if pa.types.is_nested(dtype):
        return Column(name=name, kind="json", nullable=nullable, reason="lists or records, kept as JSON text")
    if is_bytes(dtype):
        return Column(name=name, kind="text", nullable=nullable, reason="bytes, kept as base64 text")
    return Column(name=name, kind="text", nullable=nullable, reason=f"values of type {dtype}, kept as text")


def _single(array: pa.Array) -> bool:
    return array.null_count == 0 and len(array) > 0 and len(array.unique()) == 1


def _constant(name: str, array: pa.Array) -> Column:
    return Column(name=name, kind="constant", levels=tuple(as_texts(array[:1]).to_pylist()),
                  reason=f"all {len(array):,} rows hold the same value")  # fmt: skip


def _guess_dictionary(name: str, array: pa.Array) -> Column:
    values, ordered = array.dictionary, bool(array.type.ordered)
    gone = array.null_count
    if len(array) and gone == len(array) and len(values) == 0:
        return Column(name=name, kind="empty", nullable=True, reason="all values are missing")
    texts = as_texts(values).drop_null()
    levels = tuple(texts.to_pylist())
    reason = f"a categorical column of {len(levels):,} {'ordered ' if ordered else ''}levels"
    column = Column(
        name=name, kind="category", levels=levels, ordered=ordered, nullable=gone > 0, missing=(), reason=reason
    )
    return column if ordered else as_identifiers(column, texts)


def _guess_number(name: str, array: pa.Array, nullable: bool) -> Column:
    dtype = array.type
    if pa.types.is_uint64(dtype) and len(array) and (pc.max(array).as_py() or 0) >= 2**63:
        return Column(name=name, kind="id" if len(array.unique()) == len(array) else "text", nullable=nullable,
                      reason="whole numbers beyond 64 bits, kept as text")  # fmt: skip
    infinite, narrow = 0, pa.types.is_float32(dtype) or pa.types.is_float16(dtype)
    if pa.types.is_floating(dtype):
        infinite = int(pc.sum(pc.is_inf(array.cast(pa.float64()))).as_py() or 0)
        array = finite(array)
    values = array.drop_null()
    distinct = values.unique()
    if len(distinct) == 1 and not nullable:
        return _constant(name, values)
    decimals = decimals_of(distinct, narrow=narrow)
    column = number_column(name, values, distinct, decimals, nullable, len(array))
    if infinite:
        column = column.model_copy(
            update={"reason": f"{column.reason}; {infinite:,} infinite values are taken as missing"}
        )
    return column


def decimals_of(distinct: pa.Array, *, narrow: bool = False) -> int | None:
    """Return how many decimals (0 to 6) hold all the values (`narrow`: as 32-bit floats), None when they need more."""
    if pa.types.is_integer(distinct.type):
        return 0
    numbers = np.asarray(distinct.cast(pa.float64(), safe=False))
    limits = float(np.abs(numbers).max()) if len(numbers) else 0.0
    if limits >= 2.0**53:
        return None
    step = np.float32 if narrow else np.float64
    for digits in range(7):
        if limits * 10**digits < 2**53 and bool(np.all(np.round(numbers, digits).astype(step) == numbers.astype(step))):
            return digits
    return None


def number_column(
    name: str, values: pa.Array, distinct: pa.Array, decimals: int | None, nullable: bool, rows: int
) -> Column:
    """Build the guess of a column of numbers: id, two-valued category, integer, decimal or float."""
    if len(values) == 0:
        kind: Kind = "float" if not pa.types.is_integer(values.type) else "integer"
        return Column(name=name, kind=kind, nullable=nullable, reason="a column of numbers without rows")
    if decimals == 0:
        texts = as_texts(distinct)
        code = _integer_code(name, values, distinct, texts, nullable, rows)
        if code is not None:
            return code
    kind = "integer" if decimals == 0 else "float" if decimals is None else "decimal"
    column = Column(name=name, kind=kind, nullable=nullable, decimals=decimals if kind == "decimal" else None)
    typed = typed_array(values, column)
    bounds = bounds_of(typed, column)
    what = {"integer": "whole numbers", "decimal": f"numbers of {decimals} decimals", "float": "numbers"}[kind]
    low, high = bounds or (0, 0)
    reason = f"{len(distinct):,} different {what} from {short(low)} to {short(high)}"
    return column.model_copy(update={"bounds": bounds, "reason": reason})


def _integer_code(
    name: str, values: pa.Array, distinct: pa.Array, texts: pa.Array, nullable: bool, rows: int
) -> Column | None:
    """Return the guess for whole numbers that name things rather than measure them."""
    count = len(distinct)
    if count == 2:
        low, high = sorted(texts.to_pylist(), key=float)  # `0.00` where the type has decimals
        if rows >= FEW or (float(low), float(high)) in ((0, 1), (1, 2), (-1, 1)):
            return Column(name=name, kind="category", levels=(low, high), nullable=nullable,
                          reason=f"only two whole numbers, {low} and {high}")  # fmt: skip
    unique = count == len(values)
    if unique and count > 1 and (named_id(name, counted=True) or (rows >= FEW and _steady(values))):
        pattern = infer_pattern(texts)
        if pattern is not None:
            role: Role = "feature" if nullable else "key"
            why = "and the name says id" if named_id(name, counted=True) else "one after another"
            return Column(name=name, kind="id", role=role, nullable=nullable, pattern=pattern,
                          reason=f"{count:,} whole numbers, all different, {why}")  # fmt: skip
    if named_id(name) and rows >= FEW and not unique:
        if count > 1000 and count > 0.5 * len(values):
            return Column(name=name, kind="id", nullable=nullable, pattern=infer_pattern(texts),
                          reason=f"{count:,} different numbers in {len(values):,} rows, named like an id")  # fmt: skip
        column = Column(name=name, kind="category", nullable=nullable,
                        reason=f"{count:,} numbers that repeat and are named like codes")  # fmt: skip
        return as_identifiers(column, texts)
    return None


CALLED_LABELS = frozenset({"label", "labels", "class", "classes", "target", "y", "digit"})
"""What columns beside media are called, in any case, whose whole numbers name classes."""

MOST_CLASSES = 100


def as_classes(column: Column, array: pa.Array) -> Column:
    """Return the column of whole numbers beside media as classes, where its name and how often they come say so."""
    if column.kind != "integer" or column.name.casefold() not in CALLED_LABELS:
        return column
    count, rows = pc.count_distinct(array).as_py(), len(array) - array.null_count
    if not 1 < count <= min(MOST_CLASSES, rows // 2):
        return column
    return Column(name=column.name, kind="category", dtype=column.dtype, native=column.native, nullable=column.nullable,
                  reason=f"{count:,} whole numbers that name classes, as the name says")  # fmt: skip


def _steady(values: pa.Array) -> bool:
    """Return whether whole numbers rise or fall by one and the same step from row to row."""
    steps = np.diff(np.asarray(values.cast(pa.float64(), safe=False)))
    return bool(len(steps) and steps[0] != 0 and np.all(steps == steps[0]))


def _guess_moment(name: str, array: pa.Array, nullable: bool) -> Column:
    dtype = array.type
    zone = getattr(dtype, "tz", None)
    kind: Kind = "datetime"
    if pa.types.is_date(dtype):
        kind = "date"
    elif pa.types.is_time(dtype):
        kind = "time"
    elif pa.types.is_duration(dtype):
        kind = "duration"
    elif zone is None and len(array) > array.null_count and _midnights(array):
        kind = "date"
    if _single(array) and len(array) >= FEW:
        return _constant_moment(name, array, kind, zone)
    column = Column(name=name, kind=kind, nullable=nullable, zone=zone)
    bounds = bounds_of(typed_array(array.drop_null(), column), column)
    told = f"a column of {kind}s" + (f" from {bounds[0]} to {bounds[1]}" if bounds else "")
    if getattr(dtype, "unit", "") == "ns" and _finer(array):
        told += "; parts of a microsecond are dropped"
    return column.model_copy(update={"bounds": bounds, "reason": told})


def _constant_moment(name: str, array: pa.Array, kind: Kind, zone: str | None) -> Column:
    column = Column(name=name, kind=kind, zone=zone)
    bounds = bounds_of(typed_array(array[:1], column), column)
    return column.model_copy(update={"bounds": bounds, "reason": f"all {len(array):,} rows hold the same {kind}"})


def _finer(array: pa.Array) -> bool:
    """Return whether nanoseconds hold more than whole microseconds."""
    return bool(np.any(np.asarray(array.drop_null().cast(pa.int64())) % 1000))


def _midnights(array: pa.Array) -> bool:
    micros = np.asarray(array.drop_null().cast(pa.timestamp("us"), safe=False).cast(pa.int64()))
    return bool(np.all(micros % 86_400_000_000 == 0))


def bounds_of(typed: pa.Array, column: Column) -> tuple[Bound, Bound] | None:
    """Return the smallest and largest typed value, as the schema writes bounds; None without values."""
    if len(typed) == typed.null_count:
        return None
    if column.kind == "duration":
        ends = pc.min_max(typed.cast(pa.int64()))
        return _iso_duration(ends["min"].as_py()), _iso_duration(ends["max"].as_py())
    ends = pc.min_max(typed if column.zone is None else typed.cast(pa.timestamp("us", tz="UTC")))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if column.kind in ("integer", "decimal", "float"):
        return low, high
    return low.isoformat(), high.isoformat()


def _iso_duration(micros: int) -> str:
    return f"PT{micros / 1_000_000:.6f}".rstrip("0").rstrip(".") + "S"


def short(value: Bound) -> str:
    """Write a bound briefly for a reason."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
