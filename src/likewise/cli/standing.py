"""How the command line shows a race: a row a candidate, and why the winner won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.cli.console import talk

if TYPE_CHECKING:
    from likewise.recipes.race.result import Entry, Figure, Race

HEADINGS = ("told apart", "TSTR", "near", "copies", "CPU s")


def print_race(race: Race | None) -> None:
    """Print what a race found, on stderr; nothing where none was run."""
    if race is None:
        return
    if race.held:
        width = max(len(entry.name) for entry in race.entries)
        talk.print(f"{'candidate':<{width}}  {_row(HEADINGS)}", markup=False)
        for entry in race.entries:
            style = "bold" if entry.verdict == "chosen" else None
            talk.print(f"{entry.name:<{width}}  {_row(_cells(entry))}  {entry.verdict}", style=style, markup=False)
    for entry in race.entries:
        if entry.why:
            talk.print(f"{entry.name}: {entry.why}", markup=False, soft_wrap=False)
    talk.print(f"{race.winner.name} was chosen for the goal {race.goal}: {race.why}\n", markup=False, soft_wrap=False)


def _cells(entry: Entry) -> tuple[str, ...]:
    found = entry.figures
    seconds = "-" if entry.cpu_seconds is None else f"{entry.cpu_seconds:.1f}"
    if found is None:
        return "-", "-", "-", "-", seconds
    measured = (_figure(one) for one in (found.c2st, found.tstr, found.closeness))
    return (*measured, f"{found.copies.value:.2%}", seconds)


def _row(cells: tuple[str, ...]) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, (11, 11, 11, 7, 6)))


def _figure(found: Figure | None) -> str:
    return "-" if found is None else f"{found.value:.3f} ±{1.96 * found.error:.3f}".replace("±0.", "±.")
