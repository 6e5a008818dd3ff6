"""Spikes of numbers: single values such as 0, -1 or 999 that many rows hold, lost or invented."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.findings import Findings, Test, findings_score, sift, split_chances
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import Score

FEWEST_ROWS = 10
"""Rows of both sides together that must hold a value before it is tested."""
MOST_VALUES = 1_000
CHANGED, LOST = 0.03, 0.01
"""Share of rows from which a spike that changed matters, and one that is half gone or twice as high."""


def atoms(sides: Sides) -> Findings | None:
    """Return in which columns single values are held by far too many or too few synthetic rows.

    Exact tests of the values that most rows of both sides hold (up to 1,000 a column), corrected for their number.
    None without rows or numbers.

    Use when: special codes, zeros or clipped ends carry meaning.
    """
    if not sides.enough:
        return None
    tests: list[Test] = []
    columns = 0
    for column, synthetic, real in zip(sides.columns, sides.synthetic.arrays, sides.real.arrays, strict=True):
        if column.numeric:
            columns += 1
            tests += _spikes(column.name, synthetic[~np.isnan(synthetic)], real[~np.isnan(real)])
    return sift(tests, columns) if columns else None


def atoms_score(found: Findings | None, sides: Sides) -> Score:
    """Say what was found, the gravest first."""
    return findings_score("atoms", "Spikes", "single values that many rows hold", found, sides)


def _spikes(name: str, mine: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> list[Test]:
    """Return the likeliest invented and the likeliest lost spike of a column."""
    n, m = len(mine), len(others)
    if not n or not m:
        return []
    _, place = np.unique(np.concatenate([mine, others]), return_inverse=True)
    total = np.bincount(place)
    common = np.argsort(-total, kind="stable")[:MOST_VALUES]
    common = common[total[common] >= FEWEST_ROWS]
    if not len(common):
        return []
    found = np.bincount(place[:n], minlength=len(total))[common]
    a, b = found / n, (total[common] - found) / m
    chances = np.minimum(1.0, split_chances(found, total[common], n, m) * len(common))
    relative = np.abs(a - b) / np.maximum(a, b)
    sizes = np.abs(a - b) / np.where(relative >= 0.5, LOST, CHANGED)
    tests = []
    for which, said in ((a > b, "too many rows hold one value"), (a < b, "a common value is too rare or gone")):
        real_faults = which & (sizes >= 1)
        if which.any():
            # The likeliest fault of those that matter; where none does, the test only counts as one that was made.
            among = np.flatnonzero(real_faults if real_faults.any() else which)
            at = among[np.argmin(chances[among])]
            tests.append(Test(name, f"{said} ({100 * a[at]:.1f} % of rows, real {100 * b[at]:.1f} %)",
                              float(sizes[at]), float(chances[at])))  # fmt: skip
    return tests
