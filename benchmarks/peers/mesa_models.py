"""Run a model of Mesa's own examples: MODEL AGENTS STEPS SECONDS SEED. Run by an interpreter that has Mesa.

Prints JSON: turns that agents took, CPU seconds, and the files that the model is written in. Nothing is collected and
no statistics are made while it runs, and neighbouring cells of wolves and sheep are looked up before, which is in
Mesa's favour. After SECONDS no further step is begun, nor a further turn of birds, a single step of whom would take
hours.
"""

from __future__ import annotations

import inspect
import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

DENSITY, SPACE, CELLS = 0.8, 100.0, 4.0
"""The share of cells with somebody in them, square metres for each bird, and cells of grass for each animal: as the
models of likewise have it."""

Step = Callable[[float], int]
"""Lets agents take their turns until a time of the processor's clock, and returns how many did."""


def schelling(agents: int, seed: int) -> tuple[Any, Step]:
    """Return people, and a step: all who are unhappy move, then all see whether they are happy."""
    from mesa.examples.basic.schelling.model import Schelling

    side = math.ceil(math.sqrt(agents / DENSITY))
    model = Schelling(height=side, width=side, density=DENSITY, homophily=0.4, seed=seed)

    def step(until: float) -> int:
        model.happy = 0
        model.agents.shuffle_do("step")
        model.agents.do("assign_state")
        return len(model.agents)

    return model, step


def flocking(agents: int, seed: int) -> tuple[Any, Step]:
    """Return birds, and a step: all fly, as far as there is time."""
    from mesa.examples.basic.boid_flockers.model import BoidFlockers

    side = math.sqrt(agents * SPACE)
    model = BoidFlockers(population_size=agents, width=side, height=side, seed=seed)

    def step(until: float) -> int:
        turns = 0
        for agent in model.agents.shuffle():
            agent.step()
            turns += 1
            if time.process_time() > until:
                break
        return turns

    return model, step


def life(agents: int, seed: int) -> tuple[Any, Step]:
    """Return cells, and a step: all see what they will be, and then are it."""
    from mesa.examples.basic.conways_game_of_life.model import ConwaysGameOfLife

    side = math.isqrt(agents)
    model = ConwaysGameOfLife(width=side, height=side, initial_fraction_alive=0.3, seed=seed)

    def step(until: float) -> int:
        model.step()
        return len(model.agents)

    return model, step


def wolf_sheep(agents: int, seed: int) -> tuple[Any, Step]:
    """Return animals, and a step: all sheep graze, all wolves hunt, and grass grows."""
    from mesa.examples.advanced.wolf_sheep.agents import Sheep, Wolf
    from mesa.examples.advanced.wolf_sheep.model import WolfSheep
    from mesa.experimental.devs import ABMSimulator

    side, sheep, simulator = math.ceil(math.sqrt(agents * CELLS)), agents * 4 // 5, ABMSimulator()
    model = WolfSheep(width=side, height=side, initial_sheep=sheep, initial_wolves=agents - sheep, sheep_reproduce=0.04,
                      wolf_reproduce=0.03, grass_regrowth_time=15, seed=seed, simulator=simulator)  # fmt: skip
    model.datacollector.collect = lambda model: None
    for cell in model.grid:
        _ = cell.neighborhood  # kept from then on

    def step(until: float) -> int:
        turns = sum(len(model.agents_by_type[kind]) for kind in (Sheep, Wolf))
        simulator.run_for(1)
        return turns

    return model, step


# A further model goes here, and into MODELS of ../agents.py.
MODELS = {"schelling": schelling, "flocking": flocking, "wolf-sheep": wolf_sheep, "life": life}


def main(name: str, agents: int, steps: int, seconds: float, seed: int) -> None:
    """Build the model, let agents take their turns, and print what that cost."""
    model, step = MODELS[name](agents, seed)
    turns, began = 0, time.process_time()
    for _ in range(steps):
        turns += step(began + seconds)
        if time.process_time() > began + seconds:
            break
    spent = time.process_time() - began
    files = {inspect.getsourcefile(kind) for kind in (type(model), type(next(iter(model.agents))))}
    print(json.dumps({"turns": turns, "cpu_s": spent, "files": sorted(map(str, files))}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
