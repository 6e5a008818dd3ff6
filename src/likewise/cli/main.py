"""The door of the `likewise` script: light, so that even Ctrl-C while the program loads ends cleanly."""

from __future__ import annotations

import os
import sys


def run() -> None:
    """Run the command line and leave with its exit code.

    0 well, 1 an error, 2 wrong usage, 3 a gate or a certificate that does not hold, 130 interrupted.
    """
    # Threads that spin while they wait make a busy machine many times slower, and an idle one hardly faster.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    code = exit_code(sys.argv[1:])
    # Python notes a Ctrl-C that leaves an `exec` of text, which dataclasses are made by, even where it is caught, and
    # `python -m` then dies of the signal instead of ending in the code: the next such `exec` clears the note.
    exec("")
    sys.exit(code)


def exit_code(arguments: list[str]) -> int:
    """Run the command line on some arguments and return its exit code; no user's mistake ends in a stack trace."""
    try:
        from likewise.cli.app import invoke

        return invoke(arguments)
    except KeyboardInterrupt:
        return 130
