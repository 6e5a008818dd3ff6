"""Which columns tell most of another, and how a tree takes them in: levels by rank, and what leaves keep alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.techniques.autoregressive.trees import GINI_LEVELS, leading_order, outputs_of

Ints = npt.NDArray[np.int32]


def most_telling(candidates: Ints, target: Ints, most: int) -> list[int]:
    """Return the positions of the `most` columns that share most information with the target, in column order."""
    if len(candidates) <= most:
        return list(range(len(candidates)))
    binned = _sixteenths(target)
    told = [_mutual_information(_sixteenths(candidate), binned) for candidate in candidates]
    return sorted(np.argsort(np.negative(told), kind="stable")[:most].tolist())


def ranked(
    symbols: Ints, chosen: list[int], codecs: Sequence[Codec], split_on: npt.NDArray[np.float64]
) -> tuple[Ints, tuple[Ints | None, ...]]:
    """Return the chosen columns, levels by the rank that serves `split_on` best, and these ranks (None for numbers)."""
    features, all_ranks = symbols[chosen], list[Ints | None]()
    for place, predictor in enumerate(chosen):
        ranks = None
        if isinstance(codecs[predictor], LevelsCodec):
            ranks = leading_order(symbols[predictor], codecs[predictor].symbols + 1, split_on)
            features[place] = ranks[symbols[predictor]]
        all_ranks.append(ranks)
    return features, tuple(all_ranks)


def most_levels(codecs: Sequence[Codec], columns: Sequence[int]) -> int:
    """Return how many levels that column has which has most; none where all are numbers."""
    return max((len(c.levels) for c in (codecs[n] for n in columns) if isinstance(c, LevelsCodec)), default=0)


def outputs_for(own: Ints, count: int, features: Ints, *, is_number: bool) -> npt.NDArray[np.float64]:
    """Return what the tree of a column keeps alike within leaves: its distribution, or its order where it is wide."""
    if not len(features):
        return np.zeros((len(own), 1))  # there is nothing to split by: one leaf holds all
    if is_number or count <= GINI_LEVELS:
        return outputs_of(own, count, ordered=is_number)
    return outputs_of(ranks_of(own, count, features)[own], count, ordered=True)


def ranks_of(own: Ints, count: int, features: Ints) -> Ints:
    """Return the rank of each of `count` levels, such that those that go with the same other columns lie together."""
    return leading_order(own, count, np.stack([_sixteenths(column) / 16 for column in features], axis=1))


def _sixteenths(symbols: Ints) -> Ints:
    """Return symbols cut into at most sixteen bins of about equal mass."""
    ranks = np.cumsum(np.bincount(symbols)) - 1
    return (ranks[symbols] * 16 // len(symbols)).astype(np.int32)


def _mutual_information(a: Ints, b: Ints) -> float:
    joint = np.bincount(a * 16 + b, minlength=256).reshape(16, 16) / len(a)
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    return float((joint[seen] * np.log(joint[seen] / expected[seen])).sum())
