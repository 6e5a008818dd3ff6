"""What makes each column once the constraints are seen to: equations become formulas, decided columns are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from likewise.constraints.language.expression import Expression
from likewise.constraints.language.writing import write_expression
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.table import TableRules
from likewise.techniques.rules.generating.constraints import RowRule, Sorted, isolated
from likewise.techniques.rules.generating.gaps import Gaps
from likewise.techniques.rules.generating.records import makers_of
from likewise.techniques.rules.maker import Maker
from likewise.techniques.rules.makers.determined import Decided
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.formula import Formula, needed, without_sums
from likewise.techniques.rules.makers.given import Conditional


@dataclass(eq=False)
class Settled:
    """Hold what makes the columns of a table, where cells are missing, and the rules that are still to be met.

    `said` tells how the others are met, by the path of each.
    """

    makers: dict[str, Maker]
    gaps: Mapping[str, Gaps]
    rules: tuple[RowRule, ...]
    unique: tuple[tuple[str, ...], ...]
    said: dict[str, str] = field(default_factory=dict)


def settled(document: Document, table: str, own: Sorted) -> Settled:
    """Return what makes a table whose constraints are held by construction wherever they can be."""
    rules = document.tables[table]
    makers = dict(makers_of(document, table))
    said: dict[str, str] = {}
    for name, by in own.determined.items():
        makers[name] = Decided(maker=makers[name], by=by)
    left: list[RowRule] = []
    for rule in own.rules:
        target = _target(rules, makers, rule)
        if target is None:
            left.append(rule)
            continue
        name, expression = target
        makers[name] = _formula(makers[name], expression)
        said[rule.path] = f"`{name}` is computed"
    gaps = {
        name: Gaps(rule.settings.missing, tuple(own.emptied.get(name, ())), tuple(own.filled.get(name, ())))
        for name, rule in rules.columns.items()
    }
    unique = tuple(dict.fromkeys((*rules.unique, *own.unique)))
    return Settled(makers, gaps, tuple(left), unique, said)


def _target(rules: TableRules, makers: Mapping[str, Maker], rule: RowRule) -> tuple[str, Expression] | None:
    """Return a column that an equation gives and that may be computed by it; None where there is none."""
    for name, expression in isolated(rule.expression):
        maker, settings = makers.get(name), rules.columns[name].settings if name in rules.columns else None
        if settings is None or settings.unique or name in rules.key or not isinstance(maker, Drawn | Conditional):
            continue
        if name not in _reached(makers, needed(expression)):
            return name, expression
    return None


def _reached(makers: Mapping[str, Maker], needs: tuple[str, ...]) -> set[str]:
    """Return the columns of a table that some are made from, and those themselves."""
    found: set[str] = set()
    waiting = [*needs]
    while waiting:
        name = waiting.pop()
        if name not in found and name in makers:
            found.add(name)
            waiting += makers[name].needs()
    return found


def _formula(maker: Maker, expression: Expression) -> Formula:
    """Return the formula that takes a maker's place, rounded as its values were."""
    decimals = maker.of.decimals if isinstance(maker, Drawn) else None
    column = maker.of.column("it") if isinstance(maker, Drawn) else None
    kind = None if column is None or column.kind in ("category", "constant") else column.kind
    return Formula(text=write_expression(without_sums(expression)), kind=kind, decimals=decimals)
