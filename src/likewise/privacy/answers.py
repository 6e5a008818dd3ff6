"""Where a fit's noisy counts come from: rows that are held here, or parties that each keep their own.

A fit of marginals asks for counts and sees nothing else. It is the same fit wherever the rows lie, as long as somebody
answers: `Held` does for rows at hand, `likewise.privacy.federated` for rows that may not be pooled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account
from likewise.privacy.mechanisms import choose, gaussian

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

    `sizes` says how many cells each column has. `chooses` says whether `choose` can be asked: parties that only add up
    what they hold cannot choose by it, and a fit then has to go by what was measured.
    """

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many cells each column has."""
        ...

    @property
    def account(self) -> Account:
        """What every answer is charged to."""
        ...

    @property
    def chooses(self) -> bool:
        """Whether `choose` can be asked."""
        ...

    def measure(
        self, cliques: Sequence[Clique], *, mu: float, axes: Sequence[Axis] | None = None, what: str
    ) -> Answered:
        """Return the noisy counts of all cliques, which together cost `mu`. Raises PrivacyError without that left."""
        ...

    def choose(
        self, cliques: Sequence[Clique], expected: Sequence[Counts], *, weights: Sequence[int],
        handicaps: Sequence[int], epsilon: float, axes: Sequence[Axis] | None = None, what: str,
    ) -> int:  # fmt: skip
        """Return the place of a clique whose counts are far from what is expected, by an `epsilon`-DP choice.

        A clique scores its weight times the sum of absolute differences to what is expected, less its handicap.
        """
        ...


@dataclass(frozen=True, eq=False)
class Held:
    """Answer from rows that are here: their codes, one column each, of which a unit has at most `most` rows.

    >>> held = Held(np.zeros((500, 2), np.int32), (2, 3), Account(1.0, 1e-6))
    >>> held.measure([(0, 1)], mu=0.1, what="pair").counts[0].shape
    (2, 3)
    """

    codes: Codes
    sizes: tuple[int, ...]
    account: Account
    most: int = 1
    chooses: ClassVar[bool] = True

    def measure(
        self, cliques: Sequence[Clique], *, mu: float, axes: Sequence[Axis] | None = None, what: str
    ) -> Answered:
        """Return the counts of all cliques with Gaussian noise. Raises PrivacyError when `mu` is not left."""
        codes, sizes = seen(self.codes, self.sizes, axes)
        exact = [counted(codes, sizes, clique) for clique in cliques]
        norm = self.most * math.sqrt(len(cliques))
        noisy = gaussian(np.concatenate([counts.ravel() for counts in exact]), sigma=norm / mu,
                         account=self.account, sensitivity=norm, what=what)  # fmt: skip
        parts = np.split(noisy, np.cumsum([counts.size for counts in exact])[:-1])
        return Answered([part.reshape(counts.shape) for part, counts in zip(parts, exact, strict=True)], norm / mu)

    def choose(
        self, cliques: Sequence[Clique], expected: Sequence[Counts], *, weights: Sequence[int],
        handicaps: Sequence[int], epsilon: float, axes: Sequence[Axis] | None = None, what: str,
    ) -> int:  # fmt: skip
        """Return the place of a clique whose counts are far from what is expected, by the exponential mechanism."""
        codes, sizes = seen(self.codes, self.sizes, axes)
        scores = [
            weight * int(np.abs(counted(codes, sizes, clique) - counts).sum()) - handicap
            for clique, counts, weight, handicap in zip(cliques, expected, weights, handicaps, strict=True)
        ]
        return choose(np.array(scores, np.int64), epsilon=epsilon, account=self.account,
                      sensitivity=max(weights) * self.most, what=what)  # fmt: skip


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
