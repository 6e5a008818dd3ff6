"""Find what holds in every row of a table: parts of dates, formulas, orders, columns that others decide, keys."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Constraint, Constraints, Determined, Order, group_codes
from likewise.constraints.mining.absences import find_absences
from likewise.constraints.mining.formulas import PROBE, find_formulas
from likewise.constraints.mining.keys import find_keys
from likewise.constraints.mining.parts import find_parts
from likewise.constraints.mining.spans import find_spans
from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 200
"""Rows below which nothing is claimed: too few to tell a rule from chance."""

MOST_VALUES = 1000
"""Different values that a deciding column may have."""

BROKEN_BY_CHANCE = 0.01
"""Share of rows in which two independent columns of these values would be the wrong way round, at least."""

ALIKE = 0.3
"""Rank correlation from which two columns are taken to measure like things."""


def mine(table: Table) -> Constraints:
    """Return the constraints that hold in every row and that chance does not explain.

    Parts of dates and formulas come first; a column that follows from others takes part in no other constraint, save
    that others may follow from a part of a date, or be bounded by it. Raises nothing: a table of under 200 rows gives
    none. Cost: columns squared times rows, and columns cubed times 500 for formulas and keys.

    >>> parts = [7 * row % 90 for row in range(300)], [row * row % 41 for row in range(300)]
    >>> bill = {"net": parts[0], "tax": parts[1], "gross": [a + b for a, b in zip(*parts)]}
    >>> [found.said() for found in mine(Table.from_any(bill)).items]
    ['`gross` is `net` plus `tax`']
    """
    if table.rows < FEWEST_ROWS:
        return Constraints()
    parts = find_parts(table)
    in_dates = {part.column for part in parts}
    with np.errstate(over="ignore", invalid="ignore"):  # products of huge numbers fit nothing, and need no warning
        formulas = find_formulas(table, in_dates)
    orders = _orders(table)
    formulas += find_spans(table, orders, in_dates | {formula.column for formula in formulas})
    computed = {formula.column for formula in formulas}
    determined = [d for d in _determined(table, in_dates) if d.column not in computed and d.by not in computed]
    free = computed | in_dates | {d.column for d in determined}
    taken = free - in_dates
    orders = [o for o in orders if not {o.low, o.high} & taken and not {o.low, o.high} <= in_dates]
    absences = find_absences(table, free)
    items: list[Constraint] = [*parts, *formulas, *determined, *orders, *absences, *find_keys(table)]
    return Constraints(items=tuple(items))


def _determined(table: Table, skip: set[str]) -> list[Determined]:
    """Return the columns that another one decides; each is decided once, by the first that does, and none in `skip`."""
    candidates = [c.name for c in table.schema.columns if c.is_levels or c.kind in ("integer", "decimal")]
    codes = {name: group_codes(table, name) for name in candidates}
    sizes = {name: len(np.unique(own)) for name, own in codes.items()}
    most = min(MOST_VALUES, table.rows // 20)
    found: dict[str, str] = {}
    for by in candidates:
        for column in candidates:
            if column == by or column in {*found, *skip} or by in found or not 2 < sizes[column] <= sizes[by] <= most:
                continue
            if _decides(codes[by][:PROBE], codes[column][:PROBE]) and _decides(codes[by], codes[column]):
                found[column] = by
    return [Determined(column=column, by=by, support=_shared(codes[by])) for column, by in found.items()]


def _shared(codes: npt.NDArray[np.int64]) -> int:
    """Return how many rows hold a value that another row holds too."""
    counts = np.bincount(codes)
    return int(counts[counts > 1].sum())


def _decides(by: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> bool:
    """Return whether rows that agree in the first column agree in the second."""
    expected = np.zeros(int(by.max()) + 1, dtype=np.int64)
    expected[by] = column
    return bool((expected[by] == column).all())


def _orders(table: Table) -> list[Order]:
    """Return the pairs of like columns of which one is never above the other, those that follow from two included."""
    found: list[Order] = []
    for columns in _comparable(table):
        values = {c.name: table.numbers(c.name) for c in columns}
        for first, second in combinations(values, 2):
            for low, high in ((first, second), (second, first)):
                if _never_above(values[low], values[high]):
                    differ = int((values[low] < values[high]).sum())
                    found.append(Order(low=low, high=high, support=differ))
                    break
    return found


def _comparable(table: Table) -> list[list[Column]]:
    """Return groups of columns that may be compared: numbers of one grid, and times of one kind."""
    groups: dict[tuple[str, int], list[Column]] = {}
    for column in table.schema.columns:
        if column.is_number:
            kind = "decimal" if column.kind == "integer" else column.kind
            groups.setdefault((kind, column.decimals or 0), []).append(column)
    return list(groups.values())


def _never_above(low: Floats, high: Floats) -> bool:
    """Return whether `low` never exceeds `high`, the two rise together, and chance alone would break it."""
    known = ~(np.isnan(low) | np.isnan(high))
    low, high = low[known], high[known]
    if len(low) < FEWEST_ROWS or (low > high).any() or _rank_correlation(low, high) < ALIKE:
        return False
    broken = float(np.searchsorted(np.sort(high), low, side="left").mean()) / len(high)
    return broken > BROKEN_BY_CHANCE


def _rank_correlation(first: Floats, second: Floats) -> float:
    step = max(1, len(first) // 5000)
    ranks = [np.unique(values[::step], return_inverse=True)[1].astype(float) for values in (first, second)]
    if min(r.max() for r in ranks) == 0:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
