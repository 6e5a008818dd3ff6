"""`likewise sample`: rows from a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, talk


def sample(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model file (*.likewise).")],
    n: Annotated[int, typer.Option("-n", metavar="N", help="Rows to draw; with --given @FILE, as many as it "
                                                           "holds.")] = 1000,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; - is CSV on stdout.")] = "-",
    given: options.Given = None,
    balance: options.Balance = None,
    seed: options.Seed = 0,
    replace: options.Replace = False,
) -> None:  # fmt: skip
    """Draw rows from a model, at constant memory however many.

    \b
    likewise sample adult.model.likewise -n 5
    likewise sample adult.model.likewise -n 10_000_000 -o rows.parquet
    likewise sample adult.model.likewise --given 'sex=Female,age>=60'
    likewise sample adult.model.likewise --balance income
    likewise sample adult.model.likewise --given @known.csv -o completed.csv
    """
    from likewise.core.state import load
    from likewise.recipes.files import sample_to_file
    from likewise.recipes.places import keep_apart
    from likewise.recipes.private_related import drawn_to_files, is_related_model

    keep_apart(model, out)
    loaded = load(model)
    if is_related_model(loaded):
        for name, count in drawn_to_files(loaded, out, n, given=given, balance=balance, seed=seed).items():
            talk.print(f"wrote {count:,} rows of {name} to {out}", markup=False)
        return
    wanted = options.given_of(given)
    rows = n if wanted is None or isinstance(wanted, str) else wanted.rows
    with progress_bar(silent=out == "-") as progress:
        sample_to_file(loaded, out, rows, given=wanted, balance=balance, seed=seed, replace=replace, progress=progress)
    if out != "-":
        talk.print(f"wrote {rows:,} rows to {out}", markup=False)
