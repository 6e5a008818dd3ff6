"""Rules and what runs them, compiled by numba where that is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from likewise.core.extras import require
from likewise.techniques.agents.language.term import TERMS

EXTRA = "agents"

How = Literal["compiled", "arrays", "plain"]
"""The ways in which a rule is run: compiled by numba, on whole columns, or one agent after another in Python."""

OPTIONS = {"error_model": "numpy", "_nrt": False, "forceinline": True}
"""Divisions by 0 give infinity, as in numpy. References are not counted, for rules make no arrays: counting took more
than half of the time of an event. Terms become part of what calls them, for to hand on a world costs more than most of
them do."""

_DECLARED: set[Callable[..., Any]] = set()


def can_compile() -> bool:
    """Return whether numba is installed."""
    return find_spec("numba") is not None


@cache
def compiled(function: Callable[..., Any]) -> Any:
    """Return a function compiled, when it is first called, for the arguments that it is called with.

    Raises MissingExtra where numba is not installed. Costs about a second for a rule; nothing is kept on the disk, for
    what a rule calls may have changed since.
    """
    numba = require("numba", extra=EXTRA)
    extending = require("numba.extending", extra=EXTRA)
    for called, written in TERMS:
        if called not in _DECLARED:
            _DECLARED.add(called)
            extending.overload(called, strict=False, jit_options={**OPTIONS, "no_cfunc_wrapper": True})(
                _overloaded(written())
            )
    return numba.njit(**OPTIONS)(function)


def _overloaded(written: Callable[..., Any]) -> Callable[..., Any]:
    """Return what tells numba, whatever the types of the arguments, what to compile for a term."""
    return lambda *types, **named: written


def comes_of_compiling(fault: Exception) -> bool:
    """Return whether an exception says that something cannot be compiled."""
    return type(fault).__module__.startswith("numba.")


@cache
def around(build: Callable[[Any], Callable[..., Any]], act: Callable[..., Any], how: How) -> Any:
    """Return what is built around a rule as it is run.

    A rule that were handed over at each call would have to be looked up by numba each time, which takes longer than
    what few agents do.
    """
    return as_run(build(as_run(act, how)), how)


def as_run(function: Callable[..., Any], how: How) -> Any:
    """Return a function as it is run: compiled where that is wanted."""
    return compiled(function) if how == "compiled" else function
