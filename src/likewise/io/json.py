"""JSON Lines, and JSON arrays of objects. Nested values stay structs and lists."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SourceError
from likewise.io.cells import json_text
from likewise.io.format import Format
from likewise.io.text import to_utf8

_ROWS = 1 << 14
_EXACT = float(1 << 53)


def read_json(data: bytes, path: Path, *, encoding: str | None = None) -> tuple[pa.Table, Format]:
    """Read one object a line, or one array of objects, and say which of them it was.

    Strings stay as they are written, dates too. A column that mixes types becomes strings: texts as they are, other
    values as JSON. Raises SourceError, with the line, for text that is not JSON and for values that are not objects.
    """
    text, _ = to_utf8(data, path, encoding)
    stripped = text.strip()
    if not stripped:
        raise SourceError("source.empty", f"`{path}` is empty", where=str(path), hint="write one JSON object a line")
    if stripped.startswith(b"["):
        table = _from_rows(_array(text, path))
        return _some(table, path), Format(form="json")
    table = _fast(text)
    if table is None:
        table = _from_rows(_objects(text, path))
    return _some(table, path), Format(form="jsonl")


def _some(table: pa.Table, path: Path) -> pa.Table:
    if table.num_columns == 0:
        raise SourceError("source.empty", f"`{path}` holds no fields", where=str(path),
                          hint="a table needs objects with at least one field")  # fmt: skip
    return table


def _fast(text: bytes) -> pa.Table | None:
    """Read one object a line quickly; return None where that would change a value or fails."""
    from pyarrow import json as arrow_json

    blocks = arrow_json.ReadOptions(block_size=1 << 24)
    try:
        table = arrow_json.read_json(pa.BufferReader(text), read_options=blocks)
        written = pa.schema([pa.field(f.name, _without_dates(f.type)) for f in table.schema])
        if written != table.schema:
            strict = arrow_json.ParseOptions(explicit_schema=written)
            table = arrow_json.read_json(pa.BufferReader(text), read_options=blocks, parse_options=strict)
    except pa.ArrowException:
        return None
    for column in table.columns:
        # Whole numbers beyond 64 bits come back as rounded floats: the slow road keeps their digits.
        if pa.types.is_floating(column.type) and (pc.max(pc.abs(column)).as_py() or 0.0) >= _EXACT:
            return None
    return table if len(set(table.column_names)) == table.num_columns else None


def _without_dates(kind: pa.DataType) -> pa.DataType:
    """Return a type in which what was guessed to be a date or a time is the string that it was."""
    if pa.types.is_temporal(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_without_dates(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _without_dates(f.type)) for f in kind])
    return kind


def _array(text: bytes, path: Path) -> Sequence[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _not_json(fault, path, fault.lineno) from None
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            raise _not_object(f"{path} ($[{place}])")
    return list(rows)


def _objects(text: bytes, path: Path) -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(io.BytesIO(text), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as fault:
            raise _not_json(fault, path, number) from None
        if not isinstance(row, dict):
            raise _not_object(f"{path}:{number}")
        rows.append(row)
    return rows


def _not_json(fault: json.JSONDecodeError, path: Path, line: int) -> SourceError:
    return SourceError("source.json", f"this is not JSON: {fault.msg.lower()}",
                       where=f"{path}:{line} (character {fault.colno})",
                       hint="write one whole object on each line, or all of them in one array")  # fmt: skip


def _not_object(where: str) -> SourceError:
    return SourceError("source.json", "this value is not an object with named fields", where=where,
                       hint='each row is an object such as {"age": 31}')  # fmt: skip


def _from_rows(rows: Sequence[dict[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([v if v is None or isinstance(v, str) else json_text(v) for v in values], pa.string())


@contextmanager
def json_writer(stream: BinaryIO, form: Format) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a block of rows, as lines or as members of one array; NaN is written as null."""
    lines = form.form == "jsonl"
    begun = False

    def write(block: pa.Table) -> None:
        nonlocal begun
        for start in range(0, block.num_rows, _ROWS):
            rows = [json_text(row) for row in _without_nan(block.slice(start, _ROWS)).to_pylist()]
            if lines:
                stream.write(("\n".join(rows) + "\n").encode())
            else:
                stream.write(((",\n" if begun else "[\n") + ",\n".join(rows)).encode())
            begun = True

    yield write
    if not lines:
        stream.write(b"\n]\n" if begun else b"[]\n")


def _without_nan(block: pa.Table) -> pa.Table:
    for place, column in enumerate(block.columns):
        if pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py():
            clean = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
            block = block.set_column(place, block.column_names[place], clean)
    return block
