"""Traffic: cars and trucks on several lanes, who keep to the one ahead and change lanes where that is worth it.

On a ring jams arise from nothing and travel backwards, as on the circular road of Sugiyama et al., 2008, New Journal of
Physics 10. How drivers drive is in `driving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Scenario,
    World,
    born,
    die,
    less,
    more,
    note,
    population,
    shuffled,
    term,
    together,
    uniform,
    waiting,
    where,
)
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.models.driving import changes, drawn, steered
from likewise.techniques.agents.models.vehicle_tracks import summary_of
from likewise.techniques.agents.population import living, of_columns
from likewise.techniques.agents.spaces.lanes import arranged, lanes

CHANGED, ENTERED, LEFT = range(3)

STEP = 0.2
"""Seconds from one step to the next."""

ENTRY = 100.0
"""Metres at the beginning of an open road where nobody changes lanes, so that who comes in knows who is there."""


@together("vehicles", sets=("x", "v", "lane", "changed"))
def drive(i: Any, w: Any, new: Any) -> None:
    """Speed up or slow down for the one ahead, in the lane beside where that is better."""
    cars, now = w.vehicles, w.log.now[0]
    gain = steered(w.p, w.lanes, cars, i, w.lanes.ahead[i])
    to = cars.lane[i] + w.lanes.side[0]
    may = (to >= 0) & (to < w.p.lanes) & (now >= cars.changed[i] + w.p.pause) & (w.lanes.is_ring | (cars.x[i] > ENTRY))
    does = may & changes(w.p, w.lanes, cars, i, gain)
    # Who changes minds the one ahead in both lanes for a step, for that one may change with it.
    gain = where(does, less(gain, steered(w.p, w.lanes, cars, i, w.lanes.beside_ahead[i])), gain)
    faster = more(cars.v[i] + (gain + w.p.noise * (uniform(cars, i, 0) - 0.5)) * STEP, 0.0)
    x = cars.x[i] + 0.5 * (cars.v[i] + faster) * STEP
    new.x[i] = where(w.lanes.is_ring & (x >= w.lanes.length), x - w.lanes.length, x)
    new.v[i] = faster
    new.lane[i] = where(does, to, cars.lane[i])
    new.changed[i] = where(does, now, cars.changed[i])
    row = note(w.log, does, i, cars, CHANGED)
    w.log.lane[row], w.log.position[row] = to, x


@shuffled("gates", births=1, into="vehicles", notes=2)
def let_pass(i: Any, w: Any) -> None:
    """Let the first of a lane leave at the end of the road, and the next come in when it is due and has room."""
    cars, gates, first, last = w.vehicles, w.gates, w.lanes.front[i], w.lanes.rear[i]
    if first >= 0 and cars.x[first] >= w.lanes.length:
        _told(w.log, cars, first, LEFT)
        die(cars, first)
    if gates.due[i] <= w.log.now[0]:
        speed = w.p.speed if last < 0 or cars.x[last] > ENTRY else less(w.p.speed, cars.v[last])
        if last < 0 or cars.x[last] - cars.length[last] > w.p.standing + speed * w.p.headway:
            j = born(cars)
            drawn(w.p, cars, j)
            cars.lane[j], cars.x[j], cars.v[j], cars.changed[j] = i, 0.0, less(speed, w.p.speed * cars.haste[j]), 0.0
            _told(w.log, cars, j, ENTERED)
            gates.due[i] += waiting(gates, i, 0, w.p.inflow / 3600.0)


@term()
def _told(log: Any, cars: Any, j: Any, what: Any) -> Any:
    row = note(log, True, j, cars, what)
    log.lane[row], log.position[row] = cars.lane[j], cars.x[j]


class Traffic(Scenario):
    """Let cars and trucks drive on the lanes of a ring, or of a road that they come to and leave."""

    agents: int = Field(300, ge=1, description="vehicles on the road at the beginning")
    lanes: int = Field(3, ge=1, le=10, description="lanes, numbered from the right")
    room: float = Field(20.0, ge=2, le=1000, description="metres between vehicles at the beginning, at least")
    ring: bool = Field(True, description="whether the road has no ends")
    inflow: float = Field(1500.0, gt=0, le=4000, description="vehicles an hour and lane that come to a road with ends")
    trucks: float = Field(0.1, ge=0, le=1, description="share of trucks")
    speed: float = Field(33.0, gt=1, le=70, description="speed that drivers want, m/s")
    headway: float = Field(1.1, ge=0.5, le=5, description="seconds that drivers keep to the one ahead")
    standing: float = Field(2.0, ge=0.5, le=10, description="metres that drivers keep when they stand")
    power: float = Field(0.8, ge=0.1, le=5, description="acceleration of a free car, m/s^2")
    braking: float = Field(2.0, ge=0.5, le=5, description="braking that drivers find comfortable, m/s^2")
    haste: float = Field(0.1, ge=0, le=0.5, description="how much the wanted speeds differ, as a share of their mean")
    spread: float = Field(0.2, ge=0, le=1, description="how much headways and accelerations differ, likewise")
    noise: float = Field(0.5, ge=0, le=5, description="range of chance in accelerations, m/s^2")
    politeness: float = Field(0.2, ge=0, le=1, description="what the loss of others counts when lanes are changed")
    threshold: float = Field(0.1, ge=0, le=5, description="gain that a change of lanes must bring, m/s^2")
    safe: float = Field(3.0, ge=0.5, le=9, description="braking that one may cause by changing lanes, m/s^2")
    pause: float = Field(4.0, ge=0, le=60, description="seconds from one change of lanes to the next")

    name: ClassVar[str] = "traffic"
    rules = (drive, let_pass)
    events: ClassVar = {"changed lane": "vehicles", "entered": "vehicles", "left": "vehicles"}
    attributes: ClassVar = {"lane": int, "position": float}
    unit: ClassVar[str] = "second"
    step: ClassVar[float] = STEP
    span: ClassVar[float] = 600.0
    like: ClassVar[str] = "vehicles"
    every: ClassVar[float] = 1.0
    needs: ClassVar = ("time", "agent", "lane", "x")
    free: ClassVar = ("speed", "headway", "power", "spread", "noise", "threshold")

    def world(self, seed: int) -> dict[str, Any]:
        """Return vehicles one behind another with the same room between them, at a speed that fits it."""
        lane = np.sort(np.arange(self.agents) % self.lanes)
        cars = population(seed, "vehicles", self.agents, lane=lane, x=0.0, v=0.0, length=0.0, is_truck=False, haste=0.0,
                          care=0.0, vigour=0.0, changed=0.0)  # fmt: skip
        drawn(of_columns("p", self.numbers()), cars, np.arange(self.agents))
        in_lane = [np.flatnonzero(cars.lane == lane) for lane in range(self.lanes)]
        length = max(float((cars.length[lane] + self.room).sum()) for lane in in_lane)
        for lane in in_lane:
            room = (length - cars.length[lane].sum()) / max(len(lane), 1)
            cars.x[lane] = np.cumsum(cars.length[lane] + room) - room
        cars.v[:] = np.clip((self.room - self.standing) / self.headway, 0.0, self.speed * cars.haste)
        due = generator(seed, "traffic").exponential(3600.0 / self.inflow, 0 if self.ring else self.lanes)
        gates = population(seed, "gates", len(due), due=due)
        return {"vehicles": cars, "gates": gates, "lanes": lanes(length, self.lanes, self.ring)}

    def before(self, w: World) -> None:
        """Find who is ahead, behind and beside."""
        w.lanes = arranged(w.lanes, w.vehicles)

    def measured(self, w: World) -> dict[str, float]:
        """Return how many drive, how fast, and the share of them that hardly move."""
        v = w.vehicles.v[living(w.vehicles)]
        return {"vehicles": float(len(v)), "speed": float(v.mean()) if len(v) else np.nan,
                "standing": float((v < 2.0).mean()) if len(v) else np.nan}  # fmt: skip

    def counted(self, rows: Mapping[str, Any]) -> int | None:
        """Return how many vehicles drive on a ring, or on a road with ends at the beginning."""
        return super().counted({"agent": rows["agent"][(rows["time"] == 0) | self.ring]})

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated tracks are compared by."""
        return summary_of(rows)
