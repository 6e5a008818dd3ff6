"""Measure what a model that follows new data loses against one that is fitted anew, on four real tables that drift.

    python benchmarks/updating.py [--rows 16000] [--seeds 1] [--tables adult,flights]

Each table is put in the order of a column and cut in two: the model is fitted to the first half and updated with the
second. A fifth of either half is kept back to judge by. Beside the updated model stand the stale one, which saw the
first half alone, and one fitted anew to what the updated one stands for: all rows of the second half and a share `keep`
of those of the first. All three are judged on rows kept back in the same proportion: with `keep` 0 these are rows of
the second half alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from tables import DATA  # noqa: E402

import likewise  # noqa: E402
from likewise.core.table import Table, concat  # noqa: E402
from likewise.evaluation.fidelity.detection import detect  # noqa: E402
from likewise.evaluation.fidelity.shape import shape_errors  # noqa: E402
from likewise.evaluation.fidelity.trend import lower, trend_errors  # noqa: E402
from likewise.evaluation.pairing import pair_tables  # noqa: E402
from likewise.io.source import read_source  # noqa: E402


@dataclass(frozen=True)
class Drifting:
    """Name a table's file, the column it drifts along (None: the order of the file) and the columns taken."""

    file: str
    along: str | None
    columns: tuple[str, ...] = ()


TABLES = {
    "adult": Drifting("adult/train.csv.gz", "age"),
    "flights": Drifting(
        "nycflights13/flights.parquet",
        "month",
        ("month", "dep_time", "dep_delay", "arr_delay", "carrier", "origin", "dest", "air_time", "distance"),
    ),
    "online_shoppers": Drifting("online_shoppers/online_shoppers.csv.gz", None),
    "california_housing": Drifting("california_housing/california_housing.csv.gz", "longitude"),
}
KEEPS = (0.0, 0.5)


def main() -> None:
    """Measure, and print one Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--rows", type=int, default=16_000, help="rows taken of each table at most")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds; means are shown")
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    print("| table | keep | model | shape error % | trend error % | C2ST | CPU s |\n|---|---|---|---|---|---|---|")
    worst = 0.0
    for name in asked.tables.split(","):
        halves = _halves(TABLES[name], asked.data, asked.rows)
        for keep in KEEPS:
            runs = [dict(_measured(halves, keep, seed)) for seed in range(asked.seeds)]
            means = {model: np.mean([run[model] for run in runs], axis=0) for model in runs[0]}
            for model, figures in means.items():
                cells = " | ".join(f"{figure:.{digits}f}" for figure, digits in zip(figures, (2, 2, 3, 1), strict=True))
                print(f"| {name} | {keep:g} | {model} | {cells} |", flush=True)
            worst = max(worst, means["updated"][2] - means["fitted anew"][2])
    print(f"\nC2ST of the updated model is at most {worst:.3f} above that of a fit anew.")


def _halves(table: Drifting, data: Path, most: int) -> list[tuple[Table, Table]]:
    """Return what is learned from and what is kept back of the first and of the second half."""
    raw = read_source(data / table.file).table
    rng = np.random.default_rng(0)
    raw = raw.take(np.sort(rng.permutation(raw.num_rows)[:most]))
    whole = Table.from_arrow(raw.select(table.columns) if table.columns else raw)
    order = np.argsort(whole.numbers(table.along), kind="stable") if table.along else np.arange(whole.rows)
    parts = [rng.permutation(part) for part in np.array_split(order, 2)]
    return [(whole.take(p[len(p) // 5 :]), whole.take(p[: len(p) // 5])) for p in parts]


def _measured(halves: list[tuple[Table, Table]], keep: float, seed: int) -> Iterator[tuple[str, list[float]]]:
    (first, first_kept), (second, second_kept) = halves
    truth = _mixed(first_kept, second_kept, keep)
    start = time.process_time()
    stale = likewise.fit(first, seed=seed)
    yield "stale", _judged(truth, stale, seed, start)
    start = time.process_time()
    yield "updated", _judged(truth, stale.update(second, keep=keep, seed=seed), seed, start)
    both = _mixed(first, second, keep)
    start = time.process_time()
    yield "fitted anew", _judged(truth, likewise.fit(both, seed=seed), seed, start)


def _mixed(first: Table, second: Table, keep: float) -> Table:
    """Return all rows of the second half after a share of those of the first; rows are in no order."""
    return concat([first.slice(0, round(keep * first.rows)), second])


def _judged(truth: Table, model: likewise.Model, seed: int, start: float) -> list[float]:
    spent = time.process_time() - start
    drawn = model.sample(truth.rows, seed=seed)
    paired = pair_tables(truth, drawn, None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=seed, explain=False)
    assert found is not None
    shape = float(shape_errors(paired.columns, paired.real, paired.synthetic).mean())
    trend = trend_errors(paired.columns, paired.real, [paired.synthetic])[0]
    return [100 * shape, 100 * float(lower(trend).mean()), found.auc, spent]


if __name__ == "__main__":
    main()
