"""How well a private fit finds what its contract leaves open: kinds, bounds and levels, against the data themselves.

Each table is discovered whole, again and again, and what is found is held against what there is: the share of numbers
beyond the bounds, the width of the bounds over that of the middle 99.8 % of the numbers, columns whose bounds hold one
value where the data has more, kinds that are another than a large budget finds, and the levels that are kept beside
those whose own count is above the threshold. Nothing of this is private; it is measured on public tables.

    OMP_NUM_THREADS=1 python benchmarks/discovery.py --repeats 20 --epsilons 0.5 1 3
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa

from likewise.io.declared import read_declared
from likewise.privacy.accountant import Account
from likewise.privacy.contract import Contract, discover
from likewise.privacy.contract.category import Category
from likewise.privacy.contract.levels import names_in
from likewise.privacy.contract.number import Number
from likewise.privacy.contract.reading import numbers_of
from likewise.privacy.mechanisms import threshold

TABLES = {"adult": "adult/train.csv.gz", "shoppers": "online_shoppers/online_shoppers.csv.gz",
          "default": "default_credit_card/default_credit_card.csv.gz", "weather": "nycflights13/weather.csv.gz",
          "telco": "telco_churn/telco_churn.csv.gz", "german": "german_credit/german_credit.csv.gz"}  # fmt: skip
DELTA = 1e-6


def account_of(epsilon: float) -> Account:
    """Return an account as a private fit makes it."""
    return Account(epsilon, DELTA, slack=0.1 * DELTA)


def middle(values: np.ndarray) -> float:
    """Return the width of the middle 99.8 % of the numbers."""
    low, high = np.quantile(values, [0.001, 0.999])
    return float(high - low)


def numbers_in(raw: pa.Table, contract: Contract) -> dict[str, np.ndarray]:
    """Return the numbers of each column that holds some."""
    found = {}
    for domain in contract.columns:
        if isinstance(domain, Number):
            values = numbers_of(raw.column(domain.name).combine_chunks(), domain.format)
            found[domain.name] = values[~np.isnan(values)]
    return found


def measured(raw: pa.Table, best: Contract, epsilon: float, repeats: int, each: bool) -> str:
    """Return a line of what many discoveries of one table come to."""
    numbers = numbers_in(raw, best)
    names = {d.name: names_in(raw.column(d.name)) for d in best.columns if isinstance(d, Category)}
    clipped: dict[str, list[float]] = {name: [] for name in numbers}
    widths: dict[str, list[float]] = {name: [] for name in numbers}
    bounds: dict[str, list[str]] = {name: [] for name in numbers}
    wrong, collapsed, kept, possible, spent = 0, 0, 0, 0, 0.0
    for _ in range(repeats):
        account = account_of(epsilon)
        found = discover(raw, Contract.of("discover"), account)
        spent += sum(event.mu**2 for event in account.events) / account.mu**2 / repeats
        prices = {event.what: event for event in account.events}
        for domain in found.columns:
            wrong += domain.kind != best[domain.name].kind
            if domain.name in numbers and isinstance(domain, Number):
                values = numbers[domain.name]
                clipped[domain.name].append(float(np.mean((values < domain.min) | (values > domain.max))))
                widths[domain.name].append((domain.max - domain.min) / (middle(values) or 1.0))
                bounds[domain.name].append(f"{domain.min:g}..{domain.max:g}")
                collapsed += domain.min == domain.max and middle(values) > 0
            if domain.name in names and isinstance(domain, Category):
                kept += len(set(domain.levels) & set(names[domain.name]))
                event = prices[f"{domain.name}: levels"]
                least = threshold(1 / event.mu, event.delta)
                possible += sum(count >= least for count in names[domain.name].values())
    flat = [share for shares in clipped.values() for share in shares]
    wide = [width for ratios in widths.values() for width in ratios]
    for name in numbers if each else ():
        print(f"    {name:<24} clipped {np.median(clipped[name] or [1]):7.2%}  at most {max(clipped[name] or [1]):7.2%}  "
              f"width {np.median(widths[name] or [0]):6.1f}  at most {max(widths[name] or [0]):8.1f}  e.g. "
              f"{', '.join(bounds[name][:4])}")  # fmt: skip
    levels = sum(map(len, names.values()))
    columns = [np.median(shares or [1]) for shares in clipped.values()]
    return (f"{np.median(flat):7.2%} {sum(c <= 0.005 for c in columns):>4} of {len(columns):<3} "
            f"{np.quantile(flat, 0.95):7.2%} {np.median(wide):7.1f} {np.quantile(wide, 0.95):7.1f} {collapsed:9d} "
            f"{wrong / repeats:7.2f} {kept / repeats:7.1f} {possible / repeats:7.1f} {levels:5d} {spent:7.1%}")  # fmt: skip


def main(argv: list[str] | None = None) -> None:
    """Print a line for each table and budget."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--repeats", type=int, default=20)
    options.add_argument("--epsilons", type=float, nargs="+", default=[0.5, 1.0, 3.0])
    options.add_argument("--tables", nargs="+", default=[*TABLES])
    options.add_argument("--each", action="store_true", help="print each column of numbers too")
    chosen = options.parse_args(argv)
    print("table     epsilon clipped  columns      95 %   width    95 % collapsed  wrong   levels above t   all   spent")
    for name in chosen.tables:
        raw = read_declared(chosen.data / TABLES[name], ()).table
        best = discover(raw, Contract.of("discover"), account_of(500.0))
        for epsilon in chosen.epsilons:
            print(f"{name:<9} {epsilon:>7g} {measured(raw, best, epsilon, chosen.repeats, chosen.each)}", flush=True)


if __name__ == "__main__":
    main()
