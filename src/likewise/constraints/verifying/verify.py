"""Which rows break which constraint, counted on what is written by code that shares nothing with what keeps them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from likewise.constraints.aggregates import summed_table
from likewise.constraints.document.writing import expressed
from likewise.constraints.kinds.constraints import Constraints
from likewise.constraints.kinds.determined import Determined
from likewise.constraints.kinds.formula import Formula
from likewise.constraints.kinds.gap import Gap
from likewise.constraints.kinds.part import Part
from likewise.constraints.kinds.range import Range
from likewise.constraints.kinds.refers import Refers
from likewise.constraints.kinds.rule import Rule, Scope
from likewise.constraints.kinds.running import Running
from likewise.constraints.kinds.share import Quota, Share
from likewise.constraints.kinds.total import Total
from likewise.constraints.kinds.unique import Unique
from likewise.constraints.kinds.within import Within
from likewise.constraints.language.expression import Call, Comparison
from likewise.constraints.verifying import groups, totals
from likewise.constraints.verifying.areas import outside
from likewise.constraints.verifying.expressions import Columns, Exact
from likewise.constraints.verifying.parts import unlike
from likewise.constraints.verifying.totals import Written, over_groups
from likewise.constraints.verifying.values import Values, read_back, values_of
from likewise.core.dataset import Dataset
from likewise.core.spec import Spec
from likewise.core.table import Table

BLOCK = 65_536
"""Rows of a table that are looked at together where a constraint is of one row, so that memory stays the same."""

FIRST = 5
"""Rows that are named of those that break a constraint."""


class Verified(Spec):
    """Hold what was counted of one constraint: of `rows` rows `violations` break it, the `first` of them by number.

    Rows count from 0, and no value is told. `met` says how the rule was met when the rows were made, where that is
    known, and `cost` what it would have cost to drop it.
    """

    rule: str
    name: str | None = None
    scope: Scope
    table: str | None = None
    rows: int
    violations: int
    first: tuple[int, ...] = ()
    met: str = ""
    cost: float | None = None


def verify(constraints: Constraints, data: Table | Dataset) -> tuple[Verified, ...]:
    """Count the rows of a table, or of several, that break each constraint, on the values as they are written.

    Numbers on a decimal grid are whole numbers here, dates are Python's, and groups are dicts, so that an error in the
    code that keeps the constraints cannot hide itself. Raises SettingsError for one that the data does not fit. Cost:
    about half a CPU second for a million rows and a rule of one row, in blocks of 65,536 rows; a rule of several rows
    takes two, and holds its columns in memory, about 100 bytes a cell.

    >>> bill = Table.from_any({"net": [1.1, 2.2], "tax": [0.2, 0.3], "gross": [1.3, 2.6]})
    >>> [(found.violations, found.first) for found in verify(Constraints.of(["gross == net + tax"]), bill)]
    [(1, (1,))]
    """
    return tuple(_verified(item, data) for item in constraints.items)


def _verified(item: Rule, data: Table | Dataset) -> Verified:
    if isinstance(data, Dataset):
        home: str | None = item.home(data)
        table = data[str(home)]
    else:
        home, table = item.table, data
    broken: Iterable[int]
    if item.scope == "row":
        broken = _row_by_row(item, table)
    elif isinstance(data, Dataset):
        broken = _among(item, data, str(home))
    else:
        broken = _of_several(item, Written(Dataset({_ALONE: table})).columns(_ALONE), table.rows)
    listed = list(broken)
    return Verified(
        rule=item.said(), name=item.name, scope=item.scope, table=home, rows=table.rows, violations=len(listed),
        first=tuple(listed[:FIRST]), cost=item.cost,
    )  # fmt: skip


_ALONE = "table"


def _row_by_row(item: Rule, table: Table) -> Iterator[int]:
    """Yield the rows that break a constraint of one row, a block after the other."""
    names = [name.removeprefix(f"{item.table}.") if name not in table.schema else name for name in _names(item)]
    needed = table.select([*dict.fromkeys(names)])
    for start in range(0, table.rows, BLOCK):
        part = read_back(needed.slice(start, BLOCK))
        found = _broken(item, _columns(part, item.table), part.rows)
        yield from (start + row for row in found)


def _names(item: Rule) -> tuple[str, ...]:
    names: tuple[str, ...] = getattr(item, "columns", ())
    return names


def _columns(part: Table, table: str | None) -> Columns:
    read: dict[str, Values] = {}

    def columns(name: str) -> Values:
        if name not in read:
            own = name if name in part.schema else name.removeprefix(f"{table}.")
            read[name] = values_of(part, own)
        return read[name]

    return columns


def _broken(item: Rule, columns: Columns, rows: int) -> Iterable[int]:
    """Return the rows that break a constraint of one row."""
    if isinstance(item, Within):
        return outside(item, columns)
    if isinstance(item, Part):
        return unlike(item, columns)
    if isinstance(item, Range):
        return _beyond(item, columns(item.column))
    rule = expressed(item)
    assert rule is not None, item.said()
    exact = Exact(columns, rows)
    if isinstance(item, Formula) and isinstance(rule, Comparison):
        both = zip(exact.of(rule.left).cells, exact.of(rule.right).cells, strict=True)
        absent = {row for row, (own, computed) in enumerate(both) if (own is None) != (computed is None)}
        return sorted(absent | {*exact.broken(rule)})
    return exact.broken(rule)


def _beyond(item: Range, values: Values) -> list[int]:
    low = -math.inf if item.low is None else item.low
    high = math.inf if item.high is None else item.high
    return [
        row
        for row, cell in enumerate(values.floats())
        if cell is not None
        and not ((cell > low if item.above else cell >= low) and (cell < high if item.below else cell <= high))
    ]


def _of_several(item: Rule, columns: Columns, rows: int) -> Iterable[int]:
    """Return the rows that break a constraint of several rows of one table."""
    match item:
        case Unique():
            return groups.unique(item, columns, rows)
        case Determined():
            return groups.determined(item, columns, rows)
        case Share():
            return groups.share(item, columns, rows)
        case Quota():
            return groups.quota(item, columns, rows)
        case Running():
            return groups.running(item, columns, rows)
        case Gap():
            return groups.gap(item, columns, rows)
        case Total():
            return totals.total(item, columns, rows, lambda call: over_groups(call, columns, rows, item.by))
        case _:
            item.holds(Table.from_any({"": []}))  # says that other tables are needed
            raise AssertionError(item.said())


def _among(item: Rule, data: Dataset, home: str) -> Iterable[int]:
    """Return the rows of a table among several that break a constraint."""
    written = Written(data)
    columns, rows = written.columns(home), data[home].rows
    if isinstance(item, Refers):
        return written.refers(item, home)
    if not isinstance(item, Total):
        rule = expressed(item)
        return _of_several(item, columns, rows) if rule is None else Exact(columns, rows).broken(rule)
    by = item.by

    def sums(call: Call) -> Values:
        own = summed_table(call, data) in (None, home)
        return over_groups(call, columns, rows, by) if own else totals.of_children(call, written, home)

    return totals.total(item, columns, rows, sums)
