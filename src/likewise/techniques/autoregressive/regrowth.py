"""Trees that follow new rows: leaves are filled anew, and those that many new rows reach are grown on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.following import Followed
from likewise.techniques.autoregressive.steps import Grown
from likewise.techniques.autoregressive.trees import Nodes, filled, grown_nodes, leading_order, unfilled

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class News:
    """Hold what the trees of a model follow.

    `together` are rows drawn from the model that follows, `replayed` of them, and the new rows after these: (columns,
    rows) in the symbols of the `codecs`. An old donor counts `keep` as much as a new one; all rows together count as
    many as `weight`.
    """

    codecs: Sequence[Followed]
    together: Ints
    replayed: int
    keep: float
    weight: int

    @property
    def symbols(self) -> Ints:
        """The new rows."""
        return self.together[:, self.replayed :]


def regrown(step: Grown, news: News, split_on: Floats, least: int, rng: np.random.Generator) -> Grown:
    """Return a tree's step as it is after the new rows; `split_on` is what it keeps alike within leaves.

    Old nodes stay, and leaves keep `least` donors. A leaf that `least` new rows reach, and twice as many with the old
    ones, is grown on. A leaf knows nothing that tells its old donors apart: rows replayed from the model say how many
    of them go where.
    """
    codec, own = news.codecs[step.column], news.symbols[step.column]
    ranks, thresholds = _followed_splits(step, news, split_on)
    followed = replace(step, count=codec.codec.symbols + 1, ranks=ranks)
    features = followed.features(news.together)
    nodes: Nodes = (step.tree.feature, thresholds, step.tree.left, step.tree.right)
    old = np.repeat(np.arange(len(step.tree.start) - 1), np.diff(step.tree.start))
    leaves = unfilled(nodes).leaves(features)
    told = np.flatnonzero(_telling(leaves, news.replayed, step.tree.start))
    crowded = _crowded(leaves, told, news.replayed, least)
    if len(crowded):
        grown = _grown_on(nodes, leaves[told], crowded, features[:, told], split_on[told], least, rng)
        after = unfilled(grown).leaves(features)
        _deal(old, step.tree.start, leaves[told], after[told], told < news.replayed, crowded, rng)
        nodes, leaves = grown, after
    leaves = leaves[news.replayed :]
    donors = codec.moved(step.tree.donors.astype(np.int32), rng)
    rare = codec.codec.rare
    came = np.bincount(leaves if rare is None else leaves[own != rare], minlength=len(nodes[0]))
    kept = _thinned(old, donors, came, news.keep, least, rng)
    tree = filled(nodes, np.append(old[kept], leaves).astype(np.int32), np.append(donors[kept], own), rare=rare)
    return replace(followed, tree=tree)


def _telling(leaves: Ints, replayed: int, start: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return all new rows, and of those replayed as many in each leaf as it has donors: they count no more than these.

    So a leaf below that holds `least` of these rows has as many donors, too.
    """
    order = np.argsort(leaves[:replayed], kind="stable")
    sizes = np.bincount(leaves[:replayed], minlength=len(start) - 1)
    place = np.arange(replayed) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = np.ones(len(leaves), dtype=bool)
    found[order] = place < np.diff(start)[leaves[order]]
    return found


def _crowded(leaves: Ints, told: npt.NDArray[np.int64], replayed: int, least: int) -> npt.NDArray[np.int64]:
    """Return the leaves that are grown on."""
    count = int(leaves.max(initial=0)) + 1
    came = np.bincount(leaves[replayed:], minlength=count)
    return np.flatnonzero((came >= least) & (np.bincount(leaves[told], minlength=count) >= 2 * least))


def _followed_splits(step: Grown, news: News, split_on: Floats) -> tuple[tuple[Ints | None, ...], Ints]:
    """Return the ranks of the predictors' symbols and the thresholds of the tree, such that old symbols go as ever."""
    thresholds = step.tree.threshold.copy()
    all_ranks = list(step.ranks)
    inner = step.tree.left != np.arange(len(thresholds))
    for place, (predictor, ranks) in enumerate(zip(step.predictors, step.ranks, strict=True)):
        codec = news.codecs[predictor]
        if not codec.changed:
            continue
        old = codec.like
        if ranks is not None:
            old = _ranks_of_all(ranks, codec, news.together[predictor], split_on)
            order = np.lexsort((codec.share == 0, old))
            fresh = np.empty(len(old), dtype=np.int32)
            fresh[order] = np.arange(len(old), dtype=np.int32)
            all_ranks[place], old = fresh, old[order]
        own = inner & (step.tree.feature == place)
        thresholds[own] = np.searchsorted(old, thresholds[own], side="right") - 1
    return tuple(all_ranks), thresholds


def _ranks_of_all(ranks: Ints, codec: Followed, symbols: Ints, split_on: Floats) -> Ints:
    """Return the old rank of each symbol; that of a new level is the rank of the old one it is most like."""
    found = ranks[codec.like]
    held = np.bincount(symbols, minlength=len(found)) > 0
    known = np.flatnonzero(held & (codec.share > 0))
    along = leading_order(symbols, len(found), split_on)
    for level in np.flatnonzero(held & (codec.share == 0)).tolist() if len(known) else []:
        found[level] = found[known[np.abs(along[known] - along[level]).argmin()]]
    return found


def _grown_on(
    nodes: Nodes, leaves: Ints, crowded: npt.NDArray[np.int64], features: Ints, split_on: Floats, least: int,
    rng: np.random.Generator,
) -> Nodes:  # fmt: skip
    """Return the nodes with a tree of its rows in the place of each crowded leaf."""
    seed = int(rng.integers(2**31))
    order = np.argsort(leaves, kind="stable")
    starts, ends = (np.searchsorted(leaves[order], crowded, side=side) for side in ("left", "right"))
    parts, count = [[part.copy()] for part in nodes], len(nodes[0])
    for leaf, start, end in zip(crowded.tolist(), starts.tolist(), ends.tolist(), strict=True):
        rows = order[start:end]
        feature, threshold, left, right = grown_nodes(features[:, rows], split_on[rows], min_leaf=least, seed=seed)
        size = len(feature)
        place = np.append(leaf, np.arange(count, count + size - 1)).astype(np.int32)  # the root is where the leaf was
        for found, part in zip(parts, (feature, threshold, place[left], place[right]), strict=True):
            found[0][leaf] = part[0]
            found.append(part[1:])
        count += size - 1
    return tuple(np.concatenate(found) for found in parts)  # type: ignore[return-value]


def _deal(
    old: npt.NDArray[np.int64], start: npt.NDArray[np.int64], before: Ints, after: Ints,
    replayed: npt.NDArray[np.bool_], crowded: npt.NDArray[np.int64], rng: np.random.Generator,
) -> None:  # fmt: skip
    """Give the old donors of crowded leaves leaves below, in a random order, as often as replayed rows go there.

    Where no such row came to the leaf, new ones say it.
    """
    order = np.lexsort((after, ~replayed, before))
    before, after, replayed = before[order], after[order], replayed[order]
    for leaf in crowded.tolist():
        rows = slice(*np.searchsorted(before, [leaf, leaf + 1]))
        below = after[rows][replayed[rows]] if replayed[rows].any() else after[rows]
        own = old[start[leaf] : start[leaf + 1]]
        places = (np.arange(len(own)) + rng.random()) / max(len(own), 1) * len(below)
        own[:] = rng.permutation(below[places.astype(np.int64)])


def _thinned(
    leaves: npt.NDArray[np.int64], donors: Ints, came: npt.NDArray[np.int64], keep: float, least: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return which old donors stay: a share `keep` of each leaf's, and as many as it needs to have `least`.

    They are picked evenly among the leaf's donors in the order of their symbols, so that its shares stay as they are.
    """
    order = np.argsort(leaves * 65_536 + donors, kind="stable")
    have = np.bincount(leaves, minlength=len(came))
    wanted = np.maximum(np.round(keep * have), np.minimum(have, least - came)).clip(0).astype(np.int64)
    first = np.append(0, np.cumsum(have))[:-1]
    leaf = np.repeat(np.arange(len(came)), wanted)
    place = np.arange(len(leaf)) - np.repeat(np.append(0, np.cumsum(wanted))[:-1], wanted)
    picked = (place + rng.random(len(came))[leaf]) * have[leaf] / wanted[leaf]
    kept: npt.NDArray[np.int64] = order[first[leaf] + np.minimum(picked.astype(np.int64), have[leaf] - 1)]
    return kept
