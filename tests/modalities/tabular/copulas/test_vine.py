"""Vines: a structure that can be drawn, dependence found again, limits met as rejection would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from likewise.modalities.tabular.copulas.saving import load_copula, save_copula
from likewise.modalities.tabular.copulas.vine.structure import drawing_order, trees_of
from likewise.modalities.tabular.copulas.vine.vine import Vine

GRID = np.linspace(0, 1, 17)


def normals(size: int, rows: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((size, size)) @ rng.standard_normal((size, rows))
    return np.asarray(special.ndtr((scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)))


@given(st.integers(1, 9), st.integers(0, 1000))
@settings(max_examples=15)
def test_every_vine_can_be_drawn_in_an_order(size: int, seed: int) -> None:
    trees = trees_of(normals(size, 400, seed), [GRID] * size)
    assert all(len(tree) == size - 1 - level for level, tree in enumerate(trees))
    before = set[int]()
    for latent, edges in drawing_order(trees, size):
        partners = [edge.second if edge.first == latent else edge.first for edge in edges]
        assert {*partners} <= before and all({*edge.given} == {*partners[:level]} for level, edge in enumerate(edges))
        before.add(latent)
    assert before == set(range(size))


def test_a_vine_draws_the_dependence_it_learned() -> None:
    learned = normals(5, 8000, 1)
    vine = Vine.learned(learned, [GRID] * 5)
    drawn = vine.draw(8000, np.random.default_rng(0))
    assert np.abs(np.corrcoef(drawn) - np.corrcoef(learned)).max() < 0.06
    assert drawn.min() > 0 and drawn.max() < 1
    again = load_copula(*save_copula(vine)).draw(8000, np.random.default_rng(0))
    assert np.array_equal(again, drawn)


def test_extremes_on_one_side_come_together() -> None:
    rng = np.random.default_rng(0)
    shared = rng.gamma(0.5, size=8000)
    own = -np.log(rng.random((3, 8000))) / shared
    ranks = (np.argsort(np.argsort(own, axis=1), axis=1) + 0.5) / 8000
    drawn = Vine.learned(ranks, [GRID] * 3).draw(20_000, rng)
    together = [((u[0] > 0.98) & (u[1] > 0.98)).mean() for u in (ranks, drawn)]
    assert together[1] == pytest.approx(together[0], rel=0.3)


def test_columns_without_any_dependence_make_a_vine_of_one_tree() -> None:
    vine = Vine.learned(np.random.default_rng(0).random((6, 2000)), [GRID] * 6)
    assert len(vine.trees) == 1 and vine.draw(0, np.random.default_rng(0)).shape == (6, 0)
