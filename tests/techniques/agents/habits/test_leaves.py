"""Leaves hold what was decided in situations alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from likewise.techniques.agents.compiling import as_run, can_compile
from likewise.techniques.agents.habits.leaves import Decided, alike, chosen, leaves_of

SEEN = np.random.default_rng(0).uniform(0, 1, (4000, 2))
WHO = np.arange(4000) % 400


def test_decisions_are_drawn_as_they_were_taken() -> None:
    decided = np.where(SEEN[:, 0] < 0.5, 1.0, 5.0) + np.random.default_rng(1).normal(0, 0.1, 4000)
    leaves = leaves_of([Decided.number(SEEN, decided, WHO, least=30)], seed=0)
    for place, middle in ((0.2, 1.0), (0.8, 5.0)):
        drawn = [chosen(leaves, 0, np.array([place, 0.5]), chance) for chance in np.linspace(0.001, 0.999, 200)]
        assert np.mean(drawn) == pytest.approx(middle, abs=0.05) and np.std(drawn) == pytest.approx(0.1, abs=0.03)
        assert set(drawn) <= set(decided.tolist())


def test_levels_are_as_frequent_as_they_were() -> None:
    decided = np.where(SEEN[:, 1] < 0.5, 7, np.where(SEEN[:, 0] < 0.3, 2, 4))
    leaves = leaves_of([Decided.level(SEEN, decided, WHO, least=50)], seed=0)
    chances = np.linspace(0.001, 0.999, 100)
    assert {chosen(leaves, 0, np.array([0.5, 0.2]), chance) for chance in chances} == {7.0}
    assert {chosen(leaves, 0, np.array([0.1, 0.9]), chance) for chance in chances} == {2.0}


def test_leaves_stand_for_enough_and_hold_no_more_than_may_be() -> None:
    decided = SEEN.sum(axis=1)
    leaves = leaves_of([replace(Decided.number(SEEN, decided, WHO, least=100), most=150)], seed=0)
    first, last = leaves.node[:, 3:].T
    sizes = (last - first)[leaves.node[:, 0] < 0]
    assert sizes.min() >= 100 and sizes.max() <= 150


def test_a_leaf_is_of_several_entities() -> None:
    who = np.repeat(np.arange(500), 8)  # each entity has decisions of its own
    leaves = leaves_of([Decided.number(who[:, None] * 1.0, who * 1.0, who, least=2)], seed=0)
    for node in leaves.node[leaves.node[:, 0] < 0]:
        assert len(set(leaves.held[node[3] : node[4]].tolist())) >= 10


def test_of_what_nobody_decided_there_is_nothing_to_choose_from_but_nothing() -> None:
    some = Decided.number(SEEN, SEEN[:, 0] + 1, WHO, least=100, beside=SEEN)
    leaves = leaves_of([some, replace(some, seen=SEEN[:0], decided=np.zeros(0))], seed=0)
    assert chosen(leaves, 1, SEEN[0], 0.999) == 0.0 and chosen(leaves, 0, SEEN[0], 0.999) > 1.0
    like = alike(leaves, 0, SEEN[0], 0.5)
    assert leaves.beside[like, 0] + 1 == leaves.held[like]


@pytest.mark.skipif(not can_compile(), reason="numba is not installed")
def test_compiled_they_choose_the_same() -> None:
    leaves = leaves_of([Decided.number(SEEN, SEEN[:, 0] * SEEN[:, 1], WHO, least=30)], seed=0)
    compiled, plain = np.zeros(200), np.zeros(200)
    as_run(_choose_all, "compiled")(leaves, SEEN[:200], compiled)
    _choose_all(leaves, SEEN[:200], plain)
    assert np.array_equal(compiled, plain) and len(set(plain.tolist())) > 20


def _choose_all(leaves: Any, seen: Any, found: Any) -> None:
    for i in range(len(seen)):
        found[i] = chosen(leaves, 0, seen[i], 0.37)
