"""Conway's game of life, as a scenario in a file of its own: `likewise simulate examples/agents/life.py --until 100`.

Gardner, 1970, Scientific American 223.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import Grid, Scenario, beside, note, population, together

BORN = 0


@together("cells", sets=("lives",))
def live(i: Any, w: Any, new: Any) -> None:
    """Live on with two or three neighbours who live, begin with three, else die."""
    lives, around = w.cells.lives, 0
    for k in range(8):
        around = around + lives[beside(w.grid, i, k)]
    new.lives[i] = (around == 3) | ((around == 2) & lives[i])
    note(w.log, (around == 3) & ~lives[i], i, w.cells, BORN)


class Life(Scenario):
    """Let cells of a grid without edges live and die by how many of their neighbours live."""

    agents: int = Field(10_000, ge=9, description="cells, in rows as long as columns")
    alive: float = Field(0.3, gt=0, lt=1, description="share of cells that live at the beginning")

    name: ClassVar[str] = "life"
    rules = (live,)
    events: ClassVar = {"born": "cells"}

    def world(self, seed: int) -> dict[str, Any]:
        """Return cells of which some live, by chance."""
        side = math.isqrt(self.agents)
        lives = generator(seed, "life").random(side * side) < self.alive
        return {"cells": population(seed, "cells", side * side, lives=lives), "grid": Grid(side, side)}
