"""Rows that break a declared rule: set aside before anything is learned, counted, and written where a user says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.quarantine import Quarantine
from likewise.constraints.kinds import Constraint
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.io.sink import open_sink
from likewise.recipes.files import as_texts
from likewise.recipes.rows import free

ROW, RULE = "quarantined_row", "broken_rule"
"""Columns of the file beside those of the rows: the number of a row, from 1, and the first rule that it breaks."""


@dataclass(frozen=True)
class Aside:
    """Hold what is told of rows that were set aside: a sentence and the first row numbers for each rule, and a file."""

    rows: int = 0
    notes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    file: str | None = None


NOTHING_ASIDE = Aside()
"""What is told where no row was set aside."""


def parted(
    table: Table, constraints: Sequence[Constraint], file: str | Path | None = None
) -> tuple[Table, Aside]:  # fmt: skip
    """Return the rows that meet all rules, and what is told of the others, which are written to `file` if one is named.

    Raises SettingsError for rules that cannot be held on the table, and FitError where no row meets them.
    """
    if file is not None and not constraints:
        raise SettingsError("settings.quarantine", "rows are set aside where they break a rule, and there are no rules",
                            where="quarantine", hint="give `constraints`, or leave `quarantine` out")  # fmt: skip
    if not constraints or not table.rows:
        return table, NOTHING_ASIDE
    found = Constrained(constraints=tuple(constraints)).set_aside(table)
    if file is not None:
        _write(found, file)
    listed = tuple(f"{one.said}: rows {one.listed()}" for one in found.broken)
    return found.kept, Aside(found.aside.rows, found.notes, listed, None if file is None else str(file))


def _write(found: Quarantine, file: str | Path) -> None:
    """Write the rows aside as they were read, each with its number and the first rule that it breaks."""
    rows = found.aside
    said = np.full(rows.rows, "", dtype=object)
    for one in reversed(found.broken):
        said[np.isin(found.numbers, one.rows)] = one.said
    written = rows.written() if as_texts(file, None) else rows.to_arrow()
    written = written.append_column(free(ROW, rows, "quarantine"), pa.array(found.numbers + 1))
    written = written.append_column(free(RULE, rows, "quarantine"), pa.array(said, pa.string()))
    with open_sink(file) as sink:
        sink.write(written)
