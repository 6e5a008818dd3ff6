"""Ranks by popularity: Zipf's law, of finitely many things or without end."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.errors import FitError
from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.counts import Counts
from likewise.modalities.tabular.distributions.distribution import LEAST, Floats
from likewise.modalities.tabular.distributions.likelihood import mean_of, root_of
from likewise.modalities.tabular.distributions.roots import least_counts


class Zipf(Counts):
    """The rank of what is chosen when the k-th most popular thing is chosen in proportion to k^-s.

    Of `n` things, or of endlessly many (`s` above 1) without `n`: then ranks may pass any bound, and those beyond 2^53
    are no longer told one from the next.
    """

    name: ClassVar[str] = "zipf"
    learnable: ClassVar[bool] = True

    s: float = Field(ge=0, le=100)
    n: int | None = Field(default=None, ge=1, le=10_000_000)

    @model_validator(mode="after")
    def _has_a_sum(self) -> Self:
        if self.n is None and self.s < 1.01:
            raise ValueError("without `n`, `s` is at least 1.01: below, ranks leave the numbers there are")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """From 1 to n, or on."""
        return 1.0, np.inf if self.n is None else float(self.n)

    @cached_property
    def _tables(self) -> tuple[Floats, Floats]:
        """The probabilities of at most each rank of n, and of more."""
        shares = np.arange(1, (self.n or 1) + 1) ** -self.s
        below = np.cumsum(shares)
        above = np.append(np.cumsum(shares[:0:-1])[::-1], 0.0)
        return below / below[-1], above / below[-1]

    @cached_property
    def _total(self) -> float:
        """The sum of all k^-s."""
        return float(special.zeta(self.s)) if self.n is None else float((np.arange(1, self.n + 1) ** -self.s).sum())

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, infinite up to s 2 and 3 where there is no n."""
        powers = []
        for order in (1, 2):
            if self.n is not None:
                powers.append(float((np.arange(1, self.n + 1) ** (order - self.s)).sum()) / self._total)
            else:
                powers.append(float(special.zeta(self.s - order)) / self._total if self.s > order + 1 else np.inf)
        mean, square = powers
        return mean, square - mean**2 if np.isfinite(square) else np.inf

    def _log_mass(self, k: Floats) -> Any:
        return -self.s * np.log(k) - np.log(self._total)

    def _below(self, k: Floats) -> Any:
        if self.n is not None:
            return self._tables[0][k.astype(np.int64).clip(1, self.n) - 1]
        return 1 - self._above(k)

    def _above(self, k: Floats) -> Any:
        if self.n is not None:
            return self._tables[1][k.astype(np.int64).clip(1, self.n) - 1]
        return special.zeta(self.s, k + 1) / self._total

    def _sought(self, rising: Any, aims: Floats, score: Floats) -> Any:
        # far out the survival is nearly k^(1 - s) / (s - 1): the search starts there
        sf = np.maximum(special.ndtr(-score), 1e-300)
        start = (sf * self._total * max(self.s - 1, 1e-9)) ** (1 / min(1 - self.s, -1e-9)) if self.n is None else score
        return least_counts(rising, aims, start, 1.0, *self.support) if aims.size else aims.copy()

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.zipf(self.s, n) if self.n is None else self._ppf(np.maximum(rng.random(n), LEAST))

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        """Learn `s` of the endless family: where the mean of the log rank is what it is expected to be."""
        aim = mean_of(np.log(cls._whole(values, low=1)), weights)
        if not aim:
            raise FitError("fit.degenerate", "the values are all 1", where=cls.name, hint="take `constant`")

        def fault(log_excess: float) -> float:
            s = 1 + np.exp(log_excess)
            up, down = (np.log(special.zetac(s + h) + 1) for h in (1e-5 * (s - 1), -1e-5 * (s - 1)))
            return float((up - down) / (2e-5 * (s - 1)) + aim)

        return cls._fitted(1 + np.exp(root_of(fault, 0.0, 0.5)))
