"""What makes each column once the constraints are seen to: equations become formulas, decided columns are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from likewise.constraints.kinds.share import Quota
from likewise.constraints.language.expression import Expression
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.table import TableRules
from likewise.techniques.rules.generating.among import Among
from likewise.techniques.rules.generating.choosing import Chosen
from likewise.techniques.rules.generating.constraints import RowRule, Sorted
from likewise.techniques.rules.generating.equations import formula_like, isolated
from likewise.techniques.rules.generating.gaps import Gaps
from likewise.techniques.rules.generating.records import makers_of
from likewise.techniques.rules.maker import Maker, Quantile
from likewise.techniques.rules.makers.determined import Decided
from likewise.techniques.rules.makers.formula import needed
from likewise.techniques.rules.makers.given import Conditional


@dataclass(eq=False)
class Settled:
    """Hold what makes the columns of a table, where cells are missing, and the rules that are still to be met.

    Rules that are `checked` name what follows from the rows before, so that no row can be drawn anew for them. `chosen`
    are rows in which something has to be true, `quotas` say how many rows each value of a column has, or each row that
    a reference means. `said` tells the others, by the path of each, and how they are met.
    """

    makers: dict[str, Maker]
    gaps: Mapping[str, Gaps]
    rules: tuple[RowRule, ...]
    checked: tuple[RowRule, ...]
    unique: tuple[tuple[str, ...], ...]
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)


def settled(document: Document, table: str, own: Sorted) -> Settled:
    """Return what makes a table whose constraints are held by construction wherever they can be."""
    rules = document.tables[table]
    makers = dict(makers_of(document, table))
    said: dict[str, tuple[str, str]] = {}
    for name, by in own.determined.items():
        makers[name] = Decided(maker=makers[name], by=by)
    among = Among(document, table, makers, said=said)
    for one, path in own.among:
        among.take(one, path)
    for one, path, expression in among.rules:
        own.add(RowRule(one, path, expression))
    left: list[RowRule] = []
    checked: list[RowRule] = []
    for rule in own.rules:
        if any(makers[name].follows for name in _reached(makers, rule.needs)):
            checked.append(rule)
            said[rule.path] = (rule.said(), "checked: it names what follows from the rows before")
            continue
        target = _target(rules, makers, rule)
        if target is None:
            left.append(rule)
            continue
        name, expression = target
        makers[name] = formula_like(makers[name], expression)
        said[rule.path] = (rule.said(), f"`{name}` is computed")
    gaps = {
        name: Gaps(name, rule.settings.missing, tuple(own.emptied.get(name, ())), tuple(own.filled.get(name, ())))
        for name, rule in rules.columns.items()
    }
    unique = tuple(dict.fromkeys((*rules.unique, *own.unique, *among.unique)))
    return Settled(makers, gaps, tuple(left), tuple(checked), unique, said, among.chosen, among.quotas)


def _target(rules: TableRules, makers: Mapping[str, Maker], rule: RowRule) -> tuple[str, Expression] | None:
    """Return a column that an equation gives and that may be computed by it; None where there is none."""
    for name, expression in isolated(rule.expression):
        maker, settings = makers.get(name), rules.columns[name].settings if name in rules.columns else None
        if settings is None or settings.unique or name in rules.key or not isinstance(maker, Quantile | Conditional):
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
