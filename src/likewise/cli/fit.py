"""`likewise fit`: a model from all rows of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import progress_bar, talk


def fit(
    source: options.Source,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where the model goes (*.likewise).")],
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    target: options.Target = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
) -> None:
    """Learn a model from all rows of a source, without judging it.

    \b
    likewise fit adult.csv.gz -o adult.likewise
    likewise fit adult.csv.gz -o adult.likewise --set min_leaf=50
    """
    from likewise.recipes.places import keep_apart
    from likewise.recipes.verbs import fit as learn

    keep_apart(source, out)
    with progress_bar() as progress:
        model = learn(source, technique=technique, schema=schema, target=target, seed=seed, progress=progress,
                      **options.settings_of(settings))  # fmt: skip
    model.save(out)
    talk.print(f"wrote {out}", markup=False)
