"""Who takes what: the steps of a recipe in an order in which each has what it needs, without a circle."""

from __future__ import annotations

from dataclasses import dataclass

from likewise.errors import suggest
from likewise.recipes.recipe.document import Recipe
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import SOURCE

READ = -1
"""The place of the source among the steps."""


@dataclass(frozen=True)
class Graph:
    """Hold for every step the place of what it takes, and those it takes by name; and an order to run in.

    A place is that of a step, or -1 for the source; `main` is None where a step takes things by name only.
    """

    main: tuple[int | None, ...]
    named: tuple[dict[str, int], ...]
    order: tuple[int, ...]
    makers: dict[str, int]

    def takes(self, place: int) -> tuple[int, ...]:
        """Return the places of all that a step takes, the main thing first."""
        main = self.main[place]
        return (*(() if main is None else (main,)), *self.named[place].values())

    def made_by(self, name: str | None) -> int:
        """Return the step that makes what a name stands for, the last one without a name."""
        return len(self.main) - 1 if name is None else self.makers[name]


def graph_of(recipe: Recipe, faults: Faults) -> Graph | None:
    """Return who takes what, or note names that nothing has and circles, and return None."""
    makers = _makers(recipe, faults)
    before = len(faults.found)
    main: list[int | None] = []
    named: list[dict[str, int]] = []
    for place, step in enumerate(recipe.steps):
        path = f"$.steps[{place}]"
        main.append(_place(step.take, makers, faults, f"{path}.take", place - 1) if step.takes else None)
        if step.takes is None and step.take is not None:
            faults.add(f"{path}.take", f"`{step.kind}` takes what it names itself, and nothing else")
        places = {name: _place(name, makers, faults, f"{path}.{at}", READ) for at, name in step.names().items()}
        named.append(places)
    for place, output in enumerate(recipe.outputs):
        _place(output.take, makers, faults, f"$.outputs[{place}].take", READ)
    if len(faults.found) > before:
        return None
    graph = Graph(tuple(main), tuple(named), (), makers)
    order = _order(graph)
    if len(order) < len(recipe.steps):
        faults.add("$.steps", f"the steps go round in a circle: {_circle(graph, set(order), recipe)}")
        return None
    return Graph(graph.main, graph.named, order, makers)


def unused(recipe: Recipe, graph: Graph) -> list[int]:
    """Return the steps whose results nothing takes, other than the last."""
    taken = {place for step in range(len(recipe.steps)) for place in graph.takes(step)}
    taken |= {graph.made_by(output.take) for output in recipe.outputs}
    return [place for place in range(len(recipe.steps) - 1) if place not in taken]


def _makers(recipe: Recipe, faults: Faults) -> dict[str, int]:
    makers = {SOURCE: READ}
    for place, step in enumerate(recipe.steps):
        if step.called is None:
            continue
        if step.called in makers:
            other = "the rows that are read" if step.called == SOURCE else f"what step {makers[step.called] + 1} makes"
            faults.add(f"$.steps[{place}].as", f"`{step.called}` is the name of {other}: give another one")
        makers.setdefault(step.called, place)
    return makers


def _place(name: str | None, makers: dict[str, int], faults: Faults, path: str, default: int) -> int:
    if name is None:
        return default
    if name not in makers:
        faults.add(path, f"nothing is called `{name}` ({suggest(name, list(makers), 'name')})")
    return makers.get(name, default)


def _order(graph: Graph) -> tuple[int, ...]:
    """Return the steps so that each comes after what it takes, in their own order else; less those in a circle."""
    done: list[int] = []
    while True:
        ready = [place for place in range(len(graph.main)) if place not in done
                 and all(taken in done or taken == READ for taken in graph.takes(place))]  # fmt: skip
        if not ready:
            return tuple(done)
        done.append(ready[0])


def _circle(graph: Graph, done: set[int], recipe: Recipe) -> str:
    """Say which steps take one another's results."""
    place = next(place for place in range(len(recipe.steps)) if place not in done)
    path: list[int] = []
    while place not in path:
        path.append(place)
        place = next(taken for taken in graph.takes(place) if taken not in done and taken != READ)
    circle = [*path[path.index(place) :], place]
    return ", which takes from ".join(f"step {place + 1} (`{recipe.steps[place].kind}`)" for place in circle)
