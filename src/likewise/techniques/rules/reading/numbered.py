"""What describes documents, instances or rows that are not written as a document of tables, wherever it lies."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.reading.arrow import ArrowRows
from likewise.techniques.rules.reading.classes import Instances, is_class_of_fields
from likewise.techniques.rules.reading.json_schema import is_json_schema, read_json_schema
from likewise.techniques.rules.reading.openapi import is_openapi, read_openapi
from likewise.techniques.rules.reading.plain import YAML, plain_values

ARROW = (".parquet", ".pq", ".arrow", ".feather", ".ipc", ".arrows")
_OBJECT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


class Numbered(Protocol):
    """Make anything that is described elsewhere, by its number."""

    def range(self, start: int, stop: int) -> Iterator[Any]:
        """Yield documents, or instances of a class."""
        ...

    def table(self, start: int, stop: int) -> pa.Table:
        """Return the same as a table."""
        ...


def object_named(source: Any) -> Any:
    """Return the object that `package.module:Name` names, and anything else as it is. Raises SettingsError.

    >>> object_named("fractions:Fraction").__name__
    'Fraction'
    """
    if isinstance(source, Path):
        source = source if source.exists() else str(source)
    if not isinstance(source, str) or not _OBJECT.fullmatch(source) or Path(source).exists():
        return source
    module, _, name = source.partition(":")
    here = str(Path.cwd())
    added = here not in sys.path and "" not in sys.path
    if added:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as fault:
        if fault.name is not None and not module.startswith(fault.name):
            raise
        raise SettingsError("settings.class", f"there is no module `{module}`", where=source,
                            hint="run it where the module lies, or install its package") from None  # fmt: skip
    finally:
        if added:
            sys.path.remove(here)
    for step in name.split("."):
        if not hasattr(found, step):
            known = [name for name in vars(found) if name[0] != "_"]
            raise SettingsError("settings.class", f"`{module}` has no `{step}`", where=source,
                                hint=suggest(step, known, "name"))  # fmt: skip
        found = getattr(found, step)
    return found


def numbered(source: Any, *, seed: int = 0) -> Numbered | None:
    """Return what makes what a source describes; None where it is a document of tables, or describes some.

    JSON Schema, OpenAPI, Avro and Protobuf describe documents, Arrow and Parquet files rows, pydantic models,
    dataclasses and TypedDicts instances. A part of a file is named after it: `api.yaml#Order`,
    `schema.json#/$defs/order`. Raises SourceError and SettingsError.

    >>> list(numbered({"type": "integer", "minimum": 5, "maximum": 5}).range(0, 2))
    [5, 5]
    """
    if is_class_of_fields(source):
        return Instances(source, seed=seed)
    if isinstance(source, pa.Schema):
        return ArrowRows(source, seed=seed)
    if isinstance(source, Mapping):
        return _of_values(source, source, "", seed)
    if not isinstance(source, str | Path):
        return None
    text, _, part = str(source).partition("#")
    suffix = Path(text).suffix.lower()
    if suffix == ".proto":
        from likewise.techniques.rules.reading.protobuf import read_protobuf

        return read_protobuf(text, part=part, seed=seed)
    if suffix == ".avsc":
        return _avro(Path(text), seed)
    if suffix in ARROW:
        return ArrowRows.read(text, seed=seed)
    if suffix == ".json" or suffix in YAML:
        return _of_values(plain_values(Path(text), "a description of data"), Path(text), part, seed)
    return None


def _of_values(value: Any, source: Any, part: str, seed: int) -> Numbered | None:
    if is_openapi(value):
        return read_openapi(source, part=part, seed=seed)
    if _is_avro(value):
        return _avro(source, seed)
    return read_json_schema(source, part=part, seed=seed) if is_json_schema(value) else None


def _is_avro(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("type") in ("record", "fixed") and "name" in value


def _avro(source: Any, seed: int) -> Numbered:
    from likewise.techniques.rules.reading.avro import AvroRecords

    return AvroRecords(source, seed=seed)
