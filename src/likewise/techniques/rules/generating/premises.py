"""The rules of a component as they are reasoned from, and what each column may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from likewise.constraints.language.expression import Computed, Expression, Name
from likewise.constraints.reasoning.counting import aggregated
from likewise.constraints.reasoning.domain import Domain, domain_of
from likewise.constraints.reasoning.premise import Premise
from likewise.core.moments import DAY
from likewise.core.schema import Column
from likewise.techniques.rules.generating.components import Component
from likewise.techniques.rules.generating.ways import sum_of
from likewise.techniques.rules.maker import Maker
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.formula import SUM, Formula
from likewise.techniques.rules.makers.quantiles import Quantiles

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.plan import Plan, TablePlan

DEEPEST = 20
"""How often formulas are put in the place of the columns that they make."""


def premises_of(plan: TablePlan, component: Component) -> tuple[Premise, ...]:
    """Return the rules of a component, in which formulas take the place of the columns that they make.

    Rules of kinds that are no expressions are left out; rows are still told by them.
    """
    found = []
    for rule in component.rules:
        if rule.expression is None:
            continue
        expression = rule.expression
        for _ in range(DEEPEST):
            changed = expression.replaced(_formulas(plan, component, expression))
            if changed == expression:
                break
            expression = changed
        found.append(Premise(_named(expression), rule.said().strip("`"), rule.rule.cost))
    return tuple(found)


def _formulas(plan: TablePlan, component: Component, expression: Expression) -> dict[Expression, Expression]:
    """Return what makes the columns of a component that an expression names and that a plain formula makes."""
    found: dict[Expression, Expression] = {}
    for part in expression.walk():
        if isinstance(part, Name) and part.table is None and part.column in component.columns:
            maker = plan.makers[part.column]
            if isinstance(maker, Formula) and maker.noise is None and maker.decimals is None:
                found[part] = maker.expression
    return found


def _named(expression: Expression) -> Expression:
    """Return an expression in which sums are columns."""
    sums: dict[Expression, Expression] = {part: Name(part.label) for part in expression.walk()
                                          if isinstance(part, Computed)}  # fmt: skip
    return expression.replaced(sums)


def domains_of(plan: Plan, table: TablePlan, premises: tuple[Premise, ...]) -> dict[str, Domain]:
    """Return what each column that rules speak of may be, missing or not as little as it can be."""
    names = dict.fromkeys(name for premise in premises for name in premise.expression.names())
    return {name: _domain(plan, table, name) for name in names}


def _domain(plan: Plan, table: TablePlan, name: str) -> Domain:
    meaning = plan.meanings.needed(table.name, name)
    makers: Mapping[str, Maker] = table.makers
    if name.startswith(SUM):
        return _summed(plan, table, name) or domain_of(meaning)
    if name in makers:
        full = meaning.model_copy(update={"nullable": table.gaps[name].missing.share == 1})
        maker = makers[name]
        if isinstance(maker, Formula) and isinstance(maker.expression, Computed) and maker.noise is None:
            found = _summed(plan, table, maker.expression.label)
            slack = 0.0 if maker.decimals is None else 10.0**-maker.decimals  # what rounding may change
            whole = domain_of(full)
            return whole if found is None else whole.within([(found.low - slack, found.high + slack)])
        return drawn_domain(maker, full)
    prefix, dot, column = name.partition(".")
    if dot and prefix not in makers and "." not in column and prefix in plan.tables:
        other = plan.tables[prefix]
        if column in other.makers:
            return drawn_domain(other.makers[column], meaning)
    return domain_of(meaning)


def _summed(plan: Plan, table: TablePlan, name: str) -> Domain | None:
    """Return what a sum over the rows that refer to a row may be; None where it is not known."""
    if not name.startswith(SUM):  # of a row above
        return None
    call, child, of = sum_of(plan.document, table.name, name, table.path)
    other = plan.tables[child]
    references = [own for own in other.rules.references if own.to == table.name]
    if len(references) != 1 or references[0].children.of is None or other.rules.rows is not None:
        return None
    low, high = references[0].children.of.support
    column = other.schema[of.column] if isinstance(of, Name) and of.column in other.makers else None
    domain = None if column is None else drawn_domain(other.makers[column.name], column)
    return aggregated(call.function, domain, int(low), None if np.isinf(high) else int(high))


def drawn_domain(maker: Maker, column: Column) -> Domain:
    """Return what a maker may make of a column: what its distribution holds."""
    found = domain_of(column)
    if isinstance(maker, Quantiles):
        low, high = (float(end) * scale_of(column) for end in maker.values(np.array([0.0, 1.0])))
        return found.within([(low, high)])
    if not isinstance(maker, Drawn):
        return found
    if found.sort == "text":
        shares = maker.distribution.pdf(list(range(len(maker.levels or ()))))
        levels = [level for level, share in zip(maker.levels or (), shares, strict=True) if share > 0]
        return Domain.among(levels, missing=found.missing)
    low, high = (end * scale_of(column) for end in maker.distribution.support)
    return found.within([(low, high)])


def scale_of(column: Column) -> float:
    """Return what a unit of a column's numbers is on the scale of rules: of a date a day."""
    return float(DAY) if column.kind == "date" else 1.0
