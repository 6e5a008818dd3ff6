"""How the command line shows a gate, and how it ends where one is not passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from likewise.cli.console import talk

if TYPE_CHECKING:
    from likewise.evaluation.gates import GateOutcome

NOT_PASSED = 3
"""The exit code where what was asked for does not hold: a gate, or a certificate."""
STYLES = {"passed": "green", "failed": "bold red", "skipped": "dim"}


def print_gate(outcome: GateOutcome | None) -> None:
    """Print what became of each limit, on stderr; nothing where there was no gate."""
    if outcome is None:
        return
    talk.print()
    width = max(len(result.gate) for result in outcome.results)
    for result in outcome.results:
        talk.print(f"{result.outcome:<8} {result.gate:<{width}}", style=STYLES[result.outcome], markup=False)
        if result.outcome != "passed":
            for line in (result.reason, result.fix):
                if line:
                    talk.print(f"         {line}", markup=False, soft_wrap=False)
    talk.print(outcome.said(), style="bold green" if outcome.passed else "bold red", markup=False)


def end_by(outcome: GateOutcome | None) -> None:
    """End the command with exit code 3 where a gate is not passed."""
    if outcome is not None and not outcome.passed:
        raise typer.Exit(NOT_PASSED)
