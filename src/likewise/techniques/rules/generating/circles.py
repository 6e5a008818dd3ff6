"""Rows that would have to be made from one another without an end, found before any is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from likewise.constraints.language.reading import read_expression
from likewise.errors import SettingsError
from likewise.techniques.rules.generating.choosing import CHOSEN
from likewise.techniques.rules.generating.ways import path_of, reference_of, sum_of, way_of
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.formula import SUM, needed, with_sums

if TYPE_CHECKING:
    from likewise.techniques.rules.document.reference import Reference
    from likewise.techniques.rules.generating.plan import Plan

Node = tuple[str, str]
"""A table with one of its columns, or with `@` and the number of its columns that are made together for rules, or with
`#` and a reference.
"""

Step = Literal["here", "up", "elsewhere"]
"""Whether one is made from the other in the same row, in one higher up in a tree, or in any other."""


def check_circles(plan: Plan) -> None:
    """Refuse rows that are made from one another in a circle. Raises SettingsError that names the columns.

    Columns of one row are no circle: rules let them be made together. Nor is it one where a row of a tree is made from
    that above it.
    """
    steps: dict[Node, dict[Node, Step]] = {}
    for name, table in plan.tables.items():
        for column in table.makers:
            _add(plan, steps, (name, column))
    for start, found in steps.items():
        for end, step in found.items():
            if step == "elsewhere" and (way := _way(steps, end, start)) is not None:
                raise _circle(plan, [start, *way])


def _add(plan: Plan, steps: dict[Node, dict[Node, Step]], start: Node) -> None:
    """Note what a node, and all that it leads to, is made from."""
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node in steps:
            continue
        found = steps[node] = {}
        for end, step in _made_from(plan, *node):
            if found.get(end) != "elsewhere":
                found[end] = step
            waiting.append(end)


def _made_from(plan: Plan, name: str, part: str) -> Iterator[tuple[Node, Step]]:
    """Yield what a node is made from."""
    table = plan.tables[name]
    if part.startswith("#"):
        reference = table.references[part[1:]]
        if reference.where is not None:
            for need in needed(with_sums(read_expression(reference.where))):
                own = need.removeprefix(f"{reference.to}.")
                yield from ((end, "elsewhere") for end, _ in _resolved(plan, reference.to, own))
        return
    if part.startswith("@"):
        component = table.components[int(part[1:])]
        needs = dict.fromkeys(need for rule in component.rules for need in rule.needs)
        for need in needs:
            if need not in component.columns:
                yield from _resolved(plan, name, need)
        columns = component.columns
    elif part in table.component_of:
        yield (name, f"@{table.component_of[part]}"), "here"
        return
    else:
        columns = frozenset({part})
    for column in columns:
        maker = table.makers[column]
        for need in (*maker.needs(), *table.gaps[column].needs()):
            if need not in columns:
                for end, step in _resolved(plan, name, need):
                    yield end, "elsewhere" if maker.follows and step == "here" and end[1] in table.makers else step


def _resolved(plan: Plan, name: str, need: str) -> Iterator[tuple[Node, Step]]:
    """Yield the nodes that a need of a table means."""
    table, document = plan.tables[name], plan.document
    if need in table.makers:
        yield (name, need), "here"
    elif need.startswith("#"):
        yield (name, f"#{reference_of(document, name, need[1:], table.path).name}"), "here"
    elif need.startswith(SUM):
        _, child, of = sum_of(document, name, need, table.path)
        yield (child, f"#{reference_of(document, child, name, table.path).name}"), "here"
        for own in needed(of):
            yield from ((end, "elsewhere") for end, _ in _resolved(plan, child, own))
    elif not need.startswith(CHOSEN):
        prefix, _, rest = need.partition(".")
        if prefix == name and rest in table.makers:
            yield (name, rest), "here"
            return
        first, *further = way_of(document, name, prefix, table.path)
        yield (name, f"#{first.name}"), "here"
        rest = ".".join([*(own.name for own in further), rest])
        step: Step = "up" if _climbs(first, name) else "elsewhere"
        yield from ((end, step) for end, _ in _resolved(plan, first.to, rest))


def _climbs(reference: Reference, table: str) -> bool:
    return reference.to == table and reference.tree == "tree"


def _way(steps: dict[Node, dict[Node, Step]], start: Node, end: Node) -> list[Node] | None:
    """Return a way from one node to another, None where there is none."""
    before: dict[Node, Node | None] = {start: None}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        if node == end:
            found: list[Node] = []
            at: Node | None = node
            while at is not None:
                found.append(at)
                at = before[at]
            return found[::-1]
        for further in steps[node]:
            if further not in before:
                before[further] = node
                waiting.append(further)
    return None


def _circle(plan: Plan, nodes: list[Node]) -> SettingsError:
    """Return the fault of a circle, with a rule in it where there is one."""
    said, path = [], ""
    for name, part in nodes:
        if part.startswith("@"):
            component = plan.tables[name].components[int(part[1:])]
            path = path or component.rules[0].path
            part = " and ".join(sorted(component.columns)) or component.rules[0].said()
        said.append(f"{name}.{part.removeprefix('#')}")
    where = path or f"{path_of(plan.document, nodes[0][0])}.columns.{nodes[0][1].removeprefix('#')}"
    return told(where, f"rows would be made from one another without an end: {' -> '.join(dict.fromkeys(said))} -> "
                f"{said[0]}", "leave out a rule, or let one of the columns be drawn by itself",
                "settings.circle")  # fmt: skip
