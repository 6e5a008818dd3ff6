"""How the command line shows a race: a row a candidate, and why the winner won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.cli.console import talk

if TYPE_CHECKING:
    from likewise.recipes.race.result import Figure, Race

HEADINGS = ("candidate", "AUC", "TSTR", "near", "copies", "CPU s", "")


def print_race(race: Race | None) -> None:
    """Print what a race found, on stderr; nothing where none was run."""
    if race is None:
        return
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, heading in enumerate(HEADINGS):
        grid.add_column(heading, justify="right" if 0 < number < 6 else "left", no_wrap=number < 6)
    for entry in race.entries:
        found = entry.figures
        cells = ["-"] * 4
        if found is not None:
            cells = [_figure(found.c2st), _figure(found.tstr), _figure(found.closeness), f"{found.copies.value:.2%}"]
        seconds = "-" if entry.cpu_seconds is None else f"{entry.cpu_seconds:.1f}"
        told = entry.verdict + (f": {entry.why}" if entry.why else "")
        grid.add_row(entry.name, *cells, seconds, told, style="bold" if entry.verdict == "chosen" else None)
    if race.held:
        talk.print(grid)
    talk.print(f"{race.winner.name} was chosen for the goal {race.goal}: {race.why}\n", markup=False, soft_wrap=False)


def _figure(found: Figure | None) -> str:
    return "-" if found is None else f"{found.value:.3f} ±{1.96 * found.error:.3f}"
