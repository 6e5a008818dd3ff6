"""Set aside the rows to learn from that break a rule, and say which and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Constraint, Gap, Quota, Running, Share, Total, Unique, group_codes
from likewise.core.table import Table
from likewise.errors import FitError

Mask = npt.NDArray[np.bool_]

MOST_BROKEN = 0.5
"""Share of the rows that break a rule from which the rule itself is doubted."""

LISTED = 10
"""Row numbers that a sentence lists at most."""


WHOLE = (Gap, Running, Total)
"""Kinds that only all rows of a table together can tell: rows that are taken out break them for the rows around."""


@dataclass(frozen=True, eq=False)
class Broken:
    """Hold a rule that some rows break: its place among the constraints, what it says, and which rows."""

    place: int
    said: str
    rows: npt.NDArray[np.int64]

    def told(self, rows: int) -> str:
        """Return a sentence that counts the rows; no value of theirs is told."""
        share = len(self.rows) / rows
        doubt = ": is the rule right?" if share >= MOST_BROKEN else ""
        return f"{len(self.rows):,} of {rows:,} rows ({share:.1%}) break {self.said} and were set aside{doubt}"

    def listed(self) -> str:
        """Return the numbers of the first of the rows, counted from 1."""
        more = f" and {len(self.rows) - LISTED:,} more" if len(self.rows) > LISTED else ""
        return ", ".join(f"{row + 1:,}" for row in self.rows[:LISTED].tolist()) + more


@dataclass(frozen=True, eq=False)
class Quarantine:
    """Hold rows that meet all rules (`kept`), those that do not (`aside`), and which rule each of them breaks.

    `numbers` are the places of the rows aside in the table that came, from 0.
    """

    kept: Table
    aside: Table
    numbers: npt.NDArray[np.int64]
    broken: tuple[Broken, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each rule that is broken."""
        return tuple(one.told(self.kept.rows + self.aside.rows) for one in self.broken)


def set_aside(constraints: Sequence[Constraint], table: Table) -> Quarantine:
    """Part the rows that meet all constraints from those that break one.

    Of rows that agree where they are to be unique the first one stays. Raises FitError where no row is left.

    >>> from likewise.constraints.kinds import Order
    >>> found = set_aside([Order(low="a", high="b")], Table.from_any({"a": [1, 5, 2], "b": [3, 4, 2]}))
    >>> found.kept.rows, found.broken[0].rows.tolist()
    (2, [1])
    """
    gone, broken = np.zeros(table.rows, dtype=bool), list[Broken]()
    for place, constraint in enumerate(constraints):
        breaks = _breaks(constraint, table)
        if breaks.any():
            broken.append(Broken(place, constraint.said(), np.flatnonzero(breaks)))
            gone |= breaks
    if not gone.any():
        return Quarantine(table, table.slice(0, 0), np.empty(0, np.int64), ())
    if gone.all():
        worst = max(broken, key=lambda one: len(one.rows))
        raise FitError("fit.all-quarantined", f"no row meets all rules: {worst.told(table.rows)}",
                       where=f"$.constraints[{worst.place}]",
                       hint="loosen the rules, or look at the rows with `likewise inspect`")  # fmt: skip
    return Quarantine(table.take(~gone), table.take(gone), np.flatnonzero(gone), tuple(broken))


def told_by_part(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Return the constraints that hold in a part of the rows where they hold in all."""
    return tuple(one for one in constraints if not isinstance(one, WHOLE))


def _breaks(constraint: Constraint, table: Table) -> Mask:
    if isinstance(constraint, Share | Quota):  # no row by itself is to blame
        return np.zeros(table.rows, dtype=bool)
    breaks = ~np.asarray(constraint.holds(table))
    if isinstance(constraint, Unique) and breaks.any():
        breaks[_first(constraint, table, breaks)] = False
    return breaks


def _first(constraint: Unique, table: Table, breaks: Mask) -> npt.NDArray[np.int64]:
    """Return the first of each group of rows that agree."""
    rows = np.flatnonzero(breaks)
    codes = np.stack([group_codes(table, name)[rows] for name in constraint.columns])
    return rows[np.unique(codes, axis=1, return_index=True)[1]]
