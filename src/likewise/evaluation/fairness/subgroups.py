"""The worst subgroup: is every group of 50 rows or more as true to the real one as the whole?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.groups import LARGE, Group, Mask, subgroups
from likewise.evaluation.fairness.scan import FEWEST as FEWEST_HERE
from likewise.evaluation.fairness.scan import Findings, judge_groups
from likewise.evaluation.fairness.stack import Stack, stack_rows
from likewise.evaluation.pairing import Compared, Paired
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict
from likewise.evaluation.utility.split import train_and_test

ROWS, GROUPED = 10_000, 200_000
"""Rows a side that are compared, and real ones among which groups are looked for."""
SINGLE = 120
PAIRS = 600
FAIR, POOR = 0.08, 0.2
"""How far a share must lie off within a group for the verdict, or half as many standard deviations a mean."""
SMALL_SHARE = 0.02
"""A group of a smaller share of the rows than this makes the verdict fair at worst."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """Hold the groups and the rows they are looked for in, the synthetic, the held and the training ones.

    `first` are the places of the columns that come first, `declared` those of the sensitive ones among them.
    """

    columns: tuple[Compared, ...]
    groups: tuple[Group, ...]
    declared: tuple[int, ...]
    first: tuple[int, ...]
    left_out: int
    stack: Stack
    held: Mask
    real_rows: int


@dataclass(frozen=True, eq=False)
class Scan:
    """Hold what was found in each group, in the order of `groups`.

    `errors` are mean total variations of single columns within the group in percent, synthetic against held rows;
    `floors` those of training rows. `asked` are the groups that must be judged if any verdict is to stand: those of
    sensitive columns, else those of the target, else those of any one column. `left_out` groups were met and not tried.
    """

    groups: tuple[Group, ...]
    errors: Floats
    floors: Floats
    found: Findings
    asked: Mask
    real_rows: int
    left_out: int
    trouble: str = ""

    @property
    def worst(self) -> int:
        """The place of the group that is farthest off beyond doubt, else of the least likely one."""
        found = self.found
        return int(np.argmax(found.sure)) if (found.chances < ALARM).any() else int(np.argmin(found.chances))


def gather(paired: Paired, declared: Sequence[int], target: str | None, *, seed: int) -> Gathered | None:
    """Return groups and at most 10,000 rows of each table; None where no group or too few rows are there.

    `declared` are the places of sensitive columns, whose groups come first, with those of the target.
    Rows held back and rows learned from both stand for fresh ones: rows that are as fresh are as these alike.
    """
    real, held, _ = train_and_test(paired, seed)
    first = [i for i, c in enumerate(paired.columns) if i in declared or c.name == target]
    grouped = real.sample(GROUPED, seed, "scan", "grouped")
    groups, left_out = subgroups(paired, grouped, first, seed, most_single=SINGLE, most_pairs=PAIRS)
    made, held, beside = (
        p.sample(ROWS, seed, "scan", name) for p, name in ((paired.synthetic, "made"), (held, "held"), (real, "real"))
    )
    if not groups or min(made.rows, held.rows) < FEWEST:
        return None
    stack = stack_rows(paired.columns, made, [held, beside])
    rows = np.arange(stack.part.rows)
    which = (rows >= made.rows) & (rows < made.rows + held.rows)
    return Gathered(
        paired.columns, tuple(groups), tuple(declared), tuple(first), left_out, stack, which, grouped.rows
    )  # fmt: skip


def scan_subgroups(gathered: Gathered | None, *, seed: int) -> Scan:
    """Compare synthetic with real rows within every group of 50 real rows or more, to depth two.

    Groups are levels, quarters of numbers and absences of one column or of two; those of the columns that come first
    come first, at most 120 of one column and 600 of two. In each, every level and quarter is counted, and rows are
    compared in how they fit the ties between the group's columns, so that broken ties are found where no single column
    is off, and in what sets the group apart from others, so that rows drawn as if of another group are found.

    Use always: averages hide a broken minority. Avoid reading it for groups that were left out.
    """
    if gathered is None:
        return _nothing(f"No group has {LARGE} real rows or more, or there are too few synthetic or held ones.")
    groups, stack = gathered.groups, gathered.stack
    found = judge_groups(groups, stack, gathered.first, seed=seed)
    if not found.tried.any():
        return _nothing(f"No group has {FEWEST_HERE} synthetic and real rows or more.")
    members = stack.members(groups)
    made, held, seen = (members & m for m in (stack.made, gathered.held, ~stack.made & ~gathered.held))
    errors, floors = (100 * _variation(m, held, stack.counted, stack.counted_of) for m in (made, seen))
    return Scan(groups, errors, floors, found, _asked(gathered), gathered.real_rows, gathered.left_out)


def _asked(gathered: Gathered) -> Mask:
    of_one = np.array([len(g.conditions) == 1 for g in gathered.groups])
    places = np.array([g.conditions[0].place for g in gathered.groups])
    choices = (of_one & np.isin(places, wanted) for wanted in (gathered.declared, gathered.first))
    return next((mask for mask in choices if mask.any()), of_one)


def _nothing(trouble: str) -> Scan:
    none, no = np.empty(0), np.empty(0, dtype=bool)
    sizes = none.astype(np.int64), none.astype(np.int64)
    return Scan((), none, none, Findings(none, none, none, sizes, no, none, none), no, 0, 0, trouble)


def _variation(first: Mask, second: Mask, counted: Mask, counted_of: npt.NDArray[np.int64]) -> Floats:
    """Return the mean over columns of the total variation within each group."""
    held = counted.astype(np.float32)
    shares = [m.astype(np.float32) @ held / np.maximum(m.sum(axis=1), 1)[:, None] for m in (first, second)]
    gaps = shares[0] - shares[1]
    places = np.unique(counted_of)
    if not len(places):
        return np.zeros(len(first))
    # What no listed level holds is one more level.
    each = [np.abs(gaps[:, counted_of == p]).sum(axis=1) + np.abs(gaps[:, counted_of == p].sum(axis=1)) for p in places]
    return np.asarray(np.mean(each, axis=0) / 2, dtype=np.float64)


def subgroup_score(scan: Scan) -> Score:
    """Say which group is worst, and how far off it is.

    Unknown where nothing is found and no group that had to be judged is large enough: neither a poor share nor the loss
    of all ties would be found in it.
    """
    if scan.trouble:
        return Score(name="worst_subgroup", title="Worst subgroup", family="fairness", value=None, unit="%", ideal=0.0,
                     n=0, of="groups", verdict="unknown", meaning=scan.trouble)  # fmt: skip
    worst, found = scan.worst, scan.found
    group, chance, effect = scan.groups[worst], float(found.chances[worst]), float(found.effects[worst])
    small = group.rows < SMALL_SHARE * scan.real_rows
    verdict: Verdict = "good"
    if chance < ALARM and effect >= FAIR:
        verdict = "fair" if small or effect < POOR else "poor"
    blind = (~found.tried | ((found.shift > POOR) & (found.broken > 1)))[scan.asked]
    if verdict == "good" and blind.all():
        verdict = "unknown"
    count = int((found.chances < ALARM).sum())
    more = (
        f"{count} of {len(scan.groups)} groups are off by more than chance"
        if count
        else "No group is off by more than chance"
    )
    off = f", and within it shares or ties between columns are off by up to {effect:.2f}" if chance < ALARM else ""
    return Score(
        name="worst_subgroup", title="Worst subgroup", family="fairness", value=float(scan.errors[worst]), unit="%",
        ideal=0.0, floor=float(scan.floors[worst]), chance=chance, n=len(scan.groups), of="groups", verdict=verdict,
        meaning=f"{more}. The worst is {group.named}: its columns differ from fresh real rows by "
        f"{scan.errors[worst]:.1f} % on average, where rows that were trained on differ by {scan.floors[worst]:.1f} %"
        f"{off}. {_found_at(float(found.shift[worst]), float(found.broken[worst]))}"
        f"{_too_small(int(blind.sum()), len(blind))}"
        + (f" {scan.left_out} more groups were not tried." if scan.left_out else ""),
    )  # fmt: skip


def _found_at(shift: float, broken: float) -> str:
    """Say how large a fault would be found 95 times of 100."""
    ties = (
        f"if {100 * broken:.0f} % of its rows had lost the ties between columns"
        if broken <= 1
        else "not even if all of its rows had lost the ties between columns"
    )
    return (
        f"In a group of its size a share must be off by {min(1.0, shift):.2f} to be found; it would be found broken "
        f"{ties}."
    )


def _too_small(blind: int, asked: int) -> str:
    if not blind:
        return ""
    if blind == asked:
        return f" All {asked} groups that matter most are too small to be found broken (underpowered)."
    return f" {blind} of the {asked} groups that matter most are too small to be found broken."
