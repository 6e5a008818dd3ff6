"""What shares of noise cost: never less than the exact distributions say, and hardly more."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from likewise.errors import PrivacyError
from likewise.privacy.accountant import delta_of, mu_of_discrete
from likewise.privacy.federated.agreement import Agreement
from likewise.privacy.federated.noise import LEAST, apart_by, drawn, event_of, share_for

Floats = npt.NDArray[np.float64]


def _mass(sigma: float, reach: int) -> Floats:
    """Return the probabilities of the discrete Gaussian from -reach to reach."""
    k = np.arange(-reach, reach + 1)
    weights = np.exp(-(k**2) / (2 * sigma**2))
    return np.asarray(weights / weights.sum(), np.float64)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.0, 10.0, 200.0])
def test_a_discrete_gaussian_is_as_private_as_its_mu_says(sigma: float) -> None:
    mass, mu = _mass(sigma, math.ceil(12 * sigma)), mu_of_discrete(sigma)
    for moved in (1, 3):
        for epsilon in np.linspace(0, 4, 40) * moved / sigma:
            ours, other = np.append(mass, np.zeros(moved)), np.append(np.zeros(moved), mass)
            delta = np.maximum(ours - math.exp(epsilon) * other, 0).sum()
            assert delta <= delta_of(moved * mu, float(epsilon)) + 1e-12


def test_the_gaussian_of_the_same_sigma_would_promise_too_much() -> None:
    mass = _mass(1.0, 30)
    delta = np.maximum(np.append(mass, 0) - np.append(0, mass), 0).sum()
    assert delta > delta_of(1.0, 0.0) + 0.01


@pytest.mark.parametrize("sigma", [3.0, 30.0])
def test_hardly_more_is_charged_than_for_the_gaussian(sigma: float) -> None:
    assert 1 < mu_of_discrete(sigma) * sigma < 1 + 1 / (20 * sigma**2) + 1e-6


@pytest.mark.parametrize("sigma", [0.6, 0.8, 1.0])
@pytest.mark.parametrize("parties", [2, 3, 5])
def test_a_sum_of_shares_is_as_near_to_a_discrete_gaussian_as_is_charged(sigma: float, parties: int) -> None:
    share = _mass(sigma, math.ceil(14 * sigma))
    total = share
    for _ in range(parties - 1):
        total = np.convolve(total, share)
    wide = _mass(sigma * math.sqrt(parties), (len(total) - 1) // 2)
    seen = wide > 1e-12
    apart = np.abs(np.log(total[seen] / wide[seen])).max()
    assert 0 < apart <= apart_by(sigma, parties)


@pytest.mark.parametrize("honest", [1, 4, 50])
@pytest.mark.parametrize("mu", [0.003, 0.2, 2.0])
def test_a_share_is_enough_for_what_a_sum_may_cost(mu: float, honest: int) -> None:
    share = share_for(mu, honest=honest, norm=3.0)
    event = event_of(share, honest=honest, norm=3.0, entries=9, epsilon=1.0, what="x")
    assert event.mu <= mu
    assert share == LEAST or event.mu > mu * (1 - 1e-6)
    assert 0 < event.delta < 1e-25


def test_noise_that_is_of_no_use_is_refused() -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.sigma"):
        share_for(1e-7, honest=1, norm=1.0)


def test_what_is_charged_for_sums_fits_the_slack_of_the_smallest_delta() -> None:
    agreement = Agreement(contract={}, sizes=(2,), epsilon=20.0, delta=1e-15, parties=100, threshold=100, colluding=0)
    event = event_of(LEAST, honest=100, norm=1.0, entries=10**6, epsilon=20.0, what="x")
    assert event.delta < agreement.account().slack


def test_honest_shares_reach_the_variance() -> None:
    """The variance of 4 x 40,000 draws is within 7 standard errors, missed once in 10 ** 11."""
    share = share_for(0.1, honest=4, norm=1.0)
    total = sum(drawn(40_000, share).astype(float) for _ in range(4))
    assert isinstance(total, np.ndarray)
    assert abs(total.var() / 100.0 - 1) < 7 * math.sqrt(2 / 40_000)
