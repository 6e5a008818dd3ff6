"""`likewise budget`: what may be released on whom, and what was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likewise.cli import options
from likewise.cli.console import out as stdout
from likewise.cli.console import print_json, talk

if TYPE_CHECKING:
    from likewise.privacy.ledger import Entry, Standing

budget = typer.Typer(invoke_without_command=True)

People = Annotated[str | None, typer.Argument(metavar="PEOPLE", help="A set of people, such as patients or "
                                              "patients/2025; all where none is named.")]  # fmt: skip
LedgerFile = Annotated[Path, typer.Option("--ledger", metavar="FILE", help="The ledger, one file for all "
                                          "releases on the same people.")]  # fmt: skip
DEFAULT = Path("ledger.jsonl")
BAR = 12
"""Characters of the bar that shows what is spent."""


@budget.callback()
def _root(context: typer.Context) -> None:
    """Keep privacy budgets in a ledger: set them, see what is left, read what was released.

    \b
    likewise budget set patients --epsilon 3 --delta 1e-6
    likewise budget show
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@budget.command("show")
def show(people: People = None, ledger: LedgerFile = DEFAULT, json: options.Json = False) -> None:
    """Show what is spent of each budget and what is left.

    \b
    likewise budget show
    likewise budget show patients --json
    """
    from likewise.privacy.ledger import Ledger

    opened = Ledger.open(ledger)
    found = opened.standings() if people is None else (opened.spent(people),)
    if json:
        print_json({"ledger": str(ledger), "people": [standing.model_dump(mode="json") for standing in found]})
    elif not found:
        talk.print("no budget is set yet: likewise budget set PEOPLE --epsilon 3 --delta 1e-6", markup=False)
    else:
        _print_standings(found)


@budget.command("set")
def set_(
    people: Annotated[str, typer.Argument(metavar="PEOPLE", help="A set of people, such as patients; "
                                          "patients/2025 is a part of it, and its parts share nobody.")],
    epsilon: Annotated[float, typer.Option("--epsilon", metavar="NUMBER", help="What all releases together "
                                           "may cost.")],
    delta: Annotated[float, typer.Option("--delta", metavar="NUMBER", help="The probability that this fails: far "
                                         "below one in the number of people.")],
    unit: Annotated[str, typer.Option("--unit", metavar="row|COLUMN", help="What is protected: a row, or all "
                                      "rows with the same value of a column.")] = "row",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why a budget is raised; it stands in "
                                        "the history.")] = "",
    ledger: LedgerFile = DEFAULT,
    json: options.Json = False,
) -> None:  # fmt: skip
    """Set the budget of a set of people, and begin the ledger where there is none.

    \b
    likewise budget set patients --epsilon 3 --delta 1e-6 --unit patient_id
    likewise budget set patients --epsilon 4 --delta 1e-6 --unit patient_id \\
        --reason 'agreed by the board'
    """
    from likewise.privacy.ledger import Ledger

    opened = Ledger.open(ledger, new=True)
    entry = opened.set_budget(people, epsilon, delta, unit=unit, reason=reason)
    if json:
        print_json(_plain(entry))
    else:
        _print_standings((opened.spent(people),))


@budget.command("history")
def history(people: People = None, ledger: LedgerFile = DEFAULT, json: options.Json = False) -> None:
    """List every budget and every release, in turn, after checking that none was changed.

    \b
    likewise budget history
    likewise budget history patients --json
    """
    from likewise.privacy.ledger import Ledger

    entries = Ledger.open(ledger).history(people)
    if json:
        print_json([_plain(entry) for entry in entries])
        return
    for entry in entries:
        stdout.print(f"{entry.number:>4}  {entry.time[:16].replace('T', ' ')}  {_said(entry)}", markup=False,
                     highlight=False)  # fmt: skip


def _print_standings(found: tuple[Standing, ...]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("people", "protects"):
        table.add_column(title, overflow="fold")
    for title in ("epsilon", "delta", "spent", "left", "", "releases"):
        table.add_column(title, justify="left" if title == "" else "right", no_wrap=True)
    for one in found:
        part = 0.0 if one.epsilon is None else min(1.0, one.spent / one.epsilon)
        style = "red" if part > 0.9 else "yellow" if part > 0.6 else "green"
        full = round(part * BAR)
        bar = "" if one.epsilon is None else f"[{style}]{'█' * full}[/][dim]{'░' * (BAR - full)}[/]"
        asked = one.epsilon is not None or one.spent or one.left  # else no set that it is part of has a budget either
        releases = f"{one.releases} ({one.open} open)" if one.open else f"{one.releases}"
        table.add_row(escape(one.people), escape(one.unit or "-"), _given(one.epsilon), _given(one.delta),
                      f"{one.spent:.3f}", f"{one.left:.3f}" if asked else "", bar, releases)  # fmt: skip
    stdout.print(table)


def _said(entry: Entry) -> str:
    """Say an entry in a line."""
    said = {
        "opened": f"the ledger {entry.ledger[:8]} was begun",
        "budget": f"{entry.people}: budget epsilon {_figure(entry.epsilon)}, delta {_figure(entry.delta)}, protects "
        f"{entry.unit}",
        "reserve": f"{entry.people}: reserved epsilon {_figure(entry.epsilon)}, delta {_figure(entry.delta)}",
        "commit": f"{entry.people}: made {len(entry.events)} releases of reservation {entry.reserved}",
        "return": f"{entry.people}: nothing was drawn, reservation {entry.reserved} is given back",
    }[entry.kind]
    about = [part for part in (entry.technique, entry.what, entry.reason) if part]
    return f"{said} ({', '.join(about)})" if about else said


def _given(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _plain(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True)
