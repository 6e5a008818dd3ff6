"""What is generated from schemas is taken by real databases with every constraint on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from likewise.errors import SettingsError, SourceError
from likewise.io.source import read_source
from likewise.recipes.alike import alike
from likewise.recipes.databases import dump, load
from likewise.recipes.described import described
from likewise.recipes.generate import explained, generate, generate_to_file
from likewise.techniques.rules.model import TablesModel

SCHEMAS = Path(__file__).parents[2] / "benchmarks" / "schemas"
STAFF = SCHEMAS / "staff.sql"


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres_url) as base, base.cursor() as cursor:
        for statement in ("DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public"):
            cursor.execute(statement)
            cursor.fetchall()
        base.commit()
    yield postgres_url


@pytest.mark.parametrize("script", sorted(SCHEMAS.glob("*.sql")), ids=lambda path: path.stem)
def test_no_row_is_rejected(script: Path, tmp_path: Path, empty_postgres: str) -> None:
    told = described(script, n=100)
    model = TablesModel.of(told.document, rows=100)
    for url in (f"sqlite:///{tmp_path}/a.db", f"duckdb:///{tmp_path}/a.duckdb", empty_postgres):
        loaded = load(model, url, reading=told.reading)
        assert sum(loaded.tables.values()) == 100 * len(model.only)
    base = sqlite3.connect(tmp_path / "a.db")
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_the_script_itself_takes_the_rows(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "a.db")
    base.executescript(STAFF.read_text())
    base.close()
    made = generate_to_file(STAFF, f"sqlite:///{tmp_path}/a.db", n=200, into="existing")
    assert made.tables == {"projects": 200, "departments": 200, "employees": 200, "assignments": 200}
    base = sqlite3.connect(tmp_path / "a.db")
    filled = base.execute(
        "SELECT avg(bonus IS NOT NULL), avg(left_on IS NOT NULL), avg(rating IS NOT NULL) FROM employees"
    )
    assert min(filled.fetchone()) >= 0.9
    assert base.execute(
        "SELECT count(*) FROM employees WHERE NOT (bonus <= salary * 0.5 AND left_on > hired)"
    ).fetchone() == (0,)


def test_a_live_database_is_described_filled_and_learned_from(tmp_path: Path) -> None:
    generate_to_file(STAFF, f"sqlite:///{tmp_path}/a.db", n=300)
    base = sqlite3.connect(tmp_path / "a.db")
    base.execute("UPDATE employees SET rating = 5")
    base.commit()
    base.close()
    copy = generate_to_file(f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db", n=50)
    assert set(copy.tables.values()) == {50}
    told = alike(tmp_path / "a.db")
    generate_to_file(told, f"sqlite:///{tmp_path}/c.db")
    rating = read_source(f"sqlite:///{tmp_path}/c.db#SELECT rating, first_name FROM employees").table
    assert rating.num_rows == 300 and set(rating["rating"].to_pylist()) - {None} == {5}
    with pytest.raises(SourceError) as fault:
        generate_to_file(f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/a.db", n=5, into="existing")
    assert fault.value.code == "source.table-not-empty"


def test_a_document_laid_over_a_script() -> None:
    over = {"tables": {"projects": {"rows": 7, "columns": {"title": {"constant": "x"}}}}}
    made = generate(described(STAFF, n=10, over=over), n=10)
    assert made["projects"].rows == 7 and set(made["projects"].to_dict()["title"]) == {"x"}
    with pytest.raises(SettingsError, match="no table `project`"):
        described(STAFF, over={"tables": {"project": {}}})


def test_the_same_seed_gives_the_same_script(tmp_path: Path) -> None:
    for name in ("a", "b"):
        generate_to_file(STAFF, tmp_path / f"{name}.sql", n=20, seed=3)
    assert (tmp_path / "a.sql").read_bytes() == (tmp_path / "b.sql").read_bytes()
    sqlite3.connect(":memory:").executescript((tmp_path / "a.sql").read_text())


def test_a_document_without_sql_is_made_with_its_rules(tmp_path: Path) -> None:
    model = TablesModel.of({"tables": {
        "shops": {"rows": 5, "columns": {"id": "sequence", "name": {"pattern": "[A-Z]{4}"}}, "key": "id",
                  "unique": [["name"]]},
        "sales": {"rows": 20, "columns": {"shop": {"refers": "shops.id"}, "n": {"discrete-uniform": [1, 9]}},
                  "constraints": ["n > 3"]}}})  # fmt: skip
    load(model, f"sqlite:///{tmp_path}/a.db")
    (made,) = (
        sqlite3.connect(tmp_path / "a.db").execute("SELECT sql FROM sqlite_master WHERE name = 'sales'").fetchone()
    )
    assert 'CHECK ("n" > 3)' in made and 'REFERENCES "shops" ("id")' in made
    with pytest.raises(SettingsError, match="no script is written for `dbase`"):
        dump(model, tmp_path / "a.sql", language="dbase")


def test_reasons_are_explained() -> None:
    (employees,) = (table for table in explained(STAFF, n=10).tables if table.name == "employees")
    said = {column.name: column.said for column in employees.columns}
    assert said["email"].endswith("(its name: email of the person)") and "CHECK lists" in said["grade"]
