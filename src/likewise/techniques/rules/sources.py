"""Where documents come from: written as such, or read from what describes data elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from likewise.core.documents import parsed
from likewise.core.faults import reading
from likewise.errors import SettingsError
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.reading.dbt import is_dbt
from likewise.techniques.rules.reading.models import is_model, read_models

_READING = "likewise.techniques.rules.reading"

SUFFIXES: dict[str, str] = {".sql": f"{_READING}.sql", ".ddl": f"{_READING}.sql"}
"""The module that reads a file of a suffix: its function `read` takes a path and gives a document."""


def read_spec(source: Any) -> Document:
    """Return the document that a source is or describes.

    A path of a YAML or JSON document, a mapping or a `Document` is read as it stands; DDL (`.sql`), schema files of dbt
    and models of SQLAlchemy are turned into one. Raises SourceError where there is no file, and SettingsError for what
    cannot be read, with its place.

    >>> list(read_spec({"columns": {"age": {"poisson": 40}}}).tables)
    ['table']
    """
    if isinstance(source, Mapping):
        module = _module_of(source)
        return Document.of(source) if module is None else _from(module, dict(source), None)
    if not isinstance(source, str | Path):
        return Document.of(read_models(source).document if is_model(source) else source)
    path = Path(source)
    module = SUFFIXES.get(path.suffix.lower())
    if module is None and path.suffix.lower() in (".json", ".yaml", ".yml"):
        module = _module_of(_plain(path))
    if module is None:
        return Document.read(path)
    with reading(path):
        return _from(module, path, str(path))


def _plain(path: Path) -> Any:
    """Return what a JSON or YAML file holds."""
    try:
        with reading(path):
            text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return parsed(text, what="a declared table", where=str(path), error=SettingsError, family="settings")


def _module_of(found: Any) -> str | None:
    """Return the module that reads a mapping; None where it is a document, or nothing that is known."""
    return f"{_READING}.dbt" if is_dbt(found) else None


def _from(module: str, source: Any, where: str | None) -> Document:
    """Return the document that a reader makes of a source."""
    try:
        read = import_module(module).read
    except ModuleNotFoundError as fault:
        if fault.name != module:
            raise
        raise SettingsError("settings.source", f"nothing here reads {module.rpartition('.')[2]}", where=where,
                            hint="write a document with `tables:`") from None  # fmt: skip
    return Document.of(read(source))
