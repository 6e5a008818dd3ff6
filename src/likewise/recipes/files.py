"""Rows from a model into a file or a database table, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from likewise.core.draw import stream
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.table import Table
from likewise.io.folder import THINGS
from likewise.io.format import Format, format_of
from likewise.io.sink import check_sink, open_sink


def sample_to_file(
    model: Model,
    out: str | Path,
    n: int,
    *,
    given: Any = None,
    balance: Any = None,
    seed: int = 0,
    replace: bool = False,
    progress: Progress = quiet,
) -> int:
    """Draw `n` rows into a file, a database table by URL or standard output (`-`), and return how many were written.

    Memory stays that of one block of 65,536 rows. The file appears when all rows are in it, or not at all; a name
    without a suffix is a folder where a column holds pictures, sounds or clips. Raises SourceError when it cannot be
    written.
    """
    filed = any(column.kind in THINGS for column in model.schema.columns)
    with drawing_to(
        model, out, n, given=given, balance=balance, seed=seed, like=Format(form="folder") if filed else None,
        replace=replace, progress=progress,
    ) as blocks:  # fmt: skip
        return sum(block.rows for block in blocks)


@contextmanager
def drawing_to(
    model: Model,
    out: str | Path,
    n: int,
    *,
    given: Any = None,
    balance: Any = None,
    seed: int = 0,
    like: Format | None = None,
    replace: bool = False,
    progress: Progress = quiet,
) -> Iterator[Iterator[Table]]:
    """Yield the blocks while they are written; the file appears when the `with` block ends well.

    Text files get values in the writing they were read in, other formats the values themselves.
    """
    blocks = stream(model, n, given=given, balance=balance, seed=seed)
    as_text = as_texts(out, like)
    with open_sink(out, format=like, replace=replace) as sink:

        def written() -> Iterator[Table]:
            for block in blocks:
                sink.write(block.written() if as_text else block.to_arrow())
                progress("drawing rows", sink.rows, n)
                yield block

        yield written()


def check_drawing_to(out: str | Path, table: Table, *, like: Format | None = None, replace: bool = False) -> None:
    """Find before a fit what would stop its rows from being written: a place that is taken, columns that do not fit.

    Rows like those of `table` are to be drawn. Raises SourceError.
    """
    none = table.slice(0, 0).select([column.name for column in table.schema.columns if column.role != "ignore"])
    rows = none.written() if as_texts(out, like) else none.to_arrow()
    check_sink(out, format=like, replace=replace, rows=rows)


def as_texts(out: str | Path, like: Format | None) -> bool:
    """Return whether rows written to `out` are texts, in the writing they were read in, rather than values."""
    return str(out) == "-" or ("://" not in str(out) and format_of(out, like).form == "csv")
