"""Measure each copula of `sampling`: shape and trend error, a detector's AUC, and cost, beside SDV's published figures.

    python benchmarks/sampling.py [--tables adult,california_housing] [--settings copula=vine,marginals=parametric]

80 % of the rows (seed 0) are learned from and as many drawn, each in a process of its own on one thread, from and to
CSV; shape and trend are judged by the rows learned from, the detector by the other 20 %. The last table is one that the
settings of the technique were not looked at on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from metering import metered  # noqa: E402
from tables import DATA, TABLES, Benchmark, load, split  # noqa: E402

SETTINGS = ("", "copula=gaussian", "copula=student-t", "copula=vine", "copula=independent")
ALL = TABLES | {
    "california_housing": Benchmark(("california_housing/california_housing.csv.gz",), "median_house_value"),
}
PEER = "SDV GaussianCopula"


def measured(settings: str, folder: Path, rows: int) -> str:
    """Return the cells of a row: errors in percent, AUC, CPU seconds and the copula that was taken."""
    from likewise.core.state import load as load_model
    from likewise.core.table import Table
    from likewise.evaluation.fidelity.detection import detect
    from likewise.evaluation.fidelity.shape import shape_errors
    from likewise.evaluation.fidelity.trend import lower, trend_errors
    from likewise.evaluation.pairing import pair_tables
    from likewise.recipes.verbs import read

    command, model = Path(sys.executable).with_name("likewise"), folder / "model.likewise"
    chosen = [word for setting in settings.split("+") if setting for word in ("--set", setting)]
    fit = metered([command, "fit", folder / "train.csv", "-o", model, "--technique", "sampling", *chosen])
    sample = metered([command, "sample", model, "-n", str(rows), "-o", folder / "drawn.csv"])
    train, drawn, held = (read(folder / f"{name}.csv") for name in ("train", "drawn", "holdout"))
    paired = pair_tables(train, Table.from_any(drawn), held)
    assert paired.holdout is not None
    shape = 100 * shape_errors(paired.columns, paired.real, paired.synthetic).mean()
    trend = 100 * lower(trend_errors(paired.columns, paired.real, [paired.synthetic])[0]).mean()
    found = detect(paired.columns, paired.holdout, paired.synthetic, seed=0, explain=False)
    auc = 0.5 if found is None else found.auc
    said = load_model(model).copula.said()  # type: ignore[attr-defined]
    cost = f"{fit.cpu_s:.1f} | {sample.cpu_s:.1f} | {max(fit.peak_mb, sample.peak_mb):.0f}"
    return f"{shape:.2f} | {trend:.2f} | {auc:.3f} | {cost} | {said}"


def main() -> None:
    """Print one Markdown table."""
    from pyarrow import csv

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", default=",".join(ALL), help="names, joined by commas")
    parser.add_argument("--settings", default=",".join(SETTINGS), help="joined by commas; + joins those of one fit")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds the tables")
    asked = parser.parse_args()
    published = json.loads((HERE / "peers" / "published.json").read_text())["tables"]
    print("| table | settings | shape % | trend % | detector AUC | fit CPU s | draw CPU s | peak MB | copula |")
    print("|---" * 9 + "|")
    for name in asked.tables.split(","):
        train, holdout = split(load(name, asked.data, ALL))
        with tempfile.TemporaryDirectory(prefix="likewise-bench-") as folder:
            for part, rows in (("train", train), ("holdout", holdout)):
                csv.write_csv(rows, Path(folder) / f"{part}.csv", csv.WriteOptions(quoting_style="needed"))
            for settings in asked.settings.split(","):
                cells = measured(settings, Path(folder), train.num_rows)
                print(f"| {name} | {settings or 'defaults'} | {cells} |", flush=True)
        if peer := published.get(name, {}).get(PEER):
            seconds, memory = peer.get("fit_cpu_s", "-"), peer.get("peak_mb", "-")
            figures = f"{peer['shape_error']} | {peer['trend_error']} | {peer['c2st']} | {seconds} | - | {memory}"
            print(f"| {name} | {PEER} (published) | {figures} | Gaussian |", flush=True)


if __name__ == "__main__":
    main()
