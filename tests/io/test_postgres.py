"""PostgreSQL, against a real server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from likewise.errors import SourceError
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, read_source

ORDERS = """
CREATE TABLE orders (
  id uuid PRIMARY KEY, n integer NOT NULL, big bigint, price numeric(10,2), weight numeric, paid boolean, note text,
  code varchar(8), born date, seen timestamptz, local timestamp, opens time, doc jsonb, mood mood, raw bytea,
  ratio float8
)
"""
ROWS = """
INSERT INTO orders VALUES
 ('6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b11', 1, 9007199254740993, 12.50, 0.125, true, 'naïve ✓', '007', '2020-02-29',
  '2021-03-04 05:06:07+02', '2021-03-04 05:06:07.5', '08:30', '{"a": [1, null]}', 'sad', '\\x00ff', 0.1),
 ('6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b12', 2, NULL, NULL, 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL)
"""


@pytest.fixture
def run(postgres_url: str) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres_url) as base, base.cursor() as cursor:

        def execute(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement)
            rows = cursor.fetchall()
            base.commit()
            return list(rows)

        execute("DROP SCHEMA public CASCADE")
        execute("CREATE SCHEMA public")
        execute("CREATE TYPE mood AS ENUM ('sad', 'glad')")
        execute(ORDERS)
        execute(ROWS)
        yield execute


def test_every_type_is_read_as_what_it_means(postgres_url: str, run: Any) -> None:
    source = read_source(f"{postgres_url}#orders")
    assert source.name == "orders"
    first, second = source.table.to_pylist()
    assert first == {
        "id": "6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b11", "n": 1, "big": 9007199254740993, "price": Decimal("12.50"),
        "weight": Decimal("0.125"), "paid": True, "note": "naïve ✓", "code": "007", "born": dt.date(2020, 2, 29),
        "seen": dt.datetime(2021, 3, 4, 3, 6, 7, tzinfo=dt.UTC), "local": dt.datetime(2021, 3, 4, 5, 6, 7, 500000),
        "opens": dt.time(8, 30), "doc": '{"a": [1, null]}', "mood": "sad", "raw": b"\x00\xff", "ratio": 0.1,
    }  # fmt: skip
    assert all(v is None for k, v in second.items() if k not in ("id", "n", "weight"))
    assert source.table.schema.field("price").type == pa.decimal128(10, 2)
    assert source.format.types["id"] == "uuid"
    assert source.format.types["code"] == "character varying(8)"


def test_a_table_goes_back_in_its_own_types(postgres_url: str, run: Any) -> None:
    source = read_source(f"{postgres_url}#orders")
    with open_sink(f"{postgres_url}#orders_synthetic", format=source.format) as sink:
        sink.write(source.table.slice(0, 1))
        sink.write(source.table.slice(1))
    again = read_source(f"{postgres_url}#orders_synthetic")
    assert again.table.equals(source.table)
    assert again.format == source.format
    assert run("SELECT count(*) FROM (SELECT * FROM orders EXCEPT SELECT * FROM orders_synthetic) d")[0][0] == 0


def test_arrow_types_become_fitting_types(postgres_url: str, run: Any) -> None:
    table = pa.table({
        "u": pa.array([1, None], pa.uint64()), "d": pa.array(["x", "y"]).dictionary_encode(),
        "s": pa.array([{"k": 1}, None]), "t": pa.array([dt.datetime(2020, 1, 1), None], pa.timestamp("ns")),
        "dec": pa.array([Decimal("1.50"), None]), "f": pa.array([1.5, float("nan")], pa.float32()),
    })  # fmt: skip
    with open_sink(f"{postgres_url}#made") as sink:
        sink.write(table)
    made = read_source(f"{postgres_url}#made")
    assert made.format.types == {
        "u": "numeric(20,0)", "d": "text", "s": "jsonb", "t": "timestamp without time zone", "dec": "numeric(3,2)",
        "f": "real",
    }  # fmt: skip
    assert made.table["dec"].to_pylist() == [Decimal("1.50"), None]
    assert made.table["s"].to_pylist() == ['{"k": 1}', None]


def test_a_query_is_read_with_types(postgres_url: str, run: Any) -> None:
    query = "select id, price * 2 as twice, doc, n from orders where n = 1 order by n"
    source = read_source(f"{postgres_url}#{query}")
    assert source.table.to_pylist() == [
        {"id": "6f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b11", "twice": Decimal("25.00"), "doc": '{"a": [1, null]}', "n": 1}
    ]
    empty = read_source(postgres_url, options=ReadOptions(query="select id, price from orders where n > 5"))
    assert empty.table.num_rows == 0 and empty.table.column_names == ["id", "price"]


def test_one_table_needs_no_name_and_several_are_listed(postgres_url: str, run: Any) -> None:
    assert read_source(postgres_url).name == "orders"
    run("CREATE SCHEMA IF NOT EXISTS shop")
    run("CREATE TABLE IF NOT EXISTS shop.items (a int)")
    with pytest.raises(SourceError) as fault:
        read_source(postgres_url)
    assert fault.value.code == "source.which-table" and "shop.items" in fault.value.what
    assert read_source(f"{postgres_url}#shop.items").table.num_rows == 0
    run("DROP SCHEMA shop CASCADE")


def test_a_failed_write_leaves_the_old_table(postgres_url: str, run: Any) -> None:
    url = f"{postgres_url}#orders"
    with pytest.raises(SourceError) as fault, open_sink(url) as sink:
        sink.write(pa.table({"a": [1]}))
    assert fault.value.code == "source.table-exists"
    with open_sink(f"{postgres_url}#Orders", replace=True) as sink:
        sink.write(pa.table({"a": [1]}))
    with pytest.raises(KeyboardInterrupt), open_sink(url, replace=True) as sink:
        sink.write(pa.table({"a": [1]}))
        raise KeyboardInterrupt
    assert read_source(url).table.num_rows == 2
    with open_sink(url, replace=True) as sink:
        sink.write(pa.table({"a": [1]}))
    assert read_source(url).table.to_pylist() == [{"a": 1}]


def test_values_that_do_not_fit_are_not_shown(postgres_url: str, run: Any) -> None:
    source = read_source(f"{postgres_url}#select id from orders")
    assert source.format.types == {"id": "uuid"}
    with pytest.raises(SourceError) as fault, open_sink(f"{postgres_url}#made", format=source.format) as sink:
        sink.write(pa.table({"id": ["Ann Smith"]}))
    assert fault.value.code == "source.database" and "uuid" in fault.value.what
    assert "Ann" not in str(fault.value)


def test_faults_name_the_place_and_hide_the_password(postgres_url: str, run: Any) -> None:
    wrong = postgres_url.replace("s3cret", "hunter2!")
    for url, code in (
        (f"{wrong}#orders", "source.database"),
        (f"{postgres_url}#order", "source.unknown-table"),
        (f"{postgres_url}#select nothing from orders", "source.database"),
        (postgres_url.replace("127.0.0.1", "127.0.0.9") + "#orders", "source.database"),
        (postgres_url.replace("s3cret", "s3cret/hunter2"), "source.database"),
    ):
        with pytest.raises(SourceError) as fault:
            read_source(url)
        assert fault.value.code == code
        assert "s3cret" not in str(fault.value) and "hunter2" not in str(fault.value)
        assert fault.value.where is not None and fault.value.where.startswith("postgresql://ann:***@127.0.0.")
        assert fault.value.hint
