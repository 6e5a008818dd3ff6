"""Kinds of constraints of one row as expressions, so that all of them are reasoned about alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.levels import Levels
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.order import Order
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.rule import Rule
from likewise.constraints.kinds.within import Box, Circle, Polygon, Within
from likewise.constraints.language import expression as say
from likewise.constraints.language.functions import FUNCTIONS
from likewise.constraints.reasoning.premise import Premise
from likewise.core.moments import DAY
from likewise.core.schema import Column, Schema

_EPOCH = dt.datetime(1970, 1, 1)


def premises_of(items: Iterable[Rule], schema: Schema) -> list[Premise]:
    """Return what is to be reasoned from: the constraints that are of one row, as far as an expression says them.

    Left out are those of several rows or tables, and parts of dates that are written as texts. An area with a rim of
    straight lines is told by the box around it.

    >>> from likewise.core.table import Table
    >>> schema = Table.from_any({"start": [1, 2], "end": [3, 5]}).schema
    >>> premises_of([Order(low="start", high="end")], schema)[0].said
    '`start` is never above `end`'
    """
    found: list[Premise] = []
    for item in items:
        expression = said_of(item, schema) if item.scope == "row" else None
        if expression is not None:
            found.append(Premise(expression, item.name or item.said(), item.cost))
    return found


def said_of(item: Rule, schema: Schema) -> say.Expression | None:
    """Return a constraint of one row as an expression, None where none says it."""
    match item:
        case Check():
            return item.expression
        case Order():
            return say.Comparison("<=", say.Name(item.low), say.Name(item.high))
        case Range():
            return _range(item, schema[item.column])
        case Levels():
            return say.Within(say.Name(item.column), tuple(say.Value(level) for level in item.levels))
        case Missing():
            return _missing(item)
        case Formula():
            return _formula(item)
        case Part() if not item.form and not item.values and item.unit in FUNCTIONS and schema[item.column].is_number:
            return say.Comparison("==", say.Name(item.column), say.Call(item.unit, (say.Name(item.of),)))
        case Within():
            return say.Some(tuple(_area(item, area) for area in item.areas))
        case _:
            return None


def _range(item: Range, column: Column) -> say.Expression:
    own, links = say.Name(item.column), list[say.Expression]()
    if item.low is not None:
        links.append(say.Comparison(">" if item.above else ">=", own, _value(item.low, column)))
    if item.high is not None:
        links.append(say.Comparison("<" if item.below else "<=", own, _value(item.high, column)))
    return say.Every(tuple(links)) if links else say.Value(True)


def _value(number: float, column: Column) -> say.Value:
    """Return a number on the scale of `Table.numbers` as a value that a rule may name."""
    if column.kind in ("time", "duration"):
        return say.Value(dt.timedelta(microseconds=number))
    if column.kind in ("date", "datetime"):
        return say.Value(_EPOCH + dt.timedelta(microseconds=number * (DAY if column.kind == "date" else 1)))
    return say.Value(int(number) if number.is_integer() else number)


def _missing(item: Missing) -> say.Expression:
    by, gone = say.Name(item.by), say.Absent(say.Name(item.column))
    reasons: list[say.Expression] = [say.Absent(by)] if item.missing else []
    if item.levels:
        reasons.append(say.Within(by, tuple(say.Value(level) for level in item.levels)))
    otherwise: say.Expression = say.Not(gone) if item.exactly else say.Value(True)
    return say.Choice(say.Some(tuple(reasons)), gone, otherwise)


def _formula(item: Formula) -> say.Expression:
    own, of = say.Name(item.column), [say.Name(name) for name in item.of]
    first: say.Expression = of[0]
    if item.form == "multiple":
        made: say.Expression = say.Arithmetic("*", say.Value(item.factor), first)
    elif item.form == "product":
        made = say.Arithmetic("*", first, of[1])
    elif item.form == "years":
        made = say.Call("age", (of[0], of[1]))
    elif item.form == "ratio":
        made = say.Arithmetic("/", say.Arithmetic("*", say.Value(item.factor), first), of[1])
    else:
        made = say.Negative(first) if item.of[0] in item.minus else first
        for name in of[1:]:
            made = say.Arithmetic("-" if name.column in item.minus else "+", made, name)
    known = say.Every((say.Not(say.Absent(own)), say.Comparison("==", own, made)))
    return say.Choice(say.Absent(made), say.Absent(own), known)


def _area(item: Within, area: Circle | Box | Polygon) -> say.Expression:
    lat, lon = say.Name(item.lat), say.Name(item.lon)
    if isinstance(area, Circle):
        far = say.Call("distance", (lat, lon, say.Value(area.at[0]), say.Value(area.at[1])))
        return say.Comparison("<=", far, say.Value(area.km))
    if isinstance(area, Polygon):
        places = [place for ring in area.rings for place in ring]
        south, north = (choose(place[0] for place in places) for choose in (min, max))
        west, east = (choose(place[1] for place in places) for choose in (min, max))
    else:
        south, west, north, east = area.south, area.west, area.north, area.east
    inside = (say.Comparison(">=", lon, say.Value(west)), say.Comparison("<=", lon, say.Value(east)))
    across = say.Every(inside) if west <= east else say.Some(inside)
    return say.Every((say.Comparison(">=", lat, say.Value(south)), say.Comparison("<=", lat, say.Value(north)), across))
