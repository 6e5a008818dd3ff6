"""`likewise balance`: the real rows, and made ones of what is rare."""

from __future__ import annotations

from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, timed
from likewise.cli.run import Mark, Weight, show

HOW = "What is evened out"


def balance(
    source: options.Source,
    target: Annotated[str, typer.Option("--target", metavar="COLUMN", rich_help_panel=HOW,
                                        help="The column whose classes are evened out.")],
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; - is CSV on stdout.")] = "-",
    ratio: Annotated[float, typer.Option("--ratio", metavar="SHARE", rich_help_panel=HOW,
                                         help="Rows of every class over those of the largest.")] = 1.0,
    technique: Annotated[str, typer.Option("--technique", "-t", metavar="NAME", rich_help_panel=HOW,
                                           help="What makes rows; auto takes what helps a learner most.")] = "smote",
    fair: Annotated[str | None, typer.Option("--fair", metavar="COLUMN", rich_help_panel=HOW,
                                             help="A sensitive column whose groups get the same rates of each class; a "
                                                  "column of weights undoes it.")] = None,
    equal_groups: Annotated[bool, typer.Option("--equal-groups", rich_help_panel=HOW,
                                               help="With --fair: as many rows of each group.")] = False,
    clean: Annotated[str, typer.Option("--clean", metavar="METHOD", rich_help_panel=HOW,
                                       help="enn or tomek: then remove rows that their neighbours "
                                            "contradict.")] = "none",
    mark: Mark = None,
    weight: Weight = None,
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
    """Even out the classes of a table: the real rows first, then made ones of what is rare.

    \b
    likewise balance cards.csv --target fraud -o even.csv
    likewise balance cards.csv --target fraud --ratio 0.5 --clean enn -o even.csv
    likewise balance adult.csv.gz --target income --fair sex -o fair.csv
    """
    from likewise.recipes.enlarge import balance_to_file

    options.keep_stdout_whole(out, json)
    with timed() as seconds, progress_bar(silent=json or out == "-") as progress:
        made = balance_to_file(
            source, out, target=target, ratio=ratio, technique=technique, fair=fair, equal_groups=equal_groups,
            clean=clean, mark=mark, weight=weight, schema=schema, seed=seed,
            constraints=constraints, settings=options.settings_of(settings),
            options=options.read_options(delimiter, encoding, header, sheet, damaged),
            replace=replace, progress=progress,
        )  # fmt: skip
        took = seconds()
    show(made, took, json)
