"""Choices by score, and keys above a threshold. Each test fails by chance with a probability below 1e-10."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import binom, chi2

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account
from likewise.privacy.mechanisms import choose, threshold, thresholded

CHANCE = 1e-11


def account() -> Account:
    return Account(400.0, 0.9, slack=0.5)


@pytest.mark.parametrize("monotone", [False, True])
@pytest.mark.parametrize("epsilon, sensitivity", [(0.5, 1), (2.0, 3)])
def test_choices_are_as_likely_as_the_exponential_mechanism_says(
    epsilon: float, sensitivity: int, monotone: bool
) -> None:
    scores, times = np.array([3, -2, 5, 5, 0, 4]), 6000
    seen = np.zeros(scores.size)
    for _ in range(times):
        seen[
            choose(scores, epsilon=epsilon, account=account(), sensitivity=sensitivity, monotone=monotone, what="")
        ] += 1
    weights = np.exp(epsilon * scores / (sensitivity * (1 if monotone else 2)))
    expected = weights / weights.sum() * times
    assert expected.min() > 5
    assert chi2.sf(((seen - expected) ** 2 / expected).sum(), scores.size - 1) > CHANCE


def test_scores_that_are_far_apart_or_very_large_are_no_trouble() -> None:
    scores = np.array([-(2**63), 2**63 - 1, 0])
    assert choose(scores, epsilon=1e-3, account=account(), what="") == 1
    assert choose(np.array([0, 2**64 - 1], np.uint64), epsilon=1e-3, account=account(), what="") == 1


def test_a_choice_is_charged_by_its_range_and_refused_beyond_the_budget() -> None:
    small = Account(1.0, 1e-6)
    choose(np.array([1, 2]), epsilon=0.2, account=small, what="pair")
    assert [event.mechanism for event in small.events] == ["choice"] and small.events[0].what == "pair"
    with pytest.raises(PrivacyError, match="more than what is left"):
        choose(np.array([1, 2]), epsilon=2.0, account=small, what="pair")
    for scores in (np.array([0.5, 1.0]), np.array([], np.int64), np.array([[1]])):
        with pytest.raises(PrivacyError, match="scores that are whole numbers"):
            choose(scores, epsilon=0.1, account=small, what="")
    for epsilon in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(PrivacyError, match="numbers above 0"):
            choose(np.array([1]), epsilon=epsilon, account=small, what="")
    assert len(small.events) == 1


@given(st.floats(0.1, 1e6), st.floats(1e-12, 0.2), st.integers(1, 50))
def test_the_threshold_is_the_least_that_keeps_lone_keys_below_it(sigma: float, delta: float, most: int) -> None:
    least = threshold(sigma, delta, most)
    none = most * math.log1p(-ndtr((1.5 - least) / sigma))
    assert none >= -delta
    assert most * ndtr((2.5 - least) / sigma) > -math.expm1(-delta) * (1 - 1e-5)


def test_a_lone_key_survives_as_rarely_as_is_promised() -> None:
    delta, tries = 0.02, 3000
    lone = {str(i): 1 for i in range(tries)}
    kept = len(thresholded(lone, sigma=3.0, delta=delta, account=account(), what=""))
    likely = float(ndtr((1.5 - threshold(3.0, delta)) / 3.0))
    assert likely <= delta
    assert binom.ppf(CHANCE, tries, likely) <= kept <= binom.isf(CHANCE, tries, likely)


def test_keys_come_in_an_order_that_says_nothing_of_the_data() -> None:
    counts = {"b": 9000, "c": 1, "a": 9000}
    kept = thresholded(counts, sigma=10.0, delta=1e-9, account=account(), what="")
    assert list(kept) == ["a", "b"] and all(abs(count - 9000) < 150 for count in kept.values())
    assert thresholded({}, sigma=10.0, delta=1e-9, account=account(), what="") == {}


def test_a_unit_in_several_keys_costs_more_noise_and_a_higher_threshold() -> None:
    one, four = account(), account()
    thresholded({"a": 5}, sigma=10.0, delta=1e-3, account=one, what="")
    thresholded({"a": 5}, sigma=10.0, delta=1e-3, account=four, most=4, what="")
    assert (one.events[0].mu, four.events[0].mu) == (0.1, 0.2)
    assert one.events[0].delta == four.events[0].delta == 1e-3
    assert threshold(10.0, 1e-3, 4) > threshold(10.0, 1e-3)


def test_a_threshold_needs_a_delta_of_the_account() -> None:
    tight = Account(1.0, 1e-6)
    with pytest.raises(PrivacyError, match="more than what is left"):
        thresholded({"a": 5}, sigma=100.0, delta=1e-9, account=tight, what="")
    for delta in (0.0, -1.0, math.nan):
        with pytest.raises(PrivacyError, match="numbers above 0"):
            thresholded({"a": 5}, sigma=100.0, delta=delta, account=account(), what="")
