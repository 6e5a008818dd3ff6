"""The bounds that a pack tells, beside what real attackers reach on the noise that they are about."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from likewise.core.card import Privacy
from likewise.privacy.accountant import Event, epsilon_of
from likewise.recipes.evidence.argument import argument_of, most_found, steps_of
from likewise.recipes.evidence.attacks import epsilon_detected, power_of_canaries


@given(st.floats(0.05, 4.0), st.floats(1e-3, 0.5), st.floats(1e-9, 1e-3))
def test_the_best_attacker_on_gaussian_noise_finds_no_more_than_told(mu: float, accused: float, delta: float) -> None:
    reached = float(norm.sf(norm.isf(accused) - mu))
    epsilon = epsilon_of(mu, delta)
    assert most_found(accused, epsilon, delta) >= reached * (1 - 1e-9)
    assert most_found(accused, epsilon, delta, mu=mu) == pytest.approx(reached)


@given(st.floats(0.01, 8.0), st.floats(1e-3, 0.5))
def test_randomised_response_is_found_as_often_as_told(epsilon: float, accused: float) -> None:
    honest = math.exp(epsilon) / (1 + math.exp(epsilon))
    part = min(accused / (1 - honest), 1.0)  # accuse that part of those who answered yes, then some of the others
    rest = max(0.0, (accused - (1 - honest)) / honest)
    assert most_found(accused, epsilon, 0.0) == pytest.approx(part * honest + rest * (1 - honest))


def test_many_releases_of_one_price_are_told_in_one_line() -> None:
    events = [Event.gaussian(100.0, f"pair {number}") for number in range(50)] + [Event.choice(0.01, "which")] * 2
    steps = steps_of(events)
    assert [(step.times, step.what) for step in steps] == [(50, "pair 0, pair 1, pair 2 and 47 more"), (2, "which")]
    argument = argument_of(Privacy(statement="", epsilon=1.0, delta=1e-5, events=tuple(e.to_dict() for e in events)))
    assert argument is not None and argument.holds and argument.mu == pytest.approx(sum(e.mu**2 for e in events) ** 0.5)


def test_releases_about_random_parts_are_told_by_their_loss() -> None:
    pytest.importorskip("dp_accounting")
    event = Event.sampled(1.5, 0.02, 200, "training")
    argument = argument_of(Privacy(statement="", epsilon=1.0, delta=1e-5, events=(event.to_dict(),)))
    assert argument is not None and argument.mu is None and argument.holds and argument.comes_to is not None
    assert (argument.steps[0].rate, argument.steps[0].answers) == (0.02, 200) and argument.comes_to < 1.0


@pytest.mark.parametrize("canaries", [100, 600])
def test_the_leak_that_canaries_would_find_is_found_four_times_of_five(canaries: int) -> None:
    epsilon = epsilon_detected(canaries)
    assert power_of_canaries(canaries, epsilon) == pytest.approx(0.8, abs=0.001)
    least = next(k for k in range(canaries) if binom.sf(k - 1, canaries, 0.5) < 0.001)
    assert binom.sf(least - 1, canaries, 1 / (1 + math.exp(-epsilon))) == pytest.approx(0.8, abs=0.001)
