"""Levels in the order of how they go with other columns, and trees where there is no such order."""

from __future__ import annotations

import numpy as np

from likewise.techniques.sampling.marginals import Node
from likewise.techniques.sampling.ordering import features_of, in_given_order, one_order, tree

RNG = np.random.default_rng(0)


def ranked(node: Node, count: int) -> list[int]:
    """Return the symbols in the order of their bins."""
    return [int(np.flatnonzero(node.bins == place)[0]) for place in range(count)]


def test_levels_are_ordered_by_what_they_go_with() -> None:
    meaning = np.array([3, 0, 4, 1, 2])  # how far each level lies along a hidden line
    level = RNG.integers(5, size=4000)
    number = meaning[level] + 0.3 * RNG.standard_normal(4000)
    symbols = [level.astype(np.int32), np.digitize(number, np.linspace(-1, 5, 30)).astype(np.int32)]
    scores = [None, np.linspace(-2, 2, 32)]
    profiles = features_of(symbols, scores, RNG).profiles(0, symbols[0], 6)
    order = ranked(one_order(profiles, np.append(np.bincount(level), 0.0))[0], 5)
    assert order in ([1, 3, 4, 0, 2], [2, 0, 4, 3, 1])


def test_a_tree_tells_what_two_columns_tell_of_a_level() -> None:
    level = RNG.integers(4, size=4000)
    one, other = (level // 2).astype(np.int32), (level % 2).astype(np.int32)
    symbols = [level.astype(np.int32), one, other]
    profiles = features_of(symbols, [None, None, None], RNG).profiles(0, symbols[0], 5)
    nodes = tree(profiles, np.append(np.bincount(level), 0.0))
    assert len(nodes) == 3 and nodes[0].parent == -1
    halves = {frozenset(np.flatnonzero(nodes[0].bins == branch).tolist()) for branch in (0, 1)}
    assert halves in ({frozenset({0, 1}), frozenset({2, 3})}, {frozenset({0, 2}), frozenset({1, 3})})
    for node in nodes[1:]:
        assert set(np.flatnonzero(node.bins >= 0)) == set(np.flatnonzero(nodes[0].bins == node.branch))


def test_a_declared_order_is_kept_and_missing_comes_first() -> None:
    assert ranked(in_given_order(np.array([5.0, 3.0, 2.0, 4.0]))[0], 4) == [3, 0, 1, 2]
    assert ranked(in_given_order(np.array([5.0, 3.0, 0.0, 0.0]))[0], 2) == [0, 1]


def test_a_column_alone_and_a_column_without_values_have_nodes() -> None:
    symbols = [np.zeros(9, dtype=np.int32)]
    profiles = features_of(symbols, [None], RNG).profiles(0, symbols[0], 2)
    assert len(tree(profiles, np.array([9.0, 0.0]))) == 1
    assert one_order(profiles, np.array([0.0, 0.0]))[0].bins.tolist() == [-1, 0]


def test_ten_thousand_levels_are_ordered_in_a_blink() -> None:
    level = RNG.integers(10_000, size=20_000).astype(np.int32)
    other = (level % 3).astype(np.int32)
    profiles = features_of([level, other], [None, None], RNG).profiles(0, level, 10_001)
    nodes = tree(profiles, np.append(np.bincount(level, minlength=10_000), 0.0))
    assert 2 <= len(nodes) <= 9
