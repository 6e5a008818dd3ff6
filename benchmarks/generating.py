"""How fast the rule-based generator makes rows, and what memory it takes: `python benchmarks/generating.py [part ...]`.

Parts: `speed` (simple columns one kind at a time, the median block; 13 coherent columns into Arrow and Parquet, beside
Faker) and `related` (ten related tables streamed to Parquet; `--rows N` a table, 10 million by default, each size in a
process of its own). All rates are rows per CPU second of one process.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from likewise.core.draw import BLOCK
from likewise.techniques.rules import Document, RulesModel, TablesModel

RECORD: dict[str, Any] = {
    "columns": {
        "name": {"person": "full name"}, "sex": {"person": "sex"}, "email": {"person": "email"},
        "phone": {"person": "phone"}, "street": {"address": "street line"}, "city": {"address": "city"},
        "state": {"address": "state"}, "zip": {"address": "zip"}, "born": {"person": "birth date"},
        "card": {"payment": "card number"}, "iban": {"payment": "iban"}, "token": "uuid",
        "company": {"company": "name"},
    }
}  # fmt: skip

SIMPLE: dict[str, Any] = {
    "sequence": "sequence", "uuid": "uuid", "uniform": {"uniform": [0, 1]}, "normal": {"normal": [0, 1]},
    "rounded normal": {"normal": [0, 1], "decimals": 2}, "poisson": {"poisson": 4},
    "categorical": {"categorical": ["a", "b", "c", "d"]}, "dates": {"date-range": ["2020-01-01", "2024-12-31"]},
    "whole numbers": {"discrete-uniform": [1, 1000]}, "distinct": {"discrete-uniform": [1, 10_000_000], "unique": True},
    "pattern": {"pattern": "[A-Z]{3}-[0-9]{4}"}, "missing": {"normal": [0, 1], "missing": 0.1},
}  # fmt: skip


def paces(columns: dict[str, Any], blocks: int = 10) -> list[float]:
    """Return rows per CPU second into Arrow, for each of several blocks, the slowest first."""
    tables = RulesModel.of(Document.of({"columns": columns}), rows=blocks * BLOCK).tables(1)
    tables.at("table", np.arange(1000))
    found = []
    for start in range(0, blocks * BLOCK, BLOCK):
        began = time.process_time()
        tables.at("table", np.arange(start, start + BLOCK))
        found.append(BLOCK / (time.process_time() - began))
    return sorted(found)


def written(columns: dict[str, Any], rows: int = 10 * BLOCK) -> float:
    """Return rows per CPU second into a Parquet file."""
    from likewise.recipes.generate import generate_to_file

    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        generate_to_file({"columns": columns, "rows": rows}, Path(folder) / "rows.parquet")
        return rows / (time.process_time() - began)


def of_faker(rows: int = 1000) -> float:
    """Return rows per CPU second of the same 13 columns by Faker, which do not agree with one another there."""
    from faker import Faker

    peer = Faker("en_US")
    Faker.seed(0)
    makers = (peer.name, lambda: peer.random_element(("F", "M")), peer.email, peer.phone_number, peer.street_address,
              peer.city, peer.state, peer.zipcode, peer.date_of_birth, peer.credit_card_number, peer.iban, peer.uuid4,
              peer.company)  # fmt: skip
    [make() for make in makers]
    began = time.process_time()
    for _ in range(rows):
        [make() for make in makers]
    return rows / (time.process_time() - began)


def speed() -> None:
    for name, rule in SIMPLE.items():
        found = paces({"column": rule})
        print(f"{name:<16} {found[len(found) // 2]:>14,.0f} rows/s")
    columns = RECORD["columns"]
    arrow, parquet = paces(columns, 20), sorted(written(columns) for _ in range(3))
    peer = sorted(of_faker() for _ in range(3))[1]
    for into, found in (("Arrow", arrow), ("Parquet", parquet)):
        middle = found[len(found) // 2]
        print(f"{len(columns)} coherent columns into {into}: median {middle:,.0f}, best {found[-1]:,.0f} rows/s; "
              f"{middle / peer:,.0f} times Faker")  # fmt: skip
    print(f"Faker, the same columns: {peer:,.0f} rows/s")


def shop(rows: int) -> dict[str, Any]:
    """Return a document of ten related tables of about as many rows each."""
    own = {"id": "sequence", "label": {"categorical": ["a", "b", "c"]}, "amount": {"lognormal": [3, 1], "decimals": 2}}
    tables: dict[str, Any] = {"t0": {"rows": rows, "columns": own, "key": "id"}}
    for number in range(1, 10):
        to = f"t{number - 1}"
        children: Any = {"poisson": 1} if number % 3 else {"fixed": 1}
        columns = {**own, "parent": {"refers": f"{to}.id", "children": children},
                   "above": {"formula": f"{to}.amount + amount"}}  # fmt: skip
        tables[f"t{number}"] = {"columns": columns, "key": "id"}
    return {"seed": 1, "tables": tables}


def related(rows: int) -> None:
    began = time.process_time()
    from likewise.recipes.generate import generate_to_file

    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "shop.yaml"
        TablesModel.of(shop(rows)).save(spec)
        made = generate_to_file(spec, Path(folder) / "out", format="parquet")
        took = time.process_time() - began
        size = sum(path.stat().st_size for path in (Path(folder) / "out").iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"10 tables x {rows:,}: {made.rows:,} rows, {made.rows / took:,.0f} rows/s, peak {peak:,.0f} MB, "
          f"{size / 1e6:,.0f} MB written")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["speed", "related"])
    parser.add_argument("--rows", type=int, action="append")
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args()
    if "speed" in asked.parts:
        speed()
    if "related" in asked.parts:
        for rows in asked.rows or [10_000_000]:
            if asked.one:
                related(rows)
            else:
                subprocess.run([sys.executable, __file__, "related", "--one", "--rows", str(rows)], check=True)
