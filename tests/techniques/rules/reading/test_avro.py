"""Avro: documents as JSON, and values that fastavro writes and reads again."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
from pathlib import Path
from typing import Any

import fastavro
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.avro import AvroRecords

ORDER: dict[str, Any] = {"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
    {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
    {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    {"name": "time", "type": ["null", {"type": "int", "logicalType": "time-millis"}]},
    {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}},
    {"name": "before", "type": ["null", "Status", "int"]},
    {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
    {"name": "raw", "type": "bytes"},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "sizes", "type": {"type": "map", "values": "double"}},
    {"name": "next", "type": ["null", "Order"], "default": None},
    {"name": "either", "type": ["string", {"type": "record", "name": "In", "fields": [{"name": "q", "type": "float"}]},
                                {"type": "record", "name": "Out", "fields": [{"name": "q", "type": "float"}]}]},
]}  # fmt: skip


def test_values_are_written_and_read_again_by_fastavro() -> None:
    values = list(AvroRecords(ORDER).values(0, 100))
    assert all(fastavro.validation.validate(value, fastavro.parse_schema(ORDER)) for value in values)
    file = io.BytesIO()
    fastavro.writer(file, fastavro.parse_schema(ORDER), values)
    file.seek(0)
    read: list[Any] = list(fastavro.reader(file))
    assert len(read) == 100 and read[7]["total"] == values[7]["total"]
    assert isinstance(read[0]["total"], decimal.Decimal) and isinstance(read[0]["day"], dt.date)
    assert {order["status"] for order in read} == {"NEW", "PAID"}
    assert {type(order["before"]) for order in read} == {type(None), str, int}
    assert any(order["next"] for order in read) and any(order["next"] is None for order in read)


def test_documents_are_plain_json_of_the_same_values() -> None:
    records = AvroRecords(ORDER)
    documents, values = list(records.range(0, 30)), list(records.values(0, 30))
    assert json.loads(json.dumps(documents)) == documents
    assert [document["id"] for document in documents] == [value["id"] for value in values]
    assert not any(isinstance(document["time"], dict) for document in documents)
    table = records.table(0, 30)
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]" and table.num_rows == 30


@pytest.mark.parametrize(("schema", "said"), [
    ({"type": "record", "name": "a", "fields": [{"name": "x", "type": "strin"}]}, "strin"),
    ({"type": "record", "fields": []}, "not a valid Avro schema"),
    ({"type": "record", "name": "a", "fields": [{"name": "x", "type": "a"}]}, "never ends"),
])  # fmt: skip
def test_what_is_no_schema_is_refused(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as fault:
        AvroRecords(schema)
    assert said in fault.value.what


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "order.avsc").write_text(json.dumps(ORDER), encoding="utf-8")
    assert AvroRecords(tmp_path / "order.avsc").at(5) == AvroRecords(ORDER).at(5)
    (tmp_path / "broken.avsc").write_text('{"type": "record",\n"name" "a"}', encoding="utf-8")
    with pytest.raises(SettingsError) as fault:
        AvroRecords(tmp_path / "broken.avsc")
    assert str(fault.value.where).endswith("broken.avsc:2:8")
