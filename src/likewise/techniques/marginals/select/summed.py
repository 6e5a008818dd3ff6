"""What answers where nobody has all rows: sums over parties, each of which sees its own rows alone.

A choice by scores is no sum, so what depends on what is measured once, coarsely, for all pairs of columns; every choice
is then made from that, and costs nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.privacy.answers import Answers, Axis
from likewise.privacy.pieces import Pieces, levels_of, pieces_of
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.teller import Clique, Ints

Floats = npt.NDArray[np.float64]

COARSE = 4
"""How many bins a column has at most where all pairs are counted."""

GLANCE = 0.12
"""The part of the budget that counts all pairs, coarsely."""

MEAN = math.sqrt(2 / math.pi)
"""The mean of |N(0, 1)|: what noise of standard deviation 1 adds to the distance of a cell."""


class Summed:
    """Answer questions as `Teller` does, by sums that others add up.

    `names` are those of the columns; the noise of a count that costs `mu` is about `most / mu`.
    """

    def __init__(self, answers: Answers, names: Sequence[str], most: float) -> None:
        self._answers, self._names, self.account, self.most = answers, tuple(names), answers.account, most
        self._ordered = dict.fromkeys(range(len(names)), False)
        self._axes = [Axis(place) for place in range(len(names))]
        self._groups: list[Floats] = []
        self._seen: dict[Clique, tuple[Floats, float]] = {}
        self._scores: Floats = np.zeros(0)

    def total(self, mu: float) -> tuple[float, float]:
        """Return how many rows there seem to be, and the standard deviation of that."""
        every = Axis(0, np.zeros(self._answers.sizes[0], np.int32))
        told = self._answers.measure([(0,)], mu=mu, axes=[every], what="rows")
        return float(told.counts[0][0]), told.sigma

    def column(self, place: int, *, ordered: bool, missing: bool, mu: float) -> Pieces:
        """Return what the counts of a column's cells tell of it."""
        self._ordered[place] = ordered
        size = self._answers.sizes[place]
        inner = size - missing
        cells = np.arange(size, dtype=np.int32)
        axes = []
        for width in levels_of(inner, ordered=ordered):
            wide = cells >> width
            wide[inner:] = (inner - 1 >> width) + 1
            axes.append(Axis(place, wide))
        told = self._answers.measure([(i,) for i in range(len(axes))], mu=mu, axes=axes, what=self._names[place])
        fine, *levels = (counts.astype(np.float64) for counts in told.counts)
        coarse = np.concatenate([np.empty(0), *(counts[: len(counts) - missing] for counts in levels)])
        return pieces_of(fine, coarse, (told.sigma, told.sigma), ordered=ordered, missing=missing)

    def part(self, bins: Sequence[Bins]) -> None:
        """Count in bins from here on."""
        self._axes = [Axis(place, own.of(np.arange(self._answers.sizes[place])).astype(np.int32))
                      for place, own in enumerate(bins)]  # fmt: skip
        self._groups = [groups_of(own.masses, ordered=self._ordered[place]) for place, own in enumerate(bins)]

    def measure(self, clique: Clique, mu: float) -> Measurement:
        """Return the noisy counts of a few columns' bins."""
        told = self._answers.measure([tuple(range(len(clique)))], mu=mu, axes=[self._axes[a] for a in clique],
                                     what=" x ".join(self._names[a] for a in clique))  # fmt: skip
        return Measurement(clique, told.counts[0].astype(np.float64), told.sigma)

    def compare(self, cliques: Sequence[Clique], expected: Sequence[Floats], less: Sequence[float]) -> None:
        """Score cliques, for `pick`: by how far coarse counts seem to be from those expected, `less` by a penalty."""
        if not self._seen:
            self._glance(cliques)
        self._scores = np.array([self._away(q, e) for q, e in zip(cliques, expected, strict=True)]) - np.array(less)

    def pick(self, among: Ints, mu: float) -> int:
        """Return the place of the highest score among some of those last compared, which was paid for."""
        return int(among[np.argmax(self._scores[among])])

    def slack(self, among: int, mu: float) -> float:
        """Return by how much a score may beat the one picked: coarse counts do not bound it."""
        return math.inf

    def _glance(self, cliques: Sequence[Clique]) -> None:
        """Count all cliques in coarse bins, those that are within others by these."""
        largest = max(len(q) for q in cliques)
        whole = [q for q in cliques if len(q) == largest]
        axes = [
            Axis(axis.column, groups.argmax(axis=1).astype(np.int32)[axis.bins])
            for axis, groups in zip(self._axes, self._groups, strict=True)
        ]
        told = self._answers.measure(whole, mu=self.account.share(GLANCE), axes=axes, what="all pairs, coarsely")
        self._seen = {q: (counts.astype(np.float64), told.sigma) for q, counts in zip(whole, told.counts, strict=True)}

    def _away(self, clique: Clique, expected: Floats) -> float:
        """Return how many rows coarse counts are from those expected, beyond what their noise adds."""
        counts, sigma = self._coarse(clique)
        for place, column in enumerate(clique):
            expected = np.moveaxis(np.tensordot(expected, self._groups[column], (place, 0)), -1, place)
        return float(np.abs(counts - expected).sum()) - MEAN * sigma * counts.size

    def _coarse(self, clique: Clique) -> tuple[Floats, float]:
        """Return the coarse counts of a clique, or those of one that it is within, summed over the rest."""
        if clique not in self._seen:
            within = next(q for q in self._seen if set(clique) <= set(q))
            counts, sigma = self._seen[within]
            others = tuple(place for place, column in enumerate(within) if column not in clique)
            summed = math.prod(counts.shape[place] for place in others)
            self._seen[clique] = counts.sum(axis=others), sigma * math.sqrt(summed)
        return self._seen[clique]


def groups_of(masses: Floats, *, ordered: bool) -> Floats:
    """Return which of a few coarse bins each bin is in, as a matrix of ones.

    Neighbours are together, in groups of about even masses, if they are ordered; else the most frequent bins are alone.

    >>> groups_of(np.array([5.0, 1, 1, 1, 1, 9]), ordered=False).argmax(axis=1).tolist()
    [1, 2, 3, 3, 3, 0]
    """
    if len(masses) <= COARSE:
        return np.eye(len(masses))
    if ordered:
        middles = np.cumsum(masses) - masses / 2
        of = np.minimum((COARSE * middles / max(masses.sum(), 1.0)).astype(np.int64), COARSE - 1)
        of = np.unique(of, return_inverse=True)[1]
    else:
        of = np.minimum(np.argsort(np.argsort(-masses, kind="stable"), kind="stable"), COARSE - 1)
    matrix: Floats = np.eye(int(of.max()) + 1)[of]
    return matrix
