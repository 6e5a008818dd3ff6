"""How fast the rule-based generator makes rows, and what memory it takes: `python benchmarks/generating.py [part ...]`.

Parts: `speed` (13 coherent columns into Arrow and Parquet, and simple columns one kind at a time) and `related` (ten
related tables streamed to Parquet; `--rows N` a table, 10 million by default, each size in a process of its own).
All rates are rows per CPU second of one process.
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


def pace(columns: dict[str, Any], rows: int = 10 * BLOCK) -> float:
    """Return rows per CPU second into Arrow."""
    model = RulesModel.of(Document.of({"columns": columns}), rows=rows)
    tables = model.tables(1)
    tables.at("table", np.arange(1000))
    began = time.process_time()
    for start in range(0, rows, BLOCK):
        tables.at("table", np.arange(start, min(start + BLOCK, rows)))
    return rows / (time.process_time() - began)


def speed() -> None:
    for name, rule in SIMPLE.items():
        print(f"{name:<16} {pace({'column': rule}):>14,.0f} rows/s")
    columns = {name: rule for name, rule in RECORD["columns"].items() if _is_there(rule)}
    print(f"{len(columns)} coherent columns into Arrow: {pace(columns):,.0f} rows/s")
    rows = 10 * BLOCK
    model = TablesModel.of({"columns": columns, "rows": rows})
    with tempfile.TemporaryDirectory() as folder:
        from likewise.recipes.generate import generate_to_file

        model.tables().at("table", np.arange(1000))
        began = time.process_time()
        generate_to_file({"columns": columns, "rows": rows}, Path(folder) / "rows.parquet")
        print(f"{len(columns)} coherent columns into Parquet: {rows / (time.process_time() - began):,.0f} rows/s")


def _is_there(rule: Any) -> bool:
    """Return whether what makes a column is installed."""
    try:
        Document.of({"columns": {"column": rule}})
    except ImportError:
        return False
    return True


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
