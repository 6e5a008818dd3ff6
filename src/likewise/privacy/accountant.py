"""What each release of a fit costs, and how much of a budget that leaves.

Budgets are kept in Gaussian differential privacy (Dong, Roth and Su, 2022, JRSS B 84): a release is `mu`-GDP where it
is as hard to tell from it whether somebody is in the data as to tell one draw of N(0, 1) from one of N(mu, 1). Costs
add up as squares, exactly for Gaussian noise and also where a release is chosen by what was seen before, so nothing is
lost to a conversion before the very end.
"""

from __future__ import annotations

import math
from typing import Literal

from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri

from likewise.core.spec import Spec
from likewise.errors import PrivacyError

CLOSE = 1e-9
"""Relative error of what is computed in floats, rounded against the one who spends."""


class Event(Spec):
    """Describe one release: its mechanism, what it is `mu`-GDP with, and a probability `delta` that this fails."""

    mechanism: Literal["gaussian", "choice", "pure", "threshold", "sampled gaussian"]
    mu: float
    delta: float = 0.0
    what: str = ""

    @classmethod
    def gaussian(cls, noise: float, what: str = "") -> Event:
        """Return the release of an answer with Gaussian noise, `noise` times its L2 sensitivity."""
        return cls(mechanism="gaussian", mu=1 / noise, what=what)

    @classmethod
    def choice(cls, epsilon: float, what: str = "") -> Event:
        """Return an exponential mechanism's choice, which is `epsilon`-DP and of bounded range `epsilon`."""
        return cls(mechanism="choice", mu=mu_of_pure(epsilon / 2), what=what)

    @classmethod
    def pure(cls, epsilon: float, what: str = "") -> Event:
        """Return any release that is `epsilon`-DP."""
        return cls(mechanism="pure", mu=mu_of_pure(epsilon), what=what)


class Account:
    """Keep to a budget of one fit: every mechanism charges its release here before it draws noise.

    `slack` is the part of `delta` that is kept for releases which may fail, such as levels found by a threshold.

    >>> account = Account(1.0, 1e-5)
    >>> account.charge(Event.gaussian(10.0, "age"))
    >>> round(account.mu, 3), round(account.left, 3)
    (0.268, 0.249)
    """

    def __init__(self, epsilon: float, delta: float, *, slack: float = 0.0) -> None:
        self.epsilon, self.delta, self.slack = epsilon, delta, slack
        self.mu = mu_for(epsilon, delta - slack)
        self.events: list[Event] = []

    @property
    def left(self) -> float:
        """The `mu` that is left."""
        return math.sqrt(max(self.mu**2 - sum(event.mu**2 for event in self.events), 0.0))

    def share(self, part: float) -> float:
        """Return the `mu` that a part of the whole budget buys."""
        return self.mu * math.sqrt(part)

    def charge(self, event: Event) -> None:
        """Note a release. Raises PrivacyError, and notes nothing, where it is more than what is left."""
        failing = sum(known.delta for known in self.events) + event.delta
        cost = sum(known.mu**2 for known in self.events) + event.mu**2
        if cost > self.mu**2 * (1 + CLOSE) or failing > self.slack * (1 + CLOSE):
            raise PrivacyError("privacy.overspent", "a release would cost more than what is left of the budget",
                               hint="give a larger epsilon, or ask for less")  # fmt: skip
        self.events.append(event)


def mu_of_pure(epsilon: float) -> float:
    """Return the `mu` that any `epsilon`-DP release is GDP with: the two trade-offs meet where errors are equal."""
    return float(-2 * ndtri(1 / (1 + math.exp(epsilon)))) if epsilon < 700 else math.inf


def delta_of(mu: float, epsilon: float) -> float:
    """Return the delta of a `mu`-GDP release at an epsilon."""
    if mu == 0:
        return 0.0
    return float(ndtr(mu / 2 - epsilon / mu) - math.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu)))


def epsilon_of(mu: float, delta: float) -> float:
    """Return the epsilon of a `mu`-GDP release at a delta, rounded up."""
    if delta_of(mu, 0.0) <= delta:
        return 0.0
    most = 1.0
    while delta_of(mu, most) > delta:
        most *= 2
    return float(brentq(lambda epsilon: delta_of(mu, epsilon) - delta, 0.0, most, rtol=CLOSE / 10)) * (1 + CLOSE)


def mu_for(epsilon: float, delta: float) -> float:
    """Return the largest `mu` whose releases are (epsilon, delta)-DP, rounded down."""
    most = 1.0
    while delta_of(most, epsilon) < delta:
        most *= 2
    return float(brentq(lambda mu: delta_of(mu, epsilon) - delta, 0.0, most, rtol=CLOSE / 10)) * (1 - CLOSE)
