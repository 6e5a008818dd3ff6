"""Long tables, a row a step, judged as series beside being judged as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import learned_part
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.evaluation.pairing import Paired

STEPS, MOST = 24, 2000
"""Steps of a window of one long series, and how many windows are judged at most."""


def row_parts(tables: Sequence[Table], entity: str | None, order: str | None) -> list[Table]:
    """Return long tables without the column that only tells rows from others: whose they are, or when."""
    apart = order if entity is None else entity
    return [t if apart is None else t.select([n for n in t.names if n != apart]) for t in tables]


def rows_of_each(table: Table, entity: str, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return the number of one row of each entity, at random.

    >>> rows_of_each(Table.from_any({"who": list("aab")}), "who", np.random.default_rng(0)).size
    2
    """
    from likewise.modalities.sequence.entities import codes_of  # it loads scipy, which most reports do without

    order = rng.permutation(table.rows)
    return np.sort(order[np.unique(codes_of(table.column(entity))[order], return_index=True)[1]])


def one_each(paired: Paired, tables: Sequence[Table], entity: str | None, *, seed: int) -> Paired:
    """Return aligned tables with one row of each entity: rows of one lie near each other, so that attacks on several of
    them beside those of others would find whose they are, not whether they were learned from. As it is without one.
    """
    if entity is None:
        return paired
    rows = [rows_of_each(table, entity, generator(seed, "each", place)) for place, table in enumerate(tables)]
    holdout = None if paired.holdout is None else paired.holdout.take(rows[2])
    return replace(paired, real=paired.real.take(rows[0]), synthetic=paired.synthetic.take(rows[1]), holdout=holdout)


def series_of(tables: Sequence[Table], entity: str | None, order: str | None) -> tuple[list[Table], str]:
    """Return long tables as rows of series, gathered as the first is; of one series windows. Else say what kept it.

    Without `entity` and `order` there are none.

    >>> rows = Table.from_any({"who": list("aabb"), "at": [2.5, 1.5, 1.5, 2.5], "pulse": [71.5, 70.0, 64.0, 66.5]})
    >>> series_of([rows, rows], "who", "at")[0][1].tensor("who")[0][:, 0].tolist()
    [70.0, 71.5]
    """
    if entity is None and order is None:
        return [], ""
    from likewise.modalities.sequence.panels import Panel  # it loads scipy, which most reports do without

    known = [c.name for c in learned_part(tables[0]).schema.columns if c.is_number or c.is_levels or c.name == entity]
    try:
        panel = replace(Panel.of(tables[0].select(known), entity, order)[0], pace="even", clock=None)
        gathered = [panel.gathered(table) for table in tables]
    except LikewiseError as fault:
        return [], f"Rows were not judged as series: {fault.what}."
    return (gathered if entity is not None else [_windows(table, panel.name) for table in gathered]), ""


def _windows(table: Table, name: str) -> Table:
    """Return windows of the one series of a table, as far apart as gives so many at most."""
    (cell,) = (np.asarray(cell) for cell in table.tensor(name))
    last = max(len(cell) - STEPS, 0)
    cells = [cell[start : start + STEPS] for start in range(0, last + 1, 1 + last // MOST)]
    return Table.from_any({name: cells}, Schema(columns=(Column(name=name, kind="series"),)))
