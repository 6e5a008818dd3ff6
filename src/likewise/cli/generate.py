"""`likewise generate`: rows from a document, without data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk
from likewise.errors import SettingsError

if TYPE_CHECKING:
    from likewise.core.table import Table

LOOKING = "To look before rows are made"
READING = "What is generated"

WIDEST = 40
"""Characters of a cell that a preview shows, at most."""


def generate(
    spec: Annotated[str | None, typer.Argument(metavar="SPEC", help="A YAML document of tables, a script of SQL, a "
                                               "live database, a JSON Schema or another description; or an industry: "
                                               "finance.")] = None,
    n: Annotated[int | None, typer.Option("-n", metavar="N", rich_help_panel=options.WRITING,
                                          help="Rows to draw; of several tables, of each that the "
                                               "document gives no number. 1000 if neither says it.")] = None,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="A file or SQL URL; of several tables a folder or a database; - is CSV on "
                                          "stdout.")] = "-",
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", rich_help_panel=options.WRITING,
                                               help="Of the files in a folder: csv, parquet, jsonl, ...")] = None,
    tables: Annotated[str | None, typer.Option("--tables", metavar="NAMES", rich_help_panel=options.WRITING,
                                               help="Write these tables only: customers,orders.")] = None,
    like: Annotated[str | None, typer.Option("--like", metavar="SOURCE", rich_help_panel=READING,
                                             help="Instead of SPEC: a database or a file, whose distributions are "
                                                  "learned and whose rules are kept.")] = None,
    over: Annotated[Path | None, typer.Option("--with", metavar="FILE", rich_help_panel=READING,
                                              help="A YAML document that says otherwise of some tables or "
                                                   "columns.")] = None,
    dialect: Annotated[str | None, typer.Option("--dialect", metavar="NAME", rich_help_panel=READING,
                                                help="Of a script of SQL: postgres, mysql, sqlite, tsql, oracle, ...; "
                                                     "found if not given.")] = None,
    into: Annotated[Literal["new", "existing", "append"],
                    typer.Option("--into", metavar="new|existing|append", rich_help_panel=options.WRITING,
                                 help="Make the tables of a database, or fill those that are there: empty ones, or "
                                      "any.")] = "new",
    rate: Annotated[float | None, typer.Option("--rate", metavar="ROWS", rich_help_panel=options.WRITING,
                                               help="Write JSON lines to stdout, so many rows a second.")] = None,
    design: Annotated[str | None, typer.Option("--design", metavar="NAME", rich_help_panel=options.WRITING,
                                               help="latin-hypercube, sobol, halton or full-factorial: rows spread "
                                                    "more evenly than chance would.")] = None,
    given: options.Given = None,
    balance: options.Balance = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="FILE", rich_help_panel=options.WRITING,
                                               help="Where the model goes, for likewise sample.")] = None,
    preview: Annotated[int | None, typer.Option("--preview", metavar="ROWS", rich_help_panel=LOOKING,
                                                help="Print the first rows of each table instead.")] = None,
    explain: Annotated[bool, typer.Option("--explain", rich_help_panel=LOOKING,
                                          help="Say what makes each column and how each rule is met.")] = False,
    schema: Annotated[bool, typer.Option("--schema", rich_help_panel=LOOKING,
                                         help="Print the JSON Schema of documents, for editors.")] = False,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes; as the "
                                                                         "document says, or 0, if not given.")] = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Make tables from a document alone, without any real data.

    \b
    likewise generate clinic.yaml -n 5
    likewise generate shop.yaml -o shop/ --format parquet
    likewise generate schema.sql -n 1000 -o sqlite:///shop.db
    likewise generate postgresql://ann@host/shop --with changes.yaml -o shop.sql
    likewise generate clinic.yaml --given 'sex=F,age>=60' -o older.csv
    likewise generate trial.yaml --design latin-hypercube -n 200 -o runs.csv
    likewise generate shop.yaml --preview 5
    likewise generate finance --help               # an industry has options of its own
    """
    from likewise.recipes.described import source_of
    from likewise.recipes.generate import explained, generate_to_file, lines_at, previewed

    if schema:
        from likewise.techniques.rules.document.json_schema import json_schema

        print_json(json_schema())
        return
    if spec is None and like is None:
        raise SettingsError("settings.spec", "there is no document to generate from", where="SPEC",
                            hint="likewise generate shop.yaml -n 1000 -o shop/")  # fmt: skip
    chosen = None if tables is None else tuple(name.strip() for name in tables.split(",") if name.strip())
    wanted = options.given_of(given)
    rows = n if wanted is None or isinstance(wanted, str) else wanted.rows
    if like is not None:
        from likewise.recipes.alike import alike

        if spec is not None:
            raise SettingsError("settings.spec", "SPEC and --like both say what is generated", where="--like",
                                hint="leave one of them out")  # fmt: skip
        source = alike(like, n=rows, over=over, seed=seed or 0)
    else:
        source = source_of(spec, n=rows, over=over, dialect=dialect)
    if explain:
        explanation = explained(source, n=rows, seed=seed)
        for note in source.notes:
            talk.print(f"note: {note}", markup=False)
        if json:
            print_json(explanation.model_dump(mode="json"))
            return
        sys.stdout.writelines(f"{line}\n" for line in explanation.lines())
        return
    if preview is not None:
        for name, table in previewed(source, preview, n=rows, tables=chosen, seed=seed):
            _show(name, table)
        return
    if rate is not None:
        for line in lines_at(source, rate, n=rows, tables=chosen, seed=seed):
            sys.stdout.write(line)
            sys.stdout.flush()
        return
    options.keep_stdout_whole(out, json)
    with progress_bar(silent=out == "-" or json) as progress:
        made = generate_to_file(source, out, n=rows, given=wanted, balance=balance, design=design, tables=chosen,
                                format=format, into=into, seed=seed, model=model, replace=replace,
                                progress=progress)  # fmt: skip
    if json:
        print_json({"out": out, "tables": dict(made.tables), "notes": list(made.notes)})
        return
    for note in made.notes:
        talk.print(f"note: {note}", markup=False)
    if out != "-":
        of = f" of {len(made.tables)} tables" if len(made.tables) > 1 else ""
        talk.print(f"wrote {made.rows:,} rows{of} to {out}", markup=False)
    if model is not None:
        talk.print(f"wrote {model}", markup=False)


def _show(name: str, table: Table) -> None:
    """Print the first rows of a table on stdout, a column under each name."""
    cells = table.to_dict()
    columns = [[column, *("" if cell is None else str(cell)[:WIDEST] for cell in cells[column])] for column in cells]
    sizes = [max(map(len, column)) for column in columns]
    lines = ("  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=True)).rstrip()
             for row in zip(*columns, strict=True))  # fmt: skip
    sys.stdout.writelines([f"{name}:\n", *(f"  {line}\n" for line in lines)])
