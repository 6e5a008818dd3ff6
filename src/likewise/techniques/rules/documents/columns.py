"""Documents as a table: a column a property, with types that follow from the schema and not from what was made."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from likewise.techniques.rules.documents.heights import REFERENCES
from likewise.techniques.rules.documents.kinds import KINDS, SPEAKS, Kind, kind_of, kinds_named
from likewise.techniques.rules.documents.node import Node

VALUE, OTHERS = "value", "other properties"
"""The column of documents that are no objects, and that of properties which the schema does not name."""

JSON = None
"""The type of columns that hold what fits in no other one: JSON, as a text."""


class Columns:
    """Lay documents of a schema out as a table.

    Numbers, texts, booleans, dates and moments have columns of their kind; lists, objects and what may be of several
    kinds are texts of JSON. A property that is not there is missing.
    """

    def __init__(self, root: Node) -> None:
        self._types: dict[str, pa.DataType | None] = {}
        spoken = list(_together(root, set()))
        self.objects = _kinds(root, set()) == {"object"}
        names = dict.fromkeys(name for node in spoken for name in node.keywords.get("properties", ()))
        for name in names if self.objects else ():
            inner = [node.at("properties", name) for node in spoken if name in node.keywords.get("properties", ())]
            self._types[name] = _type([node for node in inner if node.schema is not True and node.schema is not False])
        self._others = self.objects and (not names or any(_open(node) for node in spoken))
        if not self.objects:
            self._types = {VALUE: _type([root])}

    def table(self, documents: Sequence[Any]) -> pa.Table:
        """Return documents as a table."""
        rows = documents if self.objects else [{VALUE: document} for document in documents]
        arrays = {name: _array([row.get(name) for row in rows], kind) for name, kind in self._types.items()}
        if self._others:
            rest = [{name: value for name, value in row.items() if name not in self._types} for row in rows]
            arrays[OTHERS] = _array([row or None for row in rest], JSON)
        return pa.table(arrays)


def _together(node: Node, seen: set[Hashable]) -> Iterator[Node]:
    """Yield a schema and all that may hold of the same value."""
    if node.key in seen:
        return
    seen.add(node.key)
    yield node
    for word in REFERENCES:
        if word in node.keywords:
            yield from _together(node.target(word), seen)
    for word in ("allOf", "anyOf", "oneOf"):
        for inner in node.each(word):
            yield from _together(inner, seen)
    for word in ("if", "then", "else"):
        if word in node.keywords:
            yield from _together(node.at(word), seen)
    for _, inner in node.named("dependentSchemas"):
        yield from _together(inner, seen)


def _open(node: Node) -> bool:
    words = node.keywords
    return bool(words.get("patternProperties")) or any(
        isinstance(words.get(word), dict) for word in ("additionalProperties", "unevaluatedProperties")
    )


def _kinds(node: Node, seen: set[Hashable]) -> set[Kind] | None:
    """Return the kinds that values of a schema are made in, None where it does not say."""
    if node.key in seen:
        return None
    seen.add(node.key)
    words = node.keywords
    if "type" in words:
        return set(kinds_named(words["type"]))
    if "enum" in words or "const" in words:
        return {kind_of(value) for value in words.get("enum", [words.get("const")])}
    for inner in [*(node.target(word) for word in REFERENCES if word in words), *node.each("allOf")]:
        found = _kinds(inner, seen)
        if found is not None:
            return found
    for word in ("anyOf", "oneOf"):
        if word in words:
            each = [_kinds(inner, set(seen)) for inner in node.each(word)]
            return set().union(*(found for found in each if found)) if all(each) else None
    spoken = {kind for kind in KINDS if any(kind in SPEAKS.get(word, ()) for word in words)}
    return spoken or None


def _formats(node: Node, seen: set[Hashable]) -> Iterator[str | None]:
    """Yield the formats of the texts of a schema, None for those without."""
    for inner in _together(node, seen):
        kinds = kinds_named(inner.keywords["type"]) if "type" in inner.keywords else {"string"}
        if "string" in kinds and ("type" in inner.keywords or "format" in inner.keywords):
            yield inner.keywords.get("format")


def _type(nodes: list[Node]) -> pa.DataType | None:
    """Return the type of a column, None for JSON."""
    found = [_kinds(node, set()) for node in nodes]
    if not nodes or any(kinds is None for kinds in found):
        return JSON
    kinds = set().union(*(kinds for kinds in found if kinds is not None)) - {"null"}
    if kinds == {"integer"}:
        return pa.int64()
    if kinds and kinds <= {"integer", "number"}:
        return pa.float64()
    if kinds == {"boolean"}:
        return pa.bool_()
    if kinds == {"string"}:
        formats = {form for node in nodes for form in _formats(node, set())}
        if formats == {"date"}:
            return pa.date32()
        return pa.timestamp("us", "UTC") if formats == {"date-time"} else pa.string()
    return JSON


def _array(values: list[Any], kind: pa.DataType | None) -> pa.Array:
    if kind is JSON:
        texts = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        return pa.array(texts, pa.string())
    try:
        if pa.types.is_date(kind):
            values = [None if value is None else dt.date.fromisoformat(value) for value in values]
        elif pa.types.is_timestamp(kind):
            values = [None if value is None else dt.datetime.fromisoformat(value) for value in values]
        elif pa.types.is_floating(kind):
            values = [None if value is None else float(value) for value in values]
        return pa.array(values, kind)
    except OverflowError:
        whole = [None if value is None else max(min(value, 2**63 - 1), -(2**63)) for value in values]
        return pa.array(whole, pa.int64())
