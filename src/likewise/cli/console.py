"""How the command line talks: errors and progress on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from likewise.errors import LikewiseError

if TYPE_CHECKING:
    from likewise.evaluation.certificate import Verification
    from likewise.recipes.quarantine import Aside

out = Console(soft_wrap=True)
talk = Console(stderr=True, soft_wrap=True, highlight=False)
OUTCOMES = {"agrees": "green", "differs": "bold red", "not checked": "dim"}
"""The colour of what came of a check."""


@contextmanager
def progress_bar(*, silent: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a Progress that draws one bar a step, with the time left, on stderr; nothing when stderr is piped."""
    if silent or not talk.is_terminal:
        yield lambda step, done, total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn(compact=True))  # fmt: skip
    with Progress(*columns, console=talk, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            name = step.partition(":")[0]
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done, total=total, description=step)

        yield show


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Yield a clock that tells the seconds since the block began."""
    start = time.monotonic()
    yield lambda: time.monotonic() - start


def print_aside(aside: Aside) -> None:
    """Print what is told of rows that were set aside: counts, row numbers and where they went, and no value."""
    for note, listed in zip(aside.notes, aside.listed, strict=True):
        talk.print(f"{note} ({listed.rpartition(': ')[2]})", style="yellow", markup=False, soft_wrap=False)
    if aside.file is not None and aside.rows:
        talk.print(f"set aside  {aside.rows:,} rows in {aside.file}", markup=False)


def print_checks(found: Verification) -> None:
    """Print what was checked, a line each, and a sentence that sums it up."""
    width = max(len(one.what) for one in found.checks)
    for one in found.checks:
        talk.print(f"{one.outcome:<12} {one.what:<{width}}  {one.said}", style=OUTCOMES[one.outcome], markup=False)
    talk.print(found.told(), style="bold", markup=False, soft_wrap=False)


def print_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def print_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int,
    file: TextIO | None = None, line: str | None = None,
) -> None:  # fmt: skip
    """Print a warning in a line of its own, on stderr: where in the program it arose tells a user nothing."""
    talk.print(f"note: {message}", style="yellow", markup=False)


def print_error(fault: LikewiseError, *, as_json: bool) -> None:
    """Print an error: as text on stderr, or its fields as JSON on stdout."""
    if as_json:
        print_json({"error": fault.to_dict()})
    else:
        head, _, rest = str(fault).partition("\n")
        talk.print(head, style="bold red", markup=False)
        if rest:
            talk.print(rest, markup=False)
