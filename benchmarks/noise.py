"""Measure what every operation of noise costs on a table of 1,000,000 rows x 10 columns, and MDAV on 100,000 x 5.

    OMP_NUM_THREADS=1 python benchmarks/noise.py [--rows 1000000] [--operations gaussian,pram]

The table has four numbers with decimals, two whole ones, two categories, a date and a moment; operations on texts have
ten columns of short texts, a twentieth of the rows. Thousands of rows per CPU second are those of changing the typed
table; `fit` is learning it, its inference aside. Beside each stands the floor: numpy copying the bytes of the columns
that the operation changed (`x floor`: how many times as long it takes), and numpy drawing one normal number for each of
these cells (`x rng floor`). Peak memory is that of the whole process, the table and the model in it.

With `--tables adult,magic_gamma` it measures instead, on real tables, what each way hides at the same cost: strength is
set so that 90 % of the mean correlation is kept, and rows are looked for among 2,000 originals by distance in
the columns that were changed.

MDAV is run over normal numbers, for k of 3, 5 and 10, with the share of the variance that is lost; beside it the same
rows by exact MDAV on as many as 8,000 of them, which is what the cut into cells saves and costs.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tables import DATA, load
from tables import TABLES as TABLES_OF_PROTOCOL

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.techniques.noise.catalogue import TABLES, TEXTS
from likewise.techniques.noise.composition import Composition, compose
from likewise.techniques.noise.microaggregation import CELL, grouped
from likewise.techniques.noise.model import NoiseModel
from likewise.techniques.noise.operation import Operation
from likewise.techniques.noise.synthesizer import Noise

SETTINGS: dict[str, dict[str, Any]] = {
    "flip": {"columns": ["plan", "place"], "share": 0.1},
    "anonymize": {"columns": ["age", "plan", "place", "born"]},
    "shuffle": {"columns": ["a", "b"], "beside": ["c", "d"]},
    "exchange": {"columns": ["plan", "place"]},
}


def numbers(rows: int) -> pa.Table:
    rng = generator(0, "benchmark")
    base = rng.normal(size=rows)
    return pa.table(
        {
            "a": base,
            "b": np.round(base * 20 + rng.normal(0, 9, rows), 2),
            "c": rng.lognormal(3, 1, rows),
            "d": np.where(rng.random(rows) < 0.7, 0.0, np.round(rng.exponential(100, rows), 2)),
            "age": rng.integers(18, 95, rows),
            "visits": rng.poisson(4, rows),
            "plan": pa.array(np.array(["basic", "family", "gold", "none"])[rng.integers(4, size=rows)]),
            "place": pa.array(np.array([f"place {v}" for v in range(200)])[rng.zipf(1.5, rows) % 200]),
            "born": pa.array(rng.integers(-8000, 12_000, rows).astype(np.int32)).cast(pa.date32()),
            "came": pa.array(rng.integers(18_000 * 86_400, 19_000 * 86_400, rows) * 1_000_000).cast(pa.timestamp("us")),
        }
    )


def texts(rows: int) -> pa.Table:
    rng = generator(0, "benchmark", "texts")
    words = np.array([f"{a}{b}" for a in ("or", "la", "we", "ca", "re") for b in ("der", "te", "fund", "ll", "nd")])
    return pa.table(
        {f"text {c}": [" ".join(row) for row in words[rng.integers(len(words), size=(rows, 9))]] for c in range(10)}
    )


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def floors(table: Table, names: Sequence[str]) -> tuple[float, float]:
    """Return CPU seconds of copying the columns' bytes, and of drawing a normal number for each cell."""
    held = [np.frombuffer(b, np.uint8) for n in names for b in table.column(n).buffers() if b is not None]
    copied = min(cpu(lambda: [part.copy() for part in held])[0] for _ in range(3))
    rng = generator(0)
    return max(copied, 1e-6), cpu(lambda: [rng.standard_normal(table.rows) for _ in names])[0]


def measured(operation: type[Operation], table: Table) -> None:
    step = operation.from_dict(SETTINGS.get(operation.op, {}))
    model = Noise(steps=[step]).fit(table.slice(0, 1000))
    assert isinstance(model, NoiseModel)
    learning, composition = cpu(lambda: compose(table, [step], linked=False))
    assert isinstance(composition, Composition)
    changing, _ = cpu(lambda: NoiseModel.changed(_with(model, composition), table, 1))
    copied, drawn = floors(table, composition.names)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{operation.op:15} {len(composition.names):7}  {learning:6.2f}  {table.rows / changing / 1e3:9.0f}  "
          f"{changing / copied:7.0f}  {changing / drawn:9.1f}  {peak:5.2f}", flush=True)  # fmt: skip


def _with(model: NoiseModel, composition: Composition) -> NoiseModel:
    return NoiseModel(model.schema, model.card, model.container, model.rows, model.rows, composition)


def lost(points: Any, group: Any) -> float:
    means = np.column_stack([np.bincount(group, weights=column) / np.bincount(group) for column in points.T])
    return float(((points - means[group]) ** 2).sum() / ((points - points.mean(axis=0)) ** 2).sum())


def mdav(rows: int) -> None:
    print(f"\nMDAV over normal numbers x 5\n{'rows':>8}  k   CPU s  variance lost  groups of")
    points = generator(0, "mdav").normal(size=(rows, 5))
    for k in (3, 5, 10):
        seconds, group = cpu(lambda k=k: grouped(points, np.ones(rows, dtype=np.int64), k))
        sizes = np.bincount(group)
        print(f"{rows:8} {k:2}  {seconds:6.2f}  {lost(points, group):13.2%}  {sizes.min()} to {sizes.max()}")
    some = points[: min(rows, 8000)]
    for name, cell in (("exact", len(some)), ("cut", CELL)):
        seconds, group = cpu(lambda cell=cell: grouped(some, np.ones(len(some), dtype=np.int64), 5, cell=cell))
        print(f"{len(some):8}  5  {seconds:6.2f}  {lost(some, group):13.2%}  {name}")


WAYS: dict[str, list[Any]] = {
    "the usual steps": [],
    "gaussian": ["gaussian"],
    "laplace": ["laplace"],
    "correlated": ["correlated"],
    "quantile": ["quantile"],
    "swap": ["swap"],
    "microaggregate": ["microaggregate"],
    "round": [{"round": {"base": 1}}],
    "pram": [{"pram": {"share": 0.2}}],
}


def compared(name: str, data: Path) -> None:
    table = Table.from_any(load(name, data))
    table = table.with_schema(table.schema.with_target(TABLES_OF_PROTOCOL[name].target))
    print(f"\n{name}: {table.rows:,} rows x {len(table.names)}; 90 % of the mean correlation kept")
    print("steps            columns  strength  cells changed  kept   least  found again  CPU s")
    for way, steps in WAYS.items():
        if way == "pram" and not any(c.kind == "category" and c.role == "feature" for c in table.schema.columns):
            continue
        noise = Noise.from_dict({"keep_correlation": 0.9, "correlation": "mean", **({"steps": steps} if steps else {})})
        seconds, model = cpu(lambda noise=noise: noise.fit(table))
        point = model.sensitivity(table, [1.0], seed=1).points[0]
        cells = float(np.mean([effect.changed for effect in point.columns]))
        strength = next(note for note in model.card.notes if "times the steps" in note).split(" ")[0]
        print(f"{way:15}  {len(point.columns):7}  {strength:>8}  {cells:13.1%}  {point.correlations:.3f}  "
              f"{point.least:.3f}  {point.relinked or 0:11.1%}  {seconds:5.1f}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--operations", default="")
    parser.add_argument("--tables", default="")
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    if asked.tables:
        for name in asked.tables.split(","):
            compared(name, asked.data)
        return
    wanted = {*filter(None, asked.operations.split(","))}
    print(f"{asked.rows:,} rows x 10 columns; texts {asked.rows // 20:,} x 10")
    print(f"{'operation':15} columns   fit s  k rows/s  x floor  x rng floor  peak GB")
    table = Table.from_any(numbers(asked.rows))
    for operation in TABLES:
        if not wanted or operation.op in wanted:
            measured(operation, table)
    if not wanted or wanted & {o.op for o in TEXTS}:
        written = Table.from_any(texts(asked.rows // 20))
        for operation in TEXTS:
            if not wanted or operation.op in wanted:
                measured(operation, written)
    if not wanted or "mdav" in wanted:
        mdav(min(asked.rows, 100_000))


if __name__ == "__main__":
    main()
