"""What each release of a fit costs, and how much of a budget that leaves.

Budgets are kept in Gaussian differential privacy (Dong, Roth and Su, 2022, JRSS B 84): a release is `mu`-GDP where it
is as hard to tell from it whether somebody is in the data as to tell one draw of N(0, 1) from one of N(mu, 1). Costs
add up as squares, exactly for Gaussian noise and also where a release is chosen by what was seen before, so nothing is
lost to a conversion before the very end.

Answers about a random part of the data (DP-SGD) are no `mu`-GDP that would be of use: where there are some, the whole
is composed numerically, by its privacy loss distribution (Koskela et al., 2020, AISTATS), with all Gaussian-DP releases
in it as one Gaussian.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any, Literal

import numpy as np

from likewise.core.extras import require
from likewise.core.spec import Spec
from likewise.errors import PrivacyError

CLOSE = 1e-9
"""Relative error of what is computed in floats, rounded against the one who spends."""

FINE = 0.02
"""The grid of privacy losses, times the root of the number of steps: it makes epsilon some 0.0003 larger at most."""


class Event(Spec):
    """Describe one release: its mechanism, what it is `mu`-GDP with, and a probability `delta` that this fails.

    Of `steps` Gaussian answers about random parts of the data, each with a share `rate` of it, `mu` is what they would
    cost about the whole of it: they cost less, which `spent` knows.
    """

    mechanism: Literal["gaussian", "choice", "pure", "threshold", "sampled gaussian"]
    mu: float
    delta: float = 0.0
    rate: float = 1.0
    steps: int = 1
    what: str = ""

    @classmethod
    def gaussian(cls, noise: float, what: str = "") -> Event:
        """Return the release of an answer with Gaussian noise, `noise` times its L2 sensitivity."""
        return cls(mechanism="gaussian", mu=1 / noise, what=what)

    @classmethod
    def discrete(cls, sigma: float, sensitivity: float = 1, what: str = "") -> Event:
        """Return the release of whole numbers with discrete Gaussian noise of scale `sigma`."""
        return cls(mechanism="gaussian", mu=mu_of_discrete(sigma) * sensitivity, what=what)

    @classmethod
    def sampled(cls, noise: float, rate: float, steps: int, what: str = "") -> Event:
        """Return `steps` answers with Gaussian noise, each about units drawn for it, every one with probability `rate`.

        Which settings these are must not depend on what was released before.
        """
        mechanism: Any = "sampled gaussian" if rate < 1 else "gaussian"
        return cls(mechanism=mechanism, mu=math.sqrt(steps) / noise, rate=rate, steps=steps, what=what)

    @classmethod
    def choice(cls, epsilon: float, what: str = "") -> Event:
        """Return an exponential mechanism's choice, which is `epsilon`-DP and of bounded range `epsilon`.

        Its log-likelihood ratios lie in an interval of this length. The hardest of the kind has two outcomes whose odds
        differ by e^epsilon, and is told apart best where they lie evenly about 1, as those of an `epsilon/2`-DP one do.
        """
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
        if any(event.rate < 1 for event in self.events):
            return _left(tuple(self.events), self.epsilon, self.delta)
        return math.sqrt(max(self.mu**2 - sum(event.mu**2 for event in self.events), 0.0))

    def share(self, part: float) -> float:
        """Return the `mu` that a part of the whole budget buys."""
        return self.mu * math.sqrt(part)

    def charge(self, event: Event) -> None:
        """Note a release. Raises PrivacyError, and notes nothing, where it is more than what is left."""
        events = [*self.events, event]
        if sum(known.delta for known in events) > self.slack * (1 + CLOSE) or not self._holds(events):
            raise PrivacyError("privacy.overspent", "a release would cost more than what is left of the budget",
                               hint="give a larger epsilon, or ask for less")  # fmt: skip
        self.events.append(event)

    def _holds(self, events: Sequence[Event]) -> bool:
        """Say whether releases together are within the budget."""
        if sum(event.mu**2 for event in events) <= self.mu**2 * (1 + CLOSE):
            return True
        return any(event.rate < 1 for event in events) and spent(events, self.delta) <= self.epsilon * (1 + CLOSE)


def spent(events: Sequence[Event], delta: float) -> float:
    """Return the epsilon of all the releases together at a delta: exact where none is about a random part of the data.

    Raises MissingExtra where one is, and dp-accounting is not installed.

    >>> round(spent([Event.gaussian(10.0), Event.gaussian(10.0)], 1e-5), 3)
    0.497
    """
    rest = delta - sum(event.delta for event in events)
    if rest <= 0:
        return math.inf
    epsilon = epsilon_of(math.sqrt(sum(event.mu**2 for event in events)), rest)
    if all(event.rate == 1 for event in events):
        return epsilon
    return min(epsilon, float(_loss(tuple(events)).get_epsilon_for_delta(rest)))


def noise_for(epsilon: float, delta: float, rate: float, steps: int, *, beside: float = 0.0) -> float:
    """Return the least noise, times the sensitivity, of `steps` answers about random shares `rate` of the data.

    Releases that are `beside`-GDP together are paid from the same budget. The result is within a thousandth of the
    least. Raises as `spent` does, and PrivacyError where nothing is left beside them.

    >>> round(noise_for(1.0, 1e-5, 1.0, 1), 2)
    3.73
    """
    from scipy.optimize import brentq

    whole = mu_for(epsilon, delta)
    if beside >= whole:
        raise PrivacyError("privacy.overspent", "nothing of the budget is left for answers about parts of the data")
    if rate == 1:
        return math.sqrt(steps / (whole**2 - beside**2))
    others = [Event(mechanism="gaussian", mu=beside)] if beside else []

    def over(log_noise: float) -> float:
        """Return by how much a noise spends more than is wanted."""
        return spent([*others, Event.sampled(math.exp(log_noise), rate, steps)], delta) - epsilon

    low = high = math.log(2)
    while over(high) > 0:
        low, high = high, high + 0.5
    while low == high or over(low) <= 0:
        low, high = low - 0.5, low
    log_noise = float(brentq(over, low, high, xtol=3e-4))
    while over(log_noise) > 0:
        log_noise += 3e-4
    return math.exp(log_noise)


def _loss(events: tuple[Event, ...]) -> Any:
    """Return the privacy loss distribution of all releases, rounded against the one who spends."""
    whole = math.sqrt(sum(event.mu**2 for event in events if event.rate == 1))
    parts = [event for event in events if event.rate < 1]
    step = FINE / math.sqrt(sum(event.steps for event in parts))
    losses = [_sampled_loss(math.sqrt(event.steps) / event.mu, event.rate, event.steps, step) for event in parts]
    if whole:
        losses.append(_losses().from_gaussian_mechanism(1 / whole, value_discretization_interval=step))
    return reduce(lambda one, other: one.compose(other), losses)


@lru_cache(maxsize=16)
def _sampled_loss(noise: float, rate: float, steps: int, step: float) -> Any:
    """Return the privacy loss distribution of Gaussian answers about random parts of the data, on a grid."""
    one = _losses().from_gaussian_mechanism(noise, sampling_prob=rate, value_discretization_interval=step)
    return one.self_compose(steps)


def _losses() -> Any:
    """Return dp-accounting's module of privacy loss distributions."""
    return require("dp_accounting.pld.privacy_loss_distribution", extra="privacy")


def _left(events: tuple[Event, ...], epsilon: float, delta: float) -> float:
    """Return the largest `mu` of one more release, rounded down to a ten-thousandth of what epsilon buys at most."""
    low, high = 0.0, mu_for(epsilon, delta)
    step = high / 10_000
    while high - low > step:
        middle = (low + high) / 2
        if spent([*events, Event(mechanism="gaussian", mu=middle)], delta) <= epsilon:
            low = middle
        else:
            high = middle
    return low


def positive(value: float) -> float:
    """Return a setting of a mechanism. Raises PrivacyError where it is not a number above 0."""
    if not 0 < value < math.inf:
        raise PrivacyError("privacy.setting", "an epsilon, a delta and a scale of noise are numbers above 0")
    return value


def mu_of_discrete(sigma: float) -> float:
    """Return the `mu` of an integer answer of sensitivity 1 with discrete Gaussian noise of scale `sigma`.

    The trade-off between the two errors is made of straight lines, so it lies above a convex one where its corners do.
    They are at P(Y >= m), and the one in the middle, m = 0 and 1, asks for most: it is 2 z(P(Y >= 0)), with z the
    normal quantile. It is close to 1 / sqrt(sigma^2 - 1/12), as rounding to whole numbers would have added a variance
    of 1/12.
    """
    from scipy.special import erfinv

    if sigma < 1:
        none = 1 / float(np.exp(-(np.arange(-40, 41) ** 2) / (2 * sigma**2)).sum())
    else:  # Poisson's sum: the next term is below 1e-33
        none = 1 / (sigma * math.sqrt(2 * math.pi) * (1 + 2 * math.exp(-2 * (math.pi * sigma) ** 2)))
    return float(2 * math.sqrt(2) * erfinv(none)) * (1 + CLOSE)


def delta_of_discrete(sigma: float, epsilon: float) -> float:
    """Return the delta at an epsilon of one integer answer of sensitivity 1 with discrete Gaussian noise, exactly.

    P(Y > epsilon sigma^2 - 1/2) - e^epsilon P(Y > epsilon sigma^2 + 1/2): theorem 7 of Canonne, Kamath and Steinke,
    2020.
    """
    reach = math.ceil(epsilon * sigma**2 + 40 * sigma + 40)
    y = np.arange(-reach, reach + 1)
    weights = np.exp(-(y**2) / (2 * sigma**2))
    whole, middle = weights.sum(), epsilon * sigma**2
    return float((weights[y > middle - 0.5].sum() - math.exp(epsilon) * weights[y > middle + 0.5].sum()) / whole)


def mu_of_pure(epsilon: float) -> float:
    """Return the `mu` that any `epsilon`-DP release is GDP with: the two trade-offs meet where errors are equal."""
    from scipy.special import ndtri

    return float(-2 * ndtri(1 / (1 + math.exp(epsilon)))) if epsilon < 700 else math.inf


def delta_of(mu: float, epsilon: float) -> float:
    """Return the delta of a `mu`-GDP release at an epsilon."""
    from scipy.special import log_ndtr, ndtr

    if mu == 0:
        return 0.0
    return float(ndtr(mu / 2 - epsilon / mu) - math.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu)))


def epsilon_of(mu: float, delta: float) -> float:
    """Return the epsilon of a `mu`-GDP release at a delta, rounded up."""
    from scipy.optimize import brentq

    if delta_of(mu, 0.0) <= delta:
        return 0.0
    most = 1.0
    while delta_of(mu, most) > delta:
        most *= 2
    return float(brentq(lambda epsilon: delta_of(mu, epsilon) - delta, 0.0, most, rtol=CLOSE / 10)) * (1 + CLOSE)


def mu_for(epsilon: float, delta: float) -> float:
    """Return the largest `mu` whose releases are (epsilon, delta)-DP, rounded down."""
    from scipy.optimize import brentq

    most = 1.0
    while delta_of(most, epsilon) < delta:
        most *= 2
    return float(brentq(lambda mu: delta_of(mu, epsilon) - delta, 0.0, most, rtol=CLOSE / 10)) * (1 - CLOSE)
