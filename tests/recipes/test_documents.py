"""Documents, instances and rows from Python and into files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import likewise
from likewise.errors import SettingsError
from likewise.recipes.generate import generate_to_file

SCHEMA = {"type": "object", "required": ["id", "tags"], "properties": {
    "id": {"type": "integer", "minimum": 1}, "tags": {"type": "array", "items": {"type": "string"}},
    "price": {"type": "number"}}}  # fmt: skip


@dataclass
class Point:
    x: int
    y: float


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return tmp_path / "schema.json"


def test_generate_gives_documents_instances_or_a_table(schema: Path) -> None:
    documents = likewise.generate(schema, n=4, seed=2)
    assert documents == likewise.generate(SCHEMA, n=9, seed=2)[:4] and documents != likewise.generate(SCHEMA, n=4)
    points = likewise.generate(Point, n=3)
    assert [type(point) for point in points] == [Point] * 3
    table = likewise.generate(pa.schema([("age", pa.int16())]), n=5)
    assert table.to_arrow().schema.field("age").type == pa.int16() and table.rows == 5


def test_files_hold_the_same_documents_however_they_are_written(schema: Path, tmp_path: Path) -> None:
    documents = likewise.generate(schema, n=30)
    for name in ("a.jsonl", "a.json", "a.csv", "a.parquet"):
        assert generate_to_file(schema, tmp_path / name, n=30).rows == 30
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert lines == documents == json.loads((tmp_path / "a.json").read_text("utf-8"))
    table = pq.read_table(tmp_path / "a.parquet")
    assert table["id"].to_pylist() == [document["id"] for document in documents]
    assert [json.loads(text) for text in table["tags"].to_pylist()] == [document["tags"] for document in documents]
    assert table["price"].null_count == sum("price" not in document for document in documents) > 0
    assert (tmp_path / "a.csv").read_text().startswith("id,tags,price\n")


def test_blocks_do_not_change_what_is_written(schema: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate_to_file(schema, tmp_path / "one.jsonl", n=50)
    monkeypatch.setattr("likewise.recipes.documents.BLOCK", 7)
    generate_to_file(schema, tmp_path / "two.jsonl", n=50)
    generate_to_file(schema, tmp_path / "two.parquet", n=50)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert pq.read_table(tmp_path / "two.parquet").num_rows == 50


def test_avro_goes_into_its_own_containers(schema: Path, tmp_path: Path) -> None:
    record = {"type": "record", "name": "A", "fields": [{"name": "x", "type": ["null", "int"]}]}
    (tmp_path / "a.avsc").write_text(json.dumps(record), encoding="utf-8")
    generate_to_file(tmp_path / "a.avsc", tmp_path / "a.avro", n=20)
    with (tmp_path / "a.avro").open("rb") as file:
        assert list(fastavro.reader(file)) == likewise.generate(tmp_path / "a.avsc", n=20)
    with pytest.raises(SettingsError, match="written from schemas of Avro"):
        generate_to_file(schema, tmp_path / "b.avro", n=2)


@pytest.mark.parametrize("asked", [{"given": {"id": 3}}, {"design": "sobol"}, {"tables": ["a"]}])
def test_what_is_of_tables_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"settings\.described"):
        likewise.generate(SCHEMA, n=2, **asked)
    with pytest.raises(SettingsError, match=r"settings\.n"):
        likewise.generate(SCHEMA, n=-1)
