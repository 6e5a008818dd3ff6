"""Say what a whole judgement costs: CPU seconds of each family, of the score card and of an audit, and peak memory.

    python benchmarks/judging.py mixed [--rows 20000] [--audit autoregressive]

SHAPE is small (5 columns), mixed (15) or wide (60). A quarter as many rows are held back, fresh rows play the synthetic
ones, and `--audit` also fits a technique to the rows and audits it. The memory is that of the whole process, its tables
included.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "evaluation"))

import likewise
from conftest import SHAPES, split_of
from likewise.evaluation.evaluate import evaluate_tables
from likewise.recipes.audit import audit


class Meter:
    """Add up CPU seconds by what a judgement says that it is at."""

    def __init__(self) -> None:
        """Start counting; what comes before the first step is preparation."""
        self.spent: dict[str, float] = {}
        self.at, self.since = "preparation", time.process_time()

    def __call__(self, step: str, done: int, of: int) -> None:
        """Count the time since the last step for it; what follows the card's step belongs to the card."""
        now = time.process_time()
        self.spent[self.at] = self.spent.get(self.at, 0.0) + now - self.since
        self.since = now
        if self.at != "score card":
            self.at = family(step)


def family(step: str) -> str:
    """Return the family of a step, fidelity where it names none."""
    kinds = ("privacy", "utility", "fairness", "score card")
    return next((kind for kind in kinds if kind in step), "fidelity")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--audit", metavar="TECHNIQUE")
    asked = parser.parse_args()
    parts = split_of(asked.shape, rows=asked.rows)
    meter = Meter()
    evaluate_tables(parts.train, parts.reserve, holdout=parts.holdout, progress=meter)
    if asked.audit:
        model = likewise.fit(parts.train, technique=asked.audit)
        begun = time.process_time()
        audit(model, parts.train)
        meter.spent["audit"] = time.process_time() - begun
    print(f"{asked.shape}, {parts.train.rows:,} rows x {len(parts.train.names)}\n\n| part | CPU s |\n|---|---|")
    for part, seconds in {**meter.spent, "together": sum(meter.spent.values())}.items():
        print(f"| {part} | {seconds:.1f} |")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MB")


if __name__ == "__main__":
    main()
