"""`likewise inspect`, `fit`, `sample`, `evaluate` and `show`: the parts of the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar, talk


def inspect(
    source: options.Source,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the schema as YAML, to edit and give back.")]
    = None,
    exact: Annotated[bool, typer.Option("--exact", help="Keep real bounds and rare levels in the file: not for "
                                                        "others' eyes.")] = False,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Show what each column was taken for, and why.

    Examples:

      likewise inspect adult.csv.gz

      likewise inspect adult.csv.gz -o schema.yaml
    """
    from likewise.core.aside import write_aside
    from likewise.core.public import public_schema
    from likewise.core.table import Table
    from likewise.io.source import read_source

    came = read_source(source, options=options.read_options(delimiter, encoding, header, sheet))
    table = Table.from_arrow(came.table)
    if out is not None:
        schema = table.schema if exact else public_schema(table)
        write_aside(out, schema.to_yaml())
        talk.print(f"wrote {out}", markup=False)
    if json:
        print_json({"rows": table.rows, "columns": [c.model_dump(mode="json") for c in table.schema.columns]})
        return
    grid = Grid(title=f"{source}: {table.rows:,} rows, {len(table.names)} columns", title_justify="left")
    for heading in ("column", "kind", "role", "missing", "why"):
        grid.add_column(heading, overflow="fold", justify="right" if heading == "missing" else "left")
    for column in table.schema.columns:
        share = float(table.missing(column.name).mean()) if table.rows else 0.0
        pii = f"; looks like personal data ({column.pii})" if column.pii else ""
        shown = f"{share:.1%}" if share else ""
        grid.add_row(*map(_plain, (column.name, column.kind, column.role, shown, column.reason + pii)))
    stdout.print(grid)


def fit(
    source: options.Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the model goes.")],
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    target: options.Target = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
) -> None:
    """Learn a model from all rows of a source, without judging it.

    Example:

      likewise fit adult.csv.gz -o adult.likewise --set min_leaf=50
    """
    from likewise.recipes.verbs import fit as learn

    with progress_bar() as progress:
        model = learn(source, technique=technique, schema=schema, target=target, seed=seed, progress=progress,
                      **options.settings_of(settings))  # fmt: skip
    model.save(out)
    talk.print(f"wrote {out}", markup=False)


def sample(
    model: Annotated[Path, typer.Argument(help="A model file (*.likewise).")],
    n: Annotated[int, typer.Option("-n", help="Rows to draw; with --given @FILE, as many as the file holds.")] = 1000,
    out: Annotated[str, typer.Option("-o", "--out", help="Where the rows go; - is CSV on stdout.")] = "-",
    given: options.Given = None,
    seed: options.Seed = 0,
    replace: options.Replace = False,
) -> None:
    """Draw rows from a model, at constant memory.

    Examples:

      likewise sample adult.model.likewise -n 5

      likewise sample adult.model.likewise -n 10_000_000 -o rows.parquet

      likewise sample adult.model.likewise --given @known.csv -o completed.csv
    """
    from likewise.core.state import load
    from likewise.recipes.files import sample_to_file

    wanted = options.given_of(given)
    rows = n if wanted is None or isinstance(wanted, str) else wanted.rows
    with progress_bar(silent=out == "-") as progress:
        sample_to_file(load(model), out, rows, given=wanted, seed=seed, replace=replace, progress=progress)
    if out != "-":
        talk.print(f"wrote {rows:,} rows to {out}", markup=False)


def evaluate(
    real: Annotated[str, typer.Argument(help="The real rows that the generator saw.")],
    synthetic: Annotated[str, typer.Argument(help="The synthetic rows to judge, whoever made them.")],
    holdout: Annotated[str | None, typer.Option("--holdout", help="Real rows that the generator did not see.")] = None,
    target: options.Target = None,
    schema: options.SchemaFile = None,
    report: Annotated[Path | None, typer.Option("--report", help="Where a report goes (.html, .md, .json).")] = None,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:
    """Judge synthetic data: how alike, how useful and how safe it is.

    Example:

      likewise evaluate train.csv synthetic.csv --holdout holdout.csv --target income --report report.html
    """
    from likewise.recipes.verbs import evaluate as judge

    with progress_bar(silent=json) as progress:
        found = judge(real, synthetic, holdout=holdout, target=target, schema=schema, seed=seed, progress=progress)
    if report is not None:
        found.save(report)
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        stdout.print(found.to_markdown(), markup=False, highlight=False)


def show(
    model: Annotated[Path, typer.Argument(help="A model file (*.likewise).")],
    json: options.Json = False,
) -> None:
    """Show a model's card: where it came from, how it was made, what it may leak and how well it did."""
    from likewise.core.state import load

    loaded = load(model)
    if json:
        print_json({"card": loaded.card.model_dump(mode="json"), "schema": loaded.schema.to_dict()})
        return
    stdout.print(loaded.card.to_text(), markup=False, highlight=False)
    for column in loaded.schema.columns:
        stdout.print(f"column      {column.name} ({column.kind})", markup=False, highlight=False)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
