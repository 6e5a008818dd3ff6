"""The worst subgroup: is every group of 50 rows or more as true to the real one as the whole?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.groups import LARGE, Group, column_groups, subgroups
from likewise.evaluation.fairness.surprise import surprises
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict
from likewise.evaluation.utility.split import train_and_test

ROWS, GROUPED = 10_000, 200_000
"""Rows a side that are compared, and real ones among which groups are looked for."""
SINGLE = 120
PAIRS = 600
MODELLED = 20
FEWEST_HERE = 20
"""Synthetic and held rows of a group below which it is not tested."""
FAIR, POOR = 0.08, 0.2
"""How far a share, or the rank of the surprise, must lie off within a group for the verdict."""
SMALL_SHARE = 0.02
"""A group of a smaller share of the rows than this makes the verdict fair at worst."""


@dataclass(frozen=True, eq=False)
class Scan:
    """Hold what was found in each group, in the order of `groups`.

    `errors` are mean total variations of single columns within the group, synthetic against held rows; `floors` those
    of as many real rows (the training ones); `effects` the farthest that was found (a share that is off, or twice the
    shift of the surprise's mean rank), `sure` what of it is beyond doubt, and `chances` that of the group, corrected
    for all tests of all groups. `sizes` are the group's rows among the held ones. `left_out` groups were met and not
    tried.
    """

    groups: tuple[Group, ...]
    errors: Floats
    floors: Floats
    effects: Floats
    sure: Floats
    chances: Floats
    sizes: npt.NDArray[np.int64]
    real_rows: int
    tests: int
    left_out: int
    trouble: str = ""

    @property
    def worst(self) -> int:
        """The place of the group that is farthest off beyond doubt, else of the least likely one."""
        return int(np.argmax(self.sure)) if (self.chances < ALARM).any() else int(np.argmin(self.chances))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Hold what is tested in a group: features that hold or not, with their columns, and surprises, of two sides."""

    features: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
    owners: npt.NDArray[np.int64]
    surprise: tuple[Floats, Floats]

    def take(self, made: npt.NDArray[np.int64], held: npt.NDArray[np.int64]) -> Evidence:
        """Return the evidence of some rows of each side."""
        features = self.features[0][made], self.features[1][held]
        return Evidence(features, self.owners, (self.surprise[0][made], self.surprise[1][held]))


@dataclass(frozen=True, eq=False)
class Gathered:
    """Hold the groups with all that is tested in them; `real` are the rows that models and groups were made from."""

    columns: tuple[Compared, ...]
    groups: tuple[Group, ...]
    left_out: int
    real: Part
    made: Part
    held: Part
    evidence: Evidence


def gather(paired: Paired, first: Sequence[str], *, seed: int) -> Gathered | None:
    """Return groups and evidence of at most 10,000 rows a side; None where no group or too few rows are there."""
    real, held, _ = train_and_test(paired, seed)
    real = real.sample(GROUPED, seed, "scan", "grouped")
    places = [i for i, c in enumerate(paired.columns) if c.name in first]
    groups, left_out = subgroups(paired, real, places, seed, most_single=SINGLE, most_pairs=PAIRS)
    made, held = paired.synthetic.sample(ROWS, seed, "scan", "made"), held.sample(ROWS, seed, "scan", "held")
    if not groups or min(made.rows, held.rows) < FEWEST:
        return None
    evidence = _evidence(paired, real, made, held, places, seed)
    return Gathered(paired.columns, tuple(groups), left_out, real, made, held, evidence)


def scan_subgroups(gathered: Gathered | None, *, seed: int) -> Scan:
    """Compare synthetic with held rows within every group of 50 real rows or more, to depth two.

    Groups are levels, quarters of numbers and absences of one column or of two; those of the columns that come first
    come first, at most 120 of one column and 600 of two. In each, every level and quarter is counted (exact test), and
    every cell's surprise to models of the real rows is compared, so that broken ties between columns are found where
    no single column is off. Chances are corrected for all tests made (Bonferroni); a third of the allowance
    goes to counts, to surprises and to the surprise of the whole row each, and half of each to groups of one column.

    Use always: averages hide a broken minority. Avoid reading it for groups that were left out.
    """
    if gathered is None:
        return _nothing(f"No group has {LARGE} real rows or more, or there are too few synthetic or held ones.")
    groups, evidence, held, real = gathered.groups, gathered.evidence, gathered.held, gathered.real
    found = judge_groups(groups, evidence, gathered.made, held)
    beside = real.sample(gathered.made.rows, seed, "scan", "real")
    shares = _features(gathered.columns, real, beside)[0]
    floors = _variation(_members(groups, beside), shares, _members(groups, held), evidence.features[1], evidence.owners)
    kept = np.flatnonzero(found.sizes >= FEWEST_HERE)
    if not len(kept):
        return _nothing(f"No group has {FEWEST_HERE} synthetic and held rows or more.")
    return Scan(
        tuple(groups[k] for k in kept), found.errors[kept], floors[kept], found.effects[kept], found.sure[kept],
        found.chances[kept], found.sizes[kept], real.rows, found.tests, gathered.left_out,
    )  # fmt: skip


def _nothing(trouble: str) -> Scan:
    none = np.empty(0)
    return Scan((), none, none, none, none, none, none.astype(np.int64), 0, 0, 0, trouble)


def _evidence(paired: Paired, real: Part, made: Part, held: Part, first: Sequence[int], seed: int) -> Evidence:
    """Return what is tested; at most 20 columns are modelled for their surprise."""
    (left, owners), (right, _) = (_features(paired.columns, real, p) for p in (made, held))
    rest = [i for i in range(len(paired.columns)) if i not in first]
    drawn = generator(seed, "scan", "modelled").permutation(rest).astype(int).tolist()
    modelled = [*first, *drawn][:MODELLED] if len(paired.columns) > 1 else []
    one, two = surprises(paired.columns, real, [made, held], modelled, seed)
    return Evidence((left, right), owners, (one, two))


def _features(
    columns: Sequence[Compared], real: Part, part: Part
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Return which levels and quarters hold in each row, and the column of each."""
    conditions = [g.conditions[0] for place in range(len(columns)) for g in column_groups(columns, place, real)]
    held = [c.holds(part) for c in conditions]
    table = np.column_stack(held) if held else np.empty((part.rows, 0), dtype=bool)
    return table, np.array([c.place for c in conditions], dtype=np.int64)


def _members(groups: Sequence[Group], part: Part) -> npt.NDArray[np.float32]:
    return np.array([g.holds(part) for g in groups], dtype=np.float32).reshape(len(groups), part.rows)


def _variation(
    first: npt.NDArray[np.float32], left: npt.NDArray[np.bool_], second: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_], owners: npt.NDArray[np.int64],
) -> Floats:  # fmt: skip
    """Return the mean over columns of the total variation within each group."""
    shares = [
        m @ f.astype(np.float32) / np.maximum(m.sum(axis=1), 1)[:, None] for m, f in ((first, left), (second, right))
    ]
    gaps = shares[0] - shares[1]
    places = np.unique(owners)
    if not len(places):
        return np.zeros(len(first))
    # What no listed level holds is one more level.
    each = [np.abs(gaps[:, owners == p]).sum(axis=1) + np.abs(gaps[:, owners == p].sum(axis=1)) for p in places]
    return np.asarray(np.mean(each, axis=0) / 2, dtype=np.float64)


def judge_groups(groups: Sequence[Group], evidence: Evidence, made: Part, held: Part) -> Scan:
    """Return the scan of the groups, without floors."""
    members = _members(groups, made), _members(groups, held)
    sizes = [m.sum(axis=1).astype(np.int64) for m in members]
    tried = np.minimum(*sizes) >= FEWEST_HERE
    single = np.array([len(g.conditions) == 1 for g in groups])
    counted, off = _count_chances(members, sizes, evidence.features)
    ranked, shift = _surprise_chances(members, sizes, evidence.surprise)
    chances, effects, sure = np.ones(len(groups)), np.zeros(len(groups)), np.zeros(len(groups))
    kinds = (counted, off), (ranked[:, :-1], shift[:, :-1]), (ranked[:, -1:], shift[:, -1:])
    for p, effect in kinds:
        if not p.shape[1]:
            continue
        # A sixth of the allowance for each of three kinds of test in groups of each depth.
        tests = np.where(single, (tried & single).sum(), (tried & ~single).sum()) * p.shape[1] * 6.0
        corrected = np.where(tried[:, None], np.minimum(1.0, p * tests[:, None]), 1.0)
        chances = np.minimum(chances, corrected.min(axis=1))
        beyond = _beyond_doubt(effect, p, ALARM / np.maximum(tests, 1)[:, None])
        best = np.argmax(np.where(corrected < ALARM, beyond, -1.0), axis=1)[:, None]
        known = np.take_along_axis(corrected, best, axis=1)[:, 0] < ALARM
        better = known & (np.take_along_axis(beyond, best, axis=1)[:, 0] > sure)
        sure = np.where(better, np.take_along_axis(beyond, best, axis=1)[:, 0], sure)
        effects = np.where(better, np.take_along_axis(effect, best, axis=1)[:, 0], effects)
    errors = _variation(members[0], evidence.features[0], members[1], evidence.features[1], evidence.owners)
    tests_made = int(tried.sum()) * (counted.shape[1] + ranked.shape[1])
    usable = np.where(tried, sizes[1], 0)
    return Scan(tuple(groups), errors, np.zeros(len(groups)), effects, sure, chances, usable, 0, tests_made, 0)


def _beyond_doubt(effect: Floats, chance: Floats, allowed: Floats) -> Floats:
    """Return the part of each effect that is left when as many standard errors as the allowance takes are taken off."""
    from scipy.stats import norm

    errors = np.maximum(norm.isf(np.maximum(chance, 1e-300)), 1e-3)
    return np.asarray(effect * np.maximum(0.0, 1 - norm.isf(allowed) / errors))


def _count_chances(
    members: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], sizes: Sequence[npt.NDArray[np.int64]],
    features: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the two-sided exact chance of each count in each group (Fisher, 1935), and how far its share is off."""
    from scipy.stats import hypergeom

    first, second = (np.rint(m @ f.astype(np.float32)).astype(np.int64) for m, f in zip(members, features))
    one, two = sizes[0][:, None], sizes[1][:, None]
    above = hypergeom.sf(first - 1, one + two, first + second, one)
    below = hypergeom.cdf(first, one + two, first + second, one)
    return np.minimum(1.0, 2 * np.minimum(above, below)), np.abs(
        first / np.maximum(one, 1) - second / np.maximum(two, 1)
    )


def _surprise_chances(
    members: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], sizes: Sequence[npt.NDArray[np.int64]],
    surprise: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the one-sided chance that cells of each group surprise so much, and twice the shift of the mean rank.

    Ranks are bounded, so that the normal tail is on the safe side from twenty rows on.
    """
    from scipy.stats import norm

    one, two = (np.maximum(s, 1)[:, None].astype(np.float64) for s in sizes)
    sums = [m @ s.astype(np.float32) for m, s in zip(members, surprise)]
    squares = [m @ (s**2).astype(np.float32) for m, s in zip(members, surprise)]
    shift = (sums[0] / one - sums[1] / two).astype(np.float64)
    mean = (sums[0] + sums[1]) / (one + two)
    spread = np.maximum((squares[0] + squares[1]) / (one + two) - mean**2, 1e-6)
    return np.asarray(norm.sf(shift / np.sqrt(spread * (1 / one + 1 / two)))), np.clip(2 * shift, 0.0, 1.0)


def subgroup_score(found: Scan) -> Score:
    """Say which group is worst, and how far off it is."""
    if found.trouble:
        return Score(name="worst_subgroup", title="Worst subgroup", family="fairness", value=None, unit="%", ideal=0.0,
                     n=0, of="groups", verdict="unknown", meaning=found.trouble)  # fmt: skip
    worst = found.worst
    group, chance, effect = found.groups[worst], float(found.chances[worst]), float(found.effects[worst])
    value, floor = 100 * float(found.errors[worst]), 100 * float(found.floors[worst])
    small = group.rows < SMALL_SHARE * found.real_rows
    verdict: Verdict = "good"
    if chance < ALARM and effect >= FAIR:
        verdict = "fair" if small or effect < POOR else "poor"
    count = int((found.chances < ALARM).sum())
    more = (
        f"{count} of {len(found.groups)} groups are off by more than chance"
        if count
        else "No group is off by more than chance"
    )
    least = _detectable(int(found.sizes[worst]), found.tests)
    left = f" {found.left_out} more groups were not tried." if found.left_out else ""
    off = f", and within it shares or ties between columns are off by up to {effect:.2f}" if chance < ALARM else ""
    return Score(
        name="worst_subgroup", title="Worst subgroup", family="fairness", value=value, unit="%", ideal=0.0, floor=floor,
        chance=chance, n=len(found.groups), of="groups", verdict=verdict,
        meaning=f"{more}. The worst is {group.named}: its columns differ from fresh real rows by {value:.1f} % on "
        f"average, where rows that were trained on differ by {floor:.1f} %{off}. In a group of its size a share must "
        f"be off by {least:.2f} to be found.{left}",
    )  # fmt: skip


def _detectable(rows: int, tests: int) -> float:
    """Return the error of a share of a half that would be found 95 times of 100 in a group of so many rows."""
    from scipy.stats import norm

    error = np.sqrt(0.5 / max(rows, 1))
    return float(min(1.0, (norm.isf(ALARM / (4 * max(tests, 1))) + norm.isf(0.05)) * error))
