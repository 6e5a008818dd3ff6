"""Which commands there are, and how any of them ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
import warnings
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from likewise import __version__
from likewise.cli import (
    anonymize,
    audit,
    augment,
    balance,
    budget,
    calibrate,
    doctor,
    evaluate,
    evidence,
    federate,
    fit,
    frontier,
    generate,
    impute,
    industry,
    inspect,
    mask,
    plan,
    run,
    sample,
    show,
    simulate,
    subset,
    synth,
    update,
    verify,
)
from likewise.cli.console import print_error, print_warning
from likewise.errors import LikewiseError, SettingsError

USAGE, INTERRUPTED = 2, 130
STDOUT = 1

app = typer.Typer(
    name="likewise",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    synth.synth, inspect.inspect, fit.fit, update.update, sample.sample, generate.generate, simulate.simulate,
    calibrate.calibrate, impute.impute, balance.balance, augment.augment, subset.subset, mask.mask, anonymize.anonymize,
    run.run, plan.plan, evaluate.evaluate, audit.audit, verify.verify, frontier.frontier, show.show, evidence.evidence,
    doctor.doctor,
):  # fmt: skip
    app.command(cls=industry.ByIndustry if command is generate.generate else None)(command)
app.add_typer(budget.budget, name="budget")
app.add_typer(federate.federate, name="federate")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"likewise {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Make synthetic data that keeps the distribution and structure of real data, not its records.

    \b
    likewise synth adult.csv.gz         a synthetic table, a report and a model
    likewise COMMAND --help             each command with its examples
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def invoke(arguments: list[str]) -> int:
    """Run a command and return its exit code; a wrong option, an error and a fault of ours end in a few lines."""
    as_json, interrupted = "--json" in arguments, _noted_interrupts()
    try:
        with warnings.catch_warnings():
            warnings.showwarning = print_warning
            code = app(arguments, prog_name="likewise", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except LikewiseError as fault:
        print_error(fault, as_json=as_json)
        return 1
    except typer.TyperException as fault:
        print_error(_usage(fault), as_json=as_json)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        return _stopped(arguments)
    except (SystemExit, BrokenPipeError) as end:
        if not isinstance(end, BrokenPipeError) and not isinstance(end.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)  # the reader has gone, as `| head` does
        return 0
    except Exception as fault:  # the boundary: whatever comes here is a fault of ours
        if interrupted:  # compiled code below can turn a KeyboardInterrupt into another exception
            return _stopped(arguments)
        print_error(_fault_of_ours(fault), as_json=as_json)
        return 1


def _noted_interrupts() -> list[int]:
    """Note each Ctrl-C in the list returned, beside raising KeyboardInterrupt as ever."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, note)
    return noted


def _stopped(arguments: list[str]) -> int:
    kept = None
    if arguments[0] == "run":
        kept = "steps that were finished are kept: the same command goes on from there"
    elif any(said.removeprefix("--set=").startswith("folder=") for said in arguments):
        kept = "what was trained is kept in `folder`: the same command goes on from its last checkpoint"
    stopped = LikewiseError("interrupted", "stopped before the end; nothing was written", hint=kept)
    print_error(stopped, as_json="--json" in arguments)
    return INTERRUPTED


def _usage(fault: typer.TyperException) -> LikewiseError:
    """Return a wrong option or argument as an error like any other."""
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "likewise"
    return SettingsError("usage", fault.format_message().rstrip("."), where=command, hint=f"see {command} --help")


def _fault_of_ours(fault: Exception) -> LikewiseError:
    """Say where the program failed without the exception's own text, which may hold values of the data."""
    if os.environ.get("LIKEWISE_TRACE"):
        traceback.print_exception(fault)
    if isinstance(fault, MemoryError):
        return LikewiseError("memory", "there is not enough memory for this", hint="use fewer rows or columns")
    place = traceback.extract_tb(fault.__traceback__)[-1]
    return LikewiseError("bug", f"a fault in likewise ({type(fault).__name__})",
                         where=f"{Path(place.filename).name}:{place.lineno}",
                         hint="please report it; LIKEWISE_TRACE=1 shows more, values of your data perhaps")  # fmt: skip
