"""Avro schemas, as JSON Schema, and documents as the values that Avro's own libraries write."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from likewise.core.extras import require
from likewise.errors import SettingsError
from likewise.techniques.rules.documents.columns import Columns
from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.documents.node import SchemaDocument
from likewise.techniques.rules.reading.plain import plain_values

PRIMITIVE: Mapping[str, Mapping[str, Any]] = {
    "null": {"type": "null"},
    "boolean": {"type": "boolean"},
    "int": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "long": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    "float": {"type": "number", "minimum": -1e6, "maximum": 1e6},
    "double": {"type": "number", "minimum": -1e9, "maximum": 1e9},
    "string": {"type": "string"},
    "bytes": {"type": "string", "pattern": "^[ -~]{0,24}$"},
}
USUAL: Mapping[str, Mapping[str, Any]] = {
    "int": {"type": "integer", "minimum": 0, "maximum": 1000},
    "long": {"type": "integer", "minimum": 0, "maximum": 100_000},
    "float": {"type": "number", "minimum": 0, "maximum": 1000},
    "double": {"type": "number", "minimum": 0, "maximum": 1000},
}
"""What numbers are like: Avro says nothing of it, and people rarely mean the whole range."""

LOGICAL: Mapping[str, Mapping[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "time-millis": {"type": "string", "format": "time"},
    "time-micros": {"type": "string", "format": "time"},
    "timestamp-millis": {"type": "string", "format": "date-time"},
    "timestamp-micros": {"type": "string", "format": "date-time"},
    "local-timestamp-millis": {"type": "string", "format": "date-time"},
    "local-timestamp-micros": {"type": "string", "format": "date-time"},
}


class AvroRecords:
    """Make documents of an Avro schema, and the values of it that `fastavro` writes.

    Unions are one of their branches; enums one of their symbols; logical types (dates, times, decimals, UUIDs) are
    dates, times and so on. `range` gives JSON, `values` what Avro's libraries take. Raises SourceError and
    SettingsError.

    >>> points = AvroRecords({"type": "record", "name": "Point", "fields": [{"name": "x", "type": "int"}]})
    >>> sorted(points.at(0))
    ['x']
    """

    def __init__(self, schema: str | Path | Mapping[str, Any] | list[Any], *, seed: int = 0) -> None:
        fastavro = require("fastavro", extra="specs")
        where = str(schema) if isinstance(schema, str | Path) else None
        plain = plain_values(Path(where), "an Avro schema") if where is not None else schema
        try:
            self._named: dict[str, Any] = {}
            self.schema = fastavro.parse_schema(plain, named_schemas=self._named)
        except fastavro.schema.UnknownType as fault:
            raise SettingsError("settings.avro", f"there is no type `{fault.name}`", where=where,
                                hint="name a type of Avro, or one that is defined before") from None  # fmt: skip
        except (fastavro.schema.SchemaParseException, KeyError, TypeError) as fault:
            told = f"it lacks {fault}" if isinstance(fault, KeyError) else str(fault).splitlines()[0]
            raise SettingsError("settings.avro", f"this is not a valid Avro schema: {told}", where=where,
                                hint="types are names, lists of types or mappings") from None  # fmt: skip
        self._validate = fastavro.validation.validate
        self.documents = Documents(self._translated(branched=True), seed=seed, where=where, refuses=self._refuses)

    def _translated(self, *, branched: bool) -> dict[str, Any]:
        """Return the JSON Schema of the documents; where `branched` every value of a union says which branch it is."""
        self._definitions: dict[str, Any] = {}
        self._branched = branched
        return {**self._schema_of(self.schema), "$defs": self._definitions}

    def at(self, number: int) -> Any:
        """Return the document of a number, as JSON."""
        return self._plain(self.documents.at(number))

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the documents of numbers from `start` up to, but not, `stop`."""
        return (self.at(number) for number in range(start, stop))

    def table(self, start: int, stop: int) -> pa.Table:
        """Return the same documents as a table."""
        columns = Columns(SchemaDocument(self._translated(branched=False)).root)
        return columns.table(list(self.range(start, stop)))

    def values(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the same documents as the values that Avro's libraries write: dates, decimals, bytes."""
        return (self._value(self.documents.at(number), self.schema) for number in range(start, stop))

    def _refuses(self, document: Any) -> str | None:
        valid = self._validate(self._value(document, self.schema), self.schema, raise_errors=False)
        return None if valid else "fastavro does not take it as a value of the schema"

    def _schema_of(self, avro: Any) -> dict[str, Any]:
        """Return the JSON Schema of an Avro type; in a union each branch says which it is."""
        if isinstance(avro, list):
            return {"oneOf": [self._branch(branch) for branch in avro]}
        if isinstance(avro, str):
            return self._reference(avro) if avro in self._named else {**PRIMITIVE[avro], **USUAL.get(avro, {})}
        kind, logical = avro["type"], avro.get("logicalType")
        if logical == "decimal":
            places, digits = int(avro.get("scale", 0)), int(avro["precision"])
            edge = 10 ** min(digits - places, 6) - 1
            return {"type": "number", "minimum": 0, "maximum": edge, "multipleOf": 10.0**-places if places else 1}
        if logical in LOGICAL:
            return dict(LOGICAL[logical])
        if kind in ("record", "error", "enum", "fixed"):
            return self._defined(avro)
        if kind == "array":
            return {"type": "array", "items": self._schema_of(avro["items"])}
        if kind == "map":
            return {"type": "object", "additionalProperties": self._schema_of(avro["values"])}
        return self._schema_of(kind)

    def _branch(self, branch: Any) -> dict[str, Any]:
        if branch == "null" or (isinstance(branch, dict) and branch.get("type") == "null"):
            return {"type": "null"}
        if not self._branched:
            return self._schema_of(branch)
        name = _branch_name(branch)
        return {"type": "object", "properties": {name: self._schema_of(branch)}, "required": [name],
                "additionalProperties": False}  # fmt: skip

    def _reference(self, name: str) -> dict[str, Any]:
        if name not in self._definitions:
            self._defined(self._named[name])
        return {"$ref": f"#/$defs/{name}"}

    def _defined(self, avro: Mapping[str, Any]) -> dict[str, Any]:
        name, kind = avro["name"], avro["type"]
        if name not in self._definitions:
            self._definitions[name] = {}
            if kind == "enum":
                made: dict[str, Any] = {"enum": list(avro["symbols"])}
            elif kind == "fixed":
                made = {"type": "string", "pattern": f"^[A-Za-z0-9]{{{avro['size']}}}$"}
            else:
                fields = {field["name"]: self._schema_of(field["type"]) for field in avro["fields"]}
                made = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
            self._definitions[name] = made
        return {"$ref": f"#/$defs/{name}"}

    def _plain(self, value: Any, avro: Any = None) -> Any:
        return _unbranched(value, self.schema if avro is None else avro, self._named)

    def _value(self, value: Any, avro: Any) -> Any:
        if isinstance(avro, list):
            if value is None:
                return None
            ((name, inner),) = value.items()
            branch = next(branch for branch in avro if branch != "null" and _branch_name(branch) == name)
            made = self._value(inner, branch)
            named = name in self._named or (isinstance(branch, dict) and branch["type"] in ("record", "enum", "fixed"))
            return (name, made) if named else made
        if isinstance(avro, str):
            return self._value(value, self._named[avro]) if avro in self._named else _primitive(value, avro)
        kind, logical = avro["type"], avro.get("logicalType")
        if logical is not None:
            return _logical(value, logical, int(avro.get("scale", 0)))
        if kind in ("record", "error"):
            return {field["name"]: self._value(value[field["name"]], field["type"]) for field in avro["fields"]}
        if kind == "array":
            return [self._value(item, avro["items"]) for item in value]
        if kind == "map":
            return {name: self._value(item, avro["values"]) for name, item in value.items()}
        return value.encode("latin-1") if kind == "fixed" else value if kind == "enum" else self._value(value, kind)


def _branch_name(branch: Any) -> str:
    if isinstance(branch, str):
        return branch
    return str(branch.get("name", branch["type"]))


def _unbranched(value: Any, avro: Any, named: Mapping[str, Any]) -> Any:
    """Return a document without the names of the branches that its unions took."""
    if isinstance(avro, list):
        if value is None:
            return None
        ((name, inner),) = value.items()
        branch = next(branch for branch in avro if branch != "null" and _branch_name(branch) == name)
        return _unbranched(inner, branch, named)
    if isinstance(avro, str):
        return _unbranched(value, named[avro], named) if avro in named else value
    kind = avro["type"]
    if kind in ("record", "error"):
        return {field["name"]: _unbranched(value[field["name"]], field["type"], named) for field in avro["fields"]}
    if kind == "array":
        return [_unbranched(item, avro["items"], named) for item in value]
    if kind == "map":
        return {name: _unbranched(item, avro["values"], named) for name, item in value.items()}
    return value if isinstance(kind, str) else _unbranched(value, kind, named)


def _primitive(value: Any, kind: str) -> Any:
    if kind == "bytes":
        return value.encode("latin-1")
    return float(value) if kind in ("float", "double") else value


def _logical(value: Any, logical: str, places: int) -> Any:
    if logical == "decimal":
        return decimal.Decimal(repr(value)).quantize(decimal.Decimal(1).scaleb(-places))
    if logical == "date":
        return dt.date.fromisoformat(value)
    if logical.startswith("time-"):
        return dt.time.fromisoformat(value.removesuffix("Z"))
    if logical.startswith("timestamp"):
        return dt.datetime.fromisoformat(value)
    if logical.startswith("local-timestamp"):
        return dt.datetime.fromisoformat(value).replace(tzinfo=None)
    return value
