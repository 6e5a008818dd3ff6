"""From a table to the document of rules that makes tables like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.constraints.document.writing import written
from likewise.constraints.kinds import Constraint, Formula, Order
from likewise.constraints.mining.mine import mine
from likewise.core.public import without_examples
from likewise.core.scale import from_scale
from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.levels import coded, fit_levels_codec

Floats = npt.NDArray[np.float64]

KNOTS = 40
"""Shares that the values of a column are told at, at most."""

GREATEST = 1e150
"""What numbers of a document stay below."""

MADE = 500
"""Texts that are invented in the shape of rare ones, at most."""

ROW = "row"
"""The column of a document of a table that has nothing but keys."""


def column_rule(table: Table, column: Column, *, k: int, seed: int) -> tuple[dict[str, Any], Column]:
    """Return what makes columns like one of a table, as a document has it, and the column as it may be shown.

    Of numbers it is told between which values even shares of them lie, each the mean of `k` neighbours at least,
    rounded; of levels those that `k` rows hold, and invented ones for the rest, with rounded shares. Of a column of
    fewer than `k` values nothing is told.
    """
    missing = float(table.missing(column.name).mean()) if table.rows else 0.0
    share = {"missing": round(missing, 3)} if missing else {}
    shown = without_examples(column).model_copy(update={"nullable": bool(missing)})
    if table.rows - int(table.missing(column.name).sum()) < k:
        pass
    elif column.is_number:
        rule, bounds = _number(table, column, k)
        if rule is not None:
            return {**rule, **share}, shown.model_copy(update={"bounds": bounds})
    elif column.kind != "empty":
        rule, levels = _levels(table, column, k, seed)
        if rule is not None:
            kept = levels if column.is_levels and column.kind != "boolean" else column.levels
            return {**rule, **share}, shown.model_copy(update={"levels": kept})
    nothing = {"kind": "empty", "nullable": True, "bounds": None, "levels": None, "decimals": None, "format": None}
    return {"empty": None}, shown.model_copy(update=nothing)


def _number(table: Table, column: Column, k: int) -> tuple[dict[str, Any] | None, tuple[str | float, ...] | None]:
    """Return the quantiles of a column of numbers, and its bounds."""
    values = table.numbers(column.name)
    values = np.sort(np.clip(values[~np.isnan(values)], -GREATEST, GREATEST))
    if len(values) < k:
        return None, None
    knots = _knots(values, column, k)
    plain = column.model_copy(update={"zone": None, "format": None})
    told = [_point(plain, float(knot)) for knot in knots]
    rule: dict[str, Any] = {"quantiles": told, "kind": column.kind}
    if column.kind == "decimal" and column.decimals is not None:
        rule["decimals"] = min(column.decimals, 15)
    ends = tuple(_bound(column, float(end)) for end in (knots[0], knots[-1]))
    return rule, ends


def _knots(values: Floats, column: Column, k: int) -> Floats:
    """Return means of neighbouring values at even shares, rounded."""
    size = max(k, -(-len(values) // KNOTS)) if len(values) >= 2 * k else len(values)
    count = max(len(values) // size, 1)
    if count == 1:
        return _rounded(np.array([values.mean()]), values, column)
    places = np.linspace(0, len(values) - k, count + 1).round().astype(int)
    windows = [values[place : place + k] for place in places]
    found = [own.mean() for own in windows]
    return np.maximum.accumulate(_rounded(np.array(found), values, column))


def _rounded(knots: Floats, values: Floats, column: Column) -> Floats:
    """Return knots with no more digits than tell them apart, on the column's grid."""
    spread = float(values[-1] - values[0]) / 1000
    if column.kind == "float" or column.kind == "decimal":
        digits = 0 if not spread or not np.isfinite(spread) else int(-np.floor(np.log10(spread)))
        if column.kind == "decimal":
            digits = min(digits, column.decimals or 0)
        return np.round(knots, digits) if -300 < digits < 300 else knots
    return np.round(knots)


def _point(column: Column, knot: float) -> Any:
    """Return a knot as a document writes it."""
    if column.kind == "integer":
        return int(knot)
    return knot if column.kind in ("decimal", "float") else from_scale(column, knot)


def _bound(column: Column, end: float) -> Any:
    """Return an end of a column as its schema writes it."""
    return _point(column, end)


def _levels(table: Table, column: Column, k: int, seed: int) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the levels of a column and their shares."""
    rng = generator(seed, "levels", column.name)
    codec = fit_levels_codec(table, column, k=k, rng=rng)
    codes, names = coded(table, column.name)
    symbols = codec.encode(codes, names)
    counts = np.bincount(symbols[symbols < codec.symbols], minlength=codec.symbols)
    made = codec.made
    if codec.template is not None and counts[-1]:
        made = tuple(dict.fromkeys(codec.template.make(min(int(counts[-1]), MADE), rng).tolist()))
        made = tuple(text for text in made if text.strip() and text not in codec.levels)
    levels = (*codec.levels, *made)
    weights = [*counts[:-1].tolist(), *([counts[-1] / len(made)] * len(made) if made else [])]
    if not levels or not sum(weights):
        return None, ()
    if column.kind == "boolean":
        return {"bernoulli": round(weights[1] / sum(weights), 3)}, ()
    kept = [(level, weight) for level, weight in zip(levels, weights, strict=True) if level.strip()]
    if not kept:
        return None, ()
    shares = [float(f"{weight / sum(weights):.3g}") for _, weight in kept]
    told = [level for level, _ in kept]
    return {"categorical": {"levels": told, "weights": shares}}, tuple(told)


def rules_of(table: Table) -> Iterator[tuple[Constraint, Any]]:
    """Yield the constraints found in a table that can be held beside any columns, each as a document writes it."""
    for item in mine(table).items:
        if isinstance(item, Order) or (isinstance(item, Formula) and item.form != "years"):
            yield item, written(item)
