"""Wolves, sheep and grass: eaters and eaten, whose numbers rise and fall in turn.

Wilensky, 1997, NetLogo Wolf Sheep Predation, as in Mesa's example: sheep look for grass where no wolf is, wolves for
sheep. Lotka, 1925, and Volterra, 1926, wrote the same down as equations.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Grid,
    Scenario,
    World,
    born,
    crowd,
    die,
    enter,
    leave,
    next_to,
    note,
    population,
    shuffled,
    term,
    uniform,
)
from likewise.techniques.agents.population import living
from likewise.techniques.agents.scenario import Floats

BORN, STARVED, WOLF_BORN, WOLF_STARVED, EATEN = range(5)


class Grass(NamedTuple):
    """Hold when the grass of each cell has grown again."""

    ready: Floats


@shuffled("sheep", births=1)
def graze(i: Any, w: Any) -> None:
    """Go to a cell without wolves, one with grass if there is such a one, and eat; starve or give birth."""
    sheep, now = w.sheep, w.log.now[0]
    to, best = sheep.cell[i], 0.0
    for k in range(4):
        cell = next_to(w.grid, sheep.cell[i], k)
        appeal = uniform(sheep, i, k) + (w.grass.ready[cell] <= now)
        if w.pack.first[cell] < 0 and appeal > best:
            to, best = cell, appeal
    leave(w.flock, sheep, i)
    enter(w.flock, sheep, i, to)
    sheep.energy[i] -= 1.0
    if w.grass.ready[to] <= now:
        sheep.energy[i] += w.p.grass_energy
        w.grass.ready[to] = now + w.p.regrowth
    _go_on(w.log, w.flock, sheep, i, w.p.lambs, BORN)


@shuffled("wolves", births=1, notes=2)
def hunt(i: Any, w: Any) -> None:
    """Go to a cell with sheep, if there is such a one, and eat one; starve or give birth."""
    wolves = w.wolves
    to, best = wolves.cell[i], 0.0
    for k in range(4):
        cell = next_to(w.grid, wolves.cell[i], k)
        appeal = uniform(wolves, i, k) + (w.flock.first[cell] >= 0)
        if appeal > best:
            to, best = cell, appeal
    leave(w.pack, wolves, i)
    enter(w.pack, wolves, i, to)
    wolves.energy[i] -= 1.0
    prey = w.flock.first[to]
    if prey >= 0:
        wolves.energy[i] += w.p.sheep_energy
        note(w.log, True, prey, w.sheep, EATEN)
        leave(w.flock, w.sheep, prey)
        die(w.sheep, prey)
    _go_on(w.log, w.pack, wolves, i, w.p.pups, WOLF_BORN)


@term()
def _go_on(log: Any, crowd: Any, who: Any, i: Any, chance: Any, birth: Any) -> Any:
    """Starve where no energy is left, else give birth by chance and share the energy."""
    if who.energy[i] < 0.0:
        note(log, True, i, who, birth + 1)
        leave(crowd, who, i)
        die(who, i)
    elif uniform(who, i, 4) < chance:
        who.energy[i] *= 0.5
        child = born(who)
        who.energy[child] = who.energy[i]
        enter(crowd, who, child, who.cell[i])
        note(log, True, child, who, birth)


class WolfSheep(Scenario):
    """Let sheep eat grass, and wolves sheep, on a grid without edges."""

    agents: int = Field(12_000, ge=2, description="sheep and wolves at the beginning, four in five of them sheep")
    cells: float = Field(4.0, gt=0, le=100, description="cells of grass for each of them")
    lambs: float = Field(0.04, ge=0, le=1, description="chance that a sheep gives birth, at each step")
    pups: float = Field(0.03, ge=0, le=1, description="chance that a wolf gives birth, at each step")
    grass_energy: float = Field(4.0, ge=0, description="steps that a sheep lives on the grass of a cell")
    sheep_energy: float = Field(20.0, ge=0, description="steps that a wolf lives on a sheep")
    regrowth: float = Field(15.0, ge=0, description="steps until grass that was eaten has grown again")

    name: ClassVar[str] = "wolf-sheep"
    rules = (graze, hunt)
    events: ClassVar = {"sheep born": "sheep", "sheep starved": "sheep", "wolf born": "wolves",
                        "wolf starved": "wolves", "eaten": "sheep"}  # fmt: skip
    span: ClassVar[float] = 1000.0
    free: ClassVar = ("lambs", "pups")

    def world(self, seed: int) -> dict[str, Any]:
        """Return animals in cells of chance, with energy of up to two meals, and grass of which half has grown."""
        rng = generator(seed, "wolf-sheep")
        side = math.ceil(math.sqrt(self.agents * self.cells))
        grid = Grid(side, side)

        def animals(name: str, count: int, meal: float) -> Any:
            return population(seed, name, count, cell=rng.integers(grid.cells, size=count), below=0, above=0,
                              energy=rng.uniform(0, 2 * meal, count))  # fmt: skip

        sheep = animals("sheep", self.agents * 4 // 5, self.grass_energy)
        wolves = animals("wolves", self.agents - self.agents * 4 // 5, self.sheep_energy)
        ready = rng.uniform(-self.regrowth, self.regrowth, grid.cells)
        return {"grid": grid, "sheep": sheep, "wolves": wolves, "grass": Grass(ready),
                "flock": crowd(grid, sheep), "pack": crowd(grid, wolves)}  # fmt: skip

    def counted(self, rows: Mapping[str, Any]) -> int | None:
        """Return None: data holds who was born, eaten or starved, and not who lived through it."""
        return None

    def measured(self, w: World) -> dict[str, float]:
        """Return how many sheep and wolves live, and how many cells have grass."""
        return {"sheep": float(len(living(w.sheep))), "wolves": float(len(living(w.wolves))),
                "grass": float(np.count_nonzero(w.grass.ready <= w.log.now[0]))}  # fmt: skip
