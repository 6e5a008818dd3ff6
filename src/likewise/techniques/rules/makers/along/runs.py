"""Rows with all that come before them under the same parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.techniques.rules.maker import Ints, Rows, told

Values = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Runs:
    """Hold some rows and those before them, parent by parent and in their order.

    `rows` are all of these, `first` says where the first of a parent stands, `places` where those asked for do.
    """

    rows: Rows
    first: npt.NDArray[np.bool_]
    places: Ints

    @classmethod
    def of(cls, rows: Rows, along: str) -> Self:
        """Return the rows with those before them, as the reference `along` orders them."""
        _, ordinals, _ = rows.placed(along)
        return cls._reaching(rows, ordinals, ordinals + 1)

    @classmethod
    def whole(cls, rows: Rows, along: str) -> Self:
        """Return the rows with all others of the same parents."""
        _, ordinals, counts = rows.placed(along)
        return cls._reaching(rows, ordinals, counts)

    @classmethod
    def _reaching(cls, rows: Rows, ordinals: Ints, upto: Ints) -> Self:
        firsts = rows.numbers - ordinals
        starts, own = np.unique(firsts, return_inverse=True)
        sizes = np.zeros(len(starts), np.int64)
        np.maximum.at(sizes, own, upto)
        before = np.cumsum(sizes) - sizes
        numbers = np.arange(int(sizes.sum())) - np.repeat(before - starts, sizes)
        first = np.zeros(len(numbers), bool)
        first[before] = True
        return cls(rows.at(numbers), first, before[own] + ordinals)

    def summed(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return for each of all rows the sum of its parent's values up to it.

        It is added up row by row, so that it comes out the same to the last bit whatever rows are asked for.
        """
        found = values.copy()
        for own in self.steps():
            found[own] += found[own - 1]
        return found

    def steps(self) -> Iterator[Ints]:
        """Yield the places of the second rows of all parents, of the third ones, and so on."""
        starts = np.flatnonzero(self.first)
        sizes = np.diff(np.append(starts, len(self.first)))
        order = np.argsort(-sizes, kind="stable")
        starts, falling = starts[order], -sizes[order]
        for step in range(1, int(sizes.max(initial=0))):
            yield starts[: np.searchsorted(falling, -step)] + step

    def latest(self, marked: npt.NDArray[np.bool_]) -> Ints:
        """Return for each of all rows the place of the last marked one at or before it; the first always is."""
        found: Ints = np.maximum.accumulate(np.where(marked | self.first, np.arange(len(marked)), 0))
        return found


def along_of(value: Mapping[str, Any], word: str, path: str) -> str:
    """Return the reference that rows follow one another by. Raises SettingsError where none is named."""
    along = value.get("along")
    if not isinstance(along, str):
        raise told(f"{path}.along", "the reference whose rows follow one another is wanted",
                   f"write {{{word}: ..., along: customer_id}}")  # fmt: skip
    return along
