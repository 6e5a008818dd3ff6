"""The seven kinds of JSON values, and which keywords speak of which."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
KINDS: tuple[Kind, ...] = ("object", "array", "string", "number", "integer", "boolean", "null")
"""Every value is of one kind: `number` means those that are not whole."""

_NUMBERS: tuple[Kind, ...] = ("number", "integer")

SPEAKS: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _NUMBERS),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"),
                    ("string",)),
    **dict.fromkeys(("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
                    ("array",)),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "propertyNames", "required",
                     "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
                     "unevaluatedProperties"), ("object",)),
}  # fmt: skip
"""The kinds that a keyword says something about; of other kinds it says nothing."""


def kinds_named(types: Any) -> frozenset[Kind]:
    """Return the kinds that `type` allows: one name or a list of them.

    >>> sorted(kinds_named(["number", "null"]))
    ['integer', 'null', 'number']
    """
    names = {types} if isinstance(types, str) else set(types)
    return frozenset(kind for kind in KINDS if kind in names or (kind == "integer" and "number" in names))


def kind_of(value: Any) -> Kind:
    """Return the kind of a value; 1.0 is whole."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def same(value: Any) -> Hashable:
    """Return what two values have in common exactly when JSON Schema takes them as equal.

    >>> same([1.0, {"a": True}]) == same([1, {"a": True}]), same(1) == same(True)
    (True, False)
    """
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return ("array", tuple(same(item) for item in value))
    if isinstance(value, dict):
        return ("object", frozenset((name, same(item)) for name, item in value.items()))
    return value  # type: ignore[no-any-return]
