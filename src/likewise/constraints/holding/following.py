"""Compute what follows from other rows: totals of a group, running balances, and times that keep their distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.aggregates import over_groups
from likewise.constraints.groups import dense_codes, places_in_order
from likewise.constraints.holding.isolating import isolated
from likewise.constraints.holding.typed import typed, with_columns
from likewise.constraints.kinds import Gap, Running, Total
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Arithmetic, Comparison, Computed, Expression, Name, Negative
from likewise.constraints.language.tables import columns_of
from likewise.core.moments import DAY
from likewise.core.table import Table

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLLOWING = (Gap, Running, Total)
"""Kinds of rules that are met by computing a column over all rows."""


def followed(rule: Gap | Running | Total, table: Table, model: ConstrainedModel) -> Table:
    """Return rows whose column follows from others as a rule says; as they are where it cannot be computed."""
    found: dict[str, Cells] = {Gap: _spaced, Running: _running, Total: _total}[type(rule)](rule, table)  # type: ignore[operator]
    arrays = {name: array for name, cells in found.items() if (array := typed(cells, table.schema[name])) is not None}
    return model.rebuilt(with_columns(table, arrays)) if arrays and len(arrays) == len(found) else table


def _total(rule: Total, table: Table) -> dict[str, Cells]:
    """Return the column that is to be the total of each group, and what that comes to."""
    if not isinstance(rule.expression, Comparison):
        return {}
    calls = rule.aggregates
    inside = {name for call in calls for name in call.names()}
    stand_ins: dict[Expression, Expression] = {call: Computed(f"#{number}") for number, call in enumerate(calls)}
    equation, columns = rule.expression.replaced(stand_ins), columns_of(table)
    assert isinstance(equation, Comparison)
    found = {f"#{number}": over_groups(call, table, columns, rule.by) for number, call in enumerate(calls)}
    for side in (equation.left, equation.right):
        of = isolated(equation, side.full) if isinstance(side, Name) and side.full not in inside else None
        if of is not None and isinstance(side, Name):
            return {side.full: evaluate(of, lambda name: found.get(name) or columns(name), table.rows)}
    return {}


def _running(rule: Running, table: Table) -> dict[str, Cells]:
    """Return the column that runs on, summed up along the rows of each entity from where it starts.

    What would take it below its floor is cut to what is there, and the column that says how much is returned too.
    """
    name, equation = rule.column, rule.expression
    if name is None or not isinstance(equation, Comparison) or len(rule.previous) != 1:
        return {}
    step = _step(equation.right, rule)
    if step is None:
        return {}
    own = columns_of(table)(name)
    change = evaluate(step, columns_of(table), table.rows).floats
    places, groups = places_in_order(table, rule.by, rule.order), dense_codes(table, rule.by)
    first = np.append(True, np.diff(groups[places]) != 0)
    moved = np.nan_to_num(change[places])
    start = moved + rule.start if rule.start is not None else own.floats[places]
    moved = np.where(first, start, moved)
    changed = moved if rule.floor is None else _above(moved, first, rule.floor)
    total = np.cumsum(changed)
    base = (total - changed)[first][np.cumsum(first) - 1]
    values = np.empty(table.rows)
    values[places] = total - base
    found = {name: Cells(own.sort, values, own.decimals)}
    if (changed != moved).any():
        found |= _cut(step, change, changed - moved, places, table)
    return found


def _above(moved: Floats, first: npt.NDArray[np.bool_], floor: float) -> Floats:
    """Return steps of which none takes the sum of its entity below a floor."""
    found, total = moved.tolist(), 0.0
    for place, (step, begins) in enumerate(zip(found, first.tolist(), strict=True)):
        total = 0.0 if begins else total
        found[place] = max(step, floor - total)
        total += found[place]
    return np.array(found)


def _cut(step: Expression, change: Floats, more: Floats, places: Ints, table: Table) -> dict[str, Cells]:
    """Return the column that says how much is added, or taken away, so that so much more is added in some rows."""
    column = step.of if isinstance(step, Negative) else step
    if not isinstance(column, Name):
        return {}
    added = np.zeros(table.rows)
    added[places] = more
    values = (np.nan_to_num(change) + added) * (-1 if isinstance(step, Negative) else 1)
    own = columns_of(table)(column.full)
    return {column.full: Cells(own.sort, np.where(added == 0, own.floats, values), own.decimals)}


def _step(right: Expression, rule: Running) -> Expression | None:
    """Return by how much the column changes from row to row, where it is the last value plus something."""
    call = rule.previous[0]
    if call.of[0] != Name(str(rule.column)):
        return None
    match right:
        case Arithmetic("+", left, other) if left == call:
            return other
        case Arithmetic("+", other, last) if last == call:
            return other
        case Arithmetic("-", left, other) if left == call:
            return Negative(other)
        case Arithmetic(("+" | "-") as sign, left, other):
            inner = _step(left, rule)
            return None if inner is None else Arithmetic(sign, inner, other)
        case _:
            return None


def _spaced(rule: Gap, table: Table) -> dict[str, Cells]:
    """Return times whose distances within each entity are brought between the least and the greatest allowed."""
    own = columns_of(table)(rule.column)
    known = np.flatnonzero(own.known())
    part = table.take(known)
    places = places_in_order(part, rule.by, rule.order or (rule.column,))
    values, groups = own.floats[known][places], dense_codes(part, rule.by)[places]
    grid = _grid(table, rule.column, own)
    low, high = (_limit(length, end, own) for length, end in ((rule.shortest, rule.least), (rule.longest, rule.most)))
    low = 0.0 if low is None else np.ceil(low / grid - 1e-9) * grid if grid else low
    low = max(low, grid or np.finfo(float).eps) if rule.strictly else low
    high = np.inf if high is None else np.floor(high / grid + 1e-9) * grid if grid else high
    first = np.append(True, np.diff(groups) != 0)
    apart = np.where(first, values, np.clip(np.append(0.0, np.diff(values)), low, high))
    total = np.cumsum(apart)
    base = (total - apart)[first][np.cumsum(first) - 1]
    moved = own.floats.copy()
    moved[known[places]] = total - base
    return {rule.column: Cells(own.sort, moved, own.decimals)}


def _limit(length: float | None, said: str | None, own: Cells) -> float | None:
    """Return a length on the scale of the cells: a plain number counts days between moments."""
    if length is None:
        return None
    plain = said is not None and said.replace(".", "", 1).isdigit()
    return length * DAY if plain and own.sort != "number" else length


def _grid(table: Table, name: str, own: Cells) -> float:
    """Return the distance that values keep at least, on the scale of the cells."""
    column = table.schema[name]
    if column.kind == "date":
        return float(DAY)
    return 1.0 if own.sort != "number" else 0.0 if own.decimals is None else 10.0**-own.decimals
