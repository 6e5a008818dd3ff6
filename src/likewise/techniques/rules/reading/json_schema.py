"""JSON Schema, in files that may refer to their neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.reading.plain import YAML, plain_values

WORDS = frozenset({
    "$schema", "$ref", "$defs", "$id", "$anchor", "definitions", "type", "properties", "items", "enum", "const",
    "allOf", "anyOf", "oneOf", "not", "required", "additionalProperties", "patternProperties", "prefixItems",
})  # fmt: skip
"""Words of which at least one stands at the top of a schema."""

MOST_NEIGHBOURS = 500


def is_json_schema(value: Any) -> bool:
    """Return whether plain values look like a JSON Schema."""
    if not isinstance(value, Mapping) or "tables" in value or "columns" in value or "likewise" in value:
        return False
    return bool(WORDS & set(value)) and value.get("type") not in ("record", "fixed")


def read_json_schema(
    schema: str | Path | Mapping[str, Any] | bool, *, part: str = "", seed: int = 0
) -> Documents:  # fmt: skip
    """Return the documents of a JSON Schema, from a file or as it is.

    `part` is one of its schemas: `#/$defs/order`, or in short `order`. A file may refer to files in its folder and in
    those below, by their place or by their `$id`; nothing is fetched from elsewhere. Raises SourceError and
    SettingsError.

    >>> read_json_schema({"type": "integer", "minimum": 5, "maximum": 5}).at(0)
    5
    """
    if not isinstance(schema, str | Path):
        return Documents(schema, part=pointer(schema, part, ("$defs", "definitions")), seed=seed)
    path = Path(schema)
    value = plain_values(path, "a JSON Schema")
    return Documents(value, part=pointer(value, part, ("$defs", "definitions")), seed=seed, where=str(path),
                     base=path.resolve().as_uri(), outside=Neighbours(path))  # fmt: skip


def pointer(schema: Any, part: str, *places: tuple[str, ...]) -> str:
    """Return where a part lies: as it is written, or by its name in one of some places.

    >>> pointer({"$defs": {"order": {}}}, "order", ("$defs", "definitions"))
    '#/$defs/order'
    """
    name = part.removeprefix("#")
    if not name or name.startswith("/") or not isinstance(schema, Mapping):
        return f"#{name}"
    for place in (place for listed in places for place in listed):
        inner: Any = schema
        for step in place.split("/"):
            inner = inner.get(step, {}) if isinstance(inner, Mapping) else {}
        if isinstance(inner, Mapping) and name in inner:
            return f"#/{place}/{name.replace('~', '~0').replace('/', '~1')}"
    return f"#{name}"


class Neighbours:
    """Find the schemas in the folder of a file and below: by their place, or by the `$id` that they give themselves."""

    def __init__(self, path: Path) -> None:
        self._folder = path.resolve().parent
        self._by_id: dict[str, Any] | None = None

    def __call__(self, address: str) -> Any:
        """Return the schema of an address, None where there is none here."""
        bare = address.split("#")[0]
        parts = urlsplit(bare)
        if parts.scheme == "file":
            path = Path(unquote(parts.path)).resolve()
            inside = path.is_relative_to(self._folder) and path.is_file()
            return plain_values(path, "a JSON Schema") if inside else None
        if self._by_id is None:
            self._by_id = self._named()
        return self._by_id.get(bare)

    def _named(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        files = sorted(path for suffix in (".json", *YAML) for path in self._folder.rglob(f"*{suffix}"))
        for path in files[:MOST_NEIGHBOURS]:
            value = plain_values(path, "a JSON Schema")
            if isinstance(value, Mapping) and isinstance(value.get("$id"), str):
                found[value["$id"].rstrip("#")] = value
        return found
