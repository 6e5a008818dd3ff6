"""Schelling's neighbourhoods: who has too few neighbours of their own kind moves, and a city parts.

Schelling, 1971, Journal of Mathematical Sociology 1. Nobody here wants to live apart; the whole does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import Grid, Scenario, World, beside, moved, note, places, population, shuffled, uniform

MOVED = 0


@shuffled("people")
def settle(i: Any, w: Any) -> None:
    """Move to an empty place unless enough of the neighbours are alike."""
    people, cell = w.people, w.people.cell[i]
    alike = others = 0
    for k in range(8):
        j = w.places.who[beside(w.grid, cell, k)]
        if j >= 0:
            if people.group[j] == people.group[i]:
                alike += 1
            else:
                others += 1
    people.is_happy[i] = alike >= w.p.wanted * (alike + others)
    if not people.is_happy[i]:
        people.cell[i] = moved(w.places, i, cell, uniform(people, i, 0))
        note(w.log, True, i, people, MOVED)


class Schelling(Scenario):
    """Let people of two groups live on a grid without edges, and move where too few neighbours are alike."""

    agents: int = Field(10_000, ge=1, description="people")
    empty: float = Field(0.2, gt=0, lt=1, description="share of places where nobody lives")
    wanted: float = Field(0.4, ge=0, le=1, description="share of neighbours who are to be alike")

    name: ClassVar[str] = "schelling"
    rules = (settle,)
    events: ClassVar = {"moved": "people"}
    free: ClassVar = ("wanted",)

    def world(self, seed: int) -> dict[str, Any]:
        """Return people in places of chance."""
        rng = generator(seed, "schelling")
        side = math.ceil(math.sqrt(self.agents / (1 - self.empty)))
        grid = Grid(side, side)
        cells = rng.permutation(grid.cells)[: self.agents]
        group = rng.integers(2, size=self.agents)
        people = population(seed, "people", self.agents, group=group, cell=cells, is_happy=False)
        return {"people": people, "grid": grid, "places": places(grid, cells)}

    def counted(self, rows: Mapping[str, Any]) -> int | None:
        """Return None: data holds who moved, and not who stayed."""
        return None

    def measured(self, w: World) -> dict[str, float]:
        """Return how many are content."""
        return {"happy": float(w.people.is_happy.mean())}
