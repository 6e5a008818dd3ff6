"""How tests run models."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation


def events(simulation: Simulation, until: float) -> dict[str, Any]:
    """Let time go on, and return all events."""
    blocks = [*simulation.stream(until), simulation.rest()]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def equal(scenario: Scenario, until: float, how: How) -> bool:
    """Return whether a scenario comes to the same bits that way as in plain Python: events and state."""
    ways = [Simulation(scenario, seed=5, how=each) for each in ("plain", how)]
    plain, other = (events(simulation, until) for simulation in ways)
    states = [simulation.state() for simulation in ways]
    assert len(plain["time"]) > 10
    held = [name for name in states[0] if not name.startswith("log.")]
    return all(plain[name].tobytes() == other[name].tobytes() for name in plain) and all(
        states[0][name].tobytes() == states[1][name].tobytes() for name in held
    )


def counted(simulation: Simulation, until: float) -> Counter[int]:
    """Let time go on, and return how often what happened."""
    return Counter(events(simulation, until)["what"].tolist())


def series(scenario: Scenario, until: int, *, seed: int = 0, every: float = 1.0) -> Any:
    """Return what a scenario measures, a row for each time."""
    simulation = Simulation(scenario, seed=seed)
    for tick in range(1, round(until / every) + 1):
        for _ in simulation.stream(tick * every):
            pass
        simulation.rest()
        simulation.measure()
    return np.array(simulation.series)
