"""Messages of Protobuf, as JSON Schema of their JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from likewise.core.extras import require
from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.reading.plain import text_of

WHOLE = {"type": "integer", "minimum": 0, "maximum": 1000}
TEXT_WHOLE = {"type": "string", "pattern": "^[1-9][0-9]{0,4}$"}
"""Whole numbers of 64 bits, which Protobuf's JSON form writes as texts."""

SCALARS: Mapping[str, Mapping[str, Any]] = {
    "double": {"type": "number", "minimum": 0, "maximum": 1000},
    "float": {"type": "number", "minimum": 0, "maximum": 1000},
    **dict.fromkeys(("int32", "uint32", "sint32", "fixed32", "sfixed32"), WHOLE),
    **dict.fromkeys(("int64", "uint64", "sint64", "fixed64", "sfixed64"), TEXT_WHOLE),
    "bool": {"type": "boolean"},
    "string": {"type": "string"},
    "bytes": {"type": "string", "format": "base64"},
}

KNOWN: Mapping[str, Mapping[str, Any] | bool] = {
    "Timestamp": {"type": "string", "format": "date-time"},
    "Duration": {"type": "string", "pattern": r"^[1-9][0-9]{0,3}(\.[0-9]{3})?s$"},
    "DoubleValue": SCALARS["double"], "FloatValue": SCALARS["float"], "Int64Value": TEXT_WHOLE,
    "UInt64Value": TEXT_WHOLE, "Int32Value": WHOLE, "UInt32Value": WHOLE, "BoolValue": SCALARS["bool"],
    "StringValue": SCALARS["string"], "BytesValue": SCALARS["bytes"],
    "Struct": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    "Value": {"type": ["string", "number", "boolean", "null"]},
    "ListValue": {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    "Empty": {"type": "object", "additionalProperties": False},
    "FieldMask": {"type": "string", "pattern": "^[a-z]{3,8}(,[a-z]{3,8})?$"},
    "Date": {"type": "object", "properties": {
        "year": {"type": "integer", "minimum": 2015, "maximum": 2025},
        "month": {"type": "integer", "minimum": 1, "maximum": 12},
        "day": {"type": "integer", "minimum": 1, "maximum": 28}}, "required": ["year", "month", "day"]},
}  # fmt: skip
"""Messages of `google.protobuf` (and `google.type.Date`) that have a JSON form of their own."""


def read_protobuf(path: str | Path, *, part: str = "", seed: int = 0) -> Documents:
    """Return the documents of one message of a .proto file: `Order`, or `Order.Line` for one inside another.

    Documents are in Protobuf's JSON form: names in camelCase, numbers of 64 bits as texts, bytes in base64, enums by
    name, at most one field of each `oneof`. Files that lie beside it are read where they are imported; rules of options
    are not read. Raises SourceError and SettingsError.
    """
    read = _Files(Path(path))
    messages = [name for name, kind in read.definitions.items() if "properties" in kind]
    wanted = part.removeprefix("#").removeprefix("/").lstrip(".")
    if not wanted and not messages:
        raise SettingsError("settings.protobuf", "there is no message in this file", where=str(path),
                            hint="messages are written as `message Order { ... }`")  # fmt: skip
    if not wanted:
        wanted = read.first if len(messages) == 1 else ""
    found = [name for name in messages if name == wanted or name.endswith(f".{wanted}")] if wanted else []
    if len(found) != 1 and wanted not in found:
        told = (
            f"there is no message `{wanted}`" if wanted else f"this holds {len(messages)} messages, and one is wanted"
        )
        hint = suggest(wanted, messages, "message") if wanted else (
            f"name one, as {path}#{read.first}; the messages are: {', '.join(messages[:20])}")  # fmt: skip
        raise SettingsError("settings.schema-part", told, where=str(path), hint=hint)
    name = wanted if wanted in found else found[0]
    schema = {"$ref": f"#/$defs/{name}", "$defs": read.definitions}
    return Documents(schema, seed=seed, where=str(path))


class _Files:
    """Read a file, and those that it imports, into definitions by full names."""

    def __init__(self, path: Path) -> None:
        self.ast = require("proto_schema_parser.ast", extra="specs")
        self.definitions: dict[str, Any] = {}
        self.first = ""
        self._waiting: list[tuple[str, Any, bool, Path]] = []
        self._seen: set[Path] = set()
        self._read(path)
        for name, message, explicit, source in self._waiting:
            self.definitions[name] = self._message(name, message, explicit, source)

    def _read(self, path: Path) -> None:
        self._seen.add(path.resolve())
        file = _parsed(text_of(path, "a .proto file"), path)
        package = next((item.name for item in file.file_elements if isinstance(item, self.ast.Package)), "")
        explicit = file.syntax != "proto3"
        for item in file.file_elements:
            self._define(item, package, explicit, path)
        for item in file.file_elements:
            if isinstance(item, self.ast.Import):
                self._import(path, item.name)

    def _import(self, path: Path, name: str) -> None:
        for folder in (path.parent, *path.parent.parents[:3]):
            other = folder / name
            if other.is_file() and other.resolve() not in self._seen:
                self._read(other)
                return

    def _define(self, item: Any, above: str, explicit: bool, path: Path) -> None:
        full = f"{above}.{item.name}" if above and hasattr(item, "name") else getattr(item, "name", "")
        if isinstance(item, self.ast.Enum):
            names = [value.name for value in item.elements if isinstance(value, self.ast.EnumValue)]
            self.definitions[full] = {"enum": names}
        elif isinstance(item, self.ast.Message):
            self.first = self.first or full
            self.definitions[full] = {"properties": {}}
            self._waiting.append((full, item, explicit, path))
            for inner in item.elements:
                if isinstance(inner, self.ast.Message | self.ast.Enum):
                    self._define(inner, full, explicit, path)

    def _message(self, full: str, message: Any, explicit: bool, path: Path) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required: list[str] = []
        ones: list[list[str]] = []
        for field, one in self._fields(message):
            name = _json_name(field.name)
            if isinstance(field, self.ast.MapField):
                schema: Any = {"type": "object", "additionalProperties": self._type(field.value_type, full, path)}
                if field.key_type not in ("string",):
                    key = "^(true|false)$" if field.key_type == "bool" else "^(0|[1-9][0-9]{0,4})$"
                    schema["propertyNames"] = {"pattern": key}
            else:
                schema = self._type(field.type, full, path)
            cardinality = str(getattr(getattr(field, "cardinality", None), "value", "")).lower()
            if cardinality == "repeated":
                schema = {"type": "array", "items": schema}
            properties[name] = schema
            implicit = cardinality == "" and not explicit and self._is_single(field, schema)
            if one is None and (cardinality == "required" or implicit):
                required.append(name)
            if one is not None:
                while len(ones) <= one:
                    ones.append([])
                ones[one].append(name)
        made = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        if ones:
            made["allOf"] = [{"oneOf": [*({"required": [name]} for name in names), _without(names)]} for names in ones]
        return made

    def _is_single(self, field: Any, schema: Any) -> bool:
        """Return whether a field holds a scalar or an enum: one that is there even when nobody sets it."""
        if "$ref" in schema:
            return "enum" in self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        return getattr(field, "type", "") in SCALARS

    def _fields(self, message: Any) -> Iterator[tuple[Any, int | None]]:
        """Yield the fields, each with the number of the `oneof` that it stands in."""
        count = 0
        for item in message.elements:
            if isinstance(item, self.ast.Field | self.ast.MapField):
                yield item, None
            elif isinstance(item, self.ast.OneOf):
                yield from ((inner, count) for inner in item.elements if isinstance(inner, self.ast.Field))
                count += 1

    def _type(self, name: str, inside: str, path: Path) -> Any:
        """Return the schema of a type, looked for from the inside out as Protobuf does."""
        if name in SCALARS:
            return dict(SCALARS[name])
        last = name.split(".")[-1]
        if name.lstrip(".").startswith(("google.protobuf.", "google.type.")) and last in KNOWN:
            return KNOWN[last]
        if name.lstrip(".") == "google.protobuf.Any":
            return {"type": "object", "properties": {"@type": {"const": "type.googleapis.com/google.protobuf.Empty"}},
                    "required": ["@type"], "additionalProperties": False}  # fmt: skip
        scopes = [""] if name.startswith(".") else [*_outwards(inside)]
        for scope in scopes:
            full = f"{scope}.{name.lstrip('.')}".lstrip(".")
            if full in self.definitions:
                return {"$ref": f"#/$defs/{full}"}
        raise SettingsError("settings.protobuf", f"{inside}: there is no type `{name}`", where=str(path),
                            hint=suggest(name, [*SCALARS, *self.definitions], "type"))  # fmt: skip


def _parsed(text: str, path: Path) -> Any:
    """Return what the text of a file is made of. Raises SettingsError with line and column."""
    listeners = require("antlr4.error.ErrorListener", extra="specs")

    class Refusing(listeners.ErrorListener):  # type: ignore[misc, name-defined]
        def syntaxError(self, recognizer: Any, symbol: Any, line: int, column: int, message: str, fault: Any) -> None:
            told = message.split(" expecting ")[0]
            raise SettingsError("settings.protobuf", f"this is not readable Protobuf: {told}",
                                where=f"{path}:{line}:{column + 1}",
                                hint="look for a missing semicolon, bracket or word just before")  # fmt: skip

    def refuse(part: Any) -> None:
        part.removeErrorListeners()
        part.addErrorListener(Refusing())

    parser = require("proto_schema_parser.parser", extra="specs")
    return parser.Parser(setup_lexer=refuse, setup_parser=refuse).parse(text)


def _without(names: list[str]) -> dict[str, Any]:
    """Return the schema of objects in which none of some properties is."""
    return {"properties": dict.fromkeys(names, False)}


def _outwards(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
    yield ""


def _json_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
