"""How well rows are told by how their numbers end, with and without `keep_rules`.

    OMP_NUM_THREADS=1 python benchmarks/endings.py [--data FOLDER] [--rows 5000]

Learns up to so many rows, draws as many and holds them against as many others. Prints the AUC of the detector, which
sees decimals and weekdays, and how many columns are surely written otherwise than in fresh rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import likewise
from likewise.core.table import Table
from likewise.evaluation.fidelity.detection import detect
from likewise.evaluation.fidelity.digits import digits
from likewise.evaluation.fidelity.sides import take_sides
from likewise.evaluation.pairing import pair_tables

TABLES = (
    "adult/train.csv.gz", "default_credit_card/default_credit_card.csv.gz", "online_shoppers/online_shoppers.csv.gz",
    "magic_gamma/magic_gamma.csv.gz", "california_housing/california_housing.csv.gz",
    "creditcard_fraud_subset/creditcard_subset.csv.gz", "imbalanced_keel/mammography.csv.gz",
    "imbalanced_keel/page-blocks0.csv.gz", "eicu_demo_subset/lab.csv.gz", "exchange_rate/exchange_rate.csv.gz",
    "cta_ridership/cta_ridership.csv.gz", "nycflights13/airports.csv.gz",
)  # fmt: skip


def told(learned: Table, held: Table, *, keep: bool) -> str:
    """Return two cells of a row: the AUC of the detector, and how many columns are surely written otherwise."""
    model = likewise.fit(learned, min_leaf=20, keep_rules=keep)
    paired = pair_tables(learned, Table.from_any(model.sample(learned.rows)), held)
    assert paired.holdout is not None
    found = detect(paired.columns, paired.holdout, paired.synthetic, seed=0, explain=False)
    wrong = digits(take_sides(paired, seed=0))
    return f"{0.5 if found is None else found.auc:.3f} | {0 if wrong is None else len(wrong.named)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=5_000)
    asked = parser.parse_args()
    print("| table | rows | AUC without | columns off | AUC with | columns off |\n|---|---|---|---|---|---|")
    for name in (name for name in TABLES if (asked.data / name).exists()):
        table = likewise.read(asked.data / name)
        order = np.random.default_rng(0).permutation(table.rows)
        size = min(asked.rows, table.rows // 2)
        learned, held = (table.take(np.sort(order[k * size : (k + 1) * size])) for k in (0, 1))
        cells = " | ".join(told(learned, held, keep=keep) for keep in (False, True))
        print(f"| {name.partition('/')[0]} | {size:,} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
