"""The latent correlation under which two columns have the Pearson correlation that is asked of them (NORTA)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.altered import Rounded
from likewise.modalities.tabular.distributions.distribution import Distribution

Floats = npt.NDArray[np.float64]

REACH, STEP = 37.0, 0.005
"""Normal scores are followed this far out on both sides, in steps: to probabilities of 1e-300."""

TERMS = 300
"""Terms of the series in the latent correlation; what is left of it is told by its two ends."""

SLACK = 1e-3
"""How far beyond what can be reached an asked correlation may lie by rounding, and is taken for the end."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Hold what a column's values are at each normal score, less their mean, over their standard deviation."""

    values: Floats

    @classmethod
    def of(cls, distribution: Distribution, name: str) -> Scored:
        """Follow a distribution along the scores. Raises SettingsError where it has no variance, or only one value."""
        scores = _scores()
        low, high = scores[scores < 0], scores[scores >= 0]
        values = np.concatenate([distribution.ppf(special.ndtr(low)), distribution.isf(special.ndtr(-high))])
        weights = _weights()
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(weights @ values)
            sd = float(np.sqrt(weights @ (values - mean) ** 2))
        plain = distribution.of if isinstance(distribution, Rounded) else distribution
        if not np.isfinite(plain.moments()[1]) or not np.isfinite(sd):
            raise SettingsError("settings.correlation", f"column `{name}` has no variance, so no Pearson correlation",
                                where=name, hint="ask for `measure: spearman`, or cut it with `truncated`")  # fmt: skip
        if not sd > 1e-12 * max(abs(mean), 1e-300):
            raise SettingsError("settings.correlation", f"column `{name}` has one value only, so no correlation",
                                where=name, hint="leave it out of the correlations")  # fmt: skip
        return cls((values - mean) / sd)

    @cached_property
    def coefficients(self) -> Floats:
        """The coefficients on the Hermite polynomials of degree 0 to `TERMS`, each of variance one."""
        scores, weights = _scores(), np.sqrt(_weights())
        weighted = weights * self.values
        before, here = np.zeros_like(scores), weights.copy()
        found = np.empty(TERMS + 1)
        for degree in range(TERMS + 1):
            found[degree] = weighted @ here
            before, here = here, (scores * here - np.sqrt(degree) * before) / np.sqrt(degree + 1)
        return found


@dataclass(frozen=True, eq=False)
class Pair:
    """Follow the Pearson correlation of two columns as that of their normal scores goes from -1 to 1.

    By Mehler's formula it is a power series in the latent correlation, whose coefficients are products of the two
    columns' Hermite coefficients; beyond `TERMS` the rest is such that both ends, where one column is a rising or a
    falling function of the other, are exact.
    """

    one: Scored
    other: Scored

    @cached_property
    def attainable(self) -> tuple[float, float]:
        """The least and the greatest Pearson correlation: the Frechet-Hoeffding bounds."""
        weights = _weights()
        return (float((weights * self.one.values) @ self.other.values[::-1]),
                float((weights * self.one.values) @ self.other.values))  # fmt: skip

    @cached_property
    def _series(self) -> Floats:
        terms = self.one.coefficients * self.other.coefficients
        signs = (-1.0) ** np.arange(TERMS + 1)
        left = self.attainable[0] - float(terms @ signs), self.attainable[1] - float(terms.sum())
        series = np.zeros(2 * TERMS + 2)
        series[: TERMS + 1] = terms
        series[-2:] += (left[0] + left[1]) / 2, (left[1] - left[0]) / 2
        return series

    def at(self, latent: npt.ArrayLike) -> Floats:
        """Return the Pearson correlation for a latent one."""
        powers = np.asarray(latent, dtype=np.float64)[..., None] ** np.arange(2 * TERMS + 2)
        return np.asarray(powers @ self._series, dtype=np.float64)

    def latent(self, asked: float) -> float:
        """Return the latent correlation for a Pearson one, by halving: the first rises with the second.

        Raises ValueError where none is: it lies outside what is attainable.
        """
        low, high = self.attainable
        if not low - SLACK <= asked <= high + SLACK:
            raise ValueError(f"{low:.3f} to {high:.3f}")
        ends = [-1.0, 1.0]
        for _ in range(60):
            middle = sum(ends) / 2
            ends[float(self.at(middle)) >= asked] = middle
        return sum(ends) / 2


def latent_of_pearson(one: Scored, other: Scored, asked: float, names: tuple[str, str]) -> float:
    """Return the correlation of normal scores under which two columns have the Pearson correlation `asked`.

    Raises SettingsError, with the range that can be had, where their distributions allow no such correlation.

    Cario and Nelson, 1997, Modeling and generating random vectors with arbitrary marginal distributions and
    correlation matrix; Mehler, 1866, Journal fuer die reine und angewandte Mathematik 66.
    """
    try:
        return Pair(one, other).latent(asked)
    except ValueError as fault:
        pair = f"`{names[0]}` and `{names[1]}`"
        raise SettingsError("settings.unattainable", f"{pair} cannot have the correlation {asked:g}: their "
                            f"distributions allow {fault}", where=" ~ ".join(names),
                            hint="ask for less, or for `measure: spearman`") from None  # fmt: skip


@cache
def _scores() -> Floats:
    """Return the middle of each step, rising, as far above zero as below."""
    half = np.arange(STEP / 2, REACH, STEP)
    return np.concatenate([-half[::-1], half])


@cache
def _weights() -> Floats:
    """Return the probability of each step."""
    half = special.ndtr(-np.arange(0, REACH + STEP / 2, STEP))
    upper = half[: len(_scores()) // 2] - half[1 : len(_scores()) // 2 + 1]
    return np.asarray(np.concatenate([upper[::-1], upper]) / (2 * upper.sum()), dtype=np.float64)
