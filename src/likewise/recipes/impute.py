"""Fill what is missing in a table, from what the table itself tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from likewise.constraints.holding import Constrained
from likewise.constraints.kinds import Constraints
from likewise.core.impute import Filled, fill, warn
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source
from likewise.recipes.files import as_texts
from likewise.recipes.looking import looking
from likewise.recipes.places import keep_apart
from likewise.recipes.verbs import read, read_arrow, settled


@dataclass(frozen=True, eq=False)
class Imputed:
    """Hold where a filled table was written, how many rows and filled cells it has, and what stayed missing."""

    data: str | Path
    rows: int
    cells: int
    notes: tuple[str, ...]


def impute(
    source: Any,
    *,
    technique: str = "auto",
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
) -> Any:
    """Return the same kind of object with every missing cell filled, each drawn given what is known of its row.

    A model is learned from all rows, those with gaps too, and completes them. Known cells, the order of columns and
    dtypes stay as they are; the same source, settings and seed give the same table. Cells are draws, not averages: the
    spread of a column is kept, and tables of several seeds tell how uncertain a result is (multiple imputation; Rubin,
    1987). Where known cells allow it, filled rows meet the `constraints`; rows that break one by what is known of them
    are not learned from. Ids and columns without any known value keep their gaps, with a UserWarning. Raises
    ConditionError when the technique cannot complete rows.

    >>> impute({"age": [20, 30, 40, 40] * 60, "grown": ["no", "yes", None, "yes"] * 60})["grown"][2]
    'yes'
    """
    table = read(source, schema=schema)
    found = warn(_filled(table, technique, seed, progress, settings, constraints))
    return found.like(table if isinstance(source, str | Path) else source)


def impute_to_file(
    source: str | Path,
    out: str | Path,
    *,
    technique: str = "auto",
    schema: Schema | str | Path | None = None,
    constraints: Any = None,
    seed: int = 0,
    progress: Progress = quiet,
    settings: Mapping[str, Any] | None = None,
    options: ReadOptions | None = None,
    replace: bool = False,
) -> Imputed:
    """Do the same from file to file: known cells are written as they were read, and the file appears whole or not."""
    keep_apart(source, out)
    came = read_source(source, options=options)
    table = read_arrow(came.table, settled(schema))
    found = _filled(table, technique, seed, progress, settings, constraints)
    with open_sink(out, format=came.format, replace=replace) as sink:
        sink.write(_as_read(found, came.table) if as_texts(out, came.format) else found.table.to_arrow())
    return Imputed(out, table.rows, found.count, found.notes)


def _filled(
    table: Table, technique: str, seed: int, progress: Progress, settings: Mapping[str, Any] | None, constraints: Any
) -> Filled:  # fmt: skip
    held = Constrained.around(looking(technique, settings), Constraints.of(constraints).items)
    model = held.fit(table, seed=seed, progress=progress)
    return fill(model, table, seed=seed, progress=progress)


def _as_read(filled: Filled, raw: pa.Table) -> pa.Table:
    """Return the rows for a text file: known cells to the byte, filled ones in their column's writing."""
    written = filled.table.written()
    return written if filled.table.schema.nested else filled.into(raw, written)
