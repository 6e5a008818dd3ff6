"""Checks that say what a kind of their own says: an order, a formula, bounds, a list, a reason to be missing."""

from __future__ import annotations

import datetime as dt
from typing import cast

import pyarrow as pa

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.range import Range
from likewise.constraints.language.cells import Cells, microseconds, read_moment
from likewise.constraints.language.evaluating import holds
from likewise.constraints.language.expression import (
    TURNED,
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Every,
    Expression,
    Name,
    Negative,
    Not,
    Some,
    Value,
    Within,
)
from likewise.core.conditions import levels_of
from likewise.core.moments import DAY
from likewise.core.schema import Column, Schema
from likewise.errors import SettingsError

Recognised = Order | Formula | Missing | Range | Levels | Check

_PLAIN = ("integer", "decimal", "float")


def recognised(check: Check, schema: Schema) -> Recognised:
    """Return the kind that says the same as a check for a table of a schema, or the check where none does.

    A `Formula` says a little more: its column is missing where a part of it is. Name and cost stay.

    >>> from likewise.core.table import Table
    >>> schema = Table.from_any({"start": [1, 2, 4], "end": [3, 5, 9]}).schema
    >>> recognised(Check(rule="start <= end"), schema).kind, recognised(Check(rule="0 <= start < 9"), schema).kind
    ('order', 'range')
    """
    rule = check.expression
    if not all(isinstance(part, Name) is False or _own(part, schema) for part in rule.walk()):
        return check
    for form in (_levels, _order, _range, _formula, _missing):
        found = form(rule, schema)
        if found is not None:
            return found.model_copy(update={"name": check.name, "cost": check.cost, "table": check.table})
    return check


def _own(part: Expression, schema: Schema) -> bool:
    return isinstance(part, Name) and part.full in schema


def _levels(rule: Expression, schema: Schema) -> Levels | None:
    """Return the list of levels that a rule of one column of levels, or a list of texts, allows."""
    names = rule.names()
    if len(names) != 1:
        return None
    column = schema[names[0]]
    if column.kind == "text" and isinstance(rule, Within) and isinstance(rule.of, Name):
        return Levels(column=column.name, levels=tuple(str(value.value) for value in rule.among))
    if not column.is_levels or column.kind == "boolean":
        return None
    levels = (*levels_of(column), None)
    cells = Cells("text", pa.array(levels, pa.string()))
    try:
        met = holds(rule, lambda name: cells, len(levels))
    except SettingsError:
        return None
    if not met[-1]:  # where it may not be missing no list says so
        return None
    return Levels(column=column.name, levels=tuple(str(name) for name, fits in zip(levels[:-1], met) if fits))


def _order(rule: Expression, schema: Schema) -> Order | None:
    match rule:
        case Comparison("<=", Name() as low, Name() as high) | Comparison(">=", Name() as high, Name() as low):
            first, second = schema[low.full], schema[high.full]
            alike = first.kind in _PLAIN and second.kind in _PLAIN
            same = first.kind == second.kind and first.is_number and first.zone == second.zone
            return Order(low=low.full, high=high.full) if low != high and (alike or same) else None
        case _:
            return None


def _range(rule: Expression, schema: Schema) -> Range | None:
    """Return the bounds that comparisons of one number column with values set."""
    names = rule.names()
    if len(names) != 1 or not schema[names[0]].is_number:
        return None
    found = Range(column=names[0])
    for part in rule.of if isinstance(rule, Every) else (rule,):
        match part:
            case Comparison(sign, Name(), Value(value)):
                pass
            case Comparison(sign, Value(value), Name()):
                sign = TURNED[sign]
            case _:
                return None
        end = _on_scale(value, schema[names[0]])
        if end is None or sign == "!=":
            return None
        if sign in (">", ">=", "==") and (found.low is None or (end, sign == ">") > (found.low, found.above)):
            found = found.model_copy(update={"low": end, "above": sign == ">"})
        if sign in ("<", "<=", "==") and (found.high is None or (-end, sign == "<") > (-found.high, found.below)):
            found = found.model_copy(update={"high": end, "below": sign == "<"})
    return found


def _on_scale(value: object, column: Column) -> float | None:
    """Return where a value lies on the scale of `Table.numbers`, None where it lies on none."""
    if column.kind in _PLAIN:
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return float(cast(float, value)) if plain and abs(cast(float, value)) <= 2**53 else None
    if isinstance(value, str):
        try:
            value = read_moment(value)
        except SettingsError:
            return None
    if column.kind in ("time", "duration"):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value) * DAY
        return value / dt.timedelta(microseconds=1) if isinstance(value, dt.timedelta) else None
    if not isinstance(value, dt.date) or column.zone is not None:
        return None
    return microseconds(value) / (DAY if column.kind == "date" else 1)


def _formula(rule: Expression, schema: Schema) -> Formula | None:
    if not isinstance(rule, Comparison) or rule.sign != "==":
        return None
    for own, other in ((rule.left, rule.right), (rule.right, rule.left)):
        if isinstance(own, Name) and own.full not in other.names():
            found = _sum(own.full, other) or _multiple(own.full, other) or _of_two(own.full, other)
            if found is not None and _reckons(found, schema):
                return found
    return None


def _sum(column: str, other: Expression) -> Formula | None:
    terms = _terms(other, 1)
    if terms is None or len(terms) < 2 or len({name for name, _ in terms}) < len(terms):
        return None
    minus = tuple(name for name, sign in terms if sign < 0)
    return Formula(column=column, form="sum", of=tuple(name for name, _ in terms), minus=minus)


def _terms(expression: Expression, sign: int) -> list[tuple[str, int]] | None:
    """Return the columns of a sum, each with its sign; None where it is no plain sum of columns."""
    match expression:
        case Name():
            return [(expression.full, sign)]
        case Negative(of):
            return _terms(of, -sign)
        case Arithmetic("+" | "-" as operation, left, right):
            first, second = _terms(left, sign), _terms(right, sign if operation == "+" else -sign)
            return None if first is None or second is None else [*first, *second]
        case _:
            return None


def _multiple(column: str, other: Expression) -> Formula | None:
    match other:
        case Name():
            return Formula(column=column, form="multiple", of=(other.full,))
        case Arithmetic("*", Value(factor), Name() as of) | Arithmetic("*", Name() as of, Value(factor)):
            if isinstance(factor, bool) or not isinstance(factor, int | float):
                return None
            return Formula(column=column, form="multiple", of=(of.full,), factor=float(factor))
        case _:
            return None


def _of_two(column: str, other: Expression) -> Formula | None:
    match other:
        case Call("age", (Name() as born, Name() as at)):
            return Formula(column=column, form="years", of=(born.full, at.full))
        case Arithmetic("*", Name() as first, Name() as second):
            return Formula(column=column, form="product", of=(first.full, second.full))
        case Arithmetic("/", Name() as first, Name() as second):
            return Formula(column=column, form="ratio", of=(first.full, second.full))
        case Arithmetic("/", Arithmetic("*", Value(float() | int() as factor), Name() as first), Name() as second):
            return Formula(column=column, form="ratio", of=(first.full, second.full), factor=float(factor))
        case _:
            return None


def _reckons(formula: Formula, schema: Schema) -> bool:
    """Return whether a formula of columns of these kinds is reckoned on their numbers as they are."""
    own = schema[formula.column].kind
    kinds = [schema[name].kind for name in formula.of]
    if formula.form == "years":
        return own in _PLAIN and kinds == ["date", "date"]
    if own in _PLAIN and all(kind in _PLAIN for kind in kinds):
        return True
    if formula.form != "sum":
        return formula.form == "multiple" and formula.factor == 1 and [own] == kinds and own in ("date", "duration")
    dates = [formula.sign(name) for name in formula.of if schema[name].kind == "date"]
    plain = all(kind in ("date", "integer") for kind in kinds)
    return plain and ((own == "date" and dates == [1]) or (own == "integer" and sorted(dates) == [-1, 1]))


def _missing(rule: Expression, schema: Schema) -> Missing | None:
    match rule:
        case Choice(condition, Absent(Name() as column), otherwise):
            reasons = _reasons(condition)
            known = otherwise == Not(Absent(column))
            if reasons is None or not (known or otherwise == Value(True)):
                return None
            by, levels, missing = reasons
            if levels and not schema[by].is_levels:
                return None
            return Missing(column=column.full, by=by, levels=levels, missing=missing, exactly=known)
        case _:
            return None


def _reasons(condition: Expression) -> tuple[str, tuple[str, ...], bool] | None:
    """Return the column, its levels and whether its absence make a condition true; None for another condition."""
    by, levels, missing = set[str](), list[str](), False
    for part in condition.of if isinstance(condition, Some) else (condition,):
        match part:
            case Absent(Name() as name):
                missing = True
            case Comparison("==", Name() as name, Value(str() as level)):
                levels.append(level)
            case Within(Name() as name, among) if all(isinstance(value.value, str) for value in among):
                levels += [str(value.value) for value in among]
            case _:
                return None
        by.add(name.full)
    return (by.pop(), tuple(levels), missing) if len(by) == 1 else None
