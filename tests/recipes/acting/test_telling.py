"""What a shared value tells is drawn as it stood beside it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.recipes.acting.telling import MOST, Telling, tells

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=200)


@given(PAIRS)
def test_only_what_stood_beside_a_value_is_drawn_for_it(pairs: list[tuple[int, int]]) -> None:
    shared, told = (np.array(own) for own in zip(*pairs, strict=True))
    shared = np.unique(shared, return_inverse=True)[1]
    drawn = Telling.of(shared, told, seed=0).drawn(shared, np.random.default_rng(0))
    assert set(zip(shared.tolist(), drawn.tolist(), strict=True)) <= set(
        zip(shared.tolist(), told.tolist(), strict=True)
    )


def test_frequent_values_are_kept_by_some_of_their_rows() -> None:
    shared, told = np.repeat([0, 1], [1000, 1]), np.append(np.arange(1000) % 2, 7)
    telling = Telling.of(shared, told, seed=0)
    assert telling.ends.tolist() == [MOST, MOST + 1] and telling.held[-1] == 7
    assert 0.3 < telling.held[:MOST].mean() < 0.7


def test_a_rare_exception_does_not_spoil_it_but_chance_tells_nothing() -> None:
    shared = np.arange(1000) % 100
    assert tells(shared, np.where(np.arange(1000) < 20, 3, shared // 2))
    assert not tells(shared, np.random.default_rng(0).integers(0, 50, 1000))
    assert not tells(shared, (np.arange(1000) == 5).astype(np.int64))  # hardly ever anything but 0, whatever the value
