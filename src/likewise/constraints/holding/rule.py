"""A rule as it is held: what it says, which columns it is about, and which rows meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.constraints.holding.demands import Demand, demands
from likewise.constraints.kinds import Check, Constraint, Determined, Order
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.expression import Comparison, Expression, Name
from likewise.constraints.language.tables import columns_of
from likewise.core.schema import Schema
from likewise.core.table import Table

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RowRule:
    """Hold one rule on each row by itself, and its place in the document.

    `constraint` is what was declared; `expression` what it means as an expression, None for kinds that have none.
    """

    place: int
    said: str
    columns: tuple[str, ...]
    constraint: Constraint
    expression: Expression | None

    def holds(self, table: Table) -> Mask:
        """Return which rows of a table meet the rule."""
        if self.expression is not None:
            return holds(self.expression, columns_of(table), table.rows)
        return np.asarray(self.constraint.holds(table))

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """What it asks for, taken apart; nothing for a kind without an expression."""
        return () if self.expression is None else tuple(demands(self.expression))


def row_rules(constraints: Sequence[Constraint], schema: Schema) -> tuple[RowRule, ...]:
    """Return the rules on each row by itself among declared constraints, of which all columns are in a schema."""
    found: list[RowRule] = []
    for place, constraint in enumerate(constraints):
        if constraint.scope != "row" or isinstance(constraint, Determined) or not _is_in(constraint, schema):
            continue
        expression = constraint.expression if isinstance(constraint, Check) else None
        if isinstance(constraint, Order):
            expression = Comparison("<=", Name(constraint.low), Name(constraint.high))
        found.append(RowRule(place, constraint.said(), constraint.columns, constraint, expression))
    return tuple(found)


def decisions(constraints: Sequence[Constraint], schema: Schema) -> tuple[RowRule, ...]:
    """Return the rules that one column decides another, which rows alone cannot tell."""
    return tuple(
        RowRule(place, constraint.said(), constraint.columns, constraint, None)
        for place, constraint in enumerate(constraints)
        if isinstance(constraint, Determined) and _is_in(constraint, schema)
    )


def _is_in(constraint: Constraint, schema: Schema) -> bool:
    return all(name in schema for name in constraint.columns)


def all_hold(rules: Sequence[RowRule], table: Table) -> Mask:
    """Return which rows of a table meet all rules."""
    met = np.ones(table.rows, dtype=bool)
    for rule in rules:
        met &= rule.holds(table)
    return met
