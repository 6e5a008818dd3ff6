"""Constraints among the rows of one table: what takes the place of makers so that they hold."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.running import Running as RunningRule
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Computed,
    Expression,
    Name,
    Not,
    Value,
)
from likewise.constraints.language.functions import PREVIOUS
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.core.moments import DAY
from likewise.modalities.tabular.distributions import Constant
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.document.missing import Missing
from likewise.techniques.rules.document.reference import Reference
from likewise.techniques.rules.document.table import TableRules
from likewise.techniques.rules.generating.choosing import CHOSEN, Chosen
from likewise.techniques.rules.generating.constraints import at_home
from likewise.techniques.rules.generating.equations import formula_like, isolated
from likewise.techniques.rules.maker import Maker, Quantile, told
from likewise.techniques.rules.makers.along.clock import Clock
from likewise.techniques.rules.makers.along.neighbours import Ordinal
from likewise.techniques.rules.makers.along.running import Changed, Running
from likewise.techniques.rules.makers.along.spaced import Spaced
from likewise.techniques.rules.makers.drawn import Drawn
from likewise.techniques.rules.makers.formula import Formula, needed, with_sums
from likewise.techniques.rules.makers.given import Conditional
from likewise.techniques.rules.makers.sequence import Sequence


@dataclass(eq=False)
class Among:
    """Take in constraints among the rows of a table, one by one, by changing its `makers`.

    Found are the rules of single rows that come of it, with the paths of their constraints, the rows that are `chosen`
    for a share, and the `quotas`.
    """

    document: Document
    table: str
    makers: dict[str, Maker]
    rules: list[tuple[Rule, str, Expression]] = field(default_factory=list)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    unique: list[tuple[str, ...]] = field(default_factory=list)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def _own(self) -> TableRules:
        return self.document.tables[self.table]

    def take(self, rule: Rule, path: str) -> None:
        """Take a constraint in. Raises SettingsError with the reason where it cannot be held."""
        try:
            held = self._held(rule, path)
        except _Unheld as reason:
            what = f"{rule.said()} cannot be held while each row is made alone: {reason}"
            hint = "change what it names, or hold it on the finished tables"
            raise told(path, what, hint, "settings.unheld") from None
        if held:
            self.said[path] = (rule.said(), held)

    def _held(self, rule: Rule, path: str) -> str:
        match rule:
            case Gap():
                return self._spaced(rule)
            case RunningRule():
                return self._running(rule)
            case Share():
                return self._share(rule, path)
            case Quota():
                return self._quota(rule, path)
            case Unique():
                return self._unique(rule, path)
            case Total():
                return self._total(rule)
        raise _Unheld("it has to see all rows at once")

    def _named(self, by: tuple[str, ...]) -> Reference:
        """Return the reference to another table that some columns are."""
        if not by:
            raise _Unheld("all rows of a table belong together, unless `by` says which reference tells them apart")
        named = [own for own in self._own.references if {*own.columns} == {*by} and own.to != self.table]
        if not named:
            raise _Unheld(f"{_listed(by)} is no reference to another table")
        return named[0]

    def _along(self, by: tuple[str, ...]) -> Reference:
        """Return the reference that some columns are, where the rows of each parent follow one another."""
        named = self._named(by)
        if not follows_on(self._own, named):
            raise _Unheld(f"the rows of each {_listed(by)} do not follow one another; say with `children` how many "
                          "there are, and let none be missing")  # fmt: skip
        return named

    def _free(self, name: str) -> Maker:
        """Return the maker of a column that may get another one."""
        if name not in self.makers:
            raise _Unheld(f"there is no column `{name}`")
        apart = {part for group in (self._own.key, *self._own.unique) for part in group}
        if self._own.columns[name].settings.unique or name in apart:
            raise _Unheld(f"`{name}` is kept from repeating too")
        if name in self.quotas:
            raise _Unheld(f"`{name}` is shared out by {self.quotas[name].said()} already")
        return self.makers[name]

    def _missing(self, name: str) -> Missing:
        return self._own.columns[name].settings.missing

    def _spaced(self, rule: Gap) -> str:
        along, name = self._along(rule.by), rule.column
        self._check_order(rule.order, along)
        if rule.most is not None and self._missing(name).some:
            raise _Unheld(f"where `{name}` is missing, the events beside it lie further apart")
        self._space(name, along, rule)
        return f"`{name}` is drawn for all rows of a `{along.name}`, sorted and set apart"

    def _space(self, name: str, along: Reference, rule: Gap | None = None) -> None:
        """Let a column rise from row to row, as far apart as a rule says."""
        maker = self._free(name)
        if not isinstance(maker, Quantile | Clock | Spaced):
            raise _Unheld(f"`{name}` is not drawn from a distribution, nor a clock")
        kind, decimals = "datetime", None
        if isinstance(maker, Quantile):
            column = maker.column(name, {})
            kind, decimals = column.kind, column.decimals
        if kind not in UNITS:
            raise _Unheld(f"nothing lies between values of kind {kind}")
        before = maker
        if not isinstance(before, Spaced):
            before = Spaced(of=maker, along=along.name, decimals=decimals, kind=kind)
        if rule is None:
            self.makers[name] = before
            return
        unit = 10.0**-before.decimals if before.kind == "decimal" and before.decimals else UNITS[before.kind]
        ends = [before.least, *(_length(end, before.kind) for end in (rule.least,) if end is not None)]
        least = max(math.ceil(end / unit - 1e-9) * unit if unit else end for end in ends)
        least = max(least, unit) if rule.strictly else least
        most = None if rule.most is None else _length(rule.most, before.kind)
        most = math.floor(most / unit + 1e-9) * unit if unit and most is not None else most
        most = min((end for end in (most, before.most) if end is not None), default=None)
        if most is not None and most < least:
            raise _Unheld(f"no {before.kind} is at least {least / (unit or 1):g} and at most {most / (unit or 1):g} "
                          "steps after another")  # fmt: skip
        self.makers[name] = before.model_copy(update={"least": least, "most": most,
                                                      "strictly": rule.strictly or before.strictly})  # fmt: skip

    def _check_order(self, order: tuple[str, ...], along: Reference) -> None:
        """Let the rows of a parent lie in an order."""
        for name in order[:1]:
            maker = self.makers.get(name)
            if isinstance(maker, Quantile) and len(order) == 1:
                if self._missing(name).some:
                    raise _Unheld(f"`{name}` orders the rows, and may be missing")
                self._space(name, along)
            elif not _rises(maker, along.name):
                raise _Unheld(f"rows do not lie in the order of `{name}`")

    def _running(self, rule: RunningRule) -> str:
        along = self._along(rule.by)
        self._check_order(rule.order, along)
        name = rule.column
        if name is None or name not in self.makers:
            raise _Unheld("no column of the table stands alone on its left")
        amount = _added(rule.expression, name)
        if amount is None:
            raise _Unheld(f"it does not say what is added to `previous({name})`")
        own = self._free(name)
        if not isinstance(own, Quantile | Conditional) or name in rule.order:
            raise _Unheld(f"`{name}` is not drawn from a distribution, or orders the rows itself")
        first = None if rule.start is not None else own
        settings: dict[str, Any] = {"first": first, "start": rule.start or 0.0, "along": along.name}
        if rule.floor is None:
            plain = isinstance(amount, Name) and amount.table is None
            of: Any = amount.column if isinstance(amount, Name) and plain else Formula(text=write_expression(amount))
            self.makers[name] = Running(of=of, **settings)
            return f"`{name}` is added up"
        if not isinstance(amount, Name) or not isinstance(drawn := self.makers.get(amount.column), Drawn):
            raise _Unheld(f"what is added to stay above {rule.floor:g} is not one column of a distribution")
        low = rule.start if first is None else first.distribution.support[0] if isinstance(first, Drawn) else None
        if low is None or low < rule.floor:
            raise _Unheld(f"the first `{name}` may lie below {rule.floor:g}")
        self._free(amount.column)
        self.makers[name] = Running(of=drawn, floor=rule.floor, **settings)
        self.makers[amount.column] = Changed(of=name, along=along.name, start=rule.start, drawn=drawn)
        return f"`{name}` is added up, and `{amount.column}` is as far as it may change"

    def _share(self, rule: Share, path: str) -> str:
        along = self._along(rule.by) if rule.by else None
        expression = at_home(rule.expression, self.table)
        plain = expression.of if isinstance(expression, Not) else expression
        if not isinstance(plain, Absent):
            for name in needed(expression):
                if name not in self.makers:
                    raise _Unheld(f"`{name}` is no column of `{self.table}`")
                if self._missing(name).some:
                    raise _Unheld(f"where `{name}` is missing, a row does not count")
        inside = self._choose(Chosen(path, expression, rule.low, rule.high, None if along is None else along.name))
        self.rules.append((rule, path, Choice(inside, expression, Value(True))))
        self.rules.append((rule, path, Choice(Not(inside), Not(expression), Value(True))))
        return ""

    def _choose(self, chosen: Chosen) -> Computed:
        label = f"{CHOSEN}{len(self.chosen)}"
        self.chosen[label] = chosen
        return Computed(label)

    def _quota(self, rule: Quota, path: str) -> str:
        named = [own for own in self._own.references if {*own.columns} == {*rule.columns}]
        if named and not rule.of:
            along = self._along(rule.columns)
            if self._own.rows is not None or along.children.form == "states":
                raise _Unheld(f"how many rows each `{along.name}` has is settled otherwise")
            self.quotas[along.name] = rule
            return f"each row of `{along.to}` has so many rows"
        for name in rule.columns:
            if not isinstance(self._free(name), Drawn):
                raise _Unheld(f"`{name}` is not drawn from a list of values")
            if self._missing(name).some:
                raise _Unheld(f"`{name}` may be missing, and such rows are in no group")
        self.quotas |= dict.fromkeys(rule.columns, rule)
        return "each value has its number of rows, which are shuffled"

    def _unique(self, rule: Unique, path: str) -> str:
        condition = rule.condition
        assert condition is not None
        named = [own for own in self._own.references if {*own.columns} == {*rule.columns}]
        if not named or not follows_on(self._own, named[0]):
            for name in rule.columns:
                if name not in self.makers:
                    raise _Unheld(f"there is no column `{name}`")
            self.unique.append(rule.columns)
            return "unique in every row"
        inside = self._choose(Chosen(path, None, 0.0, 1.0, named[0].name))
        self.rules.append((rule, path, Choice(Not(inside), Not(at_home(condition, self.table)), Value(True))))
        return ""

    def _total(self, rule: Total) -> str:
        along = self._named(rule.by)
        calls: dict[Expression, Expression] = {}
        for call in rule.aggregates:
            own: dict[Expression, Expression] = {part: Name(part.column, self.table) for part in call.walk()
                                                 if isinstance(part, Name) and part.column in self.makers}  # fmt: skip
            calls[call] = with_sums(call.replaced(own), above=along.name)
        expression = at_home(rule.expression.replaced(calls), self.table)
        for name, other in isolated(expression):
            if isinstance(self.makers.get(name), Quantile | Conditional) and self._free(name):
                self.makers[name] = formula_like(self.makers[name], other, above=along.name)
                return f"`{name}` is computed"
        raise _Unheld("it is no equation that gives a column of a distribution")


UNITS: Mapping[str, float] = {"integer": 1, "decimal": 1, "float": 0, "date": 1, "datetime": 1}
"""The steps in which columns that can be spaced are held: days, microseconds, and none of floats."""


class _Unheld(Exception):
    """Say why a constraint cannot be held."""


def follows_on(rules: TableRules, reference: Reference) -> bool:
    """Return whether the rows of each parent follow one another, and every row has one."""
    if reference.where is not None or reference.missing:
        return False
    if rules.rows is not None:
        return isinstance(reference.children.of, Constant) and not reference.alone
    return next((own for own in rules.references if own.children.settles), None) is reference


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _length(end: str, kind: str) -> float:
    """Return a gap in the steps of a column of some kind."""
    read = read_expression(end)
    length = read.value if isinstance(read, Value) else None
    if isinstance(length, dt.timedelta):
        if kind not in ("date", "datetime"):
            raise _Unheld(f"the values are numbers, and {end} is a time")
        return length / dt.timedelta(days=1) if kind == "date" else length / dt.timedelta(microseconds=1)
    assert isinstance(length, int | float)
    return float(length * DAY if kind == "datetime" else length)


def _rises(maker: Maker | None, along: str) -> bool:
    """Return whether a column rises, or stays, from row to row of a parent."""
    if isinstance(maker, Sequence):
        return maker.step > 0 and not (maker.prefix or maker.suffix or maker.width) and maker.within in (None, along)
    if isinstance(maker, Clock):
        parts = maker.gap.makers if isinstance(maker.gap, Conditional) else (maker.gap,)
        return maker.along == along and all(isinstance(own, Drawn) and own.distribution.support[0] >= 0
                                            for own in parts)  # fmt: skip
    return isinstance(maker, Ordinal | Spaced) and type(maker) in (Ordinal, Spaced) and maker.along == along


def _added(expression: Expression, name: str) -> Expression | None:
    """Return what `name == previous(name) + ...` adds to the row before; None where it is not of this form."""
    before = Call(PREVIOUS, (Name(name),))
    if not isinstance(expression, Comparison) or expression.sign != "==":
        return None

    def taken(part: Expression) -> Expression | None:
        """Return a part of a sum without the value before, None where it is not in it."""
        if part == before:
            return Value(0)
        if isinstance(part, Arithmetic) and part.operation in ("+", "-"):
            left, right = taken(part.left), taken(part.right)
            if left is not None:
                return _plus(part.operation, left, part.right)
            if right is not None and part.operation == "+":
                return _plus("+", right, part.left)
        return None

    found = taken(expression.right)
    return None if found is None or found.calls((PREVIOUS,)) or name in found.names() else found


def _plus(operation: Literal["+", "-"], left: Expression, right: Expression) -> Expression:
    return right if left == Value(0) and operation == "+" else Arithmetic(operation, left, right)
