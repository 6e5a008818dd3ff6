"""Measure a bank's world: how fast it is made, whether its laws hold, and how hard its fraud is to find.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/finance.py [--parts speed,laws,detection,stealth]

Speed is payments by CPU seconds of a process of its own, after its imports, with all seventeen tables in memory or in
Parquet files. Detectors learn from the first 60 % of the payments and are judged on the others, by the features of
`likewise.industries.finance.features`; AUCs of single features count whichever way they point, words by how often each
was fraud in the first part.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.dataset import Dataset
from likewise.industries.finance import detected, faults, shapes
from likewise.industries.finance.crime.querying import SHAPES
from likewise.industries.finance.finance import Finance

WANTED = ["transactions", "customers", "merchants"]


def main() -> None:
    """Measure and print what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--parts", default="speed,laws,detection,stealth", help="what is measured, joined by commas")
    parser.add_argument("--customers", type=int, default=50_000, help="of the banks whose speed is measured")
    parser.add_argument("--seeds", type=int, default=3, help="banks that detectors are judged on")
    asked = parser.parse_args()
    parts = {"speed": lambda: speed(asked.customers), "laws": laws, "detection": lambda: detection(asked.seeds),
             "stealth": stealth}  # fmt: skip
    for name in asked.parts.split(","):
        parts[name]()
        print()


def alone(work: Any, *told: Any) -> Any:
    """Return what a function returns in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, told)


def made(settings: dict[str, Any], to_files: bool) -> tuple[int, float, float]:
    """Make a bank; return its payments, CPU seconds and the peak of memory in GB."""
    for module in ("pandas", "scipy.special", "likewise.industries.finance.tables.made"):
        if importlib.util.find_spec(module.partition(".")[0]):
            importlib.import_module(module)
    begun = time.process_time()
    bank = Finance(**settings)
    if to_files:
        with tempfile.TemporaryDirectory() as folder:
            rows = bank.write(Path(folder) / "bank", format="parquet").tables["transactions"]
    else:
        rows = bank.generate()["transactions"].rows
    spent = time.process_time() - begun
    return rows, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def speed(customers: int) -> None:
    """Print payments by CPU second."""
    print("| customers | days | fraud rate | tables | payments | CPU s | payments per CPU s | peak GB |")
    print("|---|---|---|---|---|---|---|---|")
    for people, days, rate, to_files in ((customers, 90, 0.002, False), (customers, 90, 0.02, False),
                                         (customers // 10, 90, 0.002, False), (customers, 90, 0.002, True),
                                         (4 * customers, 14, 0.002, True)):  # fmt: skip
        rows, spent, peak = alone(made, {"customers": people, "days": days, "fraud_rate": rate}, to_files)
        where = "Parquet" if to_files else "memory"
        print(f"| {people:,} | {days} | {rate} | {where} | {rows:,} | {spent:.1f} | {rows / spent:,.0f} | {peak:.1f} |",
              flush=True)  # fmt: skip


def laws() -> None:
    """Print what must not be, how much fraud there is, and which rings queries of the graph find as labelled."""
    print("| seed | fraud asked | found | faults of the ledger | impossible journeys | closed shops | rings found |")
    print("|---|---|---|---|---|---|---|")
    for seed, rate in enumerate((0.0005, 0.002, 0.01, 0.05)):
        bank = Finance(customers=5000, days=60, fraud_rate=rate).generate(seed=seed)
        counted = faults(bank.tables)
        journeys, closed = counted.pop("impossible journeys"), counted.pop("closed")
        share = np.asarray(bank["transactions"].column("is_fraud")).mean()
        found, rings = matched(bank)
        wrong = sum(counted.values())
        print(
            f"| {seed} | {rate:.4%} | {share:.4%} | {wrong} | {journeys} | {closed} | {found} of {rings} |", flush=True
        )


def matched(bank: Dataset) -> tuple[int, int]:
    """Return how many rings of named shapes the graph shows as they are labelled, and how many there are."""
    found, rings = shapes(bank.tables), bank["rings"]
    names = rings.schema["typology"].levels or ()
    labelled = {k: names[code] for k, code in enumerate(rings.codes("typology")) if names[code] in SHAPES}
    return sum(found.get(ring) == name for ring, name in labelled.items()), len(labelled)


def detection(seeds: int) -> None:
    """Print how well fraud is told at the usual stealth."""
    print("| seed | payments | boosted AUC | average precision | best features alone |")
    print("|---|---|---|---|---|")
    for seed in range(seeds):
        bank = Finance(customers=8000, days=90, fraud_rate=0.004).generate(tables=WANTED, seed=seed)
        found = detected(bank.tables, seed=seed)
        best = sorted(found.single.items(), key=lambda pair: -pair[1])[:4]
        print(f"| {seed} | {bank['transactions'].rows:,} | {found.boosted:.3f} | {found.precision:.3f} | "
              f"{', '.join(f'{name} {area:.3f}' for name, area in best)} |", flush=True)  # fmt: skip


def stealth() -> None:
    """Print how well fraud is told the more it hides."""
    print("| stealth | boosted AUC | average precision | best feature alone |")
    print("|---|---|---|---|")
    for hidden in (0.0, 0.3, 0.65, 0.9, 1.0):
        bank = Finance(customers=4000, days=60, fraud_rate=0.01, stealth=hidden).generate(tables=WANTED)
        found = detected(bank.tables)
        name, area = max(found.single.items(), key=lambda pair: pair[1])
        print(f"| {hidden} | {found.boosted:.3f} | {found.precision:.3f} | {name} {area:.3f} |", flush=True)


if __name__ == "__main__":
    main()
