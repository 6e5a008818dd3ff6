"""A shop of three private tables, one below another, and a public one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

CONTRACTS: dict[str, Any] = {
    "customers": {
        "id": {"kind": "id", "pattern": "C-99999"},
        "land": {"kind": "category", "levels": ["DE", "FR", "IT"]},
    },
    "orders": {
        "columns": {
            "number": "id",
            "customer": {"kind": "id", "refers": "customers.id"},
            "placed": {"kind": "number", "integer": True, "min": 0, "max": 500, "role": "order"},
            "way": {"kind": "category", "levels": ["air", "road", "sea"]},
        },
        "most": 40,
    },
    "lines": {
        "columns": {
            "order": {"kind": "id", "refers": "orders.number"},
            "buyer": {"kind": "id", "refers": "customers.id"},
            "product": {"kind": "id", "refers": "products.code", "missing": True},
            "pieces": {"kind": "number", "integer": True, "min": 1, "max": 20},
        },
        "most": 10,
    },
    "products": "public",
}
WAYS = {"DE": "road", "FR": "air", "IT": "sea"}


def shop(
    customers: int = 60, *, more: int | None = None, lines: int = 2, empty: bool = False, orphans: int = 0
) -> dict[str, pa.Table]:
    """Return the tables; `more` is how many orders a further customer has, of so many `lines` each."""
    rng = np.random.default_rng(5)
    people = [(f"c{k}", str(rng.choice(list(WAYS)))) for k in range(customers)]
    orders, items = list[Any](), list[Any]()
    for who, land in people:
        when = int(rng.integers(100))
        for _ in range(int(rng.integers(1, 6))):
            orders.append((len(orders), who, when, WAYS[land]))
            when += int(rng.integers(1, 30))
            for _ in range(int(rng.integers(1, 4))):
                items.append((orders[-1][0], who, "p1" if land == "DE" else "p2", 3 if land == "IT" else 12))
    if more is not None:
        people.insert(1, ("new", None if empty else "FR"))  # type: ignore[arg-type]
        for k in range(more):
            orders.append((10**6 + k, "new", None if empty else 10**9 - k, None if empty else "rocket"))
            items += [(10**6 + k, "c0", None if empty else "p9", None if empty else 10**12)] * lines
    orders += [(10**7 + k, None if k % 2 else "lost", 5, "air") for k in range(orphans)]
    return {
        "customers": _table(people, ["id", "land"]),
        "orders": _table(orders, ["number", "customer", "placed", "way"]),
        "lines": _table(items, ["order", "buyer", "product", "pieces"]),
        "products": pa.table({"code": ["p1", "p2", "p3"], "price": [5, 7, 9]}),
    }


def _table(rows: list[Any], names: list[str]) -> pa.Table:
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table({name: pa.array([None if cell is None else str(cell) for cell in column], pa.string())
                     for name, column in zip(names, cells, strict=True)})  # fmt: skip
