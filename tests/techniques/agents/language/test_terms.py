"""Terms give the same bits on numbers, on columns and compiled, and are what they are called."""

from __future__ import annotations

import math
from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.language import arithmetic, chance

Who = namedtuple("Who", "key id turn")
FLOATS = st.floats(-1e5, 1e5)


def several(i: Any, who: Any, x: Any) -> Any:
    """Use every term that computes."""
    y = arithmetic.exp(x[i] / 50.0) + arithmetic.log(abs(x[i]) + 1e-12) + arithmetic.sin(x[i]) * arithmetic.cos(x[i])
    z = arithmetic.power(abs(x[i]) + 0.1, 0.3) + arithmetic.floor(x[i]) + arithmetic.whole(x[i])
    return y + z + chance.normal(who, i, 0) + chance.waiting(who, i, 2, 3.0) + chance.below(who, i, 3, 10)


def each(several: Any, who: Any, x: Any, found: Any) -> None:
    for i in range(len(x)):
        found[i] = several(i, who, x)


def test_the_three_ways_agree_to_the_last_bit() -> None:
    n = 4000
    who = Who(chance.key_of(1, "people"), np.arange(n) * 7, np.arange(n) % 11)
    x = np.random.default_rng(0).uniform(-2000, 2000, n)
    columns, plain, fast = several(np.arange(n), who, x), np.empty(n), np.empty(n)
    each(several, who, x, plain)
    compiled(each)(compiled(several), who, x, fast)
    assert np.array_equal(columns, plain) and np.array_equal(columns, fast)


@given(FLOATS)
def test_functions_are_within_two_units_of_the_last_place(x: float) -> None:
    for mine, known, value in ((arithmetic.exp, math.exp, min(x, 700.0) if x > -700 else -700.0),
                               (arithmetic.log, math.log, abs(x) + 1e-300)):  # fmt: skip
        wanted = known(value)
        assert abs(mine(value) - wanted) <= 2 * math.ulp(wanted)
    for mine, known in ((arithmetic.sin, math.sin), (arithmetic.cos, math.cos)):
        assert abs(mine(x) - known(x)) < 5e-16


@pytest.mark.parametrize("purposes", [(0, 1), (1, 2)])
def test_chance_is_even_and_does_not_repeat_itself(purposes: tuple[int, int]) -> None:
    n = 60_000
    who = Who(chance.key_of(0, "dice"), np.arange(n), np.zeros(n, np.int64))
    one, two = (chance.uniform(who, np.arange(n), purpose) for purpose in purposes)
    later = chance.uniform(who._replace(turn=np.ones(n, np.int64)), np.arange(n), purposes[0])
    counts = np.bincount((one * 20).astype(int), minlength=20)
    assert ((counts - n / 20) ** 2 / (n / 20)).sum() < 50 and one.min() > 0 and one.max() < 1
    assert all(abs(np.corrcoef(one, other)[0, 1]) < 0.02 for other in (two, later))
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.02


def test_draws_have_their_distributions() -> None:
    from scipy import stats

    n = 20_000
    who = Who(chance.key_of(3, "people"), np.arange(n), np.zeros(n, np.int64))
    assert stats.kstest(chance.normal(who, np.arange(n), 5), "norm").pvalue > 1e-4
    assert stats.kstest(chance.waiting(who, np.arange(n), 9, 4.0), "expon", (0, 0.25)).pvalue > 1e-4
    parts = np.bincount(chance.picked(np.array([0.2, 0.5, 1.0]), chance.uniform(who, np.arange(n), 1)), minlength=3)
    assert np.abs(parts / n - [0.2, 0.3, 0.5]).max() < 0.02


def wait_for(i: Any, who: Any, rate: Any) -> Any:
    """Wait for what comes at a rate of one's own."""
    return chance.waiting(who, i, 0, rate[i])


@pytest.mark.filterwarnings("error")
def test_what_comes_at_no_rate_never_comes_in_any_way() -> None:
    rate = np.array([0.0, 2.0, 0.0, 5e-324, 1e300])
    who = Who(chance.key_of(2, "people"), np.arange(5), np.zeros(5, np.int64))
    columns, plain, fast = wait_for(np.arange(5), who, rate), np.empty(5), np.empty(5)
    each(wait_for, who, rate, plain)
    compiled(each)(compiled(wait_for), who, rate, fast)
    assert columns.tobytes() == plain.tobytes() == fast.tobytes()
    assert np.isinf(plain).tolist() == [True, False, True, False, False]
    assert chance.waiting(who, 0, 0, 0) == chance.waiting(who, 0, 0, 0.0) == np.inf  # numbers of Python, not of numpy
    assert (chance.waiting(who, np.arange(5), 0, 0.0) == np.inf).all()
