"""`likewise audit`: what a model's technique gives away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar


def audit(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model file (*.likewise).")],
    train: Annotated[str, typer.Option("--train", metavar="SOURCE", help="The rows that it was fitted to.")],
    shadows: Annotated[bool, typer.Option("--shadows/--no-shadows",
                                          help="Whether many small fits are played against one another.")] = True,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.WRITING,
                                                help="Where a report goes (.html, .md, .json).")] = None,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Attack a model's technique on its own rows: canaries, membership, shadow fits.

    The technique is fitted anew, with the settings of the model's card; the model file stays as it is.

    \b
    likewise audit adult.likewise --train adult.csv
    likewise audit adult.likewise --train adult.csv --report audit.html
    """
    from likewise.evaluation.report.model import check_suffix
    from likewise.recipes.audit import audit as judge
    from likewise.recipes.places import keep_apart

    if report is not None:
        check_suffix(report)
        keep_apart(train, report)
        keep_apart(model, report)
    with progress_bar(silent=json) as progress:
        found = judge(model, train, shadows=shadows, seed=seed, progress=progress)
    if report is not None:
        found.save(report)
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        stdout.print(found.to_markdown(), markup=False, highlight=False)
