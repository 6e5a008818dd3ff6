"""Flocks: birds keep together, apart, and to one heading, and fly as one though none leads.

Reynolds, 1987, SIGGRAPH (boids). Three rules of those in sight are enough.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Plane,
    Scenario,
    World,
    cos,
    degree,
    direction,
    gap,
    length,
    more,
    near,
    population,
    sin,
    term,
    together,
    totals_of,
    where,
    within,
)


@term()
def pull(i: Any, j: Any, w: Any) -> Any:
    """Return where a bird is drawn by another: towards it, away where it is too near, and along with it."""
    birds, p = w.birds, w.p
    across, up = gap(w.plane, birds.x[i], birds.y[i], birds.x[j], birds.y[j])
    towards = p.cohere - where(length(across, up) < p.separation, p.separate, 0.0)
    return towards * across + p.match * birds.ahead_x[j], towards * up + p.match * birds.ahead_y[j]


@together("birds", sets=("x", "y", "ahead_x", "ahead_y"))
def fly(i: Any, w: Any, new: Any) -> None:
    """Turn as the birds in sight draw on average, and fly on."""
    birds, in_sight = w.birds, more(degree(w.near, i), 1)
    across, up = totals_of(w.near, i, pull, w)
    across, up = direction(birds.ahead_x[i] + across / in_sight, birds.ahead_y[i] + up / in_sight)
    new.ahead_x[i], new.ahead_y[i] = across, up
    new.x[i], new.y[i] = within(w.plane, birds.x[i] + w.p.speed * across, birds.y[i] + w.p.speed * up)


class Flocking(Scenario):
    """Let birds fly over a plane without edges, each by what those in its sight do."""

    agents: int = Field(1000, ge=1, description="birds")
    space: float = Field(100.0, gt=0, description="square metres for each bird")
    speed: float = Field(1.0, gt=0, description="metres flown in a step")
    vision: float = Field(10.0, gt=0, description="metres that a bird sees")
    separation: float = Field(2.0, ge=0, description="metres within which others are too near")
    cohere: float = Field(0.03, ge=0, description="how much birds draw towards each other")
    separate: float = Field(0.015, ge=0, description="how much birds that are too near keep apart")
    match: float = Field(0.05, ge=0, description="how much birds take over the heading of others")

    name: ClassVar[str] = "flocking"
    rules = (fly,)

    def world(self, seed: int) -> dict[str, Any]:
        """Return birds in places of chance, each with a heading of its own."""
        side = math.sqrt(self.agents * self.space)
        plane = Plane(side, side)
        x, y, angle = generator(seed, "flocking").random((3, self.agents)) * [[side], [side], [2 * math.pi]]
        birds = population(seed, "birds", self.agents, x=x, y=y, ahead_x=cos(angle), ahead_y=sin(angle))
        return {"birds": birds, "plane": plane, "near": near(plane, x, y, self.vision)}

    def before(self, w: World) -> None:
        """See who is in whose sight."""
        w.near = near(w.plane, w.birds.x, w.birds.y, w.p.vision)

    def measured(self, w: World) -> dict[str, float]:
        """Return how far birds fly the same way: 0 where each has a heading of its own, 1 where all have one."""
        return {"order": math.hypot(w.birds.ahead_x.mean(), w.birds.ahead_y.mean())}
