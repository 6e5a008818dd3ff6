"""Several columns that are unique together: every row gets a combination of its own, by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.permutation import LARGEST, order_of
from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.techniques.rules.generating.links import Contiguous, Link
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.drawn import Drawn

PRIMES = np.array([2_147_483_647, 2_147_483_629, 2_147_483_587, 2_147_483_579, 2_147_483_563, 2_147_483_549,
                   2_147_483_543, 2_147_483_497, 2_147_483_489, 2_147_483_477, 2_147_483_423, 2_147_483_399])  # fmt: skip
"""The greatest primes below 2**31; a step of one of them comes to every place before it comes to one twice."""


@dataclass(frozen=True, eq=False)
class Combination:
    """Give rows combinations of `sizes` things, none of them twice.

    Without `leading` all combinations are put in an order by a permutation. With it, the rows of each parent take
    different combinations, from a start and by a step of the parent's own.
    """

    sizes: tuple[int, ...]
    random: Counted
    leading: Contiguous | None = None

    @property
    def size(self) -> int:
        """The number of combinations."""
        return prod(self.sizes)

    def digit(self, place: int, numbers: Ints) -> Ints:
        """Return which of its things the part at a place takes in some rows."""
        below = prod(self.sizes[place + 1 :])
        return self._places(numbers) // below % self.sizes[place]

    def _places(self, numbers: Ints) -> Ints:
        if self.leading is None:
            return order_of(self.size, self.random).at(numbers)
        parents, ordinal = self.leading.placed(numbers)
        start = self.random.bits(parents) % np.uint64(self.size)
        step = PRIMES[self.random.at("step").integers(parents, len(PRIMES))].astype(np.uint64) % np.uint64(self.size)
        step = np.where(step == 0, np.uint64(1), step)
        return ((start + step * ordinal.astype(np.uint64)) % np.uint64(self.size)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Combined(Link):
    """Take the parent that a combination says."""

    combination: Combination
    place: int

    def parents(self, numbers: Ints) -> Ints:
        """Return the parent of each row."""
        return self.combination.digit(self.place, numbers)


class Listed(Maker):
    """Take the value of a distribution that a combination says."""

    word: ClassVar[str] = "listed"
    placed: ClassVar[bool] = True

    drawn: Drawn
    values: Any
    combination: Any
    place: int

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: it is what `unique` makes of a distribution."""
        raise told(path, "`listed` is no maker", "write `unique: [[a, b]]` on the table")

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return the column of the schema."""
        return self.drawn.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows."""
        return self.drawn.typed(self.values[self.combination.digit(self.place, rows.numbers)])


def check_room(size: int, rows: int, names: Sequence[str], path: str) -> None:
    """Refuse more rows than combinations, with both numbers. Raises SettingsError."""
    if rows > size:
        listed = ", ".join(f"`{name}`" for name in names)
        raise told(path, f"{rows:,} rows are to differ in {listed}, which have {size:,} combinations",
                   "ask for fewer rows, or leave `unique` out", "settings.unique")  # fmt: skip
    if size > LARGEST:
        raise SettingsError("settings.unique", f"{path}: there are more than 2**62 combinations", where=path,
                            hint="name fewer columns")  # fmt: skip


Values = npt.NDArray[np.float64]
