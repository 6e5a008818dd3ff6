"""The one part of the technique that sees rows: it answers what is asked about them, each answer for its price."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account
from likewise.privacy.contract import Coded
from likewise.privacy.mechanisms import choose, gaussian
from likewise.privacy.pieces import HIGHEST, Pieces, bought
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.bins import Bins

Clique = tuple[int, ...]
Ints = npt.NDArray[np.int64]


class Teller:
    """Answer questions about coded rows; prices are in Gaussian DP's `mu` and are charged to the account.

    A unit has at most `most` rows, so that it moves counts by at most as much in L2 norm and in L1 norm alike.
    """

    def __init__(self, coded: Coded, account: Account, most: int) -> None:
        self.account, self.most = account, most
        self._codes = [np.ascontiguousarray(column) for column in coded.codes.T]
        self._rows, self._names, self._sizes = coded.rows, coded.names, coded.sizes
        self._scores: Ints = np.zeros(0, dtype=np.int64)
        self._kept: dict[Clique, Ints] = {}

    def total(self, mu: float) -> tuple[float, float]:
        """Return how many rows there seem to be, and the standard deviation of that."""
        sigma = self.most / min(mu, HIGHEST)
        noisy = gaussian(np.array([self._rows]), sigma=sigma, sensitivity=self.most, account=self.account, what="rows")
        return float(noisy[0]), sigma

    def column(self, place: int, *, ordered: bool, missing: bool, mu: float) -> Pieces:
        """Return what the counts of a column's cells tell of it."""
        return bought(
            self._codes[place], self._sizes[place], ordered=ordered, missing=missing, most=self.most, mu=mu,
            account=self.account, what=self._names[place],
        )  # fmt: skip

    def part(self, bins: Sequence[Bins]) -> None:
        """Count in bins from here on."""
        self._codes = [own.of(codes).astype(np.int32) for own, codes in zip(bins, self._codes, strict=True)]
        self._sizes = tuple(own.count for own in bins)

    def measure(self, clique: Clique, mu: float) -> Measurement:
        """Return the noisy counts of a few columns' bins."""
        sigma = self.most / min(mu, HIGHEST)
        what = " x ".join(self._names[a] for a in clique)
        noisy = gaussian(self._counts(clique), sigma=sigma, sensitivity=self.most, account=self.account, what=what)
        return Measurement(clique, noisy.astype(np.float64), sigma)

    def compare(
        self, cliques: Sequence[Clique], expected: Sequence[npt.NDArray[np.float64]], less: Sequence[float]
    ) -> None:
        """Score cliques, for `pick`: by how many rows their counts are from those expected, less a penalty each.

        Nothing is told, so nothing is charged.
        """
        away = [
            np.abs(self._remembered(q) - np.rint(e).astype(np.int64)).sum()
            for q, e in zip(cliques, expected, strict=True)
        ]
        self._scores = np.array(away, dtype=np.int64) - np.rint(less).astype(np.int64)

    def pick(self, among: Ints, mu: float) -> int:
        """Return the place of a high score among some of those last compared."""
        if len(among) == 1:
            return int(among[0])
        epsilon = epsilon_of_choice(mu)
        place = choose(self._scores[among], epsilon=epsilon, account=self.account, sensitivity=self.most, what="choice")
        return int(among[place])

    def slack(self, among: int, mu: float) -> float:
        """Return by how much one of so many scores may beat the one picked, but with a probability of 2.5 %."""
        return 2 * self.most * (math.log(among) + math.log(40)) / epsilon_of_choice(mu)

    def _remembered(self, clique: Clique) -> Ints:
        if clique not in self._kept:
            self._kept[clique] = self._counts(clique)
        return self._kept[clique]

    def _counts(self, clique: Clique) -> Ints:
        shape = [self._sizes[a] for a in clique]
        at = np.zeros(self._rows, dtype=np.int64)
        for a in clique:
            at = at * self._sizes[a] + self._codes[a]
        return np.bincount(at, minlength=math.prod(shape)).astype(np.int64).reshape(shape)


def epsilon_of_choice(mu: float) -> float:
    """Return the epsilon of an exponential mechanism's choice that is `mu`-GDP (see `Event.choice`)."""
    from scipy.special import log_ndtr

    return float(2 * (log_ndtr(mu / 2) - log_ndtr(-mu / 2)))
