"""`likewise run`: a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk, timed
from likewise.cli.gate import NOT_PASSED, print_gate

if TYPE_CHECKING:
    from likewise.recipes.recipe.run import Run


def _recipes(incomplete: str) -> list[str]:
    from likewise.recipes.recipe.named import named_recipes

    return [name for name in named_recipes() if name.startswith(incomplete)]


RecipeFile = Annotated[str, typer.Argument(metavar="RECIPE", autocompletion=_recipes,
                                           help="A recipe.yaml, or one that is shipped: smote-enn, bootstrap-noise, "
                                                "autoregressive-smote or smote-discriminator.")]  # fmt: skip
From = Annotated[str | None, typer.Option("--source", metavar="SOURCE", rich_help_panel=options.READING,
                                          help="What is read, in place of the recipe's own source.")]  # fmt: skip
Parameters = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", rich_help_panel=options.LEARNING,
                                                      help="A parameter that the recipe declares.")]  # fmt: skip
Out = Annotated[str | None, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                         help="Where the rows go, in place of the recipe's own.")]  # fmt: skip
ReportFile = Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.WRITING,
                                                 help="Where a report goes (.html, .md, .json).")]  # fmt: skip
Work = Annotated[Path | None, typer.Option("--work", metavar="FOLDER", rich_help_panel=options.WRITING,
                                           help="Where results of steps are kept; .likewise beside the recipe if not "
                                                "given.")]  # fmt: skip
Mark = Annotated[str | None, typer.Option("--mark", metavar="NAME", rich_help_panel=options.WRITING,
                                          help="Add a column that says which rows were made.")]  # fmt: skip
Weight = Annotated[str | None, typer.Option("--weight", metavar="NAME", rich_help_panel=options.WRITING,
                                            help="What a column of weights is called.")]  # fmt: skip
RecipeSeed = Annotated[int | None, typer.Option("--seed", metavar="N", help="In place of the recipe's own seed.")]


def run(
    recipe: RecipeFile,
    source: From = None,
    target: options.Target = None,
    schema: options.SchemaFile = None,
    parameters: Parameters = None,
    out: Out = None,
    report: ReportFile = None,
    gate: options.Gate = None,
    mark: Mark = None,
    weight: Weight = None,
    work: Work = None,
    seed: RecipeSeed = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Run a recipe: a chain of steps, taken up again where it stopped.

    \b
    likewise run recipe.yaml
    likewise run recipe.yaml --seed 3 -o third.csv --report third.html
    likewise run smote-enn --source cards.csv --target fraud --set ratio=0.5
    """
    from likewise.recipes.recipe.ready import Beside, ready
    from likewise.recipes.recipe.run import carried_out

    options.keep_stdout_whole(out, json)
    with timed() as seconds, progress_bar(silent=json) as progress:
        reading = options.read_options(delimiter, encoding, header, sheet)
        beside = Beside(source, schema, target, out, report, gate, mark, weight, work, seed, reading, replace)
        prepared = ready(recipe, beside, options.settings_of(parameters), files=True)
        made = carried_out(prepared, progress=progress)
        took = seconds()
    show(made, took, json)


def show(made: Run, took: float, json: bool) -> None:
    """Print what came of a run, and end by its gate and its rules."""
    if json:
        print_json(_as_json(made))
    else:
        for place, step in enumerate(made.steps, 1):
            state = "kept" if step.kept else f"{step.seconds:.1f} s"
            talk.print(f"{place:>3}  {step.step}  {step.rows:,} rows  {state}", markup=False)
        if made.rows is not None and 0 < made.rows.added < made.rows.table.rows:
            real = made.rows.table.rows - made.rows.added
            talk.print(f"rows    {real:,} real, {made.rows.added:,} made", markup=False)
        print_notes(made)
        if made.report is not None:
            talk.print(made.report.headline, style="bold", markup=False, soft_wrap=False)
            print_gate(getattr(made.report, "gate", None))
        for written in made.outputs:
            if written != "-":
                talk.print(f"wrote   {written}", markup=False)
        talk.print(f"took    {took:.0f} s", markup=False)
    if not made.holds:
        raise typer.Exit(NOT_PASSED)


def print_notes(made: Run) -> None:
    """Print what is to be said of the rows: above all that their shares were set, where they were."""
    for note in made.notes:
        style = "bold yellow" if note.startswith("not population-representative") else None
        talk.print(note, style=style, markup=False, soft_wrap=False)
    for rule in made.rules:
        if rule.broken:
            talk.print(f"{rule.said}: broken in {rule.broken:,} made rows", style="bold red", markup=False)


def _as_json(made: Run) -> dict[str, Any]:
    report, gate = made.report, getattr(made.report, "gate", None)
    return {
        "steps": [{"step": d.step, "rows": d.rows, "seconds": d.seconds, "kept": d.kept, "digest": d.digest}
                  for d in made.steps],
        "rows": None if made.rows is None else made.rows.table.rows,
        "made": None if made.rows is None else made.rows.added,
        "representative": made.representative,
        "notes": list(made.notes),
        "rules": [rule.model_dump(mode="json") for rule in made.rules],
        "headline": None if report is None else report.headline,
        "gate": None if gate is None else gate.model_dump(mode="json"),
        "scores": [score.model_dump(mode="json") for score in getattr(report, "scores", ())],
        "outputs": list(made.outputs),
    }  # fmt: skip
