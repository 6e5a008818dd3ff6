"""Attack the mechanisms on their hardest neighbours: what is found stays below what is claimed, and comes close to it.

The bounds are of Clopper and Pearson at a level that fails by chance less than once in 1e10 tests.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import beta

from likewise.privacy.accountant import (
    Account,
    Event,
    delta_of,
    delta_of_discrete,
    epsilon_of,
    mu_of_discrete,
    mu_of_pure,
)
from likewise.privacy.mechanisms import choose, discrete_gaussian, gaussian, geometric

LEVEL = 1e-11
TIMES = 1_000_000


def account() -> Account:
    return Account(1e4, 0.5)


def at_least(hits: int, times: int) -> float:
    return float(beta.ppf(LEVEL, hits, times - hits + 1)) if hits else 0.0


def at_most(hits: int, times: int) -> float:
    return float(beta.isf(LEVEL, hits + 1, times - hits)) if hits < times else 1.0


def mu_found(hits: int, alarms: int, times: int) -> float:
    """Return the least `mu` that explains how often one is told from the other."""
    return float(ndtri(at_least(hits, times)) - ndtri(at_most(alarms, times)))


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("release", [gaussian, discrete_gaussian])
def test_counts_of_nobody_and_of_one_are_told_apart_nearly_as_well_as_is_claimed(release, sigma: float) -> None:
    without = release(np.zeros(TIMES, np.int64), sigma=sigma, account=account(), what="")
    with_one = release(np.ones(TIMES, np.int64), sigma=sigma, account=account(), what="")
    charged = account()
    release(np.zeros(1, np.int64), sigma=sigma, account=charged, what="")
    found = mu_found(int((with_one >= 1).sum()), int((without >= 1).sum()), TIMES)
    assert 0.95 * charged.events[0].mu < found <= charged.events[0].mu


def test_the_epsilon_found_at_a_delta_is_close_to_the_one_claimed() -> None:
    without = gaussian(np.zeros(TIMES, np.int64), sigma=20.0, account=account(), sensitivity=20, what="")
    with_one = gaussian(np.full(TIMES, 20), sigma=20.0, account=account(), sensitivity=20, what="")
    claimed, delta = epsilon_of(1.0, 0.01), 0.01
    bar = 20 * (claimed + 0.5)  # where the likelihoods differ by the epsilon
    hits, alarms = at_least(int((with_one >= bar).sum()), TIMES), at_most(int((without >= bar).sum()), TIMES)
    assert 0.6 * claimed < math.log((hits - delta) / alarms) <= claimed


def test_geometric_noise_is_told_apart_as_well_as_its_epsilon_says() -> None:
    without = geometric(np.zeros(TIMES, np.int64), epsilon=1.0, account=account(), what="")
    with_one = geometric(np.ones(TIMES, np.int64), epsilon=1.0, account=account(), what="")
    hits, alarms = int((with_one >= 1).sum()), int((without >= 1).sum())
    assert 0.9 < math.log(at_least(hits, TIMES) / at_most(alarms, TIMES)) <= 1.0
    assert 0.9 * mu_of_pure(1.0) < mu_found(hits, alarms, TIMES) <= mu_of_pure(1.0)


@pytest.mark.parametrize("monotone", [False, True])
def test_choices_are_told_apart_as_well_as_their_range_says(monotone: bool) -> None:
    times, epsilon = 8_000, 2.0
    hardest = ([1, 0], [0, 1]) if not monotone else ([1, 0], [0, 0])
    first, second = (
        sum(
            choose(np.array(s), epsilon=epsilon, account=account(), monotone=monotone, what="") == 0
            for _ in range(times)
        )
        for s in hardest
    )
    found, claimed = mu_found(first, second, times), Event.choice(epsilon).mu
    assert found <= claimed
    assert found > 0.6 * claimed


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1.0, 3.0])
def test_discrete_noise_costs_what_its_exact_curve_says(sigma: float) -> None:
    mu = mu_of_discrete(sigma)
    epsilons = np.linspace(0, 8 / sigma, 300)
    exact = [delta_of_discrete(sigma, epsilon) for epsilon in epsilons]
    assert all(one <= delta_of(mu, e) * (1 + 1e-9) + 1e-15 for one, e in zip(exact, epsilons))
    assert math.isclose(exact[0], delta_of(mu, 0.0), rel_tol=1e-7)  # it is met where epsilon is 0
