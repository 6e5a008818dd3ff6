"""What releases cost, alone and together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from likewise.errors import PrivacyError
from likewise.privacy.accountant import (
    Account,
    Event,
    delta_of,
    delta_of_discrete,
    epsilon_of,
    mu_for,
    mu_of_discrete,
    mu_of_pure,
    noise_for,
    spent,
)


@given(st.floats(0.01, 20), st.floats(0, 1))
def test_a_bounded_range_is_no_easier_to_tell_apart_than_is_charged(epsilon: float, part: float) -> None:
    t = epsilon * part  # two outcomes, whose log-likelihood ratios are t and t - epsilon
    p = math.expm1(t - epsilon) / math.expm1(-epsilon)
    q = p * math.exp(-t)
    if q > 0 and p < 1:
        assert ndtri(p) - ndtri(q) <= Event.choice(epsilon).mu * (1 + 1e-9) + 1e-12


@given(st.floats(0.01, 20))
def test_the_hardest_choice_and_the_hardest_pure_release_cost_just_what_is_charged(epsilon: float) -> None:
    odds = math.exp(epsilon / 2)
    assert math.isclose(Event.choice(epsilon).mu, 2 * ndtri(odds / (1 + odds)), rel_tol=1e-7)
    assert math.isclose(Event.pure(epsilon).mu, 2 * ndtri(odds**2 / (1 + odds**2)), rel_tol=1e-6)
    assert Event.choice(2 * epsilon).mu == Event.pure(epsilon).mu == mu_of_pure(epsilon)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=8), st.data())
def test_scores_have_the_range_that_is_charged_and_half_of_it_where_they_are_monotone(
    scores: list[int], data: st.DataObject
) -> None:
    for moves, exponent in ((st.sampled_from([-1, 0, 1]), 0.5), (st.sampled_from([0, 1]), 1.0)):
        moved = np.array(scores) + data.draw(st.lists(moves, min_size=len(scores), max_size=len(scores)))
        one, other = (np.exp(exponent * (s - s.max())) for s in (np.array(scores), moved))
        ratios = np.log(one / one.sum()) - np.log(other / other.sum())
        assert np.ptp(ratios) <= 1 + 1e-9


@given(st.floats(0.01, 8), st.floats(1e-12, 0.3))
def test_epsilon_and_mu_are_each_others_inverse_and_rounded_against_the_one_who_spends(
    epsilon: float, delta: float
) -> None:
    mu = mu_for(epsilon, delta)
    assert delta_of(mu, epsilon) <= delta
    assert epsilon * (1 - 1e-6) <= epsilon_of(mu, delta) <= epsilon * (1 + 1e-6)


@given(st.floats(0.05, 50))
def test_the_middle_asks_for_most_of_discrete_noise(sigma: float) -> None:
    y = np.arange(-math.ceil(40 * sigma) - 40, math.ceil(40 * sigma) + 41)
    weights = np.exp(-((y / sigma) ** 2) / 2)
    above = np.cumsum(weights[::-1])[::-1] / weights.sum()  # P(Y >= y)
    z = ndtri(above[(above > 1e-12) & (above < 0.9)])
    mu = mu_of_discrete(sigma)
    assert np.all(-np.diff(z) <= mu * (1 + 1e-7))
    assert mu >= 1 / sigma
    middle = 2 * ndtri(above[y == 0])[0]
    assert math.isclose(mu, middle, rel_tol=1e-6) or middle == math.inf


@pytest.mark.parametrize("sigma", [0.99999, 1.00001, 3.0])
def test_the_curve_of_discrete_noise_is_what_its_probabilities_say(sigma: float) -> None:
    y = np.arange(-200, 201)
    mass = np.exp(-((y / sigma) ** 2) / 2)
    mass /= mass.sum()
    for epsilon in (0.0, 0.3, 1.0, 2.5):
        apart = np.maximum(mass[:-1] - math.exp(epsilon) * mass[1:], 0).sum()
        assert math.isclose(delta_of_discrete(sigma, epsilon), apart, rel_tol=1e-9, abs_tol=1e-15)


def test_costs_add_up_as_squares_and_delta_adds_up() -> None:
    events = [Event.gaussian(5.0), Event.choice(0.4), Event(mechanism="threshold", mu=0.1, delta=1e-7)]
    mu = math.sqrt(sum(event.mu**2 for event in events))
    assert spent(events, 1e-5) == epsilon_of(mu, 1e-5 - 1e-7)
    assert spent(events, 1e-7) == math.inf
    assert spent([], 1e-5) == 0.0


def test_random_parts_cost_less_than_the_whole_and_more_than_nothing() -> None:
    pytest.importorskip("dp_accounting")
    part, whole = spent([Event.sampled(1.0, 0.01, 1000)], 1e-5), spent([Event.gaussian(1 / math.sqrt(1000))], 1e-5)
    assert 1.7 < part < 1.9 < 100 < whole  # 1.83 by its privacy loss distribution
    assert part < spent([Event.sampled(1.0, 0.01, 1000), Event.gaussian(4.0)], 1e-5) < 2.2
    assert spent([Event.sampled(1.0, 1.0, 4)], 1e-5) == spent([Event.gaussian(0.5)], 1e-5)
    two = [Event.sampled(1.0, 0.01, 400), Event.sampled(1.0, 0.01, 600)]
    assert math.isclose(spent(two, 1e-5), part, rel_tol=1e-3)


@pytest.mark.parametrize("epsilon, rate, steps", [(1.0, 0.02, 500), (6.0, 0.1, 50), (2.0, 1.0, 10)])
def test_the_noise_is_the_least_that_keeps_to_an_epsilon(epsilon: float, rate: float, steps: int) -> None:
    pytest.importorskip("dp_accounting")
    noise = noise_for(epsilon, 1e-5, rate, steps)
    assert spent([Event.sampled(noise, rate, steps)], 1e-5) <= epsilon * (1 + 1e-8)
    assert spent([Event.sampled(noise / 1.005, rate, steps)], 1e-5) > epsilon


@pytest.mark.parametrize("rate", [0.05, 1.0])
def test_noise_beside_other_releases_spends_what_they_leave(rate: float) -> None:
    pytest.importorskip("dp_accounting")
    beside = 0.3 * mu_for(2.0, 1e-5)
    noise = noise_for(2.0, 1e-5, rate, 50, beside=beside)
    events = [Event(mechanism="gaussian", mu=beside), Event.sampled(noise, rate, 50)]
    assert 1.99 < spent(events, 1e-5) <= 2.0 * (1 + 1e-9)
    assert noise > noise_for(2.0, 1e-5, rate, 50)
    with pytest.raises(PrivacyError):
        noise_for(2.0, 1e-5, rate, 50, beside=mu_for(2.0, 1e-5))


def test_an_account_is_never_overdrawn() -> None:
    account = Account(1.0, 1e-5)
    account.charge(Event.gaussian(1 / account.share(0.36)))
    assert math.isclose(account.left, 0.8 * account.mu)
    with pytest.raises(PrivacyError, match="more than what is left"):
        account.charge(Event.gaussian(1 / (account.left * 1.001)))
    account.charge(Event.gaussian(1 / account.left))
    assert account.left < 1e-4 and spent(account.events, 1e-5) <= 1.0 + 1e-6


def test_an_account_takes_random_parts_by_what_they_cost_together_with_the_rest() -> None:
    pytest.importorskip("dp_accounting")
    account = Account(1.0, 1e-5)
    account.charge(Event.gaussian(5.0))
    before = account.left
    account.charge(Event.sampled(3.0, 0.01, 1000))
    assert 0 < account.left < before
    with pytest.raises(PrivacyError, match="more than what is left"):
        account.charge(Event.sampled(1.0, 0.01, 1000))
    with pytest.raises(PrivacyError, match="more than what is left"):
        account.charge(Event.gaussian(1 / (account.left * 1.01)))
    account.charge(Event.gaussian(1 / account.left))
    assert 0.99 < spent(account.events, 1e-5) <= 1.0


@given(st.floats(0.1, 100), st.floats(0.001, 1), st.integers(1, 10_000))
def test_an_event_reads_back_as_it_was_written(noise: float, rate: float, steps: int) -> None:
    event = Event.sampled(noise, rate, steps, "training")
    assert Event.from_dict(event.to_dict()) == event
