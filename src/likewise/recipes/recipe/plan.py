"""Say what a recipe would do: which steps are done, how many rows the others make, in what time and memory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from likewise.core.machine import gigabytes
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.evaluation.gates import Gates
from likewise.io.sql import masked
from likewise.recipes import gain, guard
from likewise.recipes.gain import CHOOSING
from likewise.recipes.guard import GUARDING
from likewise.recipes.race.clock import spoken
from likewise.recipes.race.probe import Line
from likewise.recipes.recipe.graph import READ
from likewise.recipes.recipe.opened import Opened, opened
from likewise.recipes.recipe.ready import Beside, Ready, ready
from likewise.recipes.recipe.run import step_key
from likewise.recipes.recipe.steps.step import Context, Made
from likewise.recipes.recipe.store import Record
from likewise.recipes.rows import Rows

PILOT = (500, 2_000)
"""Rows of the source that a recipe is tried on, twice, to tell what it would take."""
LEAST = 0.2
"""What a further row adds at least, of what rows cost on average in a trial: much of work on few rows is for any."""
BOUNDED = {GUARDING: guard.ROWS, CHOOSING: gain.MOST}
"""Work that takes no longer beyond so many rows, by what it says as it goes on."""


class Planned(Spec):
    """Say what one step would do.

    `done` says that its result is kept and would be taken as it is. `rows` are those it makes (of a model: learns),
    `seconds` and `memory` (bytes) what it would take; None where that cannot be told, and why in `note`.
    """

    step: str
    done: bool
    rows: int | None
    seconds: float | None
    memory: int | None
    note: str = ""


class Plan(Spec):
    """Say what a recipe would do with its source, step by step, and where results are kept and written."""

    recipe: str
    source_rows: int | None
    holdout_rows: int
    steps: tuple[Planned, ...]
    outputs: tuple[str, ...]
    work: str | None

    @property
    def seconds(self) -> float | None:
        """The seconds that the steps which are not done would take; None where one cannot be told."""
        left = [step.seconds for step in self.steps if not step.done]
        return None if None in left else float(sum(second for second in left if second is not None))

    def to_text(self) -> str:
        """Return the plan as lines for a terminal."""
        held = f", {self.holdout_rows:,} held back" if self.holdout_rows else ""
        real = "real rows that nobody counts" if self.source_rows is None else f"{self.source_rows:,} real rows"
        lines = [f"{self.recipe or 'recipe'}: {real}{held}"]
        width = max(len(step.step) for step in self.steps)
        for place, step in enumerate(self.steps, 1):
            rows = "?" if step.rows is None else f"~{step.rows:,}" if not step.done else f"{step.rows:,}"
            took = "done" if step.done else "?" if step.seconds is None else f"~{spoken(step.seconds)}"
            memory = "" if step.memory is None else f"  ~{gigabytes(step.memory)}"
            lines.append(f"{place:>3}  {step.step:<{width}}  {rows:>12} rows  {took:>7}{memory}")
            if step.note:
                lines.append(f"     {step.note}")
        total = self.seconds
        lines.append(f"to run: {'not known' if total is None else f'about {spoken(total)}' if total else 'nothing'}"
                     f"{'' if self.work is None else f'; results of steps are kept in {self.work}'}")  # fmt: skip
        return "\n".join([*lines, *(f"writes {place}" for place in self.outputs)])

    def __str__(self) -> str:
        return self.to_text()


@dataclass(frozen=True)
class Tried:
    """Hold what a step took of how many rows, and made of how many, in two trials; or why it could not be tried.

    `bounded` are the seconds of work that takes no longer beyond `most` rows; `seconds` are those of all else.
    """

    taken: tuple[int, int] = (0, 0)
    made: int = 0
    seconds: tuple[float, float] = (0.0, 0.0)
    bounded: tuple[float, float] = (0.0, 0.0)
    most: int = 0
    fault: str = ""

    def at(self, rows: int) -> float:
        """Return the seconds that so many rows would take."""
        few, many = (max(1, count) for count in self.taken)
        counts = (few, max(few, many))
        return Line(counts, self.seconds, LEAST).at(rows) + Line(counts, self.bounded).at(min(rows, self.most))


class _Bounded:
    """Note as a step goes on the CPU seconds of work that takes no longer beyond some number of rows."""

    def __init__(self) -> None:
        self.seconds, self.most, self._began = 0.0, 0, 0.0

    def __call__(self, step: str, done: int, total: int, /) -> None:
        if step not in BOUNDED:
            return
        if not done:
            self.most, self._began = BOUNDED[step], time.process_time()
        if done == total:
            self.seconds += time.process_time() - self._began


def plan(
    recipe: Any,
    *,
    source: Any = None,
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    out: str | Path | None = None,
    report: str | Path | None = None,
    gate: Gates | str | Path | None = None,
    work: str | Path | None = None,
    seed: int | None = None,
    progress: Progress = quiet,
    **parameters: Any,
) -> Plan:
    """Check a recipe as `run` does and say what it would do, without doing it.

    The source is read, and steps that are not done are tried on 500 and on 2,000 of its rows to tell how many rows they
    make and how long they take; memory is what techniques know of theirs. Nothing is written. A source under a privacy
    budget is not read, and nothing is tried. Raises what `run` raises
    before the first step.

    >>> plan({"steps": [{"fit": "bootstrap"}, {"sample": 5}]}, source={"age": [31, 45] * 9}).steps[1].rows
    5
    """
    beside = Beside(source, schema, target, out, report, gate, None, None, work, seed)
    return planned(ready(recipe, beside, parameters), progress=progress)


def planned(prepared: Ready, *, progress: Progress) -> Plan:
    """Return what a recipe that is ready would do."""
    read = opened(prepared)
    kept = _kept(prepared, read)
    tried = _tried(prepared, read, progress) if len(kept) < len(prepared.recipe.steps) else {}
    rows: dict[int, int | None] = {READ: read.table.rows}
    steps: dict[int, Planned] = {}
    for place in prepared.graph.order:
        found = _planned_step(prepared, read, place, kept.get(place), tried.get(place, Tried()), rows)
        steps[place], rows[place] = found, found.rows
    folder = prepared.store.folder
    return Plan(
        recipe=prepared.recipe.name,
        source_rows=read.table.rows if prepared.unseen is None else None,
        holdout_rows=0 if read.holdout is None else read.holdout.rows,
        steps=tuple(steps[place] for place in range(len(steps))),
        outputs=tuple(masked(prepared.place.located(output.place)) for output in prepared.recipe.outputs),
        work=None if folder is None else str(folder),
    )


def _planned_step(
    prepared: Ready, read: Opened, place: int, kept: Record | None, tried: Tried, rows: Mapping[int, int | None]
) -> Planned:  # fmt: skip
    step = prepared.recipe.steps[place]
    if kept is not None:
        return Planned(step=step.said(), done=True, rows=kept.rows, seconds=kept.seconds, memory=None)
    counts = [rows[other] for other in prepared.graph.takes(place)]
    taken = None if None in counts else sum(count for count in counts if count is not None)
    if taken is None or tried.fault:
        return Planned(step=step.said(), done=False, rows=None, seconds=None, memory=None, note=tried.fault)
    made = step.rows(taken, tried.made / max(1, tried.taken[1])) if step.gives == "rows" else taken
    seconds = tried.at(max(taken, made or 0))
    a_row = read.table.columns.nbytes / max(1, read.table.rows)
    known = [technique.memory(taken, len(read.table.names)) for technique in step.techniques(read.table.schema)]
    memory = round(a_row * (taken + (made or 0))) + sum(size for size in known if size is not None)
    return Planned(step=step.said(), done=False, rows=made, seconds=round(seconds, 3), memory=memory)


def _kept(prepared: Ready, read: Opened) -> dict[int, Record]:
    """Return what is kept of the steps whose results a run would take as they are."""
    digests, found = {READ: read.result.digest}, dict[int, Record]()
    for place in prepared.graph.order:
        taken = prepared.graph.takes(place)
        if all(other in digests for other in taken):
            result = prepared.store.find(step_key(prepared, place, [digests[other] for other in taken])[0])
            if result is not None and result.record is not None:
                digests[place], found[place] = result.digest, result.record
    return found


def _tried(prepared: Ready, read: Opened, progress: Progress) -> dict[int, Tried]:
    """Try the whole chain on two small samples of the source, unless that would be a release."""
    if prepared.unseen is not None:
        return dict.fromkeys(prepared.graph.order, Tried(fault="not tried: what is learned of real rows is paid for"))
    order = generator(prepared.recipe.seed, "pilot").permutation(read.table.rows)
    trials = []
    for turn, size in enumerate((PILOT[0], *PILOT)):  # the first trial loads what is loaded once, and is not counted
        progress("trying", turn, len(PILOT) + 1)
        trials.append(_chain(prepared, read.table.take(order[:size]), min(1.0, size / max(1, read.table.rows))))
    progress("trying", len(PILOT) + 1, len(PILOT) + 1)
    return {place: _both(trials[1][place], trials[2][place]) for place in prepared.graph.order}


def _both(few: Tried, many: Tried) -> Tried:
    if few.fault or many.fault:
        few = many
    return replace(
        many,
        taken=(few.taken[1], many.taken[1]),
        seconds=(few.seconds[1], many.seconds[1]),
        bounded=(few.bounded[1], many.bounded[1]),
    )


def _chain(prepared: Ready, table: Table, share: float) -> dict[int, Tried]:
    """Run every step on few rows, and say what each took; a step that cannot be run there stops those after it."""
    graph, things, found = prepared.graph, dict[int, Made](), dict[int, Tried]()
    things[READ] = Rows.real(table)
    for place in graph.order:
        taken = graph.takes(place)
        if any(other not in things for other in taken):
            found[place] = Tried(fault="it takes what could not be tried")
            continue
        step = prepared.recipe.steps[place].small(share)
        named = {name: things[other] for name, other in graph.named[place].items()}
        main = graph.main[place]
        start, bounded = time.process_time(), _Bounded()
        try:
            made = step.run(things[READ if main is None else main], Context(prepared.recipe.seed, bounded, named))
        except LikewiseError as fault:
            found[place] = Tried(fault=f"not tried on {table.rows:,} rows: {fault.what}")
            continue
        things[place] = made
        count = sum(_rows(things[other]) for other in taken)
        rest = time.process_time() - start - bounded.seconds
        found[place] = Tried((0, count), _rows(made), (0.0, rest), (0.0, bounded.seconds), bounded.most)
    return found


def _rows(made: Made) -> int:
    return made.table.rows if isinstance(made, Rows) else made.card.rows
