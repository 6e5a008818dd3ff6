"""Measure agents beside Mesa: turns of agents per CPU second, and lines of model code.

    python3 -m venv benchmarks/peers/.venv
    benchmarks/peers/.venv/bin/pip install -r benchmarks/peers/requirements-mesa.txt
    OMP_NUM_THREADS=1 python benchmarks/agents.py [--models schelling,flocking] [--agents 10000,100000]
    OMP_NUM_THREADS=1 python benchmarks/agents.py --spaces     what networks and neighbours on a plane cost

Parameters, densities and steps are the same for both; each runs in a process of its own. Compiling is told apart: it is
paid once. Lines are those of the files that a model is written in, laid out alike (`ruff format --line-length 88`),
without comments, docstrings and blank lines. Exits with 1 where a goal is missed: 20 times Mesa with 100,000
agents in no more lines, and 10 million turns per CPU second on a grid.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from metering import THREADS  # noqa: E402

MESA = HERE / "peers" / ".venv" / "bin" / "python"
OURS = HERE.parent / "src" / "likewise" / "techniques" / "agents" / "models"
TIMES, TURNS, MANY = 20.0, 10e6, 100_000
"""The goals: times Mesa at so many agents, and turns per CPU second on a grid."""


@dataclass(frozen=True)
class Model:
    """Hold the files that a model of ours is written in, its name, and how many steps are run."""

    files: tuple[Path, ...]
    scenario: str
    steps: int
    on_grid: bool = False


MODELS = {
    "schelling": Model((OURS / "schelling.py",), "schelling", 10),
    "flocking": Model((OURS / "flocking.py",), "flocking", 10),
    "wolf-sheep": Model((OURS / "wolf_sheep.py",), "wolf-sheep", 10),
    "life": Model((HERE.parent / "examples/agents/life.py",), str(HERE.parent / "examples/agents/life.py"), 10, True),
    # A further model goes here, and into MODELS of peers/mesa_models.py.
}


@dataclass(frozen=True)
class Cost:
    """Hold how many turns agents took in how many CPU seconds, and in how many a first step was compiled and made.

    A turn is that of an agent who lives when a step begins.
    """

    turns: int
    cpu_s: float
    first_s: float = 0.0

    @property
    def rate(self) -> float:
        return self.turns / self.cpu_s


def main() -> int:
    """Measure, print the table, and return whether goals were missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--agents", default="10000,100000", help="numbers of agents, joined by commas")
    parser.add_argument("--mesa-python", default=str(MESA), help="an interpreter that has Mesa; none leaves it out")
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds after which Mesa is stopped")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--spaces", action="store_true", help="measure networks and planes instead")
    parser.add_argument("--ours", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.spaces:
        spaces(asked.seed)
        return 0
    if asked.ours:
        print(json.dumps(ours(*json.loads(asked.ours))))
        return 0
    has_mesa = Path(asked.mesa_python).exists()
    print(
        "| model | agents | likewise, turns/CPU s | Mesa, turns/CPU s | times | compiling, s | lines | Mesa's lines |"
    )
    print("|---|---|---|---|---|---|---|---|")
    missed = False
    for name in asked.models.split(","):
        for agents in map(int, asked.agents.split(",")):
            missed |= _line(name, agents, asked, has_mesa)
    return int(missed)


def _line(name: str, agents: int, asked: argparse.Namespace, has_mesa: bool) -> bool:
    """Print the line of a model with so many agents; return whether it misses a goal."""
    model = MODELS[name]
    told = _told([sys.executable, __file__, "--ours", json.dumps([model.scenario, agents, model.steps, asked.seed])])
    mine, lines = Cost(**told), lines_of(model.files)
    missed = model.on_grid and mine.rate < TURNS
    theirs, times, their_lines = "", "", ""
    if has_mesa:
        told = _told([asked.mesa_python, str(HERE / "peers" / "mesa_models.py"), name, str(agents), str(model.steps),
                      str(asked.seconds), str(asked.seed)])  # fmt: skip
        files = [Path(file) for file in told.pop("files")]
        peer, their_count = Cost(**told), lines_of(files)
        theirs, times, their_lines = f"{peer.rate:,.0f}", f"{mine.rate / peer.rate:,.0f}", str(their_count)
        missed |= lines > their_count or (agents >= MANY and mine.rate < TIMES * peer.rate)
    cells = [name, f"{agents:,}", f"{mine.rate:,.0f}", theirs, times, f"{mine.first_s:.1f}", str(lines), their_lines]
    print(f"| {' | '.join(cells)} |", flush=True)
    return missed


def _told(command: list[str]) -> Any:
    done = subprocess.run(command, env={**os.environ, **THREADS}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def ours(scenario: str, agents: int, steps: int, seed: int) -> dict[str, Any]:
    """Run a model of ours: a first step to compile it, then so many."""
    from likewise.techniques.agents.registry import scenario_of
    from likewise.techniques.agents.simulation import Simulation

    kind = scenario_of(scenario)
    began = time.process_time()
    _run(Simulation(kind.from_dict({"agents": 1000}), seed=seed), 1)
    first = time.process_time() - began
    simulation = Simulation(kind.from_dict({"agents": agents}), seed=seed)
    began = time.process_time()
    turns = _run(simulation, steps)
    return {"turns": turns, "cpu_s": time.process_time() - began, "first_s": first}


def _run(simulation: Any, steps: int) -> int:
    """Let steps go by, and return how many turns agents took: those who live, not the room that is kept for others."""
    from likewise.techniques.agents.population import living

    turns = 0
    for step in range(steps):
        turns += sum(len(living(who)) for who in simulation.populations.values())
        for _ in simulation.stream((step + 1) * simulation.scenario.step):
            pass
    simulation.rest()
    return turns


def spaces(seed: int) -> None:
    """Print what networks of a million agents with 10 links each cost, and those near points with 3 neighbours each."""
    import numpy as np

    from likewise.core.seeds import generator
    from likewise.techniques.agents import (
        Plane,
        by_chance,
        edges_of,
        links_of,
        near,
        of_degrees,
        preferential,
        small_world,
    )

    rng, many = generator(seed), 1_000_000
    a, b = edges_of(by_chance(generator(seed), many, 10.0))
    degrees = 2 * generator(seed).integers(1, 10, many)
    makers = {
        "by_chance": lambda: by_chance(rng, many, 10.0),
        "small_world": lambda: small_world(rng, many, 10, 0.1),
        "preferential": lambda: preferential(rng, many, 5),
        "of_degrees": lambda: of_degrees(rng, degrees),
        "links_of": lambda: links_of(many, a[a < b], b[a < b]),
    }
    for agents in (MANY, many):
        x, y = np.sqrt(agents) * 10 * rng.random((2, agents))
        plane = Plane(float(np.sqrt(agents) * 10), float(np.sqrt(agents) * 10))
        near(plane, x[:9], y[:9], 10.0)  # compiles it
        for how in ("compiled", "arrays"):
            asked = (plane, x, y, how)
            makers[f"near, {how}, {agents:,} points"] = lambda asked=asked: near(*asked[:3], 10.0, how=asked[3])
    print("| | CPU s |\n|---|---|")
    for name, make in makers.items():
        began = time.process_time()
        make()
        print(f"| {name} | {time.process_time() - began:.2f} |", flush=True)


def lines_of(files: Sequence[Path]) -> int:
    """Return the lines of code of files that are laid out alike, without comments, docstrings and blank lines."""
    return sum(_lines(file.read_text(encoding="utf-8")) for file in files)


def _lines(source: str) -> int:
    class Bare(ast.NodeTransformer):
        """Take out strings that stand alone; a function that was nothing else is left with three dots."""

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            self.generic_visit(node)
            node.body = node.body or [ast.Expr(ast.Constant(...))]
            return node

        def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
            alone = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            return None if alone else node

    bare = ast.unparse(Bare().visit(ast.parse(source)))
    ruff = [str(Path(sys.executable).with_name("ruff")), "format", "--isolated", "--line-length", "88", "-"]
    laid_out = subprocess.run(ruff, input=bare, capture_output=True, text=True, check=True).stdout
    return sum(1 for line in laid_out.splitlines() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
