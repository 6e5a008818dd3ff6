"""`likewise inspect`: what was each column taken for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, talk


def inspect(
    source: options.Source,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", rich_help_panel=options.WRITING,
                                             help="The schema (with --rules the rules) as YAML, to edit and give "
                                                  "back.")] = None,
    rules: Annotated[bool, typer.Option("--rules", rich_help_panel=options.WRITING,
                                        help="Write rules, found and proposed, in place of the schema.")] = False,
    pii: Annotated[bool, typer.Option("--pii", help="Show which columns identify persons, alone or with others, and "
                                                    "what laws call them.")] = False,
    exact: Annotated[bool, typer.Option("--exact", rich_help_panel=options.WRITING,
                                        help="Keep real bounds and rare levels in FILE: for you alone.")] = False,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    damaged: options.Damaged = "refuse",
    json: options.Json = False,
) -> None:  # fmt: skip
    """Show what each column was taken for, and why, and which rules hold in every row or in a share of them.

    \b
    likewise inspect adult.csv.gz
    likewise inspect adult.csv.gz -o schema.yaml
    likewise synth adult.csv.gz --schema schema.yaml
    likewise inspect adult.csv.gz --rules -o rules.yaml
    likewise inspect patients.csv --pii
    """
    from likewise.core.aside import write_aside
    from likewise.core.machine import available_memory, gigabytes
    from likewise.core.public import public_schema
    from likewise.core.table import Table
    from likewise.io.source import read_source
    from likewise.recipes.places import keep_apart
    from likewise.recipes.verbs import infer_constraints, infer_copies, kept_rules, memory_to_learn, rules_yaml

    if out is not None:
        keep_apart(source, out)
    came = read_source(source, options=options.read_options(delimiter, encoding, header, sheet, damaged))
    table = Table.from_arrow(came.table)
    if pii:
        _identifiers(source, table, json)
        return
    found = infer_constraints(table)
    if out is not None or (rules and not json):
        schema = table.schema if exact else public_schema(table)
        text = rules_yaml(table, found=found, exact=exact) if rules else schema.to_yaml()
        if out is None:
            stdout.print(text, end="", markup=False, highlight=False, soft_wrap=True)
            return
        write_aside(out, text)
        talk.print(f"wrote {out}", markup=False)
    kept = kept_rules(table, found)
    held = {(rule.kind, rule.columns) for rule in kept.items}
    others = [rule for rule in found.shown if (rule.kind, rule.columns) not in held]
    copies = infer_copies(table, kept)
    needed, room = memory_to_learn(table), available_memory()
    if json:
        columns = [c.model_dump(mode="json") for c in table.schema.columns]
        print_json(
            {
                "rows": table.rows,
                "columns": columns,
                "rules": [{**r.model_dump(mode="json"), "kept": r not in others} for r in (*kept.shown, *others)],
                "copies": [copy.model_dump(mode="json") for copy in copies],
                "memory": {"to_learn": needed, "available": room},
            }
        )
        return
    stdout.print(_grid(source, table))
    _list("holds in every row, and in every row that is drawn:", kept.shown)
    nearly = "holds in every row, and in most that are drawn, for values that few rows hold are not drawn exactly:"
    _list(nearly, [rule for rule in others if rule.kind != "unique"])
    _list("holds in every row, but is not kept in rows that are drawn:", [r for r in others if r.kind == "unique"])
    _list("holds in a share of the rows, and in about as many that are drawn:", copies)
    if needed is not None:
        left = "" if room is None else f", of {gigabytes(room)} available"
        stdout.print(f"\nlearning it takes about {gigabytes(needed)} of memory{left}", markup=False, highlight=False)


def _identifiers(source: str, table: Any, json: bool) -> None:
    """Print which columns identify persons: the class, how sure, why, what becomes of it, and what laws call it."""
    from rich.table import Table as Grid
    from rich.text import Text

    from likewise.privacy.pii import find_pii

    found = find_pii(table)
    if json:
        print_json({"rows": table.rows, "identifiers": [finding.model_dump(mode="json") for finding in found]})
        return
    if found:
        count = len({finding.column for finding in found})
        title = f"{Path(source).name}: {count} of {len(table.names)} columns identify, alone or with others"
        grid = Grid(title=Text(title), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for heading in ("column", "class", "cells", "sure", "in a fit", "HIPAA", "GDPR", "why"):
            grid.add_column(heading, overflow="fold", justify="right" if heading in ("cells", "sure") else "left")
        for own in found:
            becomes = "replaced" if own.replaced else "learned"
            article = own.gdpr[own.gdpr.index("art.") :]
            share = f"{own.share:.0%}" if own.share >= 0.005 else "<1%"
            grid.add_row(*map(Text, (own.column, own.label, share, f"{own.confidence:.2f}", becomes,
                                     own.hipaa[:3], article, own.why)))  # fmt: skip
        stdout.print(grid)
        _meant("HIPAA, Safe Harbor: ", sorted({own.hipaa for own in found}))
        _meant("GDPR: ", sorted({own.gdpr for own in found}))
    else:
        talk.print("no column looks like an identifier; that is no proof that none is")
    _beside(table, {own.column: own.label for own in found})


def _meant(heading: str, said: Sequence[str]) -> None:
    """Print what letters and articles stand for."""
    stdout.print(f"\n{heading}{'; '.join(said)}", markup=False, highlight=False, soft_wrap=False)


def _beside(table: Any, found: Mapping[str, str]) -> None:
    """Print which other columns may tell who somebody is: what others may know, and dates."""
    from likewise.privacy.anonymity.identifiers import helps

    rest = [column for column in table.schema.columns if column.name not in found]
    dates = [column.name for column in rest if column.kind in ("date", "datetime")]
    known = [column.name for column in rest if column.name not in dates and helps(column, None)]
    if known:
        _meant("others may know them of somebody, and together they may be enough: ", [", ".join(known)])
    if dates:
        _meant("dates; where they are of one person, such as of a visit, they fall under (C): ", [", ".join(dates)])


def _list(heading: str, rules: Sequence[Any]) -> None:
    """Print rules under a heading, each with the number of rows it was seen in."""
    if rules:
        stdout.print(f"\n{heading}", markup=False)
    for rule in rules:
        levels = getattr(rule, "levels", ())  # only what says why cells are missing has any
        named = f": {', '.join(levels)}" if levels else ""
        stdout.print(f"  {rule.said()}{named} (seen in {rule.support:,} rows)", markup=False, highlight=False)


def _grid(source: str, table: Any) -> Any:
    from rich.table import Table as Grid
    from rich.text import Text

    title = f"{Path(source).name}: {table.rows:,} rows, {len(table.names)} columns"
    grid = Grid(title=Text(title), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("column", "kind", "role", "missing", "why"):
        grid.add_column(heading, overflow="fold", justify="right" if heading == "missing" else "left")
    for column in table.schema.columns:
        share = float(table.missing(column.name).mean()) if table.rows else 0.0
        pii = f"; looks like personal data ({column.pii})" if column.pii else ""
        shown = f"{share:.1%}" if share else ""
        grid.add_row(*map(Text, (column.name, column.kind, column.role, shown, column.reason + pii)))
    return grid
