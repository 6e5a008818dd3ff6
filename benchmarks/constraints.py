"""How long constraints take to tell of a million rows: by the code that keeps them, and by the code that counts.

Run as `python benchmarks/constraints.py [rows]`; prints CPU seconds of one thread, and the largest memory.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from likewise.constraints.kinds import Constraints
from likewise.constraints.verifying.verify import verify
from likewise.core.table import Table

RULES = [
    "quantity <= 5", "ordered <= paid", "total == quantity * price", "state in ['NY', 'NJ']",
    "if state == 'NY' then total > 3", "state matches '[A-Z]{2}'", "year(ordered) >= 2020", "total == price / 3",
    {"unique": "id"}, {"share": "state == 'NY'", "between": [0, 1], "by": "quantity"},
    {"running": "id == previous(id) + 1", "order": "id"}, {"total": "total <= sum(total)", "by": "state"},
]  # fmt: skip


def table_of(rows: int) -> Table:
    random = np.random.default_rng(0)
    quantity, price = random.integers(1, 9, rows), np.round(random.random(rows) * 100, 2)
    day = np.datetime64("2020-01-01")
    return Table.from_any(
        {
            "id": np.arange(rows), "quantity": quantity, "price": price, "total": np.round(quantity * price, 2),
            "state": random.choice(["NY", "NJ", "CA"], rows), "ordered": day + random.integers(0, 900, rows),
            "paid": day + random.integers(0, 1900, rows),
        }
    )  # fmt: skip


def main(rows: int) -> None:
    table = table_of(rows)
    print(f"{rows:,} rows; CPU seconds\n{'rule':<60} {'kept':>6} {'counted':>8} {'violations':>11}")
    for written in RULES:
        rules = Constraints.of([written]).settled(table.schema)
        start = time.process_time()
        rules.items[0].holds(table)
        between = time.process_time()
        found = verify(rules, table)[0]
        end = time.process_time()
        print(f"{rules.items[0].said()[:60]:<60} {between - start:>6.2f} {end - between:>8.2f} {found.violations:>11,}")
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
