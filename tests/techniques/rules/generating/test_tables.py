"""Any rows of any table, alone or in blocks: references, uniqueness, trees, sums over rows that refer to a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.techniques.rules import TablesModel
from likewise.techniques.rules.generating.offsets import Offsets

SHOP: dict[str, Any] = {
    "seed": 3,
    "tables": {
        "customers": {
            "rows": 300,
            "columns": {
                "id": {"sequence": 1}, "code": {"pattern": "[A-Z]{2}[0-9]{3}", "unique": True},
                "since": {"date-range": ["2020-01-01", "2023-12-31"]}, "spent": {"formula": "sum(orders.total)"},
            },
            "key": "id",
        },
        "orders": {
            "columns": {
                "id": "uuid", "customer": {"refers": "customers.code", "children": {"negative-binomial": [1, 0.3]}},
                "placed": {"date-range": ["2020-01-01", "2024-12-31"]}, "total": {"formula": "sum(items.amount)"},
            },
            "key": "id",
            "constraints": ["placed >= customers.since"],
        },
        "items": {
            "columns": {
                "order": {"refers": "orders.id", "children": {"poisson": 2}}, "line": {"sequence": {"within": "order"}},
                "quantity": {"discrete-uniform": [1, 5]}, "price": {"lognormal": [3, 1], "decimals": 2},
                "amount": {"formula": "quantity * price"},
            },
            "key": ["order", "line"],
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> TablesModel:
    return TablesModel.of(SHOP)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_rows_are_those_of_the_whole_table(shop: TablesModel, data: st.DataObject) -> None:
    for name in ("customers", "orders", "items"):
        rows = shop.rows(name)
        numbers = np.array(data.draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=9)))
        whole = shop.at(name, np.arange(rows))
        assert TablesModel.of(SHOP).at(name, numbers).to_dict() == whole.take(numbers).to_dict()


def test_blocks_of_any_size_are_the_same_rows(shop: TablesModel) -> None:
    whole = shop.sample()["items"].to_dict()
    blocks = [block.to_dict() for block in shop.tables().stream("items", 97)]
    assert {name: [cell for block in blocks for cell in block[name]] for name in whole} == whole


def test_references_sums_and_rules_hold(shop: TablesModel) -> None:
    data = shop.sample()
    customers, orders, items = (data[name].to_arrow().to_pandas() for name in ("customers", "orders", "items"))
    assert set(orders.customer) <= set(customers.code) and set(items.order) <= set(orders.id)
    assert customers.code.is_unique and not items.duplicated(["order", "line"]).any()
    sums = items.groupby("order").amount.sum().reindex(orders.id).fillna(0).round(2)
    assert (sums.to_numpy() == orders.total.to_numpy()).all()
    spent = orders.groupby("customer").total.sum().reindex(customers.code).fillna(0)
    assert np.allclose(spent.to_numpy(), customers.spent.to_numpy(), atol=1e-9)
    since = orders.customer.map(customers.set_index("code").since)
    assert (orders.placed >= since).all()
    assert [relation.said() for relation in data.relations] == [
        "`orders.customer` refers to `customers.code`", "`items.order` refers to `orders.id`",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("children", "mean", "spread"),
    [
        ({"fixed": 3}, 3, (0, 0)), ({"poisson": 3}, 3, (1.5, 1.9)), ({"zipf": {"s": 1.1, "mean": 3}}, 3, (5, 50)),
        ({"preferential": 3}, 3, (5, 1000)), ({"discrete-uniform": [1, 5]}, 3, (1.3, 1.5)), (2, 2, (0, 0)),
    ],
)  # fmt: skip
def test_rows_are_shared_out_as_asked(children: Any, mean: float, spread: tuple[float, float]) -> None:
    model = TablesModel.of({"tables": {
        "a": {"rows": 3000, "columns": {"id": {"sequence": 0}}, "key": "id"},
        "b": {"columns": {"a": {"refers": "a.id", "children": children}}},
    }})  # fmt: skip
    counts = np.bincount(model.sample()["b"].numbers("a").astype(int), minlength=3000)
    assert counts.mean() == pytest.approx(mean, rel=0.35)
    assert spread[0] <= counts.std() <= spread[1]


def two(own: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"tables": {"a": {"rows": 40, "columns": {"id": "sequence", "on": {"bernoulli": 0.3}}, "key": "id"},
                       "c": {"rows": 30, "columns": {"id": "uuid"}, "key": "id"},
                       "b": {"columns": own, **more}}}  # fmt: skip


def test_given_rows_take_any_row_alike() -> None:
    found = TablesModel.of(two({"a": {"refers": "a.id"}}, rows=4000)).sample()["b"].numbers("a")
    assert np.bincount(found.astype(int))[1:].std() < 20
    few = TablesModel.of(two({"a": {"refers": "a.id", "missing": 0.25}}, rows=4000)).sample()["b"]
    assert few.missing("a").mean() == pytest.approx(0.25, abs=0.03)


def test_one_to_one_and_conditions() -> None:
    found = TablesModel.of(two({"a": {"refers": "a.id", "unique": True}}, rows=40)).sample()["b"].to_dict()["a"]
    assert sorted(found) == list(range(1, 41))
    model = TablesModel.of(two({"a": {"refers": "a.id", "where": "a.on"}, "on": {"formula": "a.on"}}, rows=50))
    assert set(model.sample()["b"].to_dict()["on"]) == {True}


@pytest.mark.parametrize("more", [{"rows": 1000}, {}])
def test_junction_tables_hold_no_pair_twice(more: dict[str, Any]) -> None:
    first = {"refers": "a.id"} if more else {"refers": "a.id", "children": {"poisson": 20}}
    found = TablesModel.of(two({"a": first, "c": {"refers": "c.id"}}, key=["a", "c"], **more)).sample()["b"].to_dict()
    assert len(found["a"]) > 600
    assert len(set(zip(found["a"], found["c"], strict=True))) == len(found["a"])


def test_composite_references_and_cycles_between_tables() -> None:
    model = TablesModel.of({"tables": {
        "x": {"rows": 20, "columns": {"p": {"discrete-uniform": [1, 5]}, "q": "sequence", "y": {"refers": "y.id"}},
              "key": ["p", "q"]},
        "y": {"rows": 50, "columns": {"id": "sequence", "p": None, "q": None}, "key": "id",
              "refers": [{"columns": ["p", "q"], "to": "x", "key": ["p", "q"]}]},
    }})  # fmt: skip
    data = model.sample()
    keys = set(zip(*(data["x"].to_dict()[name] for name in "pq"), strict=True))
    assert set(zip(*(data["y"].to_dict()[name] for name in "pq"), strict=True)) <= keys
    assert set(data["x"].to_dict()["y"]) <= set(data["y"].to_dict()["id"])


def test_a_tree_has_no_circles_and_knows_what_lies_above() -> None:
    rule = {"formula": "if boss is null then 0 else boss.level + 1", "kind": "integer"}
    own = {"id": "sequence", "boss": {"refers": "staff.id", "missing": 0.05}, "level": rule}
    found = (
        TablesModel.of({"tables": {"staff": {"rows": 500, "columns": own, "key": "id"}}}).sample()["staff"].to_dict()
    )
    levels = dict(zip(found["id"], found["level"], strict=True))
    for number, boss, level in zip(found["id"], found["boss"], found["level"], strict=True):
        assert (boss is None and level == 0) or (boss < number and level == levels[boss] + 1)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"columns": {"a": {"discrete-uniform": [1, 50], "unique": True}}, "rows": 51}, r"51 rows .* 50 values"),
        ({"columns": {"a": {"pattern": "[ab]", "unique": True}}, "rows": 3}, "3 rows .* 2 texts"),
        ({"columns": {"a": {"formula": "1", }}, "key": "a"}, "cannot be kept from repeating"),
        (two({"a": {"refers": "a.id", "unique": True}}, rows=41), "41 rows .* 40"),
        (two({"a": {"refers": "a.id"}, "c": {"refers": "c.id"}}, rows=1201, key=["a", "c"]), "1,201 rows .* 1,200"),
    ],
)  # fmt: skip
def test_what_is_too_small_to_differ_is_refused_with_both_numbers(document: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as found:
        TablesModel.of(document).sample()
    assert found.value.code == "settings.unique"


def test_distinct_values_keep_their_distribution() -> None:
    own = {"a": {"normal": [0, 1], "unique": True}, "b": {"poisson": 1000, "unique": True}}
    found = TablesModel.of({"columns": own, "rows": 200}).sample()["table"]
    for name, mean, low in (("a", 0, 0.9), ("b", 1000, 30)):
        values = found.numbers(name)
        assert len(np.unique(values)) == 200
        assert values.mean() == pytest.approx(mean, abs=0.1 * low) and low < values.std() < 3 * low


def test_offsets_find_parents_and_children() -> None:
    counts = np.random.default_rng(0).integers(0, 4, size=20_000)
    offsets = Offsets(lambda parents: counts[parents], len(counts))
    parents = np.repeat(np.arange(len(counts)), counts)
    some = np.random.default_rng(1).permutation(len(parents))[:5000]
    assert (offsets.parents(some)[0] == parents[some]).all()
    first, count = offsets.children(np.arange(len(counts)))
    assert (count == counts).all() and (first == np.cumsum(counts) - counts).all()
