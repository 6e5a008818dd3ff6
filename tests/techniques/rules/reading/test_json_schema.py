"""JSON Schema from files: broken ones, neighbours, parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from likewise.errors import SettingsError, SourceError
from likewise.techniques.rules.reading.json_schema import is_json_schema, read_json_schema


def write(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_broken_json_is_told_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as fault:
        read_json_schema(write(tmp_path / "a.json", '{"type": "object",\n  "properties": {"a": {}\n  "b": {}}}'))
    assert fault.value.code == "settings.not-json" and fault.value.where == f"{tmp_path / 'a.json'}:3:3"


def test_a_missing_file_and_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source\.no-such-file"):
        read_json_schema(tmp_path / "none.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SettingsError, match=r"settings\.not-text"):
        read_json_schema(tmp_path / "b.json")


def test_yaml_is_read_and_its_dates_are_texts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "type: object\nrequired: [day]\nproperties:\n  day: {enum: [2024-01-31]}\n")
    assert read_json_schema(path).at(0) == {"day": "2024-01-31"}


def test_references_lead_to_files_beside_and_below(tmp_path: Path) -> None:
    write(tmp_path / "parts" / "line.json", {"$defs": {"sku": {"const": "A1"}}})
    write(tmp_path / "named.json", {"$id": "https://example.com/schemas/unit", "const": "kg"})
    path = write(tmp_path / "order.json", {
        "$id": "https://example.com/schemas/order", "type": "object", "required": ["unit"],
        "properties": {"unit": {"$ref": "unit"}}, "additionalProperties": False})  # fmt: skip
    assert read_json_schema(path).at(0) == {"unit": "kg"}
    plain = write(tmp_path / "plain.json", {"type": "object", "required": ["sku"], "additionalProperties": False,
                                            "properties": {"sku": {"$ref": "parts/line.json#/$defs/sku"}}})  # fmt: skip
    assert read_json_schema(plain).at(0) == {"sku": "A1"}


def test_references_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "secret.json", {"const": "secret"})
    path = write(tmp_path / "inner" / "a.json", {"$ref": "../secret.json"})
    with pytest.raises(SettingsError, match=r"settings\.schema-remote"):
        read_json_schema(path)


def test_a_part_is_named_by_its_place_or_its_name() -> None:
    schema = {"$defs": {"a/b": {"const": 1}}, "definitions": {"old": {"const": 2}}, "const": 3}
    assert read_json_schema(schema, part="#/$defs/a~1b").at(0) == 1
    assert read_json_schema(schema, part="a/b").at(0) == 1
    assert read_json_schema(schema, part="#old").at(0) == 2
    assert read_json_schema(schema).at(0) == 3


def test_documents_of_tables_are_no_json_schema() -> None:
    assert is_json_schema({"type": "object"}) and is_json_schema({"$ref": "#"})
    assert not is_json_schema({"columns": {"a": {"poisson": 3}}}) and not is_json_schema({"tables": {}, "$schema": "x"})
    assert not is_json_schema({"type": "record", "name": "a", "fields": []})


def test_documents_lie_in_a_table_with_types_of_the_schema() -> None:
    table = read_json_schema({
        "type": "object", "required": ["id", "day"],
        "properties": {"id": {"type": "integer"}, "day": {"type": "string", "format": "date"},
                       "at": {"type": ["string", "null"], "format": "date-time"}, "tags": {"type": "array"},
                       "price": {"type": "number"}, "mixed": {"type": ["string", "integer"]}, "ok": {"enum": [True]}},
        "patternProperties": {"^x-": {"type": "integer"}},
    }).table(0, 40)  # fmt: skip
    assert {name: str(table.schema.field(name).type) for name in table.column_names} == {
        "id": "int64", "day": "date32[day]", "at": "timestamp[us, tz=UTC]", "tags": "string", "price": "double",
        "mixed": "string", "ok": "bool", "other properties": "string"}  # fmt: skip
    assert table["id"].null_count == 0 and 5 < table["price"].null_count < 35
    assert all(name.startswith("x-") for text in table["other properties"].to_pylist() if text
               for name in json.loads(text))  # fmt: skip
    assert read_json_schema({"type": "integer"}).table(0, 2).column_names == ["value"]
