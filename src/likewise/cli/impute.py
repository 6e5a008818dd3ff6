"""`likewise impute`: a table without gaps."""

from __future__ import annotations

from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk


def impute(
    source: options.Source,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; - is CSV on stdout.")] = "-",
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    constraints: options.Constraints = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    damaged: options.Damaged = "refuse",
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Fill every missing cell of a table, given what is known of its row.

    \b
    likewise impute patients.csv -o patients.filled.csv
    likewise impute patients.csv -o second.csv --seed 1
    likewise impute 'sqlite:///shop.db#orders' -o orders.parquet
    """
    from likewise.recipes.impute import impute_to_file

    options.keep_stdout_whole(out, json)
    with progress_bar(silent=json or out == "-") as progress:
        made = impute_to_file(
            source,
            out,
            technique=technique,
            schema=schema,
            constraints=constraints,
            seed=seed,
            progress=progress,
            settings=options.settings_of(settings),
            options=options.read_options(delimiter, encoding, header, sheet, damaged),
            replace=replace,
        )
    if json:
        print_json({"data": str(made.data), "rows": made.rows, "cells": made.cells, "notes": list(made.notes)})
        return
    for note in made.notes:
        talk.print(note, markup=False)
    if out != "-":
        talk.print(f"filled {made.cells:,} cells of {made.rows:,} rows: {out}", markup=False)
