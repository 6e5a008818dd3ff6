"""The schema of an Arrow or Parquet file: what is made from types, names and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.faults import reading
from likewise.core.values import one_array
from likewise.errors import SettingsError, SourceError
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables
from likewise.techniques.rules.reading.sql.asking import Asked
from likewise.techniques.rules.reading.sql.facts import Facts
from likewise.techniques.rules.reading.sql.making import making_of
from likewise.techniques.rules.reading.sql.meanings import Meaning

MISSING = 0.05
ROWS = 1 << 40


class ArrowRows:
    """Make rows of an Arrow schema, in its own types: row k is a function of the seed and k.

    Columns are made by their types and names; those that may be null are so in one row of twenty; lists, structs and
    maps are made like JSON documents. Raises SettingsError for types of which nothing can be made.

    >>> rows = ArrowRows(pa.schema([("id", pa.int32()), ("tags", pa.list_(pa.string()))]))
    >>> rows.table(0, 5).schema.field("tags").type
    ListType(list<item: string>)
    """

    def __init__(self, schema: pa.Schema, *, name: str = "table", seed: int = 0, where: str | None = None) -> None:
        self.schema, self.name = pa.schema([field.with_metadata(None) for field in schema]), name
        self._nested: dict[str, Documents] = {}
        flat: dict[str, Any] = {}
        for place, field in enumerate(self.schema):
            if pa.types.is_null(field.type):
                continue
            meaning = _meaning(_plain(field.type))
            made = None if meaning is None else _made(name, field, meaning)
            if made is not None:
                flat[f"c{place}"] = made
            else:
                wanted = _json_schema(field.type, field.nullable, f"$.{field.name}", where)
                self._nested[field.name] = Documents(wanted, seed=seed, where=where)
        self._names, self._flat = list(flat), None  # type: list[str], Tables | None
        if flat:
            plan = Plan.of(Document.of({"tables": {"table": {"columns": flat}}}))
            self._flat = Tables(plan, seed=seed, fixed={"table": ROWS})

    @classmethod
    def read(cls, path: str | Path, *, seed: int = 0) -> ArrowRows:
        """Read the schema of a Parquet or Arrow file; none of its rows is read. Raises SourceError."""
        return cls(schema_of(Path(path)), name=Path(path).stem, seed=seed, where=str(path))

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """Yield rows as mappings."""
        yield from self.table(start, stop).to_pylist()

    def table(self, start: int, stop: int) -> pa.Table:
        """Return rows from `start` up to, but not, `stop`."""
        numbers = np.arange(start, stop)
        names = self._names
        made = {} if self._flat is None else dict(zip(names, self._flat.made("table", numbers, names), strict=True))
        arrays = []
        for place, field in enumerate(self.schema):
            if field.name in self._nested:
                values = [_valued(value, field.type) for value in self._nested[field.name].range(start, stop)]
                arrays.append(pa.array(values, field.type))
            elif pa.types.is_null(field.type):
                arrays.append(pa.nulls(len(numbers)))
            else:
                arrays.append(_cast(made[f"c{place}"], field.type))
        return pa.table(arrays, schema=self.schema)


def schema_of(path: Path) -> pa.Schema:
    """Return the schema in a Parquet or Arrow file, without its rows. Raises SourceError."""
    try:
        with reading(path):
            if path.suffix.lower() in (".parquet", ".pq"):
                import pyarrow.parquet as pq

                return pq.read_schema(path)
            with pa.OSFile(str(path)) as file:
                head = file.read(6)
            with pa.OSFile(str(path)) as file:
                return pa.ipc.open_file(file).schema if head == b"ARROW1" else pa.ipc.open_stream(file).schema
    except pa.ArrowInvalid:
        raise SourceError("source.damaged", f"`{path}` holds no schema of Arrow or Parquet", where=str(path),
                          hint="fetch or make the file again") from None  # fmt: skip


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _meaning(kind: pa.DataType) -> Meaning | None:
    """Return what a flat type means, None for nested ones."""
    types = pa.types
    if types.is_integer(kind):
        signed = types.is_signed_integer(kind)
        width = min(kind.bit_width, 63)
        high = 2 ** (width - (1 if signed and width < 63 else 0)) - 1
        return Meaning("integer", least=-high - 1 if signed else 0, most=high)
    if types.is_duration(kind):
        return Meaning("integer", least=0, most=10**9)
    if types.is_floating(kind):
        return Meaning("float")
    if types.is_decimal(kind):
        return Meaning("decimal", digits=kind.precision, decimals=kind.scale)
    if types.is_string(kind) or types.is_large_string(kind) or str(kind) == "string_view":
        return Meaning("text")
    if types.is_boolean(kind):
        return Meaning("boolean")
    if types.is_date(kind):
        return Meaning("date")
    if types.is_timestamp(kind):
        return Meaning("datetime", zone=kind.tz is not None)
    if types.is_time(kind):
        return Meaning("time")
    if types.is_fixed_size_binary(kind):
        return Meaning("bytes", length=kind.byte_width)
    return Meaning("bytes") if types.is_binary(kind) or types.is_large_binary(kind) else None


def _made(table: str, field: pa.Field, meaning: Meaning) -> dict[str, Any] | None:
    """Return what makes a column in the language of documents."""
    words = field.name.lower()
    if meaning.sort == "integer" and words == "id":
        made: Mapping[str, Any] = {"sequence": {"start": 1}}
    elif meaning.sort == "bytes":
        made = {"pattern": f"[0-9a-f]{{{meaning.length or 8}}}"}
    else:
        making = making_of(Asked(table, field.name, meaning, Facts()))
        if making is None:
            return None
        made = making.made
    return {**made, **({"missing": MISSING} if field.nullable and "sequence" not in made else {})}


def _cast(made: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return a column in the type that is wanted."""
    made = one_array(made) if isinstance(made, pa.ChunkedArray) else made
    plain = _plain(kind)
    if pa.types.is_dictionary(made.type):
        made = made.dictionary_decode()
    if pa.types.is_fixed_size_binary(plain):
        made = made.cast(pa.binary()).cast(plain)
    elif pa.types.is_timestamp(plain):
        made = made.cast(pa.timestamp(plain.unit, plain.tz), safe=False)
    elif pa.types.is_duration(plain) or (pa.types.is_integer(plain) and pa.types.is_floating(made.type)):
        made = made.cast(pa.int64(), safe=False).cast(plain)
    else:
        made = made.cast(plain, safe=not pa.types.is_floating(plain) and not pa.types.is_decimal(plain))
    return made.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else made


def _json_schema(kind: pa.DataType, nullable: bool, path: str, where: str | None) -> dict[str, Any]:
    """Return the JSON Schema that values of a nested type are made by."""
    made = _whole(kind, path, where)
    return {"anyOf": [made, {"type": "null"}]} if nullable and path.count(".") > 1 else made


def _whole(kind: pa.DataType, path: str, where: str | None) -> dict[str, Any]:
    types = pa.types
    if types.is_struct(kind):
        fields = {field.name: _json_schema(field.type, field.nullable, f"{path}.{field.name}", where) for field in kind}
        return {"type": "object", "properties": fields, "required": list(fields), "title": path.split(".")[-1]}
    if types.is_fixed_size_list(kind):
        inner = _json_schema(kind.value_type, False, f"{path}[]", where)
        return {"type": "array", "items": inner, "minItems": kind.list_size, "maxItems": kind.list_size}
    if types.is_list(kind) or types.is_large_list(kind):
        return {"type": "array", "items": _json_schema(kind.value_type, False, f"{path}[]", where)}
    if types.is_map(kind) and (types.is_string(kind.key_type) or types.is_large_string(kind.key_type)):
        return {"type": "object", "additionalProperties": _json_schema(kind.item_type, False, f"{path}{{}}", where)}
    meaning = None if types.is_duration(kind) else _meaning(_plain(kind))
    if meaning is None or meaning.sort == "bytes":
        raise SettingsError("settings.arrow", f"{path}: nothing can be made of the type {kind}", where=where,
                            hint="leave the column out, or give it another type")  # fmt: skip
    match meaning.sort:
        case "integer":
            return {"type": "integer", "minimum": 0, "maximum": min(meaning.most or 1000, 1000)}
        case "boolean":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date"}
        case "datetime":
            return {"type": "string", "format": "date-time"}
        case "time":
            return {"type": "string", "format": "time"}
        case "text":
            return {"type": "string"}
        case _:
            edge = 10 ** min((meaning.digits or 6) - (meaning.decimals or 2), 3)
            return {"type": "number", "minimum": 0, "maximum": edge - 0.01}


def _valued(value: Any, kind: pa.DataType) -> Any:
    """Return a value of JSON as one that Arrow takes."""
    import datetime as dt
    import decimal

    types = pa.types
    if value is None:
        return None
    if types.is_struct(kind):
        return {field.name: _valued(value[field.name], field.type) for field in kind}
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return [_valued(item, kind.value_type) for item in value]
    if types.is_map(kind):
        return [(name, _valued(item, kind.item_type)) for name, item in value.items()]
    plain = _plain(kind)
    if types.is_decimal(plain):
        return decimal.Decimal(str(value)).quantize(decimal.Decimal(1).scaleb(-plain.scale))
    if types.is_date(plain):
        return dt.date.fromisoformat(value)
    if types.is_timestamp(plain):
        moment = dt.datetime.fromisoformat(value)
        return moment if plain.tz is not None else moment.replace(tzinfo=None)
    if types.is_time(plain):
        return dt.time.fromisoformat(value.removesuffix("Z"))
    return float(value) if types.is_floating(plain) else value
