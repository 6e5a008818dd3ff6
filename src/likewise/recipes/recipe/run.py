"""Run a recipe: check it, read, go on from what is kept, judge, and write what it promises, all of it or nothing."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Model
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.errors import LikewiseError
from likewise.evaluation.gates import Gates
from likewise.evaluation.report.model import Report
from likewise.evaluation.report.released import Released
from likewise.recipes.recipe.document import FOUND
from likewise.recipes.recipe.graph import READ
from likewise.recipes.recipe.judge import Rule, broken_rules, counted, judged
from likewise.recipes.recipe.opened import Opened, opened
from likewise.recipes.recipe.outputs import write_outputs
from likewise.recipes.recipe.ready import Beside, Ready, ready
from likewise.recipes.recipe.steps.step import Context, Made
from likewise.recipes.recipe.store import Result, key_of
from likewise.recipes.released import released
from likewise.recipes.rows import WEIGHT, Rows

WITH_REAL = "real rows are among them: protect the whole as the real rows themselves"
"""What is said of rows that real ones were left in."""


@dataclass(frozen=True)
class Done:
    """Tell what became of one step: its settings in words, rows taken and made, seconds, and whether it was kept."""

    step: str
    rows: int
    seconds: float
    kept: bool
    digest: str


@dataclass(frozen=True, eq=False)
class Run:
    """Hold what came of a recipe.

    `data` are the rows of the last step in the kind of object that was read (None where it made a `model`), with a
    column of weights where shares were set by hand; `made` says which of them were made. `report` is there where the
    recipe judges, `rules` tells of each rule found in the real rows how many made rows break it. `representative` is
    False where shares of rows were set, which `notes` tell of. `outputs` are the places that were written.
    """

    data: Any
    rows: Rows | None
    model: Model | None
    report: Report | Released | None
    rules: tuple[Rule, ...]
    steps: tuple[Done, ...]
    notes: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def made(self) -> Any:
        """Which rows were made, as an array of truths; None without rows."""
        return None if self.rows is None else self.rows.made

    @property
    def representative(self) -> bool:
        """Whether shares of rows are as they were found."""
        return self.rows is None or self.rows.representative

    @property
    def holds(self) -> bool:
        """Whether every limit and every rule that was asked for holds."""
        gate = self.report.gate if isinstance(self.report, Report) else None
        return (gate is None or gate.passed) and not any(rule.broken for rule in self.rules)

    def _repr_html_(self) -> str:
        from likewise.core.show import html_table

        return html_table(
            ("step", "rows", "seconds"), [(d.step, f"{d.rows:,}", f"{d.seconds:.1f}") for d in self.steps]
        )


def run(
    recipe: Any,
    *,
    source: Any = None,
    target: str | None = None,
    schema: Schema | str | Path | None = None,
    out: str | Path | None = None,
    report: str | Path | None = None,
    gate: Gates | str | Path | None = None,
    mark: str | None = None,
    work: str | Path | None = None,
    seed: int | None = None,
    progress: Progress = quiet,
    **parameters: Any,
) -> Run:
    """Run a recipe: a path, the name of one that is shipped, a mapping or a Recipe; and return what it made.

    `source` (a file, a URL or a frame), `target`, `schema`, `gate` and `seed` take the place of the recipe's own, `out`
    and `report` that of what it writes; `parameters` are those that it declares, `mark` a column that says which rows
    were made. Everything is checked before anything runs. Results of steps are kept in `work`, beside a recipe's file
    in `.likewise` if not given, and taken from there by the next run: a step runs again only when its settings or what
    it takes have changed. Outputs appear when all are whole. The same recipe, source and seed give the same bytes.
    Raises RecipeError for a recipe that cannot be run, with all its faults, and what its steps raise.

    >>> made = run({"steps": [{"fit": "bootstrap"}, {"sample": 4}]}, source={"age": [31, 45, 52] * 20})
    >>> len(made.data["age"])
    4

    Memory: the largest table that is passed on, the model that makes it, and the source.
    """
    beside = Beside(source, schema, target, out, report, gate, mark, None, work, seed)
    return carried_out(ready(recipe, beside, parameters), progress=progress)


def carried_out(prepared: Ready, *, progress: Progress) -> Run:
    """Run a recipe that is ready."""
    read = opened(prepared)
    prepared.store.prepare()
    results, done = _steps(prepared, read, progress)
    last = results[len(prepared.recipe.steps) - 1].load()
    rows = last if isinstance(last, Rows) else None
    rules: tuple[Rule, ...] = ()
    if rows is not None and prepared.recipe.constraints:
        only_found = prepared.recipe.constraints == FOUND
        rules = broken_rules(read.table, rows) if only_found else counted(prepared.rules, rows)
    found: Report | Released | None = None
    if prepared.unseen is not None:
        found = told(results[prepared.unseen.place].load(), rows) if prepared.judges and rows is not None else None
    elif prepared.judges and rows is not None:
        found = judged(prepared, read, rows, _facts(done), progress)
    written = write_outputs(prepared, read, results, rows, found)
    beside = prepared.beside
    native = None if rows is None else rows.to_native(mark=beside.mark, weight=beside.weight or WEIGHT)
    notes = () if rows is None else rows.notes if rows.made.all() else (*rows.notes, WITH_REAL)
    return Run(native, rows, last if isinstance(last, Model) else None, found, rules, done, notes, written)


def _steps(prepared: Ready, read: Opened, progress: Progress) -> tuple[dict[int, Result], tuple[Done, ...]]:
    """Run the steps that are not kept, and return what outputs take of it; what nothing takes any more is let go."""
    recipe, graph = prepared.recipe, prepared.graph
    results: dict[int, Result] = {READ: read.result}
    done: dict[int, Done] = {}
    ends = {graph.made_by(name) for name in (None, *(output.take for output in recipe.outputs))}
    ends |= {prepared.unseen.place} if prepared.unseen is not None and prepared.judges else set()
    for turn, place in enumerate(graph.order):
        progress(f"step {place + 1}: {recipe.steps[place].kind}", turn, len(graph.order))
        results[place] = found = _result(prepared, read, results, place, progress)
        assert found.record is not None
        done[place] = Done(found.record.step, found.record.rows, found.record.seconds, found.kept, found.digest)
        wanted = ends.union(*(graph.takes(later) for later in graph.order[turn + 1 :]))
        results = {other: result for other, result in results.items() if other in wanted}
    progress("steps", len(graph.order), len(graph.order))
    return results, tuple(done[place] for place in range(len(recipe.steps)))


def _result(
    prepared: Ready, read: Opened, results: dict[int, Result], place: int, progress: Progress
) -> Result:  # fmt: skip
    """Return what a step makes: what is kept of it, or what comes of running it."""
    step, graph = prepared.recipe.steps[place], prepared.graph
    taken = [results[other] for other in graph.takes(place)]
    key, seed = step_key(prepared, place, [other.digest for other in taken])
    found = prepared.store.find(key)
    if found is not None:
        return found
    start = time.monotonic()
    if prepared.unseen is not None and place == prepared.unseen.place:
        model = prepared.unseen.fit(seed, progress)
        return prepared.store.keep(key, model, step.said(), model.card.rows, time.monotonic() - start)
    main = graph.main[place]
    named = {name: results[other].load() for name, other in graph.named[place].items()}
    given = Rows.real(read.table.slice(0, 0)) if main is None else results[main].load()
    try:
        thing = step.run(given, Context(seed, progress, named))
    except LikewiseError as fault:
        fault.where = f"$.steps[{place}] (`{step.kind}`)" + (f", {fault.where}" if fault.where else "")
        raise
    count = sum(result.record.rows if result.record else read.table.rows for result in taken)
    return prepared.store.keep(key, thing, step.said(), count, time.monotonic() - start)


def step_key(prepared: Ready, place: int, taken: list[str]) -> tuple[str, int]:
    """Return the key of a step and the seed it runs with: alike steps on alike things are one and the same."""
    step = prepared.recipe.steps[place]
    own = prepared.recipe.seed if step.seed is None else step.seed
    said = json.dumps([step.content(), own, taken], sort_keys=True, ensure_ascii=False)
    return key_of(said), int(generator(own, "step", said).integers(2**31))


def told(model: Made, rows: Rows) -> Released:
    """Return what a model under a budget was paid for, beside rows that were made of it."""
    assert isinstance(model, Model)
    return released(model, rows.table)


def _facts(done: tuple[Done, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f"Step {place + 1}", f"{step.step} ({step.rows:,} rows)") for place, step in enumerate(done))
