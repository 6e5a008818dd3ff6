"""Each pattern is known by its shape, and by no other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.industries.finance.made import bank

from likewise.industries.finance.crime.patterns import Pattern
from likewise.industries.finance.crime.querying import SHAPES, shape_of, shapes
from likewise.industries.finance.crime.registry import NAMES, TYPOLOGIES
from likewise.industries.finance.finance import Finance

PATTERNS = [typology for typology in TYPOLOGIES if isinstance(typology, Pattern)]


@given(st.sampled_from(PATTERNS), st.integers(4, 60), st.integers(0, 9))
def test_a_pattern_of_any_size_has_its_shape(pattern: Pattern, budget: int, seed: int) -> None:
    edges = pattern.shape(max(budget, pattern.least), np.random.default_rng(seed))
    source, target = np.array(edges).T
    assert shape_of(source, target) == pattern.name
    order = np.random.default_rng(seed).permutation(len(edges))
    names = np.random.default_rng(seed).permutation(1000)
    assert shape_of(names[source[order]], names[target[order]]) == pattern.name


def test_there_are_all_shapes() -> None:
    assert {pattern.name for pattern in PATTERNS} == set(SHAPES)


@pytest.mark.parametrize(
    ("edges", "shape"),
    [
        ([(1, 2), (3, 4)], None),
        ([(1, 2), (2, 3), (3, 4), (4, 2)], "random"),
        ([(1, 2), (2, 3)], "random"),
        ([(1, 9), (2, 9), (3, 9), (9, 1)], "random"),
        ([(1, 3), (1, 4), (2, 3)], "random"),
    ],
)
def test_what_is_no_pattern_is_taken_for_none(edges: list[tuple[int, int]], shape: str | None) -> None:
    source, target = np.array(edges).T
    assert shape_of(source, target) == shape


def test_the_graph_shows_each_ring_as_it_is_labelled() -> None:
    made = Finance(customers=1500, days=60, fraud_rate=0.05, typologies={name: {} for name in SHAPES}).generate()
    found = shapes(made.tables)
    rings = made["rings"]
    labelled = {k: NAMES[code] for k, code in enumerate(rings.codes("typology"))}
    assert len(labelled) > 150 and set(labelled.values()) == set(SHAPES)
    assert found == labelled


def test_money_of_a_ring_is_passed_on_and_a_little_is_kept() -> None:
    made = bank()
    edges, rings = made["edges"], made["rings"]
    ring = np.asarray(edges.column("ring").fill_null(-1))
    source, target, amount = (np.asarray(edges.column(name).fill_null(-1)) for name in ("source", "target", "amount"))
    seen = 0
    for number in np.flatnonzero(np.isin(rings.codes("typology"), [NAMES.index("cycle"), NAMES.index("stack")])):
        own = ring == number
        for account in np.unique(target[own]):
            came, went = amount[own & (target == account)].sum(), amount[own & (source == account)].sum()
            if went:
                seen += 1
                assert went <= came
    assert seen > 10
