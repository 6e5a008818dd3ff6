"""Missing values: how many, which together, and where."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.cells import Cells, cut, fitting_bins
from likewise.evaluation.fidelity.dependence import GRAVE, MATTERS, Dependence, changed_dependence
from likewise.evaluation.fidelity.findings import Findings, Test, differing_counts, findings_score, sift, split_chances
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import ALARM, Score, Verdict

RATE = 0.02
"""Difference in the share of missing values, or of patterns of them, from which it matters."""
RARE = 0.005
"""Share of rows, missing or known, below which where a column's values are missing is not asked."""
MOST_PAIRS = 1_000
MOST_BINS = 6


def missing_flags(sides: Sides) -> npt.NDArray[np.bool_]:
    """Return where values are missing, rows by columns, the synthetic rows first."""
    both = [np.concatenate(arrays) for arrays in zip(sides.synthetic.arrays, sides.real.arrays, strict=True)]
    return np.column_stack([np.isnan(a) if a.dtype == np.float64 else a < 0 for a in both])


def missing_rates(sides: Sides) -> Findings | None:
    """Return in which columns too many or too few values are missing, and whether they are missing together as in life.

    An exact test a column, and a chi-squared test of which columns are missing together, row by row (all patterns of
    few rows as one). None without rows.

    Use when: holes carry meaning, or models must cope with them as they come.
    """
    if not sides.enough:
        return None
    flags, n = missing_flags(sides), sides.synthetic.rows
    found, total = flags[:n].sum(axis=0), flags.sum(axis=0)
    chances = split_chances(found, total, n, sides.real.rows)
    tests = []
    for column, a, both, chance in zip(sides.columns, found, total, chances, strict=True):
        if not both:
            continue
        mine, others = a / n, (both - a) / sides.real.rows
        relative = abs(mine - others) / max(mine, others)
        said = f"{100 * mine:.1f} % missing, real {100 * others:.1f} %"
        # A column that is never missing on one side matters from fewer rows on.
        size = abs(mine - others) / (RATE if relative < 0.5 else RATE / 2)
        tests.append(Test(column.name, said, float(size), float(chance)))
    holed = [i for i in range(len(sides.columns)) if total[i]]
    if len(holed) > 1:
        tests.append(_patterns(sides, flags, holed))
    return sift(tests, len(sides.columns))


def _patterns(sides: Sides, flags: npt.NDArray[np.bool_], holed: list[int]) -> Test:
    """Return the test of which columns are missing together; it is named after the column that is missing most."""
    packed = np.packbits(flags, axis=1)
    _, code = np.unique(packed, axis=0, return_inverse=True)
    code = code.ravel()
    n, size = sides.synthetic.rows, int(code.max()) + 1
    gap, chance = differing_counts(np.bincount(code[:n], minlength=size), np.bincount(code[n:], minlength=size))
    most = max(holed, key=lambda i: int(flags[:, i].sum()))
    return Test(
        sides.columns[most].name, f"other columns missing with it ({100 * gap:.0f} % of rows)", gap / RATE, chance
    )


def missing_places(sides: Sides, *, seed: int) -> tuple[Dependence, tuple[str, ...]] | None:
    """Return how far it depends on other columns whether a value is missing, synthetic beside real, and the names.

    Moved missingness has the right rate in the wrong rows: dependence on other columns (on their values and on whether
    they are missing) is lost or invented. The first of each pair is a column's flag, the second another column; names
    stand in that order. None where no column is missing in enough rows of both kinds, or there is one column only.

    At most 1,000 pairs: of more, the columns with most holes first.
    """
    if not sides.enough or len(sides.columns) < 2:
        return None
    flags = missing_flags(sides)
    share = np.minimum(flags.mean(axis=0), 1 - flags.mean(axis=0))
    holed = [int(i) for i in np.argsort(-share, kind="stable") if share[i] >= RARE]
    if not holed:
        return None
    cells = cut(sides, fitting_bins(sides.rows, 2, MOST_BINS), beyond=False)
    codes = (*(flags[:, i].astype(np.int64) for i in holed), *cells.codes)
    together = Cells(codes, (*([2] * len(holed)), *cells.sizes), cells.synthetic, cells.rows)
    pairs = [(a, len(holed) + b) for a, i in enumerate(holed) for b in range(len(cells.codes)) if b != i][:MOST_PAIRS]
    names = (*(f"{sides.columns[i].name}` missing" for i in holed), *(f"{c.name}`" for c in sides.columns))
    return changed_dependence(together, pairs, seed, "missing"), names


def missingness_scores(
    rates: Findings | None, places: tuple[Dependence, tuple[str, ...]] | None, sides: Sides
) -> tuple[Score, Score]:  # fmt: skip
    """Say whether as many values are missing as in life, and whether they are missing in the same sort of rows."""
    shared: dict[str, Any] = {"name": "missing_places", "title": "Where values are missing", "family": "fidelity",
                              "unit": "%", "ideal": 0.0, "of": "rows a side"}  # fmt: skip
    first = findings_score("missing_rates", "Missing values", "how many values are missing", rates, sides)
    if places is None:
        none = "Too few values are missing (or known) in any column to ask in which rows."
        verdict: Verdict = "good" if sides.enough and first.verdict != "unknown" else "unknown"
        return first, Score(value=0.0 if verdict == "good" else None, n=sides.rows, verdict=verdict, meaning=none,
                            **shared)  # fmt: skip
    found, names = places
    changed = [*found.gone, *found.made]
    worst = sorted(changed, key=lambda j: -abs(found.synthetic[j] - found.real[j]))
    named = "; ".join(
        f"`{names[found.pairs[j][0]]} with `{names[found.pairs[j][1]]} ({found.synthetic[j]:.2f}, real "
        f"{found.real[j]:.2f})"
        for j in worst[:3]
    )
    off, fresh = np.abs(found.synthetic - found.real).mean(), found.invented_fresh
    chance = min(1.0, 2 * min(found.lost_chance, found.invented_chance))
    told = f" Worst: {named}." if named and chance < ALARM else ""
    return first, Score(
        value=100 * float(off), floor=100 * 2 * fresh, chance=chance, n=found.rows,
        verdict=_place_verdict(found, chance, worst),
        meaning=f"Whether a value is missing depends on other columns otherwise than in real rows by {100 * off:.1f} "
        f"points (of 100) on average; fresh real rows would differ by {200 * fresh:.1f}.{told}{sides.beside}",
        **shared,
    )  # fmt: skip


def _place_verdict(found: Dependence, chance: float, worst: list[int]) -> Verdict:
    if chance >= ALARM or not worst:
        return "good"
    gap = abs(float(found.synthetic[worst[0]] - found.real[worst[0]]))
    return "good" if gap < MATTERS else "fair" if gap < GRAVE else "poor"
