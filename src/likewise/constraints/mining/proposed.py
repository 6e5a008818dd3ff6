"""Rules that no row breaks and that look meant (bounds, lists, patterns), for someone to accept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.groups import level_texts
from likewise.constraints.kinds.check import Check
from likewise.constraints.kinds.constraints import Constraints
from likewise.constraints.kinds.missing import Missing
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.union import Constraint
from likewise.constraints.language.expression import Comparison, Every, Expression, Matches, Name, Value, Within
from likewise.constraints.language.writing import write_expression
from likewise.constraints.mining.mine import FEWEST_ROWS
from likewise.constraints.mining.parts import usual_names
from likewise.core.conditions import levels_of
from likewise.core.public import CROWD
from likewise.core.schema import Column
from likewise.core.table import Table

MOST_LEVELS = 20
"""Values of a list that is proposed; of more the rule could not be read."""

NEAR = 0.05
"""How near to both ends of a scale, as a share of it, values have to come to look meant for it."""

MOST_SHAPES = 3
"""Shapes of texts that are proposed as one pattern."""

_DEGREES = {"lat": 90, "latitude": 90, "lon": 180, "lng": 180, "long": 180, "longitude": 180}


def propose(table: Table, *, exact: bool = False) -> tuple[Check, ...]:
    """Return rules of single columns that no row breaks and that look meant, for someone to accept or to strike out.

    Not below zero, a scale of 0 to 1 or 0 to 100 that is used from end to end, degrees of latitude and longitude by
    their names, a list of up to 20 values, and one of up to three shapes of texts. Unless `exact`, no value that fewer
    than ten rows hold, no real extreme and no fixed digit is quoted, and nothing of sensitive columns. A table of under
    200 rows gives none.

    >>> rows = range(303)
    >>> table = Table.from_any({"share": [k % 101 for k in rows], "code": [f"A-{k % 90 + 10}" for k in rows]})
    >>> [found.rule for found in propose(table)]
    ['0 <= share <= 100', "code matches 'A-[0-9]{2}'"]
    """
    if table.rows < FEWEST_ROWS:
        return ()
    found: list[Check] = []
    for column in table.schema.columns:
        rule = _of_column(table, column, exact)
        if rule is not None:
            found.append(Check(rule=write_expression(rule)))
    return tuple(found)


def shareable(rules: Constraints, table: Table) -> Constraints:
    """Return found rules without values that fewer than ten rows hold; a rule of which nothing is left is dropped."""
    return Constraints(items=tuple(part for item in rules.items for part in _shareable(item, table)))


def _shareable(item: Constraint, table: Table) -> Iterator[Constraint]:
    if isinstance(item, Missing) and item.levels:
        common = _common(table, table.schema[item.by])
        levels = tuple(level for level in item.levels if level in common)
        if levels or item.missing:
            yield item.model_copy(update={"levels": levels, "exactly": item.exactly and levels == item.levels})
        return
    if isinstance(item, Part) and item.values and item.values not in usual_names(item.unit):
        column = table.schema[item.column]
        if not column.is_levels or not {*item.values} <= _common(table, column):
            return
    yield item


def _common(table: Table, column: Column) -> set[str]:
    """Return the levels that enough rows hold to be named; none of a sensitive or pseudonymous column."""
    if column.role == "sensitive" or column.is_pseudonymous:
        return set()
    codes, levels = table.codes(column.name), levels_of(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    return {level for level, n in zip(levels, counts, strict=True) if n >= CROWD}


def _of_column(table: Table, column: Column, exact: bool) -> Expression | None:
    """Return what looks meant of one column."""
    if column.role in ("sensitive", "ignore") and not exact:
        return None
    if column.kind in ("integer", "decimal", "float"):
        return _bounds(table, column)
    listed = _listed(table, column, exact) if column.kind == "category" and not column.is_pseudonymous else None
    if listed is None and column.kind in ("category", "id", "text"):
        return _shaped(level_texts(table, column.name), column, exact)
    return listed


def _bounds(table: Table, column: Column) -> Expression | None:
    values = table.numbers(column.name)
    values = values[~np.isnan(values)]
    if len(values) < FEWEST_ROWS:
        return None
    low, high, name = float(values.min()), float(values.max()), Name(column.name)
    degrees = _DEGREES.get(column.name.casefold())
    if degrees is not None and -degrees <= low and high <= degrees:
        return _between(name, -degrees, degrees)
    for top in (1, 100):
        whole = column.kind == "integer" and top == 1  # a flag, not a share
        if 0 <= low <= NEAR * top and (1 - NEAR) * top <= high <= top and not whole:
            return _between(name, 0, top)
    return Comparison(">=", name, Value(0)) if low >= 0 else None


def _between(name: Name, low: int, high: int) -> Expression:
    return Every((Comparison("<=", Value(low), name), Comparison("<=", name, Value(high))))


def _listed(table: Table, column: Column, exact: bool) -> Expression | None:
    levels = column.levels or ()
    if not 1 < len(levels) <= MOST_LEVELS or (not exact and not {*levels} <= _common(table, column)):
        return None
    return Within(Name(column.name), tuple(Value(level) for level in levels))


def _shaped(texts: pa.Array, column: Column, exact: bool) -> Expression | None:
    """Return the few shapes that all texts have, as a regular expression."""
    texts = pc.drop_null(texts)
    if len(texts) < FEWEST_ROWS:
        return None
    shapes = pc.replace_substring_regex(texts, r"[0-9]", "9")
    shapes = pc.replace_substring_regex(pc.replace_substring_regex(shapes, r"[A-Z]", "A"), r"[a-z]", "a")
    counted = pc.value_counts(shapes).to_pylist()
    if len(counted) > MOST_SHAPES or any(one["counts"] < CROWD for one in counted):
        return None
    if pc.any(pc.match_substring_regex(shapes, r"[^\x21-\x7e ]|^$")).as_py():
        return None
    parts = [_pattern(texts.filter(pc.equal(shapes, one["values"])), one["values"], exact) for one in counted]
    return Matches(Name(column.name), "|".join(sorted(parts)))


def _pattern(texts: pa.Array, shape: str, exact: bool) -> str:
    """Return the regular expression of texts of one shape; what they all have in common stands for itself."""
    pieces: list[str] = []
    for place, kind in enumerate(shape):
        same = pc.unique(pc.utf8_slice_codeunits(texts, place, place + 1))
        fixed = kind not in "9Aa" or (len(same) == 1 and (exact or kind != "9"))
        pieces.append(re.escape(same[0].as_py()) if fixed else {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}[kind])
    return _folded(pieces)


def _folded(pieces: list[str]) -> str:
    """Return pieces in a row, those that come again as `[0-9]{4}`."""
    found, at = "", 0
    while at < len(pieces):
        times = 1
        while at + times < len(pieces) and pieces[at + times] == pieces[at] and pieces[at].startswith("["):
            times += 1
        found += pieces[at] + (f"{{{times}}}" if times > 1 else "")
        at += times
    return found.replace("\\ ", " ").replace("\\-", "-")
