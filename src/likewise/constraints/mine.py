"""Find what holds in every row of a table: formulas, orders, and columns that others decide."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Constraint, Constraints, Determined, Formula, Order, group_codes, tolerance
from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 200
"""Rows below which nothing is claimed: too few to tell a rule from chance."""

MOST_NUMBERS = 60
"""Number columns that formulas are sought among; with more, triples would take too long."""

MOST_VALUES = 1000
"""Different values that a deciding column may have."""

PROBE = 500
"""Rows on which a guess is tried before it is tried on all."""

BROKEN_BY_CHANCE = 0.01
"""Share of rows in which two independent columns of these values would be the wrong way round, at least."""

ALIKE = 0.3
"""Rank correlation from which two columns are taken to measure like things."""


def mine(table: Table) -> Constraints:
    """Return the constraints that hold in every row and that chance does not explain.

    Formulas come first; a column that follows from others takes part in no other constraint. Raises nothing: a table of
    under 200 rows gives none. Cost: columns squared times rows, and columns cubed times 500 for formulas.

    >>> parts = [7 * row % 90 for row in range(300)], [row * row % 41 for row in range(300)]
    >>> bill = {"net": parts[0], "tax": parts[1], "gross": [a + b for a, b in zip(*parts)]}
    >>> [found.said() for found in mine(Table.from_any(bill)).items]
    ['`gross` is `net` plus `tax`']
    """
    if table.rows < FEWEST_ROWS:
        return Constraints()
    with np.errstate(over="ignore", invalid="ignore"):  # products of huge numbers fit nothing, and need no warning
        formulas = _formulas(table)
    computed = {formula.column for formula in formulas}
    determined = [d for d in _determined(table) if d.column not in computed and d.by not in computed]
    free = computed | {d.column for d in determined}
    orders = [o for o in _orders(table) if not {o.low, o.high} & free]
    items: list[Constraint] = [*formulas, *determined, *orders]
    return Constraints(items=tuple(items))


def _numbers(table: Table) -> list[Column]:
    """Return the plain number columns that vary, roughly from the fewest values to the most."""
    return [c for c in table.schema.columns if c.kind in ("integer", "decimal", "float")][:MOST_NUMBERS]


def _formulas(table: Table) -> list[Formula]:
    columns = _numbers(table)
    values = {c.name: table.numbers(c.name) for c in columns}
    names = [c.name for c in columns if len(np.unique(values[c.name][~np.isnan(values[c.name])])) > 2]
    found: list[Formula] = []
    for guess in _guesses(table, names, values):
        taken = {formula.column for formula in found}
        if guess.column not in taken and not _circular(guess, found) and guess.holds(table).all():
            found.append(guess)
    return found


def _guesses(table: Table, names: list[str], values: dict[str, Floats]) -> list[Formula]:
    """Return the formulas that hold on a probe of rows, the simplest first."""
    probe = _probe(np.stack([values[name] for name in names])) if names else np.empty((0, 0))
    if probe.shape[1] < 20:
        return []
    slack = np.stack([np.broadcast_to(tolerance(row, table.schema, name), row.shape)
                      for name, row in zip(names, probe, strict=True)])  # fmt: skip
    guesses: list[Formula] = []
    for first, second in combinations(range(len(names)), 2):
        factor = _multiple(probe[first], probe[second])
        if factor is not None:
            guesses.append(Formula(column=names[second], form="multiple", of=(names[first],), factor=factor))
    for first, second in combinations(range(len(names)), 2):
        for form, result in (("sum", probe[first] + probe[second]), ("product", probe[first] * probe[second])):
            fits = (np.abs(probe - result) <= slack).all(axis=1)
            for place in np.flatnonzero(fits):
                if place not in (first, second):
                    of = (names[first], names[second])
                    guesses.append(Formula.model_validate({"column": names[place], "form": form, "of": of}))
    return guesses


def _probe(stacked: Floats) -> Floats:
    """Return some rows in which all columns are known, those that vary most first."""
    known = np.flatnonzero(~np.isnan(stacked).any(axis=0))
    busy = known[np.argsort(-(stacked[:, known] != 0).sum(axis=0), kind="stable")]
    return stacked[:, busy[: 4 * PROBE : max(1, min(len(busy), 4 * PROBE) // PROBE)]]


def _multiple(first: Floats, second: Floats) -> float | None:
    """Return the constant that makes `second` out of `first`, if there is one."""
    at = np.argmax(np.abs(first))
    if not first[at] or not second[at]:
        return None
    factor = float(f"{second[at] / first[at]:.12g}")
    slack = 1e-9 * np.abs(second) + 1e-15 * np.abs(second[at])
    return factor if factor and (np.abs(first * factor - second) <= slack).all() else None


def _circular(guess: Formula, found: list[Formula]) -> bool:
    """Return whether the formula's own column is needed to compute what it follows from."""
    needs = {formula.column: formula.of for formula in found}
    todo, seen = list(guess.of), set[str]()
    while todo:
        name = todo.pop()
        if name == guess.column:
            return True
        if name not in seen:
            seen.add(name)
            todo.extend(needs.get(name, ()))
    return False


def _determined(table: Table) -> list[Determined]:
    """Return the columns that another one decides; each is decided once, by the first that does."""
    candidates = [c.name for c in table.schema.columns if c.is_levels or c.kind in ("integer", "decimal")]
    codes = {name: group_codes(table, name) for name in candidates}
    sizes = {name: len(np.unique(own)) for name, own in codes.items()}
    most = min(MOST_VALUES, table.rows // 20)
    found: dict[str, str] = {}
    for by in candidates:
        for column in candidates:
            if column == by or column in found or by in found or not 2 < sizes[column] <= sizes[by] <= most:
                continue
            if _decides(codes[by][:PROBE], codes[column][:PROBE]) and _decides(codes[by], codes[column]):
                found[column] = by
    return [Determined(column=column, by=by) for column, by in found.items()]


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
                    found.append(Order(low=low, high=high))
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
