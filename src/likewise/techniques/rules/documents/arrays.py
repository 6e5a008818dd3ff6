"""Arrays: how many items, which of them are what, and that they differ where they must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from likewise.techniques.rules.documents.asking import Demand, Part, Unmet
from likewise.techniques.rules.documents.kinds import same
from likewise.techniques.rules.documents.node import Node
from likewise.techniques.rules.documents.work import Work

if TYPE_CHECKING:
    from likewise.techniques.rules.documents.expansion import Expansion
    from likewise.techniques.rules.documents.solving import Solver

TRIES, REDRAWS = 12, 20
MORE = 3
"""How many items there are at most beyond those that must be there."""


class Arrays:
    """Make arrays that meet all schemas and demands of an expansion."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion, self._holding = expansion, expansion.holding
        self._low = 0
        self._high: int | None = None
        self._unique = self._repeated = False
        self._contains: list[tuple[Node, Node, int, int | None]] = []
        self._more: dict[int, list[Part]] = {}
        self._odd: list[tuple[int, Part]] = []
        self._unlike: set[object] = set()
        self._path = self._holding[0].path if self._holding else "#"
        for demand in expansion.demands:
            self._take(demand)
        self._parts: dict[tuple[int, tuple[int, ...]], tuple[Part, ...]] = {}
        self._settle()

    def _take(self, demand: Demand) -> None:
        word, value, self._path = demand.word, demand.value, demand.node.path
        if word == "minItems":
            self._low = max(self._low, int(value))
        elif word == "maxItems":
            self._high = int(value) if self._high is None else min(self._high, int(value))
        elif word == "uniqueItems":
            self._unique = True
        elif word == "repeated":
            self._repeated, self._low = True, max(self._low, 2)
        elif word == "contains":
            inner, least, most = value
            self._contains.append((demand.node, inner, int(least), None if most is None else int(most)))
            self._low = max(self._low, int(least))
        elif word == "item":
            self._more.setdefault(value[0], []).append(value[1])
            self._low = max(self._low, value[0] + 1)
        elif word == "odd item":
            self._odd.append(value)
            self._low = max(self._low, value[0] + 1)
        elif word == "unlike":
            self._unlike.update(same(item) for item in value)

    def _settle(self) -> None:
        self._tuple = max((len(node.keywords.get("prefixItems", ())) for node in self._holding), default=0)
        for place in range(self._tuple + 1):
            if any(isinstance(part.node.schema, bool) and part.node.schema is not part.holds
                   for part in self.parts(place, ())):  # fmt: skip
                self._high = place if self._high is None else min(self._high, place)
                break
        if self._unique and self._repeated:
            raise Unmet(self._path, "the items must differ and must not differ")
        for node, _, least, most in self._contains:
            if most is not None and least > most:
                raise Unmet(node.path, f"`minContains` {least} is above `maxContains` {most}")
        if self._high is not None and self._low > self._high:
            raise Unmet(self._path, f"at least {self._low} items must be there, and at most {self._high} may be")

    def parts(self, place: int, containing: tuple[int, ...]) -> tuple[Part, ...]:
        """Return all that an item must meet; `containing` are the places in `_contains` that it stands for."""
        key = (place if place < self._tuple or place in self._more else -1, containing)
        if key not in self._parts:
            found = list(self._more.get(place, ()))
            marked = {self._contains[at][0].key for at in containing}
            for node in self._holding:
                found.extend(Part(inner) for inner in _spoken(node, place))
                if "unevaluatedItems" in node.keywords and not self._evaluated(node, place, marked):
                    found.append(Part(node.at("unevaluatedItems")))
            found.extend(Part(self._contains[at][1]) for at in containing)
            for at, (_, inner, _, most) in enumerate(self._contains):
                if most is not None and at not in containing:
                    found.append(Part(inner, False))
            self._parts[key] = tuple(dict.fromkeys(found))
        return self._parts[key]

    def _evaluated(self, node: Node, place: int, marked: set[Any]) -> bool:
        """Return whether a schema, or one that speaks for it, says something about an item."""
        return any(
            bool(_spoken(inner, place))
            or (inner is not node and "unevaluatedItems" in inner.keywords)
            or (inner.key in marked and node.document.counts_contained)
            for inner in self._expansion.below(node)
        )

    def make(self, solver: Solver, work: Work, goal: Any, depth: int) -> list[Any]:
        """Return an array. Raises Unmet."""
        fault = Unmet(self._path, "every array that was found is one that it must not be")
        for attempt in range(TRIES):
            try:
                made = self._made(solver, work, goal, depth, attempt)
            except Unmet as found:
                fault = found
                if not (self._contains or self._odd or self._repeated):
                    raise
                continue
            if same(made) not in self._unlike:
                return made
        raise fault

    def _length(self, work: Work, goal: Any, depth: int, attempt: int) -> int:
        share = work.share(goal, depth)
        if share == 0.0 or attempt > TRIES // 2:
            return self._low
        more = max(MORE, self._tuple - self._low) if share >= 0.5 else int(work.draws.chance(share))
        most = self._low + more if self._high is None else min(self._high, self._low + more)
        length = work.draws.between(self._low, most)
        if not length and most and work.draws.chance(0.75):
            length = work.draws.between(1, most)
        return max(length, min(self._tuple, most)) if work.draws.chance(share) else length

    def _made(self, solver: Solver, work: Work, goal: Any, depth: int, attempt: int) -> list[Any]:
        length = self._length(work, goal, depth, attempt)
        containing = self._placed(work, length)
        odd: dict[int, list[Part]] = {}
        for first, part in self._odd:
            odd.setdefault(work.draws.between(first, max(first, length - 1)), []).append(part)
        made: list[Any] = []
        seen: set[object] = set()
        for place in range(length):
            parts = self.parts(place, containing[place]) + tuple(odd.get(place, ()))
            item = self._item(parts, solver, work, seen, depth)
            if item is _NONE:
                if place < self._low or any(containing[place:]) or odd:
                    raise Unmet(self._path, f"no {place + 1} items were found that differ from one another")
                break
            made.append(item)
        if self._repeated:
            made[-1] = made[work.draws.below(len(made) - 1)]
        return made

    def _item(self, parts: tuple[Part, ...], solver: Solver, work: Work, seen: set[object], depth: int) -> Any:
        for _ in range(REDRAWS):
            item = solver.solve(parts, work, None, depth + 1)
            if not self._unique:
                return item
            if same(item) not in seen:
                seen.add(same(item))
                return item
        return _NONE

    def _placed(self, work: Work, length: int) -> list[tuple[int, ...]]:
        """Return, for each item, which of the contained things it is to be."""
        placed: list[list[int]] = [[] for _ in range(length)]
        for at, (_, _, least, most) in enumerate(self._contains):
            most = length if most is None else min(most, length)
            for place in work.draws.shuffled(range(length))[: work.draws.between(least, max(least, most))]:
                placed[place].append(at)
        return [tuple(found) for found in placed]


_NONE = object()


def _spoken(node: Node, place: int) -> list[Node]:
    """Return the schemas by which a schema itself speaks of an item."""
    if place < len(node.keywords.get("prefixItems", ())):
        return [node.at("prefixItems", place)]
    return [node.at("items")] if "items" in node.keywords else []
