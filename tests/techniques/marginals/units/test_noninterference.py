"""With blind mechanisms nothing is left that the data could tell: neighbours of any kind give the same bytes."""

from __future__ import annotations

import warnings
from typing import Any

import pyarrow as pa
import pytest
from tests.techniques.marginals.units.conftest import DOMAIN, histories
from tests.techniques.marginals.units.shop import CONTRACTS, shop

import likewise
from likewise.core.state import to_bytes
from likewise.techniques.marginals import Units

NAMES = list(DOMAIN["columns"])
MANY = {"who": ["new"] * 10_000, "sex": ["F", "X"] * 5_000, "day": ["2020-05-05", "1066-10-14"] * 5_000,
        "state": ["gone"] * 10_000, "cost": list(range(10_000))}  # fmt: skip


def joined(more: dict[str, list[Any]]) -> dict[str, list[Any]]:
    table = histories(30)
    return {name: [*table[name], *more[name]] for name in NAMES}


NEIGHBOURS = {
    "a unit of ten thousand rows": joined(MANY),
    "a unit whose rows are all missing": joined({**{name: [None] * 7 for name in NAMES}, "who": ["new"] * 7}),
    "rows of nobody": joined({**{name: MANY[name][:9] for name in NAMES}, "who": [None] * 9}),
    "a unit of one row": joined({name: MANY[name][:1] for name in NAMES}),
    "a unit less": {name: histories(30)[name][25:] for name in NAMES},
    "one unit alone": MANY,
    "no units at all": {name: [] for name in NAMES},
}


def raw(table: dict[str, list[Any]]) -> pa.Table:
    cells = {name: [None if cell is None else str(cell) for cell in table[name]] for name in NAMES}
    return pa.table(cells, schema=pa.schema(dict.fromkeys(NAMES, pa.string())))


def told(table: dict[str, list[Any]]) -> tuple[Any, ...]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = Units(epsilon=1.0, domain=DOMAIN).fit(raw(table))
    return to_bytes(model), model.sample(40).to_pylist(), [str(one.message) for one in said]


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_units_pass_through_mechanisms_only(neighbour: dict[str, list[Any]]) -> None:
    assert told(neighbour) == told(histories(30))


SHOPS = {
    "a customer of ten thousand orders": {"more": 10_000},
    "a customer without orders": {"more": 0},
    "a customer whose orders have no lines": {"more": 5, "lines": 0},
    "a customer of missing cells": {"more": 4, "empty": True},
    "orders of nobody": {"orphans": 50},
    "no customers at all": {"customers": 0},
}


def told_of_shop(**how: Any) -> tuple[Any, ...]:
    model = likewise.fit(shop(**how), epsilon=1.0, domain=CONTRACTS, unit="customers")
    drawn = model.sample(25)
    return to_bytes(model), {name: drawn[name].to_arrow().to_pylist() for name in drawn}


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("how", SHOPS.values(), ids=SHOPS)
def test_related_tables_pass_through_mechanisms_only(how: dict[str, Any]) -> None:
    assert told_of_shop(**how) == told_of_shop()
