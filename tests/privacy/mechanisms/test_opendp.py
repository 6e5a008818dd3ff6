"""Cross-checks with OpenDP and dp-accounting, which share no code with ours. Chance failures below 1e-10 a test."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from likewise.privacy.accountant import Account, Event, delta_of_discrete, epsilon_of, spent
from likewise.privacy.mechanisms import discrete_gaussian, geometric, threshold

dp = pytest.importorskip("opendp.prelude", exc_type=ImportError)
DRAWS = 20_000


@pytest.fixture(scope="module")
def space() -> Any:
    dp.enable_features("contrib")
    return dp.vector_domain(dp.atom_domain(T="i64"))


def assert_alike(one: NDArray[np.int64], other: NDArray[np.int64]) -> None:
    """Compare two samples by chi-square over their common groups."""
    edges = np.unique(np.quantile(np.concatenate([one, other]), np.linspace(0, 1, 40)).round())
    edges[-1] += 1
    a, b = (np.histogram(x, edges)[0] for x in (one, other))
    both = (a + b) / 2
    assert chi2.sf((((a - both) ** 2 + (b - both) ** 2) / both).sum(), len(both) - 1) > 1e-11


@pytest.mark.parametrize("sigma", [0.7, 3.0, 50.0])
def test_discrete_gaussian_noise_is_like_that_of_opendp(space: Any, sigma: float) -> None:
    theirs = dp.m.make_gaussian(space, dp.l2_distance(T="f64"), scale=sigma)([0] * DRAWS)
    ours = discrete_gaussian(np.zeros(DRAWS, np.int64), sigma=sigma, account=Account(1e4, 0.5), what="")
    assert_alike(ours, np.array(theirs))


@pytest.mark.parametrize("scale", [0.7, 3.0, 50.0])
def test_geometric_noise_is_like_that_of_opendp(space: Any, scale: float) -> None:
    theirs = dp.m.make_laplace(space, dp.l1_distance(T="i64"), scale=scale)([0] * DRAWS)
    ours = geometric(np.zeros(DRAWS, np.int64), epsilon=1 / scale, account=Account(1e4, 0.5), what="")
    assert_alike(ours, np.array(theirs))


@pytest.mark.parametrize("sigma", [1.0, 4.0, 20.0])
def test_the_exact_accounts_are_never_above_those_of_zcdp(space: Any, sigma: float) -> None:
    measurement = dp.c.make_zCDP_to_approxDP(dp.m.make_gaussian(space, dp.l2_distance(T="f64"), scale=sigma))
    theirs = measurement.map(1.0).epsilon(1e-6)
    ours = spent([Event.discrete(sigma)], 1e-6)
    assert 0.85 * theirs < ours < theirs
    assert delta_of_discrete(sigma, theirs) <= 1e-6


@pytest.mark.parametrize("mu, delta", [(0.1, 1e-5), (0.5, 1e-9), (2.0, 1e-5)])
def test_gaussian_accounts_agree_with_dp_accounting(mu: float, delta: float) -> None:
    losses = pytest.importorskip("dp_accounting.pld.privacy_loss_distribution")
    theirs = losses.from_gaussian_mechanism(1 / mu).get_epsilon_for_delta(delta)
    ours = epsilon_of(mu, delta)
    assert ours <= theirs * (1 + 1e-6)
    assert math.isclose(ours, theirs, rel_tol=2e-3)


def test_the_threshold_is_like_that_of_the_common_formula() -> None:
    # 1 + sigma z(1 - delta), and half a step more as noise is rounded
    assert threshold(100.0, 1e-6) == math.ceil(100 * 4.753424308823 + 1.5)
