"""Sums, counts, means and extremes over groups of rows, as the rows that they are about see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.constraints.groups import dense_codes
from likewise.constraints.joining import Ints, columns_in, places_on, taken, way_from
from likewise.constraints.language.cells import Cells, Columns, Floats, numbered
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Call, Name
from likewise.core.dataset import Dataset
from likewise.core.table import Table
from likewise.errors import SettingsError


def summed_table(call: Call, data: Dataset) -> str | None:
    """Return the table over whose rows a sum goes, None where it names none. Raises SettingsError for several."""
    of = call.of[0]
    if call.function == "count" and isinstance(of, Name) and of.table is None and of.column in data.tables:
        return of.column
    tables = sorted(of.tables())
    for name in tables:
        data[name]
    if len(tables) > 1:
        homes = [name for name in tables if {*tables} <= {name, *way_from(data, name)}]
        if not homes:
            raise SettingsError("settings.rule-tables", f"`{call.function}` goes over rows of more than one table",
                                hint="sum over one table; its rows may name those that they refer to")  # fmt: skip
        return homes[0]
    return tables[0] if tables else None


def over_groups(call: Call, table: Table, columns: Columns, by: Sequence[str]) -> Cells:
    """Return beside each row what a sum over the rows of its group comes to; without `by` all rows are one."""
    groups = dense_codes(table, by)
    cells = evaluate(call.of[0], columns, table.rows)
    return taken(aggregated(call.function, cells, groups, int(groups.max(initial=-1)) + 1), groups)


def of_children(call: Call, data: Dataset, home: str) -> Cells:
    """Return beside each row of a table what a sum over the rows that refer to it comes to.

    Raises SettingsError where none refer to it.
    """
    child = summed_table(call, data)
    assert child is not None
    ways = way_from(data, child)
    if home not in ways:
        raise SettingsError("settings.rule-tables", f"no row of `{child}` refers to one of `{home}`",
                            hint="declare the relation between them")  # fmt: skip
    parents, rows = places_on(data, ways[home]), data[child].rows
    whole = isinstance(call.of[0], Name) and call.of[0].full == child
    cells = Cells("number", np.ones(rows), 0) if whole else evaluate(call.of[0], columns_in(data, child), rows)
    return aggregated(call.function, cells, parents, data[home].rows)


def aggregated(function: str, cells: Cells, groups: Ints, size: int) -> Cells:
    """Return what an aggregate of the rows of each of `size` groups comes to; rows of group -1 are in none.

    Missing values are left out; the sum and the count of no values are 0, any other aggregate of none is missing.
    """
    used = cells.known() & (groups >= 0)
    groups = groups[used]
    counts = np.bincount(groups, minlength=size).astype(np.float64)
    if function == "count":
        return Cells("number", counts, 0)
    cells = numbered(cells)
    values = cells.floats[used]
    sort = "number" if cells.sort == "truth" else cells.sort
    if function in ("min", "max"):
        return Cells(sort, _extremes(function, values, groups, size), cells.decimals)
    sums = _sums(values, groups, size, cells.decimals)
    if function == "sum":
        return Cells(sort, sums, cells.decimals)
    with np.errstate(invalid="ignore"):
        return Cells(sort, sums / counts)


def _sums(values: Floats, groups: Ints, size: int, decimals: int | None) -> Floats:
    """Return the sum of each group; numbers on a grid are summed as whole numbers of its steps, so without error."""
    steps = 1.0 if decimals is None else 10.0**decimals
    scaled = values if decimals is None else np.round(values * steps)
    return np.bincount(groups, scaled, minlength=size) / steps


def _extremes(function: str, values: Floats, groups: Ints, size: int) -> Floats:
    start, extreme = (np.inf, np.minimum) if function == "min" else (-np.inf, np.maximum)
    found = np.full(size, start)
    extreme.at(found, groups, values)
    return np.where(np.isinf(found), np.nan, found)
