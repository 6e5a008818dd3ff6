"""Copulas of two columns: independence, Gaussian, Student-t, Clayton, Gumbel, Frank, and a checkerboard."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular import special

Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]

EDGE = 1e-10
"""How far uniforms keep from 0 and 1 inside a vine."""

HALVINGS = 40
"""Times that the interval is halved in which a quantile without a formula lies."""


class Pair(ABC):
    """Say how two uniforms depend on one another; all functions take and return arrays of one shape."""

    family: ClassVar[str]
    parameters: ClassVar[int]

    @abstractmethod
    def log_density(self, u: Floats, v: Floats) -> Floats:
        """Return the log of the density at (u, v)."""

    @abstractmethod
    def given(self, u: Floats, v: Floats) -> Floats:
        """Return the probability of at most `u` given `v` (the h-function; Aas and others, 2009)."""

    @abstractmethod
    def inverse(self, share: Floats, v: Floats) -> Floats:
        """Return the `u` of which the share given `v` lies below."""

    @abstractmethod
    def swapped(self) -> Pair:
        """Return the copula of (v, u)."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""


@dataclass(frozen=True)
class Independence(Pair):
    """Two uniforms that know nothing of one another."""

    family: ClassVar[str] = "independence"
    parameters: ClassVar[int] = 0

    def log_density(self, u: Floats, v: Floats) -> Floats:
        """Return zeros."""
        return np.zeros_like(u)

    def given(self, u: Floats, v: Floats) -> Floats:
        """Return `u`."""
        return u

    def inverse(self, share: Floats, v: Floats) -> Floats:
        """Return the share."""
        return share

    def swapped(self) -> Pair:
        """Return itself."""
        return self

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        return {"family": self.family}, {}


@dataclass(frozen=True)
class Parametric(Pair):
    """A family whose two uniforms play the same part, each perhaps turned around (1 - u)."""

    theta: float
    turn_u: bool = False
    turn_v: bool = False

    parameters: ClassVar[int] = 1

    @abstractmethod
    def _log_density(self, u: Floats, v: Floats) -> Floats: ...

    @abstractmethod
    def _given(self, u: Floats, v: Floats) -> Floats: ...

    @abstractmethod
    def _inverse(self, share: Floats, v: Floats) -> Floats: ...

    @classmethod
    @abstractmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation (Kendall's tau): of either sign where it has both, else positive."""

    def log_density(self, u: Floats, v: Floats) -> Floats:
        """Return the log of the density at (u, v)."""
        return self._log_density(_turned(u, self.turn_u), _turned(v, self.turn_v))

    def given(self, u: Floats, v: Floats) -> Floats:
        """Return the probability of at most `u` given `v`."""
        found = self._given(_turned(u, self.turn_u), _turned(v, self.turn_v))
        return np.clip(_turned(found, self.turn_u), EDGE, 1 - EDGE)

    def inverse(self, share: Floats, v: Floats) -> Floats:
        """Return the `u` of which the share given `v` lies below."""
        found = self._inverse(_turned(share, self.turn_u), _turned(v, self.turn_v))
        return np.clip(_turned(found, self.turn_u), EDGE, 1 - EDGE)

    def swapped(self) -> Pair:
        """Return the copula of (v, u)."""
        return replace(self, turn_u=self.turn_v, turn_v=self.turn_u)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        return {"family": self.family, "values": [self.theta, self.turn_u, self.turn_v]}, {}


@dataclass(frozen=True)
class Gaussian(Parametric):
    """`theta` is the correlation of the normal scores."""

    family: ClassVar[str] = "gaussian"

    @classmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation."""
        return cls(float(np.sin(np.pi / 2 * tau)))

    def _log_density(self, u: Floats, v: Floats) -> Floats:
        x, y, r = special.ndtri(u), special.ndtri(v), self.theta
        rest = 1 - r * r
        found: Floats = -0.5 * np.log(rest) - (r * r * (x * x + y * y) - 2 * r * x * y) / (2 * rest)
        return found

    def _given(self, u: Floats, v: Floats) -> Floats:
        r = self.theta
        return np.asarray(special.ndtr((special.ndtri(u) - r * special.ndtri(v)) / np.sqrt(1 - r * r)))

    def _inverse(self, share: Floats, v: Floats) -> Floats:
        r = self.theta
        return np.asarray(special.ndtr(special.ndtri(share) * np.sqrt(1 - r * r) + r * special.ndtri(v)))


@dataclass(frozen=True)
class Student(Parametric):
    """`theta` is the correlation, `df` the degrees of freedom: the fewer, the more extremes come together."""

    df: float = 4.0

    family: ClassVar[str] = "student-t"
    parameters: ClassVar[int] = 2

    @classmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation."""
        return cls(float(np.sin(np.pi / 2 * tau)))

    def _log_density(self, u: Floats, v: Floats) -> Floats:
        x, y, r, df = special.stdtrit(self.df, u), special.stdtrit(self.df, v), self.theta, self.df
        rest = 1 - r * r
        joint = special.gammaln(df / 2 + 1) - special.gammaln(df / 2) - np.log(df * np.pi) - 0.5 * np.log(rest)
        own = special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - 0.5 * np.log(df * np.pi)
        form = (x * x + y * y - 2 * r * x * y) / (df * rest)
        tails = np.log1p(x * x / df) + np.log1p(y * y / df)
        found: Floats = joint - (df / 2 + 1) * np.log1p(form) - 2 * own + (df + 1) / 2 * tails
        return found

    def _given(self, u: Floats, v: Floats) -> Floats:
        x, y = special.stdtrit(self.df, u), special.stdtrit(self.df, v)
        return np.asarray(special.stdtr(self.df + 1, (x - self.theta * y) / self._spread(y)))

    def _inverse(self, share: Floats, v: Floats) -> Floats:
        y = special.stdtrit(self.df, v)
        return np.asarray(
            special.stdtr(self.df, special.stdtrit(self.df + 1, share) * self._spread(y) + self.theta * y)
        )

    def _spread(self, y: Floats) -> Floats:
        return np.asarray(np.sqrt((self.df + y * y) * (1 - self.theta**2) / (self.df + 1)))

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        return {"family": self.family, "values": [self.theta, self.turn_u, self.turn_v, self.df]}, {}


@dataclass(frozen=True)
class Clayton(Parametric):
    """Small values come together; `theta` above 0."""

    family: ClassVar[str] = "clayton"

    @classmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation above 0."""
        return cls(2 * tau / (1 - tau))

    def _log_density(self, u: Floats, v: Floats) -> Floats:
        t, logs = self.theta, np.log(u) + np.log(v)
        found: Floats = np.log1p(t) - (1 + t) * logs - (2 + 1 / t) * self._log_sum(u, v)
        return found

    def _given(self, u: Floats, v: Floats) -> Floats:
        t = self.theta
        return np.exp(-(1 / t + 1) * self._log_sum(u, v) - (t + 1) * np.log(v))

    def _inverse(self, share: Floats, v: Floats) -> Floats:
        t = self.theta
        # u^-t = (share v^(t + 1))^(-t / (t + 1)) + 1 - v^-t, whose logarithm neither over- nor underflows
        first, last = -t / (t + 1) * np.log(share), -t * np.log(v)
        grown = first + last + np.log1p(np.maximum(np.exp(-first - last) - np.exp(-first), EDGE - 1))
        return np.asarray(np.exp(-grown / t))

    def _log_sum(self, u: Floats, v: Floats) -> Floats:
        """Return log(u^-t + v^-t - 1)."""
        a, b = -self.theta * np.log(u), -self.theta * np.log(v)
        high, low = np.maximum(a, b), np.minimum(a, b)
        found: Floats = high + np.log1p(np.exp(low - high) - np.exp(-high))
        return found


@dataclass(frozen=True)
class Gumbel(Parametric):
    """Large values come together; `theta` above 1."""

    family: ClassVar[str] = "gumbel"

    @classmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation above 0."""
        return cls(1 / (1 - tau))

    def _log_density(self, u: Floats, v: Floats) -> Floats:
        t, a, b = self.theta, -np.log(u), -np.log(v)
        root = np.exp(self._log_root(a, b))
        found: Floats = -root + a + b + (t - 1) * (np.log(a) + np.log(b)) - (2 * t - 1) * np.log(root)
        return found + np.log(root + t - 1)

    def _given(self, u: Floats, v: Floats) -> Floats:
        a, b = -np.log(u), -np.log(v)
        log_root = self._log_root(a, b)
        return np.exp(-np.exp(log_root) + b + (self.theta - 1) * (np.log(b) - log_root))

    def _inverse(self, share: Floats, v: Floats) -> Floats:
        low, high = np.full_like(share, EDGE), np.full_like(share, 1 - EDGE)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            beyond = self._given(middle, v) > share
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        return (low + high) / 2

    def _log_root(self, a: Floats, b: Floats) -> Floats:
        """Return log of (a^t + b^t)^(1 / t)."""
        found: Floats = np.logaddexp(self.theta * np.log(a), self.theta * np.log(b)) / self.theta
        return found


@dataclass(frozen=True)
class Frank(Parametric):
    """Neither extreme comes together more than the middle does; `theta` above 0."""

    family: ClassVar[str] = "frank"

    @classmethod
    def of_tau(cls, tau: float) -> Self:
        """Return the member of a rank correlation above 0: by Debye's function, of which no inverse is known."""
        return cls(float(np.interp(tau, *_frank_taus())))

    def _log_density(self, u: Floats, v: Floats) -> Floats:
        t = self.theta
        found: Floats = np.log(-t * np.expm1(-t)) - t * (u + v) - 2 * self._log_rest(u, v)
        return found

    def _given(self, u: Floats, v: Floats) -> Floats:
        return -np.expm1(-self.theta * u) * np.exp(-self.theta * v - self._log_rest(u, v))

    def _inverse(self, share: Floats, v: Floats) -> Floats:
        t = self.theta
        # exp(-tu) is a ratio of sums that share their first term, all of them above 0
        first, log_share = np.log1p(-share) - t * v, np.log(share)
        return np.asarray((np.logaddexp(first, log_share) - np.logaddexp(first, log_share - t)) / t)

    def _log_rest(self, u: Floats, v: Floats) -> Floats:
        """Return log(exp(-tu) + exp(-tv) - exp(-tu - tv) - exp(-t)), whose terms are as large as the first."""
        t, least = self.theta, np.minimum(u, v)
        far = np.exp(-t * (np.maximum(u, v) - least))
        rest = 1 + far - np.exp(-t * np.maximum(u, v)) - np.exp(-t * (1 - least))
        return np.asarray(np.log(np.maximum(rest, EDGE)) - t * least)


@dataclass(frozen=True, eq=False)
class Checkerboard(Pair):
    """What was counted: an even density in each cell of a grid, `mass` (cells of u, cells of v); margins are even.

    With cells of a category's own intervals it is the contingency table of two categories, nothing more or less.
    """

    mass: Floats
    ends_u: Floats
    ends_v: Floats

    family: ClassVar[str] = "checkerboard"
    parameters: ClassVar[int] = 0

    def log_density(self, u: Floats, v: Floats) -> Floats:
        """Return the log of the density at (u, v)."""
        density = self.mass / np.outer(np.diff(self.ends_u), np.diff(self.ends_v))
        return np.asarray(np.log(density)[cell(u, self.ends_u), cell(v, self.ends_v)])

    def given(self, u: Floats, v: Floats) -> Floats:
        """Return the probability of at most `u` given `v`."""
        sums, shares = self._conditional()
        a, b = cell(u, self.ends_u), cell(v, self.ends_v)
        inside = (u - self.ends_u[a]) / (self.ends_u[a + 1] - self.ends_u[a])
        return np.clip(sums[a, b] + shares[a, b] * inside, EDGE, 1 - EDGE)

    def inverse(self, share: Floats, v: Floats) -> Floats:
        """Return the `u` of which the share given `v` lies below."""
        sums, shares = self._conditional()
        b = cell(v, self.ends_v)
        line = (sums + np.arange(sums.shape[1])).T.ravel()  # each column of sums rises from its number to the next
        a = np.searchsorted(line, share + b, side="right") - 1 - b * len(sums)
        a = np.clip(a, 0, len(shares) - 1)
        inside = np.clip((share - sums[a, b]) / np.maximum(shares[a, b], EDGE), 0, 1)
        found: Floats = self.ends_u[a] + inside * (self.ends_u[a + 1] - self.ends_u[a])
        return np.clip(found, EDGE, 1 - EDGE)

    def swapped(self) -> Pair:
        """Return the copula of (v, u)."""
        return Checkerboard(self.mass.T, self.ends_v, self.ends_u)

    def _conditional(self) -> tuple[Floats, Floats]:
        """Return the shares below each cell of u given each cell of v, with 1 last, and the shares of the cells."""
        shares = self.mass / self.mass.sum(axis=0)
        sums = np.concatenate([np.zeros((1, shares.shape[1])), np.cumsum(shares, axis=0)])
        sums[-1] = 1.0
        return sums, shares

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        return {"family": self.family}, {"mass": self.mass, "ends_u": self.ends_u, "ends_v": self.ends_v}


def cell(uniforms: Floats, ends: Floats) -> npt.NDArray[np.int64]:
    """Return which of the cells each uniform lies in; `ends` go from 0 to 1."""
    return np.searchsorted(ends[1:-1], uniforms, side="right")


def load_pair(meta: dict[str, Any], arrays: Arrays) -> Pair:
    """Rebuild a pair copula from a model file."""
    if meta["family"] == Checkerboard.family:
        return Checkerboard(arrays["mass"], arrays["ends_u"], arrays["ends_v"])
    if meta["family"] == Independence.family:
        return Independence()
    families: tuple[type[Parametric], ...] = (Gaussian, Student, Clayton, Gumbel, Frank)
    return next(family for family in families if family.family == meta["family"])(*meta["values"])


@cache
def _frank_taus() -> tuple[Floats, Floats]:
    """Return rank correlations and the parameters of Frank's family that have them."""
    thetas = np.linspace(0.05, 200, 1000)
    steps = (np.arange(200) + 0.5) / 200 * thetas[:, None]
    return 1 - 4 / thetas * (1 - (steps / np.expm1(steps)).mean(axis=1)), thetas


def _turned(uniforms: Floats, turn: bool) -> Floats:
    return 1 - uniforms if turn else uniforms
