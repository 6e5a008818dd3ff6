from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.dataset import Dataset, Relation
from likewise.core.table import Table
from likewise.modalities.relational.closure import Closure
from likewise.modalities.relational.referring import NOBODY, ORPHAN, referred


def one(table: str, column: str, to: str) -> Relation:
    return Relation(table=table, columns=(column,), to=to, key=("id",))


def shop() -> Dataset:
    tables = {
        "customers": Table.from_any({"id": [1, 2, 3], "referrer": [None, 1, 2]}),
        "orders": Table.from_any({"id": [10, 11, 12], "customer": [1, 3, 3]}),
        "items": Table.from_any({"order": [10, 11, 12, 12], "product": ["a", "b", "a", "c"]}),
        "products": Table.from_any({"id": ["a", "b", "c", "d"]}),
    }
    return Dataset(tables, (one("customers", "referrer", "customers"), one("orders", "customer", "customers"),
                            one("items", "order", "orders"), one("items", "product", "products")))  # fmt: skip


def picked(found: dict[str, np.ndarray]) -> dict[str, list[int]]:
    return {name: np.flatnonzero(rows).tolist() for name, rows in found.items()}


def test_what_belongs_to_a_row_and_what_it_refers_to_come_along() -> None:
    found = Closure(shop()).of({"customers": np.array([False, False, True])})
    assert picked(found) == {"customers": [0, 1, 2], "orders": [1, 2], "items": [1, 2, 3], "products": [0, 1, 2]}


def test_rows_of_the_same_table_do_not_belong_to_one_another() -> None:
    found = Closure(shop()).of({"customers": np.array([True, False, False])})
    assert picked(found)["customers"] == [0]


def test_what_is_only_referred_to_brings_nothing_along() -> None:
    found = Closure(shop()).of({"items": np.array([True, False, False, False])})
    assert picked(found) == {"customers": [0], "orders": [0], "items": [0], "products": [0]}


def test_composite_references_are_missing_where_a_part_is() -> None:
    tables = {"p": Table.from_any({"a": [1, 1, 2], "b": ["x", "y", "x"]}),
              "c": Table.from_any({"a": [2, 1, None, 2], "b": ["x", "y", "x", "y"]})}  # fmt: skip
    relation = Relation(table="c", columns=("a", "b"), to="p", key=("a", "b"))
    assert referred(Dataset(tables, (relation,)), relation).tolist() == [2, 1, NOBODY, ORPHAN]


def test_orphans_are_counted() -> None:
    tables = {"a": Table.from_any({"id": [1]}), "b": Table.from_any({"a": [1, 2, 2, None]})}
    dataset = Dataset(tables, (one("b", "a", "a"),))
    assert list(Closure(dataset).orphans().values()) == [2]


rows = st.integers(1, 30)


@settings(deadline=None)
@given(rows, rows, st.data())
def test_no_row_refers_to_one_that_is_left_out(parents: int, children: int, data: st.DataObject) -> None:
    up = data.draw(st.lists(st.none() | st.integers(0, parents - 1), min_size=children, max_size=children))
    own = data.draw(st.lists(st.none() | st.integers(0, parents - 1), min_size=parents, max_size=parents))
    tables = {"p": Table.from_any({"id": list(range(parents)), "of": own}), "c": Table.from_any({"p": up})}
    dataset = Dataset(tables, (one("p", "of", "p"), one("c", "p", "p")))
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=parents, max_size=parents)))
    found = Closure(dataset).of({"p": chosen})
    kept = Dataset({name: dataset[name].take(found[name]) for name in dataset}, dataset.relations)
    assert sum(Closure(kept).orphans().values()) == 0
    assert (found["p"] >= chosen).all()
