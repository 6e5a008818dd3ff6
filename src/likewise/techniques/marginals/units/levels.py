"""Tables one below another, as contracts alone say: what is learned of each, and what of the rows that belong to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.errors import PrivacyError
from likewise.privacy.contract import Contract, Domain
from likewise.privacy.contract.number import Number

Ints = npt.NDArray[np.int64]

EXACT = 16
"""Numbers of rows that are told one by one."""

FINE = 4
"""Ranges of numbers of rows above, for each time that they double."""


@dataclass(frozen=True, eq=False)
class Level:
    """Say what is learned of one table: its `own` columns, what `orders` rows of one parent, and counts of children.

    `children` has the most rows of each table below that one row has, by the name of the table.
    """

    name: str
    parent: int | None
    own: tuple[Domain, ...]
    orders: Domain | None
    children: Mapping[str, int]
    fewest: int = 0

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """All columns that are learned, in turn: own ones, beginning and step of what orders, and counts."""
        found = list(self.own)
        if self.orders is not None:
            begins = {"name": f"first {self.orders.name}", "missing": True}
            last = self.orders.cells - 1
            step = Number(name=f"step of {self.orders.name}", integer=True, min=0, max=last, missing=True)
            found += [self.orders.model_copy(update=begins), step]
        counts = [_count(f"rows of {name}", self.fewest, most) for name, most in self.children.items()]
        return (*found, *counts)

    @property
    def begins(self) -> int | None:
        """The place of the column that only first rows have."""
        return None if self.orders is None else len(self.own)

    @property
    def goes(self) -> int | None:
        """The place of the column that only later rows have."""
        return None if self.orders is None else len(self.own) + 1

    @property
    def following(self) -> tuple[int, ...]:
        """The columns that a row may take on from the one before."""
        return () if self.orders is None else (*range(len(self.own)), len(self.own) + 1)

    @property
    def tails(self) -> dict[int, npt.NDArray[np.float64]]:
        """The edges of the cells of columns that count rows, by their places: each cell's first number, and the end."""
        counts = ((place, self.domains[place]) for place in map(self.count_of, self.children))
        return {place: domain.axis.edges + self.fewest for place, domain in counts if isinstance(domain, Number)}

    def counts(self, place: int, cells: Ints) -> Ints:
        """Return a number of rows for each cell of a column that counts some; the same for the same cells."""
        return np.asarray(self.domains[place].drawn(cells.astype(np.int32), np.random.default_rng(0)), dtype=np.int64)

    def count_of(self, child: str) -> int:
        """Return the place of the column that counts the rows of a table below."""
        return len(self.domains) - len(self.children) + list(self.children).index(child)


def _count(name: str, fewest: int, most: int) -> Number:
    """Return the column of a number of rows: few are told one by one, many in ranges that grow with them.

    Where noise hides how many of a wide range units have, they are so thought to have its lower part more often.
    """
    edges, step = list(range(fewest, min(most, fewest + EXACT) + 1)), 2 ** (1 / FINE)
    while edges[-1] < most:
        edges.append(min(math.ceil(edges[-1] * step), most))
    grid = tuple(map(float, edges)) if most > fewest + EXACT else None
    return Number(name=name, integer=True, min=fewest, max=most, grid=grid)


def levels_of(contract: Contract) -> tuple[Level, Level]:
    """Return the levels of one table: its units, with the columns that are theirs, and their rows.

    Without a unit every row is one of its own. Raises PrivacyError where no column is the rows' own.
    """
    own = [domain for domain in contract.coded if domain.per == "unit"]
    orders = order_of(contract.coded)
    rest = [domain for domain in contract.coded if domain.per != "unit" and domain is not orders]
    if not rest and orders is None:
        raise PrivacyError("privacy.no-rows", "every column is the same in all rows of a unit", where=contract.unit,
                           hint="give each unit one row, and leave `most` out")  # fmt: skip
    return (
        Level(contract.unit or "row", None, tuple(own), None, {"a unit": contract.most}, fewest=1),
        Level("a unit", 0, tuple(rest), orders, {}),
    )


def order_of(domains: Sequence[Domain]) -> Domain | None:
    """Return the column that orders rows: one of numbers or moments with the role `order`, the first if several."""
    found = (domain for domain in domains if domain.role == "order" and domain.per == "row")
    return next((domain for domain in found if domain.column().is_number), None)


def ancestors(levels: Sequence[Level], level: Level) -> list[int]:
    """Return the numbers of the tables above one, the nearest first."""
    found, parent = [], level.parent
    while parent is not None:
        found.append(parent)
        parent = levels[parent].parent
    return found
