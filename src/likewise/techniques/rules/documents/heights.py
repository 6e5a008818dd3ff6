"""How deep the smallest instances of schemas are, and which have none that ends."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator

from likewise.techniques.rules.documents.kinds import kinds_named
from likewise.techniques.rules.documents.node import Node

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class Heights:
    """Know how many levels the smallest instance of each schema below a root has; infinite when it has no end.

    Each schema is taken by itself, so the true height of several that hold together may be greater.
    """

    def __init__(self, root: Node) -> None:
        self._heights: dict[Hashable, float] = {}
        nodes = list(_reachable(root))
        for node in nodes:
            self._heights[node.key] = math.inf
        changed = True
        while changed:
            changed = False
            for node in reversed(nodes):
                height = self._reckoned(node)
                if height < self._heights[node.key]:
                    self._heights[node.key], changed = height, True

    def of(self, node: Node) -> float:
        """Return the least number of levels of lists and objects; 0 for single values."""
        return self._heights.get(node.key, 0.0)

    def _reckoned(self, node: Node) -> float:
        words = node.keywords
        if not words or "enum" in words or "const" in words:
            return 0.0
        height = max((self.of(node.target(word)) for word in REFERENCES if word in words), default=0.0)
        height = max([height, *(self.of(inner) for inner in node.each("allOf"))])
        for word in ("anyOf", "oneOf"):
            if word in words:
                height = max(height, min(self.of(inner) for inner in node.each(word)))
        return max(height, self._nested(node))

    def _nested(self, node: Node) -> float:
        """Return the height that the schema's own lists and objects need, 0 when it allows single values."""
        words = node.keywords
        kinds = kinds_named(words["type"]) if "type" in words else frozenset()
        if not kinds or kinds - {"array", "object"}:
            return 0.0
        ways = []
        if "object" in kinds:
            needed = [node.at("properties", name) for name in words.get("required", ())
                      if name in words.get("properties", ())]  # fmt: skip
            if not needed and words.get("minProperties") and "additionalProperties" in words:
                needed = [node.at("additionalProperties")] if not words.get("properties") else []
            ways.append(1 + max((self.of(inner) for inner in needed), default=0.0))
        if "array" in kinds:
            least = words.get("minItems", 0)
            inner = node.each("prefixItems")[:least]
            if "items" in words and least > len(words.get("prefixItems", ())):
                inner.append(node.at("items"))
            if "contains" in words and words.get("minContains", 1) > 0:
                inner.append(node.at("contains"))
            ways.append(1 + max((self.of(item) for item in inner), default=0.0))
        return min(ways)


LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAPPINGS = ("properties", "patternProperties", "dependentSchemas")
SINGLE = ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames",
          "unevaluatedItems", "unevaluatedProperties")  # fmt: skip


def _reachable(root: Node) -> Iterator[Node]:
    waiting, seen = [root], {root.key}
    while waiting:
        node = waiting.pop()
        yield node
        for inner in below(node):
            if inner.key not in seen:
                seen.add(inner.key)
                waiting.append(inner)


def below(node: Node) -> Iterator[Node]:
    """Yield the schemas that a schema is made of or refers to. Raises SettingsError where a reference leads nowhere."""
    for word in REFERENCES:
        if word in node.keywords:
            yield node.target(word)
    for word in LISTS:
        yield from node.each(word)
    for word in MAPPINGS:
        yield from (inner for _, inner in node.named(word))
    for word in SINGLE:
        if word in node.keywords:
            yield node.at(word)
