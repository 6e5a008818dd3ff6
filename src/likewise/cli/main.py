"""The `likewise` command: which commands there are, and how any of them ends."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import click
import typer

from likewise import __version__
from likewise.cli import doctor, parts, synth
from likewise.cli.console import print_error, talk
from likewise.errors import LikewiseError

app = typer.Typer(
    name="likewise",
    help="Synthetic data that keeps the distribution and the structure of real data without repeating its records.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (synth.synth, parts.inspect, parts.fit, parts.sample, parts.evaluate, parts.show, doctor.doctor):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"likewise {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Synthetic data that keeps the distribution and the structure of real data without repeating its records."""


def run() -> None:
    """Run the command line and leave with its exit code: 0 well, 1 an error, 2 wrong usage, 130 interrupted."""
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """Run the command line on some arguments and return its exit code; no user's mistake ends in a stack trace."""
    try:
        code = app(arguments, prog_name="likewise", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except LikewiseError as fault:
        print_error(fault, as_json="--json" in arguments)
        return 1
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        talk.print("interrupted: nothing was written", markup=False)
        return 130
    except BrokenPipeError:  # the reader of stdout has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
