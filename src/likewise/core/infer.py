"""From data to schema: what each column is taken for, and why; then its values typed, and written back."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.dtypes import arrow_type
from likewise.core.guesses import as_classes, guess_typed
from likewise.core.identifiers.catalogue import NONE
from likewise.core.identifiers.replacing import identified
from likewise.core.media import field_of, guess_tensor, typed_tensor, written_tensor
from likewise.core.nested import flatten, flatten_as, restore
from likewise.core.schema import Bound, Column, Schema
from likewise.core.spelling import guess_words
from likewise.core.tensors import is_tensor
from likewise.core.values import decoded, foreign_type, is_words, level_texts, one_array, typed_array, written_array
from likewise.errors import SchemaError, suggest


def infer_schema_of(raw: pa.Table, natives: Mapping[str, str] | None = None) -> Schema:
    """Infer what every column of an Arrow table means; each guess carries its reason.

    Strings are read as what they spell (numbers, dates, ids ...), typed columns keep their type. Distinct values are
    looked at rather than rows, so that a million rows take about 0.2 s a column.

    >>> infer_schema_of(pa.table({"paid": ["$1,200.50", "$950.00", ""]}))["paid"].format
    '$1,234.50'
    """
    _check_names(raw)
    flat, nested = flatten(raw)
    columns = [
        _guess(name, one_array(flat.column(i)), (natives or {}).get(name), _told(raw, name), media=_has_media(raw))
        for i, name in enumerate(flat.column_names)
    ]
    return Schema(columns=tuple(_one_key(columns)), nested=nested)


def _check_names(raw: pa.Table) -> None:
    names = raw.column_names
    if not names:
        raise SchemaError("schema.empty", "the table has no columns", hint="is the header missing?")
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SchemaError("schema.duplicate-column", f"column names appear twice: {', '.join(twice)}",
                          hint="rename one of them")  # fmt: skip


def _told(raw: pa.Table, name: str) -> Mapping[bytes, bytes]:
    """Return what the metadata of a field say; it is lost where nested columns are laid flat."""
    return (raw.schema.field(name).metadata or {}) if name in raw.column_names else {}


def _guess(
    name: str,
    array: pa.Array,
    native: str | None,
    told: Mapping[bytes, bytes],
    *,
    judged: bool = True,
    media: bool = False,
) -> Column:
    if is_tensor(array.type):
        column = guess_tensor(name, array, told)
    else:
        column = (guess_words if is_words(array.type) else guess_typed)(name, array)
    mixed = "; values of mixed types, taken as text" if native and native.endswith("(mixed)") else ""
    column = column.model_copy(update={"dtype": str(array.type), "native": native, "reason": column.reason + mixed})
    column = as_classes(column, array) if media else column
    return identified(column, array) if judged else column


def _has_media(raw: pa.Table) -> bool:
    return any(is_tensor(field.type) for field in raw.schema)


def _one_key(columns: list[Column]) -> list[Column]:
    """Keep the first key as the key; further unique ids stay ids."""
    key = next((c.name for c in columns if c.role == "key"), None)
    return [c.model_copy(update={"role": "feature"}) if c.role == "key" and c.name != key else c for c in columns]


def type_columns(raw: pa.Table, schema: Schema, natives: Mapping[str, str] | None = None) -> tuple[pa.Table, Schema]:
    """Type raw columns as a schema says, and return them with the schema resolved for this data.

    Columns that the schema does not list are inferred. Those that it says hold identifiers (`pii`) get what takes the
    place of their values; those that it says are to be learned (`pii: none`) lose it. Levels are filled in (those given
    first), bounds widened and `nullable` set, so that next month's file is accepted. Raises SchemaError for columns
    that are not in the data, for new levels where `other` is `refuse`, and for values that cannot be of their kind.
    """
    _check_names(raw)
    flat, nested = flatten_as(raw, schema.nested, schema.names)
    names = flat.column_names
    for column in schema.columns:
        if column.name not in names:
            raise SchemaError("schema.unknown-column", f"the schema lists `{column.name}`, which is not in the data",
                              where=column.name, hint=suggest(column.name, names, "column"))  # fmt: skip
    listed = {c.name: c for c in schema.columns}
    has_key = any(c.role == "key" for c in schema.columns)
    arrays, columns = [], []
    for index, name in enumerate(names):
        array = one_array(flat.column(index))
        known = listed.get(name)
        native = (natives or {}).get(name)
        column = (
            _guess(name, array, native, _told(raw, name), media=_has_media(raw))
            if known is None
            else _as_told(known, array, native)
        )
        if known is None and column.role == "key" and has_key:
            column = column.model_copy(update={"role": "feature"})
        typed, column = _typed(array, column, native)
        arrays.append(typed)
        columns.append(column)
    return pa.table(arrays, names=names), Schema(columns=tuple(columns), nested=nested)


def _as_told(column: Column, array: pa.Array, native: str | None) -> Column:
    """Return a column of a schema as what it says of identifiers wants it: replaced, or learned after all."""
    if column.pii is None or (column.pii != NONE and column.pattern is not None):
        return column
    if column.pii != NONE:
        return identified(column, array)
    if column.pattern is None:
        return column
    plain = _guess(column.name, array, native, {}, judged=False)
    return plain.model_copy(update={"pii": NONE, "role": column.role, "pattern": plain.pattern if plain.kind == "id"
                                    else None})  # fmt: skip


def _typed(array: pa.Array, column: Column, native: str | None) -> tuple[pa.Array, Column]:
    changes: dict[str, object] = {}
    if is_tensor(array.type) and not column.is_media:
        raise foreign_type(array.type, column)
    if pa.types.is_null(array.type) and column.kind != "empty":
        pass  # a column without values says nothing about its type
    elif column.dtype != str(array.type) or (native and native != column.native):
        changes |= {"dtype": str(array.type), "native": native}
    if column.kind in ("category", "constant"):
        changes |= _levels(array, column)
    if column.is_media:
        typed, shape = typed_tensor(array, column)
        if pa.types.is_null(array.type) and not is_tensor(arrow_type(column.dtype)):
            changes["dtype"] = str(typed.type)
        changes |= {"shape": shape} if shape != column.shape else {}
    else:
        typed = typed_array(array, column.model_copy(update=changes))
    if typed.null_count and not column.nullable:
        changes["nullable"] = True
    if column.is_number:
        changes |= _widened(typed, column)
    return typed, column.model_copy(update=changes) if changes else column


def _levels(array: pa.Array, column: Column) -> dict[str, object]:
    """Return the levels of a column: those of the schema, then new ones, sorted."""
    if pa.types.is_nested(array.type):
        raise foreign_type(array.type, column)
    known = list(column.levels or ())
    source = decoded(array).unique() if pa.types.is_dictionary(array.type) else array.unique()
    seen = level_texts(source, column).drop_null()
    listed = {*known}
    fresh = [t for t in seen.unique().to_pylist() if t not in listed]
    if not fresh:
        return {} if column.levels is not None else {"levels": ()}
    if column.other == "refuse" and column.levels is not None:
        raise _unknown_levels(array, column, fresh)
    changes: dict[str, object] = {"levels": (*known, *sorted_levels(fresh))}
    if column.kind == "constant" and len(known) + len(fresh) > 1:
        changes["kind"] = "category"
    return changes


def _unknown_levels(array: pa.Array, column: Column, fresh: list[str]) -> SchemaError:
    texts = level_texts(array, column)
    rows = pc.indices_nonzero(pc.is_in(texts, value_set=pa.array(fresh, pa.string()))).to_pylist()
    shown = ", ".join(repr(t) for t in sorted(fresh)[:3]) + (", ..." if len(fresh) > 3 else "")
    what = f"column `{column.name}` holds {len(fresh)} values that its schema does not list"
    listed = ", ".join(str(r + 1) for r in rows[:3]) + (", ..." if len(rows) > 3 else "")
    return SchemaError(
        "schema.unknown-level",
        what if column.role == "sensitive" else f"{what}: {shown}",
        where=f"{column.name} (rows {listed})",
        hint="add them to `levels`, or set `other: keep` on the column",
    )


def sorted_levels(texts: list[str]) -> list[str]:
    """Sort levels: as numbers when all are whole numbers, else as texts."""
    try:
        return sorted(texts, key=lambda t: (int(t), t))
    except ValueError:
        return sorted(texts)


def _widened(typed: pa.Array, column: Column) -> dict[str, object]:
    """Return the bounds widened to the data (no change when they hold)."""
    from likewise.core.guesses import bounds_of

    seen = bounds_of(typed, column)
    if seen is None or column.bounds == seen:
        return {}
    if column.bounds is None:
        return {"bounds": seen}
    (low, high), (seen_low, seen_high) = column.bounds, seen
    wider = (min(low, seen_low, key=_place), max(high, seen_high, key=_place))
    return {} if wider == column.bounds else {"bounds": wider}


def _place(bound: Bound) -> float | str:
    """Return what bounds of one column compare by: ISO texts as they are, durations by their seconds."""
    if isinstance(bound, str):
        return float(bound[2:-1]) if bound.startswith("PT") else bound
    return bound


def written_columns(typed: pa.Table, schema: Schema) -> pa.Table:
    """Return typed columns in the Arrow types and the writing they came in; the inverse of `type_columns`."""
    arrays = [
        (written_tensor if column.is_media else written_array)(one_array(typed.column(i)), column)
        for i, column in enumerate(schema.columns)
    ]
    fields = [field_of(column, array.type) for column, array in zip(schema.columns, arrays, strict=True)]
    return restore(pa.table(arrays, schema=pa.schema(fields)), schema.nested)


def read_as_values(schema: Schema) -> Schema:
    """Return the schema of a text file's columns as a program wants them: numbers, times, truth values, not texts."""
    plain = {"integer": "int64", "decimal": "double", "float": "double", "boolean": "bool", "date": "date32[day]",
             "time": "time64[us]", "duration": "duration[us]"}  # fmt: skip
    changed = []
    for column in schema.columns:
        dtype = plain.get(column.kind)
        if column.kind == "datetime":
            dtype = f"timestamp[us, tz={column.zone}]" if column.zone else "timestamp[us]"
        elif column.is_levels and column.levels and all(_is_whole(level) for level in column.levels):
            dtype = "int64"
        own = column.native is None and column.dtype in ("string", "large_string") and dtype is not None
        changed.append(column.model_copy(update={"dtype": dtype}) if own else column)
    return schema.model_copy(update={"columns": tuple(changed)})


def _is_whole(text: str) -> bool:
    return len(text) <= 18 and text.isascii() and text.removeprefix("-").isdigit() and str(int(text)) == text
