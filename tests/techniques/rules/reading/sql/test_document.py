"""The documents that scripts come to: keys, references, what makes each column, and what holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules import TablesModel
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.reading.sql import Reading, read_sql

SCHEMAS = Path(__file__).parents[5] / "benchmarks" / "schemas"


def columns(script: str, table: str = "t", **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = read_sql(script, **settings).document["tables"][table]["columns"]
    return found


@pytest.mark.parametrize("script", sorted(SCHEMAS.glob("*.sql")), ids=lambda path: path.stem)
def test_sample_schemas_are_read_whole(script: Path) -> None:
    found = read_sql(script.read_text())
    assert found.unread == 0
    document = Document.of(found.document)
    assert {name: len(table.references) for name, table in document.tables.items()} == {
        name: len(table.references) for name, table in found.schema.tables.items()
    }


def test_keys_references_and_rows() -> None:
    document = read_sql("""CREATE TABLE a (id int PRIMARY KEY, code char(1) UNIQUE NOT NULL);
CREATE TABLE b (a_id int REFERENCES a, other int NOT NULL REFERENCES b(id), id int PRIMARY KEY, n int,
UNIQUE (a_id, n));
CREATE TABLE c (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES d (p, q), PRIMARY KEY (x, y));
CREATE TABLE d (p int, q int, PRIMARY KEY (p, q))""").document["tables"]  # fmt: skip
    assert document["a"]["key"] == "id" and document["a"]["rows"] == 36
    assert document["b"]["columns"]["other"] == {"refers": "b.id", "tree": False}
    assert document["b"]["unique"] == [["a_id", "n"]] and document["c"]["key"] == ["x", "y"]
    assert document["c"]["refers"] == [{"columns": ["x", "y"], "to": "d", "key": ["p", "q"], "unique": True}]


def test_names_say_what_columns_hold_within_their_length() -> None:
    found = columns("""CREATE TABLE t ("FirstName" varchar(40) NOT NULL,
 e_mail varchar(60) NOT NULL, mail_email varchar(20), gender char(1) NOT NULL,
billing_city text NOT NULL, ship_city text NOT NULL, country_code char(2) NOT NULL, created_at timestamp NOT NULL,
updated_at timestamp NOT NULL, is_active boolean NOT NULL, unit_price numeric(8,2) NOT NULL, blurb text NOT NULL)""")
    assert found["FirstName"] == {"person": "first name"} and found["e_mail"] == {"person": "email"}
    assert found["mail_email"]["pattern"].startswith("[a-z]{3,6}@example")
    assert set(found["gender"]["categorical"]) == {"F", "M"}
    assert found["billing_city"] == {"address": "city", "as": "billing"} and found["ship_city"]["as"] == "ship"
    assert found["country_code"] == {"address": "country code"}
    assert found["is_active"] == {"bernoulli": 0.85, "kind": "boolean"} and found["unit_price"]["decimals"] == 2


def test_guessed_lengths_and_orders_are_held() -> None:
    found = read_sql("CREATE TABLE t (email varchar(40), created_at date, updated_at date, started date, ended date)")
    assert found.document["tables"]["t"]["constraints"] == [
        "len(email) <= 40", "created_at <= updated_at", "started <= ended",
    ]  # fmt: skip
    assert found.reasons["t.email"] == "its name: email of the person"


def test_types_defaults_and_conditions_shape_columns() -> None:
    found = columns("""CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (feeling mood DEFAULT 'ok' NOT NULL, state text CHECK (state IN ('new', 'old')) DEFAULT 'new' NOT NULL,
age int NOT NULL CHECK (age >= 18 AND age < 66), code text NOT NULL CHECK (code ~ '^[A-Z]{2}[0-9]{3}$'),
born date NOT NULL CHECK (born < '1990-01-01'), net numeric(6,2) NOT NULL,
gross numeric(8,2) GENERATED ALWAYS AS (net * 2) STORED, id uuid NOT NULL, doc jsonb NOT NULL,
mark int CHECK (mark IN (1, 2)))""")
    assert found["feeling"] == {"categorical": {"sad": 0.25, "ok": 0.75}}
    assert found["state"] == {"categorical": {"new": 0.75, "old": 0.25}}
    assert found["age"]["truncated"]["low"] == 18 and found["age"]["truncated"]["high"] == 65
    assert found["code"] == {"pattern": "[A-Z]{2}[0-9]{3}"}
    assert found["born"]["date-range"][1] == "1990-01-01"
    assert found["gross"] == {"formula": "net * 2", "decimals": 2} and found["id"] == {"uuid": 4}
    assert found["mark"] == {
        "mixture": {"of": [{"constant": 1}, {"constant": 2}], "weights": [0.5, 0.5]},
        "missing": 0.05,
    }


def test_what_is_not_read_is_noted_and_left_to_a_spec() -> None:
    found: Reading = read_sql(
        "CREATE TABLE t (id int PRIMARY KEY, a text CHECK (shout(a)), p point3d)", dialect="postgres"
    )
    assert found.unread == 1 and "p" not in found.document["tables"]["t"]["columns"]
    said = [f"{note.place}: {note.said}" for note in found.notes]
    assert said[0].startswith("t: CHECK (SHOUT(a)) is not read: the function shout()")
    assert said[1].startswith("t.p: its type")


def test_one_of_several_columns_is_filled() -> None:
    table = read_sql(
        "CREATE TABLE t (a int, b int, c int, CHECK (num_nonnulls(a, b, c) = 1))", dialect="postgres"
    ).document
    assert table["tables"]["t"]["constraints"] == [
        "if a is not missing then b is missing", "if a is not missing then c is missing",
        "if b is not missing then c is missing", "if a is missing and b is missing then c is not missing",
    ]  # fmt: skip


def test_dates_of_sqlite_are_told_by_their_names() -> None:
    found = columns("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, made_at TEXT, note TEXT)")
    assert "date-range" in found["made_at"] and "pattern" in found["note"]


def test_an_age_within_wide_bounds_fits_the_birth_date_beside_it() -> None:
    script = "CREATE TABLE customers (age INT CHECK (age BETWEEN 18 AND 120), born DATE, n INT CHECK (n BETWEEN {}))"
    columns = read_sql(script.format("1 AND 9")).document["tables"]["customers"]["columns"]
    assert columns["age"]["person"] == "age" and columns["born"]["person"] == "birth date"
    narrow = read_sql(script.format("1 AND 9").replace("120", "65")).document["tables"]["customers"]["columns"]
    assert "person" not in narrow["age"]


def test_bounds_that_leave_nothing_are_read_and_then_told_as_a_contradiction() -> None:
    reading = read_sql("CREATE TABLE a (n INT CHECK (n > 5 AND n < 3))")
    with pytest.raises(SettingsError, match=r"settings\.contradiction.*`n` is at least 6"):
        TablesModel.of(reading.document)
