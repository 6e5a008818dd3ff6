"""`likewise synth`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk, timed


def synth(
    source: options.Source,
    n: Annotated[int | None, typer.Option("-n", help="Rows to draw; as many as came in if not given.")] = None,
    out: Annotated[str | None, typer.Option("-o", "--out", help="Where the rows go; the suffix decides.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Where the report goes (.html, .md, .json).")] = None,
    model: Annotated[Path | None, typer.Option("--model", help="Where the model goes.")] = None,
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    target: options.Target = None,
    given: options.Given = None,
    holdout: Annotated[float, typer.Option("--holdout", help="Share of rows kept from the fit to judge by.")] = 0.2,
    seed: options.Seed = 0,
    settings: options.Settings = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:
    """Make a synthetic table from a real one, with a report and a model beside it.

    Examples:

      likewise synth adult.csv.gz

      likewise synth adult.csv.gz -n 1000000 -o big.parquet --seed 7

      likewise synth adult.csv.gz --given 'sex=Female,age>=60' --target income

      likewise synth 'sqlite:///shop.db#orders' -o orders.synthetic.csv
    """
    from likewise.recipes.synth import synthesize_to_files

    with timed() as seconds, progress_bar(silent=json) as progress:
        made = synthesize_to_files(
            source,
            out=out,
            report=report,
            model=model,
            n=n,
            technique=technique,
            schema=schema,
            target=target,
            given=options.given_of(given),
            holdout=holdout,
            seed=seed,
            progress=progress,
            settings=options.settings_of(settings),
            options=options.read_options(delimiter, encoding, header, sheet),
            replace=replace,
        )
        took = seconds()
    if json:
        print_json(_as_json(made))
        return
    talk.print(made.report.headline, style="bold", markup=False)
    for score in made.report.scores:
        talk.print(f"  {score.title:<28} {said(score)}", markup=False)
    talk.print(f"\n{made.rows:,} rows    {made.data}", markup=False)
    talk.print(f"report  {made.report_file}\nmodel   {made.model_file}", markup=False)
    talk.print(f"took    {took:.0f} s", markup=False)


def said(score: Any) -> str:
    """Return a score and its floor as one short line."""
    if score.value is None:
        return f"not measured: {score.meaning}"
    unit = "%" if score.unit == "%" else ""
    floor = "" if score.floor is None else f"   (fresh real rows: {score.floor:.3g}{unit})"
    return f"{score.value:.3g}{unit}  {score.verdict}{floor}"


def _as_json(made: Any) -> dict[str, Any]:
    return {
        "data": str(made.data),
        "report": str(made.report_file),
        "model": str(made.model_file),
        "rows": made.rows,
        "headline": made.report.headline,
        "scores": [score.model_dump(mode="json") for score in made.report.scores],
    }
