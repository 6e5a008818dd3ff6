from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables

MOVES = {"placed": {"paid": 0.9, "cancelled": 0.1}, "paid": "shipped", "shipped": {"delivered": 0.9, "lost": 0.1}}
COLUMNS: dict[str, Any] = {
    "order": {"refers": "orders.id", "children": {"states": "status"}},
    "step": {"ordinal": "order"},
    "status": {"states": {"start": "placed", "moves": MOVES}, "along": "order"},
    "at": {"clock": {"given": {"by": ["status"], "of": {"paid": {"exponential": 2}}, "otherwise": {"exponential": 24}}},
           "unit": "hours", "start": "orders.ordered", "along": "order"},
    "until": {"next": "at", "along": "order"},
    "last": {"last": "order"},
    "before": {"previous": "status", "along": "order"},
    "amount": {"normal": [0, 10], "decimals": 2},
    "balance": {"running": "amount", "start": "orders.opening", "along": "order", "decimals": 2},
    "clerk": {"lasting": {"categorical": ["a", "b", "c"]}, "changes": 0.3, "along": "order"},
}  # fmt: skip


def tables(**columns: Any) -> Tables:
    orders = {"id": "sequence", "ordered": {"date-range": ["2024-01-01", "2024-12-31"]},
              "opening": {"uniform": [0, 100], "decimals": 2}}  # fmt: skip
    document = {"tables": {"orders": {"rows": 400, "columns": orders}, "events": {"columns": {**COLUMNS, **columns}}}}
    return Tables(Plan.of(Document.of(document)), seed=3)


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    made = tables()
    return made.at("events", np.arange(made.rows("events"))).to_pandas()


def test_ways_lead_from_a_start_to_an_end(events: pd.DataFrame) -> None:
    ways = events.groupby("order")["status"].apply(tuple)
    assert len(ways) == 400
    assert set(ways) == {("placed", "cancelled"), ("placed", "paid", "shipped", "delivered"),
                         ("placed", "paid", "shipped", "lost")}  # fmt: skip
    assert 0.04 < (ways == ("placed", "cancelled")).mean() < 0.17


def test_moments_go_on_from_the_start(events: pd.DataFrame) -> None:
    gaps = events.groupby("order")["at"].diff().dropna()
    assert (gaps > pd.Timedelta(0)).all()
    hours = gaps.dt.total_seconds() / 3600
    assert 1.5 < hours[events["status"].eq("paid")].mean() < 2.6 and 20 < hours[events["status"].ne("paid")].mean() < 28
    first = events.drop_duplicates("order")["at"]
    assert (first.dt.normalize() == first).all()


def test_neighbours_know_one_another(events: pd.DataFrame) -> None:
    rows = events.groupby("order")
    assert events["until"].equals(rows["at"].shift(-1))
    assert events["before"].astype(object).fillna("").equals(rows["status"].shift(1).astype(object).fillna(""))
    assert (events["last"] == (events["until"].isna())).all()
    assert (events["step"] == rows.cumcount() + 1).all()


def test_balances_add_up_to_the_cent(events: pd.DataFrame) -> None:
    made = tables().at("orders", np.arange(400)).to_pandas().set_index("id")["opening"]
    expected = events.groupby("order")["amount"].cumsum() + events["order"].map(made)
    assert (events["balance"] * 100).round().equals((expected * 100).round())


def test_values_last(events: pd.DataFrame) -> None:
    same = events["clerk"].astype(str) == events.groupby("order")["clerk"].shift(1).astype(str)
    later = events["step"] > 1
    assert 0.74 < same[later].mean() < 0.86  # 0.7, and a third of the 0.3 that are drawn anew


def test_any_row_is_made_alone(events: pd.DataFrame) -> None:
    made = tables()
    asked = np.random.default_rng(0).integers(0, made.rows("events"), 60)
    alone = made.at("events", asked).to_pandas()
    pd.testing.assert_frame_equal(alone, events.iloc[asked].reset_index(drop=True))


def test_states_go_on_where_rows_are_counted_otherwise() -> None:
    made = tables(order={"refers": "orders.id", "children": {"fixed": 6}})
    found = made.at("events", np.arange(60)).to_pandas().groupby("order")["status"].last()
    assert set(found) <= {"cancelled", "delivered", "lost"} and made.rows("events") == 2400


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"states": {"start": "a"}, "along": "order"}, r"status\.states: `start` and `moves` are wanted"),
        (
            {"states": {"start": "a", "moves": {"a": {"b": -1}}}, "along": "order"},
            r"a\.b: a chance of at least 0",
        ),
        ({"states": {"start": "a", "moves": {"a": {"b": 0}}}, "along": "order"}, "one of the chances"),
        ({"states": {"start": "a", "moves": {}}}, r"status\.along: the reference"),
        ({"states": {"start": "a", "moves": {}, "longst": 3}, "along": "order"}, "longst"),
        ({"clock": {"exponential": 2}, "unit": "moons", "along": "order", "start": "2024-01-01"}, "moons"),
        ({"lasting": {"categorical": ["a"]}, "changes": 2, "along": "order"}, "a chance from 0 to 1"),
        ({"running": "last", "along": "order"}, "numbers are added up"),
        ({"previous": 3, "along": "order"}, "names a column"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(column: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        tables(status=column)


def test_children_follow_only_states() -> None:
    with pytest.raises(SettingsError, match="`step` is no column of states"):
        tables(order={"refers": "orders.id", "children": {"states": "step"}})
