"""Where a fit's noisy counts come from: rows that are held here, or parties that each keep their own.

A fit of marginals asks for counts and sees nothing else. It is the same fit wherever the rows lie, as long as somebody
answers: `Held` does for rows at hand, `likewise.privacy.federated` for rows that may not be pooled.
"""

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
Bins = Sequence[npt.NDArray[np.int32] | None]
"""For each column the bin of every one of its cells, or None where each cell is its own bin."""


@dataclass(frozen=True)
class Answered:
    """Hold noisy counts, one array a clique with an axis a column of it, and the `sigma` of the noise in every entry."""

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

    def measure(self, cliques: Sequence[Clique], *, mu: float, bins: Bins | None = None, what: str) -> Answered:
        """Return the noisy counts of all cliques, which together cost `mu`. Raises PrivacyError when that is not left."""
        ...

    def choose(
        self, cliques: Sequence[Clique], expected: Sequence[Counts], *, weights: Sequence[int],
        handicaps: Sequence[int], epsilon: float, bins: Bins | None = None, what: str,
    ) -> int:  # fmt: skip
        """Return the place of a clique whose counts are far from what is expected, by an `epsilon`-DP choice.

        A clique scores its weight times the sum of absolute differences to what is expected, less its handicap.
        """
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


def binned(codes: Codes, sizes: Sequence[int], bins: Bins | None) -> tuple[Codes, tuple[int, ...]]:
    """Return codes in bins instead of cells, and how many bins each column has."""
    if bins is None:
        return codes, tuple(sizes)
    columns = [codes[:, at] if bin is None else bin[codes[:, at]] for at, bin in enumerate(bins)]
    return np.column_stack(columns), sizes_of(sizes, bins)


def sizes_of(sizes: Sequence[int], bins: Bins | None) -> tuple[int, ...]:
    """Return how many bins each column has."""
    if bins is None:
        return tuple(sizes)
    return tuple(size if bin is None else int(bin.max()) + 1 for size, bin in zip(sizes, bins, strict=True))
