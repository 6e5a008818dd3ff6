"""Find a value that meets all that is asked: by kind, by the ways of choices, and back where one leads nowhere."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Sequence
from typing import Any

from likewise.techniques.rules.documents.arrays import Arrays
from likewise.techniques.rules.documents.asking import Alternative, Choice, Part, Unmet
from likewise.techniques.rules.documents.expansion import Expansion
from likewise.techniques.rules.documents.heights import REFERENCES, Heights
from likewise.techniques.rules.documents.kinds import KINDS, SPEAKS, Kind, kind_of, kinds_named, same
from likewise.techniques.rules.documents.node import Node
from likewise.techniques.rules.documents.numbers import Numbers
from likewise.techniques.rules.documents.objects import Objects
from likewise.techniques.rules.documents.pools import Pools
from likewise.techniques.rules.documents.strings import Strings
from likewise.techniques.rules.documents.work import DEEPEST, Work

WEIGHTS: dict[Kind, float] = {"null": 0.2, "number": 8.0}
"""How often a kind comes beside others; null comes more often within itself."""
FREE: tuple[Kind, ...] = ("string", "integer", "number", "boolean")
"""The kinds of values where nothing says which."""

MOST_GOALS = 50_000


class Goal:
    """Hold what some schemas ask together: the kinds to try, first those that they speak of, and any listed values."""

    def __init__(self, parts: tuple[Part, ...], strict: bool) -> None:
        self.parts = parts
        self.open: dict[Kind, Expansion] = {}
        self.fault = Unmet("#", "nothing is allowed here")
        for kind in KINDS:
            try:
                self.open[kind] = Expansion.of(kind, parts, strict=strict)
            except Unmet as fault:
                self.fault = fault
        self.values = self._listed()
        self.named = any("type" in node.keywords for kind in self.open.values() for node in kind.holding)
        spoken = [kind for kind in self.open if any(speaks(part.node, kind, set()) for part in parts if part.holds)]
        self.first = list(self.open) if self.named else spoken or [kind for kind in FREE if kind in self.open]
        self.rest = [kind for kind in self.open if kind not in self.first]

    def _listed(self) -> list[Any] | None:
        """Return the values of `enum` and `const` that meet all, None where nothing lists values."""
        listed: dict[Hashable, Any] = {}
        if not self.open:
            return None
        for expansion in self.open.values():
            lists = [demand.value for demand in expansion.demands if demand.word == "enum"]
            if not lists:
                return None
            listed.update((same(value), value) for value in lists[0])
        return [value for value in listed.values() if all(part.admits(value) for part in self.parts)]


def speaks(node: Node, kind: Kind, seen: set[Hashable]) -> bool:
    """Return whether a schema, or one that holds of the same value, says something about values of a kind."""
    if node.key in seen:
        return False
    seen.add(node.key)
    words = node.keywords
    if kind in kinds_named(words.get("type", ())) or any(kind in SPEAKS.get(word, ()) for word in words):
        return True
    if any(
        kind_of(value) == kind for value in [*words.get("enum", ()), *([words["const"]] if "const" in words else [])]
    ):
        return True
    below = [node.target(word) for word in REFERENCES if word in words]
    below += [inner for word in ("allOf", "anyOf", "oneOf") for inner in node.each(word)]
    below += [node.at(word) for word in ("if", "then", "else") if word in words]
    return any(speaks(inner, kind, seen) for inner in below)


class Solver:
    """Find values for schemas of one document; what was laid open once is kept, and changes no value."""

    def __init__(self, root: Node, pools: Pools, seed: int) -> None:
        self.root, self.pools, self.seed = root, pools, seed
        self._goals: dict[Hashable, Goal] = {}
        self.heights = Heights(root)

    def goal(self, parts: tuple[Part, ...], strict: bool) -> Goal:
        """Return what some schemas ask together."""
        key = (parts, strict)
        if key not in self._goals:
            if len(self._goals) > MOST_GOALS:
                self._goals.clear()
            self._goals[key] = Goal(parts, strict)
        return self._goals[key]

    def solve(
        self, parts: tuple[Part, ...], work: Work, offer: Any, depth: int, *, kinds: tuple[Kind, ...] | None = None
    ) -> Any:
        """Return a value that meets all parts: what is offered, where it does.

        Raises Unmet, and Exhausted when it takes too long.
        """
        work.step()
        work.values += 1
        for part in parts:
            if part.holds and self.heights.of(part.node) + depth > DEEPEST:
                raise Unmet(part.node.path, "it asks for itself again and never ends")
        key, goal = (parts, work.strict), self.goal(parts, work.strict)
        if goal.values is not None and kinds is None:
            if not goal.values:
                raise Unmet(parts[0].node.path, "none of the values that are listed meets the rest")
            return copy.deepcopy(work.draws.pick(goal.values))
        work.inside[key] += 1
        try:
            return self._by_kind(goal, key, work, offer, depth, kinds)
        finally:
            work.inside[key] -= 1

    def _by_kind(
        self, goal: Goal, key: Hashable, work: Work, offer: Any, depth: int, kinds: tuple[Kind, ...] | None
    ) -> Any:  # fmt: skip
        share = work.share(key, depth)
        weights = [0.1 / share if kind == "null" and share else WEIGHTS.get(kind, 1.0) for kind in goal.first]
        first = work.draws.shuffled(goal.first, weights if goal.named else None)
        if not share:
            first.sort(key=("object", "array").__contains__)
        fault: Unmet | None = None
        for kind in (*first, *goal.rest):
            if kinds is not None and kind not in kinds:
                continue
            try:
                return self._descend(goal, goal.open[kind], key, work, offer, depth)
            except Unmet as found:
                fault = fault or found
        raise fault or goal.fault

    def _descend(self, goal: Goal, expansion: Expansion, key: Hashable, work: Work, offer: Any, depth: int) -> Any:
        if not expansion.choices:
            return self._make(goal, expansion, key, work, offer, depth)
        work.step()
        choice = expansion.choices[0]
        fault: Unmet | None = None
        for place in self._order(choice, key, work, depth):
            try:
                return self._descend(goal, expansion.way(place), key, work, offer, depth)
            except Unmet as found:
                fault = fault or found
        raise fault or Unmet(choice.owner.path, "there is no way to meet it")

    def _order(self, choice: Choice, key: Hashable, work: Work, depth: int) -> Sequence[int]:
        places = range(len(choice.ways))
        weights = [2.0 / (1 + place) for place in places] if choice.ordered else None
        order = work.draws.shuffled(places, weights)
        if work.least(key, depth):
            order.sort(key=lambda place: self._height(choice.ways[place]))
        return order

    def _height(self, way: Alternative) -> float:
        return max((self.heights.of(part.node) for part in way.parts if part.holds), default=0.0)

    def _make(self, goal: Goal, expansion: Expansion, key: Hashable, work: Work, offer: Any, depth: int) -> Any:
        if expansion.plan is None:
            try:
                expansion.plan = _planned(goal, expansion)
            except Unmet as fault:
                expansion.plan = fault
        plan = expansion.plan
        if isinstance(plan, Unmet):
            raise plan
        if isinstance(plan, list):
            return copy.deepcopy(work.draws.pick(plan))
        if isinstance(plan, Numbers):
            return plan.make(work, offer)
        if isinstance(plan, Strings):
            return plan.make(self.pools, work, offer)
        return plan.make(self, work, key, depth)


def _planned(goal: Goal, expansion: Expansion) -> Any:
    """Lay down how values of a kind are made. Raises Unmet."""
    lists = [demand for demand in expansion.demands if demand.word == "enum"]
    if lists or expansion.kind in ("null", "boolean"):
        unlike = {same(value) for demand in expansion.demands if demand.word == "unlike" for value in demand.value}
        values = lists[0].value if lists else [None] if expansion.kind == "null" else [True, False]
        kept = [value for value in values if kind_of(value) == expansion.kind and same(value) not in unlike
                and all(node.admits(value) for node in expansion.holding)
                and all(part.admits(value) for part in goal.parts)]  # fmt: skip
        if not kept:
            raise Unmet((lists[0].node if lists else goal.parts[0].node).path, "no value is left that is allowed")
        return kept
    if expansion.kind in ("integer", "number"):
        return Numbers(expansion.kind, expansion.demands)
    if expansion.kind == "string":
        return Strings(expansion.demands)
    return Arrays(expansion) if expansion.kind == "array" else Objects(expansion)
