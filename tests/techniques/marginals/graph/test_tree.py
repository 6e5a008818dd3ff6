"""The tree of cliques keeps its laws whatever was counted."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.marginals.graph.tree import size_of, tree_of

CLIQUES = st.lists(
    st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True).map(lambda c: tuple(sorted(c))), max_size=12
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(CLIQUES, st.lists(st.integers(1, 9), min_size=8, max_size=8))
def test_cliques_hold_what_was_counted_and_share_what_lies_between(cliques, sizes) -> None:  # type: ignore[no-untyped-def]
    tree = tree_of(sizes, cliques)
    assert {a for clique in tree.cliques for a in clique} == set(range(8))
    assert all(any(set(c) <= set(held) for held in tree.cliques) for c in cliques)
    assert all(not set(a) <= set(b) for a, b in itertools.permutations(tree.cliques, 2))
    for a in range(8):
        holders = [i for i, clique in enumerate(tree.cliques) if a in clique]
        tops = [i for i in holders if tree.parents[i] < 0 or a not in tree.cliques[tree.parents[i]]]
        assert len(tops) == 1, "the cliques that hold an attribute hang together"
    assert all(parent < i for i, parent in enumerate(tree.parents))
    assert tree.bytes_for(sizes) == size_of(sizes, cliques)


def test_a_ring_is_filled_where_it_costs_least() -> None:
    ring = [(0, 1), (1, 2), (2, 3), (0, 3)]
    assert size_of((2, 100, 2, 100), ring) == 8 * 2 * (2 * 2 * 100)
