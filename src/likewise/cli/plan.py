"""`likewise plan`: what a recipe would do."""

from __future__ import annotations

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar
from likewise.cli.run import From, Out, Parameters, RecipeFile, RecipeSeed, ReportFile, Work


def plan(
    recipe: RecipeFile,
    source: From = None,
    target: options.Target = None,
    schema: options.SchemaFile = None,
    parameters: Parameters = None,
    out: Out = None,
    report: ReportFile = None,
    gate: options.Gate = None,
    work: Work = None,
    seed: RecipeSeed = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:
    """Say what a recipe would do: steps that are done, rows, time and memory of the others.

    Everything is checked as run checks it, and the steps are tried on few rows.

    \b
    likewise plan recipe.yaml
    likewise plan smote-enn --source cards.csv --target fraud
    """
    from likewise.recipes.recipe.plan import planned
    from likewise.recipes.recipe.ready import Beside, ready

    with progress_bar(silent=json) as progress:
        reading = options.read_options(delimiter, encoding, header, sheet)
        beside = Beside(source, schema, target, out, report, gate, None, None, work, seed, reading, replace)
        prepared = ready(recipe, beside, options.settings_of(parameters), files=True)
        found = planned(prepared, progress=progress)
    if json:
        print_json({**found.model_dump(mode="json"), "seconds": found.seconds})
    else:
        stdout.print(found.to_text(), markup=False, highlight=False)
