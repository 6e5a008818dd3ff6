"""`likewise subset`: a part of related tables that stands by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk

Refers = Annotated[list[str] | None, typer.Option("--refers", metavar="A.B=C.D", rich_help_panel=options.READING,
                                                  help="A reference between files of a folder, or one that a database "
                                                       "does not declare.")]  # fmt: skip
Related = Annotated[str, typer.Argument(metavar="SOURCE", help="A database by its URL, or a folder of files.")]
Out = Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                  help="A new database by its URL, or a new folder.")]  # fmt: skip


def subset(
    source: Related,
    out: Out,
    start: Annotated[str, typer.Option("--from", metavar="TABLE", help="The table whose rows are chosen.")],
    rows: Annotated[int | None, typer.Option("-n", metavar="N", help="How many of them.")] = None,
    share: Annotated[float | None, typer.Option("--share", metavar="SHARE", help="Which share of them: 0.05.")] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="RULE",
                                              help="Only rows in which a rule holds: \"country == 'DE'\".")] = None,
    whole: Annotated[list[str] | None, typer.Option("--whole", metavar="TABLE",
                                                    help="A table that is taken whole.")] = None,
    refers: Refers = None,
    masking: Annotated[Path | None, typer.Option("--mask", metavar="FILE", rich_help_panel=options.WRITING,
                                                 help="Mask what is written, as with likewise mask.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", rich_help_panel=options.WRITING,
                                             help="The key of the masking.")] = None,
    seed: options.Seed = 0,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Take part of a database so that no row refers to one that was left out.

    \b
    likewise subset sqlite:///shop.db -o sqlite:///small.db --from customers --share 0.05
    likewise subset postgresql://ann@db/shop -o small/ --from customers --where "country == 'DE'" -n 500
    likewise subset shop/ -o small/ --from customers -n 100 --refers orders.customer_id=customers.id
    """
    from likewise.recipes.subset import subset_to

    with progress_bar(silent=json) as progress:
        made = subset_to(source, out, start=start, rows=rows, share=share, where=where, whole=whole or (),
                         refers=refers or (), masking=masking, key=key, seed=seed, replace=replace,
                         progress=progress)  # fmt: skip
    if json:
        print_json({"rows": dict(made.rows), "of": dict(made.of)})
        return
    for name, count in made.rows.items():
        talk.print(f"{name}: {count:,} of {made.of[name]:,} rows", markup=False)
    for relation, count in made.orphans.items():
        talk.print(f"note: {count:,} rows of the source refer to none: {relation.said()}", markup=False)
    talk.print(f"wrote {out}", markup=False)
