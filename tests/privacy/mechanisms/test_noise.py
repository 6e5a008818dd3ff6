"""What is drawn, against the exact probabilities. Each test fails by chance with a probability below 1e-10."""

from __future__ import annotations

import inspect
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import chi2

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.mechanisms import discrete_gaussian, gaussian, geometric
from likewise.privacy.mechanisms.exact import KEEP, PLACE, Uniform, verdicts
from likewise.privacy.mechanisms.gaussian import _exponents, _kept, _one, _scaled, half_normal, rounded_normal, settled
from likewise.privacy.mechanisms.lattice import Lattice, of_scale

SIGMAS = [0.3, 0.5, 1.0, 3.0, 30.0, 1000.0]
DRAWS = 200_000
CHANCE = 1e-11


def discrete(sigma: float) -> Lattice:
    return of_scale(1 / (2 * Fraction(sigma) ** 2), Fraction(0))


def laplace(sigma: float) -> Lattice:
    return of_scale(Fraction(0), 1 / Fraction(sigma))


def assert_like(drawn: NDArray[np.int64], numbers: NDArray[np.int64], weights: NDArray[np.float64]) -> None:
    """Compare by chi-square in groups of neighbouring numbers, each expected 200 times at least."""
    upto = np.cumsum(weights) / weights.sum()
    groups = np.floor(upto * (drawn.size / 200)).astype(int)
    _, starts = np.unique(groups, return_index=True)
    expected = np.add.reduceat(weights, starts) / weights.sum() * drawn.size
    seen = np.histogram(drawn, np.append(numbers[starts], numbers[-1] + 1))[0]
    if expected[-1] < 200 and expected.size > 1:
        expected, seen = (np.append(x[:-2], x[-2:].sum()) for x in (expected, seen))
    assert seen.sum() == drawn.size
    assert chi2.sf(((seen - expected) ** 2 / expected).sum(), max(expected.size - 1, 1)) > CHANCE


@pytest.mark.parametrize("sigma", SIGMAS)
def test_rounded_gaussian_noise_has_its_probabilities(sigma: float) -> None:
    numbers = np.arange(-math.ceil(10 * sigma) - 3, math.ceil(10 * sigma) + 4)
    edges = np.abs(numbers) - 0.5
    assert_like(rounded_normal(DRAWS, sigma), numbers, ndtr(-edges / sigma) - ndtr(-(edges + 1) / sigma))


@pytest.mark.parametrize("sigma", SIGMAS)
def test_discrete_gaussian_noise_has_its_probabilities(sigma: float) -> None:
    numbers = np.arange(-math.ceil(10 * sigma) - 3, math.ceil(10 * sigma) + 4)
    assert_like(discrete(sigma).draw(DRAWS), numbers, np.exp(-((numbers / sigma) ** 2) / 2))


@pytest.mark.parametrize("scale", SIGMAS)
def test_geometric_noise_has_its_probabilities(scale: float) -> None:
    numbers = np.arange(-math.ceil(45 * scale) - 3, math.ceil(45 * scale) + 4)
    assert_like(laplace(scale).draw(DRAWS), numbers, np.exp(-np.abs(numbers) / scale))


@pytest.mark.parametrize("sigma", [0.3, 1.0, 30.0, 1000.0, 12345.678, 1e7, 2.0**32])
def test_noise_has_its_moments(sigma: float) -> None:
    for drawn, variance, fourth in (
        (rounded_normal(DRAWS, sigma), sigma**2 + 1 / 12, 3.0),
        (discrete(sigma).draw(DRAWS), sigma**2, 3.0),
        (laplace(sigma).draw(DRAWS), 2 * sigma**2, 6.0),
    ):
        if sigma < 1:
            variance = float(np.var(drawn))  # only the middle is looked at: there is no closed form
        unit = drawn / math.sqrt(variance)
        assert abs(unit.mean()) < 8 / math.sqrt(DRAWS)
        if sigma >= 30:
            assert abs((unit**2).mean() - 1) < 8 * math.sqrt((fourth - 1) / DRAWS)
            assert abs((unit**4).mean() - fourth) < 8 * math.sqrt((2500 if fourth > 3 else 96) / DRAWS)


def test_large_noise_is_spread_over_all_last_digits() -> None:
    for drawn in (rounded_normal(DRAWS, 1e7), discrete(1e7).draw(DRAWS), laplace(1e7).draw(DRAWS)):
        assert_like(drawn % 64, np.arange(64), np.ones(64))


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([2**-5, 0.3, 1.0, math.pi, 1000.1, 1.2345e7, 2.0**32]))
def test_many_at_once_are_settled_as_one_by_one(seed: int, sigma: float) -> None:
    made = np.random.default_rng(seed)
    cells = half_normal().find(made.integers(0, 2**63 - 1, 100))
    place, keep = made.integers(0, 1 << PLACE, 100), made.integers(0, 1 << KEEP, 100)
    keep[:50] = (1 << KEEP) - 1 - made.integers(0, 1 << 24, 50)  # many that are hard to tell
    kept, lost = verdicts(keep, *_exponents(cells, place))
    low, high = _scaled((cells << PLACE) + place, sigma)
    assert not (kept & lost).any() and (~(kept | lost)).mean() < 0.05
    assert (low != high).mean() < 0.2
    for i in range(100):
        one = (int(cells[i]), Uniform(int(place[i]), PLACE), Uniform(int(keep[i]), KEEP))
        if kept[i]:
            assert low[i] <= _one(*one, Fraction(sigma)) <= high[i]
        elif lost[i]:
            assert not _kept(*one)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([(1000.0, True), (1e7, True), (5000.0, False), (1e9, False)]))
def test_what_is_kept_of_a_block_is_within_its_bounds(seed: int, kind: tuple[float, bool]) -> None:
    lattice = discrete(kind[0]) if kind[1] else laplace(kind[0])
    made = np.random.default_rng(seed)
    cells = lattice.table.find(made.integers(0, 2**63 - 1, 100))
    place = made.integers(0, 1 << lattice.block, 100)
    least, most = lattice._exponents(cells, place)
    for i in range(100):
        first = int(cells[i]) << lattice.block
        exponent = (lattice._exponent(first + int(place[i])) - lattice._exponent(first)) * (1 << KEEP)
        assert least[i] <= exponent <= most[i]
    assert (most - least).max() <= 8


def test_the_furthest_draws_are_those_of_the_tail() -> None:
    ones = np.full(50, 2**63 - 1, np.uint64)
    assert np.all(settled(ones, np.zeros(50, np.uint64), 1.0) >= 9)
    assert np.all(settled(ones + np.uint64(2**63), np.zeros(50, np.uint64), 1.0) <= -9)


def test_no_seed_reaches_the_noise() -> None:
    drawn = []
    for _ in range(2):
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002
        account = Account(10.0, 1e-5)
        counts = np.zeros(100, np.int64)
        drawn.append([
            gaussian(counts, sigma=50.0, account=account, what="").tolist(),
            discrete_gaussian(counts, sigma=50.0, account=account, what="").tolist(),
            geometric(counts, epsilon=0.01, account=account, what="").tolist(),
        ])  # fmt: skip
    assert all(one != other for one, other in zip(*drawn))  # a hundred equal draws: below 1e-200
    for function in (gaussian, discrete_gaussian, geometric):
        assert not {"seed", "rng", "random_state"} & set(inspect.signature(function).parameters)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_any_whole_numbers_are_taken_without_a_word(values: list[int]) -> None:
    counts = np.array(values, np.int64).reshape(-1, 1)
    account = Account(10.0, 1e-5)
    noisy = gaussian(counts, sigma=2.0, account=account, what="")
    assert noisy.shape == counts.shape and noisy.dtype == np.int64
    kept = np.abs(counts.astype(object)) < 2**61
    assert np.all(np.abs((noisy.astype(object) - counts)[kept]) < 100)


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.inf, math.nan, 2.0**-6, 2.0**33])
def test_noise_that_cannot_be_drawn_is_refused_and_not_charged(sigma: float) -> None:
    account = Account(1.0, 1e-5)
    for function in (gaussian, discrete_gaussian):
        with pytest.raises(PrivacyError, match="noise cannot be drawn"):
            function(np.array([1]), sigma=sigma, account=account, what="")
    assert account.events == []


def test_broken_numbers_and_settings_are_refused() -> None:
    account = Account(1.0, 1e-5)
    with pytest.raises(PrivacyError, match="whole numbers only"):
        gaussian(np.array([1.5]), sigma=1.0, account=account, what="")  # type: ignore[arg-type]
    for sensitivity in (0, -1, math.inf, math.nan):
        with pytest.raises(PrivacyError, match="sensitivity"):
            gaussian(np.array([1]), sigma=1.0, account=account, sensitivity=sensitivity, what="")
    for epsilon in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(PrivacyError, match="numbers above 0"):
            geometric(np.array([1]), epsilon=epsilon, account=account, what="")
    assert account.events == []


def test_a_release_is_charged_before_anything_is_drawn() -> None:
    account = Account(1.0, 1e-5)
    gaussian(np.array([1]), sigma=8.0, account=account, sensitivity=2, what="first")
    assert [(event.mu, event.what) for event in account.events] == [(0.25, "first")]
    with pytest.raises(PrivacyError, match="more than what is left"):
        gaussian(np.array([1]), sigma=2.0, account=account, what="second")
    assert len(account.events) == 1
