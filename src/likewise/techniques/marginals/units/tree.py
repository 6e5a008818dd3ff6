"""What was learned of tables one below another, and rows of all of them drawn from it: parents first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.privacy.accountant import Account
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned, learn
from likewise.techniques.marginals.units.given import Given, Simulated
from likewise.techniques.marginals.units.held import Held
from likewise.techniques.marginals.units.learning import Branch, learn_rows
from likewise.techniques.marginals.units.levels import Level, ancestors
from likewise.techniques.marginals.units.weighed import Part, Weighed
from likewise.techniques.marginals.units.weights import WHOLE, ranks, shares

Ints = npt.NDArray[np.int64]

FEWEST_STAND, MOST_STAND, TIMES = 2048, 16_384, 4
"""Units drawn, and rows of them, that stand for all in a fit: so many times as there seem to be, within bounds."""

DENSE, STRONG = 0.4, 600.0
"""Part of the units, at least, that rows count as many of; and the signal (units times `mu`, a column) at 1/2 of it."""

MOST_DRAWN = 2_000_000
"""Rows of units drawn for a fit, at most."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Hold drawn rows of one table: the bin and the cell of each column, the parent's row and the unit of each."""

    groups: Ints
    cells: Ints
    parents: Ints
    units: Ints


@dataclass(frozen=True, eq=False)
class Tree:
    """Hold what noisy counts tell of units, and of the rows that belong to them, directly or through others."""

    levels: tuple[Level, ...]
    root: Learned
    branches: tuple[Branch, ...] = ()

    def bins(self, number: int) -> tuple[Bins, ...]:
        """Return the bins of a table's columns."""
        return self.branches[number - 1].bins if number else self.root.bins

    def draw(self, n: int, rng: np.random.Generator) -> list[Drawn]:
        """Return the rows of `n` units in every table that is learned so far."""
        groups = self.root.graph.draw(n, rng).astype(np.int64)
        everyone = np.arange(n)
        found = [Drawn(groups, celled(self.root.bins, groups, rng), everyone, everyone)]
        for number, branch in enumerate(self.branches, start=1):
            above, parents, units = self.opened(found, number)
            drawn = _in_turn(branch, self.levels[number], above, parents, rng)
            found.append(Drawn(drawn, celled(branch.bins, drawn, rng), parents, units))
        return found

    def opened(self, drawn: Sequence[Drawn], number: int) -> tuple[Ints, Ints, Ints]:
        """Return what is known of the rows that a table is to have: what they belong to, their parents and units."""
        level = self.levels[number]
        assert level.parent is not None
        above, parent = drawn[level.parent], self.levels[level.parent]
        place = parent.count_of(level.name)
        counts = parent.counts(place, above.cells[:, place])
        parents = np.repeat(np.arange(len(counts)), counts)
        known, at = [], parents
        for ancestor in ancestors(self.levels, level):
            known.append(drawn[ancestor].groups[at])
            at = drawn[ancestor].parents[at]
        return np.concatenate(known, axis=1), parents, above.units[parents]

    def simulated(self, number: int, strength: float) -> tuple[Simulated, int]:
        """Return rows that stand for those of a table in a fit, and how many rows make a unit count in full."""
        rng = np.random.default_rng(number)
        stand = min(max(round(TIMES * self.root.total), FEWEST_STAND), MOST_STAND)
        above, parents, units = self.opened(self.draw(stand, rng), number)
        above, parents, units = above[:MOST_DRAWN], parents[:MOST_DRAWN], units[:MOST_DRAWN]
        if not len(parents):
            return Simulated(np.zeros((1, above.shape[1]), dtype=np.int64), np.zeros(1, dtype=np.int64)), 1
        place = ranks(parents)
        full = full_at(np.bincount(units), strength)
        weights = shares(units, None if self.levels[number].orders is None else place == 0, full)
        heights = np.cumsum(weights)
        chosen = np.searchsorted(heights, (np.arange(stand) + rng.random(stand)) * heights[-1] / stand, side="right")
        chosen = rng.permutation(np.minimum(chosen, len(parents) - 1))
        return Simulated(above[chosen], place[chosen]), full


def full_at(counts: Ints, strength: float) -> int:
    """Return how many rows make a unit count in full, given how many rows simulated units have.

    The more, the more nearly rows of all units count alike, and the more noise there is beside them; `strength` is what
    signal there is for it. The units together count for `DENSE` at least of what they would if each counted in full.
    """
    counts = counts[counts > 0]
    sizes = np.unique(counts)
    dense = np.array([np.minimum(counts, size).mean() / size for size in sizes])
    return int(sizes[dense >= max(1 / (1 + strength / STRONG), DENSE)].max(initial=1))


def celled(bins: Sequence[Bins], groups: Ints, rng: np.random.Generator) -> Ints:
    """Return a cell in each bin."""
    cells = [own.cells(groups[:, a], rng) for a, own in enumerate(bins)]
    return np.stack(cells, axis=1) if cells else np.zeros((len(groups), 0), dtype=np.int64)


def _in_turn(branch: Branch, level: Level, above: Ints, parents: Ints, rng: np.random.Generator) -> Ints:
    """Return the bins of rows: all at once, or where they follow one another all first ones, all second ones ..."""
    if level.orders is None:
        return branch.rows.draw(above, rng)
    sizes = [own.count for own in branch.bins]
    found = np.zeros((len(parents), len(sizes)), dtype=np.int64)
    place = ranks(parents)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(int(place.max(initial=-1)) + 2))
    for turn in range(len(ends) - 1):
        rows = order[ends[turn] : ends[turn + 1]]
        before = [found[rows - 1, a] if turn else np.full(len(rows), sizes[a]) for a in level.following]
        known = np.stack([*above[rows].T, np.full(len(rows), turn == 0), *before], axis=1).astype(np.int64)
        found[rows] = branch.rows.draw(known, rng)
    return found


def learn_tree(
    levels: Sequence[Level], held: Sequence[Held], account: Account, *, memory: int, progress: Progress
) -> Tree:
    """Spend the account on tables one below another, each by the number of its columns, and return what they tell."""
    costs = [len(level.domains) + len(level.following) + 1 + len(level.children) for level in levels]
    part, everyone = Part(account, costs[0] / sum(costs)), np.full(len(held[0].parents), WHOLE)
    teller = Weighed(held[0].coded(levels[0]), everyone, part, levels[0].tails)
    root = learn(teller, levels[0].domains, target=None, mode="auto", memory=memory, rules=(), public=None,
                 progress=progress)  # fmt: skip
    tree = Tree(tuple(levels), root)
    for number in range(1, len(levels)):
        part = Part(account, costs[number] / sum(costs[number:]))
        tree = replace(tree, branches=(*tree.branches, _learned(tree, number, held, part, progress)))
    return tree


def _learned(tree: Tree, number: int, held: Sequence[Held], account: Account, progress: Progress) -> Branch:
    """Learn the rows of one table below others that are learned already."""
    level, rows = tree.levels[number], held[number]
    codes, names, at = list[Ints](), list[str](), rows.parents
    for ancestor in ancestors(tree.levels, level):
        codes += [own.of(held[ancestor].codes[at, a]) for a, own in enumerate(tree.bins(ancestor))]
        names += [f"{tree.levels[ancestor].name}.{domain.name}" for domain in tree.levels[ancestor].domains]
        at = held[ancestor].parents[at]
    sizes = tuple(own.count for ancestor in ancestors(tree.levels, level) for own in tree.bins(ancestor))
    previous = None if level.orders is None else rows.previous()
    strength = max(tree.root.total, 1.0) * account.mu / (len(level.domains) + len(level.following))
    simulated, full = tree.simulated(number, strength)
    given = Given(codes, sizes, tuple(names), simulated, previous, level.following, level.begins,
                  level.goes, tree.levels[level.parent or 0].count_of(level.name))  # fmt: skip
    teller = Weighed(rows.coded(level), rows.weights(level, full), account, level.tails, level.goes)
    return learn_rows(teller, level.domains, given, progress)
