"""Print what recipes cost on many rows: what `plan` foretells of CPU seconds and memory, beside what a run takes.

    OMP_NUM_THREADS=1 python benchmarks/recipe_cost.py --rows 1000000

Six numbers, a count, two categories and a rare class are made up and read from Parquet; each chain runs in a process of
its own, whose peak is that of the whole: Python, the libraries and the source with it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import likewise

CHAINS: dict[str, list[dict[str, Any]]] = {
    "bootstrap, noise": [{"fit": "bootstrap"}, {"sample": "same"}, {"perturb": {}}],
    "autoregressive, SMOTE": [{"fit": "autoregressive"}, {"sample": "same"}, {"balance": {"technique": "smote"}}],
}


def made_up(rows: int) -> pa.Table:
    """Return a table of ten columns whose class `y` hangs on the first."""
    rng = np.random.default_rng(0)
    shared = rng.normal(size=rows)
    columns = {f"x{place}": np.round(shared * (place % 3) + rng.normal(size=rows), 3) for place in range(6)}
    columns |= {"count": rng.integers(0, 50, rows), "colour": rng.choice(["red", "green", "blue", "grey"], rows)}
    columns |= {"kind": rng.choice(["a", "b", "c"], rows)}
    columns["y"] = np.where(rng.random(rows) < 1 / (1 + np.exp(3.5 - columns["x1"])), "yes", "no")
    return pa.table(columns)


def cost(folder: Path, chain: str, answers: Any) -> None:
    """Plan one chain and run it, and answer what was foretold and what it took."""
    recipe = {"source": str(folder / "rows.parquet"), "target": "y", "steps": CHAINS[chain]}
    recipe["outputs"] = [{"write": str(folder / "made.parquet")}]
    plan = likewise.plan(recipe)
    start = time.process_time()
    likewise.run(recipe, work=folder / "work" / chain)
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answers.put((plan.seconds, took, max(step.memory or 0 for step in plan.steps), peak))


def main() -> None:
    """Print a row of a Markdown table a chain."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    print("| chain | CPU s foretold | CPU s taken | GB foretold | GB at most |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        pq.write_table(made_up(rows), Path(name) / "rows.parquet")
        spawn = multiprocessing.get_context("spawn")
        for chain in CHAINS:
            answers = spawn.SimpleQueue()
            process = spawn.Process(target=cost, args=(Path(name), chain, answers))
            process.start()
            foretold, took, room, peak = answers.get()
            process.join()
            print(f"| {chain} | {foretold:.0f} | {took:.0f} | {room / 1e9:.2f} | {peak / 1e9:.2f} |", flush=True)


if __name__ == "__main__":
    main()
