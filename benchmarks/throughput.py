"""Measure how fast rows are drawn, and in how much memory.

    python benchmarks/throughput.py [--rows 1000000,10000000] [--technique autoregressive]

Learns the Adult rows in `examples/`, then draws each number of rows to a Parquet file, in a process of its own on
one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from metering import Cost, metered  # noqa: E402

EXAMPLE = HERE.parent / "examples" / "adult.csv.gz"
RESULTS = HERE / "results"


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", default="1000000,10000000", help="numbers of rows, joined by commas")
    parser.add_argument("--technique", default="autoregressive")
    asked = parser.parse_args()
    command = Path(sys.executable).with_name("likewise")
    found: dict[str, Cost] = {}
    print("| step | CPU s | wall s | peak MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
        model, out = Path(folder) / "model.likewise", Path(folder) / "rows.parquet"
        found["fit 32,561 rows"] = metered([command, "fit", EXAMPLE, "-o", model, "--technique", asked.technique])
        _print(*list(found.items())[-1])
        for rows in map(int, asked.rows.split(",")):
            found[f"draw {rows:,} rows"] = metered([command, "sample", model, "-n", str(rows), "-o", out])
            _print(*list(found.items())[-1])
            out.unlink()
    RESULTS.mkdir(exist_ok=True)
    kept = {"technique": asked.technique, "steps": {step: asdict(cost) for step, cost in found.items()}}
    (RESULTS / "throughput.json").write_text(json.dumps(kept, indent=1) + "\n")


def _print(step: str, cost: Cost) -> None:
    print(f"| {step} | {cost.cpu_s} | {cost.wall_s} | {cost.peak_mb} |", flush=True)


if __name__ == "__main__":
    main()
