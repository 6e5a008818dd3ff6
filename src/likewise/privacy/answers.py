"""What a fit asks for where it sees no rows: noisy counts along axes, whoever answers, `privacy.federated` for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account

Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Clique = tuple[int, ...]
"""Which axes are counted together, by their places; where no axes are given, the columns are the axes."""


@dataclass(frozen=True, eq=False)
class Axis:
    """See a column cell by cell, or by the bin (0, 1, ...) of each of its cells, none of them unused."""

    column: int
    bins: npt.NDArray[np.int32] | None = None

    def size(self, sizes: Sequence[int]) -> int:
        """Return how many cells or bins there are, given how many cells each column has."""
        return sizes[self.column] if self.bins is None else int(self.bins.max()) + 1

    def of(self, codes: Codes) -> npt.NDArray[np.int32]:
        """Return the cell or the bin of every row."""
        return codes[:, self.column] if self.bins is None else self.bins[codes[:, self.column]]


@dataclass(frozen=True)
class Answered:
    """Hold noisy counts, one array a clique, and the `sigma` of the noise in every entry."""

    counts: list[Counts]
    sigma: float


class Answers(Protocol):
    """Answer how many rows fall into each cell of some columns, with noise that an account is charged for.

    A choice by its score cannot be asked: parties that only add up what they hold could not answer. What is to be
    chosen has to follow from what was measured.
    """

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many cells each column has."""
        ...

    @property
    def account(self) -> Account:
        """What every answer is charged to."""
        ...

    def measure(
        self, cliques: Sequence[Clique], *, mu: float, axes: Sequence[Axis] | None = None, what: str
    ) -> Answered:
        """Return the noisy counts of all cliques, which together cost `mu`. Raises PrivacyError without that left."""
        ...


def counted(codes: Codes, sizes: Sequence[int], clique: Clique) -> Counts:
    """Return how many rows fall into each cell of a clique: exact counts, which must not be released.

    >>> counted(np.array([[0, 1], [0, 1], [1, 0]], np.int32), (2, 2), (0, 1)).tolist()
    [[0, 2], [1, 0]]
    """
    shape = tuple(sizes[column] for column in clique)
    cells = np.zeros(len(codes), np.int64)
    for column in clique:
        cells = cells * sizes[column] + codes[:, column]
    return np.bincount(cells, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)


def seen(codes: Codes, sizes: Sequence[int], axes: Sequence[Axis] | None) -> tuple[Codes, tuple[int, ...]]:
    """Return the rows along some axes, and the size of each axis."""
    if axes is None:
        return codes, tuple(sizes)
    return np.column_stack([axis.of(codes) for axis in axes]), sizes_of(sizes, axes)


def sizes_of(sizes: Sequence[int], axes: Sequence[Axis] | None) -> tuple[int, ...]:
    """Return the size of each axis."""
    return tuple(sizes) if axes is None else tuple(axis.size(sizes) for axis in axes)
