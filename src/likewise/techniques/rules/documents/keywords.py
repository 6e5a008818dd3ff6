"""Keywords of JSON Schema in the words that the rest reads: those of draft 2020-12, and patterns of Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from likewise.errors import SettingsError
from likewise.techniques.rules.patterns.dialects import ecma

DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)
DRAFT4, DRAFT7, DRAFT2019, DRAFT2020 = 0, 2, 3, 4
_DATA = frozenset({"const", "enum", "default", "example", "examples"})
"""Keywords that hold values, not schemas."""


def modern(schema: Mapping[str, Any], draft: int) -> Mapping[str, Any]:
    """Return the keywords as draft 2020-12 writes them; `draft` is the place in `DRAFTS`.

    The schemas below are the same objects, so that references into them stay what they are.

    >>> modern({"items": [{"type": "string"}], "additionalItems": False}, DRAFT7)
    {'prefixItems': [{'type': 'string'}], 'items': False}
    """
    if draft == DRAFT2020:
        return _depending(schema) if "dependencies" in schema else schema
    if draft <= DRAFT7 and "$ref" in schema:
        return {"$ref": schema["$ref"]}
    found = dict(_depending(schema))
    if isinstance(found.get("items"), list):
        found["prefixItems"] = found.pop("items")
        if "additionalItems" in found:
            found["items"] = found.pop("additionalItems")
    found.pop("additionalItems", None)
    if draft == DRAFT4:
        for end, edge in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            strict = found.pop(edge, False)
            if strict and end in found:
                found[edge] = found.pop(end)
    return found


def _depending(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Part `dependencies` into the two keywords that took its place."""
    if not isinstance(schema.get("dependencies"), Mapping):
        return schema
    found = {keyword: value for keyword, value in schema.items() if keyword != "dependencies"}
    names = {name: value for name, value in schema["dependencies"].items() if isinstance(value, list)}
    schemas = {name: value for name, value in schema["dependencies"].items() if not isinstance(value, list)}
    if names:
        found["dependentRequired"] = {**found.get("dependentRequired", {}), **names}
    if schemas:
        found["dependentSchemas"] = {**found.get("dependentSchemas", {}), **schemas}
    return found


def python_patterns(schema: Any, path: str = "#", *, where: str | None = None) -> Any:
    r"""Return a schema with the patterns that Python cannot read, such as `\p{L}`, in its words.

    What needs nothing stays the same object. Raises SettingsError for what is no pattern.

    >>> python_patterns({"pattern": r"^\p{Lu}$"})["pattern"]
    '^[A-ZÀ-ÖØ-Þ]$'
    """
    if isinstance(schema, list):
        items = [python_patterns(item, f"{path}/{place}", where=where) for place, item in enumerate(schema)]
        return items if any(new is not old for new, old in zip(items, schema)) else schema
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for word, value in schema.items():
        below = f"{path}/{word}"
        if word == "pattern" and isinstance(value, str):
            found[word] = _python(value, path, where)
        elif word == "patternProperties" and isinstance(value, Mapping):
            named = {_python(name, path, where): python_patterns(inner, f"{below}/{name}", where=where)
                     for name, inner in value.items()}  # fmt: skip
            found[word] = value if all(named.get(name) is value[name] for name in value) else named
        else:
            found[word] = value if word in _DATA else python_patterns(value, below, where=where)
    return found if any(found[word] is not value for word, value in schema.items()) else schema


def _python(pattern: str, path: str, where: str | None) -> str:
    """Return a pattern as it is where Python reads it, else as one of ECMAScript."""
    try:
        re.compile(pattern)
        return pattern
    except re.error as fault:
        why = f"the pattern `{pattern}` cannot be read: {fault.msg}"
    try:
        found = ecma(pattern)
        re.compile(found)
    except re.error:
        raise SettingsError("settings.schema-unmet", f"{path}: {why}", where=where,
                            hint="put a backslash before a sign that stands for itself") from None  # fmt: skip
    except SettingsError as fault:
        raise SettingsError("settings.schema-unmet", f"{path}: {fault.what}", where=where,
                            hint=fault.hint) from None  # fmt: skip
    return found
