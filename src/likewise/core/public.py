"""A schema that may be shown to others: no real extreme, no rare value, no example."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Bound, Column, Pattern, Schema
from likewise.core.table import Table

CROWD = 10
"""Rows that must share a level, or lie beyond a bound's place, before it is shown."""

_UNITS = (86_400 * 365.25 * 10, 86_400 * 365.25, 86_400 * 30.4375, 86_400, 3600, 60, 1)


def public_schema(table: Table) -> Schema:
    """Return the schema without real extremes, rare levels and sentences that quote values.

    Bounds are those of the data without its ten smallest and largest values, rounded outward to one or two digits of
    their range, so that no real extreme is told. Levels that fewer than ten rows hold are left out and the column takes
    others (`other: keep`). Sequences start at 1, prefixes of ids stay only as letters. Use it before a schema
    leaves the house. This is a courtesy of rounding, not differential privacy: a declared contract is.

    >>> public_schema(Table.from_any({"age": [17 + i * i % 61 for i in range(200)]}))["age"].bounds
    (10, 80)
    """
    return table.schema.model_copy(update={"columns": tuple(_public(table, c) for c in table.schema.columns)})


def without_examples(column: Column) -> Column:
    """Return a column whose reason, markers of missing values and pattern repeat no value; its levels and bounds stay.

    >>> without_examples(Column(name="age", kind="integer", missing=("NA", "Smith"))).missing
    ('NA',)
    """
    pattern = None if column.pattern is None else _harmless_pattern(column.pattern)
    return column.model_copy(update={"reason": f"{_article(column.kind)} column", "pattern": pattern,
                                     "missing": _harmless(column.missing)})  # fmt: skip


def _public(table: Table, column: Column) -> Column:
    changes: dict[str, object] = {}
    if column.is_number:
        changes["bounds"] = _rounded_bounds(table, column)
    elif column.is_pseudonymous:
        changes["levels"] = None
    elif column.kind in ("category", "constant"):
        changes |= _common_levels(table, column)
    return without_examples(column).model_copy(update=changes)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _harmless(markers: tuple[str, ...]) -> tuple[str, ...]:
    from likewise.core.values import MARKERS

    return tuple(m for m in markers if m.strip() == "" or m in MARKERS)


def _common_levels(table: Table, column: Column) -> dict[str, object]:
    """Return the levels that enough rows hold."""
    levels = column.levels or ()
    codes = table.codes(column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    kept = tuple(level for level, n in zip(levels, counts, strict=True) if n >= CROWD)
    if len(kept) == len(levels):
        return {}
    changes: dict[str, object] = {"levels": kept, "other": "keep"}
    if column.kind == "constant":
        changes["kind"] = "category"
    return changes


def _harmless_pattern(pattern: Pattern) -> Pattern:
    """Return a pattern that starts anew and whose fixed characters are letters and signs, not digits."""
    if pattern.form == "sequence":
        return pattern.model_copy(update={"start": min(pattern.start, 1) if pattern.start in (0, 1) else 1, "step": 1})
    if pattern.form == "mask":
        mask, escaped = "", False
        for char in pattern.mask:
            literal = "9" if char.isdigit() else "\\" + char if escaped else char
            mask, escaped = mask + ("" if char == "\\" and not escaped else literal), char == "\\" and not escaped
        return pattern.model_copy(update={"mask": mask})
    return pattern


def _rounded_bounds(table: Table, column: Column) -> tuple[Bound, Bound] | None:
    """Return round numbers around the values that have at least `CROWD` rows beyond or at them."""
    values = table.numbers(column.name)
    values = np.sort(values[~np.isnan(values)])
    if len(values) < 2 * CROWD + 1:
        return None
    if column.kind in ("integer", "decimal", "float"):
        return _numbers(values, column)
    return _moments(values, column)


def _numbers(values: npt.NDArray[np.float64], column: Column) -> tuple[Bound, Bound] | None:
    low, high = float(values[CROWD]), float(values[-CROWD - 1])
    step = _nice(high - low if high > low else abs(high) or 1.0)
    first, last = _off(low, -step, values), _off(high, step, values)
    if column.kind == "integer":
        return math.floor(first), math.ceil(last)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return round(first, digits), round(last, digits)


def _nice(span: float) -> float:
    """Return the power of ten that leaves one or two digits of a range."""
    return float(10.0 ** math.floor(math.log10(span / 3)))


def _off(value: float, step: float, values: npt.NDArray[np.float64]) -> float:
    """Round outward to a multiple of `step`, and once more when that hits a real extreme (zero tells nothing)."""
    size = abs(step)
    rounded = (math.floor(value / size) if step < 0 else math.ceil(value / size)) * size
    if rounded == 0:
        return 0.0
    extremes = {float(values[0]), float(values[-1])}
    return rounded + step if any(math.isclose(rounded, e, rel_tol=1e-12) for e in extremes) else rounded


def _moments(values: npt.NDArray[np.float64], column: Column) -> tuple[Bound, Bound]:
    """Round dates and times outward to whole units of their range: decades, years, months, days, hours ..."""
    scale = 86_400.0 if column.kind == "date" else 1e-6
    seconds = values * scale
    low, high = float(seconds[CROWD]), float(seconds[-CROWD - 1])
    unit = next((u for u in _UNITS if (high - low) / u >= 3), 1.0)
    extremes = {float(seconds[0]), float(seconds[-1])}
    first, last = _floor(low, unit), -_floor(-high, unit)
    if column.kind == "duration":
        return f"PT{first:.0f}S", f"PT{last:.0f}S"
    if column.kind == "time":
        return _clock(first), _clock(last)
    if first in extremes:
        first -= unit
    if last in extremes:
        last += unit
    return _iso(first, column), _iso(last, column)


def _floor(value: float, unit: float) -> float:
    return math.floor(value / unit) * unit


def _clock(seconds: float) -> str:
    whole = int(min(max(seconds, 0), 86_399))
    return dt.time(whole // 3600, whole // 60 % 60, whole % 60).isoformat()


def _iso(seconds: float, column: Column) -> str:
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=round(seconds))
    if column.kind == "date":
        return moment.date().isoformat()
    return moment.isoformat() + ("+00:00" if column.zone else "")
