"""Measure what anonymising costs: information, rows and CPU seconds, for each method and k.

    python benchmarks/anonymity.py [--k 5,10,50] [--data DIR] [--rows 1000000]

The first table is of Adult (train, 32,561 rows) with the quasi-identifiers of the papers; `income` is sensitive.
Loss is the share of the span of values that a cell may be, the share of the bits, and how many rows are written like a
row on average. The second is of random rows with 8 quasi-identifiers, as many as `--rows` says (0 leaves it out): cost
alone. k, l and t are those counted afterwards from the rows that are written, on one thread.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
from tables import DATA  # noqa: E402

from likewise.io.source import read_source  # noqa: E402
from likewise.recipes.anonymize import anonymize  # noqa: E402

METHODS = ("mondrian", "relaxed", "lattice")
GROUPS = {
    "Married": ["Married-civ-spouse", "Married-spouse-absent", "Married-AF-spouse"],
    "Not married": ["Never-married", "Divorced", "Separated", "Widowed"],
}
QUASI: dict[str, Any] = {
    "age": {"quasi": {"steps": [5, 10, 20, 40]}}, "sex": "quasi", "race": "quasi", "workclass": "quasi",
    "education_num": {"quasi": {"steps": [2, 4, 8]}}, "marital_status": {"quasi": {"groups": GROUPS}},
    "occupation": "quasi", "native_country": "quasi",
}  # fmt: skip
ASKED: tuple[dict[str, Any], ...] = ({}, {"l": 2, "t": 0.3})


def row(columns: Any, plan: dict[str, Any]) -> str:
    """Return the cells of a row of the table."""
    begun = time.process_time()
    _, made = anonymize(columns, plan)
    spent = time.process_time() - begun
    assert made.reached is not None and made.discernibility is not None
    span, bits = (np.mean([getattr(loss, name) for loss in made.loss.values()]) for name in ("span", "entropy"))
    secret = next(iter(made.reached.sensitive.values()))
    reached = f"{made.reached.k} | {secret.distinct} | {secret.t:.2f} | {made.reached.classes:,}"
    left_out = f"{100 * made.left_out / made.rows:.1f}"
    return f"{reached} | {100 * span:.1f} | {100 * bits:.1f} | {made.discernibility:,.0f} | {left_out} | {spent:.1f}"


def random_rows(n: int) -> pa.Table:
    """Return rows of numbers, dates, codes and levels, some skewed, some of many values, some with gaps."""
    chance = np.random.default_rng(0)
    days = chance.integers(0, 20_000, n).astype("int32")
    return pa.table({
        "age": chance.integers(0, 100, n), "sex": chance.choice(["F", "M"], n),
        "zip": [f"{code:05}" for code in (chance.zipf(1.3, n) % 100_000).tolist()],
        "income": np.round(chance.lognormal(10, 1, n), 2),
        "job": [f"j{i}" for i in chance.integers(0, 500, n).tolist()],
        "born": pa.array(days).cast(pa.date32()), "country": [f"c{i}" for i in chance.integers(0, 40, n).tolist()],
        "kids": pa.array(chance.integers(0, 8, n), mask=chance.random(n) < 0.1),
        "illness": [f"i{i}" for i in chance.integers(0, 30, n).tolist()],
    })  # fmt: skip


def main() -> None:
    """Print two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--k", default="5,10,50", help="sizes of classes, joined by commas")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the tables")
    parser.add_argument("--rows", type=int, default=1_000_000, help="random rows of the second table")
    asked = parser.parse_args()
    adult = read_source(asked.data / "adult/train.csv.gz").table
    head = "k reached | l | t | classes | span lost % | bits lost % | rows alike | left out % | CPU s |"
    print(f"| k | asked | method | {head}\n" + "|---" * 12 + "|")
    for k in asked.k.split(","):
        for more in ASKED:
            for method in METHODS:
                ways = {**QUASI, "income": "sensitive"}
                plan = {"k": int(k), "method": method, "others": "drop", "columns": ways, **more}
                told = ", ".join(f"{name} = {value}" for name, value in more.items()) or "-"
                print(f"| {k} | {told} | {method} | {row(adult, plan)} |", flush=True)
    if asked.rows:
        print(f"\n| rows | method | {head[:-1]}| peak MB |\n" + "|---" * 12 + "|")
        rows = random_rows(asked.rows)
        for method in METHODS:
            ways = dict.fromkeys(rows.column_names, "quasi") | {"zip": {"quasi": {"prefix": 1}}}
            plan = {"k": 5, "method": method, "columns": {**ways, "illness": "sensitive"}}
            cells = row(rows, plan)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"| {asked.rows:,} | {method} | {cells} | {peak:,} |", flush=True)


if __name__ == "__main__":
    main()
