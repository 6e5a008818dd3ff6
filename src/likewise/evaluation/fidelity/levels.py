"""Levels of categories: those that are lost, invented, or held by too many or too few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.chance import more_often
from likewise.evaluation.fidelity.findings import (
    Findings,
    Test,
    common_values,
    findings_score,
    sift,
    split_chances,
)
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import Score

Codes = npt.NDArray[Any]

FEWEST_ROWS = 5
LOST, INVENTED = 0.01, 0.005
"""Share of rows from which lost levels matter, and invented ones."""


def levels(sides: Sides, paired: Paired, *, seed: int) -> Findings | None:
    """Return which columns of categories lost levels, hold levels that real rows do not, or too many rows of one.

    Lost: an exact test of the commonest level that no synthetic row holds, and a sign test of how many levels only one
    side holds (of as many rows). Invented: synthetic rows with levels that the training rows lack, beside rows held
    back that do and training rows whose level no other training row has (Good, 1953). Too many or too few rows: exact
    tests of the levels that both sides hold.

    Use when: rare levels matter, or a generator makes text of its own. None without rows or categories.
    """
    if not sides.enough:
        return None
    tests: list[Test] = []
    columns = 0
    for i, column in enumerate(sides.columns):
        if column.numeric:
            continue
        columns += 1
        mine, others = (a[a >= 0] for a in (sides.synthetic.arrays[i], sides.real.arrays[i]))
        if len(mine) and len(others):
            rng = generator(seed, "levels", i)
            tests += _lost(column.name, mine, others, len(column.levels))
            tests += _shared(column.name, mine, others, len(column.levels))
            tests += _one_sided(column.name, rng.permutation(mine), rng.permutation(others), len(column.levels))
        tests += _invented(column.name, paired, i)
    return sift(tests, columns) if columns else None


def levels_score(found: Findings | None, sides: Sides) -> Score:
    """Say what was found, the gravest first."""
    return findings_score("levels", "Levels", "which levels occur and how often", found, sides)


def _lost(name: str, mine: Codes, others: Codes, size: int) -> Iterator[Test]:
    """Yield the test of the level that it is the least likely to have lost."""
    found, held = np.bincount(mine, minlength=size), np.bincount(others, minlength=size)
    tested = np.flatnonzero(found + held >= FEWEST_ROWS)
    gone = tested[found[tested] == 0]
    if len(gone):
        n, m = len(mine), len(others)
        top = int(held[gone].max())
        chance = float(split_chances(np.array([top]), np.array([top]), m, n, sided=1)[0])
        share = float(held[gone].sum()) / m
        said = f"{len(gone):,} levels lost, which {100 * share:.1f} % of real rows hold"
        yield Test(name, said, share / LOST, min(1.0, chance * len(tested)))
    else:
        yield Test(name, "no level lost", 0.0, 1.0)


def _shared(name: str, mine: Codes, others: Codes, size: int) -> list[Test]:
    """Return the tests of how many rows hold a level that both sides have."""
    found, held = (np.bincount(side, minlength=size) for side in (mine, others))
    both = (found > 0) & (held > 0)
    return common_values(name, "level", found[both], held[both], len(mine), len(others))


def _one_sided(name: str, mine: Codes, others: Codes, size: int) -> Iterator[Test]:
    """Yield the test of how many levels only one of two equally large sides holds: as many on each among fresh rows."""
    from scipy.stats import binomtest

    rows = min(len(mine), len(others))
    found, held = (np.bincount(side[:rows], minlength=size) for side in (mine, others))
    lost, made = (found == 0) & (held > 0), (held == 0) & (found > 0)
    a, b = int(lost.sum()), int(made.sum())
    chance = float(binomtest(a, a + b).pvalue) if a + b else 1.0
    share = abs(float(held[lost].sum()) - float(found[made].sum())) / rows
    said = "too few different levels" if a > b else "too many different levels"
    yield Test(name, said, share / LOST, chance)


def _invented(name: str, paired: Paired, place: int) -> Iterator[Test]:
    real, synthetic = (p.arrays[place] for p in (paired.real, paired.synthetic))
    size = len(paired.columns[place].levels) + 1
    real, synthetic = real[real >= 0], synthetic[synthetic >= 0]
    held = np.bincount(real, minlength=size)
    # A training row whose level no other has would have been new as well, had it come last.
    fresh, of = int((held == 1).sum()), len(real)
    if paired.holdout is not None:
        beside = paired.holdout.arrays[place]
        beside = beside[beside >= 0]
        fresh, of = fresh + int((held[beside] == 0).sum()), of + len(beside)
    new = int((held[synthetic] == 0).sum())
    chance = more_often(new, len(synthetic), fresh, of)
    excess = new / max(1, len(synthetic)) - fresh / max(1, of)
    said = f"levels invented ({100 * excess:.1f} % of rows more than fresh ones)"
    yield Test(name, said, max(0.0, excess) / INVENTED, chance)
