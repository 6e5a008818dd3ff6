"""Car following: drivers behind others whose speeds were observed, each by themselves.

Kesting and Treiber, 2008, Transportation Research Record 2088: what a car-following model is calibrated by.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from pydantic import Field

from likewise.core.faults import reading
from likewise.errors import SchemaError
from likewise.techniques.agents import Scenario, World, die, less, more, population, together, uniform, whole
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.models.driving import drawn, followed
from likewise.techniques.agents.models.vehicle_tracks import summary_of_pursuits
from likewise.techniques.agents.population import living, of_columns
from likewise.techniques.agents.scenario import Floats

STEP = 0.2
"""Seconds from one step to the next."""


class Leaders(NamedTuple):
    """Hold the speeds of all leaders, step by step, one after another."""

    v: Floats


@together("drivers", sets=("v", "gap"))
def pursue(i: Any, w: Any, new: Any) -> None:
    """Speed up or slow down for the one ahead."""
    drivers, step = w.drivers, whole(w.log.now[0] / STEP + 0.5)
    at = drivers.start[i] + less(step, drivers.steps[i] - 1)
    lead, then = w.leaders.v[at], w.leaders.v[at + 1]
    gain = followed(w.p, drivers, i, drivers.gap[i], lead) + w.p.noise * (uniform(drivers, i, 0) - 0.5)
    new.v[i] = more(drivers.v[i] + gain * STEP, 0.0)
    new.gap[i] = drivers.gap[i] + 0.5 * (lead + then - drivers.v[i] - new.v[i]) * STEP


class CarFollowing(Scenario):
    """Let drivers follow others whose speeds are those of a file, from the same beginnings and as long."""

    pursuits: Path = Field(description="CSV of who followed whom: time, agent, v, lead (speeds, m/s), gap (m)")
    speed: float = Field(33.0, gt=1, le=70, description="speed that drivers want, m/s")
    headway: float = Field(1.1, ge=0.1, le=5, description="seconds that drivers keep to the one ahead")
    standing: float = Field(2.0, ge=0.5, le=10, description="metres that drivers keep when they stand")
    power: float = Field(1.2, ge=0.1, le=5, description="acceleration of a free car, m/s^2")
    braking: float = Field(2.0, ge=0.5, le=5, description="braking that drivers find comfortable, m/s^2")
    trucks: float = Field(0.0, ge=0, le=1, description="share of trucks")
    haste: float = Field(0.1, ge=0, le=0.5, description="how much the wanted speeds differ, as a share of their mean")
    spread: float = Field(0.2, ge=0, le=1, description="how much headways and accelerations differ, likewise")
    noise: float = Field(0.5, ge=0, le=5, description="range of chance in accelerations, m/s^2")

    name: ClassVar[str] = "car-following"
    rules = (pursue,)
    unit: ClassVar[str] = "second"
    step: ClassVar[float] = STEP
    span: ClassVar[float] = 120.0
    like: ClassVar[str] = "drivers"
    every: ClassVar[float] = 1.0
    needs: ClassVar = ("time", "agent", "v", "gap")
    free: ClassVar = ("headway", "power", "spread", "noise")

    def world(self, seed: int) -> dict[str, Any]:
        """Return drivers as they were observed first, and their leaders."""
        rows = _read(self.pursuits)
        first = np.flatnonzero(np.diff(rows["agent"], prepend=np.nan) != 0)
        ends = np.append(first[1:], len(rows["agent"]))
        lasts = rows["time"][ends - 1] - rows["time"][first]
        steps = np.maximum(np.floor(lasts / STEP + 1e-6), 1).astype(np.int64)
        leads = [np.interp(np.arange(n + 1) * STEP, rows["time"][a:b] - rows["time"][a], rows["lead"][a:b])
                 for a, b, n in zip(first, ends, steps, strict=True)]  # fmt: skip
        drivers = population(seed, "drivers", len(first), start=np.cumsum(steps + 1) - steps - 1, steps=steps,
                             v=rows["v"][first], gap=rows["gap"][first], length=0.0, is_truck=False, haste=0.0,
                             care=0.0, vigour=0.0)  # fmt: skip
        drawn(of_columns("p", self.numbers()), drivers, np.arange(len(first)))
        return {"drivers": drivers, "leaders": Leaders(np.concatenate(leads))}

    def before(self, w: World) -> None:
        """Let those go whose leaders were observed no longer."""
        who = living(w.drivers)
        for i in who[w.drivers.steps[who] * STEP <= w.log.now[0]]:
            die(w.drivers, i)

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated pursuits are compared by."""
        return summary_of_pursuits(rows)


def _read(path: Path) -> dict[str, Floats]:
    """Return the columns of a file by agent and time. Raises SchemaError where one is missing or holds no numbers."""
    with reading(path):
        try:
            table = csv.read_csv(path)
            held = {name: table[name].cast("float64").to_numpy() for name in ("time", "agent", "v", "lead", "gap")}
        except (KeyError, pa.ArrowInvalid):
            raise SchemaError("agents.pursuits", "pursuits have the columns time, agent, v, lead and gap, all numbers",
                              where=str(path), hint="make them of tracks with `pursuits`") from None  # fmt: skip
    if not table.num_rows or not all(np.isfinite(values).all() for values in held.values()):
        raise SchemaError("agents.pursuits", "pursuits have at least one row, and no cell is empty", where=str(path),
                          hint="leave rows without numbers out")  # fmt: skip
    order = np.lexsort((held["time"], held["agent"]))
    return {name: values[order] for name, values in held.items()}
