"""Three related tables, and one of visits, over which constraints of every kind are tried."""

from __future__ import annotations

from likewise.core.dataset import Dataset, Relation
from likewise.core.table import Table

CUSTOMERS = Table.from_any({"id": ["x", "y", "z"], "since": ["2020-01-01", "2021-01-01", None]})
ORDERS = Table.from_any(
    {
        "id": [1, 2, 3, 4],
        "customer": ["x", "y", None, "w"],
        "ordered": ["2020-05-01", "2020-06-01", "2020-07-01", "2020-08-01"],
        "total": [3.1, 5.51, 0.0, 2.0],
    }
)
ITEMS = Table.from_any({"order_id": [1, 1, 2, 2, 9], "amount": [1.1, 2.0, 5.0, 0.5, 7.0]})
SHOP = Dataset(
    {"customers": CUSTOMERS, "orders": ORDERS, "items": ITEMS},
    (
        Relation(table="items", columns=("order_id",), to="orders", key=("id",)),
        Relation(table="orders", columns=("customer",), to="customers", key=("id",)),
    ),
)
VISITS = Table.from_any(
    {
        "patient": ["a", "b", "a", "b", "a", None],
        "at": ["2024-01-01 10:00:00", "2024-01-01 10:00:00", "2024-01-01 10:20:00", "2024-01-03 10:00:00",
               "2024-01-01 09:00:00", "2024-01-01 09:00:00"],
        "number": [2, 1, 3, 2, 1, 1],
        "paid": [5.1, 1.0, 2.2, 3.0, 0.1, 9.0],
        "balance": [5.2, 1.0, 7.4, 4.1, 0.1, 9.0],
        "lat": [52.5, 48.9, None, -90.0, 10.0, 10.0],
        "lon": [13.4, 2.3, 5.0, 170.0, -179.5, 20.0],
        "kind": ["first", "first", "again", "again", "again", "first"],
    }
)  # fmt: skip
