"""How a value can fail a schema: the ways to break one of its keywords."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from likewise.techniques.rules.documents.asking import Alternative, Demand, Part
from likewise.techniques.rules.documents.kinds import Kind
from likewise.techniques.rules.documents.node import Node

TURNED = {"minimum": "exclusiveMaximum", "maximum": "exclusiveMinimum", "exclusiveMinimum": "maximum",
          "exclusiveMaximum": "minimum"}  # fmt: skip


def refutations(node: Node, kind: Kind) -> Iterator[Alternative]:
    """Yield the ways in which a value of one kind, which its `type` allows, is not valid against a schema.

    The plain ways come first.
    """
    words = node.keywords
    if "const" in words:
        yield Alternative((), (Demand("unlike", node, [words["const"]]),))
    if "enum" in words:
        yield Alternative((), (Demand("unlike", node, words["enum"]),))
    if kind in ("integer", "number"):
        yield from _number(node)
    elif kind == "string":
        yield from _string(node)
    elif kind == "array":
        yield from _array(node)
    elif kind == "object":
        yield from _object(node)
    yield from _applied(node)


def _number(node: Node) -> Iterator[Alternative]:
    for word, turned in TURNED.items():
        if word in node.keywords:
            yield Alternative((), (Demand(turned, node, node.keywords[word]),))
    if "multipleOf" in node.keywords:
        yield Alternative((), (Demand("uneven", node, node.keywords["multipleOf"]),))


def _string(node: Node) -> Iterator[Alternative]:
    words = node.keywords
    yield from _counted(node, "minLength", "maxLength")
    if "pattern" in words:
        yield Alternative((), (Demand("unmatched", node, words["pattern"]),))
    if "format" in words and words["format"] in node.document.validator.format_checker.checkers:
        yield Alternative((), (Demand("unformatted", node, words["format"]),))


def _counted(node: Node, least: str, most: str) -> Iterator[Alternative]:
    words = node.keywords
    if words.get(least, 0) > 0:
        yield Alternative((), (Demand(most, node, words[least] - 1),))
    if most in words:
        yield Alternative((), (Demand(least, node, words[most] + 1),))


def _array(node: Node) -> Iterator[Alternative]:
    words = node.keywords
    yield from _counted(node, "minItems", "maxItems")
    if words.get("uniqueItems"):
        yield Alternative((), (Demand("repeated", node),))
    for place, inner in enumerate(node.each("prefixItems")):
        yield Alternative((), (Demand("item", node, (place, Part(inner, False))),))
    if "items" in words:
        first = len(words.get("prefixItems", ()))
        yield Alternative((), (Demand("odd item", node, (first, Part(node.at("items"), False))),))
    if "unevaluatedItems" in words:
        yield Alternative((), (Demand("odd item", node, (0, Part(node.at("unevaluatedItems"), False))),))
    if "contains" in words:
        least, most = words.get("minContains", 1), words.get("maxContains")
        if least > 0:
            yield Alternative((), (Demand("contains", node, (node.at("contains"), 0, least - 1)),))
        if most is not None:
            yield Alternative((), (Demand("contains", node, (node.at("contains"), most + 1, None)),))


def _object(node: Node) -> Iterator[Alternative]:
    words = node.keywords
    for name in words.get("required", ()):
        yield Alternative((), (Demand("absent", node, name),))
    for name, inner in node.named("properties"):
        yield Alternative((), (Demand("property", node, (name, Part(inner, False))),))
    yield from _counted(node, "minProperties", "maxProperties")
    for name, others in words.get("dependentRequired", {}).items():
        for other in others:
            yield Alternative((), (Demand("required", node, [name]), Demand("absent", node, other)))
    for name, inner in node.named("dependentSchemas"):
        yield Alternative((Part(inner, False),), (Demand("required", node, [name]),))
    for pattern, inner in node.named("patternProperties"):
        yield Alternative((), (Demand("odd pattern", node, (pattern, Part(inner, False))),))
    for word in ("additionalProperties", "unevaluatedProperties"):
        if word in words:
            yield Alternative((), (Demand("odd property", node, Part(node.at(word), False)),))
    if "propertyNames" in words:
        yield Alternative((), (Demand("odd name", node, Part(node.at("propertyNames"), False)),))


def _applied(node: Node) -> Iterator[Alternative]:
    """Yield the ways to fail the schemas that speak of the same value."""
    words = node.keywords
    for reference in ("$ref", "$dynamicRef", "$recursiveRef"):
        if reference in words:
            yield Alternative((Part(node.target(reference), False),))
    for inner in node.each("allOf"):
        yield Alternative((Part(inner, False),))
    if "anyOf" in words:
        yield Alternative(tuple(Part(inner, False) for inner in node.each("anyOf")))
    if "oneOf" in words:
        each = node.each("oneOf")
        yield Alternative(tuple(Part(one, False) for one in each))
        for one, other in combinations(each, 2):
            yield Alternative((Part(one), Part(other)))
    if "not" in words:
        yield Alternative((Part(node.at("not")),))
    if "if" in words and "then" in words:
        yield Alternative((Part(node.at("if")), Part(node.at("then"), False)))
    if "if" in words and "else" in words:
        yield Alternative((Part(node.at("if"), False), Part(node.at("else"), False)))
