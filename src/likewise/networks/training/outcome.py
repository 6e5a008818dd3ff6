"""How a training went, and what a model's card says of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_NOTES: ContextVar[list[str] | None] = ContextVar("notes", default=None)


@dataclass(frozen=True)
class Outcome:
    """Tell how a training went: steps taken of those planned, the last loss of each phase, and what is to be said.

    `epochs` are the passes over the rows that were planned: asked for instead of a time, they give the same weights.
    `held_back` is the best loss on rows that were held back, NaN where none were.
    """

    steps: int
    planned: int
    losses: dict[str, float]
    notes: tuple[str, ...] = ()
    epochs: float = math.nan
    held_back: float = math.nan


@contextmanager
def noting() -> Iterator[list[str]]:
    """Yield a list that the notes of all trainings in the block are put in, in their order."""
    notes: list[str] = []
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def noted(outcome: Outcome) -> Outcome:
    """Put the notes of an outcome where the fit that it belongs to looks for them; return it."""
    notes = _NOTES.get()
    if notes is not None:
        notes.extend(outcome.notes)
    return outcome


def timed_note(what: str, steps: int, epochs: float, *, repeatable: bool) -> str:
    """Return the note of a training that had a time."""
    same = "repeats" if repeatable else "comes close to"
    return f"{what}: {steps:,} steps in the time that was given; epochs={epochs:.8g} {same} it"


def other_notes(what: str, steps: int, planned: int, size: int, portions: int, failures: int) -> list[str]:
    """Return the notes of a training that ended early, was short of memory, or had to go back."""
    notes = []
    if steps < planned:
        notes.append(f"{what}: ended after {steps:,} of {planned:,} steps, as held-back rows were not told better any "
                     "more")  # fmt: skip
    if portions > 1:
        notes.append(f"{what}: memory was short, so batches of {size:,} rows were worked on in {portions} portions")
    if failures:
        notes.append(f"{what}: losses became no numbers {failures} times, and training went on from a state before "
                     "that, in smaller steps")  # fmt: skip
    return notes
