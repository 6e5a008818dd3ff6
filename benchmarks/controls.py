"""Break three shapes of table on purpose, and count how often the family that owns a fault finds it.

    python benchmarks/controls.py [--shapes small,mixed,wide] [--seeds 5] [--first 0] [--controls fresh,far-values]
        [--families fidelity,utility,privacy,fairness] [--jobs 2]

A fault is found where a score of its family is fair or poor, read-outs aside; in fresh rows nothing may be, and each
score that errs is printed with its seed. As many rows are held back as are learned from. Prints one row a control and
shape: how many seeds found it, the exact 95 % interval of that share, and the scores that did. That is the same for any
number of `--jobs`; CPU seconds go to stderr.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.evaluation.conftest import split_of
from tests.evaluation.families import FAMILIES, findings

from likewise.evaluation.chance import share_interval
from likewise.evaluation.controls import CONTROLS, make_control
from likewise.evaluation.score import Score

ROWS = {"small": 1_000, "mixed": 20_000, "wide": 3_000}


def found_by(task: tuple[str, str, int, Sequence[str]]) -> tuple[list[Score] | None, float]:
    """Return the scores that are fair or poor in the family that owns a fault, and CPU seconds; None: it has no place.

    `task` is a control, a shape, a seed and the families that are asked about fresh rows.
    """
    name, shape, seed, families = task
    begun = time.process_time()
    parts = split_of(shape, seed, rows=ROWS[shape], held=ROWS[shape], parity=name == "wrong-triples")
    broken = make_control(name, parts.train, parts.reserve, parts.train.rows, seed=seed)
    if broken is None:
        return None, 0.0
    owner = CONTROLS[name].owner
    asked = [family for family in FAMILIES if (family in families if owner is None else family == owner)]
    found = [score for family in asked for score in findings(family, parts, broken, seed)]
    return found, time.process_time() - begun


def print_row(shape: str, name: str, tried: dict[int, tuple[list[Score] | None, float]]) -> None:
    """Print what was found of one control in one shape, by seed."""
    runs = {seed: scores for seed, (scores, _) in tried.items() if scores is not None}
    hits, of = sum(map(bool, runs.values())), len(runs)
    found, power = (f"{hits} of {of}", "{:.2f} to {:.2f}".format(*share_interval(hits, of))) if of else ("no place", "")
    by = Counter(score.name for scores in runs.values() for score in scores)
    told = ", ".join(f"{score} {times}" for score, times in by.most_common(6))
    print(f"| {shape} | {name} | {CONTROLS[name].owner or 'none'} | {found} | {power} | {told} |", flush=True)
    print(f"{shape} {name}: {sum(seconds for _, seconds in tried.values()):.1f} CPU s", file=sys.stderr)
    for seed, score in ((s, score) for s, scores in runs.items() for score in scores if name == "fresh"):
        print(f"seed {seed}: {score.name} is {score.verdict} (chance {score.chance}): {score.meaning}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(ROWS))
    parser.add_argument("--controls", default=",".join(CONTROLS))
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    rows = [(shape, name) for shape in asked.shapes.split(",") for name in asked.controls.split(",")]
    seeds = range(asked.first, asked.first + asked.seeds)
    tasks = [(name, shape, seed, asked.families.split(",")) for shape, name in rows for seed in seeds]
    print("| shape | control | owner | found | power | by |\n|---|---|---|---|---|---|")
    with get_context("spawn").Pool(asked.jobs) as pool:
        done = pool.imap(found_by, tasks)
        for shape, name in rows:
            print_row(shape, name, {seed: next(done) for seed in seeds})


if __name__ == "__main__":
    main()
