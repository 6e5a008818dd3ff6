"""Print what a discriminator makes of the rows of a technique: rows as they come, beside those that it chose.

    OMP_NUM_THREADS=1 python benchmarks/discriminator.py --rows 6000 --seeds 3

A technique learns so many rows of a table and draws as many, or twice as many of which a discriminator keeps half, by
rejection or the top ones. Both are judged against as many rows that neither saw. Medians over seeds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

import likewise
from likewise.core.table import Table
from likewise.evaluation.evaluate import evaluate_tables

ADULT = Path(__file__).parents[1] / "examples" / "adult.csv.gz"
TECHNIQUES = ("smote", "noise", "autoregressive")
FILTERS = (None, "rejection", "top")
SHOWN = ("c2st", "shape_error", "trend_error", "tstr", "near_copies")


def measured(train: Table, held: Table, technique: str, chosen: str | None, seed: int) -> list[float]:
    """Return the scores of one run, and the CPU seconds it took."""
    steps = [{"fit": technique}, {"sample": train.rows * (1 if chosen is None else 2)}]
    if chosen is not None:
        steps.append({"filter": {"discriminator": chosen, "keep": 0.5}})
    start = time.process_time()
    made = likewise.run({"target": train.schema.target, "steps": steps, "seed": seed}, source=train)
    took = time.process_time() - start
    report = evaluate_tables(train, made.rows.table, holdout=held, target=train.schema.target, brief=True, seed=seed)
    scores = {score.name: score.value for score in report.scores}
    return [*(scores[name] for name in SHOWN), took]


def main() -> None:
    """Print a line for each technique and filter."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--table", type=Path, default=ADULT)
    asked.add_argument("--target", default="income")
    asked.add_argument("--rows", type=int, default=6000)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--techniques", default=",".join(TECHNIQUES))
    given = asked.parse_args()
    whole = likewise.read(given.table)
    whole = whole.with_schema(whole.schema.with_target(given.target))
    print(f"{'technique':<15}{'kept':<11}" + "".join(f"{name:>13}" for name in (*SHOWN, "CPU s")))
    for technique in given.techniques.split(","):
        for chosen in FILTERS:
            found = []
            for seed in range(given.seeds):
                order = np.random.default_rng(seed).permutation(whole.rows)
                train, held = (whole.take(part) for part in np.split(order[: 2 * given.rows], 2))
                found.append(measured(train, held, technique, chosen, seed))
            medians = (statistics.median(column) for column in zip(*found, strict=True))
            print(f"{technique:<15}{chosen or 'all':<11}" + "".join(f"{value:13.3f}" for value in medians), flush=True)


if __name__ == "__main__":
    main()
