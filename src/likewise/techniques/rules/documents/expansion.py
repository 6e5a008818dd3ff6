"""What must hold of one value, laid open: from schemas that hold together to demands of one kind of value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from likewise.techniques.rules.documents.asking import Alternative, Choice, Demand, Part, Unmet
from likewise.techniques.rules.documents.kinds import SPEAKS, Kind, kind_of, kinds_named
from likewise.techniques.rules.documents.node import Node
from likewise.techniques.rules.documents.refuting import refutations

PLAIN = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
         "pattern", "format", "minItems", "maxItems", "minProperties", "maxProperties", "required",
         "dependentRequired")  # fmt: skip
"""Keywords that ask for one thing, and mean the same beside others."""


@dataclass
class Expansion:
    """Lay schemas open for values of one kind.

    Schemas that hold together become one list of `holding` schemas, of `demands`, and of `choices` that are still to
    be made; `within` says which schema speaks for which, as `unevaluatedProperties` wants to know. `way` goes on with
    one way of the first choice. Raises Unmet when nothing can meet it.
    """

    kind: Kind
    strict: bool
    """Whether the other schemas of a `oneOf` are refuted by construction, and not only by looking at what came out."""
    holding: list[Node] = field(default_factory=list)
    within: dict[Any, list[Node]] = field(default_factory=dict)
    demands: list[Demand] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    _seen: set[tuple[Any, bool]] = field(default_factory=set)
    _ways: dict[int, Expansion | Unmet] = field(default_factory=dict)
    plan: Any = None
    """What the kind's maker laid down; made once."""

    @classmethod
    def of(cls, kind: Kind, parts: tuple[Part, ...], *, strict: bool) -> Expansion:
        """Lay open what all parts ask of a value of one kind. Raises Unmet."""
        made = cls(kind, strict)
        for part in parts:
            made._add(part, None)
        return made

    def way(self, place: int) -> Expansion:
        """Return the expansion after one way of the first choice. Raises Unmet."""
        if place not in self._ways:
            try:
                self._ways[place] = self._went(place)
            except Unmet as fault:
                self._ways[place] = fault
        found = self._ways[place]
        if isinstance(found, Unmet):
            raise found
        return found

    def _went(self, place: int) -> Expansion:
        choice = self.choices[0]
        made = Expansion(self.kind, self.strict, list(self.holding), {k: list(v) for k, v in self.within.items()},
                         list(self.demands), self.choices[1:], set(self._seen))  # fmt: skip
        way = choice.ways[place]
        made.demands.extend(way.demands)
        for part in way.parts:
            made._add(part, choice.owner if part.holds else None)
        return made

    def below(self, node: Node) -> Iterator[Node]:
        """Yield a schema and all that speak for it of the same value."""
        waiting, seen = [node], set()
        while waiting:
            found = waiting.pop()
            if found.key not in seen:
                seen.add(found.key)
                yield found
                waiting.extend(self.within.get(found.key, ()))

    def _add(self, part: Part, owner: Node | None) -> None:
        node = part.node
        if owner is not None:
            self.within.setdefault(owner.key, []).append(node)
        if part.key in self._seen:
            return
        if (node.key, not part.holds) in self._seen:
            raise Unmet(node.path, "it must be valid and must not be valid at once")
        self._seen.add(part.key)
        if isinstance(node.schema, bool):
            if node.schema is not part.holds:
                raise Unmet(node.path, "nothing is allowed here" if part.holds else "it refuses what allows all")
            return
        if part.holds:
            self._hold(node)
        else:
            self._refute(node)

    def _hold(self, node: Node) -> None:
        words = node.keywords
        if "type" in words and self.kind not in kinds_named(words["type"]):
            raise Unmet(node.path, f"`type` is {_listed(words['type'])}, and no {self.kind} is allowed")
        self.holding.append(node)
        for word in PLAIN:
            if word in words and self.kind in SPEAKS[word]:
                self.demands.append(Demand(word, node, words[word]))
        if "const" in words:
            self.demands.append(Demand("enum", node, [words["const"]]))
        if "enum" in words:
            self.demands.append(Demand("enum", node, words["enum"]))
        if self.kind == "array" and words.get("uniqueItems"):
            self.demands.append(Demand("uniqueItems", node))
        if self.kind == "array" and "contains" in words:
            ends = (words.get("minContains", 1), words.get("maxContains"))
            self.demands.append(Demand("contains", node, (node.at("contains"), *ends)))
        for reference in ("$ref", "$dynamicRef", "$recursiveRef"):
            if reference in words:
                self._add(Part(node.target(reference)), node)
        for inner in node.each("allOf"):
            self._add(Part(inner), node)
        self._choose(node)

    def _choose(self, node: Node) -> None:
        words = node.keywords
        if "anyOf" in words:
            self.choices.append(Choice(node, tuple(Alternative((Part(inner),)) for inner in node.each("anyOf"))))
        if "oneOf" in words:
            self.choices.append(Choice(node, tuple(self._only(node.each("oneOf")))))
        if "not" in words:
            self._add(Part(node.at("not"), False), None)
        if "if" in words:
            self.choices.append(Choice(node, _conditional(node)))
        if self.kind == "object":
            for name, inner in node.named("dependentSchemas"):
                self.choices.append(Choice(node, (Alternative((Part(inner),), (Demand("required", node, [name]),)),
                                                  Alternative((), (Demand("absent", node, name),)))))  # fmt: skip

    def _only(self, inner: list[Node]) -> Iterator[Alternative]:
        for place, node in enumerate(inner):
            others = inner[:place] + inner[place + 1 :] if self.strict else []
            yield Alternative((Part(node), *(Part(other, False) for other in others)))

    def _refute(self, node: Node) -> None:
        words = node.keywords
        if "type" in words and self.kind not in kinds_named(words["type"]):
            return
        for word in ("const", "enum"):
            if word in words:
                values = [words["const"]] if word == "const" else words["enum"]
                if not any(kind_of(value) == self.kind for value in values):
                    return
        ways = tuple(refutations(node, self.kind))
        if not ways:
            raise Unmet(node.path, f"every {self.kind} is valid against what it must not be valid against")
        if len(ways) == 1:
            self.demands.extend(ways[0].demands)
            for part in ways[0].parts:
                self._add(part, None)
        else:
            self.choices.append(Choice(node, ways, ordered=True))


def _conditional(node: Node) -> tuple[Alternative, ...]:
    """Return the ways of `if`: it holds and so does `then`, or it does not and `else` holds."""
    met = [Part(node.at("if"))] + ([Part(node.at("then"))] if "then" in node.keywords else [])
    unmet = [Part(node.at("if"), False)] + ([Part(node.at("else"))] if "else" in node.keywords else [])
    return (Alternative(tuple(met)), Alternative(tuple(unmet)))


def _listed(types: Any) -> str:
    return f"`{types}`" if isinstance(types, str) else " or ".join(f"`{name}`" for name in types)
