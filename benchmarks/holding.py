"""What it costs to hold ten rules a table: rows that break them with and without, fidelity, CPU seconds, acceptance.

python benchmarks/holding.py [--data FOLDER] [--rows 10000] [--seeds 2] [--techniques autoregressive,sampling]

Half of the rows are learned from, and the detector (C2ST) tells drawn rows from the other half, of which only rows that
meet the rules are taken. Violations are counted by code that shares nothing with what holds the rules.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

import likewise
from likewise.constraints.holding import Constrained, ConstrainedModel
from likewise.constraints.kinds import Constraints
from likewise.constraints.verifying.verify import verify
from likewise.core.draw import sample
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.table import Table
from likewise.evaluation.fidelity.detection import detect
from likewise.evaluation.pairing import pair_tables

TABLES = {
    "adult": "adult/train.csv.gz",
    "default_credit_card": "default_credit_card/default_credit_card.csv.gz",
    "nycflights13": "nycflights13/flights.parquet",
}
RULES = Path(__file__).parent / "constraints"


def split(table: Table, rows: int, seed: int) -> tuple[Table, Table]:
    """Return rows to learn from and as many to judge by."""
    order = np.random.default_rng(seed).permutation(table.rows)[: 2 * rows]
    half = len(order) // 2
    return table.take(np.sort(order[:half])), table.take(np.sort(order[half:]))


def c2st(real: Table, drawn: Table, seed: int) -> float:
    """Return the AUC of the detector."""
    paired = pair_tables(real, drawn, None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=seed, explain=False)
    assert found is not None
    return found.auc


def made(technique: Synthesizer, learned: Table, rows: int, seed: int) -> tuple[Model, Table, float, float]:
    """Return a model, rows of it, and the CPU seconds of the fit and of the drawing."""
    start = time.process_time()
    model = technique.fit(learned, seed=seed)
    fitted = time.process_time()
    return model, sample(model, rows, seed=seed), fitted - start, time.process_time() - fitted


def compared(name: str, table: Table, technique: str, rows: int, seeds: int) -> None:
    """Print a row of figures, and how each rule is met."""
    rules = Constraints.read(RULES / f"{name}.yaml")
    figures, told = [], None
    for seed in range(seeds):
        learned, held = split(table, rows, seed)
        held = Constrained(constraints=rules.items).set_aside(held).kept
        plain = synthesizer(technique)
        _, drawn, fit_free, draw_free = made(plain, learned, rows, seed)
        model, kept, fit_held, draw_held = made(Constrained.around(plain, rules.items), learned, rows, seed)
        assert isinstance(model, ConstrainedModel)
        broken = [sum(v.violations for v in verify(rules, rows)) for rows in (drawn, kept)]
        figures.append([*broken, c2st(held, drawn, seed), c2st(held, kept, seed), fit_free, fit_held, draw_free,
                        draw_held, model.acceptance])  # fmt: skip
        if told is None:
            told = [(v.rule, v.violations) for v in verify(rules, drawn)], model
    mean = np.mean(figures, axis=0)
    print(f"| {name} | {technique} | {mean[0]:,.0f} | {mean[1]:,.0f} | {mean[2]:.4f} | {mean[3]:.4f} | "
          f"{mean[3] - mean[2]:+.4f} | {mean[4]:.1f} | {mean[5]:.1f} | {mean[6]:.2f} | {mean[7]:.2f} | "
          f"{mean[8]:.1%} |", flush=True)  # fmt: skip
    if told is not None:
        listed, model = told
        for said, count in listed:
            print(f"    {count:>6,} rows broke {said} without")
        for note in model.card.notes:
            print(f"    {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--techniques", default="autoregressive,sampling,bootstrap,smote,noise")
    parser.add_argument("--tables", default=",".join(TABLES))
    asked = parser.parse_args()
    print("| table | technique | broken without | broken held | C2ST without | C2ST held | cost | fit s | fit held s | "
          "draw s | draw held s | acceptance |\n|" + "---|" * 12)  # fmt: skip
    for name in asked.tables.split(","):
        table = likewise.read(asked.data / TABLES[name])
        for technique in asked.techniques.split(","):
            compared(name, table, technique, asked.rows, asked.seeds)


if __name__ == "__main__":
    main()
