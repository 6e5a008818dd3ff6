"""`likewise synth`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import print_aside, print_json, progress_bar, talk, timed
from likewise.cli.gate import end_by, print_gate
from likewise.cli.promise import print_private, print_related, private_as_json, related_as_json
from likewise.cli.standing import print_race

if TYPE_CHECKING:
    from likewise.evaluation.score import Score
    from likewise.recipes.synth import Written


def synth(
    source: options.Source,
    n: Annotated[int | None, typer.Option("-n", metavar="N", rich_help_panel=options.WRITING,
                                          help="Rows to draw; as many as came in if not given.")] = None,
    out: Annotated[str | None, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                            help="A file (the suffix decides), a SQL URL, or - for CSV on "
                                                 "stdout.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", rich_help_panel=options.WRITING,
                                                help="Where the report goes (.html, .md, .json).")] = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="FILE", rich_help_panel=options.WRITING,
                                               help="Where the model goes.")] = None,
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    target: options.Target = None,
    goal: options.Goal = None,
    time: options.Time = None,
    given: options.Given = None,
    balance: options.Balance = None,
    constraints: options.Constraints = None,
    quarantine: options.Quarantine = None,
    holdout: Annotated[float, typer.Option("--holdout", metavar="SHARE", rich_help_panel=options.LEARNING,
                                           help="Rows kept from the fit to judge by.")] = 0.2,
    gate: options.Gate = None,
    epsilon: options.Epsilon = None,
    delta: options.Delta = None,
    domain: options.Domain = None,
    unit: options.Unit = None,
    ledger: options.LedgerFile = None,
    people: options.People = None,
    public: options.Public = None,
    seed: options.Seed = 0,
    effort: options.Effort = None,
    settings: options.Settings = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    damaged: options.Damaged = "refuse",
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Make a synthetic table from a real one, with a report and a model beside it.

    \b
    likewise synth adult.csv.gz
    likewise synth adult.csv.gz -n 1000000 -o big.parquet --seed 7
    likewise synth adult.csv.gz --given 'sex=Female,age>=60' --target income
    likewise synth adult.csv.gz --goal share --time 2m
    likewise synth adult.csv.gz --gate share
    likewise synth adult.csv.gz --constraints rules.yaml --quarantine broken.csv
    likewise synth adult.csv.gz --epsilon 1 --domain domain.yaml
    likewise synth sqlite:///shop.db --epsilon 1 --unit customers --domain domain.yaml -o shop/
    likewise synth adult.csv.gz --balance 'income=<=50K:0.3|>50K:0.7'
    likewise synth 'sqlite:///shop.db#orders' -o orders.synthetic.csv
    """
    from likewise.recipes.private_related import RelatedWritten
    from likewise.recipes.private_synth import PrivatelyWritten
    from likewise.recipes.synth import synthesize_to_files

    options.keep_stdout_whole(out, json)
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
            goal=goal,
            time=time,
            given=options.given_of(given),
            balance=balance,
            constraints=constraints,
            quarantine=quarantine,
            holdout=holdout,
            gate=gate,
            epsilon=epsilon,
            delta=delta,
            domain=domain,
            unit=unit,
            ledger=ledger,
            people=people,
            public=public,
            seed=seed,
            progress=progress,
            settings=options.settings_of(settings, effort),
            options=options.read_options(delimiter, encoding, header, sheet, damaged),
            replace=replace,
        )
        took = seconds()
    if isinstance(made, RelatedWritten):
        print_json(related_as_json(made)) if json else print_related(made, took)
        return
    if isinstance(made, PrivatelyWritten):
        print_json(private_as_json(made)) if json else print_private(made, took)
        return
    if json:
        print_json(_as_json(made))
    else:
        _print_summary(made, took)
        print_gate(made.report.gate)
    end_by(made.report.gate)


SHOWN = ("shape_error", "trend_error", "c2st", "tstr", "tstr_ratio", "exact_copies", "near_copies")
"""The figures that the terminal always shows, beside those that are not good; the report holds all."""

WIDEST = 34
"""Characters of a title, so that a line fits a terminal of 80."""


def _print_summary(made: Written, took: float) -> None:
    """Print the verdict, the figures beside their floors and where the files are, on stderr."""
    print_race(made.race)
    print_aside(made.aside)
    talk.print(made.report.headline, style="bold", markup=False, soft_wrap=False)
    talk.print()
    shown = [s for s in made.report.scores if s.name in SHOWN or (s.verdict in ("fair", "poor") and not s.readout)]
    judged = {s.family for s in made.report.scores if s.name.startswith("media_") and s.value is not None}
    silent: set[str] = set()
    for score in shown:
        if score.value is None:
            if score.meaning in silent or score.family in judged:
                continue  # the reason was just given, or cells of media have figures of their own in its place
            silent.add(score.meaning)
            talk.print(f"  {score.title}: not measured. {score.meaning}", markup=False, soft_wrap=False)
            continue
        title = _title(score.title)
        talk.print(f"  {title:<{WIDEST}}  {_figure(score, score.value):<9} {_floor(score):<24} {score.verdict}",
                   markup=False)  # fmt: skip
    talk.print(f"\n{made.rows:,} rows    {made.data}", markup=False)
    talk.print(f"report  {made.report_file}\nmodel   {made.model_file}", markup=False)
    talk.print(f"took    {took:.0f} s", markup=False)


def _title(title: str) -> str:
    """Return a title that fits its column: the name of a score is cut before that of what it is of."""
    from likewise.evaluation.report.wording import shorten

    score, bracket, of = title.partition(" (")
    return shorten(shorten(score, max(WIDEST - len(bracket + of), WIDEST // 2)) + bracket + of, WIDEST)


def _figure(score: Score, value: float | None) -> str:
    return f"{value:.3g}" + (" %" if score.unit == "%" else "")


def _floor(score: Score) -> str:
    return "" if score.floor is None else f"(real rows: {_figure(score, score.floor)})"


def _as_json(made: Written) -> dict[str, Any]:
    return {
        "data": str(made.data),
        "report": str(made.report_file),
        "model": str(made.model_file),
        "rows": made.rows,
        "quarantined": {"rows": made.aside.rows, "notes": list(made.aside.notes), "file": made.aside.file},
        "headline": made.report.headline,
        "race": None if made.race is None else made.race.model_dump(mode="json"),
        "gate": None if made.report.gate is None else made.report.gate.model_dump(mode="json"),
        "scores": [score.model_dump(mode="json") for score in made.report.scores],
    }
