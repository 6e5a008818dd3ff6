"""Orders without repeats: a bijection of any size, found place by place, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.counted import Counted
from likewise.core.permutation import LARGEST, Permutation, order_of
from likewise.errors import SettingsError


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 200_000), seed=st.integers(0, 5))
def test_every_number_is_sent_to_another_one(size: int, seed: int) -> None:
    order = Permutation(size, Counted(seed, "order"))
    places = order.at(np.arange(size))
    assert np.bincount(places, minlength=size).max() == 1
    assert (order.back(places) == np.arange(size)).all()


def test_a_large_order_is_found_place_by_place() -> None:
    order = Permutation(LARGEST, Counted(0, "large"))
    some = np.array([0, 1, 10**15, LARGEST - 1])
    assert (order.back(order.at(some)) == some).all()
    assert (order.at(some)[[2]] == order.at(some[[2]])).all()


def test_orders_look_like_chance_and_differ_by_their_stream() -> None:
    numbers = np.arange(100_000)
    first, other = (Permutation(100_000, Counted(seed, "x")).at(numbers) for seed in (1, 2))
    assert abs(np.corrcoef(first, numbers)[0, 1]) < 0.02
    assert (first == other).mean() < 0.001
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.02


def test_equal_streams_share_an_order() -> None:
    assert order_of(1000, Counted(3, "a")) is order_of(1000, Counted(3, "a"))


@pytest.mark.parametrize("size", [0, -1, LARGEST + 1])
def test_what_has_no_order_is_refused(size: int) -> None:
    with pytest.raises(SettingsError, match=r"settings\.permutation"):
        Permutation(size, Counted(0))
