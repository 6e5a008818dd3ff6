"""The law that all else rests on: no unit moves a marginal by more than its mass, however many rows it has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, Event
from likewise.privacy.contract import Contract, encode
from likewise.techniques.marginals.units.held import of_one_table
from likewise.techniques.marginals.units.levels import levels_of
from likewise.techniques.marginals.units.weighed import Part, Weighed
from likewise.techniques.marginals.units.weights import WHOLE, ranks, shares

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 9)), max_size=40)
"""Rows: a unit, a column, and a place in the order."""

CONTRACT = Contract.of({
    "columns": {"who": "id", "a": {"kind": "number", "integer": True, "min": 0, "max": 3},
                "at": {"kind": "number", "integer": True, "min": 0, "max": 9, "role": "order"}},
    "unit": "who", "most": 5,
})  # fmt: skip


@given(st.lists(st.integers(0, 6), max_size=60), st.integers(1, 9), st.booleans())
def test_weights_of_a_unit_come_to_its_mass_exactly(units: list[int], full: int, in_order: bool) -> None:
    numbers = np.array(units, dtype=np.int64)
    weights = shares(numbers, ranks(numbers) == 0 if in_order else None, full)
    for unit in set(units):
        own = weights[numbers == unit]
        assert own.sum() == WHOLE * min(len(own), full) // full and own.min() >= 0
        if not in_order:
            assert own.max() - own.min() <= 1


def test_of_more_rows_than_a_mass_has_steps_the_first_so_many_count() -> None:
    weights = shares(np.zeros(WHOLE + 5, dtype=np.int64))
    assert weights.sum() == WHOLE and weights[-5:].sum() == 0


def marginals(rows: list[tuple[int, int, int]], full: int) -> list[NDArray[np.int64]]:
    """Return sums of weights as a teller adds them up: of a column, of it beside the previous row's, and of units."""
    who, a, at = zip(*rows, strict=True) if rows else ((), (), ())
    raw = pa.table({"who": pa.array(who, pa.int64()), "a": pa.array(a, pa.int64()), "at": pa.array(at, pa.int64())})
    levels = levels_of(CONTRACT)
    above, held = of_one_table(levels, encode(raw, CONTRACT.model_copy(update={"most": 2**31})))
    teller = Weighed(held.coded(levels[1]), held.weights(levels[1], full), Account(1.0, 1e-6), {})
    teller.follow(held.previous(), [0])
    teller.beside([above.codes[held.parents, 0]], [levels[0].domains[0].size], ["rows"])
    cliques = [(2,), (1, 2), (0, 2), (3, 4), (0, 1, 2, 4)]
    units = np.bincount(above.codes[:, 0], minlength=levels[0].domains[0].size) * WHOLE
    return [*(teller._counts(clique) for clique in cliques), units]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30), st.data(), st.integers(1, 6))
def test_a_unit_moves_no_marginal_by_more_than_its_mass(
    rows: list[tuple[int, int, int]], own: list[tuple[int, int]], data: st.DataObject, full: int
) -> None:
    more = list(rows)
    for a, at in own:  # a unit of its own, among the others' rows
        more.insert(data.draw(st.integers(0, len(more))), (9, a, at))
    for one, other in zip(marginals(rows, full), marginals(more, full), strict=True):
        moved = np.abs(one - other)
        assert moved.sum() <= WHOLE and (moved.astype(float) ** 2).sum() <= WHOLE**2


def test_a_part_of_a_budget_is_kept_to_and_charged_to_the_whole() -> None:
    account = Account(1.0, 1e-6)
    part = Part(account, 0.25)
    part.charge(Event.gaussian(1 / part.mu, "all of it"))
    assert part.mu == pytest.approx(account.mu / 2) and account.left == pytest.approx(account.mu * 0.75**0.5)
    with pytest.raises(PrivacyError):
        part.charge(Event.gaussian(1 / account.left, "more"))
    assert len(account.events) == 1
