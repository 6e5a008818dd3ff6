"""Trees whose leaves hold the distribution of one column's symbols: grown by scikit-learn, walked by numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.spread import spread

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Nodes = tuple[Ints, Ints, Ints, Ints]
"""The features, thresholds, left and right children of a tree's nodes."""

GROW_ROWS = 100_000
"""Rows that a tree is grown on; its leaves are then filled with all rows."""

GINI_LEVELS = 48
"""Categories with more levels are split by their order along the first principal component, not level by level."""


@dataclass(frozen=True, eq=False)
class Tree:
    """Send rows to leaves and draw a symbol from the leaf.

    `feature`, `threshold`, `left`, `right` describe the nodes: a row goes left when its feature is at most the
    threshold; a leaf leads to itself. Donors are the training rows' symbols sorted leaf by leaf and by symbol within a
    leaf, so that no row can be followed from one tree to another; leaf `l` owns donors `start[l]` to `start[l + 1]`.
    """

    feature: Ints
    threshold: Ints
    left: Ints
    right: Ints
    start: npt.NDArray[np.int64]
    donors: npt.NDArray[np.uint16]

    def leaves(self, features: Ints) -> Ints:
        """Return the leaf of each row; `features` is (features, rows)."""
        rows = features.shape[1]
        if len(self.feature) == 1:
            return np.zeros(rows, dtype=np.int32)
        flat, offset = features.ravel(), self.feature.astype(np.int64) * rows
        children = np.stack([self.left, self.right], axis=1).astype(np.int64).ravel()
        inner = self.left != np.arange(len(self.left))
        found = np.zeros(rows, dtype=np.int32)
        active, at = np.arange(rows), np.zeros(rows, dtype=np.int64)
        while len(active):
            above = flat.take(offset.take(at) + active) > self.threshold.take(at)
            at = children.take(2 * at + above)
            on = inner.take(at)
            found[active[~on]] = at[~on]
            active, at = active[on], at[on]
        return found

    def draw(self, leaves: Ints, rng: np.random.Generator) -> Ints:
        """Return one donor's symbol for each row, the donors of a leaf spread evenly over its rows."""
        first = self.start[leaves]
        size = self.start[leaves + 1] - first
        picked: Ints = self.donors[first + (spread(leaves, rng) * size).astype(np.int64)].astype(np.int32)
        return picked

    def draw_within(
        self, leaves: Ints, weights: Floats, between: tuple[Ints, Ints] | None, rng: np.random.Generator,
        of_donors: Floats | None = None,
    ) -> tuple[Ints, Floats]:  # fmt: skip
        """Return one donor's symbol for each row, drawn by the weight of its symbol, and how much was allowed.

        Where donors of one symbol do not weigh the same, `of_donors` is the weight of each.

        `between` keeps each row's symbol from a first to a last one, or missing (the last of `weights`), which comes as
        often as in the leaf; where no other donor fits, the first one is taken. The second result is the mean weight of
        what could be drawn: 0 where nothing that is wanted can be had, and the symbol is then meaningless.
        """
        first, last = self.start[leaves], self.start[leaves + 1]
        totals = np.append(0.0, np.cumsum(weights[self.donors] if of_donors is None else of_donors))
        if between is None:
            low, high = totals[first], totals[last]
            place = np.searchsorted(totals, low + spread(leaves, rng) * (high - low), side="right") - 1
            return self.donors[np.clip(place, first, last - 1)].astype(np.int32), (high - low) / (last - first)
        begin, end, blank = self._ends(leaves, between, len(weights) - 1)
        gone = (last - blank) / (last - first)
        fitting, none = totals[end] - totals[begin], end == begin
        known = (1 - gone) * np.where(none, weights[between[0]], fitting / np.maximum(end - begin, 1))
        mass = known + gone * weights[-1]
        place = spread(leaves, rng) * mass
        within = np.minimum(np.divide(place, known, out=np.zeros_like(place), where=known > 0), 1.0)
        at = np.searchsorted(totals, totals[begin] + within * fitting, side="right") - 1
        symbols = self.donors[np.clip(at, begin, np.maximum(end - 1, begin)).clip(0, len(self.donors) - 1)]
        symbols = np.where(none, between[0], symbols)
        return np.where((place >= known) & (gone > 0), len(weights) - 1, symbols).astype(np.int32), mass

    def _ends(self, leaves: Ints, between: tuple[Ints, Ints], missing: int) -> tuple[Longs, Longs, Longs]:
        """Return where in each row's leaf the fitting donors begin and end, and where those without a value begin."""
        keys, base = self._keys(), leaves.astype(np.int64) * 65_536
        begin = np.searchsorted(keys, base + between[0], side="left")
        end = np.maximum(begin, np.searchsorted(keys, base + between[1], side="right"))
        return begin, end, np.searchsorted(keys, base + missing, side="left")

    def share(self, leaves: Ints, symbols: Ints) -> Floats:
        """Return what share of the leaf's donors have the given symbol."""
        return self.share_between(leaves, symbols, symbols)

    def share_between(self, leaves: Ints, first: Ints, last: Ints) -> Floats:
        """Return what share of the leaf's donors have a symbol from the first to the last one."""
        keys, base = self._keys(), leaves.astype(np.int64) * 65_536
        count = np.searchsorted(keys, base + last, side="right") - np.searchsorted(keys, base + first, side="left")
        share: Floats = count / (self.start[leaves + 1] - self.start[leaves])
        return share

    def share_within(self, leaves: Ints, symbols: Ints, between: tuple[Ints, Ints], missing: int) -> Floats:
        """Return how likely `draw_within` is to draw the given symbols, the first of `between` where none fits."""
        begin, end, blank = self._ends(leaves, between, missing)
        size = self.start[leaves + 1] - self.start[leaves]
        gone = (self.start[leaves + 1] - blank) / size
        fits = (symbols >= between[0]) & (symbols <= between[1])
        held = np.where(fits, self.share(leaves, symbols) * size, 0.0) / np.maximum(end - begin, 1)
        known = np.where(end == begin, symbols == between[0], held)
        share: Floats = np.where(symbols == missing, gone, (1 - gone) * known)
        return share

    def _keys(self) -> npt.NDArray[np.int64]:
        """Return the donors with their leaf before them: sorted, so that a leaf's symbols can be searched."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start)) * 65_536 + self.donors

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return its arrays, for a model file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def grow(features: Ints, symbols: Ints, split_on: Floats, *, rare: int | None, min_leaf: int, seed: int) -> Tree:
    """Grow a tree that splits rows so that `split_on` (rows, outputs) varies least within leaves.

    `features` is (features, rows). Rows whose symbol is `rare` shape the tree but donate nothing where their leaf has
    other donors. Breiman et al., 1984, Classification and Regression Trees; leaves as donors after Reiter, 2005,
    Journal of Official Statistics 21.
    """
    nodes = grown_nodes(features, split_on, min_leaf=min_leaf, seed=seed)
    return filled(nodes, unfilled(nodes).leaves(features), symbols, rare=rare)


def unfilled(nodes: Nodes) -> Tree:
    """Return a tree that sends rows to leaves but has nothing to draw from them yet."""
    return Tree(*nodes, start=np.zeros(2, np.int64), donors=np.zeros(1, np.uint16))


def filled(nodes: Nodes, leaves: Ints, symbols: Ints, *, rare: int | None) -> Tree:
    """Return the tree whose leaves hold the symbols of the rows that came to them (see `grow` for `rare`)."""
    count = len(nodes[0])
    if rare is not None:
        usable = symbols != rare
        rescued = np.bincount(leaves[usable], minlength=count)[leaves] == 0
        if usable.any():
            leaves, symbols = _without_rare(leaves, symbols, usable, rescued)
    order = np.argsort(leaves.astype(np.int64) * 65_536 + symbols, kind="stable")
    start = np.append(0, np.cumsum(np.bincount(leaves, minlength=count)))
    return Tree(*nodes, start=start, donors=symbols[order].astype(np.uint16))


def leading_order(symbols: Ints, levels: int, split_on: Floats) -> Ints:
    """Return a rank for each level of a category such that levels which `split_on` tells apart lie far apart.

    The rank is along the first principal component of the levels' mean outputs, shrunk towards the overall mean where
    few rows hold the level. Coppersmith et al., 1999, Data Mining and Knowledge Discovery 3.
    """
    count = np.bincount(symbols, minlength=levels).astype(np.float64)
    sums = np.stack([np.bincount(symbols, weights=column, minlength=levels) for column in split_on.T], axis=1)
    overall = split_on.mean(axis=0)
    means = (sums + 5 * overall) / (count + 5)[:, None] - overall
    spread = (means * count[:, None]).T @ means
    leading = np.linalg.eigh(spread)[1][:, -1]
    leading *= np.sign(leading[np.argmax(np.abs(leading))])
    along = np.round(means @ leading, 12)
    ranks = np.empty(levels, dtype=np.int32)
    ranks[np.argsort(along, kind="stable")] = np.arange(levels, dtype=np.int32)
    return ranks


def outputs_of(symbols: Ints, count: int, *, ordered: bool) -> Floats:
    """Return what a tree for this column should keep alike within leaves: the column's whole distribution.

    A number becomes its rank and eight cumulative indicators (is it above the i-th ninth?); a category one indicator a
    level. The last symbol, missing, gets an indicator of its own.
    """
    rows = len(symbols)
    if not ordered:
        return np.eye(count, dtype=np.float64)[symbols]
    ranks = (np.cumsum(np.bincount(symbols, minlength=count)) / rows)[symbols]
    cuts = np.unique(np.quantile(symbols, np.arange(1, 9) / 9, method="inverted_cdf"))
    above = (symbols[:, None] > cuts[None, :]).astype(np.float64)
    missing = (symbols == count - 1).astype(np.float64)[:, None]
    columns = [2 * ranks[:, None], above] + ([2 * missing] if missing.any() else [])
    return np.hstack(columns)


def _without_rare(
    leaves: Ints, symbols: Ints, usable: npt.NDArray[np.bool_], rescued: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Drop rare donors; a leaf that holds nothing else takes the commonest symbol instead."""
    common = np.bincount(symbols[usable]).argmax()
    keep = usable | rescued
    return leaves[keep], np.where(rescued & ~usable, common, symbols)[keep].astype(np.int32)


def grown_nodes(features: Ints, split_on: Floats, *, min_leaf: int, seed: int, looks_at: float | None = None) -> Nodes:
    """Return the nodes of a tree that splits rows (see `grow`); a single leaf where there is nothing to split.

    `looks_at` is the share of the columns, drawn anew, that each split chooses from (None: all of them).
    """
    from sklearn.tree import DecisionTreeRegressor

    rows = features.shape[1]
    if not len(features) or rows < 2 * min_leaf:
        zero = np.zeros(1, dtype=np.int32)
        return zero, zero, zero, zero
    if rows > GROW_ROWS:
        picked = np.random.Generator(np.random.PCG64DXSM(seed)).choice(rows, GROW_ROWS, replace=False)
        features, split_on = features[:, picked], split_on[picked]
    grown = DecisionTreeRegressor(min_samples_leaf=min_leaf, max_features=looks_at, random_state=seed % 2**32)
    tree = grown.fit(features.T.astype(np.float32), split_on).tree_
    itself = np.arange(tree.node_count)
    leaf = tree.children_left < 0
    return (
        np.where(leaf, 0, tree.feature).astype(np.int32),
        np.floor(tree.threshold).astype(np.int32),
        np.where(leaf, itself, tree.children_left).astype(np.int32),
        np.where(leaf, itself, tree.children_right).astype(np.int32),
    )
