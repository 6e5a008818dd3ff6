"""Find columns that repeat another one, or lie a fixed step from it, in a share of the rows, though not in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Constraints
from likewise.constraints.mining.mine import FEWEST_ROWS
from likewise.core.schema import Column
from likewise.core.spec import Spec
from likewise.core.table import MICROSECONDS_A_DAY, Table

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PROBE = 20_000
"""Rows that pairs of columns are compared on first."""

LEAST_SHARE = 0.01
"""Share of the rows that a column repeats another in, at least; of several, each in so many that no other explains."""

LEAST_ROWS = 20
"""Rows that a column repeats another in, at least."""

COMMON = 0.01
"""A value that so large a share of a column's rows hold is met by chance, and counts for nothing."""

COMMON_ROWS = 10
"""Rows that hold a common value, at least."""

NO_CHANCE = 3.0
"""How many times more often columns agree than chance, or than they miss one another by a single value."""

MOST_SOURCES = 8
"""Columns that one column repeats, or steps from them, at most."""

NEIGHBOURS, SLACK = 3, 1.001
"""Steps to either side that one must stand out among, in units of the least by which steps differ."""

MOST_STEPS = 12
"""Steps from another column that are looked at, those of most rows."""


class Copy(Spec):
    """Say that a column repeats the value of another one, or lies `step` after it, in a share of the rows.

    It does not hold in every row, so it is no constraint; rows that are drawn keep the share. `support` is the number
    of rows in which the two agree in a value that is not common in the column. A `step` is on the scale of
    `Table.numbers` (dates in days, moments in microseconds; less than 0 is before), and `told` is how long it is; only
    times take one.

    >>> Copy(column="paid", of="bill", share=0.131).said()
    '`paid` repeats `bill` in 13.1 % of the rows'
    """

    column: str
    of: str
    step: float = 0.0
    told: str = ""
    share: float
    support: int = 0

    def said(self) -> str:
        """Return it as a sentence."""
        how = f"is {self.told} {'after' if self.step > 0 else 'before'}" if self.step else "repeats"
        return f"`{self.column}` {how} `{self.of}` in {100 * self.share:.1f} % of the rows"

    def met(self, table: Table) -> Mask:
        """Return which rows repeat a value that is not common."""
        own = table.numbers(self.column)
        return is_repeated(own, table.numbers(self.of), self.step) & ~common(own)


def is_repeated(own: Floats, other: Floats, step: float) -> Mask:
    """Return where a value is that of another column, or `step` after it: times are whole numbers, of no rounding."""
    return np.asarray(own == other + step)


def mine_copies(table: Table, rules: Constraints | None = None, order: Sequence[str] | None = None) -> list[Copy]:
    """Return which columns repeat columns before them (in `order`, else the table's), those of one column by weight.

    Numbers are compared with numbers, dates with dates. Columns that follow from others by `rules` repeat nothing;
    those that are bounded by others do. Raises nothing: a table of under 200 rows gives none. Cost: columns squared
    times 20,000 rows, and all rows for the few pairs that agree there; 50 columns of a million rows take a few seconds.

    >>> bill = [(7919 * row) % 5003 for row in range(400)]
    >>> paid = [owed if row % 4 else row for row, owed in enumerate(bill)]
    >>> [found.said() for found in mine_copies(Table.from_any({"bill": bill, "paid": paid}))]
    ['`paid` repeats `bill` in 75.2 % of the rows']
    """
    if table.rows < FEWEST_ROWS:
        return []
    names = [name for name in order or table.names if name in table.schema]
    pairs: dict[str, list[tuple[str, float]]] = {}
    for column, of, beyond in _agreeing(table, names, rules or Constraints()):
        pairs.setdefault(column, []).append((of, beyond))
    return [copy for column, sources in pairs.items() for copy in _chosen(table, column, sources)]


def common(values: Floats) -> Mask:
    """Return which rows hold a value that many rows share."""
    _, position, counts = np.unique(values, return_inverse=True, return_counts=True)
    found: Mask = counts[position] >= max(COMMON * len(values), COMMON_ROWS)
    return found


def _agreeing(table: Table, names: list[str], rules: Constraints) -> Iterator[tuple[str, str, float]]:
    """Yield a column, one before it, and a step by which they agree on the probe more often than chance explains."""
    computed = {rule.column for rule in rules.computed}
    decided = {found.column for found in rules.determined}
    step = max(1, table.rows // PROBE)
    for group in _alike([table.schema[name] for name in names if name not in computed]):
        values = {name: table.numbers(name)[::step] for name in group}
        rare = {name: ~common(own) for name, own in values.items() if name not in decided}
        for place, column in enumerate(group):
            for of in group[:place] if column in rare else ():
                least = max(LEAST_SHARE * len(rare[column]) / 2, LEAST_ROWS / 2)
                timed = table.schema[column].kind in ("date", "datetime", "time")
                for beyond, same in _steps(values[column], values[of], rare[column], least, timed=timed):
                    if same >= NO_CHANCE * _by_chance(values[column], values[of] + beyond, rare[column]):
                        yield column, of, beyond


def _steps(own: Floats, other: Floats, rare: Mask, least: float, *, timed: bool) -> list[tuple[float, int]]:
    """Return the steps by which at least so many rows lie apart, those of most rows, with these rows.

    Only times take steps other than none, and only such as stand out among those a little shorter and longer.
    """
    if not timed:
        return [(0.0, same)] if (same := int(((own == other) & rare).sum())) >= least else []
    apart = own[rare] - other[rare]
    steps, counts = np.unique(apart[np.isfinite(apart)], return_counts=True)
    width = NEIGHBOURS * float(np.diff(steps).min(initial=np.inf))
    found: list[tuple[float, int]] = []
    for place in np.argsort(-counts, kind="stable")[:MOST_STEPS].tolist():
        step, rows = float(steps[place]), int(counts[place])
        first, last = np.searchsorted(steps, [step - width * SLACK, step + width * SLACK])
        beside = (int(counts[first:last].sum()) - rows) / (2 * NEIGHBOURS)
        if rows >= least and (not step or rows >= NO_CHANCE * beside):
            found.append((step, rows))
    return found


def _alike(columns: Sequence[Column]) -> list[list[str]]:
    """Return the names of columns that may repeat one another: numbers, and times of one kind."""
    groups: dict[tuple[str, str | None], list[str]] = {}
    for column in columns:
        if column.is_number and not column.is_generated:
            kind = "number" if column.kind in ("integer", "decimal", "float") else column.kind
            groups.setdefault((kind, column.zone), []).append(column.name)
    return list(groups.values())


def _by_chance(own: Floats, other: Floats, rare: Mask) -> float:
    """Return in how many rows two columns would agree if they were independent, or merely close to one another.

    Columns that are close miss one another by a single one of the column's values about as often as they agree.
    """
    distinct, place, counts = np.unique(own, return_inverse=True, return_counts=True)
    found = np.minimum(np.searchsorted(distinct, other), len(distinct) - 1)
    held = distinct[found] == other
    near = int((held & rare & (np.abs(found - place) == 1)).sum()) / 2
    met = np.bincount(found[held], minlength=len(distinct)) * counts
    rare_ones = np.zeros(len(distinct), dtype=bool)
    rare_ones[place[rare]] = True
    return max(near, float(met[rare_ones].sum()) / len(own))


def _chosen(table: Table, column: str, sources: list[tuple[str, float]]) -> list[Copy]:
    """Return the sources of one column, each that which most rows repeat that the ones before do not explain."""
    own = table.numbers(column)
    open_rows = ~common(own)
    same = {(of, beyond): open_rows & is_repeated(own, table.numbers(of), beyond) for of, beyond in sources}
    found: list[Copy] = []
    while same and len(found) < MOST_SOURCES:
        fresh = {source: int((mask & open_rows).sum()) for source, mask in same.items()}
        best = max(fresh, key=lambda source: fresh[source])
        if fresh[best] < max(LEAST_SHARE * table.rows, LEAST_ROWS):
            break
        mask = same.pop(best)
        (of, beyond), support = best, int(mask.sum())
        told = _told(beyond, table.schema[column].kind) if beyond else ""
        share = round(support / table.rows, 6)
        found.append(Copy(column=column, of=of, step=beyond, told=told, share=share, support=support))
        open_rows = open_rows & ~mask
    return found


def _told(step: float, kind: str) -> str:
    """Say how long a step in time is, as one does."""
    left = abs(step) * (1 if kind != "date" else MICROSECONDS_A_DAY)
    for name, size in (("day", MICROSECONDS_A_DAY), ("hour", 3.6e9), ("minute", 6e7), ("second", 1e6)):
        if left % size == 0:
            return f"{left / size:g} {name}{'' if left == size else 's'}"
    return f"{left / 1e6:g} seconds"
