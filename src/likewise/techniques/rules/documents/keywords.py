"""The keywords of older drafts of JSON Schema in the words of draft 2020-12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)
DRAFT4, DRAFT7, DRAFT2019, DRAFT2020 = 0, 2, 3, 4


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
