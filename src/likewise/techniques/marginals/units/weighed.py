"""The part that sees rows of which a unit may have many: each answer is in units, and costs what one unit moves it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account, Event
from likewise.privacy.contract import Coded
from likewise.privacy.mechanisms import choose, gaussian
from likewise.privacy.pieces import Pieces, levels_of, pieces_of
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.teller import Clique, Teller, epsilon_of_choice
from likewise.techniques.marginals.units.counting import cap_of, corrected, falling, surely
from likewise.techniques.marginals.units.weights import WHOLE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Part(Account):
    """Keep to a part of what is left of an account, which every charge goes to as well."""

    def __init__(self, whole: Account, part: float) -> None:
        self.whole, self.epsilon, self.delta, self.slack = whole, whole.epsilon, whole.delta, 0.0
        self.mu = whole.left * math.sqrt(part)
        self.events = []

    def charge(self, event: Event) -> None:
        """Note a release in both. Raises PrivacyError where it is more than what is left of either."""
        before = list(self.events)
        super().charge(event)
        try:
            self.whole.charge(event)
        except BaseException:
            self.events = before
            raise


class Weighed(Teller):
    """Answer questions about coded rows by their `weights` (see `shares`), in units of mass `WHOLE`.

    So any marginal moves by at most 1, in L1 and in L2 norm, as a unit comes or goes. `tails` has the edges of the
    cells of columns that count rows, which are expected to fall off towards many; `steps` is the column of steps from
    row to row.
    """

    def __init__(
        self, coded: Coded, weights: Ints, account: Account, tails: Mapping[int, Floats], steps: int | None = None
    ) -> None:
        super().__init__(coded, account, most=1)
        self._weights, self._tails, self._steps = weights, tails, steps

    def total(self, mu: float) -> tuple[float, float]:
        """Return how many units there seem to be, and the standard deviation of that."""
        return float(self._noisy(np.array([self._weights.sum()]), 1.0, mu, "units")[0]), 1 / mu

    def column(self, place: int, *, ordered: bool, missing: bool, mu: float) -> Pieces:
        """Return what the counts of a column's cells tell of it."""
        if place in self._tails:
            return self._numbers(place, mu)
        size = self._sizes[place]
        inner = size - missing
        widths = levels_of(inner, ordered=ordered)
        reach = math.sqrt(len(widths))  # a row is counted once a level
        cells = self._summed(self._codes[place], size)
        levels = [np.add.reduceat(cells[:inner], np.arange(0, inner, 2**width)) for width in widths[1:]]
        noisy = self._noisy(np.concatenate([cells, *levels]), reach, mu, self._names[place])
        noise = (reach / mu, reach / mu)
        found = pieces_of(noisy[:size], noisy[size:], noise, ordered=ordered, missing=missing)
        return surely(found, reach / mu) if place == self._steps else found

    def _numbers(self, place: int, mu: float) -> Pieces:
        """Return what noisy counts tell of numbers of rows: how many rows there are in all is measured besides.

        A row of weight w adds at most `cap` w to the sum of numbers, so a unit moves the sum by `cap` at most, and the
        whole part of a `cap`-th of it by 1.
        """
        first, last = self._tails[place][:-1], self._tails[place][1:] - 1
        middles, widths, mu = np.maximum((first + last) / 2, 0.5), last - first + 1, mu / math.sqrt(2)
        noisy = self._noisy(self._summed(self._codes[place], self._sizes[place]), 1.0, mu, self._names[place])
        cap = cap_of(falling(noisy, widths, middles, 1 / mu), middles)
        rows = np.minimum(np.rint(middles), cap)
        total = (rows.astype(np.int64)[self._codes[place]] * self._weights).sum() // cap
        told = cap * float(self._noisy(np.array([total]), 1.0, mu, f"mean {self._names[place]}")[0])
        return falling(corrected(noisy, 1 / mu, rows, told, cap / mu), widths, middles, 1 / mu)

    def beside(self, codes: Sequence[npt.NDArray[np.integer]], sizes: Sequence[int], names: Sequence[str]) -> None:
        """Put columns before the others that are known already, such as those of the row that a row belongs to."""
        self._codes = [*(np.asarray(own, dtype=np.int32) for own in codes), *self._codes]
        self._sizes, self._names = (*sizes, *self._sizes), (*names, *self._names)

    def follow(self, previous: Ints, columns: Sequence[int]) -> None:
        """Put in front what some columns are in each row's previous one; a further bin is for rows that have none."""
        codes = [np.where(previous >= 0, self._codes[a][previous], self._sizes[a]) for a in columns]
        self.beside(codes, [self._sizes[a] + 1 for a in columns], [f"previous {self._names[a]}" for a in columns])

    def measure(self, clique: Clique, mu: float) -> Measurement:
        """Return the noisy counts of a few columns' bins."""
        what = " x ".join(self._names[a] for a in clique)
        return Measurement(clique, self._noisy(self._counts(clique), 1.0, mu, what), 1 / mu)

    def compare(self, cliques: Sequence[Clique], expected: Sequence[Floats], less: Sequence[float]) -> None:
        """Score cliques, for `pick`: by how far their counts are from those expected, less a penalty each."""
        away = [
            np.abs(self._remembered(q) - np.rint(WHOLE * e).astype(np.int64)).sum()
            for q, e in zip(cliques, expected, strict=True)
        ]
        self._scores = np.array(away, dtype=np.int64) - np.rint(WHOLE * np.asarray(less)).astype(np.int64)

    def pick(self, among: Ints, mu: float) -> int:
        """Return the place of a high score among some of those last compared."""
        if len(among) == 1:
            return int(among[0])
        epsilon = epsilon_of_choice(mu)
        place = choose(self._scores[among], epsilon=epsilon, account=self.account, sensitivity=WHOLE, what="choice")
        return int(among[place])

    def _counts(self, clique: Clique) -> Ints:
        shape = [self._sizes[a] for a in clique]
        at = np.zeros(self._rows, dtype=np.int64)
        for a in clique:
            at = at * self._sizes[a] + self._codes[a]
        return self._summed(at, math.prod(shape)).reshape(shape)

    def _summed(self, at: npt.NDArray[np.integer], size: int) -> Ints:
        """Return the sum of the weights at each place; sums of whole numbers below 2**53 are exact in doubles."""
        return np.bincount(at, weights=self._weights, minlength=size).astype(np.int64)

    def _noisy(self, sums: Ints, reach: float, mu: float, what: str) -> Floats:
        """Return sums of weights with noise, in units; `reach` is how many units one of them moves them by."""
        sigma, most = WHOLE * reach / mu, WHOLE * reach
        noisy = gaussian(sums, sigma=sigma, sensitivity=most, account=self.account, what=what)
        return np.asarray(noisy / WHOLE, dtype=np.float64)
