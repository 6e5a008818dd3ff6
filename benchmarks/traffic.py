"""Measure traffic: steps of vehicles per CPU second, on a ring and on a road with ends, and where the time goes.

    OMP_NUM_THREADS=1 python benchmarks/traffic.py [--agents 10000,100000] [--seconds 20]

A step is 0.2 seconds of everything: who is next to whom, car following, changes of lanes, and events. Compiling is paid
once and told apart.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from likewise.techniques.agents.models.traffic import STEP, Traffic
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation

KINDS: dict[str, dict[str, Any]] = {
    "ring": {},
    "ring, one lane": {"lanes": 1},
    "road with ends": {"ring": False, "room": 40.0},
}


def main() -> None:
    """Print a line for each kind of road and number of vehicles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--agents", default="10000,100000", help="numbers of vehicles, joined by commas")
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds of traffic")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    began = time.process_time()
    _run(Simulation(Traffic(agents=50)), STEP)
    _run(Simulation(Traffic(agents=50, ring=False)), STEP)
    print(f"compiled in {time.process_time() - began:.1f} CPU s\n")
    print("| road | vehicles | steps of vehicles a CPU second | of which who is next to whom |\n|---|---|---|---|")
    for name, given in KINDS.items():
        for agents in map(int, asked.agents.split(",")):
            simulation = Simulation(Traffic(agents=agents, **given), seed=asked.seed)
            _run(simulation, 5 * STEP)
            spent = _run(simulation, asked.seconds)
            steps = simulation.steps - 5
            turns = steps * len(living(simulation.world.vehicles))
            began = time.process_time()
            for _ in range(5):
                simulation.scenario.before(simulation.world)
            looking = (time.process_time() - began) / 5 * steps
            print(f"| {name} | {agents:,} | {turns / spent / 1e6:.1f} M | {looking / spent:.0%} |", flush=True)


def _run(simulation: Simulation, until: float) -> float:
    """Let time go on, and return the CPU seconds that took."""
    began = time.process_time()
    for _ in simulation.stream(until):
        pass
    simulation.rest()
    return time.process_time() - began


if __name__ == "__main__":
    main()
