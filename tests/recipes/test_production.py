"""Test data from production: a part of a database that stands by itself, and masking that keeps references."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.core.dataset import Dataset, Relation
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.privacy.masking.key import Key
from likewise.recipes.mask import mask, mask_to
from likewise.recipes.subset import subset, subset_to

SCHEMA = """
CREATE TABLE items(order_id INTEGER NOT NULL REFERENCES orders(id), line INTEGER,
                   sku TEXT NOT NULL REFERENCES products(sku), PRIMARY KEY(order_id, line));
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), ordered DATE);
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE,
                       referrer INTEGER REFERENCES customers(id), born DATE, phone TEXT CHECK(length(phone) = 8));
CREATE TABLE products(sku TEXT PRIMARY KEY, price REAL CHECK(price > 0));
CREATE TABLE countries(code TEXT PRIMARY KEY);
"""
WAYS: dict[str, Any] = {"others": "keep", "tables": {
    "customers": {"columns": {
        "id": "format", "email": "format", "referrer": "format", "phone": "format",
        "name": {"person": "full name", "by": "id"}, "born": {"shift": {"days": 30, "by": "id"}}}},
    "orders": {"columns": {"customer_id": "format"}},
    "products": {"columns": {"sku": "format"}},
    "items": {"columns": {"sku": "format"}},
}}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    chance, base = random.Random(1), sqlite3.connect(path)
    base.executescript(SCHEMA)
    for i in range(1, 201):
        referrer = 1000 + chance.randint(1, i - 1) if i % 3 == 0 else None
        own = (1000 + i, f"Ann Lee {i}", f"ann{i}@mail.com", referrer, f"19{50 + i % 40}-03-04", f"555-{i:04}")
        base.execute("INSERT INTO customers VALUES(?,?,?,?,?,?)", own)
    base.executemany("INSERT INTO products VALUES(?,?)", [(f"SK-{i:04}", 1 + i) for i in range(40)])
    for i in range(1, 501):
        base.execute("INSERT INTO orders VALUES(?,?,?)", (5000 + i, 1000 + chance.randint(1, 200), "2024-01-02"))
        for line in range(1, chance.randint(2, 4)):
            base.execute("INSERT INTO items VALUES(?,?,?)", (5000 + i, line, f"SK-{chance.randint(0, 39):04}"))
    base.execute("INSERT INTO countries VALUES('DE')")
    base.commit()
    return f"sqlite:///{path}"


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    return sqlite3.connect(url.removeprefix("sqlite:///")).execute(query).fetchall()


def test_no_row_of_a_part_refers_to_one_that_was_left_out(shop: str, tmp_path: Path) -> None:
    out = f"sqlite:///{tmp_path / 'small.db'}"
    made = subset_to(shop, out, start="customers", rows=20, whole=["countries"], seed=3)
    assert rows(out, "PRAGMA foreign_key_check") == [] and made.orphans == {}
    assert 20 <= made.rows["customers"] <= 45 and made.of["customers"] == 200 and made.rows["countries"] == 1
    chosen = rows(out, "SELECT id FROM customers")
    own = "SELECT count(*) FROM orders WHERE customer_id IN ({})"
    first = set(rows(out, "SELECT DISTINCT customer_id FROM orders"))
    assert first <= set(chosen)
    for (customer,) in first:
        assert rows(out, own.format(customer)) == rows(shop, own.format(customer))
    script = rows(out, "SELECT sql FROM sqlite_master WHERE name = 'customers'")[0][0]
    assert "CHECK" in script and "REFERENCES" in script and "UNIQUE" in script


def test_a_masked_database_keeps_its_references_and_is_had_back(shop: str, tmp_path: Path) -> None:
    key = Key.new()
    out, back = f"sqlite:///{tmp_path / 'masked.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    made = mask_to(shop, out, WAYS, key)
    assert made.lost == ("customers.name",) and rows(out, "PRAGMA foreign_key_check") == []
    joined = ("SELECT c.referrer IS NULL, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id "
              "GROUP BY 1 ORDER BY 1")  # fmt: skip
    assert rows(out, joined) == rows(shop, joined)
    for column in ("id", "email", "phone", "name"):
        kept = set(rows(out, f"SELECT {column} FROM customers")) & set(rows(shop, f"SELECT {column} FROM customers"))
        assert len(kept) < 20, column
    mask_to(out, back, WAYS, key, backwards=True)
    own = "SELECT id, email, referrer, born, phone FROM customers"
    for query in (own, "SELECT * FROM orders", "SELECT * FROM items", "SELECT * FROM products"):
        query = f"{query} ORDER BY 1, 2"
        assert rows(back, query) == rows(shop, query)


def test_another_key_gives_nothing_back(shop: str, tmp_path: Path) -> None:
    out, back = f"sqlite:///{tmp_path / 'masked.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    mask_to(shop, out, WAYS, Key.new())
    mask_to(out, back, WAYS, Key.new(), backwards=True)
    query = "SELECT email FROM customers ORDER BY id"
    assert not set(rows(back, query)) & set(rows(shop, query))


def test_a_part_may_be_masked_on_its_way_into_files(shop: str, tmp_path: Path) -> None:
    made = subset_to(
        shop, tmp_path / "out", start="customers", where="born < '1955-01-01'", masking=WAYS, key=Key.new()
    )
    customers, orders = (
        likewise.read(tmp_path / "out" / "customers.parquet"),
        likewise.read(tmp_path / "out" / "orders.parquet"),
    )
    assert customers.rows == made.rows["customers"]
    assert set(orders.to_dict()["customer_id"]) <= set(customers.to_dict()["id"])


def test_folders_of_files_are_told_their_references(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "customers.csv").write_text("id,name\n" + "".join(f"{i},n{i}\n" for i in range(100, 200)))
    (folder / "orders.csv").write_text("no,customer\n" + "".join(f"{i},{100 + i % 100}\n" for i in range(300)))
    made = subset_to(folder, tmp_path / "out", start="customers", share=0.1, refers=["orders.customer=customers.id"])
    assert made.rows == {"customers": 10, "orders": 30}
    assert (tmp_path / "out" / "orders.csv").read_text().count("\n") == 31


def test_datasets_in_python() -> None:
    tables = {
        "a": Table.from_any({"id": list(range(100, 200))}),
        "b": Table.from_any({"a": [100 + i % 100 for i in range(300)]}),
    }
    data = Dataset(tables, (Relation(table="b", columns=("a",), to="a", key=("id",)),))
    part = subset(data, start="a", rows=7, seed=1)
    assert part["a"].rows == 7 and part["b"].rows == 21
    hidden = mask(part, {"tables": {"a": {"columns": {"id": "format"}}, "b": {"columns": {"a": "format"}}}}, Key.new())
    assert set(hidden["b"].to_dict()["a"]) == set(hidden["a"].to_dict()["id"])


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"start": "custmers"}, "settings.table"),
        ({"start": "customers", "rows": 500}, "settings.subset"),
        ({"start": "customers", "rows": 5, "share": 0.1}, "settings.subset"),
        ({"start": "customers", "share": 1.5}, "settings.subset"),
        ({"start": "customers", "where": "ag > 3"}, "schema.unknown-column"),
        ({"start": "customers", "refers": ["orders.nobody=customers.id"]}, "schema.unknown-column"),
        ({"start": "customers", "refers": ["orders->customers"]}, "settings.refers"),
        ({"start": "customers", "masking": WAYS}, "settings.mask"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_left(
    shop: str, tmp_path: Path, settings: dict[str, Any], code: str
) -> None:
    with pytest.raises(LikewiseError) as fault:
        subset_to(shop, f"sqlite:///{tmp_path / 'out.db'}", **settings)
    assert fault.value.code == code and not list(tmp_path.iterdir())


def test_a_database_that_refuses_is_left_as_it_was(shop: str, tmp_path: Path) -> None:
    ways = {"others": "keep", "tables": {"customers": {"columns": {"phone": {"blank": {"text": "-"}}}}}}  # a CHECK
    with pytest.raises(LikewiseError, match="refused"):
        mask_to(shop, f"sqlite:///{tmp_path / 'out.db'}", ways, Key.new())
    assert not list(tmp_path.iterdir())


def test_keys_and_what_refers_to_them_are_masked_alike_or_not_at_all(shop: str, tmp_path: Path) -> None:
    ways = {"others": "keep", "tables": {"customers": {"columns": {"id": "format"}}}}
    with pytest.raises(LikewiseError, match=r"refers to `customers\.id`, and the two are masked") as fault:
        mask_to(shop, f"sqlite:///{tmp_path / 'out.db'}", ways, Key.new())
    assert fault.value.code == "masking.reference" and not list(tmp_path.iterdir())


def test_from_the_command_line(shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ways = tmp_path / "masking.yaml"
    ways.write_text("""
others: keep
tables:
  customers:
    columns: {id: format, referrer: format}
  orders:
    columns: {customer_id: format}
""")
    key, small = str(tmp_path / "a.key"), f"sqlite:///{tmp_path / 'small.db'}"
    assert exit_code(["subset", shop, "-o", small, "--from", "customers", "-n", "5"]) == 0
    assert exit_code(["mask", small, str(ways), "-o", str(tmp_path / "masked"), "--new-key", key]) == 0
    said = capsys.readouterr().err
    assert "customers:" in said and "keep it secret" in said
    assert exit_code(["mask", small, str(ways), "-o", str(tmp_path / "again"), "--new-key", key]) == 1
    assert exit_code(["mask", small, str(ways), "-o", str(tmp_path / "again")]) == 1


def test_a_database_is_never_written_over_itself(shop: str, tmp_path: Path) -> None:
    path = Path(shop.removeprefix("sqlite:///"))
    (tmp_path / "link.db").symlink_to(path)
    before = path.read_bytes()
    for other in (f"sqlite:///{path.parent}/./{path.name}", f"sqlite:///{tmp_path}/link.db"):
        with pytest.raises(LikewiseError, match=r"settings\.same-place"):
            mask_to(shop, other, WAYS, Key.new(), replace=True)
    assert path.read_bytes() == before


def test_a_table_that_is_not_there_is_said_rather_than_left_unmasked(shop: str, tmp_path: Path) -> None:
    ways = {"others": "keep", "tables": {"custmers": {"columns": {"id": "format"}}}}
    for again in (lambda: mask_to(shop, f"sqlite:///{tmp_path / 'o.db'}", ways, Key.new()),
                  lambda: mask_to(f"{shop}#customers", tmp_path / "o.csv", ways, Key.new()),
                  lambda: subset_to(shop, tmp_path / "o", start="customers", masking=ways, key=Key.new())):  # fmt: skip
        with pytest.raises(LikewiseError, match=r"masking\.unknown-table"):
            again()
    assert not list(tmp_path.iterdir())


def test_what_is_kept_is_not_touched(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "a.db")
    base.executescript("CREATE TABLE t(id TEXT PRIMARY KEY, note TEXT NOT NULL, doc TEXT, raw BLOB, n NUMERIC)")
    notes, docs = ["", "NA", " x "], ['{"b": 1,  "a": [1]}', None, "[]"]
    whole = [(f"{i:03}", notes[i % 3], docs[i % 3], bytes([i, 255]), i + 0.1) for i in range(60)]
    base.executemany("INSERT INTO t VALUES(?,?,?,?,?)", whole)
    base.commit()
    mask_to(f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db",
            {"columns": {"id": "format"}, "others": "keep"}, Key.new())  # fmt: skip
    query = "SELECT note, doc, raw, n FROM t"
    assert rows(f"sqlite:///{tmp_path}/b.db", query) == [own[1:] for own in whole]


@pytest.mark.parametrize("container", ["pandas", "polars", "arrow", "dict", "table"])
def test_what_came_goes_back_as_it_came(container: str) -> None:
    columns = {"id": ["00700701", "01001002", None], "n": [10101017, 10201029, 10301031], "doc": ['{"a": 1}', "", None]}
    data: Any = {
        "pandas": lambda: pd.DataFrame(columns), "polars": lambda: pl.DataFrame(columns),
        "arrow": lambda: pa.table(columns), "dict": lambda: columns, "table": lambda: Table.from_any(columns),
    }[container]()  # fmt: skip
    ways, key = {"columns": {"id": "format", "n": "format"}, "others": "keep"}, Key.new()
    hidden = mask(data, ways, key)
    back = mask(hidden, ways, key, backwards=True)
    assert type(back) is type(data) and type(hidden) is type(data)
    assert back.equals(data) if hasattr(back, "equals") else back == data
    if isinstance(hidden, Table):
        assert not [own for own in ("00700701", "10101017") if own in hidden.schema.to_yaml()]


def test_fields_of_documents_are_masked_by_their_names(tmp_path: Path) -> None:
    data = {"doc": [{"mail": f"ann{i}@x.org", "n": i} for i in range(20)]}
    ways, key = {"columns": {"doc.mail": "format", "doc.n": "keep"}}, Key.new()
    hidden = mask(data, ways, key)
    assert hidden["doc"][3]["n"] == 3 and hidden["doc"][3]["mail"] != "ann3@x.org"
    assert mask(hidden, ways, key, backwards=True) == data


def test_a_key_is_not_left_where_nothing_was_masked(shop: str, tmp_path: Path) -> None:
    ways = tmp_path / "ways.yaml"
    ways.write_text("columns: {id: format}")
    assert exit_code(["mask", shop, str(ways), "-o", str(tmp_path / "out"), "--new-key", str(tmp_path / "k")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ways.yaml"]


def test_postgresql_with_schemas_uuids_and_types_that_are_kept(postgres_url: str, tmp_path: Path) -> None:
    from adbc_driver_postgresql import dbapi

    made = [
        "CREATE SCHEMA sales", "CREATE TYPE sales.mood AS ENUM ('sad', 'glad')",
        """CREATE TABLE sales."User"(id uuid PRIMARY KEY, mail varchar(60) UNIQUE NOT NULL, m sales.mood, doc jsonb,
           raw bytea, big numeric(20,0), price numeric(30,10), boss uuid REFERENCES sales."User"(id))""",
        """CREATE TABLE sales.orders(no bigint GENERATED ALWAYS AS IDENTITY, region smallint, PRIMARY KEY(no, region),
           buyer uuid NOT NULL REFERENCES sales."User"(id), n int, twice int GENERATED ALWAYS AS (n * 2) STORED)""",
        """INSERT INTO sales."User" SELECT md5(i::text)::uuid, 'u' || i || '@x.org', 'sad', '{"a": [1]}', '\\x00ff',
           12345678901234567890 - i, 1.0000000001 * i, CASE WHEN i > 5 THEN md5((i - 3)::text)::uuid END
           FROM generate_series(1, 30) i""",
        """INSERT INTO sales.orders(region, buyer, n) SELECT i % 3, md5((1 + i % 30)::text)::uuid, i
           FROM generate_series(1, 60) i""",
    ]  # fmt: skip

    def run(place: str, statement: str, *, fetch: bool = False) -> list[Any]:
        with dbapi.connect(place, autocommit=True) as base, base.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if fetch else []

    urls = [postgres_url.rsplit("/", 1)[0] + f"/production_{name}" for name in ("shop", "small", "masked", "back")]
    for url in urls:
        run(postgres_url, f"CREATE DATABASE {url.rsplit('/', 1)[1]}")
    shop, small, masked, back = urls
    for statement in made:
        run(shop, statement)
    with pytest.raises(LikewiseError, match=r"settings\.table") as fault:
        subset_to(shop, small, start="order")
    assert "s3cret" not in str(fault.value)
    for replace in (False, True):
        taken = subset_to(shop, small, start="sales.orders", where="n <= 4", replace=replace)
    assert taken.rows["orders"] == 4 and run(small, "SELECT sum(twice)::bigint FROM sales.orders", fetch=True) == [
        (20,)
    ]
    ways = {"others": "keep", "tables": {"User": {"columns": {"id": "format", "boss": "format", "mail": "format"}},
                                         "orders": {"columns": {"buyer": "format"}}}}  # fmt: skip
    key = Key.new()
    mask_to(shop, masked, ways, key)
    mask_to(masked, back, ways, key, backwards=True)
    query = """SELECT id::text, mail, m::text, doc::text, raw, big::text, price::text, boss::text
               FROM sales."User" ORDER BY 1"""
    assert run(back, query, fetch=True) == run(shop, query, fetch=True)
    assert not {own[0] for own in run(masked, query, fetch=True)} & {own[0] for own in run(shop, query, fetch=True)}
    with pytest.raises(LikewiseError, match=r"settings\.same-place"):
        mask_to(
            shop, shop.replace("postgresql:", "postgres:").replace("127.0.0.1", "localhost"), ways, key, replace=True
        )
