"""`likewise calibrate`: the parameters of a scenario that real data speaks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, progress_bar, talk
from likewise.errors import SettingsError


def calibrate(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name such as sir, a YAML document, or a Python "
                                                                     "file.")],
    to: Annotated[str, typer.Option("--to", metavar="SOURCE", help="Real events, or tracks: whatever likewise reads.")],
    free: Annotated[list[str] | None, typer.Option("--free", metavar="NAME[=LOW..HIGH]", help="A parameter to find, "
                                                   "within a document by its path (arrivals.per_week); those that the "
                                                   "scenario names, if none is given.")] = None,
    parameters: Annotated[list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE",
                                                         help="A parameter that is known.")] = None,
    columns: Annotated[list[str] | None, typer.Option("--column", metavar="NAME=COLUMN", help="What time, agent or "
                                                      "activity is called in the data.")] = None,
    agents: Annotated[int | None, typer.Option("--agents", metavar="N", help="How many agents; as many as in the data, "
                                                                             "if not given and if they are all "
                                                                             "there.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="SPAN", help="How long a run is; as long as the data, "
                                                                              "if not given.")] = None,
    budget: Annotated[int, typer.Option("--budget", metavar="RUNS", help="Runs at most.")] = 3000,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="Processes; the result is the same.")] = 1,
    journal: Annotated[Path | None, typer.Option("--journal", metavar="FILE", help="Keep each run there, and go on "
                                                                                   "from it after a break.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", rich_help_panel=options.WRITING,
                                             help="A document for likewise simulate; the draws go beside it.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same result.")] = 0,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Find the parameters of a scenario that real data speaks for, and say whether the scenario fits at all.

    \b
    likewise calibrate sir --to cases.csv --agents 5000 --free rate=0.01..1 --free days=2..30 -o fitted.yaml
    likewise calibrate clinic.yaml --to visits.parquet --column case=patient --free arrivals.per_week=50..500
    likewise simulate fitted.yaml -o more.parquet
    """
    from likewise.recipes.calibrate import calibrate as find

    chosen = options.settings_of(parameters, option="-p")
    if agents is not None:
        chosen["agents"] = agents
    called = {name: str(value) for name, value in options.settings_of(columns, option="--column").items()}
    with progress_bar(silent=json) as progress:
        found = find(scenario, to, free=_ranges(free), columns=called, until=until, budget=budget, workers=workers,
                     journal=journal, seed=seed, progress=progress, **chosen)  # fmt: skip
    if out is not None:
        found.save(out)
    if json:
        print_json({"parameters": found.scenario.to_dict(), "mean": found.posterior.mean(),
                    "interval": {name: found.posterior.interval(name) for name in found.posterior.names},
                    "unreached": list(found.check.unreached), "untold": list(found.untold),
                    "warnings": list(found.posterior.warnings)})  # fmt: skip
        return
    stdout.print(found.to_text(), markup=False, highlight=False)
    if out is not None:
        talk.print(f"wrote {out}", markup=False)


def _ranges(free: list[str] | None) -> dict[str, tuple[float, float] | None] | None:
    """Read parameters that are to be found, with or without a range."""
    found: dict[str, tuple[float, float] | None] = {}
    for told in free or []:
        name, equals, span = told.partition("=")
        low, _, high = span.partition("..")
        try:
            found[name.strip()] = (float(low), float(high)) if equals else None
        except ValueError:
            raise SettingsError("agents.range", "a range is of the form NAME=LOW..HIGH", where=f"--free {told}",
                                hint="write e.g. --free rate=0.1..10") from None  # fmt: skip
    return found or None
