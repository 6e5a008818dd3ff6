"""What is told of rows, and what it costs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, Event
from likewise.privacy.contract import Coded
from likewise.techniques.marginals.select.bins import binned
from likewise.techniques.marginals.select.teller import Teller, epsilon_of_choice

SIZES = (3, 300)


def teller(mu_share: float = 1.0, most: int = 1) -> Teller:
    rng = np.random.default_rng(0)
    first = rng.integers(0, 3, 3000)
    codes = np.stack([first, 100 * first + rng.integers(0, 60, 3000)], axis=1).astype(np.int32)
    return Teller(Coded(codes, ("a", "b"), SIZES), Account(8.0 * mu_share, 1e-6), most)


def test_each_answer_is_charged_once() -> None:
    asked = teller()
    asked.total(0.1)
    asked.column(0, ordered=False, missing=False, mu=0.2)
    asked.column(1, ordered=True, missing=False, mu=0.3)
    asked.measure((0, 1), 0.4)
    asked.compare([(0,), (0, 1)], [np.zeros(3), np.zeros(SIZES)], [0.0, 0.0])
    asked.pick(np.array([0, 1]), 0.5)
    assert [event.mu for event in asked.account.events] == pytest.approx(
        [0.1, 0.2, 0.3 * math.sqrt(0.5), 0.3 * math.sqrt(0.5), 0.4, 0.5]
    )
    assert asked.account.events[-1].mechanism == "choice"
    assert [event.what for event in asked.account.events] == ["rows", "a", "b", "b", "a x b", "choice"]


def test_a_choice_of_one_costs_nothing() -> None:
    asked = teller()
    asked.compare([(0,)], [np.zeros(3)], [0.0])
    assert asked.pick(np.array([0]), 0.5) == 0 and not asked.account.events


@pytest.mark.parametrize("most", [1, 7])
def test_noise_grows_with_the_rows_of_a_unit(most: int) -> None:
    asked = teller(most=most)
    measured = asked.measure((0, 1), 0.5)
    assert measured.sigma == pytest.approx(most / 0.5)
    zeros = measured.values[0, 100:]
    assert 0.7 * measured.sigma < zeros.std() < 1.4 * measured.sigma  # 200 cells: off by 8 standard errors, < 1e-14
    assert asked.total(0.5)[1] == pytest.approx(most / 0.5)


def test_what_is_overspent_is_refused_before_anything_is_told() -> None:
    asked = teller(0.01)
    with pytest.raises(PrivacyError) as caught:
        asked.measure((0, 1), 5.0)
    assert caught.value.code == "privacy.overspent" and not asked.account.events


def test_what_depends_is_chosen() -> None:
    asked = teller()
    independent = np.full(SIZES, 3000 / 900)
    asked.compare([(0,), (0, 1)], [np.full(3, 1000.0), independent], [0.0, 0.0])
    assert asked.pick(np.array([0, 1]), 1.0) == 1  # its score is ahead by 4,000 times what noise decides


def test_bins_are_counted_once_they_are_known() -> None:
    asked = teller()
    pieces = [asked.column(a, ordered=bool(a), missing=False, mu=0.5) for a in range(2)]
    bins = [binned(p, ordered=bool(a), missing=False, most=6, least=20.0) for a, p in enumerate(pieces)]
    asked.part(bins)
    measured = asked.measure((0, 1), 0.5)
    assert measured.values.shape == tuple(own.count for own in bins)
    assert abs(measured.values.sum() - 3000) < 10 * 2 * math.sqrt(measured.values.size)


def test_the_price_of_a_choice_is_what_the_account_charges() -> None:
    for mu in (1e-4, 0.02, 0.5, 3.0):
        assert Event.choice(epsilon_of_choice(mu)).mu == pytest.approx(mu, rel=1e-6)
