"""Compare synthetic with real rows within every group: shares, ties between columns, and what sets the group apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.groups import Group, Mask
from likewise.evaluation.fairness.relabelling import mean_chances, spread_chances
from likewise.evaluation.fairness.stack import Stack
from likewise.evaluation.fairness.ties import fit_rows, standardised
from likewise.evaluation.score import ALARM
from likewise.evaluation.utility.contest import MISSED

FEWEST = 20
"""Synthetic and real rows of a group below which it is not tested."""
ALLOWANCE = (0.6, 0.2, 0.2)
"""What part of the allowance goes to groups of columns that come first, of any other column, and of two columns."""
KINDS = {"shares": 0.1, "column": 0.1, "ties": 0.3, "apart": 0.2, "means": 0.1, "products": 0.1, "largest": 0.1}
"""What part of that goes to which kind of test: most to those that add up all the evidence of a group."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Findings:
    """Hold what was found in each group, in their order.

    `chances` are corrected for all tests of all groups, `effects` the farthest difference that was found (of shares,
    or half of one in standard deviations), `sure` what of it is beyond doubt. `sizes` are the synthetic and the real
    rows, `tried` says that both are enough. `shift` is the difference of a share of a half, `broken` the share of rows
    without ties between columns, that would be found 95 times of 100; more than 1 where nothing would.
    """

    chances: Floats
    effects: Floats
    sure: Floats
    sizes: tuple[Ints, Ints]
    tried: Mask
    shift: Floats
    broken: Floats


@dataclass(frozen=True, eq=False)
class _Tests:
    """Hold chances and effects of the tests of one kind, a line a group, 1 and 0 where there was none."""

    chances: Floats
    effects: Floats


def judge_groups(groups: Sequence[Group], stack: Stack, first: Sequence[int], *, seed: int) -> Findings:
    """Return what is found in each group of at least 20 synthetic and 20 real rows.

    Chances are by relabelling within the group, so that they hold whatever the columns are like: exact for counts
    (Fisher, 1935), of exact moments for means. They are corrected for the number of tests (Bonferroni); half of the
    allowance is kept for groups of the columns in `first`, in which more is looked for.
    """
    from scipy.stats import norm
    from threadpoolctl import threadpool_limits

    members = stack.members(groups)
    made, real = members & stack.made, members & ~stack.made
    sizes = made.sum(axis=1), real.sum(axis=1)
    tried = np.minimum(*sizes) >= FEWEST
    tier = np.array([2 if len(g.conditions) > 1 else int(g.conditions[0].place not in first) for g in groups])
    many = np.maximum([int((tried & (tier == t)).sum()) for t in range(len(ALLOWANCE))], 1)
    shared = ALARM * (np.array(ALLOWANCE) / many)[tier]
    # Many small matrices: threads would wait for one another, and round otherwise.
    with threadpool_limits(limits=1, user_api="blas"):
        within, broken = _within(stack, members, tried, tier == 0, shared * KINDS["ties"], seed)
    kinds = [_counts(made, real, stack.counted), *within]
    allowed = [shared * part / max(1, k.chances.shape[1]) for k, part in zip(kinds, KINDS.values(), strict=True)]
    chances, effects, sure = np.ones(len(groups)), np.zeros(len(groups)), np.zeros(len(groups))
    for kind, limit in zip(kinds, allowed):
        corrected = np.minimum(1.0, kind.chances * (ALARM / limit)[:, None])
        chances = np.minimum(chances, corrected.min(axis=1, initial=1.0))
        beyond = np.where(corrected < ALARM, kind.effects * _beyond_doubt(kind.chances, limit[:, None]), 0.0)
        for k in range(beyond.shape[1]):
            better = beyond[:, k] > sure
            sure, effects = np.where(better, beyond[:, k], sure), np.where(better, kind.effects[:, k], effects)
    error = np.sqrt(1 / np.maximum(sizes[0], 1) + 1 / np.maximum(sizes[1], 1))
    shift = (norm.isf(allowed[0] / 2) + norm.isf(MISSED)) * error / 2
    return Findings(chances, effects, sure, sizes, tried, shift, broken)


def _beyond_doubt(chance: Floats, allowed: Floats) -> Floats:
    """Return what part of an effect is left when as many standard errors as the allowance takes are taken off."""
    from scipy.stats import norm

    return np.asarray(
        np.maximum(0.0, 1 - norm.isf(allowed / 2) / np.maximum(norm.isf(np.maximum(chance, 1e-300) / 2), 1e-3))
    )


def _counts(made: Mask, real: Mask, counted: Mask) -> _Tests:
    """Count every level and quarter within every group (two-sided exact test)."""
    from scipy.stats import hypergeom

    one, two = made.sum(axis=1)[:, None], real.sum(axis=1)[:, None]
    held = counted.astype(np.float32)
    first, second = (np.rint(m.astype(np.float32) @ held).astype(np.int64) for m in (made, real))
    whole = one + two, first + second, one
    chance = 2 * np.minimum(hypergeom.sf(first - 1, *whole), hypergeom.cdf(first, *whole))
    off = np.abs(first / np.maximum(one, 1) - second / np.maximum(two, 1))
    tried = np.minimum(one, two) >= FEWEST
    return _Tests(np.where(tried, np.minimum(1.0, chance), 1.0), np.where(tried, off, 0.0))


def _within(
    stack: Stack, members: Mask, tried: Mask, named: Mask, allowed: Floats, seed: int
) -> tuple[list[_Tests], Floats]:  # fmt: skip
    """Test ties of each column, all ties, what sets the group apart and, in named groups, whatever else differs.

    Returns as well which share of rows without ties would be found at the allowed chance.
    """
    columns = len(stack.part.arrays)
    chances, effects = np.ones((len(members), columns + 5)), np.zeros((len(members), columns + 5))
    broken = np.full(len(members), np.inf)
    every = standardised(stack.coded)
    for k in np.flatnonzero(tried & bool(len(stack.coded_of))):
        inside, made = members[k], stack.made[members[k]]
        features = standardised(stack.coded[inside])
        fit = fit_rows(features, stack.coded_of, -every[inside].mean(axis=0), columns, seed=seed)
        chances[k, : columns + 2], gaps = mean_chances(np.column_stack([fit.columns, fit.whole, fit.apart]), made)
        effects[k, : columns + 2] = np.abs(gaps) / 2
        broken[k] = _share_found(fit.whole[~made], fit.loose, int(made.sum()), float(allowed[k]))
        if named[k]:
            found = spread_chances(features, stack.coded_of, made, seed)
            chances[k, columns + 2 :] = found.means, found.products, found.largest
            effects[k, columns + 2 :] = found.mean / 2, found.product / 2, found.product / 2
    cuts = [columns, *(columns + i for i in range(1, 5))]
    return [_Tests(c, e) for c, e in zip(np.split(chances, cuts, axis=1), np.split(effects, cuts, axis=1))], broken


def _share_found(real: Floats, loose: Floats, size: int, allowed: float) -> float:
    """Return from which share of rows without ties, among `size` synthetic ones, they are found 95 times of 100."""
    from scipy.stats import norm

    shares = np.arange(1, 101) / 100
    gap, of = float(real.mean() - loose.mean()), len(real)
    mine = (1 - shares) * real.var() + shares * loose.var() + shares * (1 - shares) * gap**2
    both = (size * mine + of * real.var()) / (size + of) + size * of * (shares * gap / (size + of)) ** 2
    needed = norm.isf(allowed / 2) * np.sqrt(both * (1 / size + 1 / of))
    needed += norm.isf(MISSED) * np.sqrt(mine / size + real.var() / of)
    found = (shares * gap > needed).nonzero()[0]
    return float(shares[found[0]]) if len(found) else float("inf")
