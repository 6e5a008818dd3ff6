"""What describes documents, instances and rows is told from what describes tables."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.documents.documents import Documents
from likewise.techniques.rules.reading.arrow import ArrowRows
from likewise.techniques.rules.reading.avro import AvroRecords
from likewise.techniques.rules.reading.numbered import numbered, object_named


def test_each_source_is_told_by_its_suffix_or_its_words(tmp_path: Path) -> None:
    record = {"type": "record", "name": "A", "fields": [{"name": "x", "type": "int"}]}
    for name, text in {"a.json": json.dumps({"type": "integer"}), "b.yaml": "$defs: {n: {type: integer}}",
                       "c.json": json.dumps(record), "d.avsc": json.dumps(record),
                       "e.proto": 'syntax = "proto3"; message A { int32 x = 1; }',
                       "f.yml": "openapi: 3.1.0\ncomponents: {schemas: {A: {type: integer}}}"}.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {path.name: numbered(path) for path in sorted(tmp_path.iterdir())}
    assert {name: type(made) for name, made in found.items()} == {
        "a.json": Documents, "b.yaml": Documents, "c.json": AvroRecords, "d.avsc": AvroRecords, "e.proto": Documents,
        "f.yml": Documents}  # fmt: skip
    part = numbered(f"{tmp_path}/b.yaml#n")
    assert part is not None and all(isinstance(made, int) for made in part.range(0, 5))
    assert isinstance(numbered(pa.schema([("a", pa.int8())])), ArrowRows)


def test_documents_of_tables_are_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("columns: {age: {poisson: 40}}", encoding="utf-8")
    assert numbered(tmp_path / "t.yaml") is None and numbered({"tables": {}}) is None and numbered("shop.sql") is None
    assert numbered(object()) is None


def test_an_object_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_shapes_here.py").write_text("class Outer:\n    class Inner: pass\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert object_named("my_shapes_here:Outer.Inner").__qualname__ == "Outer.Inner"
    assert object_named("a.yaml") == "a.yaml" and object_named({"a": 1}) == {"a": 1}
    with pytest.raises(SettingsError, match="there is no module `nowhere_at_all`"):
        object_named("nowhere_at_all:Order")
    with pytest.raises(SettingsError, match="did you mean `Outer`"):
        object_named("my_shapes_here:Outr")
