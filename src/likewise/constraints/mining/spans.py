"""Find number columns that are the days or the whole years between two dates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Formula, Order
from likewise.constraints.mining.formulas import LEAST_SUPPORT, PROBE
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

MOST_DATES = 12
"""Date columns whose pairs are compared with every number."""


def find_spans(table: Table, orders: list[Order], skip: set[str]) -> list[Formula]:
    """Return formulas that hold in every row between two dates and a number: days, and whole years.

    The later date is the one that is computed, so that the days keep their shape; where it is bounded by another column
    than the earlier one, where it was computed already, or where it is known without the other, the days are. Columns
    in `skip` follow from others already.
    """
    columns = [column for column in table.schema.columns if column.name not in skip]
    dates = [column.name for column in columns if column.kind == "date"][:MOST_DATES]
    numbers = [column.name for column in columns if column.kind == "integer"] if len(dates) > 1 else []
    values = {name: table.numbers(name) for name in (*dates, *numbers)}
    found: list[Formula] = []
    for number in numbers:
        for first, last in permutations(dates, 2):
            computed = {formula.column for formula in found}
            guesses = _guesses(number, first, last, orders, computed)
            span = next((g for g in guesses if _holds_on_probe(g, values) and g.holds(table).all()), None)
            if span is not None:
                known = ~np.isnan(values[number]) & (values[number] != 0)
                if (support := int(known.sum())) >= LEAST_SUPPORT and len(np.unique(values[number][known])) > 2:
                    found.append(span.model_copy(update={"support": support}))
                    break
    return found


def _guesses(number: str, first: str, last: str, orders: list[Order], computed: set[str]) -> Iterator[Formula]:
    """Yield what a number may be between two dates, the way of computing it that is to be preferred first."""
    bounds = {name for o in orders if last in (o.low, o.high) for name in (o.low, o.high)} - {first, last}
    if not bounds and not computed & {first, last}:
        yield Formula(column=last, form="sum", of=(first, number))
    yield Formula(column=number, form="sum", of=(last, first), minus=(first,))
    yield Formula(column=number, form="years", of=(first, last))


def _holds_on_probe(guess: Formula, values: dict[str, Floats]) -> bool:
    known = np.flatnonzero(np.all([~np.isnan(values[name]) for name in (guess.column, *guess.of)], axis=0))
    rows = known[:: max(1, len(known) // PROBE)]
    expected = guess.exact({name: values[name][rows] for name in guess.of})
    return len(rows) >= LEAST_SUPPORT and bool((expected == values[guess.column][rows]).all())
