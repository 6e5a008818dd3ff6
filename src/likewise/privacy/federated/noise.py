"""How much noise each party adds, and what a sum with it costs.

Each party draws discrete Gaussian noise, and the shares of `honest` parties alone are enough. A sum of such shares is
not quite a discrete Gaussian, and a discrete Gaussian is not quite as private as the Gaussian of the same sigma: both
differences are small, and both are charged.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from likewise.errors import PrivacyError
from likewise.privacy.accountant import CLOSE, Event, mu_of_discrete
from likewise.privacy.mechanisms.lattice import of_scale

LEAST = 3.0
"""The least sigma of a party's share: from here on, what a sum of shares differs by is lost in any delta."""

WIDEST = 1e5
"""The largest sigma of a sum: more noise than that is of no use."""

REACH = 14
"""Standard deviations from its middle beyond which a sum of shares counts as failure."""


def drawn(n: int, sigma: float) -> npt.NDArray[np.int64]:
    """Return one party's shares of noise: discrete Gaussian, exact, from the operating system's randomness."""
    return of_scale(Fraction(1) / (2 * Fraction(sigma) ** 2), Fraction(0)).draw(n)


def share_for(mu: float, *, honest: int, norm: float) -> float:
    """Return the sigma of one party's share, so that sums whose L2 sensitivity is `norm` cost at most `mu`.

    Raises PrivacyError where that is too much noise for any use.

    >>> round(share_for(0.1, honest=4, norm=1.0), 3)
    5.002
    """
    total = norm / mu
    if total > WIDEST:
        raise too_wide()
    while mu_of_discrete(total) * norm > mu:
        total *= mu_of_discrete(total) * norm / mu * (1 + CLOSE)
    return max(total / math.sqrt(honest) * (1 + CLOSE), LEAST)


def event_of(share: float, *, honest: int, norm: float, entries: int, epsilon: float, what: str) -> Event:
    """Return the release of a sum in which at least `honest` parties have added noise of sigma `share` to every entry.

    `norm` is the L2 sensitivity of the sum and `entries` how many of its entries one unit can move. The failure
    probability is what the two distributions that are compared differ by in total variation from those of the discrete
    Gaussian, once for each side, where `epsilon` is that of the whole account. Raises PrivacyError where there is more
    noise than is of any use.
    """
    if share * math.sqrt(honest) > WIDEST * (1 + 1e-6):
        raise too_wide()
    apart = math.expm1(entries * apart_by(share, honest)) + 2 * entries * math.exp(-(REACH**2) / 2)
    mu = mu_of_discrete(share * math.sqrt(honest) * (1 - CLOSE)) * norm
    return Event(mechanism="gaussian", mu=mu, delta=(1 + math.exp(epsilon)) * apart, what=what)


def apart_by(share: float, honest: int) -> float:
    """Return by what the logarithm of any probability of a sum of shares may differ from the discrete Gaussian's.

    Kairouz, Liu and Steinke, 2021, ICML, theorem 1.
    """
    return 10 * sum(math.exp(-2 * (math.pi * share) ** 2 * k / (k + 1)) for k in range(1, honest))


def too_wide() -> PrivacyError:
    """Return the error of a question so large for its price that noise would drown the answer."""
    return PrivacyError("privacy.sigma", "this much noise is of no use", hint="ask for less, or pay more of the budget")
