"""URLs of databases, and what SQLite and DuckDB keep."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from likewise.errors import SourceError
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source
from likewise.io.sql import masked, parse_url

TABLE = pa.table({
    "i": pa.array([1, None, 2**62]), "x": pa.array([0.5, None, 1e300]), "b": pa.array([True, None, False]),
    "t": pa.array(["naïve, \"✓\"\n", None, ""]), "d": pa.array([dt.date(2020, 2, 29), None, dt.date(1, 1, 1)]),
    "ts": pa.array([dt.datetime(2020, 1, 2, 3, 4, 5, 678900), None, dt.datetime(1999, 1, 1)], pa.timestamp("us")),
    "dec": pa.array([Decimal("12.50"), None, Decimal("-0.01")], pa.decimal128(10, 2)),
    "raw": pa.array([b"\x00\xff", None, b""]),
})  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            """
            CREATE TABLE orders (id TEXT, n INTEGER, price DECIMAL(10,2), paid BOOLEAN, born DATE, at TIMESTAMP, any);
            INSERT INTO orders VALUES ('007', 1, 1.5, 1, '2020-02-29', '2020-01-02 03:04:05', 'x'),
                                      (NULL, NULL, NULL, NULL, NULL, NULL, 2);
            CREATE TABLE "my items" (a); INSERT INTO "my items" VALUES (1), (2);
            """
        )
    return f"sqlite:///{path}"


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_types_and_nulls_survive(form: str, tmp_path: Path) -> None:
    url = f"{form}:///{tmp_path / 'x.db'}#kept"
    with open_sink(url) as sink:
        sink.write(TABLE.slice(0, 2))
        sink.write(TABLE.slice(2))
    source = read_source(url)
    assert source.name == "kept" and source.format.form == form
    assert source.table.equals(TABLE)


def test_declared_types_are_read_and_written_again(shop: str) -> None:
    source = read_source(f"{shop}#orders")
    assert source.table.to_pylist() == [
        {"id": "007", "n": 1, "price": Decimal("1.50"), "paid": True, "born": dt.date(2020, 2, 29),
         "at": dt.datetime(2020, 1, 2, 3, 4, 5), "any": "x"},
        {"id": None, "n": None, "price": None, "paid": None, "born": None, "at": None, "any": "2"},
    ]  # fmt: skip
    with open_sink(f"{shop}#again", format=source.format) as sink:
        sink.write(source.table)
    again = read_source(f"{shop}#again")
    assert again.table.equals(source.table)
    with closing(sqlite3.connect(shop.removeprefix("sqlite:///"))) as base:
        kept = base.execute("SELECT id, n, price, paid, born, at FROM again").fetchall()
        assert kept == base.execute("SELECT id, n, price, paid, born, at FROM orders").fetchall()


def test_dates_that_are_not_iso_stay_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as base:
        base.executescript("CREATE TABLE t (d DATE, p DECIMAL(4,2)); INSERT INTO t VALUES ('29.02.2020', 1.234)")
    source = read_source(path)
    assert source.table.to_pylist() == [{"d": "29.02.2020", "p": 1.234}]


def test_duckdb_keeps_what_arrow_has_no_type_for(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    with closing(duckdb.connect(str(path))) as base:
        base.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')")
        base.execute("CREATE TABLE t (id UUID, doc JSON, m mood, z TIMESTAMPTZ, l INTEGER[], h HUGEINT)")
        base.execute(
            "INSERT INTO t VALUES ('6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b11', '{\"a\": 1}', 'sad', "
            "'2020-01-02 03:04:05+02', [1, 2], 170141183460469231731687303715884105727)"
        )
    source = read_source(path)
    assert source.name == "t" and source.format.types["id"] == "UUID"
    assert source.table["id"].to_pylist() == ["6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b11"]
    assert source.table["l"].to_pylist() == [[1, 2]]
    assert source.table["z"].to_pylist() == [dt.datetime(2020, 1, 2, 1, 4, 5, tzinfo=dt.UTC)]
    with open_sink(f"duckdb:///{path}#again", format=source.format) as sink:
        sink.write(source.table)
    again = read_source(f"duckdb:///{path}#again")
    assert again.format.types == source.format.types
    assert again.table.equals(source.table)


def test_queries_and_names_with_spaces(shop: str) -> None:
    assert read_source(f"{shop}#select n + 1 as m from orders where n = 1").table.to_pylist() == [{"m": 2}]
    assert read_source(f"{shop}#SELECT 1 AS a; ").table.to_pylist() == [{"a": 1}]
    assert read_source(f"{shop}#my%20items").table.num_rows == 2
    assert read_source(shop, options=ReadOptions(table="my items")).name == "my_items"
    assert read_source(shop, options=ReadOptions(query="select 1 as a")).table.to_pylist() == [{"a": 1}]


def test_which_table(shop: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as fault:
        read_source(shop)
    assert fault.value.code == "source.which-table"
    assert "my items, orders" in fault.value.what and fault.value.hint is not None and "#my items" in fault.value.hint
    with pytest.raises(SourceError) as fault:
        read_source(f"{shop}#order")
    assert fault.value.code == "source.unknown-table" and fault.value.hint == "did you mean `orders`?"
    with closing(sqlite3.connect(tmp_path / "none.db")) as base:
        base.execute("VACUUM")
    with pytest.raises(SourceError) as fault:
        read_source(f"sqlite:///{tmp_path / 'none.db'}")
    assert fault.value.code == "source.empty"


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_an_existing_table_is_only_replaced_when_asked(form: str, tmp_path: Path) -> None:
    url = f"{form}:///{tmp_path / 'x.db'}#t"
    with open_sink(url) as sink:
        sink.write(pa.table({"a": [1, 2]}))
    with pytest.raises(SourceError) as fault, open_sink(url) as sink:
        sink.write(pa.table({"b": [9]}))
    assert fault.value.code == "source.table-exists"
    with pytest.raises(KeyboardInterrupt), open_sink(url, replace=True) as sink:
        sink.write(pa.table({"b": [9]}))
        raise KeyboardInterrupt
    assert read_source(url).table.to_pydict() == {"a": [1, 2]}
    with open_sink(url, replace=True) as sink:
        sink.write(pa.table({"b": [9]}))
    assert read_source(url).table.to_pydict() == {"b": [9]}


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_a_failed_write_leaves_no_new_file(form: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), open_sink(f"{form}:///{tmp_path / 'new.db'}#t") as sink:
        sink.write(pa.table({"a": [1]}))
        raise RuntimeError("stop")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:///{}/none.db#t", "source.no-such-file"),
        ("duckdb:///{}/none.db#t", "source.no-such-file"),
        ("sqlite:///{}#t", "source.folder"),
        ("oracle://x/y#t", "source.unknown-url"),
        ("sqlite://x.db#t", "source.unknown-url"),
        ("sqlite:///{}/text.db#t", "source.database"),
        ("duckdb:///{}/text.db#t", "source.database"),
    ],
)
def test_bad_urls(url: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database " * 400)
    with pytest.raises(SourceError) as fault:
        read_source(url.format(tmp_path))
    assert fault.value.code == code and fault.value.where and fault.value.hint


def test_bad_sql(shop: str) -> None:
    with pytest.raises(SourceError) as fault:
        read_source(f"{shop}#select nothing from orders")
    assert fault.value.code == "source.database" and "nothing" in fault.value.what


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:///{}/no/x.db#t", "source.no-such-folder"),
        ("sqlite:///{}/x.db", "source.which-table"),
        ("sqlite:///{}/x.db#select 1", "source.which-table"),
    ],
)
def test_bad_places_to_write(url: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as fault, open_sink(url.format(tmp_path)) as sink:
        sink.write(pa.table({"a": [1]}))
    assert fault.value.code == code and fault.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_plain_path_of_a_database_names_the_table_after_itself(tmp_path: Path) -> None:
    with open_sink(tmp_path / "orders.sqlite") as sink:
        sink.write(pa.table({"a": [1]}))
    assert read_source(tmp_path / "orders.sqlite").name == "orders"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cret@host:5432/db#t", "postgresql://ann:s3cret#@host/db", "postgres://ann:s3:cr@s3cret@h/d#t",
        "postgresql://host/db?user=ann&password=s3cret#t",
    ],
)  # fmt: skip
def test_passwords_are_masked(url: str) -> None:
    assert "s3cret" not in masked(url) and masked(url).startswith("postgres")


def test_urls_are_taken_apart() -> None:
    assert parse_url("sqlite:////srv/x.db#t").place == "/srv/x.db"
    assert parse_url("sqlite:///x.db#t").place == "x.db"
    assert parse_url("postgres://h/d#s.t").place == "postgresql://h/d"
