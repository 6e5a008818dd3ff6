"""Faults of single columns: many exact tests, held together so that one score errs as seldom as one test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import ALARM, Score, Verdict

Floats = npt.NDArray[np.float64]

POOR = 3.0
"""Size, in units of what begins to matter, from which a fault is poor."""
BLIND = 0.1
"""Share of rows that a fault may change unseen; with more, the verdict is unknown."""
FEWEST_ROWS = 10
"""Rows of both sides together that must hold a value before how many do is tested."""
MOST_VALUES = 1_000
CHANGED, LOST = 0.03, 0.01
"""Share of rows from which a common value that changed matters, and one that is half gone or twice as common."""


@dataclass(frozen=True)
class Test:
    """Hold one test of one column: `said` names the fault, `chance` is that of it among fresh rows.

    `size` is how large the fault is, in units of what begins to matter for its kind.
    """

    column: str
    said: str
    size: float
    chance: float


@dataclass(frozen=True)
class Findings:
    """Hold the faults found among all tests of a metric, the gravest first.

    `chance` is that of the least likely of `tests` tests of fresh rows (Holm, 1979: so are those that were found).
    """

    faults: tuple[Test, ...]
    chance: float
    tests: int
    columns: int

    @property
    def named(self) -> tuple[str, ...]:
        """The columns with a fault, the gravest first."""
        return tuple(dict.fromkeys(t.column for t in self.faults))


def sift(tests: Sequence[Test], columns: int) -> Findings:
    """Return the tests that fresh rows would fail once in a thousand reports only, and whose fault is large enough."""
    ordered = sorted(tests, key=lambda t: t.chance)
    kept = []
    for place, test in enumerate(ordered):
        if test.chance * (len(ordered) - place) >= ALARM:
            break
        kept.append(test)
    faults = tuple(sorted((t for t in kept if t.size >= 1), key=lambda t: -t.size))
    chance = min(1.0, len(ordered) * ordered[0].chance) if ordered else 1.0
    return Findings(faults, chance, len(ordered), columns)


def split_chances(
    found: npt.NDArray[Any], both: npt.NDArray[Any], of: int, beside_of: int, *, sided: int = 2
) -> Floats:  # fmt: skip
    """Return the chance of each `found` among `of` synthetic rows, where `both` sides together hold so many hits.

    One-sided for as many or more, two-sided for as far to either side (Fisher, 1935). Hits that are rare among all rows
    count as binomial, which errs on the side of no alarm.
    """
    from scipy.stats import binom, hypergeom

    found, both = np.asarray(found, dtype=np.int64), np.asarray(both, dtype=np.int64)
    chances = np.ones(len(found))
    rare = both <= (of + beside_of) / 50
    share = of / (of + beside_of)
    for where, law in ((rare, binom(both[rare], share)), (~rare, hypergeom(of + beside_of, both[~rare], of))):
        above = law.sf(found[where] - 1)
        chances[where] = above if sided == 1 else np.minimum(1.0, 2 * np.minimum(above, law.cdf(found[where])))
    return chances


def common_values(
    name: str, what: str, found: npt.NDArray[Any], held: npt.NDArray[Any], n: int, m: int
) -> list[Test]:  # fmt: skip
    """Return the likeliest fault of either way among values that too many or too few rows of a column hold.

    `found` and `held` are how many of `n` synthetic and `m` real rows have each value; `what` calls a value (`value`,
    `level`). Exact tests of the values that most rows of both sides hold (up to 1,000), corrected for their number.
    """
    total = found + held
    common = np.argsort(-total, kind="stable")[:MOST_VALUES]
    common = common[total[common] >= FEWEST_ROWS]
    if not n or not m or not len(common):
        return []
    a, b = found[common] / n, held[common] / m
    chances = np.minimum(1.0, split_chances(found[common], total[common], n, m) * len(common))
    relative = np.abs(a - b) / np.maximum(a, b)
    sizes = np.abs(a - b) / np.where(relative >= 0.5, LOST, CHANGED)
    tests = []
    for which, said in ((a > b, f"too many rows hold one {what}"), (a < b, f"a common {what} is too rare or gone")):
        real_faults = which & (sizes >= 1)
        if which.any():
            # The likeliest fault of those that matter; where none does, the test only counts as one that was made.
            among = np.flatnonzero(real_faults if real_faults.any() else which)
            at = among[np.argmin(chances[among])]
            tests.append(Test(name, f"{said} ({100 * a[at]:.1f} % of rows, real {100 * b[at]:.1f} %)",
                              float(sizes[at]), float(chances[at])))  # fmt: skip
    return tests


def differing_counts(mine: npt.NDArray[Any], others: npt.NDArray[Any]) -> tuple[float, float]:
    """Return how far two lists of counts differ and the chance of it; rare cells are put together first.

    The difference is their total variation less what fresh rows would have by chance. Chi-squared test of homogeneity
    (Pearson, 1911).

    >>> differing_counts(np.array([500, 500]), np.array([500, 500])), differing_counts(np.array([9, 1]), np.zeros(2))
    ((0.0, 1.0), (0.0, 1.0))
    """
    from scipy.stats import chi2

    n, m = int(mine.sum()), int(others.sum())
    if not n or not m:
        return 0.0, 1.0
    rare = (mine + others) * min(n, m) < 8 * (n + m)
    p = np.append(mine[~rare], mine[rare].sum()).astype(np.float64)
    q = np.append(others[~rare], others[rare].sum()).astype(np.float64)
    total = p + q
    p, q, total = p[total > 0], q[total > 0], total[total > 0]
    if len(total) < 2:
        return 0.0, 1.0
    gap = (np.sqrt(m / n) * p - np.sqrt(n / m) * q) ** 2 / total
    overall = total / (n + m)
    usual = np.sqrt(2 / np.pi * overall * (1 - overall) * (1 / n + 1 / m))
    excess = float((np.abs(p / n - q / m) - usual).sum() / 2)
    return max(0.0, excess), float(chi2.sf(gap.sum(), len(total) - 1))


def smallest_share(sides: Sides, tests: int) -> float:
    """Return the smallest share of synthetic rows that a fault must change to be found: rows that no real one is like.

    A test of so many has to reach the alarm divided by their number.
    """
    n = sides.synthetic.rows
    if not n or not sides.real.rows:
        return 1.0
    return float(min(1.0, np.log(ALARM / max(1, tests)) / np.log(n / (n + sides.real.rows)) / n))


def findings_score(name: str, title: str, what: str, found: Findings | None, sides: Sides) -> Score:
    """Say in how many columns a metric found faults, and which; `what` ends the sentence "Nothing is wrong in"."""
    shared: dict[str, Any] = {"name": name, "title": title, "family": "fidelity", "unit": "%", "ideal": 0.0}
    if found is None or not found.columns or not sides.enough:
        why = f"There are too few rows or no columns to compare {what}."
        return Score(value=None, n=0, verdict="unknown", meaning=why, **shared)
    least = smallest_share(sides, found.tests)
    verdict = _verdict(found, least)
    if not found.faults:
        blind = (
            f" Underpowered: a fault in less than {100 * least:.0f} % of the rows would not be seen."
            if verdict == "unknown"
            else f" A fault of that kind would be found from {100 * least:.2g} % of the rows of a column on."
        )
        meaning = f"Nothing wrong was found in {what} ({found.columns:,} columns).{blind}{sides.beside}"
    else:
        listed = "; ".join(f"`{t.column}`: {t.said}" for t in found.faults[:5])
        more = f" and {len(found.faults) - 5:,} more" if len(found.faults) > 5 else ""
        meaning = (
            f"{len(found.named):,} of {found.columns:,} columns are wrong in {what}, as fresh real rows are not. "
            f"Gravest first: {listed}{more}.{sides.beside}"
        )
    return Score(value=100 * len(found.named) / found.columns, floor=0.0, chance=found.chance, n=found.columns,
                 of="columns", verdict=verdict, meaning=meaning, **shared)  # fmt: skip


def _verdict(found: Findings, least: float) -> Verdict:
    if not found.faults:
        return "unknown" if least > BLIND else "good"
    return "poor" if found.faults[0].size >= POOR else "fair"
