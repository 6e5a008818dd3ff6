"""Objects: which properties are there, what they are called and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from likewise.techniques.rules.documents.asking import Demand, Part, Unmet
from likewise.techniques.rules.documents.formats import word
from likewise.techniques.rules.documents.heights import SINGLE
from likewise.techniques.rules.documents.kinds import Kind, same
from likewise.techniques.rules.documents.node import Node
from likewise.techniques.rules.documents.profiles import offered, profile_of
from likewise.techniques.rules.documents.work import Work

if TYPE_CHECKING:
    from likewise.techniques.rules.documents.expansion import Expansion
    from likewise.techniques.rules.documents.solving import Goal, Solver

_UNASKED = object()

TRIES = 30
MOST_EXTRA = 3


@dataclass(frozen=True)
class _Odd:
    """Ask for a property with a name that no schema names, that `pattern` finds or that a schema refuses."""

    node: Node
    value: Part | None = None
    name: Part | None = None
    pattern: str | None = None


class Objects:
    """Make objects that meet all schemas and demands of an expansion."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion, self._holding = expansion, expansion.holding
        self._low = 0
        self._high: int | None = None
        self._needed: dict[str, None] = {}
        self._absent: set[str] = set()
        self._with: dict[str, list[str]] = {}
        self._more: dict[str, list[Part]] = {}
        self._odd: list[_Odd] = []
        self._unlike: set[object] = set()
        self._path = self._holding[0].path if self._holding else "#"
        for demand in expansion.demands:
            self._take(demand)
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._patterns = [(pattern, _compiled(pattern, node), node, inner) for node in self._holding
                          for pattern, inner in node.named("patternProperties")]  # fmt: skip
        self._naming = tuple(Part(node.at("propertyNames")) for node in self._holding
                             if "propertyNames" in node.keywords)  # fmt: skip
        self._settle()

    def _take(self, demand: Demand) -> None:
        word, value, self._path = demand.word, demand.value, demand.node.path
        if word == "minProperties":
            self._low = max(self._low, int(value))
        elif word == "maxProperties":
            self._high = int(value) if self._high is None else min(self._high, int(value))
        elif word == "required":
            self._needed.update(dict.fromkeys(value))
        elif word == "absent":
            self._absent.add(value)
        elif word == "dependentRequired":
            for name, others in value.items():
                self._with.setdefault(name, []).extend(others)
        elif word == "property":
            self._needed.setdefault(value[0])
            self._more.setdefault(value[0], []).append(value[1])
        elif word == "odd property":
            self._odd.append(_Odd(demand.node, value=value))
        elif word == "odd pattern":
            self._odd.append(_Odd(demand.node, value=value[1], pattern=value[0]))
        elif word == "odd name":
            self._odd.append(_Odd(demand.node, name=value))
        elif word == "unlike":
            self._unlike.update(same(item) for item in value)

    def _settle(self) -> None:
        self._needed = self._closed(self._needed)
        both = sorted(self._absent & set(self._needed))
        if both:
            raise Unmet(self._path, f"the property `{both[0]}` must be there and must not be there")
        if self._high is not None and self._low > self._high:
            raise Unmet(self._path, f"`minProperties` {self._low} is above `maxProperties` {self._high}")
        if self._high is not None and len(self._needed) > self._high:
            raise Unmet(self._path, f"{len(self._needed)} properties are required, and `maxProperties` is {self._high}")
        for name in self._needed:
            refused = self._refused(name)
            if refused is not None:
                raise Unmet(refused.path, f"the property `{name}` is required, and nothing is allowed in it")
        named = dict.fromkeys(name for node in self._holding for name in node.keywords.get("properties", ()))
        known = {**named, **dict.fromkeys(self._needed), **dict.fromkeys(self._with)}
        known.update(dict.fromkeys(name for others in self._with.values() for name in others))
        self._known = [name for name in known if name not in self._absent and self._refused(name) is None
                       and (name in self._needed or self._may_be_called(name))]  # fmt: skip
        self._open = [node for node in self._holding if _mapped(node)]
        self._others_named = any(_says_of_others(node) for node in self._open) and self._refused("\x00") is None
        self._profile: Any = _UNASKED

    def _closed(self, names: Iterable[str]) -> dict[str, None]:
        """Return the names and all that must be there with them."""
        found, waiting = dict[str, None](), list(names)[::-1]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting.extend(self._with.get(name, ()))
        return found

    def _may_be_called(self, name: str) -> bool:
        return all(part.admits(name) for part in self._naming)

    def _refused(self, name: str) -> Node | None:
        """Return the schema by which nothing may stand in a property."""
        for part in self.parts(name):
            if isinstance(part.node.schema, bool) and part.node.schema is not part.holds:
                return part.node
        return None

    def parts(self, name: str) -> tuple[Part, ...]:
        """Return all that a property must meet."""
        if name not in self._parts:
            found = list(self._more.get(name, ()))
            for node in self._holding:
                found.extend(Part(inner) for inner in _named_by(node, name))
                if "unevaluatedProperties" in node.keywords and not self._evaluated(node, name):
                    found.append(Part(node.at("unevaluatedProperties")))
            self._parts[name] = tuple(dict.fromkeys(found))
        return self._parts[name]

    def _evaluated(self, node: Node, name: str) -> bool:
        """Return whether a schema, or one that speaks for it, says something about a property."""
        return any(
            any(True for _ in _named_by(inner, name))
            or (inner is not node and "unevaluatedProperties" in inner.keywords)
            for inner in self._expansion.below(node)
        )

    def make(self, solver: Solver, work: Work, goal: Any, depth: int) -> dict[str, Any]:
        """Return an object. Raises Unmet."""
        for _ in range(TRIES if self._unlike else 1):
            made = self._made(solver, work, goal, depth)
            if same(made) not in self._unlike:
                return made
        raise Unmet(self._path, "every object that was found is one that it must not be")

    def _made(self, solver: Solver, work: Work, goal: Any, depth: int) -> dict[str, Any]:
        share = work.share(goal, depth)
        values: dict[str, Any] = {}
        for odd in self._odd:
            name, value = self._made_odd(odd, solver, work, values, depth)
            values[name] = value
        wanted = self._wanted(work, share, len(values))
        offers = self._offers(solver, work)
        for name in self._known:
            if name not in wanted or name in values:
                continue
            try:
                values[name] = solver.solve(self.parts(name), work, offers.get(name), depth + 1)
            except Unmet:
                if name in self._needed:
                    raise
                wanted = self._without(name, wanted)
                values = {kept: value for kept, value in values.items() if kept in wanted or kept not in self._known}
        self._fill(values, solver, work, share, depth)
        if len(values) < self._low:
            raise Unmet(self._path, f"`minProperties` is {self._low}, and only {len(values)} properties may be there")
        if self._high is not None and len(values) > self._high:
            raise Unmet(self._path, f"{len(values)} properties must be there, and `maxProperties` is {self._high}")
        order = {name: place for place, name in enumerate(self._known)}
        return dict(sorted(values.items(), key=lambda item: order.get(item[0], len(order))))

    def _offers(self, solver: Solver, work: Work) -> dict[str, Any]:
        """Return what the names of the properties suggest; later attempts do without."""
        if self._profile is _UNASKED:
            self._kinds = {name: _asked(solver.goal(self.parts(name), False)) for name in self._known}
            self._profile = profile_of(solver.seed, self._path_of(), self._about(), self._kinds)
        if self._profile is None or work.attempt > 2:
            return {}
        return {name: offered(value, self._kinds[name][0]) for name, value in self._profile.row(work).items()}

    def _path_of(self) -> str:
        return self._holding[0].path if self._holding else "#"

    def _about(self) -> str:
        """Return what the objects are called: by `title`, or by where their schema stands."""
        for node in reversed(self._holding):
            if "title" in node.keywords:
                return str(node.keywords["title"])
        steps = [step for step in self._path_of().split("/") if step not in SINGLE]
        return steps[-1] if len(steps) > 1 else ""

    def _wanted(self, work: Work, share: float, more: int) -> set[str]:
        """Return the known names that will be there: what must be, and a share of the others."""
        wanted = dict(self._needed)
        room = None if self._high is None else self._high - more
        optional = [name for name in self._known if name not in wanted]
        short = self._low - len(wanted) - more
        for name in work.draws.shuffled(optional) if self._high is not None or short > 0 else optional:
            if work.draws.chance(share) or len(wanted) + more < self._low:
                closed = {**wanted, **self._closed([name])}
                fits = (room is None or len(closed) <= room) and not self._absent & set(closed)
                if fits and all(other in self._known for other in closed):
                    wanted = closed
        return set(wanted)

    def _without(self, name: str, wanted: set[str]) -> set[str]:
        """Return the names without one, and without those that it must be there with."""
        gone = {name}
        while True:
            more = {other for other in wanted - gone if set(self._with.get(other, ())) & gone}
            if not more:
                return wanted - gone
            gone |= more

    def _fill(self, values: dict[str, Any], solver: Solver, work: Work, share: float, depth: int) -> None:
        """Add properties of other names: as many as must be, and some where the schema says what they hold."""
        wanted = self._low - len(values)
        if self._open and share > 0:
            wanted = max(wanted, work.draws.between(0 if self._known else 1, MOST_EXTRA) if share >= 0.5
                         else int(work.draws.chance(share)))  # fmt: skip
        if self._high is not None:
            wanted = min(wanted, self._high - len(values))
        tries = wanted * 5 if wanted > 0 else 0
        while wanted > 0 and tries > 0:
            tries -= 1
            name = self._name(solver, work, tries)
            if name is None or name in values or name in self._absent or self._refused(name) is not None:
                continue
            if self._closed([name]).keys() - values.keys() - {name}:
                continue
            try:
                values[name] = solver.solve(self.parts(name), work, None, depth + 1)
            except Unmet:
                continue
            wanted -= 1

    def _name(self, solver: Solver, work: Work, tries: int) -> str | None:
        """Return a new name that the schemas allow, None where this try brought none."""
        if self._patterns and (not self._others_named or work.draws.chance(0.5)):
            pattern, _, node, _ = work.draws.pick(self._patterns)
            name = solver.pools.text(pattern, 0, None, node.path, work)
        elif self._naming:
            found = solver.solve(self._naming, work, None, 0, kinds=("string",))
            name = str(found)
        else:
            name = word(work.draws) if tries % 3 else f"{word(work.draws)}_{word(work.draws)}"
        return name if self._may_be_called(name) else None

    def _made_odd(
        self, odd: _Odd, solver: Solver, work: Work, values: dict[str, Any], depth: int
    ) -> tuple[str, Any]:  # fmt: skip
        """Return a property that fails a schema, as is asked."""
        fault: Unmet | None = None
        for attempt in range(TRIES):
            try:
                name = self._odd_name(odd, solver, work, attempt)
                if name is None or name in values or name in self._absent or not self._may_be_called(name):
                    continue
                if odd.value is not None and odd.pattern is None and _is_named(odd.node, name):
                    continue
                parts = self.parts(name) + (() if odd.value is None else (odd.value,))
                return name, solver.solve(parts, work, None, depth + 1)
            except Unmet as found:
                fault = found
        raise fault or Unmet(odd.node.path, "no property was found that it must not be valid with")

    def _odd_name(self, odd: _Odd, solver: Solver, work: Work, attempt: int) -> str | None:
        if odd.name is not None:
            return str(solver.solve((odd.name, *self._naming), work, None, 0, kinds=("string",)))
        if odd.pattern is not None:
            return solver.pools.text(odd.pattern, 0, None, odd.node.path, work)
        others = [name for name in self._known if name not in odd.node.keywords.get("properties", ())]
        if others and attempt % 2 == 0:
            picked: str = work.draws.pick(others)
            return picked
        return self._name(solver, work, attempt)


def _asked(goal: Goal) -> tuple[set[Kind], str | None]:
    """Return the kinds of values that are wanted first, and the format of texts; no kinds where values are listed."""
    first = goal.open[goal.first[0]] if goal.first else None
    texts = goal.open.get("string")
    forms = [demand.value for demand in texts.demands if demand.word == "format"] if texts is not None else []
    wanted = first is not None and goal.values is None
    return (set(goal.first) if wanted else set()), (forms[0] if forms else None)


def _named_by(node: Node, name: str) -> Iterator[Node]:
    """Yield the schemas by which a schema itself speaks of a property."""
    spoken = False
    if name in node.keywords.get("properties", ()):
        spoken = True
        yield node.at("properties", name)
    for pattern, inner in node.named("patternProperties"):
        if _compiled(pattern, node).search(name):
            spoken = True
            yield inner
    if not spoken and "additionalProperties" in node.keywords:
        yield node.at("additionalProperties")


def _is_named(node: Node, name: str) -> bool:
    """Return whether a schema says by name or pattern what a property holds."""
    return name in node.keywords.get("properties", ()) or any(
        _compiled(pattern, node).search(name) for pattern, _ in node.named("patternProperties")
    )


def _mapped(node: Node) -> bool:
    """Return whether a schema says what properties of any name hold."""
    return bool(node.keywords.get("patternProperties")) or _says_of_others(node)


def _says_of_others(node: Node) -> bool:
    words = node.keywords
    return any(isinstance(words.get(word), dict) and words[word] for word in ("additionalProperties",
                                                                              "unevaluatedProperties"))  # fmt: skip


def _compiled(pattern: str, node: Node) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as fault:
        raise Unmet(node.path, f"the pattern `{pattern}` cannot be read: {fault.msg}") from None
