"""Cars in a city whose streets are a grid: `likewise simulate city.py -p replan=60 -o trips.parquet`.

The more cars there are on a street, the slower they are (Greenshields, 1935). Drivers take the way that is quickest on
empty streets, or, where `replan` is above 0, the one that was quickest a little while ago.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import Scenario, World, below, more, note, population, shuffled
from likewise.techniques.agents.scenario import Floats
from likewise.techniques.agents.spaces.roads import Roads, roads, routed, way_to

JAM = 7.5
"""Metres of a lane that a car takes when all stand."""

LEAST = 0.05
"""Share of its speed that a street keeps when it is full: a car finds its way out."""


class Streets(NamedTuple):
    """Hold how many cars are on each street."""

    load: Floats


@shuffled("cars")
def drive(i: Any, w: Any) -> None:
    """Go on along the street, into the next one at its end, and choose where to go next when there."""
    cars, edge = w.cars, w.cars.edge[i]
    room = w.roads.length[edge] * w.roads.lanes[edge] / JAM
    cars.at[i] += w.roads.speed[edge] * more(1.0 - w.streets.load[edge] / room, LEAST)
    if cars.at[i] >= w.roads.length[edge]:
        node = w.roads.to[edge]
        if node == cars.goal[i]:
            row = note(w.log, True, i, cars, 0)
            w.log.seconds[row] = w.log.now[0] + 1.0 - cars.since[i]
            cars.since[i] = w.log.now[0] + 1.0
            cars.goal[i] = (node + 1 + below(cars, i, 0, w.p.side * w.p.side - 1)) % (w.p.side * w.p.side)
        to = way_to(w.roads, node, cars.goal[i])
        w.streets.load[edge] -= 1.0
        w.streets.load[to] += 1.0
        cars.at[i] -= w.roads.length[edge]
        cars.edge[i] = to


class City(Scenario):
    """Let cars go from crossing to crossing of a city."""

    agents: int = Field(1000, ge=1, description="cars")
    side: int = Field(8, ge=2, le=40, description="crossings along each side")
    block: float = Field(150.0, ge=20, description="metres from one crossing to the next")
    main: float = Field(2.0, ge=1, le=4, description="how many times as fast every fourth street is")
    replan: int = Field(0, ge=0, description="seconds after which drivers hear of jams; 0 for never")

    name: ClassVar[str] = "city"
    rules = (drive,)
    events: ClassVar = {"arrived": "cars"}
    attributes: ClassVar = {"seconds": float}
    unit: ClassVar[str] = "second"
    span: ClassVar[float] = 3600.0

    def world(self, seed: int) -> dict[str, Any]:
        """Return streets, and cars at the beginning of some of them."""
        rng, town = generator(seed, "city"), self.town()
        edge, goal = rng.integers(len(town.to), size=self.agents), rng.integers(self.side**2, size=self.agents)
        goal = np.where(goal == town.to[edge], (goal + 1) % self.side**2, goal)
        cars = population(seed, "cars", self.agents, edge=edge, at=0.0, goal=goal, since=0.0)
        return {"cars": cars, "roads": town, "streets": Streets(np.bincount(edge, minlength=len(town.to)) * 1.0)}

    def town(self) -> Roads:
        """Return a street each way between crossings beside and above one another."""
        node = np.arange(self.side**2).reshape(self.side, self.side)
        across = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
        to = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
        fast = np.concatenate([np.repeat(np.arange(self.side) % 4 == 0, self.side - 1),
                               np.tile(np.arange(self.side) % 4 == 0, self.side - 1)])  # fmt: skip
        speed = 8.0 * np.where(fast, self.main, 1.0)
        return roads(np.append(across, to), np.append(to, across), self.block, speed=np.tile(speed, 2))

    def before(self, w: World) -> None:
        """Let drivers hear how long each street takes now."""
        if self.replan and w.log.now[0] % self.replan == 0:
            free = np.maximum(1.0 - w.streets.load / (w.roads.length * w.roads.lanes / JAM), LEAST)
            w.roads = routed(w.roads, w.roads.length / (w.roads.speed * free))
