"""Pedestrians: each walks to a goal and keeps off others as if they pushed; lanes come about by themselves.

Helbing and Molnár, 1995, Physical Review E 51.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Plane,
    Scenario,
    World,
    direction,
    length,
    less,
    more,
    near,
    normal,
    note,
    population,
    together,
    totals_of,
    where,
)
from likewise.techniques.agents.calibration.summaries import Summary
from likewise.techniques.agents.models.social_force import off_walls, push
from likewise.techniques.agents.models.tracks import Walk, corridor_walks, summaries
from likewise.techniques.agents.population import living

STEP, SIGHT, LEFT = 0.1, 5.0, 0
"""Seconds from one step to the next; metres beyond which others do not matter; what is noted."""


@together("people", sets=("x", "y", "speed_x", "speed_y", "is_there"))
def walk(i: Any, w: Any, new: Any) -> None:
    """Speed up towards the goal, give way to others and to walls, and go; at the line across the goal, leave."""
    people, p = w.people, w.p
    ahead_x, ahead_y = direction(people.goal_x[i] - people.x[i], people.goal_y[i] - people.y[i])
    push_x, push_y = totals_of(w.near, i, push, w)
    push_y = push_y + where(p.walls, off_walls(people.y[i], p.width), 0.0)
    x = people.speed_x[i] + STEP * ((people.wish[i] * ahead_x - people.speed_x[i]) / p.relaxation + push_x)
    y = people.speed_y[i] + STEP * ((people.wish[i] * ahead_y - people.speed_y[i]) / p.relaxation + push_y)
    slower = less(1.3 * people.wish[i] / more(length(x, y), 1e-6), 1.0)
    new.speed_x[i], new.speed_y[i] = slower * x, slower * y
    x, y = people.x[i] + STEP * slower * x, people.y[i] + STEP * slower * y
    new.x[i], new.y[i] = x, y
    is_there = (people.goal_x[i] - x) * people.way_x[i] + (people.goal_y[i] - y) * people.way_y[i] <= 0.0
    new.is_there[i] = is_there
    note(w.log, is_there, i, people, LEFT)


class Pedestrians(Scenario):
    """Let people walk through a corridor both ways, or from given entries to given exits, and keep off each other."""

    agents: int = Field(300, ge=1, description="people who come, unless walks are given")
    flow: float = Field(3.0, gt=0, description="people who come in a second, half of them to each end")
    length: float = Field(50.0, gt=0, description="metres from one end of the corridor to the other")
    width: float = Field(10.0, gt=0, description="metres between its walls")
    walls: bool = Field(True, description="whether there are walls")
    walks: tuple[Walk, ...] = Field((), description="when each comes, from which x and y, and to which they go")
    speed: float = Field(1.34, gt=0, le=5, description="metres a second that people wish to walk on average")
    speed_sd: float = Field(0.26, ge=0, le=2, description="by how much these wishes differ")
    strength: float = Field(2.1, ge=0, le=50, description="how strongly others push off")
    reach: float = Field(0.3, ge=0.02, le=5, description="metres over which that falls to a third")
    ahead: float = Field(2.0, ge=0, le=10, description="seconds that people think ahead for others")
    relaxation: float = Field(0.5, ge=0.1, le=10, description="seconds in which people come to their speed")

    name: ClassVar[str] = "pedestrians"
    rules = (walk,)
    events: ClassVar = {"left": "people"}
    unit: ClassVar[str] = "second"
    span: ClassVar[float] = 120.0
    step: ClassVar[float] = STEP
    like: ClassVar[str] = "people"
    every: ClassVar[float | None] = 0.4
    needs: ClassVar = ("agent", "time", "x", "y")
    free: ClassVar = ("speed", "speed_sd", "strength", "reach", "relaxation")

    def world(self, seed: int) -> dict[str, Any]:
        """Return people who are still to come, each at their entry and with their own speed."""
        rng = generator(seed, "pedestrians")
        walks = self.walks or corridor_walks(rng, self.agents, flow=self.flow, length=self.length, width=self.width)
        comes_at, x, y, goal_x, goal_y = np.array(walks).T
        people = population(
            seed, "people", len(x), comes_at=comes_at, is_there=False, wish=0.0, x=x, y=y, speed_x=0.0, speed_y=0.0,
            goal_x=goal_x, goal_y=goal_y, way_x=goal_x - x, way_y=goal_y - y)  # fmt: skip
        people.wish[:] = more(self.speed + self.speed_sd * normal(people, people.id, 0), 0.1)
        ahead_x, ahead_y = direction(people.way_x, people.way_y)
        people.speed_x[:], people.speed_y[:] = people.wish * ahead_x, people.wish * ahead_y
        people.id[:] = -1
        plane = Plane(self.length, self.width, False)
        return {"people": people, "plane": plane, "near": near(plane, people.x, people.y, SIGHT, among=living(people))}

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return how people of tracks walk."""
        return summaries(rows)

    def before(self, w: World) -> None:
        """Let those go who are there, let those in whose time has come, and see who is near whom."""
        people = w.people
        is_here = (people.comes_at <= w.log.now[0]) & ~people.is_there
        people.id[:] = np.where(is_here, np.arange(len(is_here)), -1)
        w.near = near(w.plane, people.x, people.y, SIGHT, among=living(people))

    def measured(self, w: World) -> dict[str, float]:
        """Return how many people there are, and how fast they walk on average."""
        here = living(w.people)
        speed = np.hypot(w.people.speed_x[here], w.people.speed_y[here])
        return {"people": float(len(here)), "speed": float(speed.mean()) if len(here) else 0.0}
