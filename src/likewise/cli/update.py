"""`likewise update`: a model that follows new data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, talk


def update(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model file (*.likewise).")],
    source: options.Source,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where the new model goes (*.likewise).")],
    keep: Annotated[float, typer.Option("--keep", metavar="SHARE", rich_help_panel=options.LEARNING,
                                        help="What an earlier row counts beside a new one, 0 to 1.")] = 0.5,
    seed: options.Seed = 0,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    damaged: options.Damaged = "refuse",
) -> None:  # fmt: skip
    """Let a model follow new rows, without those that it was fitted to.

    \b
    likewise update june.likewise july.csv -o july.likewise
    likewise update june.likewise july.csv -o july.likewise --keep 1
    """
    from likewise.recipes.update import update_to_file

    with progress_bar() as progress:
        found = update_to_file(model, source, out, keep=keep, seed=seed, progress=progress,
                               options=options.read_options(delimiter, encoding, header, sheet, damaged))  # fmt: skip
    for note in found.card.notes:
        if note.startswith(("followed", "given up")):
            talk.print(note, markup=False)
    talk.print(f"wrote {out}", markup=False)
