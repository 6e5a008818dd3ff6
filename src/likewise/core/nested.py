"""Nested columns: records and JSON objects laid flat as `name.field` columns, and put together again."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.dtypes import arrow_type
from likewise.core.schema import Nested
from likewise.core.tensors import is_ragged
from likewise.core.values import is_words, one_array

MOST_FIELDS = 200
"""Fields beyond which JSON objects are a dictionary rather than a record, and stay text."""


def flatten(raw: pa.Table, keep: Collection[str] = ()) -> tuple[pa.Table, tuple[Nested, ...]]:
    """Lay record columns and columns of JSON objects flat; return the flat table and what restores it.

    Records within records are laid flat too. Columns named in `keep`, and objects whose fields are of no one type,
    stay as they are.

    >>> flatten(pa.table({"at": [{"x": 1, "y": 2}]}))[0].column_names
    ['at.x', 'at.y']
    """
    nested: list[Nested] = []
    names, arrays = list(raw.column_names), list(raw.columns)
    at = 0
    while at < len(names):
        opened = None if names[at] in keep else _opened(names[at], arrays[at])
        if opened is None:
            at += 1
            continue
        record, children = opened
        flat = [f"{record.name}.{field}" for field in record.fields]
        if set(flat) & set(names):
            at += 1
            continue
        nested.append(record)
        names[at : at + 1], arrays[at : at + 1] = flat, children
    return (pa.table(arrays, names=names) if nested else raw), tuple(nested)


def _opened(name: str, column: pa.ChunkedArray) -> tuple[Nested, list[pa.Array]] | None:
    """Return one nested column as its record and its fields, None when it is not nested."""
    if is_ragged(column.type):
        return None
    if pa.types.is_struct(column.type):
        array = one_array(column)
        if column.type.num_fields == 0:
            return None
        return _record(name, "struct", str(column.type), array)
    if not is_words(column.type):
        return None
    texts = one_array(column)
    objects = parsed(texts)
    if objects is None:
        return None
    try:
        array = pa.array(objects)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return None
    if not pa.types.is_struct(array.type) or not 0 < array.type.num_fields <= MOST_FIELDS:
        return None
    filled = [o for o in objects if o is not None]
    absent = any(len(o) < array.type.num_fields for o in filled)
    first = next(t for t in texts.to_pylist() if t and t.strip())
    opened = _record(name, "json", str(column.type), array)
    blank = next((t for t in texts.to_pylist() if t is not None and not t.strip()), None)
    style = {"absent": absent, "missing": blank, "compact": '": ' not in first and ", " not in first}
    return opened[0].model_copy(update=style), opened[1]


def _record(name: str, form: Any, dtype: str, array: pa.Array) -> tuple[Nested, list[pa.Array]]:
    fields = tuple(field.name for field in array.type)
    record = Nested(name=name, form=form, dtype=dtype, fields=fields, nullable=array.null_count > 0)
    return record, array.flatten()


def parsed(texts: pa.Array) -> list[dict[str, Any] | None] | None:
    """Return texts as JSON objects, None when any of them is not one."""
    present = pc.and_(pc.is_valid(texts), pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
    filled = texts.filter(present)
    if len(filled) == 0 or not _braced(filled[:100]) or not _braced(filled):
        return None
    objects: list[dict[str, Any] | None] = []
    try:
        for text in texts.to_pylist():
            objects.append(json.loads(text) if text and text.strip() else None)
    except (ValueError, RecursionError):
        return None
    return objects


def _braced(texts: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, r"(?s)^\s*\{.*\}\s*$")).as_py())


def flatten_as(raw: pa.Table, nested: tuple[Nested, ...], keep: Collection[str]) -> tuple[pa.Table, tuple[Nested, ...]]:
    """Lay columns flat as an earlier table's were; fields that have gone are missing in all rows."""
    flat, found = flatten(raw, keep)
    earlier = {record.name: record for record in nested}
    records = {record.name: record for record in found}
    for record in found:
        known = earlier.get(record.name)
        if known is None:
            continue
        gone = tuple(f for f in known.fields if f not in record.fields)
        records[record.name] = known.model_copy(update={
            "fields": (*record.fields, *gone), "nullable": known.nullable or record.nullable,
            "absent": known.absent or record.absent or bool(gone)})  # fmt: skip
        for field in gone:
            flat = _without(flat, f"{record.name}.{field}", earlier, records)
    return flat, tuple(records.values())


def _without(flat: pa.Table, name: str, earlier: dict[str, Nested], records: dict[str, Nested]) -> pa.Table:
    """Add a field that has gone as a missing column, or as the missing columns it was laid out to."""
    if name not in earlier:
        return flat.append_column(name, pa.nulls(flat.num_rows))
    records[name] = earlier[name].model_copy(update={"nullable": True})
    for field in earlier[name].fields:
        flat = _without(flat, f"{name}.{field}", earlier, records)
    return flat


def restore(flat: pa.Table, nested: tuple[Nested, ...]) -> pa.Table:
    """Put flat columns together again, innermost records first."""
    if not nested:
        return flat
    names, arrays = list(flat.column_names), [one_array(c) for c in flat.columns]
    for record in reversed(nested):
        fields = [f for f in record.fields if f"{record.name}.{f}" in names]
        places = [names.index(f"{record.name}.{f}") for f in fields]
        if not places:
            continue
        children = [arrays[p] for p in places]
        made = _closed(record, fields, children)
        kept = [i for i in range(len(names)) if i not in places]
        at = sum(1 for i in kept if i < min(places))
        names, arrays = [names[i] for i in kept], [arrays[i] for i in kept]
        names.insert(at, record.name)
        arrays.insert(at, made)
    return pa.table(arrays, names=names)


def _closed(record: Nested, fields: list[str], children: list[pa.Array]) -> pa.Array:
    gone = None
    if record.nullable:
        gone = pc.is_null(children[0])
        for child in children[1:]:
            gone = pc.and_(gone, pc.is_null(child))
    if record.form == "struct":
        return pa.StructArray.from_arrays(children, names=fields, mask=gone)
    columns = [child.to_pylist() for child in children]
    separators = (",", ":") if record.compact else (", ", ": ")
    missing = gone.to_pylist() if gone is not None else [False] * len(children[0])
    rows: list[str | None] = []
    for values, empty in zip(zip(*columns, strict=True), missing, strict=True):
        cells = {f: v for f, v in zip(fields, values, strict=True) if v is not None or not record.absent}
        rows.append(record.missing if empty else json.dumps(cells, ensure_ascii=False, separators=separators))
    return pa.array(rows, pa.string()).cast(arrow_type(record.dtype))
