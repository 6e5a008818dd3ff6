"""What must hold in a bank does, and is found where it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
from tests.industries.finance.made import bank

from likewise.core.table import Table
from likewise.industries.finance.checking import faults, impossible, outside_hours
from likewise.industries.finance.world.world import world_of
from likewise.techniques.agents.clocks.holidays import MONDAY, SATURDAY, SUNDAY
from likewise.techniques.agents.clocks.hours import HOLIDAY, read_hours

Tables = dict[str, Table]


def changed(tables: Tables, table: str, column: str, change: Callable[[np.ndarray], None]) -> Tables:
    """Return tables of which one column of one is otherwise."""
    old = tables[table]
    array = old.column(column)
    values = np.asarray(array.cast(pa.int64()).fill_null(-1)).copy()
    change(values)
    new = pa.array(values, mask=values == -1 if column != "amount" else None).cast(array.type)
    place = old.names.index(column)
    return {**tables, table: Table(old.columns.set_column(place, column, new), old.schema)}


def test_every_law_holds() -> None:
    assert faults(bank().tables) == dict.fromkeys(
        ("unbalanced", "wrong balances", "wrong closings", "below the floor", "not entered", "impossible journeys",
         "closed"), 0)  # fmt: skip


def test_there_is_much_that_laws_are_about() -> None:
    tables = bank().tables
    paid = tables["transactions"]
    used = np.asarray(paid.column("terminal").is_valid())
    assert used.sum() > 20_000
    answers = paid.codes("answer")
    assert (answers == 1).sum() > 100, "nobody lacked money"
    other = paid.codes("currency") != paid.codes("billed_currency")
    assert 0.01 < other.mean() < 0.1
    assert tables["ledger"].rows > 2 * (answers == 0).sum()
    shop = np.asarray(paid.column("merchant").fill_null(0))[used]
    towns = np.asarray(tables["merchants"].column("city"))[shop]
    home = np.asarray(tables["customers"].column("city"))[np.asarray(paid.column("customer").fill_null(0))[used]]
    assert 0.01 < (towns != home).mean() < 0.2, "hardly anybody travels, or everybody"


def test_a_cent_that_is_missing_is_found() -> None:
    def one_less(values: np.ndarray) -> None:
        values[100] -= 1

    found = faults(changed(dict(bank().tables), "ledger", "amount", one_less))
    assert found["unbalanced"] == 1 and found["wrong balances"] == 1


def test_a_wrong_closing_is_found() -> None:
    def more(values: np.ndarray) -> None:
        values[7] += 100

    assert faults(changed(dict(bank().tables), "accounts", "closing_balance", more))["wrong closings"] == 1


def test_an_account_below_its_floor_is_found() -> None:
    def higher(values: np.ndarray) -> None:
        values[:50] = 10**12

    assert faults(changed(dict(bank().tables), "accounts", "floor", higher))["below the floor"] > 50


def test_a_refused_payment_that_was_entered_is_found() -> None:
    tables = dict(bank().tables)
    paid = tables["transactions"]
    codes = paid.codes("answer").copy()
    codes[np.flatnonzero(codes == 0)[:3]] = 1
    column = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(paid.schema["answer"].levels))
    place = paid.names.index("answer")
    tables["transactions"] = Table(paid.columns.set_column(place, "answer", column), paid.schema)
    assert faults(tables)["not entered"] == 3


def test_a_journey_that_nobody_makes_is_found() -> None:
    tables = dict(bank().tables)
    paid, shops = tables["transactions"], tables["merchants"]
    terminal = np.asarray(paid.column("terminal").fill_null(-1))
    used = np.flatnonzero((terminal >= 0) & ~np.asarray(paid.column("is_fraud")))
    country = shops.codes("country")
    far = np.flatnonzero(country == (shops.schema["country"].levels or ()).index("US"))[0]
    home = tables["customers"].codes("country")[np.asarray(paid.column("customer").fill_null(0))[used]]
    row = used[home == (shops.schema["country"].levels or ()).index("DE")][500]

    def moved(values: np.ndarray) -> None:
        values[row] = far

    assert not impossible(tables).any()
    assert 1 <= impossible(changed(tables, "transactions", "merchant", moved)).sum() <= 2


def test_a_payment_while_the_shop_is_closed_is_found() -> None:
    tables = dict(bank().tables)
    paid, shops = tables["transactions"], tables["merchants"]
    hours = np.asarray(shops.texts("hours"))
    closed_on_sundays = np.array([str(text).endswith("Su,PH off") for text in hours])
    shop = np.asarray(paid.column("merchant").fill_null(0))
    rows = np.flatnonzero(np.asarray(paid.column("terminal").is_valid()) & closed_on_sundays[shop])[:40]

    def on_sunday(values: np.ndarray) -> None:
        values[rows] += (6 - (values[rows] // 86_400_000_000 + 3) % 7) * 86_400_000_000

    assert not outside_hours(tables).any()
    assert outside_hours(changed(tables, "transactions", "time", on_sunday)).sum() >= 39


def test_hours_are_told_as_open_street_map_tells_them() -> None:
    """They are read as the agents' clocks read them."""
    shops = world_of(1500, 45, date(2026, 1, 1), 1).shops
    texts = [str(text) for text in np.asarray(bank()["merchants"].texts("hours"))]
    assert len(texts) == len(shops.trade) and len(set(texts)) > 5
    for k, text in enumerate(texts):
        days = read_hours(text, "hours")
        for kind, day in enumerate((MONDAY, SATURDAY, SUNDAY)):
            begin, end = int(shops.opens[k, kind]), int(shops.closes[k, kind])
            assert [(round(60 * a), round(60 * b)) for a, b in days[day]] == ([(begin, end)] if end > begin else [])
        assert text == "24/7" or days[HOLIDAY] == days[SUNDAY]
