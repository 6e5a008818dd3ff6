"""Look for rules that all real rows keep: an order, a level that tells another, combinations that never occur, sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.calendar import MOMENTS
from likewise.evaluation.fidelity.cells import cut
from likewise.evaluation.fidelity.rules import FEWEST_KNOWN, TELLING, Rule, unique_rule
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.fidelity.sums import sums
from likewise.evaluation.pairing import Part

Codes = npt.NDArray[np.int64]

MOST_COLUMNS = 100
MOST_LEVELS = 1_000
OFTEN = 10
"""Real rows of a level before it is believed to tell another, and rows that chance would put where none are."""
USUAL = 0.9
"""Share of rows whose level must come that often."""
BINS = 8
REPEATED = 0.01
"""Share of real rows that may be like an earlier one where rows are still said not to occur twice."""


def found_rules(sides: Sides) -> tuple[list[Rule], int]:
    """Return the rules that all real rows keep, training and held back alike, and how many were tried.

    One number is never more than another (start and end, part and whole); one column tells another (city and country);
    some values of two columns never occur together; one number is a sum or product of others; no row occurs twice. A
    rule that unrelated columns would hardly break is left out. At most 100 columns.
    """
    if not sides.enough:
        return [], 0
    rules: list[Rule] = []
    tried = 0
    for form in (_orders, _tells, _nevers, _sums, _distinct):
        # A rule that says more of the same two columns implies that some of their values never go together.
        told = {rule.between for rule in rules} if form is _nevers else set()
        for rule in form(sides):
            tried += 1
            if rule is not None and rule.between not in told:
                rules.append(rule)
    return rules, tried


# -- one number is never more than another ----------------------------------------------------------------------------
def _orders(sides: Sides) -> Iterator[Rule | None]:
    numeric = [i for i, c in enumerate(sides.columns[:MOST_COLUMNS]) if c.numeric]
    kinds = {i: sides.columns[i].column.kind for i in numeric}
    moments = MOMENTS | {"duration"}
    ordered = {i: np.sort(sides.real.arrays[i][~np.isnan(sides.real.arrays[i])]) for i in numeric}
    for i in numeric:
        for j in numeric:
            if i == j or not (kinds[i] == kinds[j] or not {kinds[i], kinds[j]} & moments):
                continue
            yield _order(sides, i, j, ordered[i], ordered[j])


def _order(sides: Sides, i: int, j: int, low: npt.NDArray[Any], high: npt.NDArray[Any]) -> Rule | None:
    with np.errstate(invalid="ignore"):
        real = sides.real.arrays[i] > sides.real.arrays[j]
        if real.any() or not len(low) or not len(high):
            return None
        broken = sides.synthetic.arrays[i] > sides.synthetic.arrays[j]
    known = ~np.isnan(sides.real.arrays[i]) & ~np.isnan(sides.real.arrays[j])
    unrelated = 1 - float(np.searchsorted(low, high, "right").mean()) / len(low)
    if int(known.sum()) < FEWEST_KNOWN or unrelated < TELLING:
        return None
    return Rule(
        f"`{sides.columns[i].name}` is never more than `{sides.columns[j].name}`", broken, real, frozenset({i, j})
    )


# -- one column tells another -----------------------------------------------------------------------------------------
def _tells(sides: Sides) -> Iterator[Rule | None]:
    numbered = range(min(MOST_COLUMNS, len(sides.columns)))
    coded = {i: codes for i in numbered if (codes := _coded(sides, i)) is not None}
    for i, tells in coded.items():
        often = _come_often(tells[1])
        if often is not None:
            for j, is_told in coded.items():
                if i != j:
                    yield _told(sides, i, j, tells, is_told, often)


def _coded(sides: Sides, place: int) -> tuple[Codes, Codes] | None:
    """Return the codes of both sides, -1 where missing; numbers count as levels where few of them differ."""
    synthetic, real = (part.arrays[place] for part in (sides.synthetic, sides.real))
    if not sides.columns[place].numeric:
        few = len(sides.columns[place].levels) <= MOST_LEVELS
        return (synthetic.astype(np.int64), real.astype(np.int64)) if few else None
    values = np.unique(real[~np.isnan(real)])
    if not 1 < len(values) <= MOST_LEVELS:
        return None
    # A number that no real row has gets a code of its own, which no level can have told.
    at = [np.minimum(np.searchsorted(values, side), len(values) - 1) for side in (synthetic, real)]
    mine, others = (
        np.where(np.isnan(side), -1, np.where(values[k] == side, k, len(values)))
        for side, k in zip((synthetic, real), at, strict=True)
    )
    return mine, others


def _come_often(real: Codes) -> npt.NDArray[np.bool_] | None:
    """Return which codes come often among real rows; None where they are not most of the rows."""
    counts = np.bincount(real[real >= 0], minlength=1)
    often = counts >= OFTEN
    # Levels of one or two rows tell anything; of most rows the level must come again and again.
    return often if counts[often].sum() >= max(USUAL * counts.sum(), 1) else None


def _told(
    sides: Sides, i: int, j: int, tells: tuple[Codes, Codes], is_told: tuple[Codes, Codes],
    often: npt.NDArray[np.bool_],
) -> Rule | None:  # fmt: skip
    """Return the rule that the code of one column tells that of another, if the real rows keep it."""
    known = (tells[1] >= 0) & (is_told[1] >= 0)
    first, second = tells[1][known], is_told[1][known]
    if len(first) < FEWEST_KNOWN:
        return None
    told = np.full(max(int(tells[0].max()), int(first.max()), len(often) - 1) + 2, -1, dtype=np.int64)
    told[first] = second
    shares = np.bincount(second) / len(second)
    if (told[first] != second).any() or 1 - float((shares**2).sum()) < TELLING:
        return None
    told[: len(often)][~often] = -1
    expected = told[tells[0]]
    broken = (expected >= 0) & (is_told[0] >= 0) & (is_told[0] != expected)
    said = f"`{sides.columns[i].name}` tells `{sides.columns[j].name}`"
    return Rule(said, broken, np.zeros(sides.real.rows, dtype=bool), frozenset({i, j}))


# -- some values never occur together ---------------------------------------------------------------------------------
def _nevers(sides: Sides) -> Iterator[Rule | None]:
    """Yield the pairs of columns some of whose cells are empty, though each alone is common.

    The cells are chosen by one half of the real rows and believed only if the other half keeps out of them: a cell that
    is empty by luck is not empty in both.
    """
    cells = cut(sides, BINS, beyond=False)
    n, half = cells.synthetic, cells.synthetic + sides.real.rows // 2
    for i in range(min(MOST_COLUMNS, len(cells.codes))):
        for j in range(i):
            code, size = cells.joint((i, j))
            shape = (cells.sizes[i], cells.sizes[j])
            counts = np.bincount(code[n:half], minlength=size)
            margins = counts.reshape(shape).sum(axis=1), counts.reshape(shape).sum(axis=0)
            expected = np.outer(*margins).ravel() / max(1, half - n)
            empty = (counts == 0) & (expected >= OFTEN)
            if expected[empty].sum() < TELLING * (half - n) or empty[code[half:]].any():
                yield None
                continue
            said = f"some values of `{sides.columns[j].name}` never go with some of `{sides.columns[i].name}`"
            yield Rule(said, empty[code[:n]], empty[code[half:]], frozenset({i, j}))


# -- sums, and rows that occur twice ----------------------------------------------------------------------------------
def _sums(sides: Sides) -> Iterator[Rule | None]:
    numeric = [i for i, c in enumerate(sides.columns[:MOST_COLUMNS]) if c.numeric]
    synthetic, real = ([part.arrays[i] for i in numeric] for part in (sides.synthetic, sides.real))
    names = [sides.columns[i].name for i in numeric]
    yield from sums(names, synthetic, real)


def _distinct(sides: Sides) -> Iterator[Rule | None]:
    """Yield the rule that no row occurs twice, judged on as many rows of each side, if few real rows do."""
    size = sides.rows
    rule = unique_rule("no row occurs twice", *(_row_keys(part, size) for part in (sides.synthetic, sides.real)))
    yield rule if rule.real.mean() <= REPEATED else None


def _row_keys(part: Part, size: int) -> list[bytes]:
    rows = part.sample(size, 0, "rules", "distinct")
    # Negative zero is written otherwise than zero.
    return [row.tobytes() for row in np.column_stack(rows.arrays).astype(np.float64) + 0.0]
