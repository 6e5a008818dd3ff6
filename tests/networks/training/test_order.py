"""Rows and seeds are functions of the seed, the step and the attempt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from likewise.networks.training.order import Order  # noqa: E402


@given(rows=st.integers(1, 60), size=st.integers(1, 60), steps=st.integers(1, 30))
def test_passes_hold_every_row_once_and_any_step_can_be_asked_for_alone(rows: int, size: int, steps: int) -> None:
    size = min(rows, size)
    order = Order(rows, size, 3, "it")
    all_rows = torch.cat([order.of(step, 0) for step in range(steps)]).tolist()
    for start in range(0, len(all_rows) - rows + 1, rows):
        assert sorted(all_rows[start : start + rows]) == list(range(rows))
    assert Order(rows, size, 3, "it").of(steps - 1, 0).tolist() == all_rows[-size:]


def test_attempts_steps_phases_and_trainings_have_seeds_and_orders_of_their_own() -> None:
    order, other = Order(50, 10, 3, "it"), Order(50, 10, 3, "another")
    asked = [(0, 0, 0), (1, 0, 0), (16, 0, 0), (0, 1, 0), (0, 0, 1)]
    seeds = [order.seed_of(*place) for place in asked] + [other.seed_of(0, 0, 0)]
    assert len(set(seeds)) == len(seeds)
    assert [order.seed_of(*place) for place in asked] == seeds[:-1]
    assert order.of(0, 0).tolist() != order.of(0, 1).tolist()
    assert order.of(0, 0).tolist() != other.of(0, 0).tolist()
