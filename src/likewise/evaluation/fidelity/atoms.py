"""Spikes of numbers: single values such as 0, -1 or 999 that many rows hold, lost or invented."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.findings import Findings, Test, common_values, findings_score, sift
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import Score


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
    _, place = np.unique(np.concatenate([mine, others]), return_inverse=True)
    found, held = (np.bincount(p, minlength=int(place.max(initial=-1)) + 1) for p in np.split(place, [len(mine)]))
    return common_values(name, "value", found, held, len(mine), len(others))
