"""Choose what is met by construction: which column each equation is solved for, what is looked up, what is emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from likewise.constraints.holding.isolating import isolated
from likewise.constraints.holding.rule import RowRule
from likewise.constraints.holding.steps import Computed, Emptied, Step, in_order
from likewise.constraints.kinds import Formula, Missing, Part
from likewise.constraints.language.expression import Absent, Comparison, Expression, Name, Value
from likewise.core.table import Table

SHOWN = 20_000
"""Rows that an equation is tried on, to see whether the column it is solved for can hold the result."""

SAME = 1.0
"""Share of the rows in which a computed column must be missing where the real one is, to be left out of the fit."""


def planned(rules: Sequence[RowRule], table: Table, kept: frozenset[str]) -> tuple[Step, ...]:
    """Return the steps that meet rules by construction, in an order in which they can be taken.

    An equation is solved for the column that stands alone in it, else for the one that varies most, if its grid can
    hold the result in every row. The column is left out of the fit where it is missing exactly where a part is, and
    where it is none of the `kept` ones; else it is learned, and what is drawn is computed over.
    """
    shown = table.slice(0, SHOWN)
    steps: list[Step] = []
    for rule in rules:
        for step in _steps_of(rule, shown, {s.column for s in steps}):
            if in_order([*steps, step]) is not None:
                steps.append(step)
    found = in_order(steps)
    assert found is not None
    return tuple(_left_out(step, table, kept) for step in found)


def _steps_of(rule: RowRule, shown: Table, taken: set[str]) -> Iterator[Step]:
    """Yield the steps that a rule can be met by, at most one for each thing that it asks for."""
    constraint = rule.constraint
    if isinstance(constraint, Formula | Part):
        step = Computed(constraint.column, rule.place, 0, constraint, None, False)
        if constraint.column not in taken and _does(step, rule, shown):
            yield step
        return
    if isinstance(constraint, Missing):
        if constraint.column not in taken:
            yield Emptied(constraint.column, rule.place, 0, None, constraint)
        return
    for which, demand in enumerate(rule.demands):
        if isinstance(demand.what, Absent) and isinstance(demand.what.of, Name):
            if demand.what.of.full not in (*taken, *demand.names()):
                yield Emptied(demand.what.of.full, rule.place, which, demand)
        elif isinstance(demand.what, Comparison) and demand.what.sign == "==":
            for step in _solved(rule, which, demand.what, shown, taken):
                if _does(step, rule, shown):
                    yield step
                    break


def _solved(
    rule: RowRule, which: int, equation: Comparison, shown: Table, taken: set[str]
) -> Iterator[Computed]:  # fmt: skip
    """Yield the ways to solve an equation, the best first."""
    demand = rule.demands[which]
    names = [name for name in _preferred(equation, shown) if name not in taken and name not in demand.names()]
    for name in names:
        of = isolated(equation, name)
        if of is None or not _is_computed(of, shown, name):
            continue
        yield Computed(name, rule.place, which, of, demand if demand.conditions else None, False)


def _is_computed(of: Expression, shown: Table, name: str) -> bool:
    """Whether computing a column is better than drawing it: a level that is only compared with one value is drawn."""
    return not (isinstance(of, Value) and shown.schema[name].is_levels)


def _preferred(equation: Comparison, shown: Table) -> list[str]:
    """Return the columns of an equation: those that stand alone first, then those that vary most."""
    alone = [side.full for side in (equation.left, equation.right) if isinstance(side, Name)]
    others = [name for name in equation.names() if name not in alone]
    spread = {name: _spread(shown, name) for name in others}
    return [*alone, *sorted(others, key=lambda name: -spread[name])]


def _spread(table: Table, name: str) -> float:
    if not table.schema[name].is_number or table.missing(name).all():
        return 0.0
    return float(np.nanstd(table.numbers(name)))


def _does(step: Computed, rule: RowRule, shown: Table) -> bool:
    """Whether rows whose column was computed meet the rule: the column's grid can hold what comes of the parts."""
    if not (shown.schema[step.column].is_number or shown.schema[step.column].is_levels):
        return False
    if step.computed(shown) is None:
        return False
    return bool(rule.holds(step.applied(shown))[rule.holds(shown)].all())


def _left_out(step: Step, table: Table, kept: frozenset[str]) -> Step:
    """Return a step whose column is left out of the fit, where nothing is lost by that."""
    if not isinstance(step, Computed) or step.demand is not None or step.column in kept:
        return step
    if not table.schema[step.column].is_number:  # a level is cheap to learn, and its levels are settled by that
        return step
    found = step.computed(table)
    if found is None:
        return step
    same = np.asarray(found.is_null()) == table.missing(step.column)
    return replace(step, left_out=True) if same.mean() >= SAME else step
