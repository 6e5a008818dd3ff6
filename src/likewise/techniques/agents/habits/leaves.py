"""What is learned of a decision: trees whose leaves hold what was decided in situations alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeRegressor

from likewise.core.seeds import generator
from likewise.techniques.agents.language.arithmetic import whole
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_LEAVES = 1024

MOST_HELD = 512
"""Decisions that a leaf holds at most, where nothing is rare."""


class Leaves(NamedTuple):
    """Hold trees, one after another: where each begins (`root`), of each node what it asks, of leaves what they hold.

    `node` has a row a node: the column that it looks at, -1 for a leaf; the nodes to the left and to the right of its
    `threshold`; from where to where in `held` what a leaf holds lies.
    """

    root: Ints
    node: Ints
    threshold: Floats
    held: Floats


LOOKS, LEFT, RIGHT, FIRST, LAST = range(5)


@dataclass(frozen=True, eq=False)
class Decided:
    """Hold situations (rows, columns), what was decided in each, by which of several `outputs` trees are to tell them.

    A leaf stands for `least` situations at least, and holds `most` of them at most.
    """

    seen: Floats
    decided: Floats
    outputs: Floats
    least: int
    most: int

    @classmethod
    def number(cls, seen: Floats, decided: Floats, *, least: int = 30, most: int = MOST_HELD) -> Decided:
        """Return decisions for numbers, which are told apart by their ranks."""
        order = np.argsort(np.argsort(decided, kind="stable"), kind="stable")
        _, inverse, count = np.unique(decided, return_inverse=True, return_counts=True)
        ranks = (np.bincount(inverse, order) / count)[inverse] / max(len(decided), 1)
        return cls(seen, decided, ranks[:, None], least, most)

    @classmethod
    def level(cls, seen: Floats, decided: Ints, *, least: int, most: int, told: int = 24) -> Decided:
        """Return decisions for levels, which are told apart by how often the most frequent ones are."""
        frequent = np.argsort(-np.bincount(decided, minlength=1), kind="stable")[:told]
        return cls(seen, decided.astype(np.float64), (decided[:, None] == frequent).astype(np.float64), least, most)


def leaves_of(decisions: Sequence[Decided], *, seed: int) -> Leaves:
    """Return a tree for each decision; one of which nothing was seen has nothing in its leaf.

    >>> seen = np.repeat([[0.0], [1.0]], 50, axis=0)
    >>> leaves = leaves_of([Decided.number(seen, seen[:, 0] * 9)], seed=0)
    >>> chosen(leaves, 0, np.array([1.0]), 0.5)
    9.0
    """
    roots, nodes, thresholds, held = [], [], [], []
    rows = members = 0
    for number, decision in enumerate(decisions):
        node, threshold, own = _tree(decision, generator(seed, "habits", number))
        node[:, (LEFT, RIGHT)] += rows
        node[:, (FIRST, LAST)] += members
        roots.append(rows)
        nodes.append(node)
        thresholds.append(threshold)
        held.append(own)
        rows, members = rows + len(node), members + len(own)
    return Leaves(np.array(roots, np.int64), np.concatenate(nodes), np.concatenate(thresholds), np.concatenate(held))


def _tree(decision: Decided, rng: np.random.Generator) -> tuple[Ints, Floats, Floats]:
    """Return the nodes of a tree, their thresholds and what its leaves hold."""
    if not len(decision.decided):
        return np.array([[-1, 0, 0, 0, 0]]), np.zeros(1), np.zeros(0)
    grown = DecisionTreeRegressor(min_samples_leaf=decision.least, max_leaf_nodes=MOST_LEAVES,
                                  random_state=int(rng.integers(2**31)))  # fmt: skip
    tree = grown.fit(decision.seen, decision.outputs).tree_
    leaf = grown.apply(decision.seen)
    order = rng.permutation(len(leaf))
    order = order[np.argsort(leaf[order], kind="stable")]
    count = np.bincount(leaf, minlength=tree.node_count)
    number = np.arange(len(leaf)) - (np.cumsum(count) - count)[leaf[order]]
    order = order[number < decision.most]
    count = np.minimum(count, decision.most)
    last = np.cumsum(count)
    node = np.stack([np.where(tree.children_left < 0, -1, tree.feature), np.maximum(tree.children_left, 0),
                     np.maximum(tree.children_right, 0), last - count, last], axis=1).astype(np.int64)  # fmt: skip
    return node, tree.threshold.astype(np.float64), decision.decided[order]


@term()
def chosen(leaves: Any, tree: Any, seen: Any, chance: Any) -> Any:
    """Return what was decided in a situation like the one that is seen: one of several, by a chance from 0 to 1."""
    at = leaves.root[tree]
    while leaves.node[at, LOOKS] >= 0:
        at = leaves.node[at, LEFT] if seen[leaves.node[at, LOOKS]] <= leaves.threshold[at] else leaves.node[at, RIGHT]
    first, last = leaves.node[at, FIRST], leaves.node[at, LAST]
    return leaves.held[first + whole(chance * (last - first))]
