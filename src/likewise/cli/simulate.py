"""`likewise simulate`: agents that act, and what they leave behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_json, progress_bar, talk


def simulate(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", help="A name such as schelling, a YAML "
                                                   "document, or a Python file; without one the scenarios are "
                                                   "listed.")] = None,
    parameters: Annotated[list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE",
                                                         help="A parameter of the scenario, e.g. rate=0.2.")] = None,
    agents: Annotated[int | None, typer.Option("--agents", metavar="N", help="How many agents.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="SPAN", help="How long: 30d, 12h, or a number of "
                                                                              "steps.")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="When it begins; times are then "
                                                                              "moments.")] = None,
    out: Annotated[str, typer.Option("-o", "--out", metavar="PLACE", rich_help_panel=options.WRITING,
                                     help="Where the events go: a file, a SQL URL, or - for CSV on stdout; a folder "
                                          "(run/) gets agents and what was measured too.")] = "-",
    every: Annotated[str | None, typer.Option("--every", metavar="SPAN", help="Keep what agents are along the way, so "
                                                                              "often: a table beside the events, in "
                                                                              "a folder.")] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", rich_help_panel=options.WRITING,
                                               help="Of the files in a folder: csv, parquet, jsonl, ...")] = None,
    how: Annotated[str | None, typer.Option("--how", metavar="WAY", help="compiled, arrays or plain: the result is the "
                                                                         "same.")] = None,
    checkpoint: Annotated[Path | None, typer.Option("--checkpoint", metavar="FOLDER", help="Keep how far it is there, "
                                                    "and go on from it after a break.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")] = None,
    replace: options.Replace = False,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Let agents act by the rules of a scenario, and write the events.

    \b
    likewise simulate                                       # which scenarios there are
    likewise simulate sir -p rate=0.2 --agents 100000 --until 60d -o infections.parquet
    likewise simulate clinic.yaml --start 2026-01-05 -o visits.xes
    likewise simulate traffic --until 5m --every 1s -o road/ --format parquet
    likewise simulate market --until 5d --checkpoint kept/ -o trades.csv
    """
    from likewise.recipes.simulate import simulate_to_file

    if scenario is None:
        _list(json)
        return
    chosen = options.settings_of(parameters, option="-p")
    if agents is not None:
        chosen["agents"] = agents
    options.keep_stdout_whole(out, json)
    with progress_bar(silent=out == "-" or json) as progress:
        made = simulate_to_file(scenario, out, until=until, start=start, every=every, how=how, seed=seed,
                                format=format, checkpoint=checkpoint, replace=replace, progress=progress,
                                **chosen)  # fmt: skip
    if json:
        print_json({"out": out, **made})
    elif out != "-":
        who = ", ".join(f"{count:,} {name}" for name, count in made.items() if name != "events")
        talk.print(f"wrote {made['events']:,} events of {who} to {out}", markup=False)


def _list(json: bool) -> None:
    """Print the scenarios, what they are, and their parameters."""
    from likewise.recipes.simulate import described_scenarios

    found = described_scenarios()
    if json:
        print_json(found)
        return
    for name, told in found.items():
        typer.echo(f"{name}: {told['about']}")
        for parameter, said in told["parameters"].items():
            value = "..." if said["is_required"] else said["default"]
            typer.echo(f"  -p {parameter}={value}  {said['about']}")
