"""`likewise generate`: rows from a document, without data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, talk


def generate(
    spec: Annotated[Path, typer.Argument(metavar="SPEC", help="A YAML document that declares the columns.")],
    n: Annotated[int | None, typer.Option("-n", metavar="N", rich_help_panel=options.WRITING,
                                          help="Rows to draw; as the document says, or 1000, if not given.")] = None,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; - is CSV on stdout.")] = "-",
    design: Annotated[str | None, typer.Option("--design", metavar="NAME", rich_help_panel=options.WRITING,
                                               help="latin-hypercube, sobol, halton or full-factorial: rows spread "
                                                    "more evenly than chance would.")] = None,
    given: options.Given = None,
    balance: options.Balance = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="FILE", rich_help_panel=options.WRITING,
                                               help="Where the model goes, for likewise sample.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes; as the "
                                                                         "document says, or 0, if not given.")] = None,
    replace: options.Replace = False,
) -> None:  # fmt: skip
    """Make a table from declared distributions, without any real data.

    \b
    likewise generate clinic.yaml -n 5
    likewise generate clinic.yaml -n 1_000_000 -o visits.parquet --seed 7
    likewise generate clinic.yaml --given 'sex=F,age>=60' -o older.csv
    likewise generate trial.yaml --design latin-hypercube -n 200 -o runs.csv
    """
    from likewise.recipes.generate import generate_to_file

    wanted = options.given_of(given)
    rows = n if wanted is None or isinstance(wanted, str) else wanted.rows
    with progress_bar(silent=out == "-") as progress:
        made = generate_to_file(spec, out, n=rows, given=wanted, balance=balance, design=design, seed=seed,
                                model=model, replace=replace, progress=progress)  # fmt: skip
    for note in made.model.card.notes:
        talk.print(f"note: {note}", markup=False)
    if out != "-":
        talk.print(f"wrote {made.rows:,} rows to {out}", markup=False)
    if model is not None:
        talk.print(f"wrote {model}", markup=False)
