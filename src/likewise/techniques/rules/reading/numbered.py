"""What describes documents, instances or rows that are not written as a document of tables, wherever it lies."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
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


Read = Callable[[int], Numbered]


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
    read = _reader(source)
    return None if read is None else read(seed)


def is_numbered(source: Any) -> bool:
    """Return whether a source describes documents, instances or rows, and not tables; of files by a look at them."""
    return _reader(source) is not None


def _reader(source: Any) -> Read | None:
    """Return what reads a source under a seed."""
    if is_class_of_fields(source):
        return lambda seed: Instances(source, seed=seed)
    if isinstance(source, pa.Schema):
        return lambda seed: ArrowRows(source, seed=seed)
    if isinstance(source, Mapping):
        return _reader_of(source, source, "")
    if not isinstance(source, str | Path):
        return None
    text, _, part = str(source).partition("#")
    suffix = Path(text).suffix.lower()
    if suffix == ".proto":
        return lambda seed: _protobuf(text, part, seed)
    if suffix == ".avsc":
        return lambda seed: _avro(Path(text), seed)
    if suffix in ARROW:
        return lambda seed: ArrowRows.read(text, seed=seed)
    if suffix == ".json" or suffix in YAML:
        return _reader_of(plain_values(Path(text), "a description of data"), Path(text), part)
    return None


def _reader_of(value: Any, source: Any, part: str) -> Read | None:
    if is_openapi(value):
        return lambda seed: read_openapi(source, part=part, seed=seed)
    if isinstance(value, Mapping) and value.get("type") in ("record", "fixed") and "name" in value:
        return lambda seed: _avro(source, seed)
    if is_json_schema(value):
        return lambda seed: read_json_schema(source, part=part, seed=seed)
    return None


def _avro(source: Any, seed: int) -> Numbered:
    from likewise.techniques.rules.reading.avro import AvroRecords

    return AvroRecords(source, seed=seed)


def _protobuf(path: str, part: str, seed: int) -> Numbered:
    from likewise.techniques.rules.reading.protobuf import read_protobuf

    return read_protobuf(path, part=part, seed=seed)
