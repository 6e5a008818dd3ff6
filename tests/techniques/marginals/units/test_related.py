"""Related tables: whole references, what hangs on what, and contracts that leave something unclear."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.techniques.marginals.units.shop import CONTRACTS, WAYS, shop

import likewise
from likewise.cli.main import exit_code
from likewise.core.dataset import Dataset, Relation
from likewise.core.schema import Column, Schema
from likewise.core.state import load
from likewise.core.table import Table
from likewise.errors import PrivacyError
from likewise.modalities.relational.closure import Closure
from likewise.privacy.ledger import Ledger
from likewise.techniques.marginals import Contracts, RelatedModel


@pytest.fixture(scope="module")
def model() -> RelatedModel:
    fitted = likewise.fit(shop(700), epsilon=100.0, domain=CONTRACTS, unit="customers")
    assert isinstance(fitted, RelatedModel)
    return fitted


@pytest.fixture(scope="module")
def drawn(model: RelatedModel) -> Dataset:
    return model.sample(700, seed=2)


def frame(table: Table) -> pd.DataFrame:
    return table.to_arrow().to_pandas()


def test_no_reference_is_left_without_its_row(drawn: Dataset) -> None:
    assert set(Closure(drawn).orphans().values()) == {0}
    assert [drawn["customers"].rows, drawn["products"].rows] == [700, 3]
    assert frame(drawn["customers"])["id"].is_unique and frame(drawn["orders"])["number"].is_unique
    lines = frame(drawn["lines"]).merge(frame(drawn["orders"]), left_on="order", right_on="number")
    assert (lines["buyer"] == lines["customer"]).all()


def test_rows_hang_on_those_above(drawn: Dataset) -> None:
    orders = frame(drawn["orders"]).merge(frame(drawn["customers"]), left_on="customer", right_on="id")
    assert (orders["way"] == orders["land"].map(WAYS).astype(str)).mean() > 0.95
    lines = frame(drawn["lines"]).merge(orders, left_on="order", right_on="number")
    assert (lines["pieces"][lines["land"] == "IT"] == 3).mean() > 0.9
    assert (lines["product"][lines["land"] == "DE"].astype(str) == "p1").mean() > 0.9


def test_numbers_of_rows_below_are_near_the_truth(drawn: Dataset) -> None:
    real = shop(700)
    for name, tolerance in (("orders", 0.05), ("lines", 0.1)):
        assert abs(drawn[name].rows / real[name].num_rows - 1) < tolerance
    counts = frame(drawn["orders"]).groupby("customer").size()
    assert abs(counts.value_counts(normalize=True).reindex([1, 2, 3, 4, 5]).sum() - 1) < 0.05
    placed = frame(drawn["orders"])
    assert placed.groupby("customer")["placed"].diff().dropna().min() >= 0


def test_a_model_is_the_same_after_a_way_through_a_file(model: RelatedModel, tmp_path: Path) -> None:
    model.save(tmp_path / "shop.likewise")
    again: Any = load(tmp_path / "shop.likewise")
    assert isinstance(again, RelatedModel) and again.units == model.units
    one, other = model.sample(40, seed=1), again.sample(40, seed=1)
    assert all(one[name].columns.equals(other[name].columns) for name in one) and one.relations == other.relations


def test_references_that_a_dataset_knows_need_not_be_declared() -> None:
    schemas = {"customers": ["id", "land"], "orders": ["number", "customer", "placed", "way"]}
    tables = {
        name: Table.from_arrow(
            shop(200)[name],
            Schema(columns=tuple(Column(name=own, kind="integer" if own == "placed" else "text") for own in columns)),
        )
        for name, columns in schemas.items()
    }
    relation = Relation(table="orders", columns=("customer",), to="customers", key=("id",))
    orders = {**CONTRACTS["orders"]["columns"], "customer": "id"}
    model = likewise.fit(Dataset(tables, (relation,)), epsilon=5.0, unit="customers",
                         domain={"customers": CONTRACTS["customers"], "orders": orders})  # fmt: skip
    assert model.relations == (relation,) and model.sample(10)["customers"].rows == 10


ID: dict[str, Any] = {"id": "id", "age": {"kind": "number", "integer": True, "min": 0, "max": 9}}


@pytest.mark.parametrize(
    ("domain", "code", "said"),
    [({"a": ID}, "privacy.no-unit", "customers"),
     ({"customers": ID, "b": ID}, "privacy.unreached", "`b`"),
     ({"customers": ID, "b": {**ID, "c": {"kind": "id", "refers": "customers.nosuch"}}}, "privacy.refers", "nosuch"),
     ({"customers": ID, "b": {**ID, "c": {"kind": "id", "refers": "nosuch.id"}}}, "privacy.refers", "no such table"),
     ({"customers": ID, "b": {**ID, "c": {"kind": "id", "refers": "customers.id"}},
       "d": {**ID, "c": {"kind": "id", "refers": "customers.id"}, "e": {"kind": "id", "refers": "b.id"}},
       "f": {**ID, "b": {"kind": "id", "refers": "d.id"}, "g": {"kind": "id", "refers": "h.id"}},
       "h": {**ID, "c": {"kind": "id", "refers": "customers.id"}}}, "privacy.two-ways", "`f.g`"),
     ({"customers": {**ID, "age": "discover"}}, "privacy.invalid", "customers"),
     ("discover", "privacy.invalid", "mapping of tables")],
    ids=["no unit", "unreached", "no key", "no table", "two ways", "open", "no mapping"],
)  # fmt: skip
def test_what_is_unclear_is_refused_before_a_row_is_read(domain: Any, code: str, said: str) -> None:
    with pytest.raises(PrivacyError) as found:
        Contracts.of(domain, "customers")
    assert found.value.code == code and said in found.value.what and found.value.hint


def test_a_table_belongs_to_the_one_farthest_down() -> None:
    contracts = Contracts.of(CONTRACTS, "customers")
    assert contracts.order == ["customers", "orders", "lines"]
    assert contracts.line("lines") == ["lines", "orders", "customers"]
    assert Contracts.from_dict(json.loads(json.dumps(contracts.to_dict()))).to_dict() == contracts.to_dict()


def test_a_table_that_is_not_there_is_refused() -> None:
    tables = {name: rows for name, rows in shop().items() if name != "lines"}
    with pytest.raises(PrivacyError, match=r"`lines`, which is not there"):
        likewise.fit(tables, epsilon=1.0, domain=CONTRACTS, unit="customers")


def test_the_ledger_remembers_related_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Ledger.open(tmp_path / "ledger.jsonl", new=True).set_budget("buyers", 1.5, 1e-5, unit="customers")
    model = likewise.fit(shop(), epsilon=1.0, domain=CONTRACTS, unit="customers", people="buyers",
                         ledger=tmp_path / "ledger.jsonl")  # fmt: skip
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    assert ledger.holds(model.card.privacy.ledger) and ledger.left("buyers") < 1.5


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("shop.db") as connection:
        connection.executescript(
            "CREATE TABLE customers (id TEXT PRIMARY KEY, land TEXT);"
            "CREATE TABLE orders (number INTEGER PRIMARY KEY, customer TEXT REFERENCES customers (id), placed INTEGER, "
            "way TEXT);"
            "CREATE TABLE products (code TEXT PRIMARY KEY, price INTEGER);"
            'CREATE TABLE lines ("order" INTEGER REFERENCES orders (number), buyer TEXT REFERENCES customers (id), '
            "product TEXT REFERENCES products (code), pieces INTEGER);"
        )
        for name, table in shop(80).items():
            marks = ", ".join("?" * table.num_columns)
            rows = [tuple(row.values()) for row in table.to_pylist()]
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    connection.close()
    Path("domain.yaml").write_text(json.dumps({"tables": CONTRACTS}))
    return "sqlite:///shop.db"


def test_a_database_becomes_a_folder_a_database_and_a_model(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    budget = ["--epsilon", "2", "--unit", "customers", "--domain", "domain.yaml"]
    assert exit_code(["synth", base, *budget, "-o", "made/", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["privacy"]["unit"] == "customers" and told["rows"]["products"] == 3
    assert len(pd.read_csv("made/customers.csv")) == told["rows"]["customers"]
    assert exit_code(["sample", "shop.model.likewise", "-n", "9", "-o", "more/"]) == 0
    assert len(pd.read_csv("more/customers.csv")) == 9
    assert exit_code(["synth", base, *budget, "-o", "sqlite:///made.db", "--model", "again.likewise"]) == 0
    with sqlite3.connect("made.db") as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM orders").fetchone()[0] > 0
    connection.close()


def test_what_is_of_one_table_is_refused(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    budget = ["--epsilon", "2", "--unit", "customers", "--domain", "domain.yaml"]
    assert exit_code(["synth", base, *budget, "--target", "land", "-o", "made/"]) == 1
    assert "is of one table" in capsys.readouterr().err and not Path("made").exists()
