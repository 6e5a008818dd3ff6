"""How well a private fit finds what its contract leaves open: kinds, bounds and levels, against the data themselves.

Each table is discovered whole, again and again, and what is found is held against what there is: the share of numbers
beyond the bounds (the median and the 95 % quantile over columns and turns, and in how many columns the median over the
turns is at most 0.5 %), the width of the bounds over that of the middle 99.8 % of the numbers, bounds that hold one
value where the data has more, kinds a turn that are another than a large budget finds, and the levels that are kept
beside those whose own count is above the threshold. Nothing of this is private; it is measured on public tables.

    OMP_NUM_THREADS=1 python benchmarks/discovery.py --repeats 20 --epsilons 0.5 1 3
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
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


class Tally:
    """Hold what many discoveries of one table come to, against the data."""

    def __init__(self, raw: pa.Table, best: Contract) -> None:
        self.raw, self.best, self.numbers = raw, best, numbers_in(raw, best)
        self.names = {d.name: names_in(raw.column(d.name)) for d in best.columns if isinstance(d, Category)}
        self.clipped: dict[str, list[float]] = {name: [] for name in self.numbers}
        self.widths: dict[str, list[float]] = {name: [] for name in self.numbers}
        self.levels: dict[str, list[tuple[int, int]]] = {name: [] for name in self.names}
        self.wrong = self.collapsed = self.turns = 0
        self.spent = 0.0

    def add(self, epsilon: float) -> None:
        """Discover once more."""
        account = account_of(epsilon)
        found = discover(self.raw, Contract.of("discover"), account)
        self.turns += 1
        self.spent += sum(event.mu**2 for event in account.events) / account.mu**2
        events = {event.what: event for event in account.events}
        for domain in found.columns:
            self.wrong += domain.kind != self.best[domain.name].kind
            if domain.name in self.numbers and isinstance(domain, Number):
                self._add_bounds(domain)
            if domain.name in self.names and isinstance(domain, Category):
                event, counts = events[f"{domain.name}: levels"], self.names[domain.name]
                least = threshold(1 / event.mu, event.delta)
                kept = len(set(domain.levels) & set(counts))
                self.levels[domain.name].append((kept, sum(count >= least for count in counts.values())))

    def _add_bounds(self, domain: Number) -> None:
        values = self.numbers[domain.name]
        self.clipped[domain.name].append(float(np.mean((values < domain.min) | (values > domain.max))))
        self.widths[domain.name].append((domain.max - domain.min) / (middle(values) or 1.0))
        self.collapsed += domain.min == domain.max and middle(values) > 0

    def line(self) -> str:
        """Return the figures of the table."""
        clipped = [share for shares in self.clipped.values() for share in shares]
        wide = [width for widths in self.widths.values() for width in widths]
        good = sum(np.median(shares or [1]) <= 0.005 for shares in self.clipped.values())
        kept, above = np.array([pair for pairs in self.levels.values() for pair in pairs] or [(0, 0)]).sum(axis=0)
        turns, levels = self.turns, sum(map(len, self.names.values()))
        return (f"{np.median(clipped):7.2%} {np.quantile(clipped, 0.95):6.2%} {good:>4} of {len(self.clipped):<3}"
                f"{np.median(wide):6.1f} {np.quantile(wide, 0.95):6.1f} {self.collapsed:10d} {self.wrong / turns:6.2f} "
                f"{kept / turns:6.1f} {above / turns:8.1f} {levels:5d} {self.spent / turns:7.1%}")  # fmt: skip

    def columns(self) -> Iterator[str]:
        """Yield a line for each column that was found."""
        for name, shares in self.clipped.items():
            widths = self.widths[name] or [0.0]
            yield (f"    {name:<26} clipped {np.median(shares or [1]):7.2%}, at most {max(shares or [1]):7.2%}; "
                   f"width {np.median(widths):6.1f}, at most {max(widths):8.1f}")  # fmt: skip
        for name, pairs in self.levels.items():
            kept, above = np.array(pairs or [(0, 0)]).mean(axis=0)
            yield f"    {name:<26} levels {kept:5.1f}, above the threshold {above:5.1f}, in all {len(self.names[name])}"


def main(argv: list[str] | None = None) -> None:
    """Print a line for each table and budget."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    options.add_argument("--repeats", type=int, default=20)
    options.add_argument("--epsilons", type=float, nargs="+", default=[0.5, 1.0, 3.0])
    options.add_argument("--tables", nargs="+", default=[*TABLES])
    options.add_argument("--each", action="store_true", help="print each column too")
    chosen = options.parse_args(argv)
    print("table     epsilon clipped   95 %   columns  width   95 %  collapsed  wrong levels  above t   all   spent")
    for name in chosen.tables:
        raw = read_declared(chosen.data / TABLES[name], ()).table
        best = discover(raw, Contract.of("discover"), account_of(500.0))
        for epsilon in chosen.epsilons:
            tally = Tally(raw, best)
            for _ in range(chosen.repeats):
                tally.add(epsilon)
            print(f"{name:<9} {epsilon:>7g} {tally.line()}", flush=True)
            for line in tally.columns() if chosen.each else ():
                print(line)


if __name__ == "__main__":
    main()
