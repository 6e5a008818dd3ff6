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
"""Leaves of a tree at most."""

MOST_HELD, MOST_LEVELS = 512, 2**16
"""Decisions that a leaf holds at most: for numbers, and for levels, of which some are rare."""

ENTITIES, OF = 10, 50
"""How many entities must stand behind what is held of them, and one of how many where there are few."""

FREQUENT = 24
"""Levels that situations are told apart by, the most frequent ones."""


class Leaves(NamedTuple):
    """Hold trees, one after another: where each begins (`root`), of each node what it asks, of leaves what they hold.

    `node` has a row a node: the column that it looks at, -1 for a leaf; the nodes to the left and to the right of its
    `threshold`; from where to where in `held` what a leaf holds lies. `beside` is what stands beside the decisions of
    the first tree.
    """

    root: Ints
    node: Ints
    threshold: Floats
    held: Floats
    beside: Floats


LOOKS, LEFT, RIGHT, FIRST, LAST = range(5)
"""The columns of `node`."""


def several(entities: int) -> int:
    """Return how many of so many entities must stand behind what is held of them, so that it tells of none alone.

    >>> several(40), several(300), several(5000)
    (2, 6, 10)
    """
    return int(np.clip(entities // OF, 2, ENTITIES))


@dataclass(frozen=True, eq=False)
class Decided:
    """Hold situations (rows, columns), what was decided in each by whom, and by which of several `outputs` trees are to
    tell them apart.

    A leaf stands for `least` situations at least, and holds `most` of them at most, of several entities. `beside`
    (rows, numbers) is what else is to be known of each decision, of the first tree only.
    """

    seen: Floats
    decided: Floats
    outputs: Floats
    who: Ints
    least: int
    most: int = MOST_HELD
    beside: Floats | None = None

    @classmethod
    def number(cls, seen: Floats, decided: Floats, who: Ints, *, least: int, beside: Floats | None = None) -> Decided:
        """Return decisions for numbers, which are told apart by their ranks."""
        _, inverse, count = np.unique(decided, return_inverse=True, return_counts=True)
        ranks = ((np.cumsum(count) - count / 2) / max(len(decided), 1))[inverse]
        return cls(seen, decided, ranks[:, None], who, least, beside=beside)

    @classmethod
    def flag(cls, seen: Floats, decided: npt.NDArray[np.bool_], who: Ints, *, least: int) -> Decided:
        """Return decisions for yes (1) or no (0)."""
        own = decided.astype(np.float64)
        return cls(seen, own, own[:, None], who, least)

    @classmethod
    def level(cls, seen: Floats, decided: Ints, who: Ints, *, least: int) -> Decided:
        """Return decisions for levels, which are told apart by how often the most frequent ones are."""
        frequent = np.argsort(-np.bincount(decided, minlength=1), kind="stable")[:FREQUENT]
        outputs = (decided[:, None] == frequent).astype(np.float64)
        return cls(seen, decided.astype(np.float64), outputs, who, least, MOST_LEVELS)


def leaves_of(decisions: Sequence[Decided], *, seed: int) -> Leaves:
    """Return a tree for each decision; one that nobody took has a leaf with 0 in it.

    >>> seen, who = np.repeat([[0.0], [1.0]], 50, axis=0), np.arange(100)
    >>> leaves = leaves_of([Decided.number(seen, seen[:, 0] * 9, who, least=30)], seed=0)
    >>> float(chosen(leaves, 0, np.array([1.0]), 0.5))
    9.0
    """
    trees = [_tree(decision, generator(seed, "habits", number)) for number, decision in enumerate(decisions)]
    nodes, thresholds, orders = zip(*trees, strict=True)
    held = [np.append(decision.decided, 0.0)[order] for decision, order in zip(decisions, orders, strict=True)]
    rows, members = (np.cumsum([0, *map(len, own)]) for own in (nodes, held))
    for node, first, own in zip(nodes, rows, members, strict=False):
        node[:, (LEFT, RIGHT)] += first
        node[:, (FIRST, LAST)] += own
    beside = decisions[0].beside
    beside = np.zeros((len(held[0]), 0)) if beside is None else np.pad(beside, ((0, 1), (0, 0)))[orders[0]]
    return Leaves(rows[:-1], np.concatenate(nodes), np.concatenate(thresholds), np.concatenate(held), beside)


def _tree(decision: Decided, rng: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    """Return the nodes of a tree, their thresholds and which decisions its leaves hold, one leaf after another."""
    if not len(decision.decided):
        return np.array([[-1, 0, 0, 0, 1]]), np.zeros(1), np.array([-1])
    grown = DecisionTreeRegressor(min_samples_leaf=decision.least, max_leaf_nodes=MOST_LEAVES,
                                  random_state=int(rng.integers(2**31)))  # fmt: skip
    tree = grown.fit(decision.seen, decision.outputs).tree_
    place, ends = _from_left(tree.children_left, tree.children_right)
    leaf = place[grown.apply(decision.seen)]
    order = rng.permutation(len(leaf))
    order = order[np.argsort(leaf[order], kind="stable")]
    count = np.bincount(leaf)
    order = order[np.arange(len(leaf)) - (np.cumsum(count) - count)[leaf[order]] < decision.most]
    passed = np.cumsum(np.append(0, np.minimum(count, decision.most)))
    ranges = np.stack([passed[place], passed[ends]], axis=1)
    ranges = _of_several(ranges, tree.children_left, tree.children_right, decision.who[order])
    node = np.stack([np.where(tree.children_left < 0, -1, tree.feature), np.maximum(tree.children_left, 0),
                     np.maximum(tree.children_right, 0), *ranges.T], axis=1).astype(np.int64)  # fmt: skip
    return node, tree.threshold.astype(np.float64), order


def _from_left(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return, of each node, the numbers of its first leaf and of the one after its last, counted from the left."""
    place, ends = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
    passed, ahead = 0, [(0, False)]
    while ahead:
        node, is_done = ahead.pop()
        if is_done:
            ends[node] = passed
            continue
        place[node] = passed
        ahead.append((node, True))
        if left[node] < 0:
            passed += 1
        else:
            ahead += [(int(right[node]), False), (int(left[node]), False)]
    return place, ends


def _of_several(ranges: Ints, left: Ints, right: Ints, who: Ints) -> Ints:
    """Return where what each node holds lies, which is that of the node above where it is of too few entities."""
    wanted = several(len(np.unique(who)))
    found, ahead = ranges.copy(), [0]
    while ahead:
        node = ahead.pop()
        for child in (left[node], right[node]):
            if child >= 0:
                if len(np.unique(who[slice(*ranges[child])])) < wanted:
                    found[child] = found[node]
                ahead.append(int(child))
    return found


@term()
def chosen(leaves: Any, tree: Any, seen: Any, chance: Any) -> Any:
    """Return what was decided in a situation like the one that is seen: one of several, by a chance from 0 to 1."""
    return leaves.held[alike(leaves, tree, seen, chance)]


@term()
def alike(leaves: Any, tree: Any, seen: Any, chance: Any) -> Any:
    """Return which decision was one in a situation like the one that is seen."""
    at = leaves.root[tree]
    while leaves.node[at, LOOKS] >= 0:
        at = leaves.node[at, LEFT] if seen[leaves.node[at, LOOKS]] <= leaves.threshold[at] else leaves.node[at, RIGHT]
    first, last = leaves.node[at, FIRST], leaves.node[at, LAST]
    return first + whole(chance * (last - first))
