"""`likewise augment`: the real rows, and new ones like them."""

from __future__ import annotations

from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, timed
from likewise.cli.run import Mark, show


def augment(
    source: options.Source,
    n: Annotated[int | None, typer.Option("-n", metavar="N", rich_help_panel=options.WRITING,
                                          help="Rows to add.")] = None,
    times: Annotated[float | None, typer.Option("--times", metavar="FACTOR", rich_help_panel=options.WRITING,
                                                help="How many times as large the whole becomes; 2 if neither is "
                                                     "given.")] = None,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; - is CSV on stdout.")] = "-",
    technique: options.Technique = "auto",
    mark: Mark = None,
    target: options.Target = None,
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
    """Enlarge a table to train on: the real rows first, then new ones like them.

    \b
    likewise augment patients.csv --times 3 -o more.csv
    likewise augment patients.csv -n 500 --technique bootstrap --mark made -o more.csv
    """
    from likewise.recipes.enlarge import augment_to_file

    options.keep_stdout_whole(out, json)
    with timed() as seconds, progress_bar(silent=json or out == "-") as progress:
        made = augment_to_file(
            source, out, n=n, times=times, technique=technique, mark=mark, target=target, schema=schema, seed=seed,
            constraints=constraints,
            settings=options.settings_of(settings),
            options=options.read_options(delimiter, encoding, header, sheet, damaged),
            replace=replace, progress=progress,
        )  # fmt: skip
        took = seconds()
    show(made, took, json)
