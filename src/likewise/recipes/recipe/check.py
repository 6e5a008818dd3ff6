"""Check a whole recipe before anything runs: once before a row is read, and once more when the columns are known."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from likewise.constraints.holding.declared import DECLARED
from likewise.constraints.kinds import Constraint
from likewise.core.faults import reading, writing
from likewise.core.schema import Schema
from likewise.errors import SettingsError, suggest
from likewise.evaluation.gates import Gates
from likewise.evaluation.report.model import check_suffix
from likewise.io.sink import check_sink
from likewise.io.sql import database_file
from likewise.recipes.places import keep_apart
from likewise.recipes.recipe.document import FOUND, Output, Recipe
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.graph import READ, Graph, graph_of, unused
from likewise.recipes.recipe.steps.step import Shape

WORDS = {"rows": "rows", "model": "a model"}
BRIDGES = {"rows": "put `sample` between", "model": "put `fit` before it"}
"""What mends a step that takes rows but gets a model, and the other way round."""


@dataclass(frozen=True)
class Checked:
    """Hold who takes what in a recipe, and the shape of what it makes in the end."""

    graph: Graph
    last: Shape


def checked(recipe: Recipe, faults: Faults, *, schema: Schema | None = None) -> Checked | None:
    """Note all that can be known to be wrong, and return who takes what; with `schema`, the columns are known."""
    graph = graph_of(recipe, faults)
    if graph is None:
        for place, step in enumerate(recipe.steps):
            step.check_alone(faults, f"$.steps[{place}]")
        return None
    for place in unused(recipe, graph):
        faults.add(f"$.steps[{place}]", f"nothing takes what `{recipe.steps[place].kind}` makes: name it with `as` and "
                                        "take it, or leave it out")  # fmt: skip
    if schema is not None and recipe.target is not None and recipe.target not in schema:
        hint = suggest(recipe.target, schema.names, "column")
        faults.add("$.target", f"there is no column `{recipe.target}` ({hint})")
        return None
    shapes = {READ: Shape("rows", schema.target if schema else None, False, schema).with_target(recipe.target)}
    for place in graph.order:
        shapes[place] = _checked_step(recipe, graph, shapes, place, faults)
    for place, output in enumerate(recipe.outputs):
        _check_output(output, shapes[graph.made_by(output.take)], faults, f"$.outputs[{place}]")
    last = shapes[len(recipe.steps) - 1]
    if (recipe.gates is not None or recipe.constraints) and last.thing != "rows":
        faults.add("$.gates" if recipe.gates is not None else "$.constraints",
                   "there are no rows to judge: the last step makes a model")  # fmt: skip
    return Checked(graph, last)


def _checked_step(
    recipe: Recipe, graph: Graph, shapes: dict[int, Shape], place: int, faults: Faults
) -> Shape:  # fmt: skip
    step, path, main = recipe.steps[place], f"$.steps[{place}]", graph.main[place]
    taken = shapes[READ if main is None else main]
    if step.takes is not None and taken.thing != step.takes:
        maker = "the source" if main in (None, READ) else f"step {main + 1} (`{recipe.steps[main].kind}`)"
        faults.add(path, f"`{step.kind}` takes {WORDS[step.takes]}, and {maker} gives {WORDS[taken.thing]}: "
                         f"{BRIDGES[step.takes]}")  # fmt: skip
        return Shape(step.gives, taken.target, True, taken.schema)
    named = {name: shapes[where] for name, where in graph.named[place].items()}
    return step.check(taken, named, faults, path)


def _check_output(output: Output, shape: Shape, faults: Faults, path: str) -> None:
    wanted = "model" if output.model is not None else "rows"
    if shape.thing != wanted:
        faults.add(path, f"{WORDS[wanted]} cannot be written here, for what is taken is {WORDS[shape.thing]}")
    if output.write is not None:
        check_columns(output.mark, output.weight, shape, faults, path)


def check_columns(mark: str | None, weight: str, shape: Shape, faults: Faults, path: str) -> None:
    """Note columns that would be added under the name of one that is there."""
    added = {"mark": mark, "weight": weight if shape.weighted else None}
    for at, name in added.items():
        if shape.schema is not None and name in shape.schema:
            faults.add(f"{path}.{at}", f"there is a column `{name}` already: give another name as `{at}`")


def check_places(
    recipe: Recipe, located: Callable[[str], str], faults: Faults, *, replace: bool
) -> Schema | None:  # fmt: skip
    """Note files that are not there and places that cannot be written; return the schema that a file settles, if any.

    `located` gives a place as it is found from here, `replace` says that tables of a database may be.
    """
    schema = None
    if recipe.source is not None and _is_file(recipe.source.read):
        with faults.at("$.source"), reading(path := Path(located(recipe.source.read)).expanduser()):
            path.stat()
    if recipe.described is not None:
        with faults.at("$.schema"):
            schema = Schema.read(located(recipe.described))
    if isinstance(recipe.gates, str):
        with faults.at("$.gates"):
            gates_of(recipe, located)
    elif recipe.gates is not None:
        with faults.at("$.gates"):
            Gates.from_dict(recipe.gates)
    with faults.at("$.constraints"):
        rules_of(recipe, located)
    seen = [located(recipe.source.read)] if recipe.source is not None else ["-"]
    for place, output in enumerate(recipe.outputs):
        path_here = f"$.outputs[{place}]"
        with faults.at(path_here):
            _check_place(output, located(output.place), replace)
            keep_apart(seen[0], *seen[1:], located(output.place))
            _check_database(located(output.place), seen[1:])
            seen.append(located(output.place))
    return schema


def rules_of(recipe: Recipe, located: Callable[[str], str]) -> tuple[Constraint, ...]:
    """Return the rules that a recipe declares. Raises SettingsError and SourceError."""
    asked = recipe.constraints
    if asked is None or asked == FOUND:
        return ()
    return DECLARED.validate_python(located(asked) if isinstance(asked, str) else asked)


def gates_of(recipe: Recipe, located: Callable[[str], str]) -> Gates | None:
    """Return the limits that a recipe names: a profile, a file or the document itself."""
    if recipe.gates is None:
        return None
    if isinstance(recipe.gates, dict):
        return Gates.from_dict({"name": recipe.name or "own", **recipe.gates})
    return Gates.of(located(recipe.gates) if Path(recipe.gates).suffix else recipe.gates)


def _check_place(output: Output, place: str, replace: bool) -> None:
    """Refuse a place that could not be written when all else is done."""
    if output.report is not None:
        check_suffix(place)
    if output.write is not None and (Path(place).suffix or not _is_file(place) or place.endswith("/")):
        check_sink(place, replace=replace)
        return
    folder = Path(place).expanduser().parent  # without a suffix the source says how it is written
    with writing(Path(place)):
        if not folder.is_dir():
            raise FileNotFoundError(2, "no such folder")
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "read-only")


def _check_database(place: str, others: list[str]) -> None:
    """Refuse a second table of a database that is one file, for only one at a time can be written there."""
    file = database_file(place)
    if file is not None and any(database_file(other) == file for other in others):
        raise SettingsError("settings.same-place", f"`{file}` takes in one table at a time", where=place,
                            hint="write the other into another database, or in another recipe")  # fmt: skip


def _is_file(place: str) -> bool:
    return place != "-" and "://" not in place
