"""`likewise frontier`: what protection costs in likeness, on your own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar


def frontier(
    source: options.Source,
    technique: options.Technique = "auto",
    target: options.Target = None,
    schema: options.SchemaFile = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.WRITING,
                                                help="Where the curve goes (.html, .md, .json).")] = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Measure what protection costs in likeness, setting by setting.

    Each setting learns from your rows and is judged on others of them, so that the trade-off is chosen and not guessed.

    \b
    likewise frontier adult.csv.gz
    likewise frontier adult.csv.gz --target income --report curve.html
    """
    from likewise.evaluation.report.model import check_suffix
    from likewise.recipes.frontier import frontier as measured
    from likewise.recipes.places import keep_apart

    if report is not None:
        check_suffix(report)
        keep_apart(source, report)
    with progress_bar(silent=json) as progress:
        curve = measured(source, technique=technique, target=target, schema=schema, seed=seed, progress=progress,
                         settings=options.settings_of(settings))  # fmt: skip
    if report is not None:
        curve.save(report)
    if json:
        print_json(curve.model_dump(mode="json"))
    else:
        stdout.print(curve.to_markdown(), markup=False, highlight=False)
