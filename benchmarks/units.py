"""How true private histories and related tables are, and how much a fit tells of one unit beside what it promises.

Invoices of the customers of an online shop (a customer is a unit, by date) are learned as units, and as single rows of
which at most so many a customer are used; a shop's database and patients with their encounters as related tables. All
figures are total variation distances (0 is the same, 1 nothing in common) unless they say otherwise; the first line of
each has that between two random halves of the real units, which no model can be expected to beat by much.

    python benchmarks/units.py --data /work/shared/data --epsilons 1 10
    python benchmarks/units.py --audit 300
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.stats import beta, norm

import likewise
from likewise.modalities.relational.closure import Closure
from likewise.privacy.accountant import epsilon_of
from likewise.techniques.marginals import Marginals, Units, UnitsModel

GAPS = [-1, 0, 1, 3, 7, 14, 21, 30, 45, 60, 90, 400]
SIZES = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 10_000]
MONEY = [-1, 25, 50, 100, 150, 200, 300, 400, 500, 750, 1000, 2000, 1e9]
LINES = [0, 1, 2, 5, 10, 15, 20, 30, 50, 100, 1000]
KINDS = ["credit", "small", "middle", "large"]


def distance(one: pd.Series, other: pd.Series) -> float:
    """Return the total variation distance of two distributions."""
    one, other = (part.rename_axis(["a", "b"][: part.index.nlevels]) for part in (one, other))
    one, other = one.align(other, fill_value=0)
    return float((one - other).abs().sum() / 2)


def invoices(folder: Path) -> pd.DataFrame:
    """Return the invoices of customers, in random order."""
    rows = pd.read_parquet(folder / "online_retail/online_retail.parquet").dropna(subset=["CustomerID"])
    rows["amount"] = rows["Quantity"] * rows["UnitPrice"]
    found = rows.groupby("InvoiceNo").agg(customer=("CustomerID", "first"), date=("InvoiceDate", "min"),
                                          country=("Country", "first"), amount=("amount", "sum"),
                                          lines=("StockCode", "size")).reset_index()  # fmt: skip
    size = np.select([found["amount"].abs() < 150, found["amount"] < 500], ["small", "middle"], "large")
    found["kind"] = np.where(found["InvoiceNo"].str.startswith("C"), "credit", size)
    found["amount"] = found["amount"].abs().round(2)
    found["date"] = found["date"].dt.date.astype(str)
    return found.drop(columns="InvoiceNo").sample(frac=1, random_state=0)


def domain_of(real: pd.DataFrame) -> dict[str, Any]:
    """Return what may be known of invoices without looking; countries stand for a list of those that one sells to."""
    return {
        "columns": {
            "customer": "id",
            "date": {"kind": "date", "min": "2010-12-01", "max": "2011-12-09", "role": "order"},
            "country": {"kind": "category", "levels": sorted(real["country"].unique()), "per": "unit"},
            "amount": {"kind": "number", "decimals": 2, "min": 0, "max": 200_000, "grid": "log"},
            "lines": {"kind": "number", "integer": True, "min": 1, "max": 600},
            "kind": {"kind": "category", "levels": KINDS},
        },
        "unit": "customer",
        "most": 250,
    }


def of_rows(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return distributions of rows."""
    money = pd.cut(rows["amount"], MONEY)
    return {
        "amount": money.value_counts(normalize=True),
        "lines": pd.cut(rows["lines"], LINES).value_counts(normalize=True),
        "kind x amount": rows.groupby([rows["kind"].astype(str), money], observed=False).size() / len(rows),
    }


def of_units(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return distributions of units, and of what follows what."""
    rows = rows.sort_values(["customer", "date"], kind="stable")
    after = rows.groupby("customer")["kind"].shift(-1)
    both = pd.DataFrame({"one": rows["kind"].astype(str), "other": after.astype(str)})[after.notna()]
    days = pd.to_datetime(rows["date"]).groupby(rows["customer"].to_numpy()).diff().dt.days.dropna()
    return {
        "rows a unit": pd.cut(rows.groupby("customer").size(), SIZES).value_counts(normalize=True),
        "country": rows.groupby("customer")["country"].first().astype(str).value_counts(normalize=True),
        "kind, next": both.groupby(["one", "other"]).size() / len(both),
        "gap": pd.cut(days, GAPS).value_counts(normalize=True),
    }


def show(label: str, figures: dict[str, float]) -> None:
    """Print a line of a table."""
    print(f"{label:<34}" + "".join(f"{name}: {figure:<8.3f}" for name, figure in figures.items()), flush=True)


def histories(folder: Path, epsilons: list[float], repeats: int) -> None:
    """Compare units with single rows."""
    real = invoices(folder)
    customers = np.random.default_rng(0).permutation(real["customer"].unique())
    half = real["customer"].isin(customers[::2])
    print(f"invoices of an online shop: {len(real):,} of {len(customers):,} customers, means of {repeats} fits")
    told = {**of_rows(real), **of_units(real)}
    halves = [{**of_rows(part), **of_units(part)} for part in (real[half], real[~half])]
    show("two halves of the real", {name: distance(halves[0][name], halves[1][name]) for name in told})
    domain = domain_of(real)
    apart = {name: {k: v for k, v in own.items() if k != "per"} if isinstance(own, dict) else own
             for name, own in domain["columns"].items()}  # fmt: skip
    kinds = real["kind"].value_counts(normalize=True)
    alone = pd.Series({(a, b): kinds[a] * kinds[b] for a in kinds.index for b in kinds.index})
    show("rows that know of no others", {"kind, next": distance(told["kind, next"], alone)})
    for epsilon in epsilons:
        found, took = [], time.perf_counter()
        for seed in range(repeats):
            model = Units(epsilon=epsilon, domain=domain).fit(real)
            assert isinstance(model, UnitsModel)
            drawn = model.sample_units(model.units, seed=seed)
            own = {**of_rows(drawn), **of_units(drawn)}
            found.append({**{name: distance(told[name], own[name]) for name in told}, "rows": len(drawn) / len(real)})
        seconds = (time.perf_counter() - took) / repeats
        show(f"units, epsilon {epsilon:g} ({seconds:.0f} s)", {name: float(np.mean([f[name] for f in found]))
                                                              for name in found[0]})  # fmt: skip
        for most in (1, 5, 20, 250):
            found = []
            for seed in range(repeats):
                plain = Marginals(epsilon=epsilon, domain={**domain, "columns": apart, "most": most}).fit(real)
                own = of_rows(plain.sample(len(real), seed=seed))
                found.append({name: distance(told[name], own[name]) for name in own})
            show(f"rows, at most {most}, epsilon {epsilon:g}", {name: float(np.mean([f[name] for f in found]))
                                                               for name in found[0]})  # fmt: skip


def chinook(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any], str]:
    """Return customers, their invoices and the lines of these."""
    place = f"file:{folder / 'chinook/Chinook_Sqlite.sqlite'}?mode=ro"
    with sqlite3.connect(place, uri=True) as base:
        columns = {"Customer": "CustomerId, Country", "Invoice": "InvoiceId, CustomerId, InvoiceDate, Total",
                   "InvoiceLine": "InvoiceLineId, InvoiceId, TrackId, UnitPrice", "Track": "TrackId"}  # fmt: skip
        read = {name: pd.read_sql(f"SELECT {own} FROM {name}", base) for name, own in columns.items()}
    countries = sorted(read["Customer"]["Country"].unique())
    domain = {
        "Customer": {"CustomerId": "id", "Country": {"kind": "category", "levels": countries}},
        "Invoice": {"columns": {
            "InvoiceId": "id", "CustomerId": {"kind": "id", "refers": "Customer.CustomerId"},
            "InvoiceDate": {"kind": "datetime", "min": "2021-01-01", "max": "2025-12-31", "resolution": "day",
                            "role": "order"},
            "Total": {"kind": "number", "decimals": 2, "min": 0, "max": 30}}, "most": 20},
        "InvoiceLine": {"columns": {
            "InvoiceLineId": "id", "InvoiceId": {"kind": "id", "refers": "Invoice.InvoiceId"},
            "TrackId": {"kind": "id", "refers": "Track.TrackId"},
            "UnitPrice": {"kind": "category", "levels": ["0.99", "1.99"]}}, "most": 20},
        "Track": "public",
    }  # fmt: skip
    return read, domain, "Customer"


def synthea(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any], str]:
    """Return patients and their encounters."""
    columns = {"patients": ["Id", "BIRTHDATE", "GENDER", "RACE"],
               "encounters": ["Id", "PATIENT", "START", "ENCOUNTERCLASS", "TOTAL_CLAIM_COST"]}  # fmt: skip
    read = {name: pd.read_csv(folder / f"synthea_sample/{name}.csv.gz", usecols=own) for name, own in columns.items()}
    read["encounters"]["START"] = read["encounters"]["START"].str[:10]
    classes = ["wellness", "ambulatory", "outpatient", "urgentcare", "emergency", "inpatient", "home", "snf", "hospice",
               "virtual"]  # fmt: skip
    domain = {
        "patients": {"Id": {"kind": "id", "pattern": {"form": "uuid"}},
                     "BIRTHDATE": {"kind": "date", "min": "1900-01-01", "max": "2025-12-31"},
                     "GENDER": {"kind": "category", "levels": ["F", "M"]},
                     "RACE": {"kind": "category", "levels": ["white", "black", "asian", "native", "hawaiian"],
                              "other": True}},
        "encounters": {"columns": {
            "Id": {"kind": "id", "pattern": {"form": "uuid"}}, "PATIENT": {"kind": "id", "refers": "patients.Id"},
            "START": {"kind": "date", "min": "1900-01-01", "max": "2025-12-31", "role": "order"},
            "ENCOUNTERCLASS": {"kind": "category", "levels": classes, "other": True},
            "TOTAL_CLAIM_COST": {"kind": "number", "decimals": 2, "min": 0, "max": 300_000, "grid": "log"}},
            "most": 700},
    }  # fmt: skip
    return read, domain, "patients"


def related(folder: Path, epsilons: list[float]) -> None:
    """Draw related tables and count rows, references and what hangs on what."""
    for read, domain, unit in (chinook(folder), synthea(folder)):
        print(f"related tables: {', '.join(f'{len(rows):,} {name}' for name, rows in read.items())}")
        raws = {name: pa.Table.from_pandas(rows, preserve_index=False) for name, rows in read.items()}
        for epsilon in epsilons:
            began = time.perf_counter()
            model = likewise.fit(raws, epsilon=epsilon, domain=domain, unit=unit)
            drawn = model.sample(seed=1)
            took = time.perf_counter() - began
            frames = {name: drawn[name].to_arrow().to_pandas() for name in drawn}
            figures = {f"rows of {name} / real": len(frames[name]) / len(read[name]) for name in model.contracts.order}
            for relation in model.relations:
                if relation.to in model.contracts.tables:
                    counts = [pd.cut(rows[relation.table].groupby(relation.columns[0]).size(), SIZES)
                              .value_counts(normalize=True) for rows in (read, frames)]  # fmt: skip
                    figures[f"{relation.table} a row"] = distance(*counts)
            figures["orphans"] = float(sum(Closure(drawn).orphans().values()))
            show(f"epsilon {epsilon:g} ({took:.0f} s)", figures)


def evidence(model: UnitsModel, cells: dict[str, int]) -> float:
    """Return the sum of the noisy answers in the cells of one unit, each over its variance."""
    root, branch = model.tree.root, model.tree.branches[0]
    found = root.total / root.sigma**2 + branch.total / branch.sigma**2
    names = [domain.name for level in model.tree.levels for domain in level.domains]
    bins = [*root.bins, *branch.bins]
    at = [int(own.of(np.array([cells[name]]))[0]) for name, own in zip(names, bins, strict=True)]
    for measured in (factor.measurement for factor in (*root.graph.factors, *branch.rows.factors)):
        found += float(measured.values[tuple(at[a] for a in measured.clique)]) / measured.sigma**2
    return found


def audit(fits: int, epsilons: list[float]) -> bool:
    """Attack fits to nobody, and to one unit of 10,000 rows; say whether a bound lies above the promise."""
    levels = {"kind": "category", "levels": ["no", "yes"]}
    domain = {"columns": {"who": "id", "ill": levels, "old": {**levels, "per": "unit"}}, "unit": "who", "most": 16}
    there = {"who": ["me"] * 10_000, "ill": ["yes"] * 10_000, "old": ["yes"] * 10_000}
    cells = {"old": 1, "rows of a unit": 15, "ill": 1}
    broken = False
    print(f"attack on one unit of 10,000 rows, {fits} fits with it and as many without; delta 1e-5")
    print("promised epsilon   mu      attacked: epsilon   at least")
    for epsilon in epsilons:
        technique = Units(epsilon=epsilon, delta=1e-5, domain=domain)
        told = [np.array([evidence(technique.fit(rows), cells) for _ in range(fits)])
                for rows in (there, {name: [] for name in there})]  # fmt: skip
        half = fits // 2  # the first half sets the threshold, the second is judged by it
        threshold = (told[0][:half].mean() + told[1][:half].mean()) / 2
        hits, alarms, n = int((told[0][half:] > threshold).sum()), int((told[1][half:] > threshold).sum()), fits - half
        best = norm.ppf((hits + 0.5) / (n + 1)) - norm.ppf((alarms + 0.5) / (n + 1))
        least = norm.ppf(beta.ppf(0.0125, hits, n - hits + 1)) - norm.ppf(beta.ppf(0.9875, alarms + 1, n - alarms))
        low, point = (epsilon_of(max(float(mu), 0.0), 1e-5) for mu in (least, best))
        broken |= low > epsilon
        print(f"{epsilon:>16g}   {technique.account().mu:.3f}   {point:>17.2f}   {low:>8.2f}", flush=True)
    return broken


def main(argv: list[str] | None = None) -> int:
    """Print the figures; return 1 where a promise is broken."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=Path("/work/shared/data"))
    options.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 10.0])
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--audit", type=int, default=0, help="fits with a unit, and as many without it")
    chosen = options.parse_args(argv)
    if chosen.audit:
        return int(audit(chosen.audit, chosen.epsilons))
    histories(chosen.data, chosen.epsilons, chosen.repeats)
    related(chosen.data, chosen.epsilons)
    return 0


if __name__ == "__main__":
    sys.exit(main())
