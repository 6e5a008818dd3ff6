"""Measure how many coherent records a CPU second makes.

    OMP_NUM_THREADS=1 python benchmarks/records.py [--blocks 40] [--locales]

Makes blocks of 65,536 rows of the columns of a customer table into Arrow, and prints the best and the median block, and
what each column costs. `--locales` prints how long the first ten rows of each locale take, in a process of their own.
Other work on the machine slows blocks down: the best one is what the code takes, the median what this machine gave.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median

import numpy as np
from audit import Rows

from likewise.techniques.rules.records.locales import LOCALES

BLOCK = 65_536

COLUMNS = {
    "name": ("person", "full name"), "sex": ("person", "sex"), "e-mail": ("person", "email"),
    "phone": ("person", "phone"), "street": ("address", "street line"), "city": ("address", "city"),
    "state": ("address", "state"), "zip": ("address", "zip"), "birth date": ("person", "birth date"),
}  # fmt: skip
"""The columns of the table, as fields of records."""

FIRST = """
import time, pyarrow.compute, likewise.core.table, pandas
from audit import Rows
begun = time.process_time()
rows = Rows({code!r}, range(10), safe=True)
rows.of("person", "full name", "email", "phone"), rows.of("address", "full address")
print(time.process_time() - begun)
"""


def block(number: int, spent: dict[str, float]) -> float:
    """Make one block, add up what each column takes, and return the CPU seconds of all."""
    rows = Rows("en_US", np.arange(number * BLOCK, (number + 1) * BLOCK), safe=True)
    begun = time.process_time()
    for name, (record, field) in COLUMNS.items():
        before = time.process_time()
        rows.record(record).of(field)
        spent[name] = min(spent.get(name, np.inf), time.process_time() - before)
    return time.process_time() - begun


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=40)
    parser.add_argument("--locales", action="store_true")
    options = parser.parse_args()
    block(0, {})
    spent: dict[str, float] = {}
    times = [block(number, spent) for number in range(options.blocks)]
    print(f"{len(COLUMNS)} columns, en_US, blocks of {BLOCK:,} rows\n")
    print(f"| | ns a row | rows a CPU second |\n|---|---|---|\n{_line('best block', min(times))}")
    print(_line("median block", median(times)))
    for name, seconds in spent.items():
        print(_line(name, seconds))
    if options.locales:
        print("\n| locale | CPU seconds to the first ten rows |\n|---|---|")
        for code in LOCALES:
            made = subprocess.run([sys.executable, "-c", FIRST.format(code=code)], capture_output=True, text=True,
                                  check=True, cwd=__file__.rpartition("/")[0] or ".")  # fmt: skip
            print(f"| {code} | {float(made.stdout):.2f} |")


def _line(name: str, seconds: float) -> str:
    return f"| {name} | {seconds / BLOCK * 1e9:.0f} | {BLOCK / seconds:,.0f} |"


if __name__ == "__main__":
    main()
