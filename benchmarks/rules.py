"""How often rules that hold in real rows break in synthetic ones, with and without `keep_rules`.

python benchmarks/rules.py [--data FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import likewise
from likewise.constraints.mining.mine import mine
from likewise.core.table import Table

TABLES = (
    "adult/train.csv.gz",
    "magic_gamma/magic_gamma.csv.gz",
    "california_housing/california_housing.csv.gz",
    "framingham/framingham.csv.gz",
    "google_stock/google_stock.csv.gz",
    "cta_ridership/cta_ridership.csv.gz",
    "telco_churn/telco_churn.csv.gz",
    "nycflights13/weather.csv.gz",
)


def read(path: Path) -> Table:
    """Read a table; the weather's moments, written in UTC, are put on the clocks of New York that its parts are of."""
    if path.name != "weather.csv.gz":
        return likewise.read(path)
    frame = pd.read_csv(path)
    return likewise.read(frame.assign(time_hour=pd.to_datetime(frame.time_hour).dt.tz_convert("America/New_York")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder = parser.parse_args().data
    print("| table | rule that holds in every real row | broken without, % | broken with, % |\n|---|---|---|---|")
    for name in TABLES:
        if not (folder / name).exists():
            print(f"| {name} | not there | | |")
            continue
        table = read(folder / name)
        models = {keep: likewise.fit(table, keep_rules=keep) for keep in (False, True)}
        drawn = {keep: Table.from_any(model.sample(table.rows)) for keep, model in models.items()}
        for rule in mine(table).kept.shown:
            without, with_rules = (100 * (1 - rule.holds(drawn[keep]).mean()) for keep in (False, True))
            print(f"| {name.split('/')[0]} | {rule.said()} | {without:.2f} | {with_rules:.2f} |", flush=True)


if __name__ == "__main__":
    main()
