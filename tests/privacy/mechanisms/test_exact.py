"""Real numbers between bounds, and random numbers compared with them by as many bits as it takes."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.privacy.mechanisms.exact import Bounds, Table, Uniform, _pi, exponential, head, within
from likewise.privacy.mechanisms.gaussian import half_normal
from likewise.privacy.mechanisms.lattice import of_scale

ALL_ONES = (1 << 63) - 1
fractions = st.fractions(0, 100, max_denominator=10**9)


@given(fractions, st.integers(0, 300))
def test_the_exponential_lies_between_its_bounds(x: Fraction, bits: int) -> None:
    low, high = exponential(x)(bits)
    with localcontext() as context:
        context.prec = 200
        true = (-Decimal(x.numerator) / Decimal(x.denominator)).exp() * (1 << bits)
        assert low <= true <= high
    assert high - low <= 2


@given(fractions, fractions, st.integers(0, 200))
def test_bounds_of_an_interval_hold_for_both_of_its_ends(x: Fraction, y: Fraction, bits: int) -> None:
    low, high = exponential(min(x, y), max(x, y))(bits)
    assert low <= exponential(max(x, y))(bits)[1]
    assert exponential(min(x, y))(bits)[0] <= high


@given(st.fractions(0, 30, max_denominator=10**6), st.integers(0, 200), st.integers(1, 200))
def test_more_bits_of_the_normal_distribution_lie_within_fewer(z: Fraction, bits: int, more: int) -> None:
    (low, high), (lower, higher) = within(z)(bits), within(z)(bits + more)
    assert low << more <= higher and lower <= high << more
    assert high - low <= 2
    assert math.isclose((low + high) / 2, math.erf(float(z) / math.sqrt(2)) * 2.0**bits, rel_tol=1e-12, abs_tol=1.1)


@given(st.integers(0, 300))
def test_pi_is_known_to_as_many_bits_as_are_asked_for(bits: int) -> None:
    low, high = _pi(bits)
    digits = 314159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706
    assert low <= (digits + 1 << bits) // 10**98 and digits << bits <= high * 10**98
    assert high - low <= 2


@given(st.integers(0, 2**20 - 1))
def test_a_number_is_compared_by_its_known_bits_where_they_tell(known: int) -> None:
    number = Uniform(known, 20)
    assert not number.below(lambda bits: (known << bits >> 20, known << bits >> 20)) and number.length == 20
    assert number.below(lambda bits: (known + 1 << bits >> 20, known + 2 << bits >> 20)) and number.length == 20


def test_a_number_that_begins_as_the_other_is_drawn_further() -> None:
    third: Bounds = lambda bits: ((1 << bits) // 3, (1 << bits) // 3 + 1)  # noqa: E731
    first = (1 << 20) // 3
    told = [Uniform(first, 20) for _ in range(200)]
    below = [number.below(third) for number in told]
    assert {number.length for number in told} == {84}
    assert 0 < sum(below) < 200  # 200 fair draws that are all alike: 2**-199 (a third is 0.0101... in binary)


@pytest.mark.parametrize(
    "table", [half_normal(), of_scale(Fraction(1, 18), Fraction(0)).table], ids=["normal", "lattice"]
)
def test_the_first_bits_of_all_ends_are_right_and_cover_all_numbers(table: Table) -> None:
    assert table.heads[-1] == ALL_ONES
    assert np.all(np.diff(table.heads) >= 0)
    for cell in range(0, len(table.heads), 37):
        low, high = table.ends(cell)(200)
        assert low >> 137 == table.heads[cell] == high >> 137 == head(table.ends(cell))


def test_a_number_that_begins_as_an_end_may_fall_on_both_sides() -> None:
    table, cell = half_normal(), 100
    end = int(table.heads[cell])
    assert table.find(np.array([end - 1, end + 1])).tolist() == [cell, cell + 1]
    found = table.find(np.full(200, end))
    assert set(found.tolist()) == {cell, cell + 1}  # both, but for some 2**-16 where the next bits are as in `head`


def test_the_last_numbers_fall_far_out_and_no_further_than_they_should() -> None:
    tail = half_normal().find(np.full(300, ALL_ONES)) / 128  # P(|Z| > z) = 2**-63 at z = 9.06
    assert tail.min() > 9.0 and tail.max() < 12.0  # beyond 12: 300 * 2**-45
    assert 9.0 < np.median(tail) < 9.3
