"""How numbers are written (decimals and last digits) and where dates and times stand in the calendar."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.evaluation.fidelity.calendar import MOMENTS, calendar_parts
from likewise.evaluation.fidelity.findings import Findings, Test, differing_counts, findings_score, sift
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import Score

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FINEST, COARSEST = 7, 6
"""Decimals and zeros at the end that are looked for."""
MATTERS = 0.03
"""Share of rows written otherwise from which it matters."""


def digits(sides: Sides) -> Findings | None:
    """Return in which columns numbers are written otherwise, or dates and times stand elsewhere in the calendar.

    Two chi-squared tests of numbers: of the place of the last digit that is not zero (two decimals, whole, tens ...),
    and of the digit at the place that most numbers end in. Of dates and times one of each part: days of the week and of
    the month, months, hours, minutes, seconds. None without rows or numbers.

    Use when: values are prices, readings or amounts that people or machines round, or life has its weeks and seasons.
    """
    if not sides.enough:
        return None
    tests: list[Test] = []
    columns = 0
    for column, synthetic, real in zip(sides.columns, sides.synthetic.arrays, sides.real.arrays, strict=True):
        if not column.numeric:
            continue
        columns += 1
        mine, others = synthetic[~np.isnan(synthetic)], real[~np.isnan(real)]
        if len(mine) and len(others):
            tests += (_calendar if column.column.kind in MOMENTS else _written)(column.column, mine, others)
    return sift(tests, columns) if columns else None


def _written(column: Column, mine: Floats, others: Floats) -> Iterator[Test]:
    """Yield the tests of how numbers are written."""
    place, other_place = last_places(mine), last_places(others)
    sizes = FINEST + COARSEST + 2
    gap, chance = differing_counts(np.bincount(place, minlength=sizes), np.bincount(other_place, minlength=sizes))
    coarser = place.mean() < other_place.mean()
    said = f"{'fewer' if coarser else 'more'} decimals, or {'more' if coarser else 'fewer'} zeros at the end"
    yield Test(column.name, f"{said} ({100 * gap:.0f} % of rows)", gap / MATTERS, chance)
    usual = usual_place(place, other_place)
    gap, chance = differing_counts(digit_counts(mine, usual), digit_counts(others, usual))
    yield Test(column.name, f"other last digits ({100 * gap:.0f} % of rows)", gap / MATTERS, chance)


def _calendar(column: Column, mine: Floats, others: Floats) -> Iterator[Test]:
    """Yield the tests of where dates and times stand in the calendar."""
    for (part, size, codes), (_, _, other_codes) in zip(
        calendar_parts(mine, column.kind), calendar_parts(others, column.kind), strict=True
    ):
        gap, chance = differing_counts(np.bincount(codes, minlength=size), np.bincount(other_codes, minlength=size))
        yield Test(column.name, f"other {part} ({100 * gap:.0f} % of rows)", gap / MATTERS, chance)


def digits_score(found: Findings | None, sides: Sides) -> Score:
    """Say what was found, the gravest first."""
    return findings_score("digits", "Digits and dates", "how numbers and dates are written", found, sides)


def last_places(values: Floats) -> Codes:
    """Return where the last digit stands that is not zero: 0 for millions, 6 for units, 8 for hundredths, 14 for none.

    Zero itself counts as millions.

    >>> last_places(np.array([0.0, 1200.0, 7.0, 0.25, 1 / 3])).tolist()
    [0, 4, 6, 8, 14]
    """
    places = np.full(len(values), FINEST + COARSEST + 1, dtype=np.int64)
    left = np.arange(len(values))
    for step in range(FINEST + COARSEST + 1):
        scaled = values[left]
        scaled = scaled / 10.0 ** (COARSEST - step) if step < COARSEST else scaled * 10.0 ** (step - COARSEST)
        # A decimal number is not exact in binary: how far it may be off grows with its size.
        whole = np.abs(scaled - np.round(scaled)) <= 5e-8 + 4e-16 * np.abs(scaled)
        if step < COARSEST:
            whole &= (scaled == np.round(scaled)) | (np.abs(values[left]) < 1e-300)
        places[left[whole]] = step
        left = left[~whole]
        if not len(left):
            break
    return places


def usual_place(mine: Codes, others: Codes) -> int:
    """Return the place in which most numbers of both sides end, the finest but for one in twenty."""
    both = np.sort(np.concatenate([mine, others]))
    return int(min(both[int(0.95 * (len(both) - 1))], FINEST + COARSEST))


def digit_counts(values: Floats, place: int) -> Codes:
    """Return how many values have each digit at a place, zeros of coarser numbers included."""
    scaled = np.round(np.abs(values) * 10.0 ** (place - COARSEST))
    return np.bincount(np.mod(scaled, 10).astype(np.int64), minlength=10)
